package synth

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

func column(t *testing.T, tab *table.Table, name string) *table.Column {
	t.Helper()
	for _, c := range tab.Columns {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no column %q", name)
	return nil
}

// shareOf returns the share of rows that meet kind k of what m wants.
func shareOf(m *Model, t *table.Table, k int) float64 {
	of := 0
	for _, mask := range m.want.(*wish).masks(t) {
		of += int(mask >> k & 1)
	}
	return float64(of) / float64(t.Rows())
}

func with(t *testing.T, m *Model, w Want) *Model {
	t.Helper()
	out, err := m.With(w)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func draws(t *testing.T, m *Model, n int, seed uint64) *table.Table {
	t.Helper()
	out, err := m.Sample(n, seed)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWant asks for a share of a kind: it must be that share, in any number
// of rows, and keys must stay fresh.
func TestWant(t *testing.T) {
	m := randomModel(t, shopTable(2000, rand.New(rand.NewPCG(1, 2))), 16, false)
	for _, tt := range []struct {
		where []string
		share float64
	}{
		{[]string{"city=Nice"}, 0},
		{[]string{"city=Nice|Brest"}, .3},
		{[]string{"units=2..4"}, 1},
		{[]string{"units=|5.."}, .4},
		{[]string{"city="}, 0},
		{[]string{"units=2", "city=Lyon"}, .5},
		{[]string{"time=2024-01-01..2024-03-31"}, 0},
		{[]string{"time=2024-02|..2024-01-05"}, .25},
	} {
		w := with(t, m, Want{Where: tt.where, Share: tt.share})
		const n = 10000
		got := draws(t, w, n, 3)
		want := tt.share
		if want == 0 {
			want = 1
		}
		if d := shareOf(w, got, 0) - want; d < -.01 || d > .01 {
			t.Errorf("%v: a share of %g, want %g", tt.where, d+want, want)
		}
		keys := column(t, got, "receipt_id")
		seen := map[int32]bool{}
		for _, c := range keys.Codes {
			seen[c] = true
		}
		if len(seen) != n {
			t.Errorf("%v: %d keys of %d rows", tt.where, len(seen), n)
		}
		short := draws(t, w, 100, 3)
		if a, b := column(t, short, "amount").Num, column(t, got, "amount").Num[:100]; !slices.Equal(a, b) {
			t.Errorf("%v: a longer sample does not begin with the shorter one", tt.where)
		}
	}
	var file bytes.Buffer
	if err := with(t, m, Want{Where: []string{"city=Nice"}, Share: .5}).Write(&file); err != nil {
		t.Fatal(err)
	}
}

// TestWantRange: the rows of a range are those of the whole, by any number of
// threads.
func TestWantRange(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	tab := rareTable(4000)
	m := with(t, fitTrees(t, tab, Config{}), Want{Shares: []string{"kind=rare:0.4", "size=big:+30%"}})
	whole := column(t, draws(t, m, 3*BlockRows, 5), "x").Num
	for _, threads := range []int{1, 3} {
		runtime.GOMAXPROCS(threads)
		for _, r := range [][2]int{{0, 100}, {BlockRows - 5, BlockRows + 5}, {BlockRows, 3 * BlockRows}} {
			err := m.Range(context.Background(), r[0], r[1], 5, r[1], func(got *table.Table) error {
				if !slices.Equal(column(t, got, "x").Num, whole[r[0]:r[1]]) {
					t.Errorf("%d threads: rows %v differ", threads, r)
				}
				return nil
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// rareTable has a kind that makes up a hundredth, with other sizes and
// numbers than the common one.
func rareTable(n int) *table.Table {
	rng := rand.New(rand.NewPCG(3, 3))
	kind, size, x := make([]string, n), make([]string, n), make([]float64, n)
	for i := range kind {
		kind[i], size[i] = "common", []string{"big", "small", "small"}[rng.IntN(3)]
		if i%100 == 0 {
			kind[i], size[i] = "rare", []string{"big", "big", "small"}[rng.IntN(3)]
		}
		x[i] = math.Round(rng.NormFloat64()*10) + 50
		if size[i] == "big" {
			x[i] += 30
		}
	}
	return &table.Table{Name: "rare", Columns: []*table.Column{
		table.NewNumber("x", x), table.NewText("kind", kind, nil), table.NewText("size", size, nil),
	}}
}

// TestShares asks for several shares at once. Within what the conditions
// leave open the rows must be those of the model: of all tables with these
// shares the nearest keeps the odds ratio of the two.
func TestShares(t *testing.T) {
	m := fitTrees(t, rareTable(20000), Config{})
	w := with(t, m, Want{Shares: []string{"kind=rare:30%", "size=big:0.5"}})
	got := draws(t, w, 40000, 3)
	if a, b := shareOf(w, got, 0), shareOf(w, got, 1); math.Abs(a-.3) > .002 || math.Abs(b-.5) > .002 {
		t.Errorf("shares of %.4f and %.4f, want .3 and .5", a, b)
	}
	odds := func(t *table.Table) float64 {
		var n [4]float64
		for _, mask := range w.want.(*wish).masks(t) {
			n[mask]++
		}
		return n[3] * n[0] / n[1] / n[2]
	}
	if was, is := odds(draws(t, m, 200000, 3)), odds(got); is < .8*was || is > 1.25*was {
		t.Errorf("the odds ratio went from %.3f to %.3f", was, is)
	}
	means := func(tab *table.Table) (x [4]float64) { // of x in the rows of each mask
		var n [4]float64
		masks, col := w.want.(*wish).masks(tab), column(t, tab, "x")
		for i, v := range col.Num {
			x[masks[i]] += v
			n[masks[i]]++
		}
		for k := range x {
			x[k] /= n[k]
		}
		return x
	}
	plain := means(draws(t, m, 400000, 4)) // of the rare kind there are two thousand
	for mask, x := range means(got) {
		if math.Abs(x-plain[mask]) > 1 {
			t.Errorf("the mean of x in rows of kinds %02b went from %.2f to %.2f", mask, plain[mask], x)
		}
	}
	e := w.Effect()
	if e.Divergence < .3 || e.Effective > .2 || len(e.Kinds) != 2 || math.Abs(e.Kinds[0].From-.01) > .005 {
		t.Errorf("its effect is said to be %+v", e)
	}
	if e := m.Effect(); e.Effective != 1 || e.Divergence != 0 {
		t.Errorf("a model as it is has the effect %+v", e)
	}
	even := with(t, m, Want{Shares: []string{"kind"}})
	if a := shareOf(even, draws(t, even, 8192, 3), 0); math.Abs(a-.5) > .001 {
		t.Errorf("of two levels made even one has %.4f", a)
	}
	more := with(t, m, Want{Shares: []string{"size=big:+20%"}})
	if k := more.Effect().Kinds[0]; math.Abs(k.To-1.2*k.From) > 1e-4 {
		t.Errorf("a fifth more: from %.4f to %.4f", k.From, k.To)
	}
}

// TestGiven compares rows of a rare kind that were conditioned on with those
// that were taken from many, by all bodies that can.
func TestGiven(t *testing.T) {
	tab := rareTable(20000)
	private, err := Marginal(context.Background(), tab, Config{Epsilon: 50}, rand.New(rand.NewPCG(1, 1)), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*Model{
		"trees": fitTrees(t, tab, Config{}), "tables": private, "network": randomModel(t, tab, 16, false), "any order": randomAnyOrder(t, tab),
	} {
		t.Run(name, func(t *testing.T) {
			w := with(t, m, Want{Where: []string{"kind=rare", "size=big"}})
			wish := w.want.(*wish)
			c := &wish.cells[0]
			if name == "trees" && c.given == nil {
				t.Fatal("a rare kind is not conditioned on")
			}
			mean := func() (x, sd float64) {
				num := column(t, draws(t, w, 6000, 9), "x").Num
				for _, v := range num {
					x += v / float64(len(num))
				}
				for _, v := range num {
					sd += (v - x) * (v - x) / float64(len(num))
				}
				return x, math.Sqrt(sd)
			}
			c.given = nil
			wantX, wantSD := mean()
			c.given = wish.given(newSampler(w), 1)
			// An untrained any-order network is another model in another order.
			if x, sd := mean(); name != "any order" && (math.Abs(x-wantX) > 1 || math.Abs(sd-wantSD) > 1) {
				t.Errorf("x is %.2f ± %.2f conditioned, %.2f ± %.2f taken from many", x, sd, wantX, wantSD)
			}
			_, mass, err := newSampler(w).given(context.Background(), 0, c.given, 1)
			// Blocks tell of the kind, but size follows from the others.
			if err != nil || mass <= 0 || name != "any order" && mass < .7*c.is {
				t.Errorf("%.4f of the rows are said to have the codes of a kind that makes up %.4f (%v)", mass, c.is, err)
			}
		})
	}
}

func TestLot(t *testing.T) {
	weight := make([]float32, 1000)
	for i := range weight {
		weight[i] = float32(i%4) / 4
	}
	rng := rand.New(rand.NewPCG(1, 1))
	rng.Shuffle(len(weight), func(i, j int) { weight[i], weight[j] = weight[j], weight[i] })
	rows, mean := lot(weight, .5)
	if mean != .375 || len(rows) != 500 {
		t.Fatalf("%d rows, mean %g", len(rows), mean)
	}
	var n [4]int
	for _, r := range rows {
		n[int(4*weight[r])]++
	}
	if n[0] != 0 || n[3] != 250 || math.Abs(float64(n[2]-2*n[1])) > 60 {
		t.Errorf("rows by weight: %v", n)
	}
	if rows, _ := lot(make([]float32, 5), 0); rows != nil {
		t.Errorf("of no weight: %v", rows)
	}
}

func TestWantRefused(t *testing.T) {
	m := randomModel(t, shopTable(2000, rand.New(rand.NewPCG(1, 2))), 8, false)
	where := func(s ...string) Want { return Want{Where: s} }
	shares := func(s ...string) Want { return Want{Shares: s} }
	for _, tt := range []struct {
		want Want
		kind core.Kind
		say  string
	}{
		{where("town=Nice"), core.NotFound, "town"},
		{where("units=few"), core.Invalid, "few"},
		{where("units=4..2"), core.Invalid, "4..2"},
		{where("units=.."), core.Invalid, ".."},
		{where("time=soon"), core.Invalid, "soon"},
		{where("time=2024-03-01..2024-02-01"), core.Invalid, "2024-02-01"},
		{where("note=x"), core.Unsupported, "free text"},
		{where("city=Atlantis"), core.NotFound, "Atlantis"},
		{Want{Where: []string{"city=Nice"}, Share: 1.5}, core.Invalid, "1.5"},
		{Want{Where: []string{"city=Nice"}, Share: -.1}, core.Invalid, "-0.1"},
		{shares("city=Nice"), core.Invalid, "no share"},
		{shares("city=Nice:much"), core.Invalid, "much"},
		{shares("city=Nice:+20"), core.Invalid, "+20"},
		{shares("amount"), core.Invalid, "equally frequent"},
		{shares("city=Nice:0.6", "city=Lyon:0.6"), core.Invalid, "no row is both"},
		{shares("city=Nice:0.6", "city=Nice|Lyon:0.3"), core.Invalid, "cannot hold together"},
		{shares("units=1..:+500%"), core.Invalid, "so many more"},
		{shares("units=900..901:0.5", "city=Nice:0.3"), core.Invalid, "units=900..901"},
	} {
		if _, err := m.With(tt.want); core.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.say) {
			t.Errorf("%v: %v", tt.want, err)
		}
	}
	w := with(t, m, where("units=900..901"))
	w.want.(*wish).draws = 3
	if _, err := w.Sample(1, 1); core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), "units=900..901") {
		t.Errorf("units that never come: %v", err)
	}
}
