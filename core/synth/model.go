// Package synth holds what a synthesizer learned, and draws from it.
//
// Training happens elsewhere (core/train): a [Model] is a value with weights
// and an inference path of its own, and works the same natively and in a page.
package synth

import (
	"context"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/privacy"
	"shoptwin/core/table"
)

// Model is a trained synthesizer. It does not change; any number of
// goroutines may sample from it. Body is nil when there are no blocks of
// codes.
type Model struct {
	Config    Config
	Encoder   *encode.Encoder
	Body      Body
	Pairs     []Pair // the training table's pair tables when Config.Rake, else nil
	TrainRows int    // of a private model: noisy
	Seed      uint64 // the training's, for the record; 0 of a private model

	// Trouble is what went wrong while training, "" if nothing did. Restarted
	// says that the training was begun again with a lower learning rate, else
	// it ended there, with what had been good before.
	Trouble   string
	Restarted bool

	Guarantee *privacy.Statement // what the engine promises about the rows' privacy; nil: nothing

	// want draws blocks of what is wanted; nil: rows as they come. It is an
	// interface for the page, which wants nothing: what stands behind it is then
	// not part of the program there.
	want interface {
		block(ctx context.Context, s *sampler, b, rows int, seed uint64) (*table.Table, error)
	}
}

// What Model.Trouble may be.
const (
	Collapsed = "collapsed" // it made only some of the frequent values
	Diverged  = "diverged"  // losses or quality went out of hand
)

// check says whether m's parts fit together.
func (m *Model) check() error {
	if m.Encoder == nil {
		return core.Errorf(core.Invalid, "the model has no encoder")
	}
	widths := m.Encoder.Widths()
	switch {
	case len(widths) == 0:
		return nil
	case m.Body == nil:
		return core.Errorf(core.Invalid, "the model has %d blocks of codes and nothing to draw them from", len(widths))
	}
	if err := m.Body.fits(widths); err != nil {
		return err
	}
	for _, p := range m.Pairs {
		if p.A < 0 || p.A >= p.B || p.B >= len(widths) || len(p.Count) != widths[p.A]*widths[p.B] {
			return core.Errorf(core.Invalid, "the model's pair tables do not fit its columns")
		}
	}
	return nil
}
