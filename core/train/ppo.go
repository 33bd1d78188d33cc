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

// PPOConfig is what was chosen for [PPO]; its zero value is the default.
type PPOConfig struct {
	Hidden    int     `json:"hidden,omitempty"`    // width of both hidden layers of either network, default 64
	Rounds    int     `json:"rounds,omitempty"`    // of experience: each plays all episodes once; default 150
	Passes    int     `json:"passes,omitempty"`    // over a round's experience, default 4
	Batches   int     `json:"batches,omitempty"`   // a pass, default 8
	LearnRate float64 `json:"learnRate,omitempty"` // at first, default .003; falls to a twentieth
	Clip      float64 `json:"clip,omitempty"`      // default .2
	Lambda    float64 `json:"lambda,omitempty"`    // of the advantages, default .95
	Entropy   float64 `json:"entropy,omitempty"`   // bonus at first, default .01; falls to nothing
	Rest      float64 `json:"rest,omitempty"`      // chance of action 0 at first; default as of any other
}

func (c PPOConfig) filled() PPOConfig {
	for _, x := range []struct {
		at    *float64
		usual float64
	}{{&c.LearnRate, .003}, {&c.Clip, .2}, {&c.Lambda, .95}, {&c.Entropy, .01}} {
		if *x.at == 0 {
			*x.at = x.usual
		}
	}
	for _, x := range []struct {
		at    *int
		usual int
	}{{&c.Hidden, 64}, {&c.Rounds, 150}, {&c.Passes, 4}, {&c.Batches, 8}} {
		if *x.at == 0 {
			*x.at = x.usual
		}
	}
	return c
}

// PPO learns to act in w by proximal policy optimisation (Schulman et al.
// 2017): rounds of episodes under the policy so far; advantages by generalised
// estimation (Schulman et al. 2016) from a network of values; rewards beside
// their running mean, in running standard deviations; a clipped surrogate with
// a bonus for entropy. Of 20 judgements, in which the likeliest actions are
// played under luck of their own, the best one's weights are the policy.
// Determinism, cancelling and resuming are those of [GAN]; it also stops
// within a step of the world, but for judgements.
func PPO(ctx context.Context, w World, cfg PPOConfig, rng *rand.Rand, opt Options, report func(core.Progress)) (*Actor, error) {
	cfg = cfg.filled()
	episodes, steps, features, actions := w.Sizes()
	if !(cfg.Rest >= 0 && cfg.Rest < 1) {
		return nil, core.Errorf(core.Invalid, "action 0 has the chance %g at first", cfg.Rest).WithHint("at least 0 and less than 1")
	}
	if episodes < 1 || steps < 1 || features < 1 || actions < 2 || episodes*steps < cfg.Batches || cfg.Batches < 1 {
		return nil, core.Errorf(core.Invalid, "a world of %d episodes, %d steps, %d features and %d actions, learned in %d batches", episodes, steps, features, actions, cfg.Batches)
	}
	seed, err := begins(rng, opt)
	if err != nil {
		return nil, err
	}
	p, err := newPPO(ctx, w, cfg, seed, opt.Device)
	if err != nil {
		return nil, err
	}
	defer p.machine.Close()
	err = p.run(ctx, p, opt, report)
	if p.kept == nil {
		return nil, err
	}
	return &Actor{denseNet(p.actor, p.kept)}, err
}

// ppo is a training under way.
type ppo struct {
	training
	ctx                                context.Context // of the training: a round of experience is long
	world                              World
	cfg                                PPOConfig
	episodes, length, features, choose int
	batch                              int

	actor, critic []*nn.Dense
	loss          *clipped
	x             []float32
	cost          *gorgonia.Node
	value         [2]float64

	// A round's decisions, step by step of all episodes.
	state, can, action, was, advantage, target []float32
	scale                                      []float32 // running mean and deviation of rewards, and the last round's mean return
	order                                      []int
	pass                                       int // whose order it is, from 1
}

