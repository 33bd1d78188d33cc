package app

import (
	"context"
	"fmt"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/plan"
	"shoptwin/core/promo"
)

// agreed tells offers for all stores of a plan from those of single ones, as a
// what-if takes them: of two of an item, store and week the later holds. In a
// plan of one store every offer is for all.
func agreed(offers []promo.Offer, stores []string) (all, own []promo.Offer) {
	type cell struct {
		Slot
		store string
	}
	at := func(o promo.Offer) cell {
		if len(stores) == 1 && o.Store == stores[0] {
			o.Store = ""
		}
		return cell{Slot{o.Item, o.Week}, o.Store}
	}
	idle := func(o promo.Offer) bool { return o.Depth == 0 && !o.Feature && !o.Display }
	last := map[cell]int{}
	for n, o := range offers {
		last[at(o)] = n
	}
	for n, o := range offers {
		c := at(o)
		switch over, ok := last[cell{Slot: c.Slot}]; {
		case last[c] != n:
		case c.store == "":
			all = append(all, o)
		case !idle(o) && !(ok && over > n && !idle(offers[over])):
			own = append(own, o)
		}
	}
	return all, own
}

// ownOptions are the offers of single stores as options; what they cost is for one store.
func ownOptions(req *PlanRequest, own []promo.Offer) (out []plan.Option) {
	for _, o := range own {
		if n := ownOption(req, o); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func ownOption(req *PlanRequest, o promo.Offer) plan.Option {
	n := plan.Option{Depth: o.Depth, Feature: o.Feature, Display: o.Display}
	if o.Feature {
		n.Fixed += req.FeatureCost
	}
	if o.Display {
		n.Fixed += req.DisplayCost
	}
	return n
}

// setApart sets the stores apart that have offers of their own of an item, those
// of the same offers together, and says in which place of the item a store is.
func (p *planning) setApart(m *promo.Model, req *PlanRequest, r *promo.Response, it *plan.Item, stores []string) (in map[string]int, err error) {
	in = map[string]int{}
	offers := map[string][]plan.Lock{}
	for _, o := range p.own {
		if o.Item == r.Item {
			offers[o.Store] = append(offers[o.Store], plan.Lock{Week: o.Week, Option: len(p.Options) + slices.Index(p.Own, ownOption(req, o))})
		}
	}
	if len(offers) == 0 {
		return in, nil
	}
	var groups [][]string
	place, rest := map[string]int{}, []string(nil)
	for _, store := range stores {
		if len(offers[store]) == 0 {
			rest = append(rest, store)
			continue
		}
		slices.SortFunc(offers[store], func(a, b plan.Lock) int { return a.Week - b.Week })
		key := fmt.Sprint(offers[store])
		n, ok := place[key]
		if !ok {
			n = len(groups)
			place[key], groups = n, append(groups, nil)
		}
		groups[n] = append(groups[n], store)
	}
	ways := waysOf(p.Problem, req, r)
	if it.Place, err = placeIn(m, req, r, rest, ways); err != nil {
		return nil, err
	}
	for _, group := range groups {
		x := plan.Apart{Offers: offers[group[0]]}
		if x.Place, err = placeIn(m, req, r, group, ways); err != nil {
			return nil, err
		}
		if x.Stores == 0 {
			continue // never sold there
		}
		it.Apart = append(it.Apart, x)
		for _, store := range group {
			in[store] = len(it.Apart)
		}
	}
	return in, nil
}

// placeIn is an item in some stores; nothing is sold of it in none.
func placeIn(m *promo.Model, req *PlanRequest, r *promo.Response, stores []string, ways []plan.Option) (plan.Place, error) {
	if len(stores) > 0 {
		one, err := responseIn(m, req, r.Item, stores)
		if err != nil {
			return plan.Place{}, err
		}
		if one.Stores > 0 {
			return placeOf(one, ways), nil
		}
	}
	return plan.Place{Units: make([]float64, len(r.Units)), Price: r.Base, Cost: r.Cost}, nil
}

func responseIn(m *promo.Model, req *PlanRequest, item string, stores []string) (*promo.Response, error) {
	alone := req.Plan
	alone.Items, alone.Stores, alone.Stock = []string{item}, stores, nil
	one, err := m.Responses(alone, 0, nil)
	if err != nil {
		return nil, err
	}
	return &one[0], nil
}

// orStarted is best, or the plan around the offers of single stores of the
// calendar that was given, whichever earns more; the bound is of both. If these
// offers cannot stand under the rules it is best.
func (p *planning) orStarted(ctx context.Context, best *plan.Result, req *PlanRequest, method string, report func(core.Progress)) (*planning, *plan.Result, error) {
	with, err := p.started.best(ctx, req, method, report)
	if err != nil {
		if ctx.Err() == nil && core.KindOf(err) == core.Invalid {
			return p, best, nil
		}
		return nil, nil, err
	}
	bound := max(best.Bound, with.Bound)
	if with.Totals.Profit > best.Totals.Profit {
		p, best = p.started, with
	}
	best.Bound, best.Gap = bound, max(0, bound-best.Totals.Profit)/max(math.Abs(bound), 1e-12)
	return p, best, nil
}

// whoStarted is the problem of the calendar that was given, if there is one.
func (p *planning) whoStarted() *planning {
	if p.started != nil {
		return p.started
	}
	return p
}
