package promo

import (
	"math"
	"slices"
)

// A cell falls into a state (no promotion, or promotion by depth) and a
// volume (expected units).
var (
	depthEdges  = []float64{0.15, 0.25, 0.35} // states 1 to 4; 0 is no promotion
	volumeEdges = []float64{0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256}
)

const states = 5

var levels = [5]float64{0.05, 0.1, 0.5, 0.9, 0.95}

// bands are quantiles of actual over expected units, by state and volume,
// on weeks that the fit had not seen (split conformal prediction, Lei et al.
// 2018, in groups). A group of few cells borrows those of its neighbours in
// volume, then in depth.
type bands struct {
	table [states][11][5]float32
}

func stateOf(lp float32, flags uint8) int {
	if !promo(lp, flags) {
		return 0
	}
	depth := 1 - math.Exp(float64(lp))
	s := 1
	for _, e := range depthEdges {
		if depth >= e-1e-6 {
			s++
		}
	}
	return s
}

func volumeOf(mu float64) int {
	v := 0
	for v < len(volumeEdges) && mu >= volumeEdges[v] {
		v++
	}
	return v
}

// at returns the 5, 10, 50, 90 and 95 % quantiles of actual over expected,
// linear in log volume between the middles of the volume groups.
func (b *bands) at(state int, mu float64) (q [5]float64) {
	x := math.Log2(max(mu, 1e-9)/0.5) + 0.5 // group v has its middle at v
	x = min(max(x, 0), float64(len(volumeEdges)))
	v := min(int(x), len(volumeEdges)-1)
	t := x - float64(v)
	for j := range q {
		q[j] = (1-t)*float64(b.table[state][v][j]) + t*float64(b.table[state][v+1][j])
	}
	return q
}

// missed is one forecast and what happened.
type missed struct {
	item, store int32
	week        int32
	state       uint8
	mu, units   float64
}

// event numbers the item's week, in which stores err together.
func (c *missed) event() int64 { return int64(c.item)<<32 | int64(c.week) }

// forecasts returns expectation and outcome of the observed cells of weeks
// lo to hi, hi exclusive, for series with history.
func (f *fitted) forecasts(lo, hi int) []missed {
	p, d, k := f.d.p, f.d, f.d.k
	x := make([]float64, k)
	var out []missed
	for s, key := range p.series {
		if math.IsNaN(f.level[s]) {
			continue
		}
		b := f.coef[int(key.item)*k:][:k]
		for w := lo; w < hi; w++ {
			i := s*p.weeks + w
			y := float64(p.units[i])
			if y != y {
				continue
			}
			d.row(x, s, w)
			mu := math.Exp(min(f.level[s]+dot(x, b), 14))
			out = append(out, missed{key.item, key.store, int32(w), uint8(stateOf(p.lp[i], p.flags[i])), mu, y})
		}
	}
	return out
}

// turned is how one cell turned out: actual over expected, and its item-week.
type turned struct {
	ratio float64
	event int64
}

// newBands learns the quantiles. What an item's week misses by its stores
// share, so a group needs enough item-weeks, too, and not cells alone: a
// twentieth of 100 is five. With fewer it widens; without any cells at all the
// bands are those of counts with a spread of a half, which is wide.
func newBands(cells []missed) *bands {
	const enough, events = 200, 100
	var group [states][11][]turned
	for _, c := range cells {
		v := volumeOf(c.mu)
		group[c.state][v] = append(group[c.state][v], turned{c.units / max(c.mu, 1e-9), c.event()})
	}
	b := &bands{}
	var pool []turned
	for s := range states {
		for v := range group[s] {
			pool = append(pool[:0], group[s][v]...)
			mid := 0 // cells at the front of the pool that tell the middle, for which cells alone count
			for reach := 1; (len(pool) < enough || !reaches(pool, events)) && reach < 5; reach++ {
				if mid == 0 && len(pool) >= enough {
					mid = len(pool)
				}
				for _, u := range []int{v - reach, v + reach} {
					if u >= 0 && u < len(group[s]) {
						pool = append(pool, group[s][u]...)
					}
				}
				for _, t := range []int{s - reach, s + reach} {
					if t >= 1 && t < states && s > 0 {
						pool = append(pool, group[t][v]...)
					}
				}
			}
			if mid == 0 {
				mid = len(pool)
			}
			b.table[s][v] = bandOf(pool, mid, v)
		}
	}
	return b
}

// bandOf returns the quantiles of pool, the middle one of its first mid cells.
func bandOf(pool []turned, mid, volume int) (q [5]float32) {
	if len(pool) < 20 {
		mu := math.Ldexp(0.5, volume)
		spread := math.Sqrt(math.Log1p(0.25 + 1/mu))
		for j := range q {
			q[j] = float32(math.Exp(normalQuantile[j]*spread - spread*spread/2))
		}
		return q
	}
	ratio := func(cells []turned) []float64 {
		out := make([]float64, len(cells))
		for i, c := range cells {
			out[i] = c.ratio
		}
		slices.Sort(out)
		return out
	}
	all := ratio(pool)
	for j, level := range levels {
		q[j] = float32(quantile(all, level))
	}
	if mid < len(pool) {
		q[2] = float32(quantile(ratio(pool[:mid]), levels[2]))
		q[1], q[3] = min(q[1], q[2]), max(q[3], q[2])
		q[0], q[4] = min(q[0], q[1]), max(q[4], q[3])
	}
	return q
}

