package synth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

func chacha(seed byte) *rand.Rand { return rand.New(rand.NewChaCha8([32]byte{seed})) }

// tied is a table of four columns, the second and third of which follow the
// first.
func tied(n int, seed uint64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 3))
	a, b, c, d := make([]string, n), make([]string, n), make([]float64, n), make([]float64, n)
	for i := range n {
		k := rng.IntN(4)
		a[i] = string(rune('a' + k))
		b[i] = string(rune('p' + (k+rng.IntN(2))%4))
		c[i] = math.Round(float64(10*k) + 3*rng.NormFloat64())
		d[i] = float64(rng.IntN(10))
	}
	return &table.Table{Name: "tied", Columns: []*table.Column{
		table.NewText("a", a, nil), table.NewText("b", b, nil), table.NewNumber("c", c), table.NewNumber("d", d),
	}}
}

func marginalOf(t *testing.T, tab *table.Table, cfg Config, seed byte) *Model {
	t.Helper()
	m, err := Marginal(context.Background(), tab, cfg, chacha(seed), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func fileOf(t *testing.T, m *Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A sample of noisy tables has as many rows of each code as these say, given
// the parents' codes, but for rounding.
func TestEvenTables(t *testing.T) {
	widths := []int{3, 20}
	rng := rand.New(rand.NewPCG(5, 5))
	odds := func(n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = rng.Float64()
		}
		return out
	}
	one := odds(3)
	body := Conditionals{conditional(0, nil, one, one), conditional(1, []int{0}, odds(60), odds(20))}
	out := [][]uint16{make([]uint16, 3000), make([]uint16, 3000)}
	body.drawer(widths).draw(out, rand.NewPCG(1, 1))
	var given [3]float64
	var have [3][20]float64
	for r, a := range out[0] {
		given[a]++
		have[a][out[1][r]]++
	}
	for a := range 3 {
		if want := 3000 * one[a] / (one[0] + one[1] + one[2]); math.Abs(given[a]-want) > 2 {
			t.Errorf("%g rows of code %d, want %.1f", given[a], a, want)
		}
		last := 0.
		for b := range 20 {
			next := 65536.
			if b < 19 {
				next = float64(body[1].Below[a*19+b])
			}
			if want := given[a] * (next - last) / 65536; math.Abs(have[a][b]-want) > 3 {
				t.Errorf("code %d by %d: %g rows, want %.1f", b, a, have[a][b], want)
			}
			last = next
		}
	}
}

// share returns how often column b has value y where column a has value x.
func share(t *table.Table, a, b, x, y string) float64 {
	n, hits := 0., 0.
	ca, cb := t.Column(a), t.Column(b)
	for i := range t.Rows() {
		if ca.Cell(i) == x {
			n++
			if cb.Cell(i) == y {
				hits++
			}
		}
	}
	return hits / max(n, 1)
}

func TestMarginalLearns(t *testing.T) {
	real := tied(6000, 1)
	m := marginalOf(t, real, Config{Epsilon: 2}, 1)
	got, err := m.Sample(6000, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Check(); err != nil {
		t.Fatal(err)
	}
	for _, x := range []string{"a", "b", "c", "d"} {
		for _, y := range []string{"p", "q", "r", "s"} {
			if p, q := share(real, "a", "b", x, y), share(got, "a", "b", x, y); math.Abs(p-q) > .06 {
				t.Errorf("%s with %s: %.3f, in the real table %.3f", x, y, q, p)
			}
		}
	}
	var sum, n float64
	for i, x := range got.Column("c").Num {
		if got.Column("a").Cell(i) == "d" {
			sum += x
			n++
		}
	}
	if mean := sum / n; math.Abs(mean-30) > 2 {
		t.Errorf("mean of c where a is d: %.2f, want 30", mean)
	}
	g := m.Guarantee
	if g == nil || g.Epsilon != 2 || g.Delta != 1e-5 || g.Rows != 1 {
		t.Fatalf("guarantee %+v", g)
	}
	var rho, delta float64
	for _, c := range g.Costs {
		rho += c.Rho
		delta += c.Delta
	}
	if rho > g.Rho*(1+1e-9) || math.Abs(rho-g.Spent) > 1e-9 || delta > g.Delta*thresholdShare*(1+1e-9) || rho < .95*g.Rho {
		t.Errorf("costs of rho %g and delta %g, of %+v", rho, delta, g)
	}
	if m.TrainRows == 6000 || m.Seed != 0 {
		t.Errorf("the model tells %d rows, seed %d", m.TrainRows, m.Seed)
	}
}

func TestMarginalSameBytes(t *testing.T) {
	real := tied(3000, 2)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var want []byte
	for _, threads := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(threads)
		got := fileOf(t, marginalOf(t, real, Config{}, 4))
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d threads give another model", threads)
		}
	}
	if bytes.Equal(fileOf(t, marginalOf(t, real, Config{}, 5)), want) {
		t.Error("another source of noise gives the same model")
	}
	m, err := Read(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if again := fileOf(t, m); !bytes.Equal(again, want) {
		t.Error("a model that was read is written otherwise")
	}
	first := marginalOf(t, real, Config{}, 4)
	if !reflect.DeepEqual(m.Guarantee, first.Guarantee) {
		t.Errorf("guarantee %+v came back as %+v", first.Guarantee, m.Guarantee)
	}
	a, err := m.Sample(20_000, 3)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := first.Sample(20_000, 3)
	if !reflect.DeepEqual(a, b) {
		t.Error("the model that was read samples other rows")
	}
}

func TestMarginalOdd(t *testing.T) {
	nan := math.NaN()
	wide := &table.Table{Name: "wide"}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range 24 {
		x := make([]float64, 400)
		for r := range x {
			x[r] = float64(rng.IntN(4))
		}
		wide.Columns = append(wide.Columns, table.NewNumber("x"+string(rune('A'+i)), x))
	}
	for name, tab := range map[string]*table.Table{
		"no rows":     tied(0, 1),
		"one row":     tied(1, 1),
		"few rows":    tied(20, 1),
		"one column":  {Name: "t", Columns: []*table.Column{table.NewNumber("x", slices.Repeat([]float64{1, 2, 3}, 1000))}},
		"all missing": {Name: "t", Columns: []*table.Column{table.NewNumber("x", []float64{nan, nan}), table.NewText("y", []string{"", ""}, []bool{true, true})}},
		"wide":        wide,
	} {
		t.Run(name, func(t *testing.T) {
			for _, epsilon := range []float64{.1, 20} {
				m := marginalOf(t, tab, Config{Epsilon: epsilon}, 1)
				got, err := m.Sample(50, 1)
				if err != nil {
					t.Fatal(err)
				}
				if err := got.Check(); err != nil {
					t.Error(err)
				}
				fileOf(t, m)
				if g := m.Guarantee; g.Spent > g.Rho*(1+1e-9) {
					t.Errorf("spent %g of %g", g.Spent, g.Rho)
				}
			}
		})
	}
}

func TestMarginalRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		cfg  Config
		want core.Kind
	}{
		"negative epsilon": {Config{Epsilon: -1}, core.Invalid},
		"epsilon NaN":      {Config{Epsilon: math.NaN()}, core.Invalid},
		"large delta":      {Config{Delta: .5}, core.Invalid},
		"raked":            {Config{Rake: true}, core.Invalid},
		"nobody":           {Config{Person: "who"}, core.NotFound},
		"no equals sign":   {Config{Public: "age"}, core.Invalid},
		"no range":         {Config{Public: "age=9..1"}, core.Invalid},
		"twice":            {Config{Public: "sex=a|a"}, core.Invalid},
		"tiny epsilon":     {Config{Epsilon: 1e-7}, core.Invalid},
	} {
		if _, err := Marginal(context.Background(), tied(50, 1), tt.cfg, chacha(1), nil); core.KindOf(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nothing that other engines read, and that may follow from the rows, is kept.
func TestMarginalForgets(t *testing.T) {
	m := marginalOf(t, tied(500, 1), Config{Steps: 321, Batch: 7}, 1)
	if want := (Config{Engine: "marginal"}).WithDefaults(); m.Config != want {
		t.Errorf("kept %+v", m.Config)
	}
}

func TestMarginalCancel(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	var stopped time.Time
	m, err := Marginal(ctx, tied(20_000, 1), Config{}, chacha(1), func(p core.Progress) {
		if p.Done == 1 {
			stopped = time.Now()
			stop()
		}
	})
	if m != nil || !errors.Is(err, context.Canceled) {
		t.Fatalf("model %v, error %v", m, err)
	}
	if late := time.Since(stopped); late > time.Second {
		t.Errorf("stopped after %v", late)
	}
}

// Of a person no more rows are used than were promised, and the noise is for
// that many.
func TestMarginalPersons(t *testing.T) {
	tab := tied(3000, 3)
	who := make([]string, 3000)
	gone := make([]bool, 3000)
	for i := range who {
		who[i], gone[i] = "big", i%3 == 0
		if i%3 == 1 {
			who[i] = string(rune('A' + i%26))
		}
	}
	tab.Columns = append(tab.Columns, table.NewText("who", who, gone))
	cfg := Config{Person: "who", PersonRows: 2}.WithDefaults()
	kept, err := bounded(tab, cfg, chacha(1))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for i := range kept.Rows() {
		count[kept.Column("who").Cell(i)]++
	}
	for name, n := range count {
		if name != "" && n != 2 {
			t.Errorf("%q keeps %d rows", name, n)
		}
	}
	if count[""] != 1000 {
		t.Errorf("%d rows of nobody, want 1000", count[""])
	}
	one, four := marginalOf(t, tied(3000, 3), Config{}, 1), marginalOf(t, tied(3000, 3), Config{PersonRows: 4}, 1)
	if four.Guarantee.Rows != 4 || math.Abs(float64(four.TrainRows)-3000) > 1500 {
		t.Errorf("guarantee %+v, about %d rows", four.Guarantee, four.TrainRows)
	}
	if a, b := one.Guarantee, four.Guarantee; b.Spent > b.Rho*(1+1e-9) || a.Rho != b.Rho {
		t.Errorf("spent %g of %g", b.Spent, b.Rho)
	}
}

// Two tables that differ in a row that stands out, learned from many times:
// the odds of the best tests between the models stay within what is promised.
// The tests are those an attacker would try: is the level there, how many
// rows, how many of that code.
func TestMarginalAudit(t *testing.T) {
	const runs, epsilon, delta = 400, 1., .009
	base := tied(60, 1)
	more := tied(60, 1)
	for _, c := range more.Columns {
		switch c.Name {
		case "a":
			c.Levels = append(c.Levels, "z")
			c.Codes = append(c.Codes, int32(len(c.Levels)-1))
		case "b":
			c.Codes = append(c.Codes, c.Codes[0])
		default:
			c.Num = append(c.Num, 500)
		}
	}
	measure := func(tab *table.Table, seed uint64) (out [3]float64) {
		rng := rand.New(rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), 77}))
		m, err := Marginal(context.Background(), tab, Config{Epsilon: epsilon, Delta: delta}, rng, nil)
		if err != nil {
			t.Fatal(err)
		}
		out[0] = float64(m.TrainRows)
		for _, p := range m.Encoder.Columns[0].Parts {
			if slices.Contains(p.Levels, "z") {
				out[1] = 1
			}
		}
		for _, p := range m.Encoder.Columns[2].Parts {
			out[2] = p.Hi[len(p.Hi)-1]
		}
		return out
	}
	var a, b [3][]float64
	for r := range uint64(runs) {
		x, y := measure(base, 2*r), measure(more, 2*r+1)
		for k := range x {
			a[k], b[k] = append(a[k], x[k]), append(b[k], y[k])
		}
	}
	for k, what := range []string{"rows", "a level of one row", "the range"} {
		for _, cut := range slices.Concat(a[k], b[k]) {
			var p, q float64
			for i := range a[k] {
				if a[k][i] >= cut {
					q++
				}
				if b[k][i] >= cut {
					p++
				}
			}
			p, q = p/runs, q/runs
			low, high := p-4*math.Sqrt(p*(1-p)/runs), q+4*math.Sqrt(max(q*(1-q), 1./runs)/runs)
			if low > delta && math.Log((low-delta)/high) > epsilon {
				t.Errorf("%s: %.3f against %.3f is more than epsilon %g allows", what, p, q, epsilon)
				break
			}
		}
	}
}

