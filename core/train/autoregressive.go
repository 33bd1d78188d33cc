package train

import (
	"context"
	"math"
	"math/rand/v2"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// Autoregressive fits a network that guesses the blocks of a row which are
// not known from those that are, for any choice of known ones
// ([synth.AnyOrder]): each row of a batch keeps a random number of random
// blocks, and the mean of -ln p over the others is the loss (Hoogeboom et
// al., Autoregressive Diffusion Models, 2022, eq. 5).
//
// Rows set aside, resuming, cancelling, progress and determinism are those of
// [GAN]; "hit" is e^-loss of rows set aside, a mean probability of what is
// true.
//
// The time of a step does not depend on the rows of t; it grows with
// Batch·Hidden·(Hidden + W). Memory is 4 bytes a cell of t and about
// 4·Batch·(4·Hidden + 3·W).
func Autoregressive(ctx context.Context, t *table.Table, cfg synth.Config, rng *rand.Rand, opt Options, report func(core.Progress)) (*synth.Model, error) {
	return fit(ctx, t, cfg, rng, opt, report, autoregressiveFloats, func(b *begun, cfg synth.Config, on nn.Device) (synthesizer, error) {
		return newAutoregressive(b, cfg, on)
	})
}

// autoregressiveFloats estimates what a training keeps: what one batch leaves
// in the layers, the weights with their solver, and the exam.
func autoregressiveFloats(cfg synth.Config, w, blocks int) int {
	h := cfg.Hidden
	weights := (w+blocks)*h + h*h + 2*h*w
	return cfg.Batch*(2*blocks+8*h+3*w) + 6*weights + examRows*(w+2*blocks) + examChunk*(3*w+4*h)
}

// autoregressive is a training under way.
type autoregressive struct {
	training
	cfg    synth.Config
	learn  rows
	starts []int32 // of the blocks among all codes

	known *nn.Bag
	guess *nn.BlockEntropy
	dense []*nn.Dense
	cost  *gorgonia.Node
	order []int
	loss  [1]float64
	exam  exam
}

const (
	examRows  = 2048
	examChunk = 256 // rows that are guessed at a time
)

// exam is what scores a training: rows set aside with some blocks hidden,
// always the same.
type exam struct {
	in     []float32 // the net's inputs, rows x (W+C)
	target []int32   // rows x blocks
	weight []float32 // of each row
	guess  nn.BlockEntropy
}

func newAutoregressive(b *begun, cfg synth.Config, on nn.Device) (*autoregressive, error) {
	a := &autoregressive{cfg: cfg, learn: b.learn}
	a.training = training{
		graph: newGraph(on), seed: b.seed, steps: cfg.Steps, losses: []string{"loss"}, scored: "hit",
		decay: cfg.EMA, judgements: 20, patience: 5, near: .0003,
	}
	a.print = fingerprint(cfg, b.widths, b.learn, b.aside)
	a.starts = b.learn.starts()
	blocks := len(b.widths)
	a.order = make([]int, blocks)
	a.known = &nn.Bag{Out: cfg.Hidden, PerRow: blocks, Act: nn.ReLU, Rows: make([]int32, cfg.Batch*blocks)}
	a.guess = &nn.BlockEntropy{Widths: b.widths, Target: make([]int32, cfg.Batch*blocks), Weight: make([]float32, cfg.Batch)}
	a.setExam(b)
	return a, a.build(b.learn.width, blocks)
}

// build makes the graph: the bag of known codes, two dense layers, the guess.
func (a *autoregressive) build(width, blocks int) error {
	building.Lock()
	defer building.Unlock()
	h := a.cfg.Hidden
	all := []bool{true, true, true}
	x, err := a.fuse(a.known, []bool{true, true}, a.weights("E", width+blocks, h, blocks), a.weights("b1", 1, h, blocks))
	if err != nil {
		return core.Wrap(err, "the first layer")
	}
	a.dense = []*nn.Dense{{In: h, Out: h, Act: nn.ReLU, Skip: true}, {In: 2 * h, Out: width}}
	for i, d := range a.dense {
		name := string(rune('2' + i))
		if x, err = a.fuse(d, all, x, a.weights("W"+name, d.In, d.Out, d.In), a.weights("b"+name, 1, d.Out, d.In)); err != nil {
			return core.Wrap(err, "layer %d", i+2)
		}
	}
	if a.cost, err = a.fuse(a.guess, []bool{true}, x); err != nil {
		return core.Wrap(err, "the loss")
	}
	if err := a.differentiate(a.cost, a.params); err != nil {
		return err
	}
	a.averaged = a.params
	a.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .99}, rate: a.cfg.LearnRate,
		schedule: schedule{warmUp: .02, hold: .5, last: a.cfg.Decay}}, a.params)
	return a.ready()
}

