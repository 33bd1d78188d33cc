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
	tallies      []tally // item at work*(to-from)
	members      []member
	up           []float64           // member*(to-lo): what its own offer lifts it by, as a part of its units
	pull         []float64           // member*(to-lo): ln of its neighbours' pull
	loss         []float64           // member*(to-from): what it loses to each unit that they draw
	drawn        []float64           // by week from lo on: sum of the members' shares times up
	taken, later [][measures]float64 // by week: lost to each unit that offers draw; lost to those of weeks before
	row          [6][]float64        // by week, of the member at work
	own, rate    []float64           // item at work*(to-from): its own past offers, and price over base price
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
	s.tallies = make([]tally, n*items)
	s.drawn = make([]float64, s.to-s.lo)
	s.taken, s.later = make([][measures]float64, n), make([][measures]float64, n)
	rows := make([]float64, (len(s.row)+2*items)*n)
	for r := range s.row {
		s.row[r] = rows[r*n:][:n]
	}
	s.own, s.rate = rows[len(s.row)*n:][:items*n], rows[(len(s.row)+items)*n:]
	for k := range s.items {
		s.offered(0, k)
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
	s.draw(sp, weight)
	clear(s.taken)
	clear(s.later)
	for n := range s.members {
		s.member(sp, n)
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
		up, loss := s.up[n*(s.to-s.lo)+s.from-s.lo:][:s.to-s.from], s.loss[n*(s.to-s.from):][:s.to-s.from]
		for w, x := range up {
			if x == 0 {
				continue
			}
			x *= c.series.share
			paid := (1 - q.offer(c.item, sp, s.from+w).depth) * c.series.base
			own, cost := loss[w], s.costs[c.at]
			t, owned := &s.taken[w], &s.out[w].spots[c.at].owned
			owned[inUnits] += x * (t[inUnits] - own)
			owned[inSales] += x * (t[inSales] - own*paid)
			owned[inProfit] += x * (t[inProfit] - own*(paid-cost.fixed-cost.rate*c.series.base))
		}
	}
}

// draw fills up, pull and drawn for the store at work, whose items of the
// category weigh so much.
func (s *sum) draw(sp int, weight float64) {
	q, span := s.q, s.to-s.lo
	size := len(s.members) * span
	s.up, s.pull = slices.Grow(s.up[:0], size)[:size], slices.Grow(s.pull[:0], size)[:size]
	s.loss = slices.Grow(s.loss[:0], len(s.members)*(s.to-s.from))[:len(s.members)*(s.to-s.from)]
	clear(s.up)
	clear(s.pull)
	clear(s.loss)
	clear(s.drawn)
	if !s.touched {
		return
	}
	for n := range s.members {
		c, up := &s.members[n], s.up[n*span:][:span]
		for w, at := range q.row(c.item, sp, s.lo, s.to) {
			if at > 0 {
				x := q.cells[at-1].lift
				up[w] = x
				s.drawn[w] += c.series.share * x
			}
		}
	}
	for n := range s.members {
		share := s.members[n].series.share
		rest := weight - share
		if rest <= 1e-9*weight {
			continue
		}
		up, pull, part := s.up[n*span:][:span], s.pull[n*span:][:span], 1/rest
		drawn := s.drawn[:span]
		for w := range pull {
			pull[w] = (drawn[w] - share*up[w]) * part
		}
		log1ps(pull)
	}
}

// log1ps puts ln(1+x) to 1e-12 where x was: for most the series of 2 artanh(x/(2+x)).
func log1ps(x []float64) {
	for n, z := range x {
		t := z / (2 + z)
		u := t * t
		x[n] = 2 * t * (1 + u*(1.0/3+u*(1.0/5+u*(1.0/7+u*(1.0/9+u*(1.0/11+u*(1.0/13+u/15)))))))
		if z > 0.5 || z < -0.3 {
			x[n] = math.Log1p(z)
		}
	}
}

// exps puts eˣ to 1e-12 where x was: for most, as what offers change is small,
// Taylor's sum.
func exps(x []float64) {
	for n, y := range x {
		x[n] = 1 + y*(1+y*(1.0/2+y*(1.0/6+y*(1.0/24+y*(1.0/120+y*(1.0/720+y/5040))))))
		if y*y > 1.0/64 {
			x[n] = math.Exp(y)
		}
	}
}

