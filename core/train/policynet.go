package train

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// Decisions are a log of what was done, in what state, and what came of it.
type Decisions struct {
	Features int       // of a state
	Actions  int       // that could be taken
	State    []float32 // rows x Features
	Action   []int32   // by row
	Reward   []float32 // by row
	Weight   []float32 // by row: what it counts; nil is 1
}

// PolicyConfig is what was chosen for [Policy]; its zero value is the default.
type PolicyConfig struct {
	Hidden    int     `json:"hidden,omitempty"` // width of both hidden layers, default 64
	Epochs    int     `json:"epochs,omitempty"` // default 100
	Batch     int     `json:"batch,omitempty"`  // default 256
	LearnRate float64 `json:"learnRate,omitempty"`
	// Caution is what the log's own actions are favoured by; default .05. The
	// penalty is ln Σ exp Q less Q of what was done, in the rewards' standard
	// deviations: what the log rarely shows is not believed to be good.
	Caution float64 `json:"caution,omitempty"`
	HoldOut float64 `json:"holdOut,omitempty"` // share of the rows that choose the epoch; default .1
}

func (c PolicyConfig) filled() PolicyConfig {
	for _, x := range []struct {
		at    *float64
		usual float64
	}{{&c.LearnRate, .001}, {&c.Caution, .05}, {&c.HoldOut, .1}} {
		if *x.at == 0 {
			*x.at = x.usual
		}
	}
	for _, x := range []struct {
		at    *int
		usual int
	}{{&c.Hidden, 64}, {&c.Epochs, 100}, {&c.Batch, 256}} {
		if *x.at == 0 {
			*x.at = x.usual
		}
	}
	return c
}

// Decider is a policy: the action whose expected reward is highest.
type Decider struct {
	Net         *nn.Net // states to rewards by action, in standard deviations
	Mean, Scale float64 // of the rewards
}

// Values returns the expected reward of each action, rows x actions.
func (d *Decider) Values(state []float32) []float64 {
	rows := len(state) / d.Net.In()
	out := make([]float64, rows*d.Net.Out())
	for i, q := range d.Net.Forward(state, rows) {
		out[i] = d.Mean + d.Scale*float64(q)
	}
	return out
}

// Policy fits what each action is worth in each state to a log of decisions by
// conservative Q-learning (Kumar et al. 2020) of one step: the reward holds
// all that a decision brings. extra, if not nil, are more decisions, such as
// synthetic ones; they never choose the epoch. Determinism, cancelling and
// resuming are those of [GAN]; "score" is the negative loss of the rows held
// out.
func Policy(ctx context.Context, log, extra *Decisions, cfg PolicyConfig, rng *rand.Rand, opt Options, report func(core.Progress)) (*Decider, error) {
	cfg = cfg.filled()
	if err := log.check(); err != nil {
		return nil, err
	}
	if extra != nil {
		if err := extra.check(); err != nil {
			return nil, err
		}
		if extra.Features != log.Features || extra.Actions != log.Actions {
			return nil, core.Errorf(core.Invalid, "more decisions of %d features and %d actions, the log has %d and %d", extra.Features, extra.Actions, log.Features, log.Actions)
		}
	}
	seed, err := begins(rng, opt)
	if err != nil {
		return nil, err
	}
	p, err := newPolicy(log, extra, cfg, seed, opt.Device)
	if err != nil {
		return nil, err
	}
	defer p.machine.Close()
	err = p.run(ctx, p, opt, report)
	if p.kept == nil {
		return nil, err
	}
	return &Decider{denseNet(p.layers, p.kept), p.offset, p.scale}, err
}

