package promo

import "math"

// line is a value of one unit in the stores' base price b: fixed + rate·b.
type line struct{ fixed, rate float64 }

func (l line) of(sums [2]float64) float64 { return l.fixed*sums[0] + l.rate*sums[1] }

// squares is the sum of x·value² for the sums of x, x·b and x·b².
func (l line) squares(sums [3]float64) float64 {
	return l.fixed*l.fixed*sums[0] + 2*l.fixed*l.rate*sums[1] + l.rate*l.rate*sums[2]
}

// tally sums stores in which an item's week is alike: under the same offer and
// after the same own ones. What differs between them is then how many units
// and at which base price b: sums are of x and x·b, some of x·b² too.
type tally struct {
	offer  *offered
	lag    float64 // the item's own past offers
	stores float64

	usual    [2]float64    // units without promotion
	pulled   [2]float64    // how offers of weeks before move them,
	own      [2]float64    // the item's own
	lost     [2]float64    // how its neighbours' offers of the week move them
	units    [3]float64    // with the plan, as far as they move with what is asked for
	squares  [3]float64    // of these
	pull     [5][2]float64 // units times a, b, a², ab, b²: the pull of the week and that of the weeks before
	scarcity *scarcity     // nil: there is enough
}

// scarcity is what a tally is beside its units where there is not enough.
type scarcity struct {
	asked, was, sold [2]float64 // units as if there were enough, those sold without promotion and with the plan
	squares          float64    // of asked
	room             float64
}

// tell adds a tally of the k-th item at work to week number w of those at work.
func (s *sum) tell(k, w int, t *tally) {
	if t.stores == 0 {
		return
	}
	q, i, out, at := s.q, s.items[k], s.out[w], &s.out[w].spots[k]
	o, cost := t.offer, s.costs[k]
	up, depth := 0.0, 0.0
	if o != nil {
		up, depth = o.lift, o.depth
	}
	short := t.scarcity
	if short == nil {
		units := [2]float64{t.units[0], t.units[1]}
		short = &scarcity{asked: units, was: t.usual, sold: units, squares: t.squares[0], room: math.Inf(1)}
	}
	usual := [measures]line{{fixed: 1}, {rate: 1}, {-cost.fixed, 1 - cost.rate}}
	value := [measures]line{{fixed: 1}, {rate: 1 - depth}, {-cost.fixed, 1 - depth - cost.rate}}
	feels := o != nil || t.lag != 0 || t.pull != [5][2]float64{}
	for j, v := range value {
		usual := usual[j]
		c := causes{extra: up * v.of(t.usual), pulled: v.of(t.pulled), taken: v.of(t.lost)}
		if o != nil {
			c.cut = v.of(t.usual) - usual.of(t.usual)
		}
		if t.scarcity != nil {
			c.short = v.of(short.sold) - v.of(short.asked) - usual.of(short.was) + usual.of(t.usual)
		}
		out.change[j].add(c)
		at.owned[j] += c.extra + c.cut + v.of(t.own)
		if q.place[i] >= 0 {
			at.owned[j] += c.short
		}
		net := c.net()
		at.net[j] += net
		out.net[j] += net
	}
	paid := 0.0
	if o != nil {
		given := depth * short.sold[1]
		paid = (q.FeatureCost*o.feature + q.DisplayCost*o.display) * t.stores
		funding := q.Funding * given
		out.spent += given
		c := &out.change[inProfit]
		c.funding += funding
		c.fixed -= paid
		at.owned[inProfit] += funding - paid
		at.net[inProfit] += funding
		out.net[inProfit] += funding
		value[inProfit].rate += q.Funding * depth
		for j, v := range value {
			at.event[j] += v.of(short.sold)
		}
		at.beyond = max(at.beyond, s.m.beyond(i, o))
	}
	if feels {
		out.kinds = append(out.kinds, felt{k, t.kind(&value)})
	}
	if q.shown[i] >= 0 && s.from+w < q.Horizon {
		s.show(i, out, at, t, short, &value, &usual, paid)
	}
}

// kind is what a tally says of its kind of offer.
func (t *tally) kind(value *[measures]line) kind {
	var out kind
	if o := t.offer; o != nil {
		out.r, out.feature, out.display = o.r, o.feature, o.display
	}
	units := [2]float64{t.units[0], t.units[1]}
	for j, v := range value {
		c, all := t.lag, v.of(units)
		a, b := v.of(t.pull[0]), v.of(t.pull[1])
		out.moments[j] = [10]float64{all, a, b, all * c,
			v.of(t.pull[2]) / 2, v.of(t.pull[3]), v.of(t.pull[4]) / 2, a * c, b * c, all * c * c / 2}
	}
	return out
}

// show adds a tally to what is shown of its item, for whose offers so much is
// paid.
func (s *sum) show(i int, out *week, at *spot, t *tally, short *scarcity, value, usual *[measures]line, paid float64) {
	v := &s.m.cal.spreads
	state, extra, o := t.offer.state(), 0.0, t.offer
	asked := short.asked[0]
	if o != nil {
		at.feature = at.feature || o.feature > 0
		at.display = at.display || o.display > 0
		at.guess = at.guess || o.guess
		at.spent += o.depth * short.sold[1]
		at.promoted += asked
		at.depth += asked * o.depth
		extra = s.m.beyond(i, o)
		at.value[inProfit] -= paid
	}
	at.units += short.sold[0]
	at.asked += asked
	at.room = short.room
	at.baseline += short.was[0]
	at.weight += asked
	iw, ia, wk := math.Sqrt(v.ItemWeek[state]+extra), math.Sqrt(v.Item[state]), math.Sqrt(v.Week[state])
	at.wide += asked + v.Cell[state]*short.squares
	units := [2]float64{t.units[0], t.units[1]}
	for j, x := range value {
		at.value[j] += x.of(short.sold)
		was := usual[j].of(short.was)
		at.base[j] += was
		out.baseline[j] += was
		at.noise[j] += x.squares(t.units) + v.Cell[state]*x.squares(t.squares)
		mean := x.of(units)
		at.itemWeek[j] += mean * iw
		at.itemAll[j] += mean * ia
		at.shock[j] += mean * wk
	}
}