// member adds the store's n-th item. A page spends most of a what-if here, so
// weeks at work are loops without calls, one array each.
func (s *sum) member(sp, n int) {
	m, q, c := s.m, s.q, &s.members[n]
	it, series := &m.items[c.item], c.series
	weeks, past := s.to-s.from, s.from-s.lo
	usual, before, sold, moves, dip, cross := s.row[0][:weeks], s.row[1][:weeks], s.row[2][:weeks], s.row[3][:weeks], s.row[4][:weeks], s.row[5][:weeks]
	level := series.usual * (1 + q.Traffic)
	for w, x := range s.season[c.at*q.weeks+s.from:][:weeks] {
		usual[w], moves[w] = level*x, 1
	}
	for w := s.from; w < min(m.lags, s.to); w++ {
		usual[w-s.from] *= series.after[w]
	}
	clear(before)
	pulls := s.pull[n*(s.to-s.lo):][:s.to-s.lo]
	if s.touched {
		for l := 1; l <= m.lags; l++ {
			f, skip := faded[l], max(l-past, 0) // weeks before the first one
			if skip >= weeks {
				break
			}
			to, from := before[skip:], pulls[past+skip-l:]
			from = from[:len(to)]
			for w := range to {
				to[w] += f * from[w]
			}
		}
	}
	tallies := s.tallies[c.at*weeks:][:weeks]
	if at := q.place[c.item]; at >= 0 && q.single[at] {
		s.offered(sp, c.at)
	}
	own, rate := s.own[c.at*weeks:][:weeks], s.rate[c.at*weeks:][:weeks]
	for w := range tallies {
		tallies[w].stores++
	}
	if s.served != nil && s.served[c.item] != nil {
		for w, left := range s.served[c.item][sp*q.Horizon:][:q.Horizon] {
			if w -= s.from; w >= 0 && w < weeks {
				moves[w] = left.moves
			}
		}
	}
	up, pull, loss := s.up[n*(s.to-s.lo)+past:][:weeks], pulls[past:][:weeks], s.loss[n*weeks:][:weeks]
	drawn, taken, later := s.drawn[past:][:weeks], s.taken[:weeks], s.later[:weeks]
	onPull, onPast, onLag := it.coef[xPull], it.coef[xPast], it.coef[xLag]
	base, share := series.base, series.share
	cost := s.costs[c.at].fixed + s.costs[c.at].rate*base
	for w := range dip {
		dip[w], cross[w] = onLag*own[w]+onPast*before[w], onPull*pull[w]
	}
	exps(dip)
	exps(cross)
	for w := range tallies {
		t := &tallies[w]
		a, b := pull[w], before[w]
		mu0 := usual[w]
		mu1 := mu0 * (1 + up[w])
		mu2 := mu1 * dip[w]
		mu3 := mu2 * cross[w]
		sold[w] = mu3
		t.usual[0] += mu0
		t.usual[1] += mu0 * base
		paid := rate[w] * base
		if d := mu2 - mu1; d != 0 {
			t.pulled[0] += d
			t.pulled[1] += d * base
			if own[w] != 0 {
				mine := d * onLag * own[w] / (onLag*own[w] + onPast*b)
				d -= mine
				t.own[0] += mine
				t.own[1] += mine * base
			}
			l := &later[w]
			l[inUnits] += d
			l[inSales] += d * paid
			l[inProfit] += d * (paid - cost)
		}
		if d := mu3 - mu2; d != 0 {
			t.lost[0] += d
			t.lost[1] += d * base
			d /= drawn[w] - share*up[w]
			loss[w] = d
			l := &taken[w]
			l[inUnits] += d
			l[inSales] += d * paid
			l[inProfit] += d * (paid - cost)
		}
		mu := mu3 * moves[w]
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
		s.ask(sp, c, usual, sold)
	}
	if s.served != nil && s.served[c.item] != nil {
		s.serve(sp, c, tallies, usual, rate, sold)
	}
}

// offered tells an item's tallies what it is offered by in a store and what was
// before, and fills its own and rate. A store that differs from those before
// begins new ones.
func (s *sum) offered(sp, k int) {
	q, i, n := s.q, s.items[k], s.to-s.from
	own, rate, tallies := s.own[k*n:][:n], s.rate[k*n:][:n], s.tallies[k*n:][:n]
	for w := range rate {
		own[w], rate[w] = 0, 1
	}
	for w, at := range q.row(i, sp, s.lo, s.to) {
		if at == 0 {
			continue
		}
		o := &q.cells[at-1]
		if w += s.lo; w >= s.from {
			rate[w-s.from] = 1 - o.depth
		}
		for l := max(1, s.from-w); l <= s.m.lags && w+l < s.to; l++ {
			own[w+l-s.from] -= faded[l] * o.r
		}
	}
	for w := range tallies {
		t, o := &tallies[w], q.offer(i, sp, s.from+w)
		if t.offer == o && t.lag == own[w] {
			continue
		}
		if t.stores > 0 {
			s.tell(k, w, t)
			*t = tally{}
		}
		t.offer, t.lag = o, own[w]
	}
}

// ask notes what is asked for of an item with a stock in the store.
func (s *sum) ask(sp int, c *member, usual, units []float64) {
	q, cell := s.q, &s.m.cal.spreads.Cell
	for w := s.from; w < min(s.to, q.Horizon); w++ {
		x, y := usual[w-s.from], units[w-s.from]
		s.asked[c.item][sp*q.Horizon+w] = demand{x, x + cell[0]*x*x, y, y + cell[q.offer(c.item, sp, w).state()]*y*y}
	}
}

// serve adds what is sold of an item with a stock in the store.
func (s *sum) serve(sp int, c *member, tallies []tally, usual, rate, units []float64) {
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
		asked, was, sold := units[w], left.usual*usual[w], left.sold*units[w]
		for n, by := range [2]float64{1, base} {
			x.asked[n] += asked * by
			x.was[n] += was * by
			x.sold[n] += sold * by
		}
		x.squares += asked * asked
		x.room = left.room
		if q.place[c.item] < 0 { // its neighbours' offers made it run out
			less, before := sold-asked, was-usual[w]
			l, paid := &s.later[w], rate[w]*base
			l[inUnits] += less - before
			l[inSales] += less*paid - before*base
			l[inProfit] += less*(paid-cost) - before*(base-cost)
		}
	}
}
