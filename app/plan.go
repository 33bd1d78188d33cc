package app

import (
	"context"
	"fmt"
	"math"

	"shoptwin/core"
	"shoptwin/core/plan"
	"shoptwin/core/promo"
)

// PlanRequest asks for the best promotions under limits. What is left 0 or
// empty takes its default or does not bind.
type PlanRequest struct {
	promo.Plan // horizon (default 26), items (default: the best selling Top), stores, margins, funding, costs; its offers are locked, those of one store in that store

	Top     int       `json:"top,omitempty"`     // how many items when none are named, default 20
	Depths  []float64 `json:"depths,omitempty"`  // to choose from, default .1 .15 .2 .25 .3 .4
	Feature bool      `json:"feature,omitempty"` // offers may be featured, also at full price
	Display bool      `json:"display,omitempty"` // offers may be on display, also at full price
	Guess   bool      `json:"guess,omitempty"`   // offers may go beyond what was observed

	plan.Limits                        // of every item; its locks are not used
	Own         map[string]plan.Limits `json:"own,omitempty"`     // of single items, in place of those
	Without     []Slot                 `json:"without,omitempty"` // cells that are locked at no offer
	Given       []promo.Offer          `json:"given,omitempty"`   // a calendar to start from: it stands beside the plan, which earns no less if the rules allow it; its offers of single stores are taken or left together
	plan.Shared

	Draws int     `json:"draws,omitempty"` // of what is believed of each item's response, default 16; -1 is the mean alone
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
//
// A locked offer of one store stands in the plan, and in every plan beside it,
// as it was given, and there it holds, as in a what-if, before one for all
// stores in its week, which may be planned for the others. Budget, margin floor
// and stocks count it; it is none of the promotions that limits of number,
// spacing, depth, closed weeks and categories are about.
func BestPlan(ctx context.Context, m *promo.Model, req PlanRequest, report func(core.Progress)) (*PlanReply, error) {
	return PlanBy(ctx, m, req, Proven, report)
}

// PlanBy is [BestPlan] by one of the methods.
func PlanBy(ctx context.Context, m *promo.Model, req PlanRequest, method string, report func(core.Progress)) (*PlanReply, error) {
	base, err := planProblem(m, &req)
	if err != nil {
		return nil, err
	}
	p := base
	best, err := p.best(ctx, &req, method, report)
	if err != nil {
		return nil, err
	}
	if base.started != nil {
		if p, best, err = base.orStarted(ctx, best, &req, method, report); err != nil {
			return nil, err
		}
	}
	r := &PlanReply{Profit: best.Totals.Profit, Bound: best.Bound, Gap: best.Gap, Spent: p.Value(best.Calendar).Spent,
		Tight: append([]string{}, best.Tight...), Broken: append([]string{}, p.Broken(best.Calendar)...)}
	r.Notes = planNotes(p, len(r.Tight), promos(best.Calendar))
	r.Plan = p.withOffers(req.Plan, best.Calendar)
	if r.Outcome, err = m.WhatIf(r.Plan); err != nil {
		return nil, err
	}
	for _, w := range r.Outcome.Weeks {
		r.Labels = append(r.Labels, w.Label)
	}
	others, err := plan.Simple(ctx, base.Problem, base.last, endless(report, "compare"))
	if err != nil {
		return nil, err
	}
	beside := func(of *planning, o plan.Other) error {
		with := of.withOffers(req.Plan, o.Calendar)
		out, err := m.WhatIf(with)
		if err != nil {
			return err
		}
		ahead, err := m.Compare(r.Plan, with)
		if err != nil {
			return err
		}
		r.Others = append(r.Others, OtherPlan{Name: o.Name, Offers: len(with.Offers), Profit: o.Totals.Profit, Net: out.Profit.Net, Broken: append([]string{}, o.Broken...), Ahead: ahead.Profit})
		return nil
	}
	for _, o := range others {
		if err := beside(base, o); err != nil {
			return nil, err
		}
	}
	if of := base.whoStarted(); of.given != nil {
		if err := beside(of, plan.Other{Name: "given", Calendar: of.given, Totals: of.Value(of.given), Broken: of.Broken(of.given)}); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// best is the plan that method finds.
func (p *planning) best(ctx context.Context, req *PlanRequest, method string, report func(core.Progress)) (*plan.Result, error) {
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
	return best, nil
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
func planNotes(p *planning, tight, offers int) []string {
	out := []string{}
	if len(p.own) > 0 {
		out = append(out, fmt.Sprintf("offers of single stores stand as they were given (%d), in the plans beside it, too: they cost budget and use up stock, and hold in their stores before an offer for all; limits of number, spacing, weeks, depth and category are about offers for all stores", len(p.own)))
	}
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
