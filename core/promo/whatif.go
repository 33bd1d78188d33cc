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
	place  []int     // item: place among those with offers, or -1
	single []bool    // by place: has offers of single stores
	at     [][]int32 // by place and week, where single by place, store and week: place in cells + 1, or 0
	margin []float64 // by item: of base price
	stock  []stocked
}

type offered struct {
	r, feature, display float64 // r = ln(1-depth)
	depth, lift         float64 // lift: of its own units, as a part of them
	item                int
	guess               bool
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
	for _, c := range []struct {
		name      string
		x, lo, hi float64
	}{{"margin", p.Margin, 0, 0.99}, {"funding", p.Funding, 0, 1}, {"cost change", p.CostChange, -0.9, 9}, {"traffic", p.Traffic, -0.9, 9},
		{"feature cost", p.FeatureCost, 0, 1e12}, {"display cost", p.DisplayCost, 0, 1e12}} {
		if err := between(c.name, c.x, c.lo, c.hi); err != nil {
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
	for n := range p.Offers {
		o := &p.Offers[n]
		i, err := show(o.Item)
		if err != nil {
			return nil, err
		}
		if o.idle() {
			continue
		}
		if q.place[i] < 0 {
			q.place[i] = len(q.single)
			q.single = append(q.single, false)
		}
		if o.Store != "" {
			q.single[q.place[i]] = true
		}
	}
	ns := len(q.stores)
	for _, single := range q.single {
		rows := 1
		if single {
			rows = ns
		}
		q.at = append(q.at, make([]int32, rows*q.Horizon))
	}
	for n := range p.Offers {
		o := &p.Offers[n]
		if o.Week < 0 {
			return nil, core.Errorf(core.Invalid, "an offer of item %q in week %d", o.Item, o.Week).WithHint("weeks count from 0, the first after history")
		}
		if !(o.Depth >= 0 && o.Depth <= 0.9) {
			return nil, core.Errorf(core.Invalid, "item %q, week %d: depth %g", o.Item, o.Week, o.Depth).WithHint("depth is a fraction off the base price, 0 to 0.9")
		}
		if o.idle() {
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
		c.lift = math.Expm1(m.ownPrice(i, c.r) + it.coef[xFeature]*c.feature + it.coef[xDisplay]*c.display)
		q.cells, q.source = append(q.cells, c), append(q.source, o)
		at := q.at[q.place[i]][o.Week:]
		if o.Store != "" {
			s, ok := m.storeAt[o.Store]
			if !ok {
				return nil, unknown("store", o.Store, m.stores)
			}
			if s = storePlace[s]; s < 0 {
				return nil, core.Errorf(core.Invalid, "an offer in store %q, which is not among the plan's stores", o.Store).WithHint("add the store to the plan")
			}
			at = at[s*q.Horizon:][:1]
		}
		for s := 0; s < len(at); s += q.Horizon {
			at[s] = int32(len(q.cells))
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
		if err := between("margin of item "+name, x, 0, 0.99); err != nil {
			return nil, err
		}
		q.margin[i] = x
	}
	return q, nil
}

//go:noinline
func between(name string, x, lo, hi float64) error {
	if !(x >= lo && x <= hi) {
		return core.Errorf(core.Invalid, "%s is %g", name, x).WithHint("a number from %g to %g", lo, hi)
	}
	return nil
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

// idle says that an offer does nothing.
func (o *Offer) idle() bool { return o.Depth == 0 && !o.Feature && !o.Display }

// row returns the places of item's offers among cells, plus 1, at a store place
// from one week to another; 0 is none, and none are left out at the end.
//
//go:noinline
func (q *planned) row(item, store, from, to int) []int32 {
	place := q.place[item]
	if to = min(to, q.Horizon); place < 0 || from >= to {
		return nil
	}
	if at := q.at[place]; q.single[place] {
		return at[store*q.Horizon:][from:to]
	} else {
		return at[from:to]
	}
}

// offer returns what stands at item, store place and week; nil for none.
func (q *planned) offer(item, store, week int) *offered {
	if at := q.row(item, store, week, week+1); at != nil && at[0] > 0 {
		return &q.cells[at[0]-1]
	}
	return nil
}

// on lists the weeks from one to another in which a store offers item.
func (q *planned) on(item, from, to int) (weeks []int) {
	place := q.place[item]
	if place < 0 {
		return nil
	}
	for w := from; w < min(to, q.Horizon); w++ {
		for at := q.at[place][w:]; len(at) > 0; at = at[min(q.Horizon, len(at)):] {
			if at[0] > 0 {
				weeks = append(weeks, w)
				break
			}
		}
	}
	return weeks
}

// lift is the sum of what item's offers at a store place lift it by.
func (q *planned) lift(item, store int) float64 {
	sum := 0.0
	for _, at := range q.row(item, store, 0, q.Horizon) {
		if at > 0 {
			sum += q.cells[at-1].lift
		}
	}
	return sum
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
// O(stores × weeks × items in the touched categories): 10 ms for 55 items, 26
// weeks and 77 stores, and once for a category 0.1 ms an item for its draws. A
// [Trial] that knows a like plan reckons only the weeks that differ.
func (m *Model) WhatIf(p Plan) (*Outcome, error) {
	return m.Trial().WhatIf(p)
}
