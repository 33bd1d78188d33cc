package tree

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

var nan = math.NaN()

// made returns n rows with an ordered column x, a categorical one c whose
// levels act without order, a column of noise, and both targets.
func made(n int, seed uint64) (t *table.Table, class, number []float32) {
	rng := rand.New(rand.NewPCG(seed, 1))
	x, noise, c := make([]float64, n), make([]float64, n), make([]string, n)
	class, number = make([]float32, n), make([]float32, n)
	effect := map[string]float64{"a": 2, "b": -2, "c": 1.5, "d": -1.5, "e": 0}
	for i := range n {
		x[i], noise[i] = rng.NormFloat64(), rng.NormFloat64()
		c[i] = string("abcde"[rng.IntN(5)])
		v := math.Abs(x[i])*2 - 2 + effect[c[i]]
		if rng.IntN(10) == 0 { // missing means something here
			x[i], v = nan, 3
		}
		number[i] = float32(v + 0.3*rng.NormFloat64())
		if rng.Float64() < 1/(1+math.Exp(-2*v)) {
			class[i] = 1
		}
	}
	t = &table.Table{Name: "made", Columns: []*table.Column{
		table.NewNumber("x", x), table.NewText("c", c, nil), table.NewNumber("noise", noise)}}
	return t, class, number
}

func binned(tb testing.TB, learn, exam *table.Table) (x, z *Matrix) {
	tb.Helper()
	b, err := NewBinning(learn, nil)
	if err != nil {
		tb.Fatal(err)
	}
	if x, err = b.Apply(learn); err != nil {
		tb.Fatal(err)
	}
	if z, err = b.Apply(exam); err != nil {
		tb.Fatal(err)
	}
	return x, z
}

func TestFitLearns(t *testing.T) {
	learn, class, number := made(6000, 1)
	exam, classes, numbers := made(3000, 2)
	x, z := binned(t, learn, exam)
	m, err := FitBinary(context.Background(), x, class, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if auc := AUC(m.Predict(z), classes); auc < 0.93 || auc > 0.99 {
		t.Errorf("AUC %.3f, want about 0.95", auc)
	}
	if share := m.Importance(3); share[0] < 0.2 || share[1] < 0.2 || share[2] > 0.1 {
		t.Errorf("importance %.2f: x and c carry the class, noise does not", share)
	}
	if m, err = FitSquared(context.Background(), x, number, Config{}); err != nil {
		t.Fatal(err)
	}
	if r2 := R2(m.Predict(z), numbers); r2 < 0.95 {
		t.Errorf("R2 %.3f, want above 0.95", r2)
	}
	// The noise of the target has variance 0.09: nothing predicts better.
	sum := 0.0
	for i, v := range m.Predict(z) {
		sum += (v - float64(numbers[i])) * (v - float64(numbers[i]))
	}
	if mse := sum / float64(len(numbers)); mse < 0.085 {
		t.Errorf("mean squared error %.3f is below the noise: the exam leaks", mse)
	}
}

// One split of a squared error tree is arithmetic that can be done by hand.
func TestSplitByHand(t *testing.T) {
	for _, tt := range []struct {
		name string
		x, y []float64
		want []float64 // predictions of one tree at learning rate 1
	}{
		{"two groups", []float64{1, 2, 8, 9}, []float64{0, 2, 10, 12}, []float64{1, 1, 11, 11}},
		{"missing goes where it fits", []float64{1, 1, 9, nan}, []float64{0, 0, 6, 6}, []float64{0, 0, 6, 6}},
		{"nothing to split", []float64{5, 5, 5, 5}, []float64{1, 2, 3, 6}, []float64{3, 3, 3, 3}},
		{"a target that does not vary", []float64{1, 2, 3, 4}, []float64{7, 7, 7, 7}, []float64{7, 7, 7, 7}},
		{"a tiny scale", []float64{1, 2, 8, 9}, []float64{0, 0, 1e-6, 1e-6}, []float64{0, 0, 1e-6, 1e-6}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := &table.Table{Columns: []*table.Column{table.NewNumber("x", tt.x)}}
			x, _ := binned(t, data, data)
			y := make([]float32, len(tt.y))
			for i, v := range tt.y {
				y[i] = float32(v)
			}
			m, err := FitSquared(context.Background(), x, y, Config{Trees: 1, MaxDepth: 1, MinLeaf: 1, LearnRate: 1})
			if err != nil {
				t.Fatal(err)
			}
			for i, got := range m.Predict(x) {
				if math.Abs(got-tt.want[i]) > 1e-6*max(tt.want[0], tt.want[3]) {
					t.Errorf("row %d: %g, want %g", i, got, tt.want[i])
				}
			}
		})
	}
}

