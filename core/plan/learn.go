package plan

import (
	"context"
	"math"
	"math/rand/v2"

	"shoptwin/core"
)

// Learning is what was chosen for [Learn]; its zero value is the default.
type Learning struct {
	Episodes int     // simulated, default 40000
	Noise    float64 // standard deviation of the logarithm of a week's units in the simulator, default 0.2
}

// Policy decides an item's weeks one after another from what was learned in
// a simulator: the value of each option in each week is a sum of learned
// weights, one by the number of promotions held and one by each week of
// memory, not a table over all states.
type Policy struct {
	p      *Problem
	answer *answer
	held   int         // promotions that are told apart
	weight [][]float64 // by week: option*features + feature
}

// features of a state, one of each group: held promotions with the class of
// the latest week, then the class of each week of memory by how long ago it
// was, then pairs of the two latest.
func (q *Policy) features(s state, at []int) []int {
	a := q.answer
	rest := int(s.code)
	latest, pair := rest%a.classes, rest%(a.classes*a.classes)
	if a.lags == 0 {
		latest = 0
	}
	at = append(at[:0], int(s.held)*a.classes+latest)
	n := (q.held + 1) * a.classes
	for range a.lags {
		at = append(at, n+rest%a.classes)
		rest /= a.classes
		n += a.classes
	}
	if a.lags >= 2 {
		at = append(at, n+pair)
	}
	return at
}

func (q *Policy) size() int {
	n := (q.held + 1 + q.answer.lags) * q.answer.classes
	if q.answer.lags >= 2 {
		n += q.answer.classes * q.answer.classes
	}
	return n
}

// value is the learned worth of option o in week w.
func (q *Policy) value(w, o int, at []int) float64 {
	sum, weight := 0.0, q.weight[w][o*q.size():]
	for _, f := range at {
		sum += weight[f]
	}
	return sum
}

// Learn learns to plan one item by fitted Q iteration (Ernst et al., 2005),
// backwards from the last week: of the states that chance policies reach in
// the simulator, every allowed option is tried once, its noisy profit and the
// learned value of the state after it being what the week's weights are
// fitted to, by ridge regression. It sees profits of simulated weeks only,
// never the demand behind them, so it plans wherever a simulator exists.
//
// The problem must have one item and no shared rules. The same rng state
// gives the same policy. It stops within one week's fit once ctx is
// cancelled. O(episodes × weeks × options).
func Learn(ctx context.Context, p *Problem, cfg Learning, rng *rand.Rand) (*Policy, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if len(p.Items) != 1 || p.Shared != (Shared{}) {
		return nil, core.Errorf(core.Unsupported, "%d items with shared rules: a policy is learned for one item", len(p.Items)).WithHint("plan many items with Best")
	}
	if cfg.Episodes == 0 {
		cfg.Episodes = 40000
	}
	if cfg.Noise == 0 {
		cfg.Noise = 0.2
	}
	it := &p.Items[0]
	q := &Policy{p: p, answer: newAnswer(it, len(p.Options)), held: max(it.MaxPromos, it.MinPromos)}
	l, err := p.newLattice(0, q.answer)
	if err != nil {
		return nil, err
	}
	if !l.feasible() {
		return nil, p.clashError()
	}
	visited := q.explore(l, cfg.Episodes, rng)
	// luck is the mean of what n simulated weeks sell over what they should.
	luck := func(n int) float64 {
		sum := 0.0
		for range n {
			sum += math.Exp(cfg.Noise*rng.NormFloat64() - cfg.Noise*cfg.Noise/2)
		}
		return sum / float64(n)
	}
	simulate := func(w, code, o int, luck float64) float64 {
		return p.lucky(it, q.answer, w, code, o, luck)
	}
	q.weight = make([][]float64, p.Weeks)
	var at []int
	later := make([]float64, q.answer.lags)
	for w := p.Weeks - 1; w >= 0; w-- {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		seen := make([][]sample, len(p.Options))
		for n, times := range visited[w] {
			if times == 0 {
				continue
			}
			s, now := l.state[w][n], luck(times) // the same shoppers meet every option
			for v := range later {
				later[v] = luck(times)
			}
			for o, k := range q.allowed(l, w, n) {
				if k < 0 {
					continue
				}
				after := 0.0
				if w < p.Weeks-1 {
					_, after = q.best(l, w+1, k, &at)
				}
				y := simulate(w, int(s.code), o, now) + after
				if w == p.Weeks-1 {
					code := int(l.state[w+1][k].code)
					for v, luck := range later {
						y += simulate(p.Weeks+v, code, 0, luck)
						code = q.answer.next(code, 0)
					}
				}
				seen[o] = append(seen[o], sample{q.features(s, nil), float64(times), y})
			}
		}
		q.weight[w] = make([]float64, len(p.Options)*q.size())
		for o, samples := range seen {
			fitSums(samples, q.weight[w][o*q.size():][:q.size()])
		}
	}
	return q, nil
}

