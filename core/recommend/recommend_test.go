package recommend

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

// habits are customers who buy the same few items again and again, each of one
// of two groups of items, and now and then anything; an item k is followed by
// item k+1 of its group.
func habits(customers, items, baskets int, seed uint64) *Log {
	rng := rand.New(rand.NewPCG(seed, 1))
	var c, b, it []int32
	half := int32(items / 2)
	for who := range customers {
		group := int32(who%2) * half
		at := rng.Int32N(half)
		for k := range baskets {
			c, b, it = append(c, int32(who)), append(b, int32(k)), append(it, group+at)
			if rng.IntN(5) == 0 {
				c, b, it = append(c, int32(who)), append(b, int32(k)), append(it, rng.Int32N(int32(items)))
			}
			if at = (at + 1) % half; rng.IntN(6) == 0 {
				at = rng.Int32N(half)
			}
		}
	}
	return FromBaskets(c, b, it, customers, items)
}

func controls() []Method {
	return []Method{
		Popular(Decay{}), Popular(Decay{Rate: .8}), Personal(Decay{}, false), Personal(Decay{Rate: .9}, true), ItemKNN(KNN{}),
		EASE(Ease{}), EASE(Ease{Input: Decay{Rate: .8}}), GFCF(Filter{Rank: 8}), UPCF(UserPopularity{}), TIFUKNN(TIFU{Neighbours: 20}),
		Markov(Chain{}), Transitions(Linear{}), Walks(Walk{}),
	}
}

// TestContract: every method answers for everybody, with finite numbers, the
// same in any batch, on any log that can be learned from.
func TestContract(t *testing.T) {
	logs := map[string]*Log{
		"habits":       habits(40, 12, 6, 1),
		"one customer": FromBaskets([]int32{0, 0, 0}, []int32{0, 1, 2}, []int32{0, 1, 0}, 1, 2),
		"two items":    FromBaskets([]int32{0, 1}, []int32{0, 0}, []int32{0, 1}, 2, 2),
	}
	for name, l := range logs {
		for _, m := range controls() {
			s, err := m.Fit(context.Background(), l, nil)
			if err != nil {
				t.Errorf("%s, %s: %v", name, m.Name, err)
				continue
			}
			n := len(l.Items)
			hs := []History{{Customer: -1}, l.History(0), {Customer: -1, Items: []int32{1}, Basket: []int32{0}}}
			out := make([]float32, len(hs)*n)
			s.Score(hs, out)
			for _, x := range out {
				if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
					t.Fatalf("%s, %s: score %v", name, m.Name, x)
				}
			}
			alone := make([]float32, n)
			for i := range hs {
				s.Score(hs[i:i+1], alone)
				for j, x := range alone {
					if y := out[i*n+j]; math.Abs(float64(x-y)) > 1e-5*max(1, math.Abs(float64(y))) {
						t.Errorf("%s, %s: item %d scores %g alone, %g in a batch", name, m.Name, j, x, y)
					}
				}
			}
		}
	}
}

// TestLearns: what is there to learn is learned by those who can.
func TestLearns(t *testing.T) {
	split, err := LastBasket(habits(300, 40, 12, 2))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]*Result{}
	for _, m := range controls() {
		s, err := m.Fit(context.Background(), split.Train, nil)
		if err != nil {
			t.Fatal(m.Name, err)
		}
		if got[m.Name], err = Examine(context.Background(), s, split, nil); err != nil {
			t.Fatal(err)
		}
	}
	base := got["popularity"].Ranking.NDCG[0]
	for name, least := range map[string]float64{"Markov": .6, "linear transitions": .6, "EASE": .1, "GF-CF": .1} {
		if x := got[name].Ranking.NDCG[0]; x < least || x < base+.05 {
			t.Errorf("%s: NDCG@5 %.3f, popularity %.3f", name, x, base)
		}
	}
	gain := got["Markov"].Beats(got["popularity"])
	if gain.Lo <= 0 || gain.Hi < gain.Mean {
		t.Errorf("Markov beats popularity by %+v", gain)
	}
}