func TestDeterministic(t *testing.T) {
	learn, class, _ := made(5000, 3)
	x, _ := binned(t, learn, learn)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first *Model
	for _, threads := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(threads)
		m, err := FitBinary(context.Background(), x, class, Config{Trees: 10})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = m
		} else if !reflect.DeepEqual(m, first) {
			t.Fatalf("%d threads give another model than one", threads)
		}
	}
}

func TestLimits(t *testing.T) {
	learn, class, _ := made(4000, 4)
	x, _ := binned(t, learn, learn)
	m, err := FitBinary(context.Background(), x, class, Config{Trees: 5, MaxDepth: 3, MaxLeaves: 6, MinLeaf: 50})
	if err != nil {
		t.Fatal(err)
	}
	for k, nodes := range m.Trees {
		rows := make([]int, len(nodes))
		for i := range x.Rows {
			at, depth := 0, 0
			for nodes[at].Left != 0 {
				n := &nodes[at]
				if at = n.Right; n.goesLeft(x.Cols[n.Feature][i]) {
					at = n.Left
				}
				depth++
			}
			rows[at]++
			if depth > 3 {
				t.Fatalf("tree %d: a leaf at depth %d", k, depth)
			}
		}
		leaves := 0
		for i, n := range nodes {
			if n.Left == 0 {
				leaves++
				if rows[i] < 50 {
					t.Errorf("tree %d: a leaf of %d rows", k, rows[i])
				}
			}
		}
		if leaves > 6 || leaves < 2 {
			t.Errorf("tree %d: %d leaves", k, leaves)
		}
	}
}

func TestModelAsJSON(t *testing.T) {
	learn, class, _ := made(1000, 5)
	x, _ := binned(t, learn, learn)
	m, err := FitBinary(context.Background(), x, class, Config{Trees: 3})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	back := new(Model)
	if err := json.Unmarshal(b, back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m.Predict(x), back.Predict(x)) {
		t.Error("the model read back predicts something else")
	}
}

