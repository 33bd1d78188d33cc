package recommend

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
)

// TestModel: the file holds the model; answers pass filters; whoever and
// whatever is not known is told.
func TestModel(t *testing.T) {
	l := habits(60, 20, 8, 3)
	l.Customers[0], l.Items[1] = "a,1", "😀"
	choose, err := LastBasket(l)
	if err != nil {
		t.Fatal(err)
	}
	inner, err := choose.Inner(true)
	if err != nil {
		t.Fatal(err)
	}
	board, err := Backtest(context.Background(), inner, choose, Controls(true)[:5], Trial{Ensembles: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(board.Entries) != 7 || len(board.Words) < 2 || !slices.IsSortedFunc(board.Entries, func(a, b Entry) int {
		return int(1e6 * (b.NDCG10.Mean - a.NDCG10.Mean))
	}) {
		t.Errorf("board %+v", board.Words)
	}
	m, _, err := Train(context.Background(), board.Best(), l, board, nil)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	again, err := Read(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []Query{{Customer: "a,1"}, {Customer: "a,1", K: 3, New: true}, {Items: []string{"😀"}, K: 4}, {Customer: "who?", K: 2}, {Customer: "5", Only: []string{"3", "7"}}} {
		a, err := m.Ask(q)
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := again.Ask(q); !reflect.DeepEqual(a, b) {
			t.Errorf("%+v: %+v before, %+v after the file", q, a, b)
		}
		for i, s := range a.Items {
			if q.New && s.Had || slices.Contains(q.Items, s.Item) || q.Only != nil && !slices.Contains(q.Only, s.Item) || slices.ContainsFunc(a.Items[:i], func(o Suggested) bool { return o.Item == s.Item }) {
				t.Errorf("%+v: %+v", q, a.Items)
			}
		}
		if want := min(max(q.K, 0), 20); q.K > 0 && len(a.Items) != want {
			t.Errorf("%+v: %d items", q, len(a.Items))
		}
		if (q.Customer == "who?") != strings.Contains(a.Note, "not known") {
			t.Errorf("%+v: note %q", q, a.Note)
		}
	}
	if _, err := m.Ask(Query{K: -1}); core.KindOf(err) != core.Invalid {
		t.Errorf("k -1: %v", err)
	}
	for i := 0; i < file.Len(); i += 1 + file.Len()/40 {
		b := bytes.Clone(file.Bytes())
		b[i] ^= 64
		if _, err := Read(bytes.NewReader(b)); err == nil {
			t.Errorf("byte %d changed, and nobody saw", i)
		}
		if _, err := Read(bytes.NewReader(b[:i])); err == nil {
			t.Errorf("cut at %d, and nobody saw", i)
		}
	}
}

// TestThreads: the same bits for any number of threads.
func TestThreads(t *testing.T) {
	l := habits(80, 30, 6, 4)
	run := func() (out []float32) {
		for _, m := range controls() {
			s, err := m.Fit(context.Background(), l, nil)
			if err != nil {
				t.Fatal(err)
			}
			lists, err := ListAll(context.Background(), s, l, 5, false, nil)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, lists.Score...)
		}
		return out
	}
	one := runtime.GOMAXPROCS(1)
	alone := run()
	runtime.GOMAXPROCS(one)
	if !slices.Equal(alone, run()) {
		t.Error("one thread gives other lists than several")
	}
}

// TestRelations: two goods of one meal are found together, two brands of one
// good instead of each other, and reasons name what is behind.
func TestRelations(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	var c, b, it []int32
	for who := range 300 {
		for k := range 10 {
			put := func(item int32) { c, b, it = append(c, int32(who)), append(b, int32(k)), append(it, item) }
			put(4 + rng.Int32N(8)) // anything
			if rng.IntN(2) == 0 {
				put(rng.Int32N(2)) // one of two brands of pasta
				if rng.IntN(3) > 0 {
					put(2) // and sauce
				}
			} else if rng.IntN(6) == 0 {
				put(2)
			} else if rng.IntN(3) == 0 {
				put(3)
			}
		}
	}
	l := FromBaskets(c, b, it, 300, 12)
	r, err := Relate(context.Background(), l, Together{})
	if err != nil {
		t.Fatal(err)
	}
	if p := r.To(2, 2); len(p) != 2 || p[0].Item > 1 || p[1].Item > 1 || p[0].Lift < 1.3 {
		t.Errorf("with sauce: %+v", p)
	}
	if p := r.Instead(0, 1); len(p) != 1 || p[0].Item != 1 || !p[0].Substitute {
		t.Errorf("instead of pasta: %+v", p)
	}
	if r.Community[0] != r.Community[2] || r.Community[1] != r.Community[2] {
		t.Errorf("communities %v", r.Community)
	}
	if rules := r.Rules(5, 3); len(rules) != 3 || rules[0].Lift < 1.3 {
		t.Errorf("rules %+v", rules)
	}
	h := History{Items: []int32{0}, Basket: []int32{0}}
	if w := r.Why(h, 2); !strings.Contains(w.En, "baskets with 0 have it") {
		t.Errorf("why: %q", w.En)
	}
	s, err := Markov(Chain{Input: Decay{Rate: .8}}).Fit(context.Background(), l, nil)
	if err != nil {
		t.Fatal(err)
	}
	if why := Occlude(s, History{Customer: -1, Items: []int32{7, 0}, Basket: []int32{0, 1}}, 12, 2, 2); len(why) > 0 && why[0].Share <= 0 {
		t.Errorf("occlusion %+v", why)
	}
}

func TestSegments(t *testing.T) {
	l := habits(200, 40, 6, 6)
	s, err := Cluster(context.Background(), l, 2)
	if err != nil {
		t.Fatal(err)
	}
	same := 0
	for c, g := range s.Of {
		if (g == s.Of[0]) == (c%2 == 0) {
			same++
		}
	}
	if same < 195 || len(s.Segments) != 2 || s.Segments[0].Words.Zh == "" {
		t.Errorf("%d of 200 customers in their group; %+v", same, s.Segments)
	}
	n := 0
	for _, g := range RFM(l).Segments {
		n += g.Customers
	}
	if n != 200 {
		t.Errorf("%d customers in segments", n)
	}
}

func TestViews(t *testing.T) {
	p, y := []float64{.9, .8, .3, .2, .6}, []float64{1, 1, 0, 0, 0}
	c := Classify(p, y, .5)
	if c.Accuracy != .8 || math.Abs(c.Precision-2./3) > 1e-12 || c.Recall != 1 || math.Abs(c.F1-.8) > 1e-12 || c.AUC != 1 || c.Confusion != [2][2]int{{2, 1}, {0, 2}} {
		t.Errorf("%+v", c)
	}
	if math.Abs(c.ECE-(.1+.2+.3+.2+.6)/5) > 1e-12 {
		t.Errorf("ECE %g", c.ECE)
	}
	if r := Regress([]float64{1, 2, 4}, []float64{1, 3, 2}); math.Abs(r.MAE-1) > 1e-12 || math.Abs(r.MSE-5./3) > 1e-12 {
		t.Errorf("%+v", r)
	}
}

func TestOnly(t *testing.T) {
	l := FromBaskets([]int32{0, 0, 0, 1}, []int32{0, 1, 2, 0}, []int32{0, 1, 2, 0}, 2, 3)
	l.Actions, l.Action = []string{"view", "purchase", ""}, []uint8{0, 1, 0, 1}
	got, err := l.Only("view")
	if err != nil || !slices.Equal(got.Item, []int32{0, 2}) || !slices.Equal(got.Basket, []int32{0, 1}) || !slices.Equal(got.First, []int32{0, 2, 2}) {
		t.Errorf("views: %+v, %v", got, err)
	}
	if _, err := l.Only("return"); core.KindOf(err) != core.NotFound {
		t.Errorf("an action that is not there: %v", err)
	}
}
