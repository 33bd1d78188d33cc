package promo

import (
	"math"
	"slices"
)

// sum adds up weeks of one category, one store after the other.
type sum struct {
	m       *Model
	q       *planned
	g       int
	touched bool  // holds offers
	items   []int // at work
	costs   []line
	season  []float64  // item at work*weeks of the plan
	served  [][]served // by item: store*horizon + week; nil where there is enough
	asked   [][]demand // by item, the same places: filled where not nil

	// The weeks at work are from to to, those whose offers they feel are from lo on.
	lo, from, to int
	out          []*week
	fixed        []alike // item at work*(to-from)
	tallies      []tally // the same places
	on           [][]int // item at work: weeks from lo on in which a store offers it
	members      []member
	up           []float64           // member*(to-lo): what its own offer lifts it by, as a part of its units
	loss         []float64           // member*(to-from): what it loses in weeks of its own offers to each unit that neighbours draw
	drawn        []float64           // by week from lo on: sum of the members' shares times up
	pull         []float64           // the same of the member at work: ln of its neighbours' pull
	cells        []cell              // by week, of the member at work
	taken, later [][measures]float64 // by week: lost to each unit that offers draw; lost to those of weeks before
}

// alike is what of an item's week is the same in all stores, but those that have
// offers of their own.
type alike struct {
	season float64
	own    float64 // its past offers
	rate   float64 // price over base price
}

// cell is an item in one store and week.
type cell struct {
	usual, sold float64 // units asked for without promotion and with the plan
	up          float64
	pull, past  float64 // ln of the neighbours' pull in the week, and in those before
	dip, cross  float64 // what units are multiplied by for offers of weeks before, and of neighbours in the week
	moves       float64 // part of the units that moves with what is asked for
}

// member is an item of the category in the store at work.
type member struct {
	item, at int // at: place among the items at work
	series   *seriesModel
}

func newSum(m *Model, q *planned, g int, touched bool, items []int) *sum {
	s := &sum{m: m, q: q, g: g, touched: touched, items: items}
	terms := make([][2 * harmonics]float64, q.weeks)
	for w := range terms {
		terms[w] = seasonAt(m.start, m.weeks+w)
	}
	for _, i := range items {
		cost := line{fixed: m.items[i].Cost * (1 + q.CostChange)}
		if x := q.margin[i]; x == x {
			cost = line{rate: (1 - x) * (1 + q.CostChange)}
		}
		s.costs = append(s.costs, cost)
		for w := range terms {
			s.season = append(s.season, math.Exp(dot(terms[w][:], m.items[i].coef[xSeason:xTrend])))
		}
	}
	return s
}

// weeks fills out with those from from on.
func (s *sum) weeks(out []*week, from int) {
	n, stores, items := len(out), len(s.q.stores), len(s.items)
	s.lo, s.from, s.to, s.out = max(from-s.m.lags, 0), from, from+n, out
	spots, later, kinds := make([]spot, n*items), make([][measures]float64, n*stores), make([]felt, n*items)
	for w := range out {
		out[w] = &week{spots: spots[w*items:][:items], later: later[w*stores:][:stores], kinds: kinds[w*items:][:0:items]}
	}
	s.fixed, s.tallies, s.cells = make([]alike, n*items), make([]tally, n*items), make([]cell, n)
	s.drawn, s.pull = make([]float64, s.to-s.lo), make([]float64, s.to-s.lo)
	s.taken, s.later, s.on = make([][measures]float64, n), make([][measures]float64, n), make([][]int, items)
	for k, i := range s.items {
		for w := range n {
			s.fixed[k*n+w].season = s.season[k*s.q.weeks+from+w]
		}
		s.offered(0, k)
		s.on[k] = s.q.on(i, s.lo, s.to)
	}
	for sp := range s.q.stores {
		s.store(sp)
	}
	for k := range s.items {
		for w := range n {
			s.tell(k, w, &s.tallies[k*n+w])
		}
	}
}

