package promo

import (
	"math"

	"shoptwin/core"
)

// Measures that an outcome counts.
const (
	inUnits = iota
	inSales
	inProfit
	measures
)

// planned is a checked plan in the model's numbers.
type planned struct {
	Plan
	weeks  int   // horizon and the weeks after it that still feel it
	items  []int // shown
	shown  []int // item: place in items, or -1
	stores []int
	cells  []offered // the offers that do something
	source []*Offer  // of cells
	at     []int32   // touched item*stores*horizon: place in cells + 1, or 0
	place  []int     // item: place among touched, or -1
	ways   [][]kind  // by touched item: the different ways in which it is offered
	margin []float64 // by item: of base price
	stock  []stocked
}

type offered struct {
	r, feature, display float64 // r = ln(1-depth)
	depth               float64
	item, kind          int
	guess               bool
}

// kindOf numbers the ways in which c's item is offered, of which c's is one,
// from 1 on; 0 is no offer.
func (q *planned) kindOf(c *offered) int {
	ways := &q.ways[q.place[c.item]]
	for n, b := range *ways {
		if b.r == c.r && b.feature == c.feature && b.display == c.display {
			return n + 1
		}
	}
	*ways = append(*ways, kind{r: c.r, feature: c.feature, display: c.display})
	return len(*ways)
}

// kinds returns places for the sums of item i's cells, by the ways in which it
// is offered; the first is no offer.
func (q *planned) kinds(i int) []kind {
	out := make([]kind, 1)
	if place := q.place[i]; place >= 0 {
		out = append(out, q.ways[place]...)
	}
	return out
}

// check turns a plan into the model's numbers, or says what is wrong with it.
func (m *Model) check(p Plan) (*planned, error) {
	q := &planned{Plan: p}
	for _, o := range p.Offers {
		q.Horizon = max(q.Horizon, o.Week+1)
	}
	q.Horizon = max(q.Horizon, 1)
	if p.Horizon > 0 && q.Horizon > p.Horizon {
		return nil, core.Errorf(core.Invalid, "an offer in week %d, but the plan has %d weeks", q.Horizon-1, p.Horizon).WithHint("weeks count from 0; lengthen the horizon")
	}
	if q.Horizon > 104 || p.Horizon < 0 {
		return nil, core.Errorf(core.Invalid, "a plan of %d weeks", max(q.Horizon, p.Horizon)).WithHint("plan 1 to 104 weeks")
	}
	bad := func(name string, x, lo, hi float64) error {
		if !(x >= lo && x <= hi) {
			return core.Errorf(core.Invalid, "%s is %g", name, x).WithHint("a number from %g to %g", lo, hi)
		}
		return nil
	}
	for _, c := range []struct {
		name      string
		x, lo, hi float64
	}{{"margin", p.Margin, 0, 0.99}, {"funding", p.Funding, 0, 1}, {"cost change", p.CostChange, -0.9, 9}, {"traffic", p.Traffic, -0.9, 9},
		{"feature cost", p.FeatureCost, 0, 1e12}, {"display cost", p.DisplayCost, 0, 1e12}} {
		if err := bad(c.name, c.x, c.lo, c.hi); err != nil {
			return nil, err
		}
	}
	q.weeks = q.Horizon + m.lags
	storePlace := make([]int, len(m.stores))
	for i := range storePlace {
		storePlace[i] = -1
	}
	for _, name := range p.Stores {
		s, ok := m.storeAt[name]
		if !ok {
			return nil, unknown("store", name, m.stores)
		}
		if storePlace[s] < 0 {
			storePlace[s] = len(q.stores)
			q.stores = append(q.stores, s)
		}
	}
	if len(p.Stores) == 0 {
		for s := range m.stores {
			storePlace[s] = s
			q.stores = append(q.stores, s)
		}
	}
	q.shown, q.place = make([]int, len(m.items)), make([]int, len(m.items))
	for i := range q.shown {
		q.shown[i], q.place[i] = -1, -1
	}
	show := func(name string) (int, error) {
		i, ok := m.itemAt[name]
		if !ok || m.firstSeries[i] == m.firstSeries[i+1] {
			return 0, m.unknownItem(name)
		}
		if q.shown[i] < 0 {
			q.shown[i] = len(q.items)
			q.items = append(q.items, i)
		}
		return i, nil
	}
	for _, name := range p.Items {
		if _, err := show(name); err != nil {
			return nil, err
		}
	}
	touched := 0
	for _, o := range p.Offers {
		i, err := show(o.Item)
		if err != nil {
			return nil, err
		}
		if q.place[i] < 0 {
			q.place[i] = touched
			touched++
		}
	}
	ns := len(q.stores)
	q.at, q.ways = make([]int32, touched*ns*q.Horizon), make([][]kind, touched)
	for n := range p.Offers {
		o := &p.Offers[n]
		if o.Week < 0 {
			return nil, core.Errorf(core.Invalid, "an offer of item %q in week %d", o.Item, o.Week).WithHint("weeks count from 0, the first after history")
		}
		if !(o.Depth >= 0 && o.Depth <= 0.9) {
			return nil, core.Errorf(core.Invalid, "item %q, week %d: depth %g", o.Item, o.Week, o.Depth).WithHint("depth is a fraction off the base price, 0 to 0.9")
		}
		if o.Depth == 0 && !o.Feature && !o.Display {
			continue
		}
		i := m.itemAt[o.Item]
		it := &m.items[i]
		c := offered{r: math.Log1p(-o.Depth), depth: o.Depth, item: i}
		if o.Feature {
			c.feature = 1
		}
		if o.Display {
			c.display = 1
		}
		c.guess = o.Depth > it.maxDepth+0.025 || o.Feature && it.seen&featured == 0 || o.Display && it.seen&displayed == 0
		c.kind = q.kindOf(&c)
		q.cells, q.source = append(q.cells, c), append(q.source, o)
		lo, hi := 0, ns
		if o.Store != "" {
			s, ok := m.storeAt[o.Store]
			if !ok {
				return nil, unknown("store", o.Store, m.stores)
			}
			if lo = storePlace[s]; lo < 0 {
				return nil, core.Errorf(core.Invalid, "an offer in store %q, which is not among the plan's stores", o.Store).WithHint("add the store to the plan")
			}
			hi = lo + 1
		}
		for s := lo; s < hi; s++ {
			q.at[(q.place[i]*ns+s)*q.Horizon+o.Week] = int32(len(q.cells))
		}
	}
	if err := q.checkStock(m, storePlace); err != nil {
		return nil, err
	}
	q.margin = make([]float64, len(m.items))
	for i := range m.items {
		q.margin[i] = math.NaN() // known cost
		if m.items[i].Cost <= 0 {
			q.margin[i] = 0.25
			if p.Margin > 0 {
				q.margin[i] = p.Margin
			}
		}
	}
	for name, x := range p.Margins {
		i, ok := m.itemAt[name]
		if !ok {
			return nil, m.unknownItem(name)
		}
		if err := bad("margin of item "+name, x, 0, 0.99); err != nil {
			return nil, err
		}
		q.margin[i] = x
	}
	return q, nil
}

