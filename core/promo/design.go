package promo

import (
	"math"

	"shoptwin/core"
)

// Places of the effects in a row of the design.
const (
	xPrice   = iota // ln(price/base)
	xBase           // ln(base/series' usual base)
	xFeature        // 0 or 1
	xDisplay        // 0 or 1
	xPull           // ln of the neighbours' pull: by how much their own offers lift them, by their usual share
	xPast           // the same of the weeks before, faded
	xLag            // depth of the weeks before, faded
	xSeason         // 2*harmonics of them
	xTrend   = xSeason + 2*harmonics
	effects  = xTrend + 1
)

const (
	harmonics = 3
	maxLags   = 8
	yearWeeks = 365.25 / 7
)

// faded is what an offer so many weeks ago counts, one in the last week
// counting 1.
var faded = [maxLags + 1]float64{0, 1, 0.7, 0.49, 0.343, 0.2401, 0.16807, 0.117649, 0.0823543}

// design turns cells of a panel into rows of effects. Only prices, features
// and displays of the cells are read after cut, never units.
type design struct {
	p    *Panel
	cut  int // weeks of history
	lags int
	k    int // effects in a row

	pull, past []float32 // by cell, see [design.pulls]
	season     [][2 * harmonics]float64
	usualBase  []float64 // mean ln base in history, by series
	crowd      [][]int   // series of one category in one store
	share      []float64 // usual units a week, by series
}

func newDesign(p *Panel, cut, lags int) *design {
	d := &design{p: p, cut: cut, lags: lags, k: effects}
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
	d.pull, d.past = make([]float32, len(p.units)), make([]float32, len(p.units))
	d.crowds()
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

// crowds gathers the series of each category in each store.
func (d *design) crowds() {
	group, groups := d.p.groups()
	at := make([]int, groups*len(d.p.stores))
	for s, k := range d.p.series {
		g := group[k.item]*len(d.p.stores) + int(k.store)
		if at[g] == 0 {
			d.crowd = append(d.crowd, nil)
			at[g] = len(d.crowd)
		}
		d.crowd[at[g]-1] = append(d.crowd[at[g]-1], s)
	}
}

// pulls fills pull and past for the present effects: how much the offers of
// the other items of the category in the same store draw, as in a choice
// among them (the multinomial logit's inclusive value), and drew before.
func (d *design) pulls(coef []float64) {
	p := d.p
	core.Parallel(len(d.crowd), func(g int) {
		members := d.crowd[g]
		sum, weight := make([]float64, p.weeks), 0.0
		lift := make([]float64, len(members)*p.weeks)
		for n, s := range members {
			b := coef[int(p.series[s].item)*d.k:]
			weight += d.share[s]
			for w := range p.weeks {
				i := s*p.weeks + w
				x := 0.0
				if p.lp[i] != 0 || p.flags[i] != 0 {
					x = math.Expm1(min(b[xPrice]*float64(p.lp[i])+b[xFeature]*float64(p.flags[i]&featured/featured)+b[xDisplay]*float64(p.flags[i]&displayed/displayed), 4))
				}
				lift[n*p.weeks+w] = d.share[s] * x
				sum[w] += d.share[s] * x
			}
		}
		for n, s := range members {
			rest := weight - d.share[s]
			if rest <= 1e-9*weight {
				continue
			}
			for w := range p.weeks {
				i := s*p.weeks + w
				d.pull[i] = float32(math.Log1p(max((sum[w]-lift[n*p.weeks+w])/rest, -0.9)))
				past := 0.0
				for l := 1; l <= d.lags && l <= w; l++ {
					past += faded[l] * float64(d.pull[i-l])
				}
				d.past[i] = float32(past)
			}
		}
	})
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
	x[xPull] = float64(d.pull[i])
	x[xPast] = float64(d.past[i])
	x[xLag] = 0
	for l := 1; l <= d.lags && l <= w; l++ {
		x[xLag] += faded[l] * max(0, -float64(p.lp[i-l]))
	}
	copy(x[xSeason:], d.season[w][:])
	x[xTrend] = min(0, float64(w-d.cut)/yearWeeks) // the trend stops at the cut
}
