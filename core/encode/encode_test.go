package encode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// roundTrip fits t, encodes and decodes it, checking what always holds.
func roundTrip(t testing.TB, tab *table.Table, cfg Config) (*Encoder, *table.Table) {
	t.Helper()
	e, err := Fit(tab, cfg, source(1))
	if err != nil {
		t.Fatal(err)
	}
	codes, err := e.Codes(tab)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for b, w := range e.Widths() {
		sum += w
		if w < 2 {
			t.Errorf("block %s has width %d", e.BlockNames()[b], w)
		}
		used := make([]int, w)
		for _, c := range codes[b] {
			used[c]++ // panics if the code is too large
		}
		for i, share := range e.Marginals()[b] {
			if got := float64(used[i]) / float64(tab.Rows()); math.Abs(got-share) > 1e-12 {
				t.Errorf("block %s, code %d: marginal %g, codes say %g", e.BlockNames()[b], i, share, got)
			}
		}
	}
	if limit := e.Config.MaxWidth; sum > limit {
		t.Errorf("total width %d, at most %d wanted", sum, limit)
	}
	out, err := e.DecodeRows(codes, tab.Rows(), 0, source(2))
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Check(); err != nil {
		t.Fatal(err)
	}
	return e, out
}

// ks is the Kolmogorov-Smirnov distance of two samples without NaN.
func ks(a, b []float64) float64 {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	var worst float64
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x := min(a[i], b[j])
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		worst = max(worst, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return worst
}

func shares(c *table.Column) map[string]float64 {
	m := map[string]float64{}
	for i := range c.Len() {
		m[c.Cell(i)] += 1 / float64(c.Len())
	}
	return m
}

// variation is the total variation distance of two columns' cells.
func variation(a, b *table.Column) float64 {
	x, y := shares(a), shares(b)
	var d float64
	for k, v := range x {
		d += math.Abs(v - y[k])
	}
	for k, v := range y {
		if _, ok := x[k]; !ok {
			d += v
		}
	}
	return d / 2
}

// Numbers of many shapes come back with the same distribution, share of
// missing cells and grain.
func TestDecodeKeepsNumbers(t *testing.T) {
	const rows = 6000
	shapes := map[string]func(r *rand.Rand) float64{
		"normal":      func(r *rand.Rand) float64 { return r.NormFloat64() },
		"lognormal":   func(r *rand.Rand) float64 { return math.Exp(2 * r.NormFloat64()) },
		"money":       func(r *rand.Rand) float64 { return math.Round(100*math.Exp(3+r.NormFloat64())) / 100 },
		"count":       func(r *rand.Rand) float64 { return math.Floor(r.ExpFloat64() * 4) },
		"integer":     func(r *rand.Rand) float64 { return float64(r.IntN(1_000_000)) },
		"spikes":      func(r *rand.Rand) float64 { return []float64{0, 0, 0, 99.5, r.Float64() * 50}[r.IntN(5)] },
		"two values":  func(r *rand.Rand) float64 { return float64(r.IntN(2)) },
		"multiples":   func(r *rand.Rand) float64 { return 250 * float64(r.IntN(5000)) },
		"tiny":        func(r *rand.Rand) float64 { return 1e-9 * r.NormFloat64() },
		"huge":        func(r *rand.Rand) float64 { return 1e300 * (r.Float64() - .5) },
		"negative":    func(r *rand.Rand) float64 { return -math.Exp(r.NormFloat64()) },
		"rate":        func(r *rand.Rand) float64 { return 1 - math.Pow(r.Float64(), 4) },
		"two far off": func(r *rand.Rand) float64 { return r.NormFloat64() + 1e6*float64(r.IntN(2)) },
	}
	for name, draw := range shapes {
		for _, gone := range []int{0, 10} { // tenths missing: none, a tenth
			t.Run(fmt.Sprint(name, " ", gone), func(t *testing.T) {
				r := source(uint64(len(name)))
				x := make([]float64, rows)
				for i := range x {
					if x[i] = draw(r); gone > 0 && r.IntN(gone) == 0 {
						x[i] = math.NaN()
					}
				}
				tab := &table.Table{Columns: []*table.Column{table.NewNumber("x", x)}}
				e, out := roundTrip(t, tab, Config{})
				got := out.Columns[0].Num
				a, b := present(x), present(got)
				if d := ks(a, b); d > .006 {
					t.Errorf("KS distance %.4f", d)
				}
				if len(a) != len(b) {
					t.Errorf("%d cells present, expected %d", len(b), len(a))
				}
				p := &e.Columns[0].Parts[0]
				if name == "normal" && p.Step != 0 || name == "money" && p.Scale != 100 || name == "multiples" && p.Step != 250 {
					t.Errorf("grain %g + i*%g over %g", p.Base, p.Step, p.Scale)
				}
				lo, hi := slices.Min(b), slices.Max(b)
				switch name {
				case "rate":
					if hi > 1 || lo < 0 {
						t.Errorf("a rate of %g to %g", lo, hi)
					}
				case "lognormal", "money":
					if lo <= 0 {
						t.Errorf("amount %g", lo)
					}
				case "normal":
					if math.Abs(hi-slices.Max(a)) > .6 {
						t.Errorf("maximum %g, really %g", hi, slices.Max(a))
					}
				}
			})
		}
	}
}

func TestDecodeKeepsText(t *testing.T) {
	r := source(3)
	const rows = 6000
	cells, gone := make([]string, rows), make([]bool, rows)
	for i := range cells {
		cells[i] = fmt.Sprint("level ", int(r.ExpFloat64()*6))
		gone[i] = r.IntN(7) == 0
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("x", cells, gone)}}
	_, out := roundTrip(t, tab, Config{})
	if d := variation(tab.Columns[0], out.Columns[0]); d > .005 {
		t.Errorf("total variation %.4f", d)
	}
}

