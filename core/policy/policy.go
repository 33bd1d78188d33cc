// Package policy says what a policy would have earned, from a log of what
// another one did.
//
// A [Log] holds one row for each decision: what was known, what was done with
// which probability, what came of it. [Evaluate] values a target policy on it
// by inverse propensities (IPS), the same self-normalised (SNIPS), doubly
// robust (DR; Dudík, Langford and Li, 2011), that self-normalised (SNDR;
// Robins et al., 2007) and with large weights held
// down (DRos; Su et al., 2020) or left to the model (Switch; Wang, Agarwal and
// Dudík, 2017) and fitted Q evaluation (FQE; Le, Voloshin and Yue, 2019), with
// bootstrap intervals, and refuses where the log tells too little of the
// target.
package policy

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Log is what was done. Rows of one episode follow each other; Episode is nil
// when each decision stands alone.
type Log struct {
	Context    *table.Table // what was known, a row for each decision; may have no columns
	Actions    int          // how many there were to choose from
	Action     []int        // in [0, Actions)
	Reward     []float64
	Propensity []float64 // probability of that action under the policy that logged, in (0, 1]
	Episode    []int     // equal for decisions of one episode
}

// Target is a policy: the probability of each action in each row of a log,
// rows*Actions.
type Target []float64

// Config is what was chosen; its zero value is the default.
type Config struct {
	Resamples int     // of the bootstrap, default 1000
	Level     float64 // of the intervals, default .95
	Discount  float64 // of rewards one step later in an episode, default 1
	Folds     int     // for DR's models of reward, which never see the rows they are asked about; default 2
	Enough    float64 // effective sample size below which nothing is said, default 200
}

