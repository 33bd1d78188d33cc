package plan

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Made returns a problem whose truth is known, as planners are examined on:
// items with elasticities about the mean of published studies (-3.6), margins
// of 25 to 45 %, a season, and dips in the two weeks after a promotion, the
// second about half of the first. 26 weeks, five depths, at most 6 promotions
// an item; no shared rules. Also the truth behind it.
func Made(rng *rand.Rand, items int) (*Problem, []Truth) {
	p := &Problem{Weeks: 26, Options: []Option{{}, {Depth: 0.1}, {Depth: 0.2}, {Depth: 0.3}, {Depth: 0.4}, {Depth: 0.5}}}
	var truth []Truth
	for i := range items {
		t := Truth{
			Usual: math.Exp(4.5 + 0.6*rng.NormFloat64()), Elasticity: -min(max(3.6+rng.NormFloat64(), 1.5), 5),
			Season: 0.3 * rng.Float64(), Peak: 52 * rng.Float64(),
			Price: 2 + 6*rng.Float64(),
		}
		dip := 0.2 + 0.4*rng.Float64()
		t.Dip = [2]float64{-dip, -dip * (0.3 + 0.4*rng.Float64())}
		t.Cost = t.Price * (0.4 + 0.2*rng.Float64())
		it := Item{Name: fmt.Sprintf("item %d", i+1), Category: fmt.Sprintf("category %d", i%4+1), Place: Place{Stores: 1, Price: t.Price, Cost: t.Cost},
			Beliefs: []Demand{Answer(p.Options, t.Elasticity, t.Dip[:])}, Limits: Limits{MaxPromos: 6}}
		for w := range p.Weeks + 2 {
			it.Units = append(it.Units, t.Expected(52+w, nil)*math.Exp(0.3*rng.NormFloat64()))
		}
		p.Items, truth = append(p.Items, it), append(truth, t)
	}
	return p, truth
}

// Truth is a made item: ln units are those of Usual, a season, Elasticity
// times ln(1 - depth), and Dip times -ln(1 - depth) of the two weeks before.
type Truth struct {
	Usual, Elasticity, Season, Peak, Price, Cost float64
	Dip                                          [2]float64
}

// Expected is the mean of the units in a week, depths being those of all
// weeks to it; nil for none.
func (t *Truth) Expected(week int, depths []float64) float64 {
	y := math.Log(t.Usual) + t.Season*math.Cos(2*math.Pi*(float64(week)-t.Peak)/52.18)
	for back := range 3 {
		if week-back < 0 || week-back >= len(depths) {
			continue
		}
		x := math.Log1p(-depths[week-back])
		if back == 0 {
			y += t.Elasticity * x
		} else {
			y -= t.Dip[back-1] * x
		}
	}
	return math.Exp(y)
}

// Answer is a demand by options of a constant elasticity, and dips of a
// constant effect of -ln(1 - depth) by weeks since, from 1.
func Answer(options []Option, elasticity float64, dips []float64) Demand {
	d := Demand{Lift: make([]float64, len(options)), Dip: make([][]float64, len(dips))}
	for o, opt := range options {
		d.Lift[o] = math.Exp(elasticity * math.Log1p(-opt.Depth))
		for l, b := range dips {
			d.Dip[l] = append(d.Dip[l], math.Exp(-b*math.Log1p(-opt.Depth)))
		}
	}
	return d
}