func repeat(v float64, n int) []float64 { return slices.Repeat([]float64{v}, n) }

// Odd tables give clear words or a sensible table.
func TestOddTables(t *testing.T) {
	nan := math.NaN()
	texts := func(n int, f func(i int) string) []string {
		s := make([]string, n)
		for i := range s {
			s[i] = f(i)
		}
		return s
	}
	number := func(x ...float64) *table.Table {
		return &table.Table{Name: "odd", Columns: []*table.Column{table.NewNumber("x", x)}}
	}
	text := func(s []string) *table.Table {
		return &table.Table{Name: "odd", Columns: []*table.Column{table.NewText("x", s, nil)}}
	}
	twice := number(repeat(1, 9)...)
	twice.Columns = append(twice.Columns, table.NewNumber("x", repeat(2, 9)))
	for _, tt := range []struct {
		name    string
		tab     *table.Table
		widths  int    // number of blocks
		want    string // every cell, "" for not said
		warning string // part of a warning
		err     string // part of the error
	}{
		{name: "constant", tab: number(repeat(7, 40)...), want: "7"},
		{name: "constant text", tab: text(slices.Repeat([]string{"a"}, 40)), want: "a"},
		{name: "constant or missing", tab: number(append(repeat(7, 40), nan, nan)...), widths: 1},
		{name: "all missing", tab: number(repeat(nan, 40)...), want: "-"},
		{name: "nearly all missing", tab: number(append(repeat(nan, 40), 3)...), want: "-", warning: "only 1 rows"},
		{name: "ten rows", tab: number(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), widths: 1},
		{name: "ten rows of text", tab: text(texts(10, func(i int) string { return fmt.Sprint("t", i) })), want: "other", warning: `written as "other"`},
		{name: "one row", tab: number(3), err: "1 rows"},
		{name: "no rows", tab: number(), err: "0 rows"},
		{name: "no columns", tab: &table.Table{Name: "odd"}, err: "0 rows"},
		{name: "infinite", tab: number(1, 2, math.Inf(1), 4, 5, 6), err: "row 3"},
		{name: "duplicate names", tab: twice, err: `two columns are named "x"`},
		{name: "unique words", tab: text(texts(3000, func(i int) string { return fmt.Sprint("came in on day ", i, " again") })), err: "no column"},
		{name: "unique texts", tab: text(texts(3000, func(i int) string { return fmt.Sprint("w", i*i, "x") }))},
		{name: "two values, one rare", tab: number(append(repeat(0, 500), 1)...), want: "0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.err != "" {
				_, err := Fit(tt.tab, Config{}, source(1))
				if err == nil || !strings.Contains(err.Error(), tt.err) || core.KindOf(err) != core.Invalid {
					t.Fatalf("error %v, expected one about %q", err, tt.err)
				}
				return
			}
			e, out := roundTrip(t, tt.tab, Config{})
			if len(e.Widths()) != tt.widths {
				t.Errorf("widths %v", e.Widths())
			}
			if all := fmt.Sprint(e.Warnings); !strings.Contains(all, tt.warning) || tt.warning == "" && len(e.Warnings) > 0 {
				t.Errorf("warnings %q", e.Warnings)
			}
			for i := range out.Rows() {
				if got := out.Columns[0].Cell(i); tt.want == "-" && got != "" || tt.want != "" && tt.want != "-" && got != tt.want {
					t.Fatalf("row %d: %q", i, got)
				}
			}
		})
	}
}