func newPPO(ctx context.Context, w World, cfg PPOConfig, seed uint64, on nn.Device) (*ppo, error) {
	p := &ppo{ctx: ctx, world: w, cfg: cfg}
	p.episodes, p.length, p.features, p.choose = w.Sizes()
	n := p.episodes * p.length
	p.batch = n / cfg.Batches
	p.state, p.can = make([]float32, n*p.features), make([]float32, n*p.choose)
	p.action, p.was, p.advantage, p.target = make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	p.scale = make([]float32, 3)
	p.training = training{
		graph: newGraph(on), seed: seed, steps: cfg.Rounds * cfg.Passes * cfg.Batches, losses: []string{"loss", "return"}, scored: "score",
		judgements: 20, beside: [][]float32{p.state, p.can, p.action, p.was, p.advantage, p.target, p.scale},
	}
	var err error
	if p.print, err = p.fingerprint(); err != nil {
		return nil, err
	}
	p.x = make([]float32, p.batch*p.features)
	p.loss = &clipped{actions: p.choose, clip: cfg.Clip, value: .5, can: make([]bool, p.batch*p.choose), action: make([]int32, p.batch),
		was: make([]float32, p.batch), advantage: make([]float32, p.batch), target: make([]float32, p.batch)}
	h := cfg.Hidden
	layers := func(out int) []*nn.Dense {
		return []*nn.Dense{{In: p.features, Out: h, Act: nn.ReLU}, {In: h, Out: h, Act: nn.ReLU}, {In: h, Out: out}}
	}
	p.actor, p.critic = layers(p.choose), layers(1)
	return p, p.build()
}

// fingerprint tells worlds apart by what they bring whoever always takes the
// last of the actions.
func (p *ppo) fingerprint() (print [32]byte, err error) {
	c := p.cfg
	sum := sha256.New()
	for _, x := range []int{p.episodes, p.length, p.features, p.choose, c.Hidden, c.Rounds, c.Passes, c.Batches} {
		binary.Write(sum, binary.LittleEndian, int64(x))
	}
	got, err := Play(p.ctx, p.world, 0, func(state []float32, can []bool, action []int32) {
		for e := range action {
			for j := range p.choose {
				if can[e*p.choose+j] {
					action[e] = int32(j)
				}
			}
		}
		binary.Write(sum, binary.LittleEndian, state)
	})
	if err != nil {
		return print, core.Wrap(err, "looking at the world")
	}
	binary.Write(sum, binary.LittleEndian, []float64{c.LearnRate, c.Clip, c.Lambda, c.Entropy, c.Rest})
	binary.Write(sum, binary.LittleEndian, got)
	return [32]byte(sum.Sum(nil)), nil
}

func (p *ppo) build() error {
	building.Lock()
	defer building.Unlock()
	in := p.input("state", p.batch, p.features, p.x)
	var ends []*gorgonia.Node
	for n, net := range [][]*nn.Dense{p.actor, p.critic} {
		x, err := in, error(nil)
		for i, d := range net {
			name := string([]rune{rune('a' + n), rune('1' + i)})
			if x, err = p.fuse(d, []bool{i > 0, true, true}, x, p.weights("W"+name, d.In, d.Out, d.In), p.weights("b"+name, 1, d.Out, d.In)); err != nil {
				return core.Wrap(err, "layer %s", name)
			}
		}
		ends = append(ends, x)
	}
	// At first states make no difference. Where acting uses something up, who
	// acts as often as not would never see what it is worth later.
	for _, w := range p.params[4:6] {
		for i := range w.w {
			w.w[i] *= .01
		}
	}
	if r := p.cfg.Rest; r > 0 {
		p.params[5].w[0] = float32(math.Log(r / (1 - r) * float64(p.choose-1)))
	}
	var err error
	if p.cost, err = p.fuse(p.loss, []bool{true, true}, ends...); err != nil {
		return core.Wrap(err, "the loss")
	}
	if err := p.differentiate(p.cost, p.params); err != nil {
		return err
	}
	p.averaged = p.params[:2*len(p.actor)]
	// Each by itself: large misses of values are not to hold the policy back.
	for _, own := range [][]*param{p.averaged, p.params[2*len(p.actor):]} {
		p.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .999}, rate: p.cfg.LearnRate, clip: .5, schedule: schedule{last: .05}}, own)
	}
	return p.ready()
}

func (p *ppo) step(i int) ([]float64, error) {
	of := p.cfg.Passes * p.cfg.Batches
	if i%of == 0 {
		if err := p.collect(i / of); err != nil {
			return nil, err
		}
	}
	if pass := i/p.cfg.Batches + 1; p.pass != pass {
		p.pass, p.order = pass, generator(p.seed, forRows, pass).Perm(len(p.action))
	}
	for r, row := range p.order[i%p.cfg.Batches*p.batch:][:p.batch] {
		copy(p.x[r*p.features:(r+1)*p.features], p.state[row*p.features:])
		for j, x := range p.can[row*p.choose : (row+1)*p.choose] {
			p.loss.can[r*p.choose+j] = x > 0
		}
		p.loss.action[r], p.loss.was[r] = int32(p.action[row]), p.was[row]
		p.loss.advantage[r], p.loss.target[r] = p.advantage[row], p.target[row]
	}
	p.loss.entropy = p.cfg.Entropy * (1 - float64(i)/float64(p.steps))
	p.device.Send(p.x)
	if err := p.training.pass(i); err != nil {
		return nil, err
	}
	p.value = [2]float64{float64(floats(p.cost.Value())[0]), float64(p.scale[2])}
	for _, s := range p.solvers {
		if err := s.step(i, p.steps); err != nil {
			return nil, err
		}
	}
	return p.value[:], nil
}