func (d *Decisions) check() error {
	n := len(d.Action)
	if n < 100 || d.Actions < 2 || d.Features < 1 || len(d.State) != n*d.Features || len(d.Reward) != n || d.Weight != nil && len(d.Weight) != n {
		return core.Errorf(core.Invalid, "a log of %d decisions among %d actions, with %d numbers of state and %d rewards", n, d.Actions, len(d.State), len(d.Reward)).
			WithHint("give at least 100 decisions, each with its state and its reward")
	}
	for i, a := range d.Action {
		if a < 0 || int(a) >= d.Actions {
			return core.Errorf(core.Invalid, "decision %d took action %d of %d", i+1, a, d.Actions)
		}
		if r := float64(d.Reward[i]); math.IsNaN(r) || math.IsInf(r, 0) {
			return core.Errorf(core.Invalid, "decision %d has the reward %g", i+1, r)
		}
	}
	return nil
}

// policy is a training under way.
type policy struct {
	training
	log           *Decisions // and extra behind it
	learn, aside  []int      // rows
	offset, scale float64
	layers        []*nn.Dense
	loss          *cautious
	x             []float32
	cost          *gorgonia.Node
	value         [1]float64
}

func newPolicy(log, extra *Decisions, cfg PolicyConfig, seed uint64, on nn.Device) (*policy, error) {
	all := *log
	if all.Weight == nil {
		all.Weight = ones(len(log.Action))
	}
	if extra != nil {
		weight := extra.Weight
		if weight == nil {
			weight = ones(len(extra.Action))
		}
		all.State, all.Action = joined(log.State, extra.State), joined(log.Action, extra.Action)
		all.Reward, all.Weight = joined(log.Reward, extra.Reward), joined(all.Weight, weight)
	}
	p := &policy{log: &all}
	pick := generator(seed, forSplit, 0)
	for i := range all.Action {
		if i < len(log.Action) && pick.Float64() < cfg.HoldOut {
			p.aside = append(p.aside, i)
		} else {
			p.learn = append(p.learn, i)
		}
	}
	cfg.Batch = min(cfg.Batch, len(p.learn))
	p.measure(len(log.Action))
	p.training = training{
		graph: newGraph(on), seed: seed, steps: cfg.Epochs * (len(p.learn) / cfg.Batch), losses: []string{"loss"}, scored: "score",
		decay: .99, judgements: 20, near: 0,
	}
	sum := sha256.New()
	for _, x := range []any{cfg.LearnRate, cfg.Caution, cfg.HoldOut, int64(cfg.Hidden), int64(cfg.Batch), int64(cfg.Epochs), all.State, all.Action, all.Reward, all.Weight} {
		binary.Write(sum, binary.LittleEndian, x)
	}
	p.print = [32]byte(sum.Sum(nil))
	p.x = make([]float32, cfg.Batch*log.Features)
	p.loss = &cautious{actions: log.Actions, caution: float32(cfg.Caution), action: make([]int32, cfg.Batch), reward: make([]float32, cfg.Batch), weight: make([]float32, cfg.Batch)}
	h := cfg.Hidden
	p.layers = []*nn.Dense{{In: log.Features, Out: h, Act: nn.ReLU}, {In: h, Out: h, Act: nn.ReLU}, {In: h, Out: log.Actions}}
	return p, p.build(cfg)
}

func ones(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

func joined[T any](a, b []T) []T { return append(append(make([]T, 0, len(a)+len(b)), a...), b...) }

// measure finds mean and standard deviation of the log's own rewards.
func (p *policy) measure(own int) {
	sum, squares, n := 0.0, 0.0, 0.0
	for i, r := range p.log.Reward[:own] {
		w := float64(p.log.Weight[i])
		sum, squares, n = sum+w*float64(r), squares+w*float64(r)*float64(r), n+w
	}
	p.offset = sum / n
	p.scale = max(1e-9, math.Sqrt(max(0, squares/n-p.offset*p.offset)))
}

func (p *policy) build(cfg PolicyConfig) error {
	building.Lock()
	defer building.Unlock()
	x := p.input("state", cfg.Batch, p.log.Features, p.x)
	var err error
	for i, d := range p.layers {
		name := string(rune('1' + i))
		if x, err = p.fuse(d, []bool{i > 0, true, true}, x, p.weights("W"+name, d.In, d.Out, d.In), p.weights("b"+name, 1, d.Out, d.In)); err != nil {
			return core.Wrap(err, "layer %s", name)
		}
	}
	if p.cost, err = p.fuse(p.loss, []bool{true}, x); err != nil {
		return core.Wrap(err, "the loss")
	}
	if err := p.differentiate(p.cost, p.params); err != nil {
		return err
	}
	p.averaged = p.params
	p.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .999}, rate: cfg.LearnRate, clip: 10, schedule: schedule{warmUp: .02, hold: .5, last: .05}}, p.params)
	return p.ready()
}

