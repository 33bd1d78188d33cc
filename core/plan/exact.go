package plan

import (
	"math"

	"shoptwin/core"
)

// lattice is every state that an item's rules can reach, week by week: what
// stood in the weeks before, how many promotions were held, how many weeks
// must pass until the next. It depends on rules and memory only, so one
// lattice serves for every price of the shared rules.
type lattice struct {
	weeks, options int
	state          [][]state
	next           [][]int32 // by week: state*options + option; -1 is forbidden
	alive          [][]bool  // whether the last week can be reached with enough promotions
}

type state struct {
	code        int32
	held, until int16
}

const maxStates = 4 << 20

// newLattice returns the states of item i; its error is Unsupported when they
// are too many. A lattice whose first state is not alive has no calendar.
func (p *Problem) newLattice(i int, a *answer) (*lattice, error) {
	it := &p.Items[i]
	count := max(it.MinPromos, it.MaxPromos)
	l := &lattice{weeks: p.Weeks, options: len(p.Options), state: [][]state{{{}}}}
	total := 0
	for w := range p.Weeks {
		index := map[state]int32{}
		var after []state
		next := make([]int32, len(l.state[w])*l.options)
		for n, s := range l.state[w] {
			for o := range l.options {
				at := n*l.options + o
				next[at] = -1
				if !p.allows(it, w, o) || o > 0 && (s.until > 0 || it.MaxPromos > 0 && int(s.held) >= it.MaxPromos) {
					continue
				}
				t := state{code: int32(a.next(int(s.code), o)), held: s.held, until: max(0, s.until-1)}
				if o > 0 {
					t.held, t.until = min(s.held+1, int16(count)), int16(it.Gap)
				}
				k, ok := index[t]
				if !ok {
					k = int32(len(after))
					index[t] = k
					after = append(after, t)
				}
				next[at] = k
			}
		}
		total += len(after)
		if total > maxStates {
			return nil, core.Errorf(core.Unsupported, "item %q: %d options and %d weeks of memory make more than %d states", it.Name, l.options, a.lags, maxStates).
				WithHint("allow fewer depths, fewer promotions or a longer gap")
		}
		l.state, l.next = append(l.state, after), append(l.next, next)
	}
	l.alive = make([][]bool, p.Weeks+1)
	for w := p.Weeks; w >= 0; w-- {
		l.alive[w] = make([]bool, len(l.state[w]))
		for n, s := range l.state[w] {
			if w == p.Weeks {
				l.alive[w][n] = int(s.held) >= it.MinPromos
				continue
			}
			for _, k := range l.next[w][n*l.options : (n+1)*l.options] {
				if k >= 0 && l.alive[w+1][k] {
					l.alive[w][n] = true
					break
				}
			}
		}
	}
	return l, nil
}

// feasible says whether any calendar keeps the item's own rules.
func (l *lattice) feasible() bool { return l.alive[0][0] }

// prices weigh what is wanted: an item's own profit (1, or 0 where only rules
// count), a unit of budget, a unit that profit falls short of the margin
// floor, a promotion by week (nil: none).
type prices struct {
	own, budget, margin float64
	unit                float64 // of what is sold from a stock
	week                []float64
}

// of is what t is worth, but for prices of units and weeks.
func (r *prices) of(t *Totals, floor float64) float64 {
	return r.own*t.Profit - r.budget*t.Spent + r.margin*(t.Profit-floor*t.Sales)
}

// rate is what an option is worth in one place: each unit, each usual one, and
// the option itself.
type rate struct{ unit, usual, flat float64 }

func (r *rate) of(sold, usual float64) float64 { return sold*r.unit + usual*r.usual + r.flat }

