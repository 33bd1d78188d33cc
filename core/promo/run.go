package promo

import "math"

// run sums up one plan, one category and store at a time.
type run struct {
	m *Model
	q *planned

	terms   [][2 * harmonics]float64 // season's terms by week
	season  []float64                // work*weeks
	cells   []cellSum                // shown item*horizon + week
	change  [measures]causes
	owned   [][measures]float64 // by touched item: what its offers do
	event   []float64           // touched item*horizon*measures: promoted value
	guess   []float64           // touched item*horizon: variance of going beyond what was observed
	work    []int               // items that are computed: those of the categories shown or touched
	local   []int               // item: place in work, or -1
	grad    []float64           // work*measures*responses: of net
	net     []float64           // work*measures
	weekly  []float64           // weeks*measures: net, fixed cost apart
	cellNet []float64           // (work*weeks + week)*measures: the same by item
	k       int                 // responses

	baseline [measures]float64
	spent    float64

	members []member // scratch
}

type causes struct{ extra, cut, taken, pulled, funding, fixed float64 }

func (c causes) net() float64 { return c.extra + c.cut + c.taken + c.pulled + c.funding + c.fixed }

// cellSum is one shown item in one week over stores.
type cellSum struct {
	units, baseline                 float64
	value, base                     [measures]float64
	noise, itemWeek, itemAll, shock [measures]float64 // see spreads; noise is a variance, the rest standard deviations
	spent, depth, weight            float64
	feature, display, guess         bool
	promoted                        float64 // expected units on offer
}

// member is an item of the group at work, in the store at work.
type member struct {
	item   int
	series *seriesModel
	level  float64 // units at base price, season apart
	cost   float64
	offer  *offered
	own    [2][measures]float64 // its part of what was taken, by price and by feature
}

func newRun(m *Model, q *planned) *run {
	r := &run{m: m, q: q, k: 5 + m.lags}
	r.terms = make([][2 * harmonics]float64, q.weeks)
	for w := range r.terms {
		r.terms[w] = seasonAt(m.start, m.weeks+w)
	}
	r.cells = make([]cellSum, len(q.items)*q.Horizon)
	touched := 0
	for _, p := range q.place {
		touched = max(touched, p+1)
	}
	r.owned = make([][measures]float64, touched)
	r.event = make([]float64, touched*q.Horizon*measures)
	r.guess = make([]float64, touched*q.Horizon)
	r.local = make([]int, len(m.items))
	for i := range r.local {
		r.local[i] = -1
	}
	r.weekly = make([]float64, q.weeks*measures)
	return r
}

// take makes room for the items of category g; without offers in it, only
// for those shown.
func (r *run) take(g int, touched bool) {
	m, q := r.m, r.q
	for _, i := range m.members[g] {
		if !touched && q.shown[i] < 0 {
			continue
		}
		r.local[i] = len(r.work)
		r.work = append(r.work, i)
		season := m.items[i].coef[xLag+m.lags:]
		for _, terms := range r.terms {
			r.season = append(r.season, math.Exp(dot(terms[:], season)))
		}
	}
}

// group adds category g in the plan's store number sp. Without offers in the
// category only the plan's own items count.
func (r *run) group(g, sp int, touched bool) {
	m, q := r.m, r.q
	store := q.stores[sp]
	members := r.members[:0]
	weight := 0.0
	for _, i := range m.members[g] {
		n := m.bySeries[i*len(m.stores)+store]
		if n < 0 {
			continue
		}
		s := &m.series[n]
		weight += s.share
		if !touched && q.shown[i] < 0 {
			continue
		}
		cost := m.items[i].Cost
		if x := q.margin[i]; x == x {
			cost = s.base * (1 - x)
		}
		members = append(members, member{item: i, series: s, level: math.Exp(s.level) * (1 + q.Traffic), cost: cost * (1 + q.CostChange)})
	}
	r.members = members
	weeks := q.weeks
	if !touched {
		weeks = q.Horizon
	}
	for w := range weeks {
		var price, promos float64 // of the group, by usual units
		for n := range members {
			c := &members[n]
			c.offer = nil
			if !touched {
				continue
			}
			if c.offer = q.offer(c.item, sp, w); c.offer != nil {
				price += c.series.share * c.offer.r
				promos += c.series.share * max(c.offer.feature, c.offer.display)
			}
		}
		var taken [2][measures]float64
		quiet := price == 0 && promos == 0
		for n := range members {
			if c := &members[n]; !quiet || q.shown[c.item] >= 0 {
				r.cell(c, sp, w, weight, price, promos, &taken)
			}
		}
		if quiet {
			continue
		}
		for n := range members {
			c := &members[n]
			if c.offer == nil {
				continue
			}
			for j := range measures {
				r.owned[q.place[c.item]][j] += c.series.share *
					(c.offer.r*(taken[0][j]-c.own[0][j]) + max(c.offer.feature, c.offer.display)*(taken[1][j]-c.own[1][j]))
			}
		}
	}
}

