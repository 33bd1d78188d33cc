package plan

import (
	"math"
	"math/rand/v2"

	"shoptwin/core"
)

// World is a simulator of one item, in which episodes decide its weeks one
// after another, side by side; a policy that is learned in it sees profits of
// simulated weeks only, never the demand behind them. It is a World of
// core/train.
//
// A state is the week, the promotions held, the options of the weeks that are
// remembered and the usual units of this week and the next. An action is an
// option that the item's rules allow. It brings the week's profit beside what
// the same week's shoppers bring without any promotion, in shares of a usual
// week's sales; the last one that of the weeks after, too.
type World struct {
	p        *Problem
	answer   *answer
	l        *lattice
	noise    float64
	episodes int
	scale    float64

	week  int
	at    []int32 // by episode: its state in the lattice
	luck  *rand.Rand
	first []int // what the first episode did
}

// ahead is how many weeks' usual units a state shows.
const ahead = 4

// NewWorld returns so many episodes of p, which must have one item and no
// shared rules. Noise is the standard deviation of the logarithm of a week's
// units.
func NewWorld(p *Problem, episodes int, noise float64) (*World, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if len(p.Items) != 1 || p.Shared != (Shared{}) {
		return nil, core.Errorf(core.Unsupported, "%d items with shared rules: a policy is learned for one item", len(p.Items)).WithHint("plan many items with Best")
	}
	w := &World{p: p, answer: newAnswer(&p.Items[0], len(p.Options)), noise: noise, episodes: episodes}
	var err error
	if w.l, err = p.newLattice(0, w.answer); err != nil {
		return nil, err
	}
	if !w.l.feasible() {
		return nil, p.clashError()
	}
	for t := range p.Weeks {
		w.scale += p.Items[0].usual(t) / float64(p.Weeks)
	}
	w.scale = math.Max(w.scale, 1e-9)
	w.at = make([]int32, episodes)
	return w, nil
}

// Sizes returns the episodes, the weeks, the numbers of a state and the
// options.
func (w *World) Sizes() (episodes, steps, features, actions int) {
	return w.episodes, w.p.Weeks, w.p.Weeks + 2 + w.answer.lags*w.answer.classes + ahead, len(w.p.Options)
}

// Begin starts all episodes anew.
func (w *World) Begin(seed uint64) {
	w.week, w.luck, w.first = 0, rand.New(rand.NewPCG(seed, 21)), nil
	clear(w.at)
}

// See fills the states and what is allowed.
func (w *World) See(state []float32, can []bool) {
	it, a := &w.p.Items[0], w.answer
	_, _, n, options := w.Sizes()
	most := float32(max(1, it.MaxPromos, it.MinPromos))
	clear(state)
	for e, at := range w.at {
		s, x := w.l.state[w.week][at], state[e*n:(e+1)*n]
		x[w.week] = 1
		x = x[w.p.Weeks:]
		x[0], x[1] = float32(s.held)/most, float32(s.until)/4
		x = x[2:]
		for code := int(s.code); len(x) > ahead; code /= a.classes {
			x[code%a.classes] = 1
			x = x[a.classes:]
		}
		for t := range x {
			if w.week+t < len(it.Units) {
				x[t] = float32(it.usual(w.week+t)/w.scale - 1)
			}
		}
		for o := range options {
			k := w.l.next[w.week][int(at)*options+o]
			can[e*options+o] = k >= 0 && w.l.alive[w.week+1][k]
		}
	}
}

// Act lets each episode's week pass with the option it chose.
func (w *World) Act(action []int32, reward []float32) {
	it, options := &w.p.Items[0], len(w.p.Options)
	week := func(t, code, o int) float64 {
		luck := math.Exp(w.noise*w.luck.NormFloat64() - w.noise*w.noise/2)
		got := w.p.lucky(it, w.answer, t, code, o, luck)
		return (got - w.p.lucky(it, w.answer, t, 0, 0, luck)) / w.scale
	}
	for e, a := range action {
		at := w.at[e]
		sum := week(w.week, int(w.l.state[w.week][at].code), int(a))
		w.at[e] = w.l.next[w.week][int(at)*options+int(a)]
		if w.week == w.p.Weeks-1 {
			code := int(w.l.state[w.week+1][w.at[e]].code)
			for v := range w.answer.lags {
				sum += week(w.p.Weeks+v, code, 0)
				code = w.answer.next(code, 0)
			}
		}
		reward[e] = float32(sum)
	}
	w.first = append(w.first, int(action[0]))
	w.week++
}

// Calendar is what the first episode did since the last Begin.
func (w *World) Calendar() Calendar { return Calendar{w.first} }

// usual is what an item's shoppers pay in a week at full price.
func (it *Item) usual(w int) (sum float64) {
	for k := range 1 + len(it.Apart) {
		x := it.place(k)
		sum += x.Units[w] * x.Price
	}
	return sum
}