// store adds the plan's store number sp.
func (s *sum) store(sp int) {
	m, q := s.m, s.q
	store, weight := q.stores[sp], 0.0
	s.members = s.members[:0]
	at := 0
	for _, i := range m.members[s.g] {
		works := at < len(s.items) && s.items[at] == i
		if n := m.bySeries[i*len(m.stores)+store]; n >= 0 {
			weight += m.series[n].share
			if works {
				s.members = append(s.members, member{i, at, &m.series[n]})
			}
		}
		if works {
			at++
		}
	}
	s.draw(sp)
	clear(s.taken)
	clear(s.later)
	for n := range s.members {
		s.member(sp, n, weight)
	}
	for w := range s.later {
		s.out[w].later[sp] = s.later[w]
	}
	// What neighbours lose is told to the items on offer as far as these draw,
	// each without what it loses itself.
	for n := range s.members {
		c := &s.members[n]
		if q.place[c.item] < 0 {
			continue
		}
		up, loss := s.up[n*(s.to-s.lo):], s.loss[n*(s.to-s.from):]
		for _, at := range s.on[c.at] {
			x, w := up[at-s.lo]*c.series.share, at-s.from
			if x == 0 || w < 0 {
				continue
			}
			paid := (1 - q.offer(c.item, sp, at).depth) * c.series.base
			own, cost := loss[w], s.costs[c.at]
			t, owned := &s.taken[w], &s.out[w].spots[c.at].owned
			owned[inUnits] += x * (t[inUnits] - own)
			owned[inSales] += x * (t[inSales] - own*paid)
			owned[inProfit] += x * (t[inProfit] - own*(paid-cost.fixed-cost.rate*c.series.base))
		}
	}
}

// draw fills up and drawn for the store at work.
func (s *sum) draw(sp int) {
	q, span := s.q, s.to-s.lo
	size, cells := len(s.members)*span, len(s.members)*(s.to-s.from)
	s.up, s.loss = slices.Grow(s.up[:0], size)[:size], slices.Grow(s.loss[:0], cells)[:cells]
	clear(s.up)
	clear(s.loss)
	clear(s.drawn)
	for n := range s.members {
		c, up := &s.members[n], s.up[n*span:][:span]
		for _, w := range s.on[c.at] {
			if o := q.offer(c.item, sp, w); o != nil {
				up[w-s.lo] = o.lift
				s.drawn[w-s.lo] += c.series.share * o.lift
			}
		}
	}
}

// pulls fills pull for the member whose own offers lift it by up, and that
// weighs share of weight in the store.
func (s *sum) pulls(up []float64, share, weight float64) {
	pull, drawn := s.pull, s.drawn[:len(s.pull)]
	clear(pull)
	rest := weight - share
	if !s.touched || rest <= 1e-9*weight {
		return
	}
	up, part := up[:len(pull)], 1/rest
	for w := range pull {
		pull[w] = (drawn[w] - share*up[w]) * part
	}
	log1ps(pull)
}

// member adds the store's n-th item, in a store where its category weighs so
// much. A page spends most of a what-if in these loops: they go through few
// arrays, as each costs a check, and the last one calls nothing.
func (s *sum) member(sp, n int, weight float64) {
	m, q, c := s.m, s.q, &s.members[n]
	it, series := &m.items[c.item], c.series
	weeks, past, span := s.to-s.from, s.from-s.lo, s.to-s.lo
	up := s.up[n*span:][:span]
	s.pulls(up, series.share, weight)
	if at := q.place[c.item]; at >= 0 && q.single[at] {
		s.offered(sp, c.at)
	}
	cells, fixed, tallies := s.cells[:weeks], s.fixed[c.at*weeks:][:weeks], s.tallies[c.at*weeks:][:weeks]
	level := series.usual * (1 + q.Traffic)
	for w := range cells {
		cells[w] = cell{usual: level * fixed[w].season, up: up[past+w], pull: s.pull[past+w], moves: 1}
		tallies[w].stores++
	}
	for w := s.from; w < min(m.lags, s.to); w++ {
		cells[w-s.from].usual *= series.after[w]
	}
	if s.touched {
		for l := 1; l <= m.lags; l++ {
			f, pull := faded[l], s.pull
			for w := max(l-past, 0); w < weeks; w++ {
				cells[w].past += f * pull[past+w-l]
			}
		}
	}
	served := s.served != nil && s.served[c.item] != nil
	if served {
		for w := s.from; w < min(s.to, q.Horizon); w++ {
			cells[w-s.from].moves = s.served[c.item][sp*q.Horizon+w].moves
		}
	}
	onPull, onPast, onLag := it.coef[xPull], it.coef[xPast], it.coef[xLag]
	for w := range cells {
		x := &cells[w]
		dip, cross := onLag*fixed[w].own+onPast*x.past, onPull*x.pull
		x.dip, x.cross = exp(dip), exp(cross)
		if dip*dip > 1.0/64 {
			x.dip = math.Exp(dip)
		}
		if cross*cross > 1.0/64 {
			x.cross = math.Exp(cross)
		}
	}
	loss, drawn := s.loss[n*weeks:][:weeks], s.drawn[past:][:weeks]
	base, share := series.base, series.share
	cost := s.costs[c.at].fixed + s.costs[c.at].rate*base
	for w := range cells {
		x, t, f := &cells[w], &tallies[w], &fixed[w]
		a, b := x.pull, x.past
		mu0 := x.usual
		mu1 := mu0 * (1 + x.up)
		mu2 := mu1 * x.dip
		mu3 := mu2 * x.cross
		x.sold = mu3
		t.usual[0] += mu0
		t.usual[1] += mu0 * base
		paid := f.rate * base
		if d := mu2 - mu1; d != 0 {
			t.pulled[0] += d
			t.pulled[1] += d * base
			if f.own != 0 {
				mine := d * onLag * f.own / (onLag*f.own + onPast*b)
				d -= mine
				t.own[0] += mine
				t.own[1] += mine * base
			}
			l := &s.later[w]
			l[inUnits] += d
			l[inSales] += d * paid
			l[inProfit] += d * (paid - cost)
		}
		if d := mu3 - mu2; d != 0 {
			t.lost[0] += d
			t.lost[1] += d * base
			d /= drawn[w] - share*x.up
			if x.up != 0 {
				loss[w] = d
			}
			l := &s.taken[w]
			l[inUnits] += d
			l[inSales] += d * paid
			l[inProfit] += d * (paid - cost)
		}
		mu := mu3 * x.moves
		mub := mu * base
		t.units[0] += mu
		t.units[1] += mub
		t.units[2] += mub * base
		t.squares[0] += mu * mu
		t.squares[1] += mu * mub
		t.squares[2] += mub * mub
		if a != 0 || b != 0 {
			p := &t.pull
			mua, mubb := mu*a, mu*b
			p[0][0] += mua
			p[0][1] += mua * base
			p[1][0] += mubb
			p[1][1] += mubb * base
			p[2][0] += mua * a
			p[2][1] += mua * a * base
			p[3][0] += mua * b
			p[3][1] += mua * b * base
			p[4][0] += mubb * b
			p[4][1] += mubb * b * base
		}
	}
	if s.asked != nil && s.asked[c.item] != nil {
		s.ask(sp, c, cells)
	}
	if served {
		s.serve(sp, c, cells, fixed, tallies)
	}
}

