package promo

import (
	"math"
	"slices"
)

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
	kinds   [][]kind            // work: sums of what is promoted or drawn from, by kind of offer; plain weeks first
	net     []float64           // work*measures, fixed cost apart
	nets    [measures][]float64 // by draw: net, fixed cost apart
	weekly  []float64           // weeks*measures: net, fixed cost apart
	cellNet []float64           // (work*weeks + week)*measures: the same by item
	roots   [2][3]float64       // of spreads' ItemWeek, Item and Week, for regular and promotion weeks

	baseline [measures]float64
	spent    float64

	served [][]served // by item: store*horizon + week; nil where there is enough
	asked  []asked    // by item, the same places: filled where not nil

	// Scratch of the group at work.
	members []member
	up      []float64 // member*weeks: what its own offer lifts it by, as a part of its units
	pull    []float64 // member*weeks: ln of its neighbours' pull
	drawn   []float64 // by week: sum of the members' shares times up
}

type causes struct{ extra, cut, taken, pulled, short, funding, fixed float64 }

func (c causes) net() float64 {
	return c.extra + c.cut + c.taken + c.pulled + c.short + c.funding + c.fixed
}

// cellSum is one shown item in one week over stores.
type cellSum struct {
	units, baseline                 float64
	asked, wide, room               float64 // units as if there were enough, the cells' variance of that, and what is there at most
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
	own    [measures]float64 // its part of what was taken
}

func newRun(m *Model, q *planned) *run {
	r := &run{m: m, q: q}
	for kind, sp := 0, &m.cal.spreads; kind < 2; kind++ {
		r.roots[kind] = [3]float64{math.Sqrt(sp.ItemWeek[kind]), math.Sqrt(sp.Item[kind]), math.Sqrt(sp.Week[kind])}
	}
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
	for j := range r.nets {
		r.nets[j] = make([]float64, draws)
	}
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
		r.kinds = append(r.kinds, q.kinds(i))
		season := m.items[i].coef[xSeason:xTrend]
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
	r.draw(sp, weeks, weight, touched)
	var later [measures]float64 // lost in weeks after the neighbours' offers
	for w := range weeks {
		drawn := false
		for l := 0; !drawn && l <= m.lags && l <= w; l++ {
			drawn = r.drawn[w-l] > 0
		}
		var taken [measures]float64
		for n := range members {
			if c := &members[n]; drawn && touched || q.shown[c.item] >= 0 {
				r.cell(c, sp, w, r.up[n*weeks:][:weeks], r.pull[n*weeks:][:weeks], &taken, &later)
			}
		}
		if r.drawn[w] == 0 {
			continue
		}
		for n := range members {
			c := &members[n]
			if c.offer == nil {
				continue
			}
			for j := range measures {
				r.owned[q.place[c.item]][j] += c.series.share * r.up[n*weeks+w] * (taken[j] - c.own[j])
			}
		}
	}
	all := 0.0
	for _, x := range r.drawn {
		all += x
	}
	for n := range members {
		place := q.place[members[n].item]
		if place < 0 || all == 0 {
			continue
		}
		mine := 0.0
		for _, x := range r.up[n*weeks:][:weeks] {
			mine += members[n].series.share * x
		}
		for j, x := range later {
			r.owned[place][j] += x * mine / all
		}
	}
}

// draw fills up, pull and drawn for the group at work.
func (r *run) draw(sp, weeks int, weight float64, touched bool) {
	m, q, members := r.m, r.q, r.members
	size := len(members) * weeks
	r.up, r.pull, r.drawn = slices.Grow(r.up[:0], size)[:size], slices.Grow(r.pull[:0], size)[:size], slices.Grow(r.drawn[:0], weeks)[:weeks]
	clear(r.up)
	clear(r.pull)
	clear(r.drawn)
	if !touched {
		return
	}
	for n := range members {
		c := &members[n]
		for w := range q.Horizon {
			if o := q.offer(c.item, sp, w); o != nil {
				it := &m.items[c.item]
				x := math.Expm1(m.ownPrice(c.item, o.r) + it.coef[xFeature]*o.feature + it.coef[xDisplay]*o.display)
				r.up[n*weeks+w] = x
				r.drawn[w] += c.series.share * x
			}
		}
	}
	for w, all := range r.drawn {
		if all == 0 {
			continue
		}
		for n := range members {
			share := members[n].series.share
			if rest := weight - share; rest > 1e-9*weight {
				r.pull[n*weeks+w] = math.Log1p((all - share*r.up[n*weeks+w]) / rest)
			}
		}
	}
}