func TestFitRefuses(t *testing.T) {
	data := &table.Table{Columns: []*table.Column{table.NewNumber("x", []float64{1, 2})}}
	x, _ := binned(t, data, data)
	for _, tt := range []struct {
		name string
		y    []float32
	}{
		{"one class", []float32{1, 1}}, {"too few targets", []float32{1}},
		{"not 0 and 1", []float32{0, 2}}, {"not a number", []float32{0, float32(nan)}},
	} {
		if _, err := FitBinary(context.Background(), x, tt.y, Config{}); core.KindOf(err) != core.Invalid {
			t.Errorf("%s: error %v, want an invalid one", tt.name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := FitBinary(ctx, x, []float32{0, 1}, Config{}); core.KindOf(err) != core.Cancelled {
		t.Errorf("cancelled: error %v", err)
	}
}

func TestBinning(t *testing.T) {
	many := make([]float64, 5000)
	levels := make([]string, 5000)
	for i := range many {
		many[i] = float64(i * i)
		levels[i] = string(rune('A' + i%400))
	}
	many[0] = nan
	data := &table.Table{Columns: []*table.Column{table.NewNumber("many", many), table.NewText("levels", levels, nil)}}
	b, err := NewBinning(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := b.Apply(data)
	if err != nil {
		t.Fatal(err)
	}
	count := [256]int{}
	for i, bin := range m.Cols[0] {
		count[bin]++
		if i > 1 && bin < m.Cols[0][i-1] {
			t.Fatalf("row %d: bins are not in the order of the values", i)
		}
	}
	if count[0] != 1 || count[255] == 0 {
		t.Errorf("%d missing cells, %d in the last bin", count[0], count[255])
	}
	for bin, n := range count[1:] {
		if n < 19 || n > 20 {
			t.Errorf("bin %d holds %d of 4,999 rows", bin+1, n)
		}
	}
	unseen := &table.Table{Columns: []*table.Column{
		table.NewNumber("many", []float64{-1, 1e12}), table.NewText("levels", []string{"new", ""}, []bool{false, true})}}
	if m, err = b.Apply(unseen); err != nil {
		t.Fatal(err)
	}
	if want := [][]uint8{{1, 255}, {255, 0}}; !reflect.DeepEqual(m.Cols, want) {
		t.Errorf("unseen values have bins %v, want %v", m.Cols, want)
	}
	if _, err = b.Apply(&table.Table{Columns: []*table.Column{data.Columns[0]}}); core.KindOf(err) != core.NotFound {
		t.Errorf("a missing column gives %v", err)
	}
	swapped := table.NewNumber("levels", []float64{1})
	if _, err = b.Apply(&table.Table{Columns: []*table.Column{table.NewNumber("many", []float64{1}), swapped}}); core.KindOf(err) != core.Invalid {
		t.Errorf("another kind gives %v", err)
	}
}

func TestAUC(t *testing.T) {
	for _, tt := range []struct {
		name  string
		score []float64
		y     []float32
		want  float64
	}{
		{"right order", []float64{1, 2, 3, 4}, []float32{0, 0, 1, 1}, 1},
		{"wrong order", []float64{4, 3, 2, 1}, []float32{0, 0, 1, 1}, 0},
		{"all ties", []float64{1, 1, 1}, []float32{0, 1, 1}, 0.5},
		{"one of four pairs wrong", []float64{1, 3, 2, 4}, []float32{0, 0, 1, 1}, 0.75},
		{"one tie", []float64{1, 2, 2, 4}, []float32{0, 0, 1, 1}, 0.875},
		{"one class", []float64{1, 2}, []float32{1, 1}, nan},
	} {
		if got := AUC(tt.score, tt.y); got != tt.want && !(math.IsNaN(got) && math.IsNaN(tt.want)) {
			t.Errorf("%s: %g, want %g", tt.name, got, tt.want)
		}
	}
	if got := R2([]float64{1, 2, 3}, []float32{1, 2, 6}); math.Abs(got-(1-9.0/14)) > 1e-12 {
		t.Errorf("R2 is %g, want %g", got, 1-9.0/14)
	}
}

func BenchmarkFitBinary(b *testing.B) { // 48,000 rows, 15 columns, 60 trees of depth 5
	rng := rand.New(rand.NewPCG(1, 1))
	data := &table.Table{}
	for j := range 15 {
		col := make([]float64, 48000)
		for i := range col {
			col[i] = math.Round(rng.NormFloat64() * float64(10+40*j))
		}
		data.Columns = append(data.Columns, table.NewNumber(string(rune('a'+j)), col))
	}
	y := make([]float32, 48000)
	for i := range y {
		if data.Columns[3].Num[i]/130+data.Columns[7].Num[i]/290+rng.NormFloat64() > 0 {
			y[i] = 1
		}
	}
	x, _ := binned(b, data, data)
	for b.Loop() {
		if _, err := FitBinary(context.Background(), x, y, Config{}); err != nil {
			b.Fatal(err)
		}
	}
}