// hide sets row r of known, target and weight to a row of codes of which a
// random choice is known.
func (a *autoregressive) hide(rng *rand.Rand, ones []uint16, known, target []int32) (weight float32) {
	blocks, width := len(a.starts), int32(a.learn.width)
	for i := range a.order {
		a.order[i] = i
	}
	keep := rng.IntN(blocks)
	for i := range blocks { // the first keep of a shuffle
		j := i + rng.IntN(blocks-i)
		a.order[i], a.order[j] = a.order[j], a.order[i]
		b := a.order[i]
		if i < keep {
			known[b], target[b] = int32(ones[b]), -1
		} else {
			known[b], target[b] = width+int32(b), int32(ones[b])-a.starts[b]
		}
	}
	return 1 / float32(blocks-keep)
}

func (a *autoregressive) step(i int) ([]float64, error) {
	rng := generator(a.seed, forRows, i)
	blocks := len(a.starts)
	for r := range a.guess.Weight {
		row := rng.IntN(a.learn.len()) * blocks
		at := r * blocks
		a.guess.Weight[r] = a.hide(rng, a.learn.ones[row:row+blocks], a.known.Rows[at:at+blocks], a.guess.Target[at:at+blocks])
	}
	if err := a.pass(i); err != nil {
		return nil, err
	}
	a.loss[0] = float64(floats(a.cost.Value())[0])
	return a.loss[:], a.solvers[0].step(i, a.steps)
}

// setExam chooses what is hidden of the rows set aside, or of the rows
// learned from where there are none.
func (a *autoregressive) setExam(b *begun) {
	from := b.aside
	if from.len() == 0 {
		from = b.learn
	}
	blocks, in := len(b.widths), b.learn.width+len(b.widths)
	e, rows := &a.exam, min(from.len(), examRows)
	e.in, e.target, e.weight = make([]float32, rows*in), make([]int32, rows*blocks), make([]float32, rows)
	e.guess.Widths = b.widths
	rng := generator(b.seed, forJudge, 0)
	known := make([]int32, blocks)
	for r := range rows {
		e.weight[r] = a.hide(rng, from.ones[r*blocks:(r+1)*blocks], known, e.target[r*blocks:(r+1)*blocks])
		for _, k := range known {
			e.in[r*in+int(k)] = 1
		}
	}
}

func (a *autoregressive) score(mean [][]float32) float64 {
	e, net, sum := &a.exam, a.net(mean), 0.0
	rows := len(e.weight)
	in, blocks := len(e.in)/rows, len(e.target)/rows
	for lo := 0; lo < rows; lo += examChunk {
		hi := min(lo+examChunk, rows)
		e.guess.Target, e.guess.Weight = e.target[lo*blocks:hi*blocks], e.weight[lo:hi]
		var loss [1]float32
		e.guess.Forward(loss[:], [][]float32{net.Forward(e.in[lo*in:hi*in], hi-lo)})
		sum += float64(loss[0]) * float64(hi-lo)
	}
	return math.Exp(-sum / float64(rows))
}

// net returns the network with the given weights, which it copies.
func (a *autoregressive) net(w [][]float32) *nn.Net {
	first := &nn.Dense{In: len(w[0]) / a.cfg.Hidden, Out: a.cfg.Hidden, Act: nn.ReLU}
	return denseNet(append([]*nn.Dense{first}, a.dense...), w)
}

func (a *autoregressive) body(weights [][]float32) synth.Body {
	return synth.AnyOrder{Net: a.net(weights)}
}
