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

// solve is the dynamic programme: the item's best calendar where the shared
// rules have prices, and its worth less them. O(states × options).
func (p *Problem) solve(i int, a *answer, l *lattice, price prices) ([]int, float64) {
	it := &p.Items[i]
	week := p.worth(it, a, &price)
	value := make([]float64, len(l.state[l.weeks]))
	for n, s := range l.state[l.weeks] {
		value[n] = math.Inf(-1)
		if !l.alive[l.weeks][n] {
			continue
		}
		value[n] = 0
		for w, code := l.weeks, int(s.code); w < l.weeks+a.lags; w++ {
			value[n] += week(w)(code, 0)
			code = a.next(code, 0)
		}
	}
	choice := make([][]int16, l.weeks)
	table := make([]float64, a.codes()*l.options)
	for w := l.weeks - 1; w >= 0; w-- {
		worth := week(w)
		for at := range table {
			table[at] = worth(at/l.options, at%l.options)
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
