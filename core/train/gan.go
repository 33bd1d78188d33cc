// Package train fits models to tables. It is the only package that knows
// Gorgonia: graph, differentiation, tape and solver interface are Gorgonia's,
// the layers are those of core/nn, each fused into one op. What is learned
// leaves as a plain value that predicts without this package.
package train

import (
	"context"
	"math"
	"math/rand/v2"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/encode"
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
	cfg = cfg.WithDefaults()
	if t.Rows() == 0 {
		return nil, core.Errorf(core.Invalid, "table %q has no rows to learn from", t.Name)
	}
	seed := uint64(0)
	if opt.Resume != nil {
		var err error
		if seed, err = seedOf(opt.Resume); err != nil {
			return nil, err
		}
	} else {
		seed = rng.Uint64()
	}
	enc, err := encode.Fit(t, cfg.Encode, generator(seed, forEncoding, 0))
	if err != nil {
		return nil, err
	}
	codes, err := enc.Codes(t)
	if err != nil {
		return nil, err
	}
	model := &synth.Model{Config: cfg, Encoder: enc, TrainRows: t.Rows(), Seed: seed}
	widths := enc.Widths()
	if len(widths) == 0 {
		return model, nil // nothing varies: there is nothing to learn
	}
	if cfg.Rake {
		model.Pairs = synth.PairTables(codes, widths, cfg.Encode.MinCount)
	}
	g, err := newGAN(codes, widths, t.Rows(), cfg, seed)
	if err != nil {
		return nil, err
	}
	defer g.machine.Close()
	err = run(ctx, g, cfg.Steps, opt, report)
	if g.kept == nil {
		return nil, err
	}
	model.Net = g.net(g.kept)
	return model, err
}

// gan is a training under way.
type gan struct {
	cfg   synth.Config
	seed  uint64
	print [32]byte // of configuration and rows: a checkpoint must match

	learn, aside rows
	judge        *judge
	game         *nn.Game
	dense        []*nn.Dense // the generator's layers
	machine      gorgonia.VM

	latent, gumbel, probe []float32 // noise, refilled every step
	noise                 noise

	generator, critic []gorgonia.ValueGrad
	params            []*param // the generator's, then the critic's
	solveG, solveD    adam

	mean     [][]float32 // running mean of the generator's weights
	kept     [][]float32 // a copy of mean, when it was good; nil before
	best     float64     // highest quality so far
	sinceTop int         // judgements since quality was near best
}

// maxAside bounds the rows set aside: more cost time and tell no more.
const maxAside = 4096

func newGAN(codes [][]uint16, widths []int, n int, cfg synth.Config, seed uint64) (*gan, error) {
	g := &gan{cfg: cfg, seed: seed, noise: noise{seed: seed}, best: math.Inf(-1)}
	width := 0
	for _, w := range widths {
		width += w
	}
	if width > math.MaxUint16 {
		return nil, core.Errorf(core.Invalid, "the columns need %d codes together, at most %d can be learned", width, math.MaxUint16).
			WithHint("lower Encode.MaxWidth or leave out columns with many values")
	}
	order := generator(seed, forSplit, 0).Perm(n)
	aside := 0
	if n >= 100 { // fewer tell nothing
		aside = min(int(cfg.HoldOut*float64(n)), maxAside, n/2)
	}
	g.learn, g.aside = onesOf(codes, widths, order[aside:]), onesOf(codes, widths, order[:aside])
	pairs := g.learn.pairs()
	g.judge = newJudge(g.aside, g.learn, pairs, cfg.Latent, seed)
	g.print = fingerprint(cfg, widths, g.learn, g.aside)

	batch := max(2, cfg.Batch) &^ 1 // the moment loss wants two halves
	g.game = &nn.Game{
		Critic: &nn.Critic{
			Width: width, Hidden: cfg.Critic, Blocks: len(widths),
			Sigma: float32(cfg.Sigma), Gamma: float32(cfg.Gamma),
			Real: make([]int32, batch*len(widths)),
		},
		Moments: nn.NewMoments(widths, pairs),
		Weight:  float32(cfg.Moment),
	}
	g.solveG = adam{nn.AdamRule{Beta1: .5, Beta2: .9}}
	g.solveD = g.solveG
	return g, g.build(widths, width, batch)
}