func TestRanks(t *testing.T) {
	score := []float32{5, 4, 4, 3, 0, 0}
	for _, tt := range []struct {
		next []int32
		want []int
	}{
		{[]int32{0}, []int{1}},
		{[]int32{1}, []int{3}},       // its equal stands before it
		{[]int32{1, 2}, []int{2, 3}}, // equals that both came
		{[]int32{4}, []int{6}},       // what nothing tells apart is last
		{[]int32{3, 0}, []int{4, 1}},
	} {
		if got := ranksOf(score, tt.next, make([]bool, len(tt.next)), nil); !slices.Equal(got, tt.want) {
			t.Errorf("%v: ranks %v, want %v", tt.next, got, tt.want)
		}
	}
	m := make([]float64, measures)
	measure(m, []int{1, 7})
	at := At(5) * perCutoff
	if want := 1 / (1 + 1/math.Log2(3)); m[at] != .5 || math.Abs(m[at+1]-want) > 1e-12 || m[at+2] != .2 || m[measures-1] != 1 {
		t.Errorf("measures %v", m)
	}
}

func TestNewLog(t *testing.T) {
	nan := math.NaN()
	at := table.NewTime("When", "", []float64{30, 10, 20, 20, nan, 5})
	who := table.NewText("Customer ID", []string{"a,1", "😀", "a,1", "a,1", "a,1", ""}, []bool{false, false, false, false, false, true})
	what := table.NewNumber("sku", []float64{7, 8, 9, 8, 7, 7})
	l, err := NewLog(&table.Table{Columns: []*table.Column{at, who, what}}, Columns{})
	if err != nil {
		t.Fatal(err)
	}
	h := l.History(0)
	if !slices.Equal(l.Customers, []string{"a,1", "😀"}) || !slices.Equal(l.Items, []string{"7", "8", "9"}) ||
		!slices.Equal(h.Items, []int32{2, 1, 0}) || !slices.Equal(h.Basket, []int32{0, 0, 1}) || len(l.Notes) != 2 {
		t.Errorf("log %+v", l)
	}
	for _, tt := range []struct {
		name string
		t    *table.Table
		cols Columns
		want string
	}{
		{"no item", &table.Table{Columns: []*table.Column{who}}, Columns{}, "names the item"},
		{"one item", &table.Table{Columns: []*table.Column{who, table.NewText("item", []string{"x", "x", "x", "x", "x", "x"}, nil)}}, Columns{}, "one item only"},
		{"a column that is not there", &table.Table{Columns: []*table.Column{who, what}}, Columns{Item: "SKU"}, `no column "SKU"`},
		{"no rows", &table.Table{Columns: []*table.Column{table.NewText("customer", nil, nil), table.NewText("item", nil, nil)}}, Columns{}, "no events"},
	} {
		if _, err := NewLog(tt.t, tt.cols); err == nil || !strings.Contains(err.Error(), tt.want) || core.KindOf(err) == core.Internal {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	same := table.NewTime("time", "", []float64{3, 3, 3, 3, 3, 3})
	if l, err = NewLog(&table.Table{Columns: []*table.Column{same, who, what}}, Columns{}); err != nil || l.Time != nil || !strings.Contains(strings.Join(l.Notes, "\n"), "all times are equal") {
		t.Errorf("equal times: %v, %v", err, l.Notes)
	}
	if _, _, err := ByTime(l, .8, .9); core.KindOf(err) != core.Invalid {
		t.Errorf("cut by equal times: %v", err)
	}
}

// TestMany: items without end cost what their events cost.
func TestMany(t *testing.T) {
	const n = 200_000
	var c, b, it []int32
	for i := range n {
		c, b, it = append(c, int32(i/4)), append(b, int32(i%4)), append(it, int32(i))
	}
	l := FromBaskets(c, b, it, n/4, n)
	for _, m := range []Method{Popular(Decay{}), ItemKNN(KNN{}), EASE(Ease{MaxItems: 100}), Markov(Chain{})} {
		s, err := m.Fit(context.Background(), l, nil)
		if err != nil {
			t.Fatal(m.Name, err)
		}
		out := make([]float32, n)
		s.Score([]History{l.History(3)}, out)
	}
}
