package app

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/plan"
	"shoptwin/core/promo"
)

// PlanRequest asks for the best promotions under limits. What is left 0 or
// empty takes its default or does not bind.
type PlanRequest struct {
	promo.Plan // horizon (default 26), items (default: the best selling Top), stores, margins, funding, costs; its offers are locked

	Top     int       `json:"top,omitempty"`     // how many items when none are named, default 20
	Depths  []float64 `json:"depths,omitempty"`  // to choose from, default .1 .15 .2 .25 .3 .4
	Feature bool      `json:"feature,omitempty"` // offers may be featured, also at full price
	Display bool      `json:"display,omitempty"` // offers may be on display, also at full price
	Guess   bool      `json:"guess,omitempty"`   // offers may go beyond what was observed

	plan.Limits                        // of every item; its locks are not used
	Own         map[string]plan.Limits `json:"own,omitempty"`     // of single items, in place of those
	Without     []Slot                 `json:"without,omitempty"` // cells that are locked at no offer
	Given       []promo.Offer          `json:"given,omitempty"`   // a calendar to start from: it stands beside the plan, which earns no less if the rules allow it
	plan.Shared

	Draws int     `json:"draws,omitempty"` // of what is believed of each item's response, default 16
	Worst float64 `json:"worst,omitempty"` // plan for this share of them, the worst; default 1, all
}

// PlanReply is a plan, how it was checked, and what stands beside it.
type PlanReply struct {
	Plan    promo.Plan     `json:"plan"`
	Labels  []string       `json:"labels"`            // of the plan's weeks
	Outcome *promo.Outcome `json:"outcome,omitempty"` // by the what-if, with its intervals
	Profit  float64        `json:"profit"`            // money that the planner expects, tail weeks included
	Bound   float64        `json:"bound"`             // that no plan under the rules can exceed, by the planner's reckoning
	Gap     float64        `json:"gap"`               // of the bound, in [0, 1]
	Spent   float64        `json:"spent"`             // of the budget
	Tight   []string       `json:"tight"`             // shared rules that cost something
	Broken  []string       `json:"broken"`            // rules that the plan breaks: none
	Others  []OtherPlan    `json:"others"`            // simple plans
	Notes   []string       `json:"notes"`             // what the plan rests on
}

// OtherPlan is a simple plan: none, cadence, blind (to dips), last (last
// year's) or given. Net is the change in profit that the what-if expects.
type OtherPlan struct {
	Name   string         `json:"name"`
	Offers int            `json:"offers"`
	Profit float64        `json:"profit"`
	Net    promo.Interval `json:"net"`
	Broken []string       `json:"broken"`
	// Ahead is how much more profit the reply's plan brings than this one.
	Ahead promo.Difference `json:"ahead"`
}

// Slot is a cell of a promotion calendar.
type Slot struct {
	Item string `json:"item"`
	Week int    `json:"week"`
}

// BestPlan plans by what m learned. Cross effects count in the planner as
// what neighbours lose at their usual sales; the what-if then reckons them in
// full. Rules that cannot be kept together are an error that names them.
func BestPlan(ctx context.Context, m *promo.Model, req PlanRequest, report func(core.Progress)) (*PlanReply, error) {
	return PlanBy(ctx, m, req, Proven, report)
}

// PlanBy is [BestPlan] by one of the methods.
func PlanBy(ctx context.Context, m *promo.Model, req PlanRequest, method string, report func(core.Progress)) (*PlanReply, error) {
	p, err := planProblem(m, &req)
	if err != nil {
		return nil, err
	}
	best, err := plan.Robust(ctx, p.Problem, req.Worst, endless(report, "plan"))
	if err != nil {
		return nil, err
	}
	if method == Proven && req.Worst == 1 && p.given != nil && len(p.Broken(p.given)) == 0 {
		if t := p.Value(p.given); t.Profit > best.Totals.Profit {
			best.Calendar, best.Totals, best.Gap = p.given, t, (best.Bound-t.Profit)/max(math.Abs(best.Bound), 1e-12)
		}
	}
	if method != Proven {
		if best.Calendar, err = learnedCalendar(ctx, p.Problem, method, report); err != nil {
			return nil, err
		}
		best.Totals = p.Value(best.Calendar)
		best.Gap = max(0, best.Bound-best.Totals.Profit) / max(math.Abs(best.Bound), 1e-12)
	}
	r := &PlanReply{Profit: best.Totals.Profit, Bound: best.Bound, Gap: best.Gap, Spent: p.Value(best.Calendar).Spent,
		Tight: append([]string{}, best.Tight...), Broken: append([]string{}, p.Broken(best.Calendar)...)}
	r.Notes = planNotes(p.Problem, len(r.Tight), promos(best.Calendar))
	r.Plan = p.withOffers(req.Plan, best.Calendar)
	if r.Outcome, err = m.WhatIf(r.Plan); err != nil {
		return nil, err
	}
	for _, w := range r.Outcome.Weeks {
		r.Labels = append(r.Labels, w.Label)
	}
	others, err := plan.Simple(ctx, p.Problem, p.last, endless(report, "compare"))
	if err != nil {
		return nil, err
	}
	if p.given != nil {
		others = append(others, plan.Other{Name: "given", Calendar: p.given, Totals: p.Value(p.given), Broken: p.Broken(p.given)})
	}
	for _, o := range others {
		with := p.withOffers(req.Plan, o.Calendar)
		out, err := m.WhatIf(with)
		if err != nil {
			return nil, err
		}
		ahead, err := m.Compare(r.Plan, with)
		if err != nil {
			return nil, err
		}
		r.Others = append(r.Others, OtherPlan{Name: o.Name, Offers: len(with.Offers), Profit: o.Totals.Profit, Net: out.Profit.Net, Broken: append([]string{}, o.Broken...), Ahead: ahead.Profit})
	}
	return r, nil
}

