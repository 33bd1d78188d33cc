package quality

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Fresh rows agree as the holdout does; shuffled columns agree one by one
// only, and combine values as real rows do not.
func TestAccuracyAndOddRows(t *testing.T) {
	real, holdout := visits(3000, 1), visits(3000, 2)
	cfg := Config{Queries: 200, ModelRows: 2000}
	fresh, apart := evaluate(t, real, holdout, visits(3000, 3), cfg), evaluate(t, real, holdout, apart(real), cfg)
	a, top := fresh.Accuracy, fresh.AccuracyCeiling
	if math.Abs(a.One-top.One) > 0.02 || math.Abs(a.Three-top.Three) > 0.02 || a.One < a.Two || a.Two < a.Three || a.Sets != 10 || a.All != 10 {
		t.Errorf("fresh rows %+v, ceiling %+v", a, top)
	}
	if b := apart.Accuracy; b.One < 0.999 || b.Two > top.Two-0.02 || b.Three > top.Three-0.04 {
		t.Errorf("shuffled columns %+v, ceiling %+v", b, top)
	}
	if tr := apart.Triples; len(tr) != 5 || tr[0].Loss < tr[4].Loss || tr[0].Loss < 0.05 {
		t.Errorf("triples %+v, want the worst first", tr)
	}
	if s := fresh.Strange; s.Lo > s.Usual || s.Skill < 0.6 {
		t.Errorf("fresh rows %+v", s)
	}
	if s := apart.Strange; s.Lo <= s.Usual || len(s.Clues) == 0 {
		t.Errorf("shuffled columns %+v", s)
	}
}

func TestCombinations(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, tt := range []struct{ n, k, most, sets, all int }{
		{5, 3, 500, 10, 10}, {2, 3, 500, 0, 0}, {4, 1, 500, 4, 4}, {41, 3, 500, 500, 10660}, {5000, 3, 100, 100, 20820835000},
	} {
		sets, all := combinations(tt.n, tt.k, tt.most, rng)
		if len(sets) != tt.sets || all != tt.all {
			t.Errorf("%d of %d: %d sets of %d, want %d of %d", tt.k, tt.n, len(sets), all, tt.sets, tt.all)
		}
		for _, s := range sets {
			for i := range s {
				if s[i] >= tt.n || i > 0 && s[i] <= s[i-1] {
					t.Fatalf("set %v", s)
				}
			}
		}
	}
}

// A twin that halves the rate of one group is found out, one that keeps it not.
func TestGroups(t *testing.T) {
	shop := func(seed uint64, web float64) *table.Table {
		rng := rand.New(rand.NewPCG(seed, 2))
		n := 3000
		channel, buys, x := make([]string, n), make([]string, n), make([]float64, n)
		for i := range n {
			rate := 0.4
			if channel[i] = "store"; rng.IntN(3) == 0 {
				channel[i], rate = "web", web
			}
			if i < 3 {
				channel[i] = "fax to J. Doe"
			}
			x[i] = rng.NormFloat64()
			if buys[i] = "no"; rng.Float64() < rate+0.2*math.Tanh(x[i]) {
				buys[i] = "yes"
			}
		}
		return &table.Table{Columns: []*table.Column{table.NewNumber("x", x), table.NewText("channel", channel, nil), table.NewText("buys", buys, nil)}}
	}
	cfg := Config{Queries: 100, ModelRows: 2000, Target: "buys", Groups: []string{"channel", "x"}}
	real, holdout := shop(1, 0.5), shop(2, 0.5)
	for _, tt := range []struct {
		name    string
		twin    *table.Table
		differs bool
	}{{"kept", shop(3, 0.5), false}, {"halved", shop(3, 0.25), true}} {
		r := evaluate(t, real, holdout, tt.twin, cfg)
		if len(r.Groups) != 2 {
			t.Fatalf("%s: %+v", tt.name, r.Groups)
		}
		g := r.Groups[0]
		if g.Differs != tt.differs || g.Column != "channel" || g.Target != "buys" || len(g.Groups) != 2 || g.Groups[0].Name != "store" {
			t.Errorf("%s: %+v", tt.name, g)
		}
		if math.Abs(g.RealGap-0.1) > 0.06 || g.TaughtReal == nil || g.Groups[0].TSTR == nil {
			t.Errorf("%s: gap %.3f, want about 0.1", tt.name, g.RealGap)
		}
		if q := r.Groups[1]; len(q.Groups) != 4 || math.Abs(q.Groups[0].Share-0.25) > 0.01 || q.Differs == tt.differs && tt.differs && q.RealGap == 0 {
			t.Errorf("%s: quarters %+v", tt.name, q)
		}
		if tt.differs && r.Verdict.Modelling.State == Yes {
			t.Errorf("the verdict does not mention the groups: %+v", r.Verdict.Modelling)
		}
		page := pageOf(t, r, "zh-CN")
		if strings.Contains(page, "J. Doe") || !strings.Contains(page, "store") {
			t.Errorf("%s: the page shows a group of three rows, or none", tt.name)
		}
	}
	if _, err := Evaluate(t.Context(), real, holdout, real, Config{Groups: []string{"region"}}, nil); core.KindOf(err) != core.NotFound {
		t.Errorf("a group that is not there: %v", err)
	}
}

// A class that more examples make plain is learned better from them; noise
// under its name is not.
func TestUpsampling(t *testing.T) {
	rare := func(seed uint64, n int, share float64, told bool) *table.Table {
		rng := rand.New(rand.NewPCG(seed, 4))
		x, y, class := make([]float64, n), make([]float64, n), make([]string, n)
		for i := range n {
			x[i], y[i] = rng.NormFloat64(), rng.NormFloat64()
			if class[i] = "no"; rng.Float64() < share {
				class[i] = "yes"
				if told {
					x[i], y[i] = x[i]+1.6, y[i]-1.2
				}
			}
		}
		return &table.Table{Columns: []*table.Column{table.NewNumber("x", x), table.NewNumber("y", y), table.NewText("late", class, nil)}}
	}
	real, holdout := rare(1, 4000, 0.01, true), rare(2, 8000, 0.01, true)
	for _, tt := range []struct {
		name   string
		made   *table.Table
		states []string
		sign   float64
	}{
		{"what an ideal synthesizer makes", rare(3, 4000, 0.3, true), []string{Yes, Watch}, 1},
		{"noise", rare(3, 4000, 0.3, false), []string{No}, -1},
	} {
		u, err := Upsampling(t.Context(), real, tt.made, holdout, "late", "", Config{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		ok := false
		for _, s := range tt.states {
			ok = ok || u.State == s
		}
		if !ok || u.Class != "yes" || u.Gain*tt.sign <= 0 || u.GainLo > u.Gain || u.GainHi < u.Gain || math.Abs(u.MadeShare-0.3) > 0.03 || u.Words.Zh == "" {
			t.Errorf("%s: %+v", tt.name, u)
		}
	}
	for name, made := range map[string]*table.Table{"no class": rare(3, 100, 0, true), "no rows": real.Slice(0, 0)} {
		if _, err := Upsampling(t.Context(), real, made, holdout, "late", "yes", Config{}); core.KindOf(err) != core.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Upsampling(t.Context(), real, real, holdout, "x", "", Config{}); core.KindOf(err) != core.Invalid {
		t.Errorf("a number as target: %v", err)
	}
}
