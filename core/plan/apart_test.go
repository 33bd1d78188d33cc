package plan

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// withApart sets a store of every item apart, with offers that no calendar may have.
func withApart(p *Problem, rng *rand.Rand) {
	p.Own = []Option{{Depth: 0.3, Fixed: 2}, {Depth: 0.55}}
	for i := range p.Items {
		it := &p.Items[i]
		for n := range it.Beliefs {
			d := &it.Beliefs[n]
			d.Lift = append(d.Lift, 2+rng.Float64(), 4)
			for l := range d.Dip {
				d.Dip[l] = append(d.Dip[l], 0.8, 0.5+0.1*rng.Float64())
			}
		}
		it.Taken = append(it.Taken, 0.15, 0.3)
		x := Apart{Place: it.Place, Offers: []Lock{{1 + i, 3}, {2 + i, 4}}}
		x.Units, x.Stores, x.Price = slices.Clone(it.Units), 2, 1.1*it.Price
		for w := range x.Units {
			x.Units[w] *= 0.4 + 0.3*rng.Float64()
		}
		y := x
		y.Offers, y.Stores = []Lock{{p.Weeks - 1, 4}}, 1
		it.Apart = []Apart{x, y}
	}
}

// asItems takes the stores of an item apart: each is an item of its own whose
// calendar is the shared one with its own offers in place.
func asItems(p *Problem, c Calendar) (*Problem, Calendar) {
	q := &Problem{Weeks: p.Weeks, Options: slices.Concat(p.Options, p.Own)}
	var all Calendar
	for i, it := range p.Items {
		for k := range 1 + len(it.Apart) {
			one, weeks := it, slices.Clone(c[i])
			one.Place, one.Apart = *it.place(k), nil
			if k > 0 {
				for _, l := range it.Apart[k-1].Offers {
					weeks[l.Week] = l.Option
				}
			}
			q.Items, all = append(q.Items, one), append(all, weeks)
		}
	}
	return q, all
}

// A problem with stores apart is worth what its stores are worth as items of
// their own, whatever the calendar; the dynamic programme finds the best of all
// calendars, and the limits of promotions are about the calendar alone.
func TestStoresApart(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 9))
		p := small(rng, 1, 6)
		withApart(p, rng)
		p.Items[0].Limits = Limits{MaxPromos: 1 + int(seed%3), Gap: int(seed % 2), MaxDepth: 0.45}
		every(p, func(c Calendar) {
			got := p.Value(c)
			q, all := asItems(p, c)
			want := q.Value(all)
			want.Promos = got.Promos
			for _, x := range [][2]float64{{got.Units, want.Units}, {got.Sales, want.Sales}, {got.Profit, want.Profit}, {got.Spent, want.Spent}} {
				if math.Abs(x[0]-x[1]) > 1e-9*math.Abs(x[1]) {
					t.Fatalf("seed %d: %v is worth %+v, its stores %+v", seed, c, got, want)
				}
			}
		})
		c, err := Exact(p)
		if err != nil {
			t.Fatal(err)
		}
		want := brute(p)
		if got := p.Value(c).Profit; math.Abs(got-want) > 1e-9*want {
			t.Errorf("seed %d: profit %g, the best is %g", seed, got, want)
		}
		r, err := Best(context.Background(), p, nil)
		if err != nil || math.Abs(r.Totals.Profit-want) > 1e-9*want || r.Bound < want*(1-1e-12) {
			t.Errorf("seed %d: %+v, the best is %g: %v", seed, r, want, err)
		}
		if c, err := Linear(p); err != nil || len(p.Broken(c)) > 0 || p.Value(c).Profit < 0.95*want {
			t.Errorf("seed %d: the linear programme brings %g of %g: %v", seed, p.Value(c).Profit, want, err)
		}
	}
}

