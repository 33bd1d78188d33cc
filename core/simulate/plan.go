package simulate

import (
	"math"

	"shoptwin/core"
	"shoptwin/core/table"
)

// calendar lays a table of promotions out by item and week: of a promotion
// that covers part of a week those of at least half of it count, and of two in
// one week the deeper. strict makes a product that is not known an error;
// otherwise it is passed over.
func (h *History) calendar(t *table.Table, cols Columns, start float64, weeks int, strict bool) ([]offer, error) {
	c := resolve(t, cols)
	if err := c.need(t, "item", "start", "depth"); err != nil {
		return nil, err
	}
	at := make(map[string]int, len(h.items))
	for i, it := range h.items {
		at[it.id] = i
	}
	codes, names := t.Column(c.Item).Keys()
	from, depth := days(t.Column(c.Start)), numbers(t.Column(c.Depth))
	to := from
	if c.End != "" {
		to = days(t.Column(c.End))
	}
	feature, display := numbers(column(t, c.Feature)), numbers(column(t, c.Display))
	out := make([]offer, len(h.items)*weeks)
	for i, code := range codes {
		if code < 0 {
			continue
		}
		n, ok := at[names[code]]
		if !ok {
			if strict {
				return nil, core.Errorf(core.NotFound, "row %d of the plan offers product %q, which the simulator does not know", i+1, names[code]).
					WithHint("it knows %d products, those that at least %d customers bought", len(h.items), fewest)
			}
			continue
		}
		d := depth[i]
		if !(d >= 0 && d <= .95) {
			if d != d {
				continue
			}
			return nil, core.Errorf(core.Invalid, "table %q, row %d: depth %g", t.Name, i+1, d).WithHint("depth is a fraction off the price, 0 to 0.95")
		}
		if from[i] != from[i] {
			continue
		}
		last := to[i]
		if !(last >= from[i]) {
			last = from[i] + 6
		}
		o := offer{off: -math.Log1p(-d), feature: feature != nil && feature[i] > 0, display: display != nil && display[i] > 0}
		for w := max(0, int(math.Floor((from[i]-start)/7))); w < weeks; w++ {
			monday := start + 7*float64(w)
			if monday > last {
				break
			}
			covered := math.Min(last, monday+6) - math.Max(from[i], monday) + 1
			if covered < 4 && last-from[i] >= 6 {
				continue
			}
			if have := &out[n*weeks+w]; *have == (offer{}) || o.off > have.off {
				*have = o
			}
		}
	}
	return out, nil
}

// Plan is promotions of coming weeks, or of any others, by item and week.
type Plan struct {
	start  float64 // day number of the Monday of its week 0
	weeks  int
	offers []offer
}

// Weeks is how many weeks the plan covers.
func (p *Plan) Weeks() int { return p.weeks }

// NewPlan reads a table of promotions (product, start, end, depth, feature,
// display) for the customers of h. It covers the weeks from the first to the
// last promotion. A product that h does not know is an error, so is a plan
// without promotions.
func (h *History) NewPlan(t *table.Table, cols Columns) (*Plan, error) {
	c := resolve(t, cols)
	if err := c.need(t, "item", "start", "depth"); err != nil {
		return nil, err
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, name := range []string{c.Start, c.End} {
		if name == "" {
			continue
		}
		for _, d := range days(t.Column(name)) {
			if d == d {
				lo, hi = math.Min(lo, d), math.Max(hi, d)
			}
		}
	}
	if lo > hi {
		return nil, core.Errorf(core.Invalid, "the plan %q has no promotion with a date", t.Name).WithHint("give product, start, end and depth of at least one")
	}
	p := &Plan{start: lo - float64(weekday(lo))}
	p.weeks = int((hi-p.start)/7) + 1
	if p.weeks > 520 {
		return nil, core.Errorf(core.Invalid, "the plan %q covers %d weeks", t.Name, p.weeks).WithHint("plan up to 520 weeks; a date may be wrong")
	}
	var err error
	p.offers, err = h.calendar(t, cols, p.start, p.weeks, true)
	return p, err
}

// Past is the plan that history ran.
func (h *History) Past() *Plan { return &Plan{h.start, h.weeks, h.offers} }

// None is a plan of so many weeks after history without promotions.
func (h *History) None(weeks int) *Plan {
	return &Plan{h.start + 7*float64(h.weeks), weeks, make([]offer, len(h.items)*weeks)}
}

// Empty is p's weeks without its promotions.
func (p *Plan) Empty() *Plan { return &Plan{p.start, p.weeks, make([]offer, len(p.offers))} }

// Offer puts an item on promotion in one week after history; 0 is the first.
type Offer struct {
	Item             string
	Week             int
	Depth            float64 // fraction off
	Feature, Display bool
}

// Ahead is a plan of offers in the weeks after history; weeks 0 is as far as
// the last offer. An unknown item, a week outside or an impossible depth is an
// error.
func (h *History) Ahead(weeks int, offers []Offer) (*Plan, error) {
	last := 0
	for _, o := range offers {
		last = max(last, o.Week+1)
	}
	if weeks == 0 {
		weeks = max(1, last)
	}
	if weeks < last || weeks > 520 {
		return nil, core.Errorf(core.Invalid, "a plan of %d weeks with an offer in week %d", weeks, last-1).WithHint("weeks count from 0; plan up to 520")
	}
	at := make(map[string]int, len(h.items))
	for i, it := range h.items {
		at[it.id] = i
	}
	p := h.None(weeks)
	for n, o := range offers {
		i, ok := at[o.Item]
		if !ok {
			return nil, core.Errorf(core.NotFound, "offer %d of the plan is of product %q, which the simulator does not know", n+1, o.Item).
				WithHint("it knows %d products, those that at least %d customers bought", len(h.items), fewest)
		}
		if !(o.Depth >= 0 && o.Depth <= .95) || o.Week < 0 {
			return nil, core.Errorf(core.Invalid, "offer %d of the plan, product %q: week %d, depth %g", n+1, o.Item, o.Week, o.Depth).WithHint("depth is a fraction off the price, 0 to 0.95; weeks count from 0")
		}
		p.offers[i*weeks+o.Week] = offer{-math.Log1p(-o.Depth), o.Feature, o.Display}
	}
	return p, nil
}
