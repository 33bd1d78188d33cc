// Package synth holds what a synthesizer learned, and draws from it.
//
// Training happens elsewhere (core/train): a [Model] is a value with weights
// and an inference path of its own, and works the same natively and in a page.
package synth

import (
	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/nn"
)

// Model is a trained synthesizer. It does not change; any number of
// goroutines may sample from it.
//
// Net maps a row of standard normal numbers, Net.In() of them, to the logits
// of Encoder.Widths(), block after block; given the noise the blocks are
// independent. All of its layers but the last hand their input on. Net is nil when there are no blocks.
type Model struct {
	Config    Config
	Encoder   *encode.Encoder
	Net       *nn.Net
	Pairs     []Pair // the training table's pair tables when Config.Rake, else nil
	TrainRows int
	Seed      uint64 // the training's, for the record
}

// check says whether m's parts fit together.
func (m *Model) check() error {
	if m.Encoder == nil {
		return core.Errorf(core.Invalid, "the model has no encoder")
	}
	widths, sum := m.Encoder.Widths(), 0
	for _, w := range widths {
		sum += w
	}
	switch {
	case sum == 0:
		return nil
	case m.Net == nil || len(m.Net.Layers) == 0:
		return core.Errorf(core.Invalid, "the model has %d blocks of codes but no network", len(widths))
	case m.Net.Out() != sum:
		return core.Errorf(core.Invalid, "the model's network has %d outputs, its columns need %d", m.Net.Out(), sum)
	}
	if nn.NewRunner(m.Net, 0) == nil {
		return core.Errorf(core.Invalid, "the model's network is not of the shape that samples")
	}
	for _, p := range m.Pairs {
		if p.A < 0 || p.A >= p.B || p.B >= len(widths) || len(p.Count) != widths[p.A]*widths[p.B] {
			return core.Errorf(core.Invalid, "the model's pair tables do not fit its columns")
		}
	}
	return nil
}
