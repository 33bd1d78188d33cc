package plan

import (
	"math"
	"slices"
)

// room is the most units of the item that can be sold in a week, as if
// nothing of its stocks were sold before.
func (it *Item) room(week int) float64 {
	return it.shelf().room(week)
}

// shelf is what is left of an item's stocks.
type shelf struct {
	stock []Stock
	left  []float64
}

func (it *Item) shelf() shelf {
	s := shelf{it.Stock, make([]float64, len(it.Stock))}
	for n, t := range it.Stock {
		s.left[n] = t.Units
	}
	return s
}

// room is what can be sold in a week.
func (s shelf) room(week int) float64 {
	room := math.Inf(1)
	for n, t := range s.stock {
		if week >= t.Week && week < t.Week+t.Weeks {
			room = min(room, s.left[n])
		}
	}
	return room
}

func (s shelf) sell(week int, units float64) {
	for n, t := range s.stock {
		if week >= t.Week && week < t.Week+t.Weeks {
			s.left[n] -= units
		}
	}
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
		return t.Profit - pr.budget*t.Spent + pr.margin*(t.Profit-p.MarginFloor*t.Sales)
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
