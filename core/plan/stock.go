package plan

import (
	"maps"
	"math"
	"slices"
)

// shelf is what is left of an item's stocks.
type shelf struct {
	stock []Stock
	left  []float64
	out   []float64 // what is sold by place
}

func (it *Item) shelf() shelf {
	s := shelf{stock: it.Stock}
	if len(it.Stock) > 0 {
		s.left, s.out = make([]float64, len(it.Stock)), make([]float64, 1+len(it.Apart))
	}
	for n, t := range it.Stock {
		s.left[n] = t.Units
	}
	return s
}

func (t *Stock) holds(week int) bool { return week >= t.Week && week < t.Week+t.Weeks }

// sold is how many of the units that are asked for in a week, by place, are
// there; it is overwritten by the next call. What is there for all stores
// serves them alike.
func (s shelf) sold(week int, asked []float64) []float64 {
	if len(s.stock) == 0 {
		return asked
	}
	sold := s.out
	copy(sold, asked)
	for n := range s.stock {
		if t := &s.stock[n]; t.Part > 0 && t.holds(week) {
			if left, first := s.there(n, week); first {
				sold[t.Place] -= max(t.Part*asked[t.Place]-left, 0)
			}
		}
	}
	all := 0.0
	for k := range sold {
		sold[k] = max(sold[k], 0)
		all += sold[k]
	}
	for n := range s.stock {
		if t := &s.stock[n]; t.Part == 0 && t.holds(week) && s.left[n] < all {
			for k := range sold {
				sold[k] *= max(s.left[n], 0) / all
			}
			all = max(s.left[n], 0)
		}
	}
	return sold
}

// there is what is left in a week for the store of stock n, whose least stock
// holds, and whether n is the first of its stocks.
func (s shelf) there(n, week int) (left float64, first bool) {
	left, first = s.left[n], true
	for k := range s.stock {
		if t := &s.stock[k]; t.Part > 0 && t.Store == s.stock[n].Store && t.holds(week) {
			left, first = min(left, s.left[k]), first && k >= n
		}
	}
	return left, first
}

// sell takes what is sold of so many units off the shelf and returns it.
func (s shelf) sell(week int, asked []float64) []float64 {
	sold, all := s.sold(week, asked), 0.0
	for _, n := range sold {
		all += n
	}
	store := make([]float64, len(s.stock)) // sold by a stock's store
	for n := range s.stock {
		if t := &s.stock[n]; t.Part > 0 && t.holds(week) {
			left, _ := s.there(n, week)
			store[n] = min(t.Part*asked[t.Place], left)
		}
	}
	for n := range s.stock {
		switch t := &s.stock[n]; {
		case !t.holds(week):
		case t.Part > 0:
			s.left[n] -= store[n]
		default:
			s.left[n] -= all
		}
	}
	return sold
}

// served is the part of what is asked for in a week in place k that comes from stocks.
func (it *Item) served(week, k int) float64 {
	parts := map[string]float64{}
	for n := range it.Stock {
		if t := &it.Stock[n]; t.holds(week) {
			switch {
			case t.Part == 0:
				return 1
			case t.Place == k:
				parts[t.Store] = t.Part
			}
		}
	}
	sum := 0.0
	for _, store := range slices.Sorted(maps.Keys(parts)) {
		sum += parts[store]
	}
	return min(sum, 1)
}

// lasts says whether a stock is for more than a week, so that what one week
// sells another one lacks. The dynamic programme does not remember that: it
// holds each week to the whole stock, so its worth is a bound as long as what
// is offered earns; calendars are
// valued as the stock runs down, and sought at prices for a unit, too.
func (it *Item) lasts() bool {
	for _, s := range it.Stock {
		if s.Weeks > 1 {
			return true
		}
	}
	return false
}

// runDown adds calendars of an item whose stock lasts: those of the dynamic
// programme at several prices of a unit, as parts of what one earns, each
// bettered by changing one week, or exchanging two, as long as that earns more.
func (s *planner) runDown(i int, dual []float64) {
	p, it, l := s.p, &s.p.Items[i], s.lattice[i]
	pr := prices{own: 1, budget: dual[s.budgetRow()], margin: dual[s.marginRow()]}
	worth := func(c []int) float64 {
		if !l.allows(c) {
			return math.Inf(-1)
		}
		t := p.itemValue(i, s.answer[i], c)
		return pr.of(&t, p.MarginFloor)
	}
	for _, part := range []float64{0, 0.1, 0.2, 0.35, 0.5, 0.75, 1} {
		pr.unit = part * (it.Price - it.Cost)
		c, _ := p.solve(i, s.answer[i], l, pr)
		for now, again := worth(c), true; again; {
			again = false
			try := func(d []int) {
				if v := worth(d); v > now+1e-9*math.Abs(now) {
					now, c, again = v, d, true
				}
			}
			for w := range c {
				for o := range p.Options {
					d := slices.Clone(c)
					d[w] = o
					try(d)
				}
				for v := range w {
					d := slices.Clone(c)
					d[v], d[w] = d[w], d[v]
					try(d)
				}
			}
		}
		s.add(i, c, 1)
	}
}

// allows says whether a calendar keeps the item's own rules.
func (l *lattice) allows(c []int) bool {
	n := int32(0)
	for w, o := range c {
		if n = l.next[w][int(n)*l.options+o]; n < 0 {
			return false
		}
	}
	return l.alive[l.weeks][n]
}