// Levels and numbers of few rows are neither in the model nor in a sample.
func TestNothingRareIsRemembered(t *testing.T) {
	r := source(5)
	const rows = 4000
	city, spent := make([]string, rows), make([]float64, rows)
	for i := range city {
		city[i] = fmt.Sprint("town", r.IntN(30))
		spent[i] = math.Round(1e4*math.Exp(r.NormFloat64())) / 100
	}
	for i := range 12 { // three rows each
		city[i] = fmt.Sprint("hamlet", i/3)
	}
	spent[100], spent[101] = 987654.32, -55.55
	tab := &table.Table{Columns: []*table.Column{table.NewText("city", city, nil), table.NewNumber("spent", spent)}}
	for _, share := range []int{1, 40} { // 40: rare levels are frequent together
		for i := 12; i < 12*share; i++ {
			city[i] = fmt.Sprint("hamlet", i/3)
		}
		tab.Columns[0] = table.NewText("city", city, nil)
		e, out := roundTrip(t, tab, Config{})
		form, err := e.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(form), "hamlet") {
			t.Error("a rare level is in the model")
		}
		for _, l := range out.Columns[0].Levels {
			if strings.HasPrefix(l, "hamlet") {
				t.Errorf("rare level %q in the sample", l)
			}
		}
		if other := shares(out.Columns[0])["other"]; (other > 0) != (share > 10) {
			t.Errorf(`share of "other": %g`, other)
		}
		p := &e.Columns[1].Parts[0]
		for _, x := range []float64{987654.32, -55.55} {
			if slices.Contains(p.Lo, x) || slices.Contains(p.Hi, x) || slices.Contains(out.Columns[1].Num, x) {
				t.Errorf("the extreme %g is remembered", x)
			}
		}
		for i, n := range p.Count {
			if n < 5 {
				t.Errorf("piece [%g, %g] stands for %d rows", p.Lo[i], p.Hi[i], n)
			}
		}
	}
}

