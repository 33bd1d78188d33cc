package plan

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// With stocks the plan is near the best of all calendars, whose value runs
// the stock down, and never above its bound; a stock of a week is exact.
func TestBestWithStock(t *testing.T) {
	worst, blind := 0.0, 0.0
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 3))
		p := small(rng, 1, 6)
		it := &p.Items[0]
		it.Funding = 0
		usual := it.Units[0]
		weeks := 1 + int(seed%2)*3
		it.Stock = []Stock{{Week: 1, Weeks: weeks, Units: (1 + 0.6*rng.Float64()) * usual * float64(weeks)}}
		best := brute(p)
		r, err := Best(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Totals.Profit > best+1e-9 || best > r.Bound+1e-6 {
			t.Errorf("seed %d: profit %.3f, best %.3f, bound %.3f", seed, r.Totals.Profit, best, r.Bound)
		}
		worst = max(worst, 1-r.Totals.Profit/best)
		sold := 0.0
		a := newAnswer(it, len(p.Options))
		shelf, code := it.shelf(), 0
		for w := 1; w < 1+weeks; w++ {
			asked := []float64{0}
			p.asked(it, a, w, code, r.Calendar[0][w], asked)
			sold += shelf.sell(w, asked)[0]
			code = a.next(code, r.Calendar[0][w])
		}
		if sold > it.Stock[0].Units+1e-9 {
			t.Errorf("seed %d: %.1f sold of %.1f", seed, sold, it.Stock[0].Units)
		}
		stock := it.Stock
		it.Stock = nil
		free, err := Best(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		it.Stock = stock
		blind = max(blind, 1-p.Value(free.Calendar).Profit/best)
	}
	if worst > 0.01 || blind < worst || math.IsNaN(worst) {
		t.Errorf("plans earn up to %.4f less than the best; blind to stocks %.4f", worst, blind)
	}
	p, _ := Made(rand.New(rand.NewPCG(1, 1)), 1)
	p.Items[0].Stock = []Stock{{Week: 0, Weeks: 3, Units: 5}}
	p.Shared = Shared{}
	if _, err := Exact(p); err == nil {
		t.Error("the dynamic programme takes a stock of three weeks")
	}
	p.Items[0].Stock[0].Weeks = 0
	if _, err := Best(context.Background(), p, nil); err == nil {
		t.Error("a stock of no weeks is planned")
	}
}

// A stock of one store holds back what that store sells, no more, and of two
// of a store the lesser one counts.
func TestStockOfStore(t *testing.T) {
	it := &Item{Stock: []Stock{{Week: 1, Weeks: 2, Units: 30, Store: "a", Part: 0.4}, {Week: 0, Weeks: 3, Units: 10, Store: "b", Part: 0.1}, {Week: 2, Weeks: 1, Units: 5, Store: "a", Part: 0.4}}}
	s := it.shelf()
	for w, want := range []float64{
		100, // b sells its ten
		80,  // b has none left, a sells thirty of forty
		50,  // nor has a
	} {
		if got := s.sell(w, []float64{100})[0]; math.Abs(got-want) > 1e-9 {
			t.Errorf("week %d: %g of 100 are sold, not %g", w, got, want)
		}
	}
	if got := []float64{it.served(0, 0), it.served(1, 0), it.served(3, 0)}; math.Abs(got[0]-0.1) > 1e-12 || math.Abs(got[1]-0.5) > 1e-12 || got[2] != 0 {
		t.Errorf("stocks serve %v", got)
	}
	for seed := range uint64(6) {
		p := small(rand.New(rand.NewPCG(seed, 5)), 1, 5)
		p.Items[0].Funding = 0
		p.Items[0].Stock = []Stock{{Week: 0, Weeks: 1 + int(seed%2)*4, Units: 0.45 * p.Items[0].Units[0] * float64(1+seed%2*4), Store: "a", Part: 0.4}}
		best := brute(p)
		r, err := Best(context.Background(), p, nil)
		if err != nil || r.Totals.Profit > best+1e-9 || best > r.Bound+1e-6 || r.Totals.Profit < 0.99*best {
			t.Errorf("seed %d: profit %.3f, best %.3f, bound %.3f, %v", seed, r.Totals.Profit, best, r.Bound, err)
		}
	}
}