func (m *Model) unknownItem(name string) error {
	names := make([]string, len(m.items))
	for i, it := range m.items {
		names[i] = it.ID
	}
	return unknown("item", name, names)
}

func unknown(what, name string, known []string) error {
	some, more := known, ""
	if len(some) > 5 {
		some, more = some[:5], ", …"
	}
	return core.Errorf(core.NotFound, "%s %q has no sales in the history", what, name).
		WithHint("known are %d: %v%s", len(known), some, more)
}

// offer returns what stands at item, store place and week; nil for none.
func (q *planned) offer(item, store, week int) *offered {
	if q.place[item] < 0 || week < 0 || week >= q.Horizon {
		return nil
	}
	n := q.at[(q.place[item]*len(q.stores)+store)*q.Horizon+week]
	if n == 0 {
		return nil
	}
	return &q.cells[n-1]
}

// WhatIf answers a plan: what sells with it and without, and why they differ.
//
// Every effect multiplies: own offer, then offers of the weeks before, own
// and the neighbours', then the neighbours' offers; the parts of a change are
// the steps in that order, so they sum to the net. An item's neighbours are
// those of its category in the same store; they draw by how much their offers
// lift them and by their usual units, as in a choice among all (a logit). Intervals of Units hold what
// single weeks miss by, as conformal bands of weeks that a fit had not seen;
// those of changes are quantiles of 1,000 draws of the response and of the
// items' levels, with the luck of weeks and single promotions, which
// is less: what a week sells without promotion cancels in a change. An unknown item or store, a depth
// outside [0, 0.9] or a week outside the horizon is an error; the model is
// never modified.
//
// O(stores × weeks × items in the touched categories): under 2 ms for 12
// items, 12 weeks and 6 stores, and once for a category 0.1 ms an item for its draws.
func (m *Model) WhatIf(p Plan) (*Outcome, error) {
	r, err := m.run(p)
	if err != nil {
		return nil, err
	}
	return r.outcome(), nil
}

// run sums up a plan.
func (m *Model) run(p Plan) (*run, error) { return m.Trial().run(p) }