// offered fills what is fixed of an item by what it is offered by in a store,
// and what was before. A store that differs from those before begins new
// tallies.
func (s *sum) offered(sp, k int) {
	q, i, n := s.q, s.items[k], s.to-s.from
	fixed, tallies := s.fixed[k*n:][:n], s.tallies[k*n:][:n]
	for w := range fixed {
		fixed[w].own, fixed[w].rate = 0, 1
	}
	for w, at := range q.row(i, sp, s.lo, s.to) {
		if at == 0 {
			continue
		}
		o := &q.cells[at-1]
		if w += s.lo; w >= s.from {
			fixed[w-s.from].rate = 1 - o.depth
		}
		for l := max(1, s.from-w); l <= s.m.lags && w+l < s.to; l++ {
			fixed[w+l-s.from].own -= faded[l] * o.r
		}
	}
	for w := range tallies {
		t, o := &tallies[w], q.offer(i, sp, s.from+w)
		if t.offer == o && t.lag == fixed[w].own {
			continue
		}
		if t.stores > 0 {
			s.tell(k, w, t)
			*t = tally{}
		}
		t.offer, t.lag = o, fixed[w].own
	}
}

// ask notes what is asked for of an item with a stock in the store.
func (s *sum) ask(sp int, c *member, cells []cell) {
	q, cell := s.q, &s.m.cal.spreads.Cell
	for w := s.from; w < min(s.to, q.Horizon); w++ {
		x, y := cells[w-s.from].usual, cells[w-s.from].sold
		s.asked[c.item][sp*q.Horizon+w] = demand{x, x + cell[0]*x*x, y, y + cell[q.offer(c.item, sp, w).state()]*y*y}
	}
}

// serve adds what is sold of an item with a stock in the store.
func (s *sum) serve(sp int, c *member, cells []cell, fixed []alike, tallies []tally) {
	q, base := s.q, c.series.base
	cost := s.costs[c.at].fixed + s.costs[c.at].rate*base
	for w := range tallies {
		left := enough
		if s.from+w < q.Horizon {
			left = s.served[c.item][sp*q.Horizon+s.from+w]
		}
		t := &tallies[w]
		if t.scarcity == nil {
			t.scarcity = &scarcity{}
		}
		x := t.scarcity
		asked, usual := cells[w].sold, cells[w].usual
		was, sold := left.usual*usual, left.sold*asked
		for n, by := range [2]float64{1, base} {
			x.asked[n] += asked * by
			x.was[n] += was * by
			x.sold[n] += sold * by
		}
		x.squares += asked * asked
		x.room = left.room
		if q.place[c.item] < 0 { // its neighbours' offers made it run out
			less, before := sold-asked, was-usual
			l, paid := &s.later[w], fixed[w].rate*base
			l[inUnits] += less - before
			l[inSales] += less*paid - before*base
			l[inProfit] += less*(paid-cost) - before*(base-cost)
		}
	}
}
