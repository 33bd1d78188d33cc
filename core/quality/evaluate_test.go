package quality

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

// visits returns n rows of a made table: a key, a number with a spike and
// missing cells, a skewed one, a category with a rare level, a time and a
// binary column that depends on the others.
func visits(n int, seed uint64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 7))
	id, age, spend, when := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	channel, member, missing := make([]string, n), make([]string, n), make([]bool, n)
	for i := range n {
		id[i] = float64(i)
		age[i] = math.Round(18 + 50*math.Sqrt(rng.Float64()))
		missing[i] = rng.IntN(20) == 0
		channel[i] = []string{"store", "store", "web", "app"}[rng.IntN(4)]
		if i == 3 {
			channel[i] = "phone call by J. Doe"
		}
		member[i] = "no"
		if rng.Float64() < 1/(1+math.Exp(-(age[i]-50)/8)) {
			member[i] = "yes"
		}
		if member[i] == "yes" || rng.IntN(3) == 0 {
			spend[i] = math.Round(100*math.Exp(2+0.02*age[i]+0.6*rng.NormFloat64())) / 100
		}
		if channel[i] == "app" && rng.IntN(4) > 0 {
			age[i] = math.Round(18 + (age[i]-18)/2)
		}
		when[i] = 1.7e9 + 86400*90*rng.Float64()
		if i == 5 {
			spend[i] = 987654.25 // one extreme
		}
		if rng.IntN(25) == 0 {
			age[i] = nan
		}
	}
	return &table.Table{Name: "visits", Columns: []*table.Column{
		table.NewNumber("visit_id", id), table.NewNumber("age", age), table.NewNumber("spend", spend),
		table.NewText("channel", channel, missing), table.NewTime("when", "", when), table.NewText("member", member, nil)}}
}

// apart returns t with every column shuffled on its own.
func apart(t *table.Table) *table.Table {
	rng := rand.New(rand.NewPCG(5, 5))
	out := &table.Table{Name: t.Name}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, c.Take(rng.Perm(t.Rows())))
	}
	return out
}

