package train

import (
	"context"
	"math"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/privacy"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// How a private GAN shares its budget, and how its critic learns.
const (
	tablesShare  = .8 // of rho, for the tables of [synth.Marginal]
	deltaForSGD  = .9 // of delta; the rest is for values that nobody listed
	realRate     = .1 // of the rows, in a step
	gradientClip = .5
	criticCalm   = 3 // the critic's learning rate is that of the generator over this
	pretended    = 1 << 16
)

// DPGAN fits a tabular GAN to t of which what leaves is (cfg.Epsilon, cfg.Delta)-
// private for tables that differ in one row, or in the one row of a person that
// is kept if cfg.Person is given.
//
// Most of the budget goes to noisy tables, from which [synth.Marginal] fits a
// model; rows of that model, which cost nothing more, are what the generator's
// moment loss and its judges look at. The rest goes to the discriminator, the
// only one who sees real rows, by noisy gradients (DP-SGD: see sanitiser).
// Both are added up as Rényi divergences ([privacy.SGD.EpsilonWith]).
//
// rng is what all noise comes from: see [synth.Marginal]. A training that is
// interrupted begins anew, as noise is never drawn twice for one promise; for
// the same reason one that goes astray is not begun again. Same t, cfg and rng
// state, same model, whatever the number of threads. report is called as by
// [synth.Marginal], then as by [GAN].
func DPGAN(ctx context.Context, t *table.Table, cfg synth.Config, rng *rand.Rand, opt Options, report func(core.Progress)) (*synth.Model, error) {
	// Nothing that may follow from the rows is kept, such as steps from their
	// number.
	cfg = synth.Config{
		Engine: "dpgan", Encode: cfg.Encode, Epsilon: cfg.Epsilon, Delta: cfg.Delta, PersonRows: cfg.PersonRows, Person: cfg.Person,
		Public: cfg.Public, Repeatable: cfg.Repeatable, Rake: cfg.Rake,
	}.WithDefaults()
	return dpgan(ctx, t, cfg, rng, opt, report)
}

// dpgan is DPGAN of a configuration that does not follow from the rows.
func dpgan(ctx context.Context, t *table.Table, cfg synth.Config, rng *rand.Rand, opt Options, report func(core.Progress)) (*synth.Model, error) {
	switch {
	case cfg.PersonRows > 1:
		return nil, core.Errorf(core.Unsupported, "a private GAN learns from one row of a person only, not %d", cfg.PersonRows).
			WithHint("name the person's column and keep one row, or take the engine marginal")
	case opt.Resume != nil:
		return nil, core.Errorf(core.Invalid, "a private training cannot be resumed").WithHint("train from the start")
	}
	t, err := synth.Bounded(t, cfg, rng)
	if err != nil {
		return nil, err
	}
	delta := deltaForSGD * cfg.Delta
	tables := cfg
	tables.Engine, tables.Person = "marginal", "" // the person's row was chosen
	tables.Epsilon = privacy.Epsilon(tablesShare*privacy.Rho(cfg.Epsilon, delta), delta)
	base, err := synth.Marginal(ctx, t, tables, rng, report)
	if err != nil {
		return nil, err
	}
	out := *base
	out.Config = cfg
	if len(base.Encoder.Widths()) == 0 {
		return &out, nil
	}
	steps := cfg.Steps - int(math.Ceil(cfg.WarmUp*float64(cfg.Steps)))
	noise, ok := privacy.NoiseFor(base.Guarantee.Spent, cfg.Epsilon, delta, realRate, steps)
	if !ok {
		return nil, core.Errorf(core.Invalid, "epsilon %g leaves nothing for a discriminator", cfg.Epsilon).WithHint("take the engine marginal, or a larger epsilon")
	}
	g, err := dpGame(ctx, t, base, cfg, noise, rng, opt.Device)
	if err != nil {
		return nil, err
	}
	defer g.machine.Close()
	if err := g.run(ctx, g, Options{}, report); err != nil && g.kept == nil {
		return nil, err
	} else if err != nil && ctx.Err() != nil {
		return nil, err
	}
	out.Body = g.body(g.kept)
	if g.ended != nil {
		out.Trouble = g.ended.what
	}
	s := *base.Guarantee
	rho := privacy.Rho(cfg.Epsilon, delta)
	s.Costs = append(s.Costs[:len(s.Costs):len(s.Costs)], privacy.Cost{What: privacy.ForSteps, Times: steps, Rho: max(0, rho-s.Spent)})
	s.Epsilon, s.Rho, s.Spent, s.Person = cfg.Epsilon, rho, max(rho, s.Spent), cfg.Person
	out.Guarantee = &s
	return &out, nil
}

// dpGame is a GAN whose moments and judges are rows that base draws, and whose
// critic sees t by noisy gradients alone.
func dpGame(ctx context.Context, t *table.Table, base *synth.Model, cfg synth.Config, noise float64, rng *rand.Rand, on nn.Device) (*gan, error) {
	codes, err := base.Encoder.Codes(t)
	if err != nil {
		return nil, err
	}
	// Where weights and latent numbers begin is no secret, but differs.
	b := &begun{seed: rng.Uint64(), widths: base.Encoder.Widths()}
	made, err := base.Codes(ctx, pretended, b.seed)
	if err != nil {
		return nil, err
	}
	b.split(made, pretended, cfg.HoldOut)
	g, err := newGAN(b, cfg, on)
	if err != nil {
		return nil, err
	}
	all := make([]int, t.Rows())
	for i := range all {
		all[i] = i
	}
	critic := g.game.Critic
	critic.FakeOnly = true
	s := newSanitiser(onesOf(codes, b.widths, all), critic.Hidden, realRate, gradientClip, noise, rng)
	// How many rows there are is itself known with noise only.
	s.mean = realRate * float64(max(1, base.TrainRows))
	params := g.params[len(g.averaged):]
	g.sanitise = func() error {
		var grads [3][]float32
		for i, p := range params {
			v, err := p.Grad()
			if err != nil {
				return err
			}
			grads[i] = floats(v)
			g.device.Fetch(p.w)
			g.device.Fetch(grads[i])
		}
		s.add(params[0].w, params[1].w, params[2].w, grads[0], grads[1], grads[2])
		for _, d := range grads {
			g.device.Send(d)
		}
		return nil
	}
	g.critic.rate /= criticCalm
	return g, nil
}