// build makes the graph: three dense layers from noise to logits, each
// handing its input on, the blocks' softmax, and both players' losses.
func (g *gan) build(widths []int, width, batch int) error {
	building.Lock()
	defer building.Unlock()
	c := g.cfg
	gr := &graph{ExprGraph: gorgonia.NewGraph()}
	rng := generator(g.seed, forWeights, 0)
	// weights adds a matrix of uniform numbers within 1/sqrt(fan-in), the
	// start that the recipe was measured with.
	weights := func(name string, rows, cols, fanIn int) *gorgonia.Node {
		p := &param{name: name, w: make([]float32, rows*cols)}
		bound := 1 / math.Sqrt(float64(fanIn))
		for i := range p.w {
			p.w[i] = float32(bound * (2*rng.Float64() - 1))
		}
		p.adam = nn.Adam{M: make([]float32, len(p.w)), V: make([]float32, len(p.w))}
		p.node = gr.input(name, rows, cols, p.w)
		g.params = append(g.params, p)
		return p.node
	}
	g.latent = make([]float32, batch*c.Latent)
	g.gumbel = make([]float32, batch*width)
	g.probe = make([]float32, batch*width)
	for i := range g.gumbel {
		g.gumbel[i] = 1 // not drawn during the warm-up, but must be positive
	}

	x := gr.input("z", batch, c.Latent, g.latent)
	g.dense = []*nn.Dense{
		{In: c.Latent, Out: c.Hidden, Act: nn.ReLU, Skip: true},
		{In: c.Hidden + c.Latent, Out: c.Hidden, Act: nn.ReLU, Skip: true, Tail: c.Latent},
		{In: 2*c.Hidden + c.Latent, Out: width, Tail: c.Latent},
	}
	var err error
	for i, d := range g.dense {
		name := string(rune('1' + i))
		w, b := weights("W"+name, d.In, d.Out, d.In), weights("b"+name, 1, d.Out, d.In)
		if x, err = gr.fuse(d, []bool{i > 0, true, true}, x, w, b); err != nil {
			return core.Wrap(err, "layer %d of the generator", i+1)
		}
	}
	if x, err = gr.fuse(nn.NewHeads(widths, c.Tau), []bool{true, false}, x, gr.input("gumbel", batch, width, g.gumbel)); err != nil {
		return core.Wrap(err, "the generator's heads")
	}
	cost, err := gr.fuse(g.game, []bool{true, false, true, true, true}, x, gr.input("probe", batch, width, g.probe),
		weights("C", width, c.Critic, width), weights("c", 1, c.Critic, width), weights("v", 1, c.Critic+1, c.Critic))
	if err != nil {
		return core.Wrap(err, "the critic")
	}
	nodes := make([]*gorgonia.Node, len(g.params))
	for i, p := range g.params {
		nodes[i] = p.node
	}
	grads, err := gorgonia.Grad(cost, nodes...)
	if err != nil {
		return core.Wrap(err, "differentiating the GAN")
	}
	for i, p := range g.params {
		p.grad = grads[i]
		if i < 2*len(g.dense) {
			g.generator = append(g.generator, p)
			g.mean = append(g.mean, append([]float32(nil), p.w...))
		} else {
			g.critic = append(g.critic, p)
		}
	}
	g.machine = gorgonia.NewTapeMachine(gr.ExprGraph)
	return nil
}

// step trains both players on one batch. steps is the whole training's, which
// the schedule needs.
func (g *gan) step(i, steps int) (losses, error) {
	g.noise.fill(g.latent, forLatent, i, normal())
	g.game.WarmUp = float64(i) < g.cfg.WarmUp*float64(steps)
	if !g.game.WarmUp {
		g.noise.fill(g.gumbel, forGumbel, i, exponential())
		g.noise.fill(g.probe, forCritic, i, normal())
		rng := generator(g.seed, forRows, i)
		blocks := g.learn.blocks
		real := g.game.Critic.Real
		for at := 0; at < len(real); at += blocks {
			row := g.learn.ones[rng.IntN(g.learn.len())*blocks:]
			for b := range blocks {
				real[at+b] = int32(row[b])
			}
		}
	}
	if err := g.machine.RunAll(); err != nil {
		return losses{}, core.Wrap(err, "step %d", i+1)
	}
	rate := g.cfg.LearnRate * schedule(i, steps, g.cfg.Decay)
	g.solveG.Rate, g.solveD.Rate = rate, rate
	if err := g.solveG.Step(g.generator); err != nil {
		return losses{}, err
	}
	if !g.game.WarmUp {
		if err := g.solveD.Step(g.critic); err != nil {
			return losses{}, err
		}
	}
	g.machine.Reset()
	// The mean forgets faster at first, or it would remember the start.
	decay := float32(min(g.cfg.EMA, float64(i+1)/float64(i+10)))
	for j, m := range g.mean {
		nn.Average(m, g.params[j].w, decay)
	}
	l := losses{g.game.LossD, g.game.LossG, g.game.LossM}
	if sum := l.d + l.g + l.m; math.IsNaN(sum) || math.IsInf(sum, 0) {
		return l, core.Errorf(core.Invalid, "training diverged at step %d: the loss is %g", i+1, sum).
			WithHint("lower LearnRate, now %g", g.cfg.LearnRate)
	}
	return l, nil
}

// schedule is the learning rate's factor: constant for half of the steps,
// then falling in a line to last.
func schedule(i, steps int, last float64) float64 {
	half := float64(steps) / 2
	if float64(i) < half || steps < 2 {
		return 1
	}
	return 1 - (1-last)*(float64(i)-half)/half
}

// net returns the generator with the given weights, which it copies.
func (g *gan) net(weights [][]float32) *nn.Net {
	n := &nn.Net{}
	for i, d := range g.dense {
		n.Layers = append(n.Layers, nn.Layer{
			Op:      &nn.Dense{In: d.In, Out: d.Out, Act: d.Act, Skip: d.Skip},
			Weights: [][]float32{append([]float32(nil), weights[2*i]...), append([]float32(nil), weights[2*i+1]...)},
		})
	}
	return n
}
