package train

import (
	"context"
	"math/rand/v2"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// VAE fits a variational autoencoder (Kingma and Welling, Auto-Encoding
// Variational Bayes, 2014; for tables Xu et al., TVAE, 2019): an encoder from
// a row's codes to a normal distribution of Config.Latent numbers, and a
// decoder from such numbers to each block's probabilities, which becomes the
// model's [synth.Network].
//
// Rows set aside, resuming, cancelling, progress and determinism are those of
// [GAN], and so is "quality". A step takes about half the time of GAN's.
func VAE(ctx context.Context, t *table.Table, cfg synth.Config, rng *rand.Rand, opt Options, report func(core.Progress)) (*synth.Model, error) {
	return fit(ctx, t, cfg, rng, opt, report, vaeFloats, func(b *begun, cfg synth.Config, on nn.Device) (synthesizer, error) {
		return newVAE(b, cfg, on)
	})
}

// vaeFloats estimates what a training keeps: the judge's matrices of pairs of
// codes, what one batch leaves in the layers, and the weights.
func vaeFloats(cfg synth.Config, w, blocks int) int {
	h, z := cfg.Hidden, cfg.Latent
	encoder, decoder := w*h+2*h*z, z*h+(h+z)*h+(2*h+z)*w
	batch := cfg.Batch * (2*blocks + 3*w + 12*h + 12*z)
	return 4*w*w + batch + judgeFloats(cfg, w) + 4*encoder + 6*decoder
}

// vae is a training under way.
type vae struct {
	training
	cfg    synth.Config
	learn  rows
	starts []int32 // of each column of learn.ones: its block's first code
	judges *judge

	codes   *nn.Bag // the encoder's first layer
	latent  *nn.Latent
	rebuild *nn.BlockEntropy
	decoder []*nn.Dense
	cost    *gorgonia.Node
	eps     []float32
	noise   noise
	loss    [2]float64
}

func newVAE(b *begun, cfg synth.Config, on nn.Device) (*vae, error) {
	v := &vae{cfg: cfg, learn: b.learn, noise: noise{seed: b.seed}}
	v.training = training{
		graph: newGraph(on), seed: b.seed, steps: cfg.Steps, losses: []string{"loss_rebuild", "loss_kl"}, scored: "quality",
		decay: cfg.EMA, judgements: 20, patience: 5, near: .001,
	}
	v.judges = newJudge(b.aside, b.learn, b.learn.pairs(), cfg.Latent, b.seed)
	v.look(newWatch(b.learn, b.aside, v.judges.latent, b.seed), v.net)
	v.print = fingerprint(cfg, b.widths, b.learn, b.aside)
	v.starts = b.learn.starts()
	blocks := len(b.widths)
	v.codes = &nn.Bag{Out: cfg.Hidden, PerRow: blocks, Act: nn.ReLU, Rows: make([]int32, cfg.Batch*blocks)}
	v.latent = &nn.Latent{Dim: cfg.Latent, Weight: 1}
	v.rebuild = &nn.BlockEntropy{Widths: b.widths, Target: make([]int32, cfg.Batch*blocks), Weight: make([]float32, cfg.Batch)}
	for r := range v.rebuild.Weight {
		v.rebuild.Weight[r] = 1
	}
	v.eps = make([]float32, cfg.Batch*cfg.Latent)
	return v, v.build(b.learn.width, blocks)
}

// build makes the graph: codes, one dense layer, the latent numbers, and a
// decoder of the shape of the GAN's generator.
func (v *vae) build(width, blocks int) error {
	building.Lock()
	defer building.Unlock()
	h, z := v.cfg.Hidden, v.cfg.Latent
	all := []bool{true, true, true}
	x, err := v.fuse(v.codes, []bool{true, true}, v.weights("E", width, h, blocks), v.weights("e", 1, h, blocks))
	if err != nil {
		return core.Wrap(err, "the encoder's first layer")
	}
	dense := func(d *nn.Dense, name string) error {
		if x, err = v.fuse(d, all, x, v.weights("W"+name, d.In, d.Out, d.In), v.weights("b"+name, 1, d.Out, d.In)); err != nil {
			return core.Wrap(err, "layer %s", name)
		}
		return nil
	}
	if err := dense(&nn.Dense{In: h, Out: 2 * z}, "L"); err != nil {
		return err
	}
	if x, err = v.fuse(v.latent, []bool{true, false}, x, v.input("noise", v.cfg.Batch, z, v.eps)); err != nil {
		return core.Wrap(err, "the latent numbers")
	}
	first := len(v.params)
	v.decoder = []*nn.Dense{
		{In: z, Out: h, Act: nn.ReLU, Skip: true},
		{In: h + z, Out: h, Act: nn.ReLU, Skip: true},
		{In: 2*h + z, Out: width},
	}
	for i, d := range v.decoder {
		if err := dense(d, string(rune('1'+i))); err != nil {
			return err
		}
	}
	if v.cost, err = v.fuse(v.rebuild, []bool{true}, x); err != nil {
		return core.Wrap(err, "the loss")
	}
	if err := v.differentiate(v.cost, v.params); err != nil {
		return err
	}
	v.averaged = v.params[first:]
	v.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .99}, rate: v.cfg.LearnRate, clip: 50,
		schedule: schedule{warmUp: .02, hold: .5, last: v.cfg.Decay}}, v.params)
	return v.ready()
}

func (v *vae) step(i int) ([]float64, error) {
	rng := generator(v.seed, forRows, i)
	blocks := len(v.starts)
	for at := 0; at < len(v.codes.Rows); at += blocks {
		row := rng.IntN(v.learn.len()) * blocks
		for b, one := range v.learn.ones[row : row+blocks] {
			v.codes.Rows[at+b] = int32(one)
			v.rebuild.Target[at+b] = int32(one) - v.starts[b]
		}
	}
	v.noise.fill(v.eps, forLatent, i, normal())
	v.device.Send(v.eps)
	if err := v.pass(i); err != nil {
		return nil, err
	}
	v.loss = [2]float64{float64(floats(v.cost.Value())[0]), v.latent.KL}
	return v.loss[:], v.solvers[0].step(i, v.steps)
}

func (v *vae) score(mean [][]float32) float64 { return v.judges.quality(v.net(mean)) }

// net returns the decoder with the given weights, which it copies.
func (v *vae) net(w [][]float32) *nn.Net { return denseNet(v.decoder, w) }

func (v *vae) body(weights [][]float32) synth.Body { return synth.Network{Net: v.net(weights)} }