// reaches says whether pool holds so many different item-weeks.
func reaches(pool []turned, events int) bool {
	seen := map[int64]bool{}
	for _, c := range pool {
		if seen[c.event] = true; len(seen) == events {
			return true
		}
	}
	return false
}

var normalQuantile = [5]float64{-1.6449, -1.2816, 0, 1.2816, 1.6449}

// quantile of sorted x with the conformal correction outwards.
func quantile(x []float64, level float64) float64 {
	n := float64(len(x))
	at := level*(n+1) - 1
	if at <= 0 {
		return x[0]
	}
	if at >= n-1 {
		return x[len(x)-1]
	}
	i := int(at)
	t := at - float64(i)
	return (1-t)*x[i] + t*x[i+1]
}

// spreads are relative variances of what a forecast misses by, split by what
// misses share: nothing (cell), item and week over stores, item over weeks,
// and week over items; for regular and promotion weeks. Sums of forecasts
// are uncertain by them.
type spreads struct {
	Cell, ItemWeek, Item, Week [2]float64
	Scale80, Scale90           [2]float64 // of item-weeks' normal intervals, to cover what they claim
}

// newSpreads takes the variances from products of misses that share what the
// component is about: unbiased whatever the distribution. Items are weighed
// by the square root of their size.
func newSpreads(cells []missed) spreads {
	out := spreads{Scale80: [2]float64{1, 1}, Scale90: [2]float64{1, 1}}
	kindOf := func(c missed) int { return min(int(c.state), 1) }
	size := map[int32][2]float64{} // item: sum of mu, cells
	for _, c := range cells {
		v := size[c.item]
		size[c.item] = [2]float64{v[0] + c.mu, v[1] + 1}
	}
	scale := func(i int32) float64 { v := size[i]; return 1 / math.Sqrt(max(v[0]/v[1], 0.05)) }
	type sum struct{ e, m, e2, m2 float64 }
	var cellE, cellM, cellP [2]float64
	itemWeek := map[[3]int32]sum{}
	for _, c := range cells {
		k, q := kindOf(c), scale(c.item)
		e, m := q*(c.units-c.mu), q*c.mu
		cellE[k], cellM[k], cellP[k] = cellE[k]+e*e, cellM[k]+m*m, cellP[k]+q*q*c.mu
		key := [3]int32{c.item, c.week, int32(k)}
		v := itemWeek[key]
		itemWeek[key] = sum{v.e + e, v.m + m, v.e2 + e*e, v.m2 + m*m}
	}
	items, weeks := map[[2]int32]sum{}, map[[2]int32]sum{}
	var iwE, iwM [2]float64
	for _, key := range sortedKeys(itemWeek) {
		v, k := itemWeek[key], key[2]
		iwE[k] += v.e*v.e - v.e2
		iwM[k] += v.m*v.m - v.m2
		i, w := [2]int32{key[0], k}, [2]int32{key[1], k}
		a, b := items[i], weeks[w]
		items[i] = sum{a.e + v.e, a.m + v.m, a.e2 + v.e*v.e, a.m2 + v.m*v.m}
		weeks[w] = sum{b.e + v.e, b.m + v.m, b.e2 + v.e*v.e, b.m2 + v.m*v.m}
	}
	across := func(of map[[2]int32]sum) (r [2]float64) {
		var e, m [2]float64
		for k, v := range of {
			e[k[1]] += v.e*v.e - v.e2
			m[k[1]] += v.m*v.m - v.m2
		}
		for k := range r {
			if m[k] > 0 {
				r[k] = max(e[k]/m[k], 0)
			}
		}
		return r
	}
	out.Item, out.Week = across(items), across(weeks)
	for k := range 2 {
		total, shared := 0.25, 0.1
		if cellM[k] > 0 {
			total = max((cellE[k]-cellP[k])/cellM[k], 0)
		}
		if iwM[k] > 0 {
			shared = max(iwE[k]/iwM[k], 0)
		} else if cellM[k] > 0 {
			shared = total // one store: all is shared by its item-week
		}
		out.Cell[k] = max(total-shared, 0)
		out.ItemWeek[k] = max(shared-out.Item[k]-out.Week[k], 0)
	}
	out.scales(cells)
	return out
}

// scales widens or narrows the normal intervals of item-weeks until they
// cover what they claim on the calibration weeks.
func (v *spreads) scales(cells []missed) {
	type sum struct{ mu, units, idle float64 }
	total := map[[3]int32]sum{}
	for _, c := range cells {
		k := min(int(c.state), 1)
		key := [3]int32{c.item, c.week, int32(k)}
		t := total[key]
		total[key] = sum{t.mu + c.mu, t.units + c.units, t.idle + c.mu + v.Cell[k]*c.mu*c.mu}
	}
	var z [2][]float64
	for _, key := range sortedKeys(total) {
		t, k := total[key], key[2]
		shared := v.ItemWeek[k] + v.Item[k] + v.Week[k]
		s := math.Sqrt(math.Log1p(t.idle/(t.mu*t.mu) + shared))
		z[k] = append(z[k], math.Abs(math.Log(max(t.units, 0.3)/t.mu)+s*s/2)/s)
	}
	for k := range z {
		slices.Sort(z[k])
		if len(z[k]) >= 30 {
			v.Scale80[k] = min(max(quantile(z[k], 0.8)/1.2816, 0.5), 3)
			v.Scale90[k] = min(max(quantile(z[k], 0.9)/1.6449, 0.5), 3)
		}
	}
}

func sortedKeys[V any](m map[[3]int32]V) [][3]int32 {
	keys := make([][3]int32, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [3]int32) int { return slices.Compare(a[:], b[:]) })
	return keys
}
