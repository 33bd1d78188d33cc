package promo

import (
	"math"
	"slices"
)

// View returns the history that screens show: items best selling first, and
// at most the last weeks (0 is all that the model keeps, up to 104).
func (m *Model) View(weeks int) PanelView {
	if weeks <= 0 || weeks > m.kept {
		weeks = m.kept
	}
	v := PanelView{FirstAhead: m.label(0), Notes: slices.Clone(m.notes)}
	if v.Notes == nil {
		v.Notes = []string{}
	}
	for w := -weeks; w < 0; w++ {
		v.Weeks = append(v.Weeks, m.label(w))
	}
	for s, name := range m.stores {
		v.Stores = append(v.Stores, StoreView{name, m.share[s]})
	}
	// Best selling first: numbers sort so, and a page carries no sort of views.
	var sold []int
	for i, it := range m.items {
		if m.firstSeries[i] < m.firstSeries[i+1] {
			sold = append(sold, int(^math.Float32bits(float32(it.units)))<<32|i)
		}
	}
	slices.Sort(sold)
	for _, i := range sold {
		i &= math.MaxUint32
		it := &m.items[i]
		iv := ItemView{Item: it.ID, Name: it.Name, Category: it.Category, Cost: it.Cost, MaxDepth: it.maxDepth,
			Units: it.units, Elasticity: it.coef[xPrice], Base: m.base(i), History: make([]PastWeek, weeks)}
		for w := range weeks {
			iv.History[w], _ = m.pastWeek(i, -1, m.kept-weeks+w)
		}
		v.Items = append(v.Items, iv)
	}
	return v
}

// base is an item's current base price, over stores by their usual units.
func (m *Model) base(i int) float64 {
	var sum, weight float64
	for s := m.firstSeries[i]; s < m.firstSeries[i+1]; s++ {
		w := m.series[s].share + 1e-9
		sum, weight = sum+w*m.series[s].base, weight+w
	}
	return ratioOr0(sum, weight)
}

// pastWeek sums kept week w of item i over stores, or takes one store's.
// Depth is the mean over what was sold; the flags are those of most stores.
// It says whether any store was observed.
func (m *Model) pastWeek(i, store, w int) (out PastWeek, observed bool) {
	var depth, weight, feature, display, n float64
	for s := m.firstSeries[i]; s < m.firstSeries[i+1]; s++ {
		if store >= 0 && int(m.series[s].store) != store {
			continue
		}
		r := m.past[s*m.kept+w]
		u := float64(r.units)
		if u != u {
			continue
		}
		out.Units += u
		out.Sales += u * m.series[s].base * (1 - float64(r.depth))
		depth += (u + 0.01) * float64(r.depth)
		weight += u + 0.01
		feature += float64(r.flags & featured / featured)
		display += float64(r.flags & displayed / displayed)
		n++
	}
	out.Depth = math.Round(ratioOr0(depth, weight)*1000) / 1000
	out.Feature, out.Display = feature*2 > n, display*2 > n
	return out, n > 0
}