func TestReadHostileTables(t *testing.T) {
	whole := fileOf(t, marginalOf(t, tied(2000, 1), Config{Epsilon: 3}, 2))
	whole = whole[:len(whole)-4-8-sha256.Size]
	rng := rand.New(rand.NewPCG(2, 2))
	tables := bytes.Index(whole, []byte("COND"))
	read := 0
	for range 300 {
		b := bytes.Clone(whole)
		at := tables + 12 + rng.IntN(min(len(b)-tables-12, 60))
		if rng.IntN(2) == 0 {
			at = tables + 12 + rng.IntN(len(b)-tables-12)
		}
		b[at] = byte(rng.IntN(256))
		sum := sha256.Sum256(b)
		m, err := Read(bytes.NewReader(section(b, "SUM ", sum[:])))
		if err != nil {
			continue
		}
		read++
		got, err := m.Sample(600, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := got.Check(); err != nil {
			t.Error(err)
		}
	}
	if read == 0 || read == 300 {
		t.Errorf("%d of 300 could be read", read)
	}
}

func FuzzReadConditionals(f *testing.F) {
	m, err := Marginal(context.Background(), tied(500, 1), Config{Epsilon: 3}, chacha(2), nil)
	if err != nil {
		f.Fatal(err)
	}
	_, b, _ := m.Body.section()
	f.Add(b)
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 0})
	widths := m.Encoder.Widths()
	f.Fuzz(func(t *testing.T, b []byte) {
		body, err := readConditionals(b)
		if err != nil || body.fits(widths) != nil {
			return
		}
		out := make([][]uint16, len(widths))
		for c := range out {
			out[c] = make([]uint16, batchRows)
		}
		body.drawer(widths).draw(out, rand.NewPCG(1, 1))
		for c, col := range out {
			if int(slices.Max(col)) >= widths[c] {
				t.Fatalf("block %d draws code %d of %d", c, slices.Max(col), widths[c])
			}
		}
	})
}