// Budget, margin floor and the bound know of what stores apart cost.
func TestStoresApartInSharedRules(t *testing.T) {
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 5))
		p := small(rng, 2, 4)
		p.Items[1].Category = p.Items[0].Category
		withApart(p, rng)
		none := p.Value(Calendar{make([]int, 4), make([]int, 4)})
		if none.Spent <= 0 || none.Promos != 0 {
			t.Fatalf("without a calendar %+v", none)
		}
		p.Budget, p.PerCategory, p.MarginFloor = none.Spent+80, 1, 0.3
		want := brute(p)
		r, err := Best(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Broken(r.Calendar)) > 0 || r.Totals.Profit < 0.95*want || r.Totals.Profit > want*(1+1e-9) || r.Bound < want*(1-1e-9) {
			t.Errorf("seed %d: profit %g, the best %g, bound %g, broken %q", seed, r.Totals.Profit, want, r.Bound, p.Broken(r.Calendar))
		}
		p.Budget = 0.9 * none.Spent
		clash, err := Clash(p)
		if text := strings.Join(clash, "; "); err != nil || !strings.HasPrefix(text, "the offers of single stores stand; at most ") || len(clash) != 2 {
			t.Errorf("offers of stores that cost more than the budget: %q, %v", clash, err)
		}
	}
}

// A stock of a store apart holds back that store, one of all stores all alike.
func TestStoresApartWithStock(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 7))
		p := small(rng, 1, 5)
		withApart(p, rng)
		it := &p.Items[0]
		it.Funding = 0
		none := Calendar{make([]int, 5)}
		free := p.Value(none)
		north := Stock{Week: 0, Weeks: 1 + int(seed%2)*4, Units: 0.7 * it.Apart[0].Units[0] * float64(1+seed%2*4), Store: "north", Part: 1, Place: 1}
		it.Stock = []Stock{north}
		held, x := p.Value(none), &it.Apart[0]
		short := x.Units[0] - north.Units // no offer stands there yet
		if loss := free.Profit - held.Profit; seed%2 == 0 && math.Abs(loss-short*(x.Price-x.Cost)) > 1e-9*loss || held.Units >= free.Units {
			t.Errorf("seed %d: %g units and %g of profit less with %g units less in the north", seed, free.Units-held.Units, loss, short)
		}
		if seed%3 == 2 {
			it.Stock = append(it.Stock, Stock{Week: 1, Weeks: 2, Units: 2 * it.Units[1]})
			sum := 0.0
			shelf, a := it.shelf(), newAnswer(it, len(p.Options))
			asked := make([]float64, 3)
			p.asked(it, a, 1, 0, 0, asked)
			for _, n := range shelf.sell(1, asked) {
				sum += n
			}
			if left := it.Stock[1].Units - sum; math.Abs(left-shelf.left[1]) > 1e-9 || left < -1e-9 {
				t.Errorf("seed %d: %g left after %g of %g", seed, shelf.left[1], sum, it.Stock[1].Units)
			}
		}
		best := brute(p)
		r, err := Best(context.Background(), p, nil)
		if err != nil || r.Totals.Profit > best+1e-9 || best > r.Bound+1e-6 || r.Totals.Profit < 0.99*best {
			t.Errorf("seed %d: profit %.3f, best %.3f, bound %.3f, %v", seed, r.Totals.Profit, best, r.Bound, err)
		}
	}
}

// A simulated item with stores apart earns what its calendar is worth, when
// there is no luck in it.
func TestWorldOfStoresApart(t *testing.T) {
	p := small(rand.New(rand.NewPCG(3, 3)), 1, 6)
	withApart(p, rand.New(rand.NewPCG(3, 4)))
	w, err := NewWorld(p, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.Begin(1)
	weeks, sum := []int{2, 0, 1, 0, 2, 1}, 0.0
	for _, o := range weeks {
		reward := make([]float32, 1)
		w.Act([]int32{int32(o)}, reward)
		sum += float64(reward[0]) * w.scale
	}
	want := p.Value(Calendar{weeks}).Profit - p.Value(Calendar{make([]int, 6)}).Profit
	if math.Abs(sum-want) > 1e-5*math.Abs(want) {
		t.Errorf("episodes earn %g, the calendar is worth %g more than none", sum, want)
	}
}
