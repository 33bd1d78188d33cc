package app

import (
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core/plan"
	"shoptwin/core/promo"
)

// planning is a problem and whose it is. last is what the same weeks of last
// year had, as near as the options come; nil when history has no year.
type planning struct {
	*plan.Problem
	items []string // in the problem's order; there they go by names that people know
	last  plan.Calendar
	given plan.Calendar   // nil when there is none
	own   []promo.Offer   // of single stores, that stand beside any calendar
	named map[Slot]string // the only store, where a locked offer names it

	// The same with the given calendar's offers of single stores among own, and
	// that calendar; nil when it has no such offers.
	started *planning
}

// planProblem fills in the defaults and turns the request into the planner's
// numbers.
func planProblem(m *promo.Model, req *PlanRequest) (*planning, error) {
	if req.Horizon == 0 {
		req.Horizon = 26
	}
	if req.Top == 0 {
		req.Top = 20
	}
	if len(req.Depths) == 0 {
		req.Depths = []float64{.1, .15, .2, .25, .3, .4}
	}
	if req.Draws == 0 {
		req.Draws = 16
	}
	if req.Worst == 0 {
		req.Worst = 1
	}
	view := m.View(0)
	if len(req.Items) == 0 {
		for _, it := range view.Items[:min(req.Top, len(view.Items))] {
			req.Items = append(req.Items, it.Item)
		}
		for _, o := range slices.Concat(req.Offers, req.Given) {
			if !slices.Contains(req.Items, o.Item) {
				req.Items = append(req.Items, o.Item)
			}
		}
	}
	stores := req.Stores
	if len(stores) == 0 {
		for _, v := range view.Stores {
			stores = append(stores, v.Store)
		}
	}
	locked, own := agreed(req.Offers, stores)
	given, all := agreed(slices.Concat(req.Given, req.Offers), stores)
	if len(all) > 0 { // the what-if says what is wrong with them
		with := req.Plan
		with.Offers, with.Brief = all, true
		if _, err := m.WhatIf(with); err != nil {
			return nil, err
		}
	}
	options := planOptions(req, slices.Concat(locked, given))
	p, err := newPlanning(m, req, &view, options, locked, own, stores)
	if err != nil || len(req.Given) == 0 {
		return p, err
	}
	to := p
	if len(all) > len(own) {
		if p.started, err = newPlanning(m, req, &view, options, locked, all, stores); err != nil {
			return nil, err
		}
		to = p.started
	}
	return p, to.giveOffers(given)
}

// newPlanning is the problem of planning around locked offers for all stores
// and own ones of single stores.
func newPlanning(m *promo.Model, req *PlanRequest, view *promo.PanelView, options []plan.Option, locked, own []promo.Offer, stores []string) (*planning, error) {
	all, err := m.Responses(req.Plan, max(req.Draws, 0), rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		return nil, err
	}
	p := &planning{Problem: &plan.Problem{Weeks: req.Horizon, Options: options, Own: ownOptions(req, own), Shared: req.Shared}, own: own, named: map[Slot]string{}}
	names := map[string]int{}
	for _, r := range all {
		names[r.Name]++
	}
	for _, r := range all {
		it := planItem(p.Problem, req, &r)
		in, err := p.setApart(m, req, &r, &it, stores)
		if err != nil {
			return nil, err
		}
		if it.Stock, err = planStock(m, req, &it, r.Item, in); err != nil {
			return nil, err
		}
		if it.Name = r.Name; names[r.Name] > 1 {
			it.Name += " (" + r.Item + ")"
		}
		p.Items, p.items = append(p.Items, it), append(p.items, r.Item)
		at := slices.IndexFunc(view.Items, func(v promo.ItemView) bool { return v.Item == r.Item })
		if len(view.Weeks) >= 52 && at >= 0 {
			p.last = append(p.last, lastYear(p.Problem, view.Items[at].History))
		}
	}
	for _, o := range own {
		if _, err := p.itemOf(o); err != nil {
			return nil, err
		}
	}
	return p, p.lockOffers(locked)
}