func evaluate(t testing.TB, real, holdout, synthetic *table.Table, cfg Config) *Report {
	t.Helper()
	r, err := Evaluate(context.Background(), real, holdout, synthetic, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestIdenticalTables(t *testing.T) {
	real := visits(3000, 1)
	r := evaluate(t, real, visits(3000, 2), real, Config{Queries: 500})
	if r.Shape != 1 || r.Trend != 1 || r.TrendShared != 1 || r.Overall != 1 {
		t.Errorf("a table against itself: %+v, want 1 throughout", r.Scores)
	}
	if r.Privacy.Copies != 3000 || *r.Privacy.HoldoutCopies > 5 {
		t.Errorf("%d copies of 3000, %d in the holdout", r.Privacy.Copies, *r.Privacy.HoldoutCopies)
	}
	if *r.Privacy.DCRShare < 0.98 || r.Verdict.Sharing.State != No {
		t.Errorf("DCR share %.3f, sharing %q: copies must be found out", *r.Privacy.DCRShare, r.Verdict.Sharing.State)
	}
}

func TestFreshRows(t *testing.T) {
	real, holdout, fresh := visits(6000, 1), visits(6000, 2), visits(6000, 3)
	r := evaluate(t, real, holdout, fresh, Config{Queries: 2000})
	d := r.Detection
	for name, auc := range map[string]*float64{"C2ST": d.C2ST, "C2Holdout": d.C2Holdout, "real": d.Real} {
		if math.Abs(*auc-0.5) > 0.025 {
			t.Errorf("%s of two halves of the same is %.3f, want about 0.5", name, *auc)
		}
	}
	if *d.Bootstrap < *d.Real {
		t.Errorf("rows drawn again (%.3f) are told apart less than rows drawn once (%.3f)", *d.Bootstrap, *d.Real)
	}
	if p := r.Privacy; *p.DCRLo > 0.5 || *p.DCRHi < 0.5 || *p.DCRHi-*p.DCRLo > 0.05 || math.Abs(*p.NNDR-*p.HoldoutNNDR) > 0.05 {
		t.Errorf("DCR share %.3f [%.3f, %.3f], NNDR %.3f of %.3f", *p.DCRShare, *p.DCRLo, *p.DCRHi, *p.NNDR, *p.HoldoutNNDR)
	}
	if u := r.Utility; u.Target != "member" || u.Metric != "AUC" || u.Kept < 0.97 {
		t.Errorf("utility %+v", u)
	}
	if math.Abs(r.Overall-r.Ceiling.Overall) > 0.005 || r.Overall < 0.97 {
		t.Errorf("overall %.4f, ceiling %.4f", r.Overall, r.Ceiling.Overall)
	}
	if v := r.Verdict; v.Sharing.State != Yes || v.Modelling.State != Yes || v.Testing.State != Yes || v.Title.En != "Fit for sharing, modelling and testing" {
		t.Errorf("verdict %+v", v)
	}
	for _, c := range r.Columns {
		if c.Differs || c.Name == "visit_id" {
			t.Errorf("column %q: %v", c.Name, c.Finding.En)
		}
	}
	if len(r.LeftOut) != 1 || r.LeftOut[0].Name != "visit_id" {
		t.Errorf("left out %v, want the key", r.LeftOut)
	}
}

func TestShuffledColumns(t *testing.T) {
	real := visits(6000, 1)
	r := evaluate(t, real, visits(6000, 2), apart(real), Config{Queries: 500})
	if r.Shape != 1 {
		t.Errorf("shape %.4f, want 1: every column is as it was", r.Shape)
	}
	if r.Trend > r.Ceiling.Trend-0.02 || math.Abs(r.Trend-r.Floor.Trend) > 0.01 {
		t.Errorf("trend %.4f, ceiling %.4f, floor %.4f", r.Trend, r.Ceiling.Trend, r.Floor.Trend)
	}
	if *r.Detection.C2ST < 0.65 {
		t.Errorf("C2ST %.3f: trees must see that columns are unrelated", *r.Detection.C2ST)
	}
	if r.Utility.Kept > 0.2 || r.Verdict.Modelling.State != No {
		t.Errorf("utility %+v: nothing can be learned from shuffled columns", r.Utility)
	}
	if r.Verdict.Testing.State != No {
		t.Errorf("testing %+v: no pair of columns holds", r.Verdict.Testing)
	}
	if worst := r.Pairs[0]; worst.Loss < 0.1 || worst.Loss < r.Pairs[len(r.Pairs)-1].Loss {
		t.Errorf("worst pair %+v", worst)
	}
}

func TestWithoutHoldout(t *testing.T) {
	r := evaluate(t, visits(1500, 1), nil, visits(1500, 2), Config{})
	if r.Ceiling != nil || r.Utility != nil || r.Detection.C2Holdout != nil || r.Privacy.DCRShare != nil || r.Detection.C2ST == nil {
		t.Errorf("judged what cannot be judged: %+v", r)
	}
	if v := r.Verdict; v.Sharing.State != Unknown || v.Modelling.State != Unknown || len(r.Notes) < 2 {
		t.Errorf("verdict %+v, notes %v", v, r.Notes)
	}
}

func TestFindings(t *testing.T) {
	n := 2000
	real := &table.Table{Columns: []*table.Column{
		table.NewNumber("older", series(n, func(i int) float64 { return float64(i % 50) })),
		table.NewNumber("spike", series(n, func(i int) float64 { return max(0, float64(i%10)-4) * 1.5 })),
		table.NewNumber("blank", series(n, func(i int) float64 { return float64(i % 40) })),
		table.NewText("kind", texts(n, func(i int) string { return []string{"a", "b", "c", "c"}[i%4] }), nil),
		table.NewText("new", texts(n, func(i int) string { return []string{"x", "y"}[i%2] }), nil),
	}}
	synthetic := &table.Table{Columns: []*table.Column{
		table.NewNumber("older", series(n, func(i int) float64 { return float64(i % 50 * ((i / 50) % 4) / 3) })),
		table.NewNumber("spike", series(n, func(i int) float64 { return max(0, float64(i%10)-3) * 1.5 })),
		table.NewNumber("blank", series(n, func(i int) float64 {
			if i%5 == 0 {
				return nan
			}
			return float64(i % 40)
		})),
		table.NewText("kind", texts(n, func(i int) string { return []string{"a", "b", "b", "c"}[i%4] }), nil),
		table.NewText("new", texts(n, func(i int) string { return []string{"x", "y", "z", "w"}[i%4] }), nil),
	}}
	want := map[string]string{
		"spike": "the value 0 is 20% too rare",
		"blank": "20% of the cells are missing, in the real table 0%",
		"kind":  "“c” is 50% too rare",
		"new":   "50% of the cells hold values that the real table does not have",
	}
	r := evaluate(t, real, nil, synthetic, Config{})
	for i, c := range r.Columns {
		if i > 0 && c.Score < r.Columns[i-1].Score {
			t.Errorf("column %q is not in its place: worst first", c.Name)
		}
		if !c.Differs || c.Finding.Zh == "" {
			t.Errorf("column %q: no difference found", c.Name)
		}
		if w := want[c.Name]; w != "" && c.Finding.En != w {
			t.Errorf("column %q: %q, want %q", c.Name, c.Finding.En, w)
		}
		if c.Name == "older" && !strings.Contains(c.Finding.En, "values below ") {
			t.Errorf("column %q: %q", c.Name, c.Finding.En)
		}
	}
}

func series(n int, f func(int) float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func texts(n int, f func(int) string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func TestKindsReconciled(t *testing.T) {
	n := 400
	number := table.NewNumber("v", series(n, func(i int) float64 { return float64(i % 7) }))
	text := table.NewText("v", texts(n, func(i int) string { return fmt.Sprint(i % 7) }), nil)
	dirty := table.NewText("v", texts(n, func(i int) string {
		if i%50 == 0 {
			return "twelve"
		}
		return fmt.Sprint(i % 7)
	}), nil)
	when := table.NewTime("v", "2006-01-02", series(n, func(i int) float64 { return float64(i%9) * 86400 }))
	days := table.NewText("v", texts(n, func(i int) string { return fmt.Sprintf("1970-01-%02d", i%9+1) }), nil)
	for _, tt := range []struct {
		name            string
		real, synthetic *table.Column
		metric          string
		score           float64
		err             string
	}{
		{"text of numbers beside numbers", number, text, "KSComplement", 1, ""},
		{"numbers beside text of numbers", text, number, "KSComplement", 1, ""},
		{"text of times beside times", when, days, "KSComplement", 1, ""},
		{"numbers beside dirty text", dirty, number, "TVComplement", 0.98, ""},
		{"dirty text beside numbers", number, dirty, "", 0, `"twelve" is not a number`},
		{"times beside numbers", when, number, "", 0, `column "v" is times in the real table but numbers in the synthetic table`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Evaluate(context.Background(), &table.Table{Columns: []*table.Column{tt.real}}, nil,
				&table.Table{Columns: []*table.Column{tt.synthetic}}, Config{}, nil)
			if tt.err != "" {
				if err == nil || core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v, want one that says %s", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if c := r.Columns[0]; c.Metric != tt.metric || math.Abs(c.Score-tt.score) > 0.005 {
				t.Errorf("%s %.4f, want %s %.2f", c.Metric, c.Score, tt.metric, tt.score)
			}
			if len(r.Notes) == 0 {
				t.Error("nothing says how the kinds were reconciled")
			}
		})
	}
}

func TestColumnsMissing(t *testing.T) {
	real, synthetic := visits(500, 1), visits(500, 2)
	fewer, err := synthetic.Select("age", "spend", "channel")
	if err != nil {
		t.Fatal(err)
	}
	fewer.Columns = append(fewer.Columns, table.NewNumber("invented", make([]float64, 500)))
	r := evaluate(t, real, nil, fewer, Config{})
	if len(r.Problems) != 4 || r.Verdict.Testing.State != No || len(r.Columns) != 3 {
		t.Errorf("problems %v, %d columns, testing %+v", r.Problems, len(r.Columns), r.Verdict.Testing)
	}
	for name, tables := range map[string][2]*table.Table{
		"no rows":          {real, synthetic.Slice(0, 0)},
		"no common column": {real, {Columns: []*table.Column{table.NewNumber("other", []float64{1})}}},
	} {
		if _, err := Evaluate(context.Background(), tables[0], nil, tables[1], Config{}, nil); core.KindOf(err) != core.Invalid {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := Evaluate(context.Background(), real, nil, synthetic, Config{Target: "visit_id"}, nil); core.KindOf(err) != core.NotFound {
		t.Errorf("a key as target: error %v", err)
	}
}

// Whatever the tables, the report is written as JSON (which refuses NaN) and
// as a page.
func TestOddTables(t *testing.T) {
	empty := series(50, func(int) float64 { return nan })
	odd := func(n int) *table.Table {
		return &table.Table{Columns: []*table.Column{
			table.NewNumber("constant", series(n, func(int) float64 { return 4 })),
			table.NewNumber("huge", series(n, func(i int) float64 { return 1e300 * float64(i%3) })),
			table.NewNumber("half", series(n, func(i int) float64 { return []float64{nan, 0.5}[i%2] })),
			table.NewText("one", texts(n, func(int) string { return "same" }), nil)}}
	}
	for name, tables := range map[string][3]*table.Table{
		"constant columns": {odd(50), odd(40), odd(30)},
		"one row":          {odd(2), odd(2), odd(2)},
		"one column":       {{Columns: odd(300).Columns[1:2]}, {Columns: odd(300).Columns[1:2]}, {Columns: odd(300).Columns[1:2]}},
		"many rows":        {odd(900), odd(900), odd(900)},
		"an empty column": {{Columns: append(odd(50).Columns, table.NewNumber("e", empty))}, nil,
			{Columns: append(odd(50).Columns, table.NewNumber("e", empty))}},
	} {
		t.Run(name, func(t *testing.T) {
			r := evaluate(t, tables[0], tables[1], tables[2], Config{})
			b, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			back := new(Report)
			if err := json.Unmarshal(b, back); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(r, back) {
				t.Error("the report read back is another")
			}
			var page bytes.Buffer
			if err := WriteHTML(&page, back, "en"); err != nil || strings.Contains(page.String(), "NaN") || strings.Contains(page.String(), "%!") {
				t.Errorf("page of %d bytes, error %v", page.Len(), err)
			}
		})
	}
}

func TestDeterministic(t *testing.T) {
	real, holdout, synthetic := visits(3000, 1), visits(3000, 2), apart(visits(3000, 3))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first []byte
	for _, threads := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(threads)
		b, err := json.Marshal(evaluate(t, real, holdout, synthetic, Config{MaxRows: 2000, ModelRows: 1000, Queries: 300, Seed: 4}))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b
		} else if !bytes.Equal(b, first) {
			t.Fatalf("%d threads give another report than one", threads)
		}
	}
}

func TestCancelAndProgress(t *testing.T) {
	real, synthetic := visits(1000, 1), visits(1000, 2)
	var last core.Progress
	if _, err := Evaluate(context.Background(), real, visits(1000, 3), synthetic, Config{Queries: 100}, func(p core.Progress) {
		if p.Stage != "judge" || p.Done <= last.Done {
			t.Errorf("progress %+v after %+v", p, last)
		}
		last = p
	}); err != nil || last.Done != last.Total {
		t.Errorf("ended at %+v with %v", last, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r, err := Evaluate(ctx, real, nil, synthetic, Config{}, func(core.Progress) { cancel() })
	if r != nil || core.KindOf(err) != core.Cancelled {
		t.Errorf("cancelled: %v", err)
	}
}

func TestNumericTarget(t *testing.T) {
	r := evaluate(t, visits(3000, 1), visits(3000, 2), visits(3000, 3), Config{Target: "age", Queries: 100})
	if u := r.Utility; u.Metric != "R2" || u.Class != "" || u.TRTR < 0.2 || math.Abs(u.TSTR-u.TRTR) > 0.05 {
		t.Errorf("utility %+v", u)
	}
}

// nearest agrees with the distance as it is defined, summed column by column.
func TestNearest(t *testing.T) {
	a, err := align([sides]*table.Table{visits(300, 1), visits(200, 2), visits(50, 3)})
	if err != nil {
		t.Fatal(err)
	}
	p := a.newPacker()
	all := func(n int) []int {
		out := make([]int, n)
		for i := range out {
			out[i] = i
		}
		return out
	}
	real, synthetic := p.pack(realSide, all(300)), p.pack(syntheticSide, all(50))
	for q := range 50 {
		first, second := math.MaxFloat64, math.MaxFloat64
		for r := range 300 {
			d := 0.0
			for _, c := range a.columns {
				mq, mr := c.missing(syntheticSide, q), c.missing(realSide, r)
				switch {
				case mq && mr:
				case mq || mr:
					d++
				case c.discrete && c.codes[syntheticSide][q] != c.codes[realSide][r]:
					d++
				case !c.discrete:
					sorted := sortedValues(c.num[realSide])
					d += min(1, math.Abs(c.num[syntheticSide][q]-c.num[realSide][r])/(sorted[len(sorted)-1]-sorted[0]))
				}
			}
			if d < first {
				first, second = d, first
			} else if d < second {
				second = d
			}
		}
		if f, s := p.nearest(synthetic, q, real); math.Abs(float64(f)-first) > 1e-5 || math.Abs(float64(s)-second) > 1e-5 {
			t.Fatalf("row %d: %g and %g, want %g and %g", q, f, s, first, second)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) { // 3 x 24,000 rows, 5 columns compared
	real, holdout, synthetic := visits(24000, 1), visits(24000, 2), visits(24000, 3)
	for b.Loop() {
		evaluate(b, real, holdout, synthetic, Config{})
	}
}