// explore returns how often policies of chance reach each state, by week;
// each episode promotes with a rate of its own.
func (q *Policy) explore(l *lattice, episodes int, rng *rand.Rand) [][]int {
	visited := make([][]int, q.p.Weeks)
	for w := range visited {
		visited[w] = make([]int, len(l.state[w]))
	}
	var can []int32
	for range episodes {
		rate, n := rng.Float64()*rng.Float64(), int32(0)
		for w := range q.p.Weeks {
			visited[w][n]++
			next := l.next[w][int(n)*l.options : (int(n)+1)*l.options]
			can = can[:0]
			for _, k := range next[1:] {
				if k >= 0 && l.alive[w+1][k] {
					can = append(can, k)
				}
			}
			stay := next[0] >= 0 && l.alive[w+1][next[0]]
			if len(can) > 0 && (!stay || rng.Float64() < rate) {
				n = can[rng.IntN(len(can))]
			} else {
				n = next[0]
			}
		}
	}
	return visited
}

// allowed returns the next state by option, -1 where the rules forbid it or
// could no longer be kept after it.
func (q *Policy) allowed(l *lattice, w, n int) []int32 {
	out := append([]int32(nil), l.next[w][n*l.options:(n+1)*l.options]...)
	for o, k := range out {
		if k >= 0 && !l.alive[w+1][k] {
			out[o] = -1
		}
	}
	return out
}

func (q *Policy) best(l *lattice, w int, n int32, at *[]int) (option int, value float64) {
	*at = q.features(l.state[w][n], *at)
	value = math.Inf(-1)
	for o, k := range q.allowed(l, w, int(n)) {
		if k < 0 {
			continue
		}
		if v := q.value(w, o, *at); v > value {
			option, value = o, v
		}
	}
	return option, value
}

// Calendar lets the policy decide every week.
func (q *Policy) Calendar() (Calendar, error) {
	l, err := q.p.newLattice(0, q.answer)
	if err != nil {
		return nil, err
	}
	c, n := make([]int, q.p.Weeks), int32(0)
	var at []int
	for w := range c {
		c[w], _ = q.best(l, w, n, &at)
		n = l.next[w][int(n)*l.options+c[w]]
	}
	return Calendar{c}, nil
}

// sample is the mean of n trials in one state.
type sample struct {
	at   []int // features that are 1
	n, y float64
}

// fitSums fits y to sums of the weights of the features that are 1, by ridge
// regression about the mean (the penalty is worth one trial), coordinate after
// coordinate.
func fitSums(samples []sample, weight []float64) {
	if len(samples) == 0 {
		return
	}
	mean, all := 0.0, 0.0
	for _, s := range samples {
		mean, all = mean+s.n*s.y, all+s.n
	}
	mean /= all
	groups := len(samples[0].at)
	count, sum := make([]float64, len(weight)), make([]float64, len(weight))
	fitted := make([]float64, len(samples))
	for n := range fitted {
		fitted[n] = mean
	}
	for range 50 {
		for g := range groups {
			for _, s := range samples {
				count[s.at[g]], sum[s.at[g]] = 0, 0
			}
			for n, s := range samples {
				f := s.at[g]
				count[f] += s.n
				sum[f] += s.n * (s.y - fitted[n] + weight[f])
			}
			for n, s := range samples {
				f := s.at[g]
				fitted[n] += sum[f]/(count[f]+1) - weight[f]
			}
			for _, s := range samples {
				f := s.at[g]
				weight[f] = sum[f] / (count[f] + 1)
			}
		}
	}
	for f := range weight {
		weight[f] += mean / float64(groups)
	}
}
