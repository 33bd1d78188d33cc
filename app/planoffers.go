package app

import (
	"slices"

	"shoptwin/core"
	"shoptwin/core/plan"
	"shoptwin/core/promo"
)

// planStock lists an item's stocks in the planner's numbers. What a store sells
// of the item is its part of the usual units of its place, of which in tells.
func planStock(m *promo.Model, req *PlanRequest, it *plan.Item, item string, in map[string]int) (out []plan.Stock, err error) {
	for _, l := range req.Stock {
		if l.Item != item {
			continue
		}
		s := plan.Stock{Week: l.Week, Weeks: l.Weeks, Units: l.Units, Store: l.Store, Place: in[l.Store]}
		if s.Weeks == 0 {
			s.Weeks = req.Horizon - l.Week
		}
		if l.Store != "" {
			one, err := responseIn(m, req, item, []string{l.Store})
			if err != nil {
				return nil, err
			}
			of := it.Units
			if s.Place > 0 {
				of = it.Apart[s.Place-1].Units
			}
			if s.Part = min(unitsOf(one.Units)/unitsOf(of), 1); !(s.Part > 0) {
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

// itemOf finds an offer's item, whose weeks must be the plan's.
func (p *planning) itemOf(f promo.Offer) (int, error) {
	item := slices.Index(p.items, f.Item)
	if item < 0 {
		return 0, core.Errorf(core.NotFound, "there is an offer of %q, which is not among the plan's items", f.Item).WithHint("add the item to the plan, or leave the offer out")
	}
	if f.Week < 0 || f.Week >= p.Weeks {
		return 0, core.Errorf(core.Invalid, "there is an offer of %q in week %d, the plan has weeks 0 to %d", f.Item, f.Week, p.Weeks-1).WithHint("plan more weeks, or leave the offer out")
	}
	return item, nil
}

// place finds an offer's item and option, which is one of [planOptions].
func (p *planning) place(f promo.Offer) (item, option int, err error) {
	option = slices.IndexFunc(p.Options, func(o plan.Option) bool {
		return o.Depth == f.Depth && o.Feature == f.Feature && o.Display == f.Display
	})
	item, err = p.itemOf(f)
	return item, option, err
}

// lockOffers locks each offer's week at its option.
func (p *planning) lockOffers(offers []promo.Offer) error {
	for _, f := range offers {
		i, o, err := p.place(f)
		if err != nil {
			return err
		}
		p.named[Slot{f.Item, f.Week}] = f.Store
		it := &p.Items[i]
		it.Locked = append(it.Locked, plan.Lock{Week: f.Week, Option: o})
		if it.MaxDepth > 0 {
			it.MaxDepth = max(it.MaxDepth, f.Depth)
		}
	}
	return nil
}

// giveOffers notes the calendar to start from, locked offers included.
func (p *planning) giveOffers(offers []promo.Offer) error {
	for range p.Items {
		p.given = append(p.given, make([]int, p.Weeks))
	}
	for _, f := range offers {
		i, o, err := p.place(f)
		if err != nil {
			return err
		}
		p.given[i][f.Week] = o
	}
	return nil
}

// withOffers is a plan of the calendar's offers and, after them, so that they
// hold in their stores, those of single stores.
func (p *planning) withOffers(to promo.Plan, c plan.Calendar) promo.Plan {
	to.Offers = []promo.Offer{}
	for i, weeks := range c {
		for w, o := range weeks {
			if opt := p.Options[o]; o > 0 {
				to.Offers = append(to.Offers, promo.Offer{Item: p.items[i], Store: p.named[Slot{p.items[i], w}], Week: w, Depth: opt.Depth, Feature: opt.Feature, Display: opt.Display})
			}
		}
	}
	to.Offers = append(to.Offers, p.own...)
	return to
}
