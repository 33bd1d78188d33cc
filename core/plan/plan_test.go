package plan

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// small is a problem of few weeks and options, for trying all calendars.
func small(rng *rand.Rand, items, weeks int) *Problem {
	p, _ := Made(rng, items)
	p.Weeks, p.Options = weeks, []Option{{}, {Depth: 0.2, Fixed: 3 * rng.Float64()}, {Depth: 0.4}}
	for i := range p.Items {
		it := &p.Items[i]
		it.Limits = Limits{}
		b := it.Beliefs[0]
		pick := func(x []float64) []float64 { return []float64{x[0], x[2], x[4]} }
		it.Beliefs = []Demand{{Lift: pick(b.Lift), Dip: [][]float64{pick(b.Dip[0]), pick(b.Dip[1])}}}
		it.Funding = 0.3 * rng.Float64()
		it.Taken = []float64{0, 0.1, 0.2}
	}
	return p
}

// every calls f with each calendar of p.
func every(p *Problem, f func(Calendar)) {
	c := make(Calendar, len(p.Items))
	for i := range c {
		c[i] = make([]int, p.Weeks)
	}
	for {
		f(c)
		at := 0
		for ; at < len(c)*p.Weeks; at++ {
			o := &c[at/p.Weeks][at%p.Weeks]
			if *o++; *o < len(p.Options) {
				break
			}
			*o = 0
		}
		if at == len(c)*p.Weeks {
			return
		}
	}
}

// brute is the best profit of all calendars that keep the rules; -Inf if none does.
func brute(p *Problem) float64 {
	best := math.Inf(-1)
	every(p, func(c Calendar) {
		if v := p.Value(c).Profit; v > best && len(p.Broken(c)) == 0 {
			best = v
		}
	})
	return best
}

func TestExactIsTheBestOfAll(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule func(*Limits)
	}{
		{"free", func(*Limits) {}},
		{"two at most", func(l *Limits) { l.MaxPromos = 2 }},
		{"all but one", func(l *Limits) { l.MinPromos = 5 }},
		{"apart", func(l *Limits) { l.Gap = 2 }},
		{"apart by more than is remembered", func(l *Limits) { l.Gap = 3; l.MinPromos = 2 }},
		{"shallow", func(l *Limits) { l.MaxDepth = 0.3 }},
		{"deep, but not at once", func(l *Limits) { l.MinDepth = 0.3; l.Closed = []int{0, 1} }},
		{"locked", func(l *Limits) { l.Locked = []Lock{{2, 1}, {4, 0}}; l.MaxPromos = 3 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(3) {
				p := small(rand.New(rand.NewPCG(seed, 3)), 1, 6)
				tt.rule(&p.Items[0].Limits)
				c, err := Exact(p)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := p.Value(c).Profit, brute(p); math.Abs(got-want) > 1e-9*want || len(p.Broken(c)) > 0 {
					t.Errorf("profit %g, the best is %g; broken %q", got, want, p.Broken(c))
				}
				c, err = Linear(p)
				if err != nil {
					t.Fatal(err)
				}
				if broken := p.Broken(c); len(broken) > 0 {
					t.Errorf("linear breaks %q", broken)
				}
			}
		})
	}
}

func TestBestKeepsItsWord(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule func(*Problem)
		part float64 // of the best of all calendars
	}{
		{"budget", func(p *Problem) { p.Budget = 60 }, 0.97},
		{"margin", func(p *Problem) { p.MarginFloor = 0.46 }, 0.97},
		{"one at a time", func(p *Problem) { p.PerCategory = 1 }, 0.97},
		{"all three", func(p *Problem) { p.Budget, p.MarginFloor, p.PerCategory = 150, 0.42, 1 }, 0.95},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(3) {
				p := small(rand.New(rand.NewPCG(seed, 5)), 2, 4)
				p.Items[1].Category = p.Items[0].Category
				tt.rule(p)
				want := brute(p)
				r, err := Best(context.Background(), p, nil)
				if math.IsInf(want, -1) {
					if err == nil {
						t.Errorf("seed %d: no calendar keeps the rules, but one was found", seed)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if broken := p.Broken(r.Calendar); len(broken) > 0 {
					t.Errorf("seed %d: breaks %q", seed, broken)
				}
				if r.Totals.Profit < tt.part*want || r.Totals.Profit > want*(1+1e-9) || r.Bound < want*(1-1e-9) {
					t.Errorf("seed %d: profit %g, the best %g, bound %g", seed, r.Totals.Profit, want, r.Bound)
				}
			}
		})
	}
}

