package promo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// change is what p truly changes in market k: units and profit against no
// promotion, both in the same weeks, which turn out as rng says. Season and
// levels are the market's own.
func (k *market) change(p Plan, rng *rand.Rand) (units, profit float64) {
	weeks := p.Horizon + 4 // the dip outlasts the plan
	with, without := *k, *k
	with.depth, with.featured = make([][]float64, k.items), make([][]float64, k.items)
	without.depth, without.featured = make([][]float64, k.items), make([][]float64, k.items)
	for i := range k.items {
		none := make([]float64, weeks)
		without.depth[i], without.featured[i] = append(slices.Clone(k.depth[i]), none...), append(slices.Clone(k.featured[i]), none...)
		with.depth[i], with.featured[i] = slices.Clone(without.depth[i]), slices.Clone(without.featured[i])
	}
	for _, o := range p.Offers {
		var i int
		fmt.Sscanf(o.Item, "p%d", &i)
		with.depth[i][k.weeks+o.Week] = o.Depth
		if o.Feature {
			with.featured[i][k.weeks+o.Week] = 1
		}
	}
	for i := range k.items {
		for s := range k.stores {
			for w := k.weeks; w < k.weeks+weeks; w++ {
				mu := math.Exp(k.level[i*k.stores+s] + 0.15*math.Sin(2*math.Pi*float64(w)/52.18) + k.noise*rng.NormFloat64() - k.noise*k.noise/2)
				mu0, mu1 := mu*math.Exp(without.answer(i, s, w)), mu*math.Exp(with.answer(i, s, w))
				units += mu1 - mu0
				profit += mu1*(2*(1-with.depth[i][w])-1.2) - mu0*0.8
			}
		}
	}
	return units, profit
}

// Over many markets the intervals of a plan's change, a sum over many items
// of few categories, must hold the true change as often as they say: in rich
// markets, where each item tells of itself, and in poor ones, where all of a
// category's items lean on the same mean and err together.
func TestNetIntervalsCoverTheTruth(t *testing.T) {
	for _, tt := range []struct {
		name    string
		markets int
		of      market
	}{
		{"rich", 40, market{items: 12, stores: 2, weeks: 60, volume: 8, noise: 0.3, dip: -0.15, cross: 0.5, spread: 0.3}},
		{"poor", 40, market{items: 36, stores: 1, weeks: 50, volume: 3, noise: 0.2, dip: -0.12, cross: 0.4, spread: 0.4}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var held [3][2]float64
			var z2 [3]float64
			total := 0.0
			for n := range tt.markets {
				mk := tt.of
				mk.seed = uint64(100 + n)
				m := mk.fit(t)
				rng := rand.New(rand.NewPCG(uint64(n), 5))
				last, lastProfit := Plan{Horizon: 8}, 0.0
				for range 2 {
					p := Plan{Horizon: 8}
					for i := range mk.items {
						p.Offers = append(p.Offers, Offer{Item: itemName(i), Week: rng.IntN(8), Depth: 0.1 + 0.05*float64(rng.IntN(6)), Feature: rng.IntN(2) == 0})
					}
					o, err := m.WhatIf(p)
					if err != nil {
						t.Fatal(err)
					}
					units, profit := mk.change(p, rand.New(rand.NewPCG(uint64(n), 9)))
					c, err := m.Compare(p, last)
					if err != nil {
						t.Fatal(err)
					}
					total++
					for j, c := range []struct {
						truth float64
						in    Interval
					}{{units, o.Change.Net}, {profit, o.Profit.Net}, {profit - lastProfit, c.Profit.Net}} {
						if c.in.Lo80 <= c.truth && c.truth <= c.in.Hi80 {
							held[j][0]++
						}
						if c.in.Lo90 <= c.truth && c.truth <= c.in.Hi90 {
							held[j][1]++
						}
						z := (c.truth - c.in.Mean) / (c.in.Hi90 - c.in.Mean) * z90
						z2[j] += z * z
					}
					last, lastProfit = p, profit
				}
			}
			for j, name := range []string{"units", "profit", "profit beside the last plan"} {
				c80, c90 := held[j][0]/total, held[j][1]/total
				t.Logf("%s: 80 %% intervals hold %.2f, 90 %% ones %.2f; z %.2f", name, c80, c90, math.Sqrt(z2[j]/total))
				if !(c80 >= 0.75 && c80 <= 0.98 && c90 >= 0.86) {
					t.Errorf("%s: 80 %% intervals hold %.2f, 90 %% ones %.2f", name, c80, c90)
				}
			}
		})
	}
}

func TestCompare(t *testing.T) {
	m := sample.fit(t)
	p := Plan{Horizon: 8, Offers: []Offer{{Item: "p00", Week: 1, Depth: 0.3, Feature: true}, {Item: "p03", Week: 2, Depth: 0.2}}}
	deeper := Plan{Horizon: 8, Offers: []Offer{{Item: "p00", Week: 1, Depth: 0.35, Feature: true}, {Item: "p03", Week: 2, Depth: 0.2}, {Item: "p05", Week: 4, Depth: 0.1}}}
	compare := func(a, b Plan) *Comparison {
		c, err := m.Compare(a, b)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := compare(p, p); *c != (Comparison{}) {
		t.Errorf("a plan beside itself: %+v", c)
	}
	o, err := m.WhatIf(p)
	if err != nil {
		t.Fatal(err)
	}
	alone := compare(p, Plan{Horizon: 8})
	for n, d := range []Difference{alone.Change, alone.Sales, alone.Profit} {
		e := []Effect{o.Change, o.Sales, o.Profit}[n]
		if !near(d.Net.Lo90, e.Net.Lo90) || !near(d.Net.Hi80, e.Net.Hi80) || !near(d.Chance, e.Chance) {
			t.Errorf("measure %d beside nothing: %+v, alone %+v", n, d, e)
		}
	}
	ab, ba := compare(deeper, p), compare(p, deeper)
	if !near(ab.Profit.Net.Mean, -ba.Profit.Net.Mean) || !near(ab.Profit.Net.Hi90, -ba.Profit.Net.Lo90) || !near(ab.Profit.Chance, 1-ba.Profit.Chance) {
		t.Errorf("%+v one way, %+v the other", ab.Profit, ba.Profit)
	}
	wide := func(i Interval) float64 { return i.Hi90 - i.Lo90 }
	if w := wide(ab.Profit.Net); !(w > 0 && w < 0.9*wide(o.Profit.Net)) {
		t.Errorf("two plans that share most differ within %v, one alone within %v", w, wide(o.Profit.Net))
	}
	if _, err := m.Compare(p, Plan{Offers: []Offer{{Item: "tea"}}}); err == nil {
		t.Error("an unknown item is compared")
	}
}