// cell adds one item, store and week. taken collects, for each unit that
// neighbours' offers draw, what was lost to them in the week, later what is
// lost to those of the weeks before.
func (r *run) cell(c *member, sp, w int, up, pull []float64, taken, later *[measures]float64) {
	m, q, s, it := r.m, r.q, c.series, &r.m.items[c.item]
	mu0 := c.level * r.season[r.local[c.item]*q.weeks+w]
	if w < m.lags {
		mu0 *= s.after[w]
	}
	mu1, paid := mu0, s.base
	var x [len(responses)]float64
	c.offer = q.offer(c.item, sp, w)
	if o := c.offer; o != nil {
		x[0], x[1], x[2] = o.r, o.feature, o.display
		mu1 = mu0 * (1 + up[w])
		paid = s.base * (1 - o.depth)
	}
	for l := 1; l <= m.lags && l <= w; l++ {
		x[4] += faded[l] * pull[w-l]
	}
	if q.place[c.item] >= 0 {
		for l := 1; l <= m.lags && l <= w; l++ {
			if o := q.offer(c.item, sp, w-l); o != nil {
				x[5] -= faded[l] * o.r
			}
		}
	}
	own := it.coef[xLag] * x[5]
	mu2 := mu1
	dip := own + it.coef[xPast]*x[4]
	if dip != 0 {
		mu2 = mu1 * exp(dip)
	}
	mu3, cross := mu2, 0.0
	c.own = [measures]float64{}
	if x[3] = pull[w]; x[3] != 0 {
		if cross = it.coef[xPull] * x[3]; cross != 0 {
			mu3 = mu2 * exp(cross)
		}
	}
	value := [measures]float64{1, paid, paid - c.cost}
	usual := [measures]float64{1, s.base, s.base - c.cost}
	if r.asked != nil && r.asked[c.item] != nil && w < q.Horizon {
		of, cell := &r.asked[c.item][sp*q.Horizon+w], &r.m.cal.spreads.Cell
		of.usual, of.usualNoise = mu0, mu0+cell[0]*mu0*mu0
		of.units, of.noise = mu3, mu3+cell[c.offer.state()]*mu3*mu3
	}
	left := r.serving(c.item, sp, w)
	sold, sold0 := left.sold*mu3, left.usual*mu0
	if q.shown[c.item] >= 0 && w < q.Horizon {
		r.show(c, w, mu3, sold0, left, paid, &value, &usual)
	}
	if sold == sold0 && mu3 == mu0 && c.offer == nil {
		return
	}
	place, local := q.place[c.item], r.local[c.item]
	for j, v := range value {
		ch := &r.change[j]
		extra, pulled, lost := (mu1-mu0)*v, (mu2-mu1)*v, (mu3-mu2)*v
		cut, short := mu0*(v-usual[j]), (sold-mu3)*v-(sold0-mu0)*usual[j]
		ch.extra += extra
		ch.cut += cut
		ch.pulled += pulled
		ch.taken += lost
		ch.short += short
		if place >= 0 {
			r.owned[place][j] += extra + cut + short
		} else {
			later[j] += short
		}
		if dip != 0 {
			if place >= 0 {
				r.owned[place][j] += pulled * own / dip
			}
			later[j] += pulled * (dip - own) / dip
		}
		if cross != 0 {
			c.own[j] = lost / (r.drawn[w] - s.share*up[w])
			taken[j] += c.own[j]
		}
		net := sold*v - sold0*usual[j]
		r.net[local*measures+j] += net
		r.weekly[w*measures+j] += net
		r.cellNet[(local*q.weeks+w)*measures+j] += net
	}
	if o := c.offer; o != nil {
		given := sold * (s.base - paid)
		fixed := -(q.FeatureCost*o.feature + q.DisplayCost*o.display)
		r.spent += given
		ch := &r.change[inProfit]
		ch.funding += q.Funding * given
		ch.fixed += fixed
		r.owned[place][inProfit] += q.Funding*given + fixed
		r.net[local*measures+inProfit] += q.Funding * given
		r.weekly[w*measures+inProfit] += q.Funding * given
		r.cellNet[(local*q.weeks+w)*measures+inProfit] += q.Funding * given
		value[inProfit] += q.Funding * (s.base - paid)
		e := r.event[(place*q.Horizon+w)*measures:]
		for j, v := range value {
			e[j] += sold * v
		}
		r.guess[place*q.Horizon+w] = max(r.guess[place*q.Horizon+w], m.beyond(c.item, o))
	}
	which := 0
	if c.offer != nil {
		which = c.offer.kind
	}
	r.kinds[local][which].add(&value, left.moves*mu3, x[3], x[4], x[5])
}

// exp is math.Exp, in a third of its time where x is small, as what others'
// offers do mostly is: there Taylor's sum is right to 1e-12.
func exp(x float64) float64 {
	if x < -0.125 || x > 0.125 {
		return math.Exp(x)
	}
	return 1 + x*(1+x*(1.0/2+x*(1.0/6+x*(1.0/24+x*(1.0/120+x*(1.0/720+x/5040))))))
}

// show adds a cell to what is shown of its item: mu units asked for, of which
// left says what is there, and sold0 without promotion.
func (r *run) show(c *member, w int, mu, sold0 float64, left served, paid float64, value, usual *[measures]float64) {
	q, v := r.q, &r.m.cal.spreads
	t := &r.cells[q.shown[c.item]*q.Horizon+w]
	units := left.sold * mu
	t.units += units
	t.asked += mu
	t.room = left.room
	t.baseline += sold0
	state := 0
	extra := 0.0
	val := *value
	depth := 0.0
	if o := c.offer; o != nil {
		state, depth = o.state(), o.depth
		t.feature = t.feature || o.feature > 0
		t.display = t.display || o.display > 0
		t.guess = t.guess || o.guess
		t.spent += units * (c.series.base - paid)
		t.promoted += mu
		val[inProfit] += q.Funding * (c.series.base - paid)
		extra = r.m.beyond(c.item, o)
		fixed := q.FeatureCost*o.feature + q.DisplayCost*o.display
		t.value[inProfit] -= fixed
	}
	t.depth += mu * depth
	t.weight += mu
	iw, ia, wk := r.roots[state][0], r.roots[state][1], r.roots[state][2]
	if extra > 0 {
		iw = math.Sqrt(v.ItemWeek[state] + extra)
	}
	moves := left.moves * mu
	noise := moves + v.Cell[state]*moves*moves
	t.wide += mu + v.Cell[state]*mu*mu
	for j, x := range val {
		t.value[j] += units * x
		t.base[j] += sold0 * usual[j]
		r.baseline[j] += sold0 * usual[j]
		t.noise[j] += noise * x * x
		t.itemWeek[j] += moves * x * iw
		t.itemAll[j] += moves * x * ia
		t.shock[j] += moves * x * wk
	}
}
