package shop

import (
	"cmp"
	"math"
	"slices"
)

// cut is the promotion by which Truth measures elasticities, in the middle of
// the depths that are planned.
const cut = .2

// cell is the households of a segment with the same favourite, by rate.
type cell struct {
	g, favourite int
	n            [rates]float64
	all          float64 // attraction of the base prices to each of them
}

// expected is what one category's households do on average in one week with
// one offer, everything else at base price.
type expected struct {
	units []float64      // by item
	later [after]float64 // the category's units in the weeks after, less those without the offer
}

// cells returns category k's households.
func (m *market) cells(k int) []cell {
	c := m.cats[k]
	out := make([]cell, segments*len(c.items))
	for g := range segments {
		for j := range c.items {
			out[g*len(c.items)+j] = cell{g: g, favourite: j, all: m.total[k][g] + c.loyal*m.base[k][g][j]}
		}
	}
	for h, g := range m.segment {
		at := h*len(m.cats) + k
		if r := m.rate[at]; r > 0 {
			out[int(g)*len(c.items)+int(m.favourite[at])].n[r]++
		}
	}
	return slices.DeleteFunc(out, func(c cell) bool { return c.n == [rates]float64{} })
}

// responses tabulates category k's rates for a quantity bought at ratio times
// the base price.
func (m *market) responses(k int, ratio float64) (t [rates]*response) {
	for r := 1; r < rates; r++ {
		t[r] = m.cats[k].respond(r, m.cats[k].settled(r), ratio)
	}
	return t
}

// expect returns the expected units of category k when item i has offer o, at
// a price of ratio times base; t must be made for the ratio if later matters.
func (m *market) expect(k int, cells []cell, t *[rates]*response, i int, o offer, ratio float64) expected {
	c := m.cats[k]
	e := expected{units: make([]float64, len(c.items))}
	var mine [segments]float64 // attraction of item i
	for g := range mine {
		mine[g] = c.attraction(g, i, offer{feature: o.feature, display: o.display}) *
			math.Pow(ratio, -c.items[i].price1*moved[g])
	}
	zero, _ := place(0)
	for _, x := range cells {
		base := m.base[k][x.g]
		gain := mine[x.g] - base[i]
		if x.favourite == i {
			gain *= 1 + c.loyal
		}
		all := x.all + gain
		s, share := place(c.theta * math.Log(all/x.all))
		buy := 0.
		for r := 1; r < rates; r++ {
			buy += x.n[r] * between(&t[r].buy, s, share)
		}
		own := 0.
		for j, a := range base {
			if j == i {
				a = mine[x.g]
			}
			if j == x.favourite {
				a *= 1 + c.loyal
			}
			if j == i {
				own = a / all
			}
			e.units[j] += buy * a / all
		}
		for w := range after {
			for r := 1; r < rates; r++ {
				if x.n[r] > 0 {
					e.later[w] += x.n[r] * (own*between(&t[r].deal[w], s, share) +
						(1-own)*between(&t[r].plain[w], s, share) - t[r].plain[w][zero])
				}
			}
		}
	}
	for j := range e.units {
		if j == i {
			e.units[j] *= 1 + c.more(ratio)
		} else {
			e.units[j] *= 1 + c.many
		}
	}
	return e
}

// baseUnits returns the expected units a week of every flat item at base price.
func (m *market) baseUnits() []float64 {
	var out []float64
	for k := range m.cats {
		t := m.responses(k, 1)
		out = append(out, m.expect(k, m.cells(k), &t, 0, offer{}, 1).units...)
	}
	return out
}

// truth works out the effects of category k's items.
func (m *market) truth(k int, names []string, many int) (items []ItemTruth, cross []CrossTruth, dip DipTruth) {
	c := m.cats[k]
	cells, t := m.cells(k), m.responses(k, 1-cut)
	plain := m.expect(k, cells, &t, 0, offer{}, 1)
	dip = DipTruth{Category: c.name, Weeks: make([]float64, after)}
	whole := 0.
	for i, it := range c.items {
		u := plain.units[i]
		with := func(o offer, ratio float64) float64 { return m.expect(k, cells, &t, i, o, ratio).units[i] }
		deal := m.expect(k, cells, &t, i, offer{}, 1-cut)
		extra := deal.units[i] - u
		x := ItemTruth{
			Product: names[it.row], Category: c.name, Units: u,
			Elasticity: math.Log(deal.units[i]/u) / math.Log(1-cut),
			Point:      math.Log(with(offer{}, 1.01)/with(offer{}, .99)) / math.Log(1.01/.99),
			Feature:    with(offer{feature: true}, 1) / u,
			Display:    with(offer{display: true}, 1) / u,
		}
		for _, d := range depths {
			x.Lift = append(x.Lift, with(offer{}, 1-d)/u)
		}
		var near []CrossTruth
		for j := range c.items {
			if j != i {
				x.Taken += (plain.units[j] - deal.units[j]) / extra
				near = append(near, CrossTruth{names[c.items[j].row], names[it.row],
					math.Log(deal.units[j]/plain.units[j]) / math.Log(1-cut)})
			}
		}
		for w, l := range deal.later {
			x.Pulled -= l / extra
			dip.Weeks[w] -= u * l / extra
		}
		whole += u
		slices.SortFunc(near, func(a, b CrossTruth) int { return cmp.Compare(b.Elasticity, a.Elasticity) })
		cross = append(cross, near[:min(many, len(near))]...)
		items = append(items, x)
	}
	for w := range dip.Weeks {
		dip.Weeks[w] /= whole
		dip.Pulled += dip.Weeks[w]
	}
	return items, cross, dip
}
