// Package plan finds the promotion calendar that earns most under rules, and
// says how far from the best possible it may be.
//
// A [Problem] holds items, what each may be offered at ([Option]) and the
// rules. [Exact] is the dynamic programme of one item, [Linear] the linear
// programme of Cohen et al. (Operations Research, 2017), [Best] plans many
// items under shared rules by column generation and proves a bound, [Learn]
// learns a policy in a simulator of the demand, and [Simple] are the plans
// that need no method. [Clash] tells which rules cannot hold together.
//
// Everything is deterministic: the same problem and seed give the same plan.
package plan

import (
	"math"
	"slices"

	"shoptwin/core"
)

// Option is one way to offer an item for a week. Option 0 of a problem is
// none: full price, no feature, no display, no cost.
type Option struct {
	Depth   float64 `json:"depth"` // fraction off the price, in [0, 0.9]
	Feature bool    `json:"feature,omitempty"`
	Display bool    `json:"display,omitempty"`
	Fixed   float64 `json:"fixed,omitempty"` // money for one week of one item in one store
}

// Demand is one belief about how an item answers: units of a week are its
// usual ones times Lift of the week's option times Dip of those before.
type Demand struct {
	Lift []float64   // by option; 1 for none
	Dip  [][]float64 // by weeks since, from 1, then by option; 1 for none
}

// Limits are an item's own rules; its zero value forbids nothing.
type Limits struct {
	MinPromos int     `json:"minPromos,omitempty"` // weeks on promotion at least
	MaxPromos int     `json:"maxPromos,omitempty"` // and at most; 0 is no limit
	Gap       int     `json:"gap,omitempty"`       // weeks without promotion between two weeks with one
	MinDepth  float64 `json:"minDepth,omitempty"`
	MaxDepth  float64 `json:"maxDepth,omitempty"` // 0 is no limit
	Closed    []int   `json:"closed,omitempty"`   // weeks without promotion
	Locked    []Lock  `json:"locked,omitempty"`   // weeks that are decided
}

// Lock decides a week.
type Lock struct {
	Week   int `json:"week"`
	Option int `json:"option"`
}

// Shared are the rules that items meet together; its zero value forbids nothing.
type Shared struct {
	Budget      float64 `json:"budget,omitempty"`      // money for discounts that no supplier pays, and for fixed costs; 0 is no limit
	MarginFloor float64 `json:"marginFloor,omitempty"` // profit over sales, of the whole plan, at least; 0 is no limit
	PerCategory int     `json:"perCategory,omitempty"` // items of one category on promotion in one week at most; 0 is no limit
}

// Item is one product over all stores of the plan. Its Place holds the stores
// that follow the calendar, all but those apart.
type Item struct {
	Name, Category string
	Place
	Apart    []Apart
	Funding  float64  // of the discount that the supplier pays, in [0, 1]
	Beliefs  []Demand // equally likely; plans earn most on average over them
	Observed bool     // MaxDepth is only the deepest discount that was observed
	Stock    []Stock  // what there is to sell; none is enough
	Limits
}

// Place is an item in stores that offer it alike.
type Place struct {
	Stores      int       // that sell it
	Units       []float64 // at full price, by week; weeks after the last one count what promotions pull forward
	Price, Cost float64   // of one unit
	Taken       []float64 // by option, for each usual unit: money that other items lose; may be nil
}

// Stock is units that are there for Weeks weeks from week Week on. What is
// not sold in one week is left for the next. It is there for all stores, or
// for Store alone, which sells Part of the units of its place; of several
// stocks of a store the least holds.
type Stock struct {
	Week, Weeks int
	Units       float64
	Store       string
	Part        float64 // in (0, 1]; 0 is for all
	Place       int     // of Store: 0 is the item's own, others count its Apart from 1
}

// Problem is what is to be planned.
type Problem struct {
	Weeks   int
	Options []Option
	Own     []Option // that stores apart may have: their numbers go on from those of Options
	Items   []Item
	Shared
}

// Calendar holds the option of each item in each week.
type Calendar [][]int

// Totals are what a calendar is expected to bring, the weeks after the last
// one included.
type Totals struct {
	Units  float64 `json:"units"`
	Sales  float64 `json:"sales"`
	Profit float64 `json:"profit"` // less what other items lose
	Spent  float64 `json:"spent"`  // of the budget
	Promos int     `json:"promos"` // of the calendar
}

func (t *Totals) add(u Totals) {
	t.Units += u.Units
	t.Sales += u.Sales
	t.Profit += u.Profit
	t.Spent += u.Spent
	t.Promos += u.Promos
}

// lags is the longest memory of any belief of the item.
func (it *Item) lags() int {
	n := 0
	for _, d := range it.Beliefs {
		n = max(n, len(d.Dip))
	}
	return n
}