// Estimate is the target's mean reward by one method: of a decision, or of an
// episode where there are any. FQE's interval leaves out that its model may be
// wrong, so it is too narrow, and those of switch and dros leave out what
// holding weights down bends towards the model; the others need no model to be
// right.
type Estimate struct {
	Method string  `json:"method"` // ips, snips, dr, fqe; sndr, switch and dros where decisions stand alone
	Value  float64 `json:"value"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
}

// Report is how sure one may be, and the estimates.
type Report struct {
	Rows      int        `json:"rows"`
	Episodes  int        `json:"episodes"`
	Logged    float64    `json:"logged"`    // what the logging policy earned
	Effective float64    `json:"effective"` // sample size: (sum of weights)² / sum of their squares
	Largest   float64    `json:"largest"`   // weight
	Estimates []Estimate `json:"estimates"`
	// Chosen is the method, FQE apart, whose squared error is least by what the
	// log says of it: variance, and the square of what held-down weights leave out.
	Chosen string `json:"chosen"`
	Model  string `json:"model"` // of reward, by which DR errs least on the log: trees or means (of actions, shrunk)
}

func (c Config) withDefaults() Config {
	if c.Resamples == 0 {
		c.Resamples = 1000
	}
	if c.Level == 0 {
		c.Level = 0.95
	}
	if c.Discount == 0 {
		c.Discount = 1
	}
	if c.Folds == 0 {
		c.Folds = 2
	}
	if c.Enough == 0 {
		c.Enough = 200
	}
	return c
}

// Evaluate values target on l. The weight of an episode is the product of its
// decisions' probability ratios. DR's and FQE's model of reward are boosted
// trees on context and action or, where decisions stand alone and DR errs less
// with them on the other folds, means of actions shrunk to the mean of all.
//
// It is an error if lengths differ, a propensity is not in (0, 1], the
// target's probabilities do not sum to 1, or the effective sample size is
// below Enough: then the log and the target do different things, and any
// figure would be one of chance. The same rng state gives the same report; it
// stops between two models once ctx is cancelled. O(rows × actions × trees).
func Evaluate(ctx context.Context, l *Log, target Target, cfg Config, rng *rand.Rand) (*Report, error) {
	cfg = cfg.withDefaults()
	if err := l.check(target); err != nil {
		return nil, err
	}
	first := l.episodes() // rows at which episodes begin, and one more
	n := len(first) - 1
	r := &Report{Rows: len(l.Action), Episodes: n}
	weight, ret := make([]float64, n), make([]float64, n)
	var sum, squares float64
	for e := range n {
		weight[e] = 1
		gamma := 1.0
		for i := first[e]; i < first[e+1]; i++ {
			weight[e] *= target[i*l.Actions+l.Action[i]] / l.Propensity[i]
			ret[e] += gamma * l.Reward[i]
			gamma *= cfg.Discount
		}
		sum += weight[e]
		squares += weight[e] * weight[e]
		r.Largest = max(r.Largest, weight[e])
		r.Logged += ret[e] / float64(n)
	}
	if squares > 0 {
		r.Effective = sum * sum / squares
	}
	if r.Effective < cfg.Enough {
		return nil, core.Errorf(core.Unsupported, "the log tells too little of this policy: its %d rows are worth %.0f, the largest weight is %.1f", r.Rows, r.Effective, r.Largest).
			WithHint("at least %.0f are needed: log more, or value a policy nearer to the one that logged", cfg.Enough)
	}
	m, err := l.models(ctx, target, first, cfg)
	if err != nil {
		return nil, err
	}
	r.Model = m.name
	ips := make([]float64, n)
	for e := range ips {
		ips[e] = weight[e] * ret[e]
	}
	all := []series{{method: "ips", x: ips}, {method: "snips", x: ips, by: weight}, {method: "dr", x: m.robust}}
	r.Chosen = "dr"
	if n == len(l.Action) {
		held, best := m.held(weight, l.Reward)
		all, r.Chosen = append(append(all, m.normalised(weight)), held...), best
	}
	r.bootstrap(cfg, rng, append(all, series{method: "fqe", x: m.value}))
	return r, nil
}

func (l *Log) check(target Target) error {
	n := len(l.Action)
	if n == 0 || l.Actions < 2 {
		return core.Errorf(core.Invalid, "the log has %d rows and %d actions", n, l.Actions).WithHint("it needs rows, and two actions at least")
	}
	if len(l.Reward) != n || len(l.Propensity) != n || len(target) != n*l.Actions || l.Episode != nil && len(l.Episode) != n ||
		l.Context != nil && len(l.Context.Columns) > 0 && l.Context.Rows() != n {
		return core.Errorf(core.Invalid, "the log's columns have different lengths")
	}
	for i, q := range l.Propensity {
		switch {
		case !(q > 0 && q <= 1):
			return core.Errorf(core.Invalid, "row %d: a propensity of %g", i+1, q).WithHint("it is the probability of what was done, above 0 and at most 1")
		case l.Action[i] < 0 || l.Action[i] >= l.Actions:
			return core.Errorf(core.Invalid, "row %d: action %d of %d", i+1, l.Action[i], l.Actions)
		case math.IsNaN(l.Reward[i]) || math.IsInf(l.Reward[i], 0):
			return core.Errorf(core.Invalid, "row %d: the reward is not a number", i+1).WithHint("leave out rows of which nothing is known")
		}
		sum := 0.0
		for _, p := range target[i*l.Actions : (i+1)*l.Actions] {
			if !(p >= 0) {
				return core.Errorf(core.Invalid, "row %d: the policy gives an action the probability %g", i+1, p)
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-6 {
			return core.Errorf(core.Invalid, "row %d: the policy's probabilities sum to %g", i+1, sum).WithHint("they must sum to 1")
		}
	}
	return nil
}

func (l *Log) episodes() []int {
	var first []int
	for i := range l.Action {
		if i == 0 || l.Episode == nil || l.Episode[i] != l.Episode[i-1] {
			first = append(first, i)
		}
	}
	return append(first, len(l.Action))
}

// series is what one method says of each episode; its estimate is the mean,
// or the sum over that of the weights, and the mean of plus.
type series struct {
	method      string
	x, by, plus []float64
}

// bootstrap resamples episodes; intervals are percentiles (Efron, 1979).
func (r *Report) bootstrap(cfg Config, rng *rand.Rand, all []series) {
	n := r.Episodes
	mean := func(s series, rows []int) float64 {
		var sum, by, plus float64
		for _, e := range rows {
			sum += s.x[e]
			if s.by != nil {
				by += s.by[e]
			}
			if s.plus != nil {
				plus += s.plus[e]
			}
		}
		if s.by == nil {
			by = float64(len(rows))
		}
		return sum/max(by, 1e-300) + plus/float64(len(rows))
	}
	rows := make([]int, n)
	for e := range rows {
		rows[e] = e
	}
	drawn := make([][]float64, len(all))
	for _, s := range all {
		r.Estimates = append(r.Estimates, Estimate{Method: s.method, Value: mean(s, rows)})
	}
	for range cfg.Resamples {
		for e := range rows {
			rows[e] = rng.IntN(n)
		}
		for k, s := range all {
			drawn[k] = append(drawn[k], mean(s, rows))
		}
	}
	for k := range all {
		slices.Sort(drawn[k])
		at := func(q float64) float64 { return drawn[k][int(q*float64(cfg.Resamples-1)+0.5)] }
		r.Estimates[k].Lo, r.Estimates[k].Hi = at((1-cfg.Level)/2), at((1+cfg.Level)/2)
	}
}
