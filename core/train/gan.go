// Package train fits models to tables. It is the only package that knows
// Gorgonia: graph, differentiation, tape and solver interface are Gorgonia's,
// the layers are those of core/nn, each fused into one op. What is learned
// leaves as a plain value that predicts without this package.
package train

import (
	"context"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// Options is how a training is kept and taken up again; the zero value does
// neither.
type Options struct {
	// Resume is a checkpoint of the same table and configuration. The
	// training goes on where it was taken, with its seed: rng is not used.
	Resume []byte
	// Save, if not nil, gets a checkpoint after every Every steps, and once
	// more when the training is cancelled. It may keep the slice. Its error
	// ends the training.
	Save  func(checkpoint []byte) error
	Every int // 0: a twentieth of the steps

	// Memory is how many bytes the training may take; 0: any number. One that
	// would take more is refused before it begins.
	Memory int64
	// Continue is a model of the same engine that is trained on: its encoder
	// and weights are what the training begins with. The configuration must
	// be one of [Continued]. The new table needs the columns of the old one;
	// what the encoder does not know of it is told in the model's Warnings.
	Continue *synth.Model
	Device   nn.Device // where the arithmetic is done; nil: nn.CPU
}

// GAN fits a tabular GAN to t: a generator of softmax blocks, one for each
// block of the encoder, against a discriminator with a gradient penalty and a
// chi-squared loss on all pair tables ([nn.Game]).
//
// A tenth of the rows (Config.HoldOut, at most 4,096) is set aside and never
// learned from. An estimate of the report's Overall on them, seen from below,
// is reported as "quality", twenty times. The training ends when, in its
// second half, it has not been near its best for a quarter of the steps; the
// weights kept are the latest that were.
//
// report, if not nil, is called on the calling goroutine every few steps with
// the mean losses since. Once ctx is cancelled GAN stops within one step and
// returns the last model kept (nil before the first) with ctx's error. Same
// t, cfg and rng state, same weights, whatever the number of threads; the
// same holds for a training that was interrupted and resumed.
//
// The time of a step does not depend on the rows of t but on W, the sum of
// the encoder's widths: it grows in a line, and beyond some hundreds with W².
// Memory is 4 bytes a cell of t and about 24·W².
func GAN(ctx context.Context, t *table.Table, cfg synth.Config, rng *rand.Rand, opt Options, report func(core.Progress)) (*synth.Model, error) {
	return fit(ctx, t, cfg, rng, opt, report, ganFloats, func(b *begun, cfg synth.Config, on nn.Device) (synthesizer, error) {
		return newGAN(b, cfg, on)
	})
}

// gan is a training under way.
type gan struct {
	training
	cfg synth.Config

	learn  rows
	judges *judge
	game   *nn.Game
	dense  []*nn.Dense // the generator's layers
	turns  int         // of the critic to one of the generator

	latent, gumbel, probe []float32 // noise, refilled every step
	noise                 noise
	loss                  [3]float64

	generator, critic *solver

	// sanitise, if not nil, adds what real rows have to say to the critic's
	// gradients.
	sanitise func() error
}

// ganFloats estimates what a training keeps: matrices of pairs of codes, what
// one batch leaves in the layers, and the weights with their solvers.
func ganFloats(cfg synth.Config, w, _ int) int {
	h, z, c := cfg.Hidden, cfg.Latent, cfg.Critic
	generator, between := 0, 0
	in := z
	for range cfg.Depth {
		generator, between, in = generator+in*h, between+in, in+h
	}
	generator, between = generator+in*w, between+in
	critic := w * c
	batch := cfg.Batch * (9*w + 4*c + 2*between + 3*h)
	if cfg.Loss == "wasserstein" {
		batch += cfg.Batch * (2*w + 3*c)
	}
	return 7*w*w + batch + judgeFloats(cfg, w) + 6*generator + 4*critic
}

// judgeFloats is what a judge takes beside its tables.
func judgeFloats(cfg synth.Config, w int) int {
	return judgeRows*cfg.Latent + judgeChunk*(w+3*cfg.Hidden+2*cfg.Latent)
}

// adversaries are what [synth.Config]'s Loss names.
var adversaries = map[string]nn.Adversary{
	"nonsaturating": nn.NonSaturating, "hinge": nn.HingeLoss, "relativistic": nn.RelativisticLoss, "wasserstein": nn.WassersteinLoss,
}

const (
	maxDepth         = 6
	wassersteinTurns = 3 // a distance is one only under a critic that is good
)

func newGAN(b *begun, cfg synth.Config, on nn.Device) (*gan, error) {
	loss, ok := adversaries[cfg.Loss]
	switch {
	case !ok:
		return nil, core.Errorf(core.Unsupported, "there is no loss %q", cfg.Loss).WithHint("choose nonsaturating, hinge, relativistic or wasserstein")
	case cfg.Depth > maxDepth:
		return nil, core.Errorf(core.Invalid, "a generator of %d hidden layers is too deep", cfg.Depth).WithHint("take %d at most", maxDepth)
	}
	g := &gan{cfg: cfg, learn: b.learn, noise: noise{seed: b.seed}, turns: 1}
	if loss == nn.WassersteinLoss {
		g.turns = wassersteinTurns
	}
	g.training = training{
		graph: newGraph(on), seed: b.seed, steps: cfg.Steps, losses: []string{"loss_d", "loss_g", "moment"}, scored: "quality",
		decay: max(0, cfg.EMA), judgements: 20, patience: 5, near: .001,
	}
	pairs := b.learn.pairs()
	g.judges = newJudge(b.aside, b.learn, pairs, cfg.Latent, b.seed)
	g.look(newWatch(b.learn, b.aside, g.judges.latent, b.seed), g.net)
	g.print = fingerprint(cfg, b.widths, b.learn, b.aside)
	widths, width := b.widths, b.learn.width

	batch := max(2, cfg.Batch) &^ 1 // the moment loss wants two halves
	g.game = &nn.Game{
		Critic: &nn.Critic{
			Width: width, Hidden: cfg.Critic, Blocks: len(widths),
			Sigma: float32(cfg.Sigma), Gamma: float32(max(0, cfg.Gamma)), Loss: loss,
			Real: make([]int32, batch*len(widths)),
		},
		Moments: nn.NewMoments(widths, pairs),
		Weight:  float32(max(0, cfg.Moment)),
	}
	return g, g.build(widths, width, batch)
}

// build makes the graph: dense layers from noise to logits, each
// handing its input on, the blocks' softmax, and both players' losses.
func (g *gan) build(widths []int, width, batch int) error {
	building.Lock()
	defer building.Unlock()
	c := g.cfg
	g.latent = make([]float32, batch*c.Latent)
	g.gumbel = make([]float32, batch*width)
	g.probe = make([]float32, batch*width)
	for i := range g.gumbel {
		g.gumbel[i] = 1 // not drawn during the warm-up, but must be positive
	}

	x := g.input("z", batch, c.Latent, g.latent)
	in := c.Latent
	for i := range c.Depth {
		d := &nn.Dense{In: in, Out: c.Hidden, Act: nn.ReLU, Skip: true}
		if i > 0 {
			d.Tail = c.Latent
		}
		g.dense = append(g.dense, d)
		in += c.Hidden
	}
	g.dense = append(g.dense, &nn.Dense{In: in, Out: width, Tail: c.Latent})
	var err error
	for i, d := range g.dense {
		name := string(rune('1' + i))
		w, b := g.weights("W"+name, d.In, d.Out, d.In), g.weights("b"+name, 1, d.Out, d.In)
		if x, err = g.fuse(d, []bool{i > 0, true, true}, x, w, b); err != nil {
			return core.Wrap(err, "layer %d of the generator", i+1)
		}
	}
	if x, err = g.fuse(nn.NewHeads(widths, c.Tau), []bool{true, false}, x, g.input("gumbel", batch, width, g.gumbel)); err != nil {
		return core.Wrap(err, "the generator's heads")
	}
	cost, err := g.fuse(g.game, []bool{true, false, true, true, true}, x, g.input("probe", batch, width, g.probe),
		g.weights("C", width, c.Critic, width), g.weights("c", 1, c.Critic, width), g.weights("v", 1, c.Critic+1, c.Critic))
	if err != nil {
		return core.Wrap(err, "the critic")
	}
	if err := g.differentiate(cost, g.params); err != nil {
		return err
	}
	g.averaged = g.params[:2*len(g.dense)]
	rule := solver{rule: nn.AdamRule{Beta1: .5, Beta2: .9}, rate: c.LearnRate, schedule: schedule{hold: .5, last: c.Decay}}
	g.generator = g.solver(rule, g.averaged)
	g.critic = g.solver(rule, g.params[len(g.averaged):])
	return g.ready()
}

// step trains both players on one batch; where the losses want a critic that
// is ahead, it trains the critic on more of them first.
func (g *gan) step(i int) ([]float64, error) {
	g.game.WarmUp = float64(i) < g.cfg.WarmUp*float64(g.steps)
	for turn := range g.turns {
		if g.game.WarmUp && turn < g.turns-1 {
			continue
		}
		if err := g.batch(i*g.turns+turn, i); err != nil {
			return nil, err
		}
		if g.sanitise != nil && !g.game.WarmUp {
			if err := g.sanitise(); err != nil {
				return nil, err
			}
		}
		if !g.game.WarmUp {
			if err := g.critic.step(i, g.steps); err != nil {
				return nil, err
			}
		}
	}
	if err := g.generator.step(i, g.steps); err != nil {
		return nil, err
	}
	g.loss = [...]float64{g.game.LossD, g.game.LossG, g.game.LossM}
	return g.loss[:], nil
}

// batch draws batch n and passes it through the graph, at step i.
func (g *gan) batch(n, i int) error {
	g.draw(g.latent, forLatent, n, normal())
	if !g.game.WarmUp {
		g.draw(g.gumbel, forGumbel, n, exponential())
		g.draw(g.probe, forCritic, n, normal())
		rng := generator(g.seed, forRows, n)
		blocks := g.learn.blocks
		real := g.game.Critic.Real
		for at := 0; at < len(real); at += blocks {
			row := g.learn.ones[rng.IntN(g.learn.len())*blocks:]
			for b := range blocks {
				real[at+b] = int32(row[b])
			}
		}
	}
	return g.pass(i)
}

func (g *gan) draw(x []float32, what purpose, i int, from *quantiles) {
	g.noise.fill(x, what, i, from)
	g.device.Send(x)
}

// score is an estimate of the report's Overall, seen from below.
func (g *gan) score(mean [][]float32) float64 { return g.judges.quality(g.net(mean)) }

// net returns the generator with the given weights, which it copies.
func (g *gan) net(weights [][]float32) *nn.Net { return denseNet(g.dense, weights) }

func (g *gan) body(weights [][]float32) synth.Body { return synth.Network{Net: g.net(weights)} }
