package plan

import (
	"cmp"
	"context"
	"slices"

	"shoptwin/core"
)

// Other is a plan to compare with. Broken names the rules it breaks.
type Other struct {
	Name     string // none, cadence, blind, last
	Calendar Calendar
	Totals   Totals
	Broken   []string
}

// Simple returns the plans that stand beside a proven one: none; cadence, the
// best single depth for each item at even spacing; blind, planned like Best
// by one who knows of no dips, and valued with them; and, when last is given,
// last year's calendar. Dear items leave the cadence until the shared rules
// are kept; last year's is taken as it is.
func Simple(ctx context.Context, p *Problem, last Calendar, report func(core.Progress)) ([]Other, error) {
	blind, err := Best(ctx, p.forget(), report)
	if err != nil {
		return nil, err
	}
	none := make(Calendar, len(p.Items))
	for i := range none {
		none[i] = make([]int, p.Weeks)
	}
	out := []Other{{Name: "none", Calendar: none}, {Name: "cadence", Calendar: p.cadence(none)}, {Name: "blind", Calendar: blind.Calendar}}
	if last != nil {
		out = append(out, Other{Name: "last", Calendar: last})
	}
	for n := range out {
		o := &out[n]
		o.Totals, o.Broken = p.Value(o.Calendar), p.Broken(o.Calendar)
	}
	return out, nil
}

// cadence gives each item the best of one option every so many weeks.
func (p *Problem) cadence(none Calendar) Calendar {
	c := slices.Clone(none)
	type gain struct {
		item  int
		worth float64 // of a unit of budget
	}
	var gains []gain
	for i := range p.Items {
		it, a := &p.Items[i], newAnswer(&p.Items[i], len(p.Options))
		start := p.itemValue(i, a, none[i])
		best, spent := start.Profit, 0.0
		for every := it.Gap + 1; every <= p.Weeks; every++ {
			for first := range every {
				for o := 1; o < len(p.Options); o++ {
					weeks := make([]int, p.Weeks)
					n := 0
					for w := first; w < p.Weeks; w += every {
						if p.allows(it, w, o) && (it.MaxPromos == 0 || n < it.MaxPromos) {
							weeks[w] = o
							n++
						}
					}
					if t := p.itemValue(i, a, weeks); t.Profit > best {
						best, spent, c[i] = t.Profit, t.Spent, weeks
					}
				}
			}
		}
		if best > start.Profit {
			gains = append(gains, gain{i, (best - start.Profit) / max(spent, 1e-9)})
		}
	}
	slices.SortStableFunc(gains, func(a, b gain) int { return cmp.Compare(a.worth, b.worth) })
	for _, g := range gains {
		if !p.breaksShared(c) {
			break
		}
		c[g.item] = none[g.item]
	}
	return c
}

func (p *Problem) breaksShared(c Calendar) bool {
	return slices.ContainsFunc(p.rules(), func(r rule) bool { return r.item < 0 && !r.keeps(p, c) })
}
