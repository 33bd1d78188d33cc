package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// begun is a table ready to be learned from, by any kind of synthesizer.
type begun struct {
	model  *synth.Model // without its body
	widths []int        // of the blocks; none when nothing varies
	seed   uint64
	learn  rows // to learn from
	aside  rows // not learned from, to judge by; may be empty
}

// synthesizer is a training whose weights draw rows of codes.
type synthesizer interface {
	model
	shared() *training
	// body returns what draws, with the given weights.
	body(weights [][]float32) synth.Body
}

// fit is what [GAN], [Autoregressive] and [VAE] have in common. floats
// estimates how many numbers a training keeps, and start makes it ready.
//
// A training that goes astray is begun again once, with a quarter of the
// learning rate and another seed that follows from the first, and the model
// says so. Its checkpoints are those of the second configuration.
func fit(ctx context.Context, t *table.Table, cfg synth.Config, rng *rand.Rand, opt Options, report func(core.Progress),
	floats func(cfg synth.Config, width, blocks int) int, start func(*begun, synth.Config, nn.Device) (synthesizer, error)) (*synth.Model, error) {
	cfg = cfg.WithDefaults()
	seed, err := begins(rng, opt)
	if err != nil {
		return nil, err
	}
	once := func(cfg synth.Config, seed uint64, opt Options) (*synth.Model, error) {
		return fitOnce(ctx, t, cfg, seed, opt, report, floats, start)
	}
	calmer := cfg
	calmer.LearnRate /= calmerBy
	m, err := once(cfg, seed, opt)
	var lost *astray
	switch {
	case errors.Is(err, errOther): // of the second configuration, then
		if m, err = once(calmer, seed, opt); errors.Is(err, errOther) {
			return nil, err
		}
		lost = &astray{what: []string{synth.Collapsed, synth.Diverged}[seed&1]}
	case errors.As(err, &lost):
		if report != nil {
			report(core.Progress{Stage: "train", Total: int64(cfg.Steps), Unit: "steps",
				Note: fmt.Sprintf("%v: it begins again with a learning rate of %g", err, calmer.LearnRate)})
		}
		opt.Resume = nil
		// The seed's last bit says in its checkpoints what was wrong.
		seed = generator(seed, forAgain, 0).Uint64() &^ 1
		if lost.what == synth.Diverged {
			seed++
		}
		m, err = once(calmer, seed, opt)
	default:
		return m, err
	}
	if m != nil {
		m.Trouble, m.Restarted = lost.what, true
	}
	return m, err
}

// fitOnce fits with no second try.
func fitOnce(ctx context.Context, t *table.Table, cfg synth.Config, seed uint64, opt Options, report func(core.Progress),
	floats func(cfg synth.Config, width, blocks int) int, start func(*begun, synth.Config, nn.Device) (synthesizer, error)) (*synth.Model, error) {
	b, err := begin(ctx, t, cfg, seed, opt.Continue)
	if err != nil {
		return nil, err
	}
	if len(b.widths) == 0 {
		return b.model, nil // nothing varies: there is nothing to learn
	}
	if err := b.afford(t, floats(cfg, b.learn.width, len(b.widths)), opt); err != nil {
		return nil, err
	}
	s, err := start(b, cfg, opt.Device)
	if err != nil {
		return nil, err
	}
	tr := s.shared()
	defer tr.machine.Close()
	if opt.Continue != nil {
		if err := tr.goOn(opt.Continue); err != nil {
			return nil, err
		}
	}
	err = tr.run(ctx, s, opt, report)
	if tr.kept == nil {
		return nil, err
	}
	b.model.Body = s.body(tr.kept)
	if tr.ended != nil {
		b.model.Trouble = tr.ended.what
	}
	return b.model, err
}

// maxAside bounds the rows set aside: more cost time and tell no more.
const maxAside = 4096

// begin encodes t, by the encoder of the model that is trained on if there is
// one, and sets rows aside.
func begin(ctx context.Context, t *table.Table, cfg synth.Config, seed uint64, before *synth.Model) (*begun, error) {
	if t.Rows() == 0 {
		return nil, core.Errorf(core.Invalid, "table %q has no rows to learn from", t.Name)
	}
	b := &begun{seed: seed}
	var enc *encode.Encoder
	if before != nil {
		known := *before.Encoder
		known.Warnings = append(slices.Clone(known.Warnings), known.News(t)...)
		enc = &known
	} else {
		var err error
		if enc, err = encode.FitContext(ctx, t, nil, cfg.Encode, generator(b.seed, forEncoding, 0)); err != nil {
			return nil, err
		}
	}
	codes, err := enc.Codes(t)
	if err != nil {
		return nil, err
	}
	if before != nil {
		enc = enc.Recount(codes)
	}
	b.model = &synth.Model{Config: cfg, Encoder: enc, TrainRows: t.Rows(), Seed: b.seed}
	b.widths = enc.Widths()
	width := 0
	for _, w := range b.widths {
		width += w
	}
	if width > math.MaxUint16 {
		return nil, core.Errorf(core.Invalid, "the columns need %d codes together, at most %d can be learned", width, math.MaxUint16).
			WithHint("lower Encode.MaxWidth or leave out columns with many values")
	}
	if len(b.widths) == 0 {
		return b, nil
	}
	if cfg.Rake {
		b.model.Pairs = synth.PairTables(codes, b.widths, cfg.Encode.MinCount)
	}
	b.split(codes, t.Rows(), cfg.HoldOut)
	return b, nil
}

// split sets a share of n rows aside.
func (b *begun) split(codes [][]uint16, n int, share float64) {
	order := generator(b.seed, forSplit, 0).Perm(n)
	aside := 0
	if n >= 100 { // fewer tell nothing
		aside = max(0, min(int(share*float64(n)), maxAside, n/2))
	}
	b.learn, b.aside = onesOf(codes, b.widths, order[aside:]), onesOf(codes, b.widths, order[:aside])
}

// afford refuses a training of t that needs more memory than it may take;
// floats is how many numbers it keeps.
func (b *begun) afford(t *table.Table, floats int, opt Options) error {
	need := 4*int64(floats) + 4*int64(t.Rows())*int64(len(b.widths))
	if opt.Memory <= 0 || need <= opt.Memory {
		return nil
	}
	return core.Errorf(core.Full, "the training of table %q needs about %d MB of memory, more than the %d MB allowed", t.Name, need>>20, opt.Memory>>20).
		WithHint("leave out columns with many values, lower Encode.MaxWidth or Batch, or allow more memory")
}
