package app

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/export"
	"shoptwin/core/plan"
	"shoptwin/core/promo"
	"shoptwin/core/table"
)

// PlanRequest asks for the best promotions under limits. What is left 0 or
// empty takes its default or does not bind.
type PlanRequest struct {
	promo.Plan // horizon (default 26), items (default: the best selling Top), stores, margins, funding, costs; its offers are locked

	Top     int       `json:"top,omitempty"`     // how many items when none are named, default 20
	Depths  []float64 `json:"depths,omitempty"`  // to choose from, default .1 .15 .2 .25 .3 .4
	Feature bool      `json:"feature,omitempty"` // offers may be featured
	Display bool      `json:"display,omitempty"` // offers may be on display
	Guess   bool      `json:"guess,omitempty"`   // offers may go beyond what was observed

	plan.Limits                        // of every item; its locks are not used
	Own         map[string]plan.Limits `json:"own,omitempty"` // of single items, in place of those
	plan.Shared

	Draws int     `json:"draws,omitempty"` // of what is believed of each item's response, default 16
	Worst float64 `json:"worst,omitempty"` // plan for this share of them, the worst; default 1, all
}

// PlanReply is a plan, how it was checked, and what stands beside it.
type PlanReply struct {
	Plan    promo.Plan     `json:"plan"`
	Labels  []string       `json:"labels"`  // of the plan's weeks
	Outcome *promo.Outcome `json:"outcome"` // by the what-if, with its intervals
	Profit  float64        `json:"profit"`  // money that the planner expects, tail weeks included
	Bound   float64        `json:"bound"`   // that no plan under the rules can exceed, by the planner's reckoning
	Gap     float64        `json:"gap"`     // of the bound, in [0, 1]
	Spent   float64        `json:"spent"`   // of the budget
	Tight   []string       `json:"tight"`   // shared rules that cost something
	Broken  []string       `json:"broken"`  // rules that the plan breaks: none
	Others  []OtherPlan    `json:"others"`  // simple plans
	Notes   []string       `json:"notes"`   // what the plan rests on
}

// OtherPlan is a simple plan: none, cadence, blind (to dips) or last (last
// year's). Net is the change in profit that the what-if expects.
type OtherPlan struct {
	Name   string         `json:"name"`
	Offers int            `json:"offers"`
	Profit float64        `json:"profit"`
	Net    promo.Interval `json:"net"`
	Broken []string       `json:"broken"`
}

// BestPlan plans by what m learned. Cross effects count in the planner as
// what neighbours lose at their usual sales; the what-if then reckons them in
// full. Rules that cannot be kept together are an error that names them.
func BestPlan(ctx context.Context, m *promo.Model, req PlanRequest, report func(core.Progress)) (*PlanReply, error) {
	p, last, err := planProblem(m, &req)
	if err != nil {
		return nil, err
	}
	best, err := plan.Robust(ctx, p, req.Worst, report)
	if err != nil {
		return nil, err
	}
	r := &PlanReply{Profit: best.Totals.Profit, Bound: best.Bound, Gap: best.Gap, Spent: p.Value(best.Calendar).Spent,
		Tight: append([]string{}, best.Tight...), Broken: append([]string{}, p.Broken(best.Calendar)...)}
	r.Notes = planNotes(p, len(r.Tight), promos(best.Calendar))
	r.Plan = withOffers(req.Plan, p, best.Calendar)
	if r.Outcome, err = m.WhatIf(r.Plan); err != nil {
		return nil, err
	}
	for _, w := range r.Outcome.Weeks {
		r.Labels = append(r.Labels, w.Label)
	}
	others, err := plan.Simple(ctx, p, last, report)
	if err != nil {
		return nil, err
	}
	for _, o := range others {
		with := withOffers(req.Plan, p, o.Calendar)
		out, err := m.WhatIf(with)
		if err != nil {
			return nil, err
		}
		r.Others = append(r.Others, OtherPlan{Name: o.Name, Offers: len(with.Offers), Profit: o.Totals.Profit, Net: out.Profit.Net, Broken: append([]string{}, o.Broken...)})
	}
	return r, nil
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

// planProblem fills in the defaults and turns the request into the planner's
// numbers. last is what the same weeks of last year had, as near as the
// options come; nil when history has no year.
func planProblem(m *promo.Model, req *PlanRequest) (*plan.Problem, plan.Calendar, error) {
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
	}
	for _, o := range req.Offers {
		if o.Store != "" {
			return nil, nil, core.Errorf(core.Unsupported, "an offer of %q is locked in store %q alone: plans are for all their stores", o.Item, o.Store).WithHint("plan that store by itself")
		}
	}
	all, err := m.Responses(req.Plan, req.Draws, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		return nil, nil, err
	}
	p := &plan.Problem{Weeks: req.Horizon, Options: planOptions(req, all), Shared: req.Shared}
	var last plan.Calendar
	for _, r := range all {
		it := planItem(p, req, &r)
		p.Items = append(p.Items, it)
		at := slices.IndexFunc(view.Items, func(v promo.ItemView) bool { return v.Item == r.Item })
		if len(view.Weeks) >= 52 && at >= 0 {
			last = append(last, lastYear(p, view.Items[at].History))
		}
	}
	return p, last, lockOffers(p, req.Offers)
}

