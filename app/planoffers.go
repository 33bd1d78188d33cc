package app

import (
	"slices"

	"shoptwin/core"
	"shoptwin/core/plan"
	"shoptwin/core/promo"
)

// planStock lists an item's stocks in the planner's numbers. What a store sells
// of the item is its part of the usual units: offers are the same in all stores.
func planStock(m *promo.Model, req *PlanRequest, r *promo.Response) (out []plan.Stock, err error) {
	for _, l := range req.Stock {
		if l.Item != r.Item {
			continue
		}
		s := plan.Stock{Week: l.Week, Weeks: l.Weeks, Units: l.Units, Store: l.Store}
		if s.Weeks == 0 {
			s.Weeks = req.Horizon - l.Week
		}
		if l.Store != "" {
			alone := req.Plan
			alone.Items, alone.Stores, alone.Stock = []string{l.Item}, []string{l.Store}, nil
			one, err := m.Responses(alone, 0, nil)
			if err != nil {
				return nil, err
			}
			if s.Part = unitsOf(one[0].Units) / unitsOf(r.Units); !(s.Part > 0) {
				continue // never sold there
			}
		}
		out = append(out, s)
	}
	return out, nil
}

func unitsOf(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// place finds an offer's item and option.
func (p *planning) place(f promo.Offer) (item, option int, err error) {
	item = slices.Index(p.items, f.Item)
	if item < 0 {
		return 0, 0, core.Errorf(core.NotFound, "there is an offer of %q, which is not among the plan's items", f.Item).WithHint("add the item to the plan, or leave the offer out")
	}
	option = slices.IndexFunc(p.Options, func(o plan.Option) bool {
		return o.Depth == f.Depth && o.Feature == f.Feature && o.Display == f.Display
	})
	if option < 0 || f.Week < 0 || f.Week >= p.Weeks {
		return 0, 0, core.Errorf(core.Invalid, "there is an offer of %q in week %d, the plan has weeks 0 to %d", f.Item, f.Week, p.Weeks-1).WithHint("plan more weeks, or leave the offer out")
	}
	return item, option, nil
}

// lockOffers locks each offer's week at its option.
func (p *planning) lockOffers(offers []promo.Offer) error {
	for _, f := range offers {
		i, o, err := p.place(f)
		if err != nil {
			return err
		}
		it := &p.Items[i]
		it.Locked = append(it.Locked, plan.Lock{Week: f.Week, Option: o})
		if it.MaxDepth > 0 {
			it.MaxDepth = max(it.MaxDepth, f.Depth)
		}
	}
	return nil
}

// giveOffers notes the calendar to start from, locked offers included.
func (p *planning) giveOffers(offers, locked []promo.Offer) error {
	if len(offers) == 0 {
		return nil
	}
	for range p.Items {
		p.given = append(p.given, make([]int, p.Weeks))
	}
	for _, f := range slices.Concat(offers, locked) {
		i, o, err := p.place(f)
		if err != nil {
			return err
		}
		p.given[i][f.Week] = o
	}
	return nil
}

func (p *planning) withOffers(to promo.Plan, c plan.Calendar) promo.Plan {
	to.Offers = []promo.Offer{}
	for i, weeks := range c {
		for w, o := range weeks {
			if opt := p.Options[o]; o > 0 {
				to.Offers = append(to.Offers, promo.Offer{Item: p.items[i], Week: w, Depth: opt.Depth, Feature: opt.Feature, Display: opt.Display})
			}
		}
	}
	return to
}