// rates lists what options are worth in x, so that a week is soon reckoned.
func (x *Place) rates(p *Problem, funding float64, price *prices) []rate {
	out := make([]rate, p.ways())
	one := Place{Stores: x.Stores, Units: []float64{0}, Price: x.Price, Cost: x.Cost, Taken: x.Taken}
	for o := range out {
		worth := func(units, usual float64) float64 {
			one.Units[0] = usual
			t := one.value(p, funding, 0, o, units)
			return price.of(&t, p.MarginFloor)
		}
		flat := worth(0, 0)
		out[o] = rate{worth(1, 0) - flat, worth(0, 1) - flat, flat}
	}
	return out
}

// solve is the dynamic programme: the item's best calendar where the shared
// rules have prices, and its worth less them. O(states × options).
func (p *Problem) solve(i int, a *answer, l *lattice, price prices) ([]int, float64) {
	it := &p.Items[i]
	a.keep()
	shelf, asked := it.shelf(), make([]float64, 1+len(it.Apart))
	rates, served := make([][]rate, len(asked)), make([][]float64, len(asked))
	for k := range asked {
		rates[k], served[k] = it.place(k).rates(p, it.Funding, &price), make([]float64, l.weeks+a.lags)
		for w := range served[k] {
			served[k][w] = it.served(w, k)
		}
	}
	worth := func(w, code, o int) (v float64) {
		p.asked(it, a, w, code, o, asked)
		for k, sold := range shelf.sold(w, asked) {
			v += rates[k][a.stands(k, w, o)].of(sold, it.place(k).Units[w]) - price.unit*served[k][w]*asked[k]
		}
		if o > 0 && price.week != nil {
			v -= price.week[w]
		}
		return v
	}
	value := make([]float64, len(l.state[l.weeks]))
	for n, s := range l.state[l.weeks] {
		value[n] = math.Inf(-1)
		if !l.alive[l.weeks][n] {
			continue
		}
		value[n] = 0
		for w, code := l.weeks, int(s.code); w < l.weeks+a.lags; w++ {
			value[n] += worth(w, code, 0)
			code = a.next(code, 0)
		}
	}
	choice := make([][]int16, l.weeks)
	table := make([]float64, a.codes()*l.options)
	for w := l.weeks - 1; w >= 0; w-- {
		for at := range table {
			table[at] = worth(w, at/l.options, at%l.options)
		}
		now := make([]float64, len(l.state[w]))
		choice[w] = make([]int16, len(now))
		for n, s := range l.state[w] {
			best := math.Inf(-1)
			row := table[int(s.code)*l.options:][:l.options]
			for o, k := range l.next[w][n*l.options : (n+1)*l.options] {
				if k < 0 {
					continue
				}
				if v := row[o] + value[k]; v > best {
					best, choice[w][n] = v, int16(o)
				}
			}
			now[n] = best
		}
		value = now
	}
	calendar := make([]int, l.weeks)
	n := int32(0)
	for w := range calendar {
		calendar[w] = int(choice[w][n])
		n = l.next[w][int(n)*l.options+calendar[w]]
	}
	return calendar, value[0]
}

// Exact returns the calendar of one item that no other one beats, by a
// dynamic programme over weeks, promotions left and depths remembered. The
// problem must have one item and no shared rules; rules without a calendar
// are an error that names them.
func Exact(p *Problem) (Calendar, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if len(p.Items) != 1 || p.Shared != (Shared{}) {
		return nil, core.Errorf(core.Unsupported, "%d items with shared rules: the dynamic programme is for one item", len(p.Items)).WithHint("plan many items with Best")
	}
	if p.Items[0].lasts() {
		return nil, core.Errorf(core.Unsupported, "item %q has a stock for several weeks, which the dynamic programme does not remember", p.Items[0].Name).WithHint("plan it with Best")
	}
	a := newAnswer(&p.Items[0], len(p.Options))
	l, err := p.newLattice(0, a)
	if err != nil {
		return nil, err
	}
	if !l.feasible() {
		return nil, p.clashError()
	}
	c, _ := p.solve(0, a, l, prices{own: 1})
	return Calendar{c}, nil
}
