package plan

import (
	"slices"

	"shoptwin/core"
)

// Apart is stores in which other offers of an item are agreed for some weeks.
// There these stand, whatever the calendar holds; in all other weeks the
// calendar holds there, too. They are a given of the plan and nothing it
// chooses: what they bring and cost, the weeks that remember them and what
// they take from neighbours are in every [Totals], so budget, margin floor and
// stocks feel them. Limits of an item's promotions, their number, spacing,
// depth and closed weeks, and the rule for categories are about the calendar
// alone, of which one store's agreement takes nothing away.
type Apart struct {
	Place
	Offers []Lock // their own; an option is one of the problem's or of its Own
}

// ways is how many options there are, with those that only stores apart have.
func (p *Problem) ways() int { return len(p.Options) + len(p.Own) }

func (p *Problem) option(o int) *Option {
	if o < len(p.Options) {
		return &p.Options[o]
	}
	return &p.Own[o-len(p.Options)]
}

func (p *Problem) checkApart(it *Item, x *Apart) error {
	for _, l := range x.Offers {
		if l.Week < 0 || l.Week >= p.Weeks || l.Option < 0 || l.Option >= p.ways() {
			return core.Errorf(core.Invalid, "item %q: option %d is locked in week %d", it.Name, l.Option, l.Week).
				WithHint("weeks are 0 to %d, options 0 to %d", p.Weeks-1, p.ways()-1)
		}
	}
	return p.checkPlace(it, &x.Place)
}

// place returns an item's place number k, 0 being its own.
func (it *Item) place(k int) *Place {
	if k == 0 {
		return &it.Place
	}
	return &it.Apart[k-1].Place
}

// owns lists, by store apart and week, the option that stands there of its
// own; -1 for none.
func (it *Item) owns() [][]int {
	out := make([][]int, len(it.Apart))
	for k := range it.Apart {
		out[k] = slices.Repeat([]int{-1}, len(it.Units))
		for _, l := range it.Apart[k].Offers {
			out[k][l.Week] = l.Option
		}
	}
	return out
}

// stands is the option that stands in place k in a week in which the calendar
// has option o.
func (a *answer) stands(k, w, o int) int {
	if k > 0 && a.own[k-1][w] >= 0 {
		return a.own[k-1][w]
	}
	return o
}

// at is the factor on usual units of place k in week w: that of the calendar,
// unless the place remembers an offer of its own.
func (a *answer) at(k, w, code, o int) float64 {
	if k == 0 || !a.feels(k, w) {
		return a.factor[code*a.options+o]
	}
	dips := make([]float64, len(a.beliefs))
	a.dips(a.own[k-1], w, code, dips)
	return a.lifted(dips, a.stands(k, w, o))
}

// keep reckons what the places that feel offers of their own bring, by week,
// memory and option, for who asks for it again and again.
func (a *answer) keep(p *Problem, it *Item) {
	if a.kept != nil {
		return
	}
	a.kept = make([][]Totals, p.Weeks+a.lags)
	for w := range a.kept {
		for k := 1; k <= len(it.Apart); k++ {
			if !a.feels(k, w) {
				continue
			}
			if a.kept[w] == nil {
				a.kept[w] = make([]Totals, len(a.factor))
			}
			x, dips := it.place(k), make([]float64, len(a.beliefs))
			for code := range a.codes() {
				a.dips(a.own[k-1], w, code, dips)
				for o := range a.options {
					here := a.stands(k, w, o)
					a.kept[w][code*a.options+o].add(x.value(p, it.Funding, w, here, x.Units[w]*a.lifted(dips, here)))
				}
			}
		}
	}
}

// feels says whether an own offer of place k stands in week w or is remembered there.
func (a *answer) feels(k, w int) bool {
	return slices.ContainsFunc(a.own[k-1][max(w-a.lags, 0):w+1], func(o int) bool { return o >= 0 })
}

// dips fills in, by belief, what the weeks before w do to units where own
// offers stand in the calendar's place.
func (a *answer) dips(own []int, w, code int, dips []float64) {
	for n, d := range a.beliefs {
		f, rest := 1.0, code
		for l := range d.Dip {
			was := a.first[rest%a.classes]
			if v := w - l - 1; v >= 0 && own[v] >= 0 {
				was = own[v]
			}
			f *= d.Dip[l][was]
			rest /= a.classes
		}
		dips[n] = f
	}
}

// lifted is the factor on usual units of a week with option o after such dips.
func (a *answer) lifted(dips []float64, o int) (sum float64) {
	for n, f := range dips {
		sum += f * a.beliefs[n].Lift[o]
	}
	return sum / float64(len(dips))
}