func TestMadeProblems(t *testing.T) {
	var n, none, cadence, blind, linear, learned float64
	for seed := range uint64(3) {
		p, _ := Made(rand.New(rand.NewPCG(seed, 1)), 1)
		c, err := Exact(p)
		if err != nil {
			t.Fatal(err)
		}
		best := p.Value(c).Profit
		others, err := Simple(context.Background(), p, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		n++
		none += others[0].Totals.Profit / best
		cadence += others[1].Totals.Profit / best
		blind += others[2].Totals.Profit / best
		l, err := Linear(p)
		if err != nil {
			t.Fatal(err)
		}
		linear += p.Value(l).Profit / best
		policy, err := Learn(context.Background(), p, Learning{}, rand.New(rand.NewPCG(seed, 2)))
		if err != nil {
			t.Fatal(err)
		}
		q, err := policy.Calendar()
		if err != nil {
			t.Fatal(err)
		}
		learned += p.Value(q).Profit / best
		for _, c := range []Calendar{c, l, q, others[1].Calendar, others[2].Calendar} {
			if broken := p.Broken(c); len(broken) > 0 {
				t.Errorf("seed %d: breaks %q", seed, broken)
			}
		}
	}
	if !(none < cadence && cadence < blind && blind < n) || linear < 0.99*n || learned < 0.985*n {
		t.Errorf("of the optimum: none %.4f, cadence %.4f, blind %.4f, linear %.4f, learned %.4f", none/n, cadence/n, blind/n, linear/n, learned/n)
	}
}

func TestBudgetOfMany(t *testing.T) {
	p, _ := Made(rand.New(rand.NewPCG(4, 1)), 12)
	p.Budget, p.PerCategory = 6000, 2
	r, err := Best(context.Background(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Gap > 0.02 || len(p.Broken(r.Calendar)) > 0 || len(r.Tight) == 0 {
		t.Errorf("gap %.4f, broken %q, tight %q", r.Gap, p.Broken(r.Calendar), r.Tight)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	again, err := Best(context.Background(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	if again.Bound != r.Bound || !slices.EqualFunc(r.Calendar, again.Calendar, slices.Equal) {
		t.Errorf("another plan on one processor")
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Best(ctx, p, nil); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}

// What is told of a clash is enough of one, and no rule too many.
func TestClash(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule func(*Problem)
		want []string
	}{
		{"numbers", func(p *Problem) { p.Items[1].Limits = Limits{MinPromos: 4, MaxPromos: 3, Gap: 1} },
			[]string{"item 2: at least 4 promotions", "item 2: at most 3 promotions"}},
		{"spacing", func(p *Problem) { p.Budget = 1e6; p.Items[2].Limits = Limits{MinPromos: 5, MaxPromos: 6, Gap: 6} },
			[]string{"item 3: at least 5 promotions", "item 3: at least 6 weeks between promotions"}},
		{"depths", func(p *Problem) {
			p.Items[0].Limits = Limits{MinPromos: 1, MinDepth: 0.45, MaxDepth: 0.44, MaxPromos: 9}
		},
			[]string{"item 1: at least 1 promotions", "item 1: discounts of at least 45%", "item 1: discounts of at most 44%"}},
		{"budget", func(p *Problem) { p.Budget = 3; p.Items[0].MinPromos = 3; p.PerCategory = 2 },
			[]string{"item 1: at least 3 promotions", "at most 3.00 is spent on promotions"}},
		{"category", func(p *Problem) {
			p.PerCategory = 1
			for i := range p.Items[:2] {
				p.Items[i].Category, p.Items[i].MinPromos, p.Items[i].MaxPromos = "one", 14, 0
			}
		}, []string{"item 1: at least 14 promotions", "item 2: at least 14 promotions",
			"at most 1 items of a category are on promotion in one week"}},
		{"locks", func(p *Problem) { p.Items[0].Gap, p.Items[0].Locked = 2, []Lock{{3, 1}, {4, 2}, {20, 1}} },
			[]string{"item 1: at least 2 weeks between promotions", "item 1: week 3 is locked at 10% off", "item 1: week 4 is locked at 20% off"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, _ := Made(rand.New(rand.NewPCG(6, 1)), 4)
			tt.rule(p)
			got, err := Clash(p)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Join(got, "; ") != strings.Join(tt.want, "; ") {
				t.Errorf("clash %q, want %q", got, tt.want)
			}
			if _, err := Best(context.Background(), p, nil); err == nil || !strings.Contains(err.Error(), tt.want[0]) {
				t.Errorf("Best says %v", err)
			}
		})
	}
	p, _ := Made(rand.New(rand.NewPCG(6, 1)), 4)
	if got, err := Clash(p); err != nil || got != nil {
		t.Errorf("rules that can be kept clash: %q, %v", got, err)
	}
}