// Levels beyond the bound are grouped with levels that behave alike.
func TestManyLevels(t *testing.T) {
	r := source(6)
	const rows, levels = 30000, 1500
	item, price := make([]string, rows), make([]float64, rows)
	value := make([]float64, levels)
	for i := range value {
		value[i] = math.Exp(r.NormFloat64())
	}
	for i := range item {
		l := int(levels * math.Pow(r.Float64(), 2))
		item[i] = fmt.Sprint("item", l)
		price[i] = value[l] * (1 + .02*r.NormFloat64())
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("item", item, nil), table.NewNumber("price", price)}}
	e, out := roundTrip(t, tab, Config{})
	if w := e.Widths()[0]; w > 64 {
		t.Errorf("width %d", w)
	}
	if d := variation(tab.Columns[0], out.Columns[0]); d > .03 {
		t.Errorf("total variation %.4f", d)
	}
	// The price of an item in the decoded table follows the item's own.
	var num, sx, sy float64
	for i, code := range out.Columns[0].Codes {
		var l int
		fmt.Sscanf(out.Columns[0].Levels[code], "item%d", &l)
		x, y := math.Log(value[l]), math.Log(out.Columns[1].Num[i])
		num, sx, sy = num+x*y, sx+x*x, sy+y*y
	}
	if r := num / math.Sqrt(sx*sy); r < .85 {
		t.Errorf("correlation of an item's price with the item's own %.3f", r)
	}
}

// Wide tables stay within MaxWidth; very wide ones give up joint learning of
// the last columns, and say so.
func TestWideTables(t *testing.T) {
	r := source(7)
	for _, columns := range []int{30, 100, 1000} {
		tab := &table.Table{Name: "wide"}
		for j := range columns {
			x := make([]float64, 300)
			for i := range x {
				x[i] = r.NormFloat64()
			}
			tab.Columns = append(tab.Columns, table.NewNumber(fmt.Sprint("x", j), x))
		}
		e, out := roundTrip(t, tab, Config{})
		if len(out.Columns) != columns {
			t.Errorf("%d columns, expected %d", len(out.Columns), columns)
		}
		if free := columns - len(e.Widths()); (free > 0) != (columns > 128) {
			t.Errorf("%d of %d columns have no block", free, columns)
		}
		if len(e.Warnings) != 1 {
			t.Errorf("%d columns: warnings %q", columns, e.Warnings)
		}
		for j, c := range out.Columns {
			if d := ks(c.Num, tab.Columns[j].Num); d > .05 {
				t.Errorf("column %d of %d: KS distance %.3f", j, columns, d)
			}
		}
	}
}

// Codes takes other tables than the fitted one.
func TestCodesOfAnotherTable(t *testing.T) {
	fitted := &table.Table{Columns: []*table.Column{
		table.NewNumber("x", slices.Repeat([]float64{1, 2, 2, 3}, 20)),
		table.NewText("y", slices.Repeat([]string{"a", "a", "b", "a"}, 20), nil),
	}}
	e, err := Fit(fitted, Config{}, source(1))
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.Codes(&table.Table{Columns: []*table.Column{
		table.NewText("y", []string{"b", "never seen", "", "a"}, []bool{false, false, true, false}),
		table.NewText("z", []string{"?", "?", "?", "?"}, nil),
		table.NewNumber("x", []float64{-9, 2, math.NaN(), 99}),
	}})
	if err != nil || fmt.Sprint(got) != "[[0 1 1 2] [1 0 0 0]]" {
		t.Errorf("codes %v, error %v", got, err)
	}
	for want, tab := range map[string]*table.Table{
		`no column "x"`: {Columns: fitted.Columns[1:]},
		`holds texts`:   {Columns: []*table.Column{table.NewText("x", []string{"1"}, nil), fitted.Columns[1]}},
	} {
		if _, err := e.Codes(tab); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one about %q", err, want)
		}
	}
}

func TestDecodeRefusesForeignCodes(t *testing.T) {
	e, err := Fit(&table.Table{Columns: []*table.Column{table.NewNumber("x", slices.Repeat([]float64{1, 2}, 20))}}, Config{}, source(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, codes := range [][][]uint16{{}, {{0}, {0}}, {{0, 2}}} {
		if _, err := e.Decode(codes, source(1)); err == nil {
			t.Errorf("codes %v were decoded", codes)
		}
	}
}
