package promo

import (
	"cmp"
	"context"
	"math"
	"slices"

	"shoptwin/core"
)

// Parts splits the units of past weeks into their causes; they sum to Units.
type Parts struct {
	Units    float64 `json:"units"`    // sold
	Baseline float64 `json:"baseline"` // expected without any promotion
	Uplift   float64 `json:"uplift"`   // of the item's own price, feature and display
	Pulled   float64 `json:"pulled"`   // bought earlier, in promotions of the weeks before; not above 0
	Taken    float64 `json:"taken"`    // lost to promotions of neighbours in the category; not above 0
	Halo     float64 `json:"halo"`     // gained by them
	Rest     float64 `json:"rest"`     // what the response does not explain
}

func (p *Parts) add(q Parts) {
	p.Units += q.Units
	p.Baseline += q.Baseline
	p.Uplift += q.Uplift
	p.Pulled += q.Pulled
	p.Taken += q.Taken
	p.Halo += q.Halo
	p.Rest += q.Rest
}

// Decomposition is the last weeks of history by cause.
type Decomposition struct {
	From       string     `json:"from"`
	Weeks      int        `json:"weeks"`
	Total      Parts      `json:"total"`
	Categories []ItsParts `json:"categories"` // best selling first: Taken and Uplift within one say what its promotions brought on balance
	Items      []ItsParts `json:"items"`      // best selling first
	Notes      []string   `json:"notes"`
}

// ItsParts are the parts of one item or category.
type ItsParts struct {
	Name string `json:"name"`
	Parts
}

// Decompose fits the response to all of p and splits the units of its last
// weeks (0 is 52, or all of a shorter history). Effects multiply; the parts
// are the steps in the order of [Model.WhatIf]: own offer, weeks before,
// neighbours. It is observational: what else happened in the weeks of
// promotions, and was not told, is taken for their effect. Cost: one fit.
func Decompose(ctx context.Context, p *Panel, weeks int, cfg Config, report func(core.Progress)) (*Decomposition, error) {
	if p == nil || p.Cells() == 0 {
		return nil, core.Errorf(core.Invalid, "the panel holds no observed week").WithHint("build it from sales with units and prices")
	}
	if weeks == 0 {
		weeks = min(52, p.weeks)
	}
	if weeks < 1 || weeks > p.weeks {
		return nil, core.Errorf(core.Invalid, "the last %d weeks of a history of %d", weeks, p.weeks).WithHint("take 1 to %d", p.weeks)
	}
	cfg, err := cfg.check(p.weeks)
	if err != nil {
		return nil, err
	}
	d := newDesign(p, p.weeks, cfg.Lags)
	f, err := fit(ctx, d, cfg, report)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(f.level, func(x float64) bool { return x == x }) {
		return nil, core.Errorf(core.Invalid, "no item has sold a single unit").WithHint("check the column of units")
	}
	out := &Decomposition{From: p.Label(p.weeks - weeks), Weeks: weeks, Notes: append([]string{}, p.notes...)}
	out.Notes = append(out.Notes, "what promotions did is read from history, not from an experiment")
	items := make([]ItsParts, len(p.items))
	x := make([]float64, d.k)
	promoted := 0
	for s, key := range p.series {
		if math.IsNaN(f.level[s]) {
			continue
		}
		b := f.coef[int(key.item)*d.k:][:d.k]
		for w := p.weeks - weeks; w < p.weeks; w++ {
			i := s*p.weeks + w
			y := float64(p.units[i])
			if y != y {
				continue
			}
			if promo(p.lp[i], p.flags[i]) {
				promoted++
			}
			d.row(x, s, w)
			items[key.item].add(f.parts(s, x, b, y))
		}
	}
	if promoted == 0 {
		out.Notes = append(out.Notes, "no week of these was on promotion: there is nothing to split")
	}
	groups := map[string]int{}
	for i := range items {
		items[i].Name = p.items[i].ID
		c := p.items[i].category()
		g, ok := groups[c]
		if !ok {
			g = len(out.Categories)
			groups[c] = g
			out.Categories = append(out.Categories, ItsParts{Name: c})
		}
		out.Categories[g].add(items[i].Parts)
		out.Total.add(items[i].Parts)
	}
	out.Items = items
	for _, all := range [][]ItsParts{out.Items, out.Categories} {
		slices.SortStableFunc(all, func(a, b ItsParts) int { return cmp.Compare(b.Units, a.Units) })
	}
	return out, nil
}

// parts splits y units of series s in the week of row x.
func (f *fitted) parts(s int, x, b []float64, y float64) Parts {
	own := b[xPrice]*x[xPrice] + b[xFeature]*x[xFeature] + b[xDisplay]*x[xDisplay]
	cross := b[xPull] * x[xPull]
	lags := b[xPast]*x[xPast] + b[xLag]*x[xLag]
	mu := math.Exp(min(f.level[s]+dot(x, b)-own-lags-cross, 14))
	q := Parts{Units: y, Baseline: mu, Uplift: mu * math.Expm1(own), Pulled: mu * math.Exp(own) * math.Expm1(lags)}
	by := mu * math.Exp(own+lags) * math.Expm1(cross)
	q.Taken, q.Halo = min(by, 0), max(by, 0)
	q.Rest = y - mu - q.Uplift - q.Pulled - by
	return q
}