// cell adds one item, store and week. taken collects, for each unit of a
// neighbour's weighted price and promotion, what was lost to it.
func (r *run) cell(c *member, sp, w int, weight, price, promos float64, taken *[2][measures]float64) {
	m, q, s, it := r.m, r.q, c.series, &r.m.items[c.item]
	mu0 := c.level * r.season[r.local[c.item]*q.weeks+w]
	if w < m.lags {
		past := 0.0
		for l := w + 1; l <= m.lags; l++ {
			past += it.coef[xLag+l-1] * s.lag[l-w-1]
		}
		if past != 0 {
			mu0 *= math.Exp(past)
		}
	}
	mu1, paid := mu0, s.base
	var x [5 + maxLags]float64
	if o := c.offer; o != nil {
		x[0], x[1], x[2] = o.r, o.feature, o.display
		mu1 = mu0 * math.Exp(m.ownPrice(c.item, o.r)+it.coef[xFeature]*o.feature+it.coef[xDisplay]*o.display)
		paid = s.base * (1 - o.depth)
	}
	mu2 := mu1
	if q.place[c.item] >= 0 {
		dip := 0.0
		for l := 1; l <= m.lags && l <= w; l++ {
			if o := q.offer(c.item, sp, w-l); o != nil {
				x[4+l] = -o.r
				dip += it.coef[xLag+l-1] * -o.r
			}
		}
		if dip != 0 {
			mu2 = mu1 * math.Exp(dip)
		}
	}
	mu3, cross, rest := mu2, 0.0, weight-s.share
	c.own = [2][measures]float64{}
	if (price != 0 || promos != 0) && rest > 1e-9*weight {
		ownR, ownP := 0.0, 0.0
		if o := c.offer; o != nil {
			ownR, ownP = s.share*o.r, s.share*max(o.feature, o.display)
		}
		x[3], x[4] = (price-ownR)/rest, (promos-ownP)/rest
		cross = it.coef[xCrossPrice]*x[3] + it.coef[xCrossPromo]*x[4]
		if cross != 0 {
			mu3 = mu2 * math.Exp(cross)
		}
	}
	value := [measures]float64{1, paid, paid - c.cost}
	usual := [measures]float64{1, s.base, s.base - c.cost}
	if q.shown[c.item] >= 0 && w < q.Horizon {
		r.show(c, sp, w, mu0, mu3, paid, &value, &usual)
	}
	if mu3 == mu0 && c.offer == nil {
		return
	}
	place, local := q.place[c.item], r.local[c.item]
	for j, v := range value {
		ch := &r.change[j]
		extra, pulled, lost := (mu1-mu0)*v, (mu2-mu1)*v, (mu3-mu2)*v
		cut := mu0 * (v - usual[j])
		ch.extra += extra
		ch.cut += cut
		ch.pulled += pulled
		ch.taken += lost
		if place >= 0 {
			r.owned[place][j] += extra + cut + pulled
		}
		if cross != 0 {
			a := lost / cross / rest
			c.own[0][j], c.own[1][j] = a*it.coef[xCrossPrice], a*it.coef[xCrossPromo]
			taken[0][j] += c.own[0][j]
			taken[1][j] += c.own[1][j]
		}
		r.net[local*measures+j] += mu3*v - mu0*usual[j]
		r.weekly[w*measures+j] += mu3*v - mu0*usual[j]
		r.cellNet[(local*q.weeks+w)*measures+j] += mu3*v - mu0*usual[j]
	}
	if o := c.offer; o != nil {
		given := mu3 * (s.base - paid)
		fixed := -(q.FeatureCost*o.feature + q.DisplayCost*o.display)
		r.spent += given
		ch := &r.change[inProfit]
		ch.funding += q.Funding * given
		ch.fixed += fixed
		r.owned[place][inProfit] += q.Funding*given + fixed
		r.net[local*measures+inProfit] += q.Funding*given + fixed
		r.weekly[w*measures+inProfit] += q.Funding * given
		r.cellNet[(local*q.weeks+w)*measures+inProfit] += q.Funding * given
		value[inProfit] += q.Funding * (s.base - paid)
		e := r.event[(place*q.Horizon+w)*measures:]
		for j, v := range value {
			e[j] += mu3 * v
		}
		r.guess[place*q.Horizon+w] = max(r.guess[place*q.Horizon+w], m.beyond(c.item, o))
	}
	for j, v := range value {
		grad := r.grad[(local*measures+j)*r.k:]
		for n := range r.k {
			grad[n] += mu3 * v * x[n]
		}
	}
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

// show adds a cell to what is shown of its item.
func (r *run) show(c *member, sp, w int, mu0, mu, paid float64, value, usual *[measures]float64) {
	q, v := r.q, &r.m.cal.spreads
	t := &r.cells[q.shown[c.item]*q.Horizon+w]
	t.units += mu
	t.baseline += mu0
	state := 0
	extra := 0.0
	val := *value
	depth := 0.0
	if o := c.offer; o != nil {
		state, depth = 1, o.depth
		if o.depth < promoDepth && o.feature == 0 && o.display == 0 {
			state = 0
		}
		t.feature = t.feature || o.feature > 0
		t.display = t.display || o.display > 0
		t.guess = t.guess || o.guess
		t.spent += mu * (c.series.base - paid)
		t.promoted += mu
		val[inProfit] += q.Funding * (c.series.base - paid)
		extra = r.m.beyond(c.item, o)
		fixed := q.FeatureCost*o.feature + q.DisplayCost*o.display
		t.value[inProfit] -= fixed
	}
	t.depth += mu * depth
	t.weight += mu
	iw := math.Sqrt(v.ItemWeek[state] + extra)
	ia, wk := math.Sqrt(v.Item[state]), math.Sqrt(v.Week[state])
	for j, x := range val {
		t.value[j] += mu * x
		t.base[j] += mu0 * usual[j]
		r.baseline[j] += mu0 * usual[j]
		t.noise[j] += (mu + v.Cell[state]*mu*mu) * x * x
		t.itemWeek[j] += mu * x * iw
		t.itemAll[j] += mu * x * ia
		t.shock[j] += mu * x * wk
	}
}