// Check says what is malformed in p; rules that contradict each other are
// for [Clash].
func (p *Problem) Check() error {
	if p.Weeks < 1 || p.Weeks > 104 {
		return core.Errorf(core.Invalid, "a plan of %d weeks", p.Weeks).WithHint("plan 1 to 104 weeks")
	}
	if len(p.Items) == 0 || len(p.Options) < 2 {
		return core.Errorf(core.Invalid, "%d items and %d ways to offer them: nothing can be planned", len(p.Items), len(p.Options)).WithHint("name items and depths")
	}
	if o := p.Options[0]; o != (Option{}) {
		return core.Errorf(core.Invalid, "the first option has depth %g, it must be no promotion", o.Depth)
	}
	for _, o := range slices.Concat(p.Options, p.Own) {
		if !(o.Depth >= 0 && o.Depth <= 0.9) || !(o.Fixed >= 0) {
			return core.Errorf(core.Invalid, "an option with depth %g and cost %g", o.Depth, o.Fixed).WithHint("depth is a fraction off the price, 0 to 0.9; costs are not below 0")
		}
	}
	if !(p.Budget >= 0) || !(p.MarginFloor >= 0 && p.MarginFloor < 1) || p.PerCategory < 0 {
		return core.Errorf(core.Invalid, "budget %g, margin floor %g, %d items of a category", p.Budget, p.MarginFloor, p.PerCategory).
			WithHint("none may be below 0, and the margin floor is a fraction below 1")
	}
	for i := range p.Items {
		if err := p.checkItem(&p.Items[i]); err != nil {
			return err
		}
	}
	return nil
}

func (p *Problem) checkItem(it *Item) error {
	if err := p.checkPlace(it, &it.Place); err != nil {
		return err
	}
	for k := range it.Apart {
		if err := p.checkApart(it, &it.Apart[k]); err != nil {
			return err
		}
	}
	for _, d := range it.Beliefs {
		bad := len(d.Lift) != p.ways()
		for _, dip := range d.Dip {
			bad = bad || len(dip) != p.ways()
		}
		if bad {
			return core.Errorf(core.Invalid, "item %q: its response is not given for each of the %d options", it.Name, p.ways())
		}
	}
	if it.MinPromos < 0 || it.MaxPromos < 0 || it.Gap < 0 {
		return core.Errorf(core.Invalid, "item %q: %d to %d promotions, gap %d", it.Name, it.MinPromos, it.MaxPromos, it.Gap).WithHint("none may be below 0")
	}
	for _, s := range it.Stock {
		if s.Week < 0 || s.Weeks < 1 || !(s.Units >= 0) || !(s.Part >= 0 && s.Part <= 1) || s.Place < 0 || s.Place > len(it.Apart) {
			return core.Errorf(core.Invalid, "item %q: a stock of %g units for %d weeks from week %d", it.Name, s.Units, s.Weeks, s.Week).WithHint("none may be below 0, and a stock lasts a week at least")
		}
	}
	for _, l := range it.Locked {
		if l.Week < 0 || l.Week >= p.Weeks || l.Option < 0 || l.Option >= len(p.Options) {
			return core.Errorf(core.Invalid, "item %q: option %d is locked in week %d", it.Name, l.Option, l.Week).
				WithHint("weeks are 0 to %d, options 0 to %d", p.Weeks-1, len(p.Options)-1)
		}
	}
	return nil
}

func (p *Problem) checkPlace(it *Item, x *Place) error {
	if weeks := p.Weeks + it.lags(); len(it.Beliefs) == 0 || len(x.Units) < weeks {
		return core.Errorf(core.Invalid, "item %q has %d beliefs and %d weeks of usual units", it.Name, len(it.Beliefs), len(x.Units)).
			WithHint("it needs one belief, and %d weeks: those of the plan and the ones that remember it", weeks)
	}
	for w, u := range x.Units {
		if !(u >= 0) || math.IsInf(u, 0) {
			return core.Errorf(core.Invalid, "item %q, week %d: %g usual units", it.Name, w, u)
		}
	}
	if !(x.Price > 0) || !(x.Cost >= 0) || !(it.Funding >= 0 && it.Funding <= 1) {
		return core.Errorf(core.Invalid, "item %q: price %g, cost %g, funding %g", it.Name, x.Price, x.Cost, it.Funding).
			WithHint("a price above 0, a cost not below 0, funding in [0, 1]")
	}
	if x.Taken != nil && len(x.Taken) != p.ways() {
		return core.Errorf(core.Invalid, "item %q: what others lose is not given for each of the %d options", it.Name, p.ways())
	}
	return nil
}
