package promo

import "math"

// Places of the effects in a row of the design. Lags, the season and the
// trend follow the named ones.
const (
	xPrice      = iota // ln(price/base)
	xBase              // ln(base/series' usual base)
	xFeature           // 0 or 1
	xDisplay           // 0 or 1
	xCrossPrice        // mean ln(price/base) of the neighbours, by their usual share
	xCrossPromo        // share of the neighbours on feature or display
	xLag               // depth of the weeks before: lags of them
)

const (
	harmonics = 3
	maxLags   = 8
	maxK      = xLag + maxLags + 2*harmonics + 1
	yearWeeks = 365.25 / 7
)

// design turns cells of a panel into rows of effects. Only prices, features
// and displays of the cells are read after cut, never units.
type design struct {
	p    *Panel
	cut  int // weeks of history
	lags int
	k    int // effects in a row

	crossPrice, crossPromo []float32 // by cell
	season                 [][2 * harmonics]float64
	usualBase              []float64 // mean ln base in history, by series
	share                  []float64 // usual units a week, by series
}

func newDesign(p *Panel, cut, lags int) *design {
	d := &design{p: p, cut: cut, lags: lags, k: xLag + lags + 2*harmonics + 1}
	d.usualBase, d.share = make([]float64, len(p.series)), make([]float64, len(p.series))
	for s := range p.series {
		var base, units, n, bases float64
		for w := range cut {
			i := s*p.weeks + w
			if u := p.units[i]; u == u {
				units += float64(u)
				n++
			}
			if b := p.lb[i]; b == b {
				base += float64(b)
				bases++
			}
		}
		if bases > 0 {
			d.usualBase[s] = base / bases
		}
		if n > 0 {
			d.share[s] = units / n
		}
	}
	d.season = seasons(p.start, p.weeks)
	d.neighbours()
	return d
}

// seasons returns the season's terms for each week. Without dates, the year
// starts at week 0.
func seasons(start float64, weeks int) [][2 * harmonics]float64 {
	out := make([][2 * harmonics]float64, weeks)
	for w := range out {
		out[w] = seasonAt(start, w)
	}
	return out
}

func seasonAt(start float64, w int) (x [2 * harmonics]float64) {
	t := float64(w)
	if start == start {
		t += start / 7
	}
	for h := range harmonics {
		sin, cos := math.Sincos(2 * math.Pi * float64(h+1) * t / yearWeeks)
		x[2*h], x[2*h+1] = sin, cos
	}
	return x
}

// neighbours fills crossPrice and crossPromo: means over the other items of
// the category in the same store, weighted by their usual units.
func (d *design) neighbours() {
	p := d.p
	d.crossPrice, d.crossPromo = make([]float32, len(p.units)), make([]float32, len(p.units))
	group, groups := p.groups()
	n := groups * len(p.stores) * p.weeks
	price, promos, weight := make([]float64, n), make([]float64, n), make([]float64, groups*len(p.stores))
	for s, k := range p.series {
		g := group[k.item]*len(p.stores) + int(k.store)
		weight[g] += d.share[s]
		for w := range p.weeks {
			i := s*p.weeks + w
			price[g*p.weeks+w] += d.share[s] * float64(p.lp[i])
			if p.flags[i]&(featured|displayed) != 0 {
				promos[g*p.weeks+w] += d.share[s]
			}
		}
	}
	for s, k := range p.series {
		g := group[k.item]*len(p.stores) + int(k.store)
		rest := weight[g] - d.share[s]
		if rest <= 1e-9*weight[g] {
			continue
		}
		for w := range p.weeks {
			i := s*p.weeks + w
			own := 0.0
			if p.flags[i]&(featured|displayed) != 0 {
				own = d.share[s]
			}
			d.crossPrice[i] = float32((price[g*p.weeks+w] - d.share[s]*float64(p.lp[i])) / rest)
			d.crossPromo[i] = float32((promos[g*p.weeks+w] - own) / rest)
		}
	}
}

// groups numbers the categories, and gives each item's.
func (p *Panel) groups() (group []int, groups int) {
	index := map[string]int{}
	group = make([]int, len(p.items))
	for i, it := range p.items {
		g, ok := index[it.category()]
		if !ok {
			g = len(index)
			index[it.category()] = g
		}
		group[i] = g
	}
	return group, len(index)
}

// row fills x with the effects of series s in week w.
func (d *design) row(x []float64, s, w int) {
	p := d.p
	i := s*p.weeks + w
	x[xPrice] = float64(p.lp[i])
	x[xBase] = float64(p.lb[i]) - d.usualBase[s]
	x[xFeature] = float64(p.flags[i] & featured / featured)
	x[xDisplay] = float64(p.flags[i] & displayed / displayed)
	x[xCrossPrice] = float64(d.crossPrice[i])
	x[xCrossPromo] = float64(d.crossPromo[i])
	for l := 1; l <= d.lags; l++ {
		x[xLag+l-1] = 0
		if w >= l {
			x[xLag+l-1] = max(0, -float64(p.lp[i-l]))
		}
	}
	copy(x[xLag+d.lags:], d.season[w][:])
	x[d.k-1] = min(0, float64(w-d.cut)/yearWeeks) // the trend stops at the cut
}