func (p *policy) step(i int) ([]float64, error) {
	batch, f := len(p.loss.action), p.log.Features
	rng := generator(p.seed, forRows, i)
	for r := range batch {
		p.fill(r, p.learn[rng.IntN(len(p.learn))], f)
	}
	p.device.Send(p.x)
	if err := p.pass(i); err != nil {
		return nil, err
	}
	p.value[0] = float64(floats(p.cost.Value())[0])
	return p.value[:], p.solvers[0].step(i, p.steps)
}

func (p *policy) fill(r, row, f int) {
	copy(p.x[r*f:(r+1)*f], p.log.State[row*f:])
	p.loss.action[r], p.loss.weight[r] = p.log.Action[row], p.log.Weight[row]
	p.loss.reward[r] = float32((float64(p.log.Reward[row]) - p.offset) / p.scale)
}

// score is the negative squared error of the rows held out; without any, the
// last epoch counts.
func (p *policy) score(mean [][]float32) float64 {
	if len(p.aside) == 0 {
		return float64(p.solvers[0].rule.Step)
	}
	net, f := denseNet(p.layers, mean), p.log.Features
	x := make([]float32, 0, len(p.aside)*f)
	for _, row := range p.aside {
		x = append(x, p.log.State[row*f:(row+1)*f]...)
	}
	q := net.Forward(x, len(p.aside))
	sum, n := 0.0, 0.0
	for i, row := range p.aside {
		w := float64(p.log.Weight[row])
		d := float64(q[i*p.log.Actions+int(p.log.Action[row])]) - (float64(p.log.Reward[row])-p.offset)/p.scale
		sum, n = sum+w*d*d, n+w
	}
	return -sum / max(n, 1e-9)
}

// cautious is the loss of conservative Q-learning, by row
//
//	weight (½ (Q[action] - reward)² + caution (ln Σ exp Q - Q[action])),
//
// mean over the batch. Its input is Q, rows x actions.
type cautious struct {
	actions        int
	caution        float32
	action         []int32
	reward, weight []float32
}

func (c *cautious) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (c *cautious) Forward(out []float32, in [][]float32) {
	sum := 0.0
	for r, a := range c.action {
		q := in[0][r*c.actions : (r+1)*c.actions]
		top, total := float64(q[0]), 0.0
		for _, x := range q {
			top = max(top, float64(x))
		}
		for _, x := range q {
			total += math.Exp(float64(x) - top)
		}
		d := float64(q[a] - c.reward[r])
		sum += float64(c.weight[r]) * (d*d/2 + float64(c.caution)*(top+math.Log(total)-float64(q[a])))
	}
	out[0] = float32(sum / float64(len(c.action)))
}

func (c *cautious) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	for r, a := range c.action {
		q, dq := in[0][r*c.actions:(r+1)*c.actions], grads[0][r*c.actions:(r+1)*c.actions]
		by := dout[0] * c.weight[r] / float32(len(c.action))
		top, total := float64(q[0]), 0.0
		for _, x := range q {
			top = max(top, float64(x))
		}
		for _, x := range q {
			total += math.Exp(float64(x) - top)
		}
		for j, x := range q {
			dq[j] = by * c.caution * float32(math.Exp(float64(x)-top)/total)
		}
		dq[a] += by * (q[a] - c.reward[r] - c.caution)
	}
}