// planOptions are the depths, plain and with whatever may go along; a feature
// or a display may also stand at full price. Offers that are locked or given
// bring their own.
func planOptions(req *PlanRequest, standing []promo.Offer) []plan.Option {
	out := []plan.Option{{}}
	add := func(depth float64, feature, display bool) {
		o := plan.Option{Depth: depth, Feature: feature, Display: display}
		if feature {
			o.Fixed += req.FeatureCost
		}
		if display {
			o.Fixed += req.DisplayCost
		}
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	for _, d := range append([]float64{0}, req.Depths...) {
		add(d, false, false)
		if req.Feature {
			add(d, true, false)
		}
		if req.Display {
			add(d, false, true)
		}
		if req.Feature && req.Display {
			add(d, true, true)
		}
	}
	for _, o := range standing {
		add(o.Depth, o.Feature, o.Display)
	}
	return out
}

// planItem is one response in the planner's numbers. Dips below one in a
// hundred are left out, which shortens the memory.
func planItem(p *plan.Problem, req *PlanRequest, r *promo.Response) plan.Item {
	ways := waysOf(p, req, r)
	it := plan.Item{Category: r.Category, Place: placeOf(r, ways), Funding: req.Funding, Limits: req.Limits}
	if own, ok := req.Own[r.Item]; ok {
		it.Limits = own
	}
	it.Locked = nil
	it.Closed = slices.Clone(it.Closed)
	for _, s := range req.Without {
		if s.Item == r.Item {
			it.Closed = append(it.Closed, s.Week)
		}
	}
	if !req.Guess && (it.MaxDepth == 0 || it.MaxDepth > r.MaxDepth+0.025) {
		it.MaxDepth, it.Observed = max(r.MaxDepth+0.025, 0.001), true
		if r.MaxDepth == 0 {
			it.MaxDepth = 0.001
		}
	}
	for _, b := range r.Beliefs {
		d := plan.Demand{}
		for _, o := range ways {
			d.Lift = append(d.Lift, r.Lift(b, o.Depth, o.Feature, o.Display))
		}
		for l := range r.Lags() {
			var dip []float64
			for _, o := range ways {
				dip = append(dip, r.Dip(b, l+1, o.Depth))
			}
			d.Dip = append(d.Dip, dip)
		}
		it.Beliefs = append(it.Beliefs, d)
	}
	remembered := 0
	for _, d := range it.Beliefs {
		for l, dip := range d.Dip {
			if slices.Min(dip) < 0.99 {
				remembered = max(remembered, l+1)
			}
		}
	}
	for n := range it.Beliefs {
		it.Beliefs[n].Dip = it.Beliefs[n].Dip[:remembered]
	}
	return it
}

// waysOf are the options as an item answers to them. What was never observed
// of it counts as without effect, unless guesses are allowed; offers that stand
// whatever is planned count as the what-if has them.
func waysOf(p *plan.Problem, req *PlanRequest, r *promo.Response) []plan.Option {
	ways := slices.Concat(p.Options, p.Own)
	for n := range p.Options {
		o := &ways[n]
		o.Feature, o.Display = o.Feature && (r.Featured || req.Guess), o.Display && (r.Displayed || req.Guess)
	}
	return ways
}

func placeOf(r *promo.Response, ways []plan.Option) plan.Place {
	x := plan.Place{Stores: r.Stores, Units: r.Units, Price: r.Base, Cost: r.Cost}
	for _, o := range ways {
		x.Taken = append(x.Taken, r.Taken(o.Depth, o.Feature, o.Display))
	}
	return x
}

// lastYear repeats what stood 52 weeks before, at the nearest option.
func lastYear(p *plan.Problem, history []promo.PastWeek) []int {
	c := make([]int, p.Weeks)
	for w := range c {
		was := history[len(history)-52+w%52]
		if was.Depth < 0.05 {
			continue
		}
		for o := range p.Options[1:] {
			near := func(o int) float64 { return math.Abs(p.Options[o].Depth - was.Depth) }
			if c[w] == 0 || near(o+1) < near(c[w]) {
				c[w] = o + 1
			}
		}
	}
	return c
}