// planOptions are the depths, plain and with what may go along.
func planOptions(req *PlanRequest, all []promo.Response) []plan.Option {
	stores := float64(len(req.Stores))
	if stores == 0 && len(all) > 0 {
		stores = float64(all[0].Stores())
	}
	out := []plan.Option{{}}
	add := func(depth float64, feature, display bool) {
		o := plan.Option{Depth: depth, Feature: feature, Display: display}
		if feature {
			o.Fixed += req.FeatureCost * stores
		}
		if display {
			o.Fixed += req.DisplayCost * stores
		}
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	for _, d := range req.Depths {
		add(d, false, false)
		if req.Feature || req.Display {
			add(d, req.Feature, req.Display)
		}
	}
	for _, o := range req.Offers { // locked
		add(o.Depth, o.Feature, o.Display)
	}
	return out
}

// planItem is one response in the planner's numbers. Dips below one in a
// hundred are left out, which shortens the memory.
func planItem(p *plan.Problem, req *PlanRequest, r *promo.Response) plan.Item {
	it := plan.Item{Name: r.Item, Category: r.Category, Units: r.Units, Price: r.Base, Cost: r.Cost, Funding: req.Funding, Limits: req.Limits}
	if own, ok := req.Own[r.Item]; ok {
		it.Limits = own
	}
	it.Locked = nil
	if !req.Guess && (it.MaxDepth == 0 || it.MaxDepth > r.MaxDepth+0.025) {
		it.MaxDepth, it.Observed = max(r.MaxDepth+0.025, 0.001), true
		if r.MaxDepth == 0 {
			it.MaxDepth = 0.001
		}
	}
	for _, b := range r.Beliefs {
		d := plan.Demand{}
		for _, o := range p.Options {
			d.Lift = append(d.Lift, r.Lift(b, o.Depth, o.Feature, o.Display))
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
		it.Taken = append(it.Taken, r.Taken(o.Depth, o.Feature, o.Display))
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

// lockOffers locks each offer's week at its option.
func lockOffers(p *plan.Problem, offers []promo.Offer) error {
	for _, f := range offers {
		i := slices.IndexFunc(p.Items, func(it plan.Item) bool { return it.Name == f.Item })
		if i < 0 {
			return core.Errorf(core.NotFound, "an offer of %q is locked, which is not among the plan's items", f.Item).WithHint("add the item to the plan")
		}
		o := slices.IndexFunc(p.Options, func(o plan.Option) bool {
			return o.Depth == f.Depth && o.Feature == f.Feature && o.Display == f.Display
		})
		if o < 0 || f.Week < 0 || f.Week >= p.Weeks {
			return core.Errorf(core.Invalid, "an offer of %q is locked in week %d, the plan has weeks 0 to %d", f.Item, f.Week, p.Weeks-1)
		}
		p.Items[i].Locked = append(p.Items[i].Locked, plan.Lock{Week: f.Week, Option: o})
		p.Items[i].MaxDepth = max(p.Items[i].MaxDepth, f.Depth)
	}
	return nil
}

func withOffers(to promo.Plan, p *plan.Problem, c plan.Calendar) promo.Plan {
	to.Offers = []promo.Offer{}
	for i, weeks := range c {
		for w, o := range weeks {
			if opt := p.Options[o]; o > 0 {
				to.Offers = append(to.Offers, promo.Offer{Item: p.Items[i].Name, Week: w, Depth: opt.Depth, Feature: opt.Feature, Display: opt.Display})
			}
		}
	}
	return to
}

// WriteCalendar writes a plan's offers to a file by its ending: csv, xlsx and
// the other formats of exports.
func WriteCalendar(path string, r *PlanReply) error {
	format, gz, err := export.FormatOf(path)
	if err != nil {
		return err
	}
	var item, name, week, kind []string
	var number, depth, units, usual []float64
	for _, o := range r.Plan.Offers {
		for _, it := range r.Outcome.Items {
			if it.Item != o.Item {
				continue
			}
			cell := it.Weeks[o.Week]
			item, name, week = append(item, o.Item), append(name, it.Name), append(week, r.Labels[o.Week])
			number, depth = append(number, float64(o.Week)), append(depth, o.Depth)
			units, usual = append(units, math.Round(cell.Units.Mean)), append(usual, math.Round(cell.Baseline))
			kind = append(kind, fmt.Sprintf("%s%s", map[bool]string{true: "feature "}[o.Feature], map[bool]string{true: "display"}[o.Display]))
		}
	}
	t := &table.Table{Name: "plan", Columns: []*table.Column{
		table.NewText("item", item, nil), table.NewText("name", name, nil), table.NewText("week", week, nil), table.NewNumber("week_number", number),
		table.NewNumber("depth", depth), table.NewText("along", kind, nil), table.NewNumber("units_without", usual), table.NewNumber("units", units)}}
	return WriteFile(path, func(w io.Writer) error {
		ew, err := export.New(w, t.Schema(), export.Options{Format: format, Gzip: gz})
		if err != nil {
			return err
		}
		if err := ew.Write(t); err != nil {
			return err
		}
		return ew.Close()
	})
}
