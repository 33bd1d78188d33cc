package promo

import "math"

// Curve returns units a week by depth, from 0 to a little beyond the deepest
// observed (at least to half price), in steps of 0.025, for item in store (""
// is all stores) with or without feature and display, in a week of average
// season; then the observed weeks as dots. Expected units never fall with
// depth. An item or store without sales gives nil.
func (m *Model) Curve(itemID, store string, feature, display bool) []CurvePoint {
	i, ok := m.itemAt[itemID]
	place := -1
	if store != "" {
		s, known := m.storeAt[store]
		place, ok = s, ok && known
	}
	if !ok {
		return nil
	}
	it := &m.items[i]
	season := 0.0
	for w := range 52 {
		season += m.season(it, w) / 52
	}
	var usual []float64
	for s := m.firstSeries[i]; s < m.firstSeries[i+1]; s++ {
		if place < 0 || int(m.series[s].store) == place {
			usual = append(usual, math.Exp(m.series[s].level)*season)
		}
	}
	if len(usual) == 0 {
		return nil
	}
	end := min(0.9, max(0.5, it.maxDepth+0.15))
	var out []CurvePoint
	for n := 0; float64(n)*0.025 <= end+1e-9; n++ {
		o := offered{depth: float64(n) * 0.025, item: i}
		o.r = math.Log1p(-o.depth)
		flags := uint8(0)
		if feature {
			o.feature, flags = 1, flags|featured
		}
		if display {
			o.display, flags = 1, flags|displayed
		}
		up := math.Exp(m.ownPrice(i, o.r) + it.coef[xFeature]*o.feature + it.coef[xDisplay]*o.display)
		state, extra := stateOf(float32(o.r), flags), m.beyond(i, &o)
		c := CurvePoint{Depth: math.Round(o.depth*1000) / 1000, Guess: extra > 0, Feature: feature, Display: display}
		if len(usual) == 1 {
			c.Units = m.cal.bands.band(state, usual[0]*up, extra)
		} else {
			c.Units = m.cal.spreads.sum(usual, up, min(state, 1), extra)
		}
		out = append(out, c)
	}
	for w := range m.kept {
		if p, ok := m.pastWeek(i, place, w); ok {
			out = append(out, CurvePoint{Depth: p.Depth, Units: Interval{Mean: p.Units}, Observed: true, Feature: p.Feature, Display: p.Display})
		}
	}
	return out
}

// sum is the interval of one item-week over stores.
func (v *spreads) sum(usual []float64, up float64, kind int, extra float64) Interval {
	var mean, noise float64
	for _, u := range usual {
		mu := u * up
		mean += mu
		noise += mu + v.Cell[kind]*mu*mu
	}
	shared := v.ItemWeek[kind] + v.Item[kind] + v.Week[kind] + extra
	return positive(mean, math.Sqrt(noise+shared*mean*mean), v.Scale80[kind], v.Scale90[kind])
}

// ownPrice is the log effect of ln(price/base) r on item i. Beyond the
// deepest discount observed it goes on with the category's slope.
func (m *Model) ownPrice(i int, r float64) float64 {
	it := &m.items[i]
	edge := math.Log1p(-it.maxDepth)
	if r >= edge {
		return it.coef[xPrice] * r
	}
	return it.coef[xPrice]*edge + m.slope[m.group[i]].mean*(r-edge)
}

// beyond is the variance, in logs, of an offer outside what was observed.
func (m *Model) beyond(i int, o *offered) float64 {
	it := &m.items[i]
	out := 0.0
	if past := o.r - math.Log1p(-it.maxDepth); past < -0.025 {
		out += past * past * m.slope[m.group[i]].variance
	}
	if o.feature > 0 && it.seen&featured == 0 {
		out += 0.1
	}
	if o.display > 0 && it.seen&displayed == 0 {
		out += 0.1
	}
	return out
}