// endless reports a stage of which nobody knows how long it takes: most plans
// are found in a tenth of the rounds that are allowed.
func endless(report func(core.Progress), stage string) func(core.Progress) {
	if report == nil {
		return nil
	}
	return func(p core.Progress) { p.Stage, p.Total = stage, 0; report(p) }
}

func promos(c plan.Calendar) (n int) {
	for _, weeks := range c {
		for _, o := range weeks {
			if o > 0 {
				n++
			}
		}
	}
	return n
}

// planNotes says why a plan may hold less than was hoped for.
func planNotes(p *plan.Problem, tight, offers int) []string {
	out := []string{}
	never := 0
	for _, it := range p.Items {
		if it.Observed && it.MaxDepth <= 0.001 {
			never++
		}
	}
	if never > 0 {
		out = append(out, fmt.Sprintf("%d of %d items were never below their base price: nothing is known of how they answer, and no offer is planned for them unless guesses are allowed", never, len(p.Items)))
	}
	if offers == 0 && never < len(p.Items) && tight == 0 {
		out = append(out, "no offer earns more than it costs: what is given away exceeds what is sold more; a supplier's funding or better margins would change that")
	}
	return out
}

// planning is a problem and whose it is. last is what the same weeks of last
// year had, as near as the options come; nil when history has no year.
type planning struct {
	*plan.Problem
	items []string // in the problem's order; there they go by names that people know
	last  plan.Calendar
	given plan.Calendar // nil when there is none
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
	for _, o := range slices.Concat(req.Offers, req.Given) {
		if o.Store != "" {
			return nil, core.Errorf(core.Unsupported, "an offer of %q is for store %q alone: plans are for all their stores", o.Item, o.Store).WithHint("plan that store by itself")
		}
	}
	all, err := m.Responses(req.Plan, req.Draws, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		return nil, err
	}
	p := &planning{Problem: &plan.Problem{Weeks: req.Horizon, Options: planOptions(req), Shared: req.Shared}}
	names := map[string]int{}
	for _, r := range all {
		names[r.Name]++
	}
	for _, r := range all {
		it := planItem(p.Problem, req, &r)
		if it.Stock, err = planStock(m, req, &r); err != nil {
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
	if err := p.lockOffers(req.Offers); err != nil {
		return nil, err
	}
	return p, p.giveOffers(req.Given, req.Offers)
}

// planOptions are the depths, plain and with whatever may go along; a feature
// or a display may also stand at full price.
func planOptions(req *PlanRequest) []plan.Option {
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
	for _, o := range slices.Concat(req.Offers, req.Given) {
		add(o.Depth, o.Feature, o.Display)
	}
	return out
}

// planItem is one response in the planner's numbers. Dips below one in a
// hundred are left out, which shortens the memory.
func planItem(p *plan.Problem, req *PlanRequest, r *promo.Response) plan.Item {
	it := plan.Item{Category: r.Category, Place: plan.Place{Stores: r.Stores, Units: r.Units, Price: r.Base, Cost: r.Cost}, Funding: req.Funding, Limits: req.Limits}
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
	// What was never observed of an item counts as without effect, unless
	// guesses are allowed.
	feature := func(o plan.Option) bool { return o.Feature && (r.Featured || req.Guess) }
	display := func(o plan.Option) bool { return o.Display && (r.Displayed || req.Guess) }
	for _, b := range r.Beliefs {
		d := plan.Demand{}
		for _, o := range p.Options {
			d.Lift = append(d.Lift, r.Lift(b, o.Depth, feature(o), display(o)))
		}
		for l := range r.Lags() {
			var dip []float64
			for _, o := range p.Options {
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
	for _, o := range p.Options {
		it.Taken = append(it.Taken, r.Taken(o.Depth, feature(o), display(o)))
	}
	return it
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
