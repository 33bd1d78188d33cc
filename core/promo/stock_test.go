package promo

import (
	"math"
	"reflect"
	"testing"
)

// With a stock, no more is sold than is there, what is lost is told, and the
// causes still sum to the net, in trials as in what-ifs.
func TestStock(t *testing.T) {
	m := sample.fit(t)
	p := Plan{Horizon: 6, Funding: 0.3, Items: []string{"p03"}, Offers: []Offer{
		{Item: "p00", Week: 1, Depth: 0.3, Feature: true}, {Item: "p00", Week: 2, Depth: 0.3}, {Item: "p06", Week: 1, Depth: 0.2}, {Item: "p01", Week: 4, Depth: 0.2}}}
	free, err := m.WhatIf(p)
	if err != nil {
		t.Fatal(err)
	}
	at := func(o *Outcome, item string) ItemOutcome {
		for _, it := range o.Items {
			if it.Item == item {
				return it
			}
		}
		t.Fatal(item)
		return ItemOutcome{}
	}
	usual := at(free, "p00").Baseline / 6
	asked := at(free, "p00").Units.Mean
	last := math.Inf(1)
	tr := m.Trial()
	for _, units := range []float64{20 * usual, 8 * usual, 5 * usual, 2 * usual, 0} {
		p.Stock = []Stock{{Item: "p00", Week: 1, Weeks: 4, Units: units}}
		o, err := tr.WhatIf(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := m.WhatIf(p)
		if err != nil || apart("", reflect.ValueOf(*o), reflect.ValueOf(*again)) != "" {
			t.Errorf("a trial says something else: %v", err)
		}
		it := at(o, "p00")
		sold := 0.0
		for _, w := range it.Weeks[1:5] {
			sold += w.Units.Mean
			if u := w.Units; !(u.Lo90 <= u.Lo80 && u.Lo80 <= u.Mean && u.Mean <= u.Hi80 && u.Hi80 <= u.Hi90 && u.Hi90 <= math.Max(units, 0)+1e-9 || units >= 8*usual) {
				t.Errorf("stock %.0f, week %d: %+v", units, w.Week, u)
			}
		}
		if sold > units+1e-6 || sold > last+1e-9 || !near(it.Units.Mean+it.Lost, asked) || !near(o.Lost, it.Lost) {
			t.Errorf("stock %.1f: sold %.1f and lost %.1f of %.1f, all lost %.1f", units, sold, it.Lost, asked, o.Lost)
		}
		last = sold
		var own [3]float64
		for _, x := range o.Items {
			own[0], own[1], own[2] = own[0]+x.Change, own[1]+x.Sales, own[2]+x.Profit
		}
		for n, e := range []Effect{o.Change, o.Sales, o.Profit} {
			if !near(e.sum()+e.Short, e.Net.Mean) || !near(own[n], e.Net.Mean) {
				t.Errorf("stock %.0f, measure %d: causes sum to %v, items to %v, net is %v", units, n, e.sum()+e.Short, own[n], e.Net.Mean)
			}
			if !(e.Net.Lo90 <= e.Net.Lo80 && e.Net.Lo80 <= e.Net.Mean && e.Net.Mean <= e.Net.Hi80 && e.Net.Hi80 <= e.Net.Hi90) {
				t.Errorf("stock %.0f, measure %d: %+v", units, n, e.Net)
			}
		}
		warned := false
		for _, w := range o.Warnings {
			warned = warned || w.Kind == "stock" && w.Item == "p00"
		}
		if warned != (units <= 5*usual) {
			t.Errorf("stock %.0f of %.0f asked for: warned %v", units, asked, warned)
		}
		if units == 20*usual && o.Change.Short < -0.5 || units < 5*usual && o.Change.Short > -usual {
			t.Errorf("stock %.0f: %.1f units short", units, o.Change.Short)
		}
	}
	// A stock in one store binds there alone.
	p.Stock = []Stock{{Item: "p00", Store: "s1", Units: 0}}
	o, err := m.WhatIf(p)
	if err != nil {
		t.Fatal(err)
	}
	p.Stores, p.Stock = []string{"s0", "s2"}, nil
	rest, err := m.WhatIf(p)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := at(o, "p00").Units.Mean, at(rest, "p00").Units.Mean; !near(got, want) {
		t.Errorf("nothing in one store: %v sold, the others sell %v", got, want)
	}
	for _, s := range []Stock{{Item: "tea"}, {Item: "p02"}, {Item: "p00", Week: 6}, {Item: "p00", Units: -1}, {Item: "p00", Store: "s1", Units: 1}, {Item: "p00", Units: math.NaN()}} {
		p.Stock = []Stock{s}
		if _, err := m.WhatIf(p); err == nil {
			t.Errorf("%+v is no error", s)
		}
	}
}

// What is sold of an uncertain demand is its mean up to the stock.
func TestPart(t *testing.T) {
	const mean, sd = 50.0, 20.0
	s := math.Sqrt(math.Log1p(sd * sd / (mean * mean)))
	for _, room := range []float64{10, 40, 60, 500} {
		sum, moves, n := 0.0, 0.0, 20000
		for k := range n { // quantiles of D
			z := math.Sqrt2 * math.Erfinv(2*(float64(k)+0.5)/float64(n)-1)
			d := mean * math.Exp(s*z-s*s/2)
			sum += min(d, room) / mean / float64(n)
			if d < room {
				moves += d / mean / float64(n)
			}
		}
		if got, of := sells(mean, room, sd*sd); math.Abs(got-sum) > 1e-3 || math.Abs(of-moves) > 1e-3 {
			t.Errorf("room %g: %.4f and %.4f, counted %.4f and %.4f", room, got, of, sum, moves)
		}
	}
}