// collect plays all episodes once under the policy so far. Nothing but the
// round's decisions changes, and these only when it was not cancelled.
func (p *ppo) collect(round int) error {
	weights := make([][]float32, len(p.params))
	for i, w := range p.params {
		p.device.Fetch(w.w)
		weights[i] = w.w
	}
	actor, critic := denseNet(p.actor, weights), denseNet(p.critic, weights[2*len(p.actor):])
	n, can, chance := p.episodes, make([]bool, p.episodes*p.choose), make([]float64, p.choose)
	action, reward := make([]int32, n), make([]float32, n*p.length)
	value := make([]float32, n*(p.length+1)) // nothing is expected of the time after
	p.world.Begin(generator(p.seed, forLatent, round).Uint64())
	for t := range p.length {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		state := p.state[t*n*p.features:][:n*p.features]
		p.world.See(state, can)
		logits, luck := actor.Forward(state, n), generator(p.seed, forGumbel, round*p.length+t)
		copy(value[t*n:], critic.Forward(state, n))
		for e := range n {
			may := can[e*p.choose : (e+1)*p.choose]
			chances(logits[e*p.choose:(e+1)*p.choose], may, chance)
			a, x := -1, luck.Float64()
			for j, c := range chance {
				if c > 0 {
					a = j
					if x -= c; x < 0 {
						break
					}
				}
			}
			action[e] = int32(a)
			p.action[t*n+e], p.was[t*n+e] = float32(a), float32(math.Log(chance[a]))
			for j, is := range may {
				p.can[(t*n+e)*p.choose+j] = 0
				if is {
					p.can[(t*n+e)*p.choose+j] = 1
				}
			}
		}
		p.world.Act(action, reward[t*n:(t+1)*n])
	}
	p.judgeRewards(round, reward)
	p.estimate(reward, value)
	return nil
}

// judgeRewards brings rewards to their running mean and deviation.
func (p *ppo) judgeRewards(round int, reward []float32) {
	sum, squares := 0.0, 0.0
	for _, r := range reward {
		sum, squares = sum+float64(r), squares+float64(r)*float64(r)
	}
	mean := sum / float64(len(reward))
	sd := math.Sqrt(max(0, squares/float64(len(reward))-mean*mean))
	keep := float32(.9)
	if round == 0 {
		keep = 0
	}
	p.scale[0] = keep*p.scale[0] + (1-keep)*float32(mean)
	p.scale[1] = keep*p.scale[1] + (1-keep)*float32(sd)
	p.scale[2] = float32(sum / float64(p.episodes))
	for i := range reward {
		reward[i] = (reward[i] - p.scale[0]) / max(p.scale[1], 1e-6)
	}
}

// estimate fills advantages and targets of values.
func (p *ppo) estimate(reward, value []float32) {
	n := p.episodes
	sum, squares := 0.0, 0.0
	for e := range n {
		later := 0.0
		for t := p.length - 1; t >= 0; t-- {
			at := t*n + e
			later = float64(reward[at]+value[at+n]-value[at]) + p.cfg.Lambda*later
			p.advantage[at], p.target[at] = float32(later), float32(later)+value[at]
			sum, squares = sum+later, squares+later*later
		}
	}
	all := float64(len(p.advantage))
	mean := sum / all
	sd := max(1e-6, math.Sqrt(max(0, squares/all-mean*mean)))
	for i, a := range p.advantage {
		p.advantage[i] = float32((float64(a) - mean) / sd)
	}
}

// score is what an episode brings on average when the likeliest actions are
// taken. It is not cut short, or a resumed training would keep other weights.
func (p *ppo) score(mean [][]float32) float64 {
	a := &Actor{denseNet(p.actor, mean)}
	got, _ := Play(context.Background(), p.world, generator(p.seed, forJudge, 0).Uint64(), a.Decide)
	sum := 0.0
	for _, r := range got {
		sum += r
	}
	return sum / float64(len(got))
}
