package simulate

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
)

// Elasticity is how an item's units answer to its own price: ln of the factor
// on its expected units in a week at 20 % off, without feature and display,
// over ln 0.8, everything else at its usual price.
type Elasticity struct {
	Item       string  `json:"item"`
	Category   string  `json:"category"`
	Mean       float64 `json:"mean"`
	Units      float64 `json:"units"`      // a week in history, of all customers learned from
	PromoWeeks int     `json:"promoWeeks"` // in history, at least 5 % off
	Depths     int     `json:"depths"`     // different ones, rounded to 5 %
	Eligible   bool    `json:"eligible"`   // enough of all three to be read for itself
}

// Elasticities lets so many drawn customers live through weeks without
// promotions, and asks in the last weeks what each of their chances to buy
// would be at 20 % off: expectations, but for who is asked. units are those of
// each item in history; see [Model.Judge]. O(customers × categories × items).
func (m *Model) elasticities(ctx context.Context, customers int, seed uint64) ([]Elasticity, error) {
	const asked, cut = 4, .8
	h := m.shop
	w := m.world(h.None(asked))
	for i := range w.offers {
		w.offers[i] = offer{}
	}
	for k := range w.season { // no offers and a middling season all along
		for t := range w.season[k] {
			w.season[k][t] = m.needs[k].Rate
		}
		for at := range w.pull[k] {
			for f := range w.pull[k][at] {
				w.pull[k][at][f] = 1
			}
		}
		cat := h.cats[k]
		w.market[k] = m.choices[k].tabulate(m.Moved, make([]offer, cat.n*w.weeks), w.weeks).m
	}
	off := -math.Log(cut)
	factor := make([][]float64, m.Config.Classes) // on the attraction, by class and item
	for g := range factor {
		factor[g] = make([]float64, len(h.items))
		for k, cat := range h.cats {
			for j := range cat.n {
				factor[g][cat.first+j] = math.Exp(m.choices[k].moves(j, m.Moved[g], offer{off: off}))
			}
		}
	}
	const block = 50
	sums := make([][][2]float64, (customers+block-1)/block)
	core.Parallel(len(sums), func(b int) {
		if ctx.Err() != nil {
			return
		}
		sum := make([][2]float64, len(h.items))
		for i := b * block; i < min(customers, (b+1)*block); i++ {
			s := w.customer(seed, i)
			w.live(s, rand.New(rand.NewPCG(seed, uint64(2*i+1))), func(t, i int, hazard float64) {
				if t < w.lead {
					return
				}
				hb := s.habits[i]
				n, c, mk := m.needs[hb.cat], m.choices[hb.cat], &w.market[hb.cat][s.class*w.weeks+t]
				all := mk.sum + c.Loyal*mk.a[hb.favourite]
				usual := -math.Expm1(-hazard) * (1 + n.Many) / all
				more := 1 + n.Many*math.Exp(n.Bulk*off)
				for j, a := range mk.a {
					if j == hb.favourite {
						a *= 1 + c.Loyal
					}
					flat := h.cats[hb.cat].first + j
					sum[flat][0] += usual * a
					f := factor[s.class][flat]
					now := all + a*(f-1)
					sum[flat][1] += -math.Expm1(-hazard*math.Exp(n.Theta*math.Log(now/all))) * more * a * f / now
				}
			})
		}
		sums[b] = sum
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]Elasticity, len(h.items))
	for i, it := range h.items {
		var x [2]float64
		for _, sum := range sums {
			x[0] += sum[i][0]
			x[1] += sum[i][1]
		}
		out[i] = Elasticity{Item: it.id, Category: h.cats[it.cat].name, Mean: math.Log(x[1]/x[0]) / math.Log(cut)}
		seen := map[int]bool{}
		for _, o := range h.offers[i*h.weeks : (i+1)*h.weeks] {
			if depth := -math.Expm1(-o.off); depth >= .05-1e-9 {
				out[i].PromoWeeks++
				seen[int(depth*20+.5)] = true
			}
		}
		out[i].Depths = len(seen)
	}
	return out, nil
}

// sold returns units by category and week, and by item.
func (h *History) sold() (weekly [][]float64, items []float64) {
	for range h.cats {
		weekly = append(weekly, make([]float64, h.weeks))
	}
	items = make([]float64, len(h.items))
	for _, p := range h.people {
		for _, l := range p.lines {
			weekly[h.items[l.item].cat][l.week] += float64(l.quantity)
			items[l.item] += float64(l.quantity)
		}
	}
	return weekly, items
}

// withUnits adds what history sold, and sorts the best selling first.
func withUnits(all []Elasticity, h *History) []Elasticity {
	_, units := h.sold()
	for i := range all {
		e := &all[i]
		e.Units = units[i] / float64(h.weeks)
		e.Eligible = e.PromoWeeks >= 8 && e.Depths >= 2 && e.Units >= 20
	}
	slices.SortStableFunc(all, func(a, b Elasticity) int { return cmp.Compare(b.Units, a.Units) })
	return all
}
