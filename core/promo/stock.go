package promo

import (
	"math"

	"shoptwin/core"
)

// Stock is how many units of an item are there for some weeks. What is not
// sold in one of them is left for the next; what is asked for beyond it is
// lost, not bought later or of a neighbour.
type Stock struct {
	Item  string  `json:"item"`
	Store string  `json:"store,omitempty"` // "" is one stock for all stores of the plan, that serves them alike
	Week  int     `json:"week"`            // first week, 0 being the first after history
	Weeks int     `json:"weeks,omitempty"` // how many; 0 is to the end of the plan
	Units float64 `json:"units"`
}

// stocked is a checked limit.
type stocked struct {
	item, store int // store: place in the plan's stores, or -1 for all
	from, to    int // weeks, to exclusive
	units       float64
}

// checkStock turns the plan's limits into the model's numbers.
func (q *planned) checkStock(m *Model, storePlace []int) error {
	for _, l := range q.Stock {
		i, ok := m.itemAt[l.Item]
		if !ok || q.shown[i] < 0 {
			return core.Errorf(core.Invalid, "a stock of item %q, which is not in the plan", l.Item).WithHint("add the item to the plan")
		}
		s := stocked{item: i, store: -1, from: l.Week, to: q.Horizon, units: l.Units}
		if l.Weeks > 0 {
			s.to = min(l.Week+l.Weeks, q.Horizon)
		}
		if l.Store != "" {
			place, ok := m.storeAt[l.Store]
			if !ok || storePlace[place] < 0 {
				return core.Errorf(core.Invalid, "a stock of item %q in store %q, which is not among the plan's stores", l.Item, l.Store).WithHint("add the store to the plan")
			}
			s.store = storePlace[place]
		}
		if l.Week < 0 || l.Week >= q.Horizon || l.Weeks < 0 || !(l.Units >= 0) || math.IsInf(l.Units, 0) {
			return core.Errorf(core.Invalid, "a stock of %g units of item %q for %d weeks from week %d", l.Units, l.Item, l.Weeks, l.Week).
				WithHint("units are not below 0, and weeks are those of the plan, 0 to %d", q.Horizon-1)
		}
		q.stock = append(q.stock, s)
	}
	return nil
}

// served is what stock leaves of one item in one store and week: the parts
// of what is asked for that are sold, without promotion and with the plan, the
// part that still moves with what is asked for, and what is there at most for
// all stores together.
type served struct{ usual, sold, moves, room float64 }

var enough = served{1, 1, 1, math.Inf(1)}

// demand is what is asked for of a stocked item in a store and week: units
// without promotion and with it, and their variances beside what stores share.
type demand struct{ usual, usualNoise, units, noise float64 }

// ration reckons what the plan's stocks leave of category g: first what is
// asked for, as if there were enough, then what of it is there, from the first
// week on. What is sold of an uncertain demand D with R in stock is on average
// E min(D, R), D log-normal with the spread of the item's weeks.
func (q *planned) ration(m *Model, g int, touched bool) [][]served {
	all, any := make([][]demand, len(m.items)), false
	for _, l := range q.stock {
		if m.group[l.item] == g {
			any = true
			all[l.item] = make([]demand, len(q.stores)*q.Horizon)
		}
	}
	if !any {
		return nil
	}
	s := newSum(m, q, g, touched, q.atWork(m, g, touched))
	s.asked = all
	s.weeks(make([]*week, q.Horizon), 0)
	out := make([][]served, len(m.items))
	for _, l := range q.stock {
		a := all[l.item]
		if a == nil {
			continue
		}
		of := out[l.item]
		if of == nil {
			of = make([]served, len(a))
			for n := range of {
				of[n] = enough
			}
			out[l.item] = of
		}
		lo, hi := l.store, l.store+1
		if l.store < 0 {
			lo, hi = 0, len(q.stores)
		}
		left, usualLeft := l.units, l.units
		for w := l.from; w < l.to; w++ {
			var units, usual, noise, usualNoise float64
			state := 0
			for s := lo; s < hi; s++ {
				x := &a[s*q.Horizon+w]
				units, noise = units+x.units, noise+x.noise
				usual, usualNoise = usual+x.usual, usualNoise+x.usualNoise
				state = max(state, q.offer(l.item, s, w).state())
			}
			sold, moves := sells(units, left, noise+m.cal.spreads.shared(state)*units*units)
			was, _ := sells(usual, usualLeft, usualNoise+m.cal.spreads.shared(0)*usual*usual)
			for s := lo; s < hi; s++ {
				x := &of[s*q.Horizon+w]
				if sold < x.sold {
					x.sold, x.moves = sold, moves
				}
				x.usual = min(x.usual, was)
				if l.store < 0 {
					x.room = min(x.room, left)
				}
			}
			left, usualLeft = left-sold*units, usualLeft-was*usual
		}
	}
	return out
}

// shared is the relative variance of what an item's week misses in all stores
// alike, regular or on promotion.
func (v *spreads) shared(state int) float64 { return v.ItemWeek[state] + v.Item[state] + v.Week[state] }

// state is 1 for an offer that counts as a promotion.
func (o *offered) state() int {
	if o == nil || o.depth < promoDepth && o.feature == 0 && o.display == 0 {
		return 0
	}
	return 1
}

// stocked is the interval of a cell of which so much is asked for and no more
// than room is there, sold of it on average units.
func (t *cellSum) stocked(v *spreads) Interval {
	state := 0
	if t.promoted > 0 {
		state = 1
	}
	i := positive(t.asked, math.Sqrt(t.wide+v.shared(state)*t.asked*t.asked), v.Scale80[state], v.Scale90[state])
	room := t.room
	if math.IsInf(room, 1) { // stocks of single stores: all of it in proportion
		for _, x := range []*float64{&i.Lo80, &i.Hi80, &i.Lo90, &i.Hi90} {
			*x *= t.units / t.asked
		}
	}
	return Interval{t.units, min(i.Lo80, room, t.units), max(min(i.Hi80, room), t.units), min(i.Lo90, room, t.units), max(min(i.Hi90, room), t.units)}
}

// sells is E min(D, room) over E D, and E(D; D < room) over E D, for a
// log-normal D of that mean and variance.
func sells(mean, room, variance float64) (sold, moves float64) {
	if !(mean > 0) {
		return 1, 1
	}
	if room <= 0 {
		return 0, 0
	}
	s := math.Sqrt(math.Log1p(variance / (mean * mean)))
	z := math.Log(room / mean)
	moves = math.Erfc(-(z-s*s/2)/s/math.Sqrt2) / 2
	return min(moves+room/mean*math.Erfc((z+s*s/2)/s/math.Sqrt2)/2, 1), moves
}
