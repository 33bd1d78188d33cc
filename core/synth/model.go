// Package synth holds what a synthesizer learned, and draws from it.
//
// Training happens elsewhere (core/train): a [Model] is a value with weights
// and an inference path of its own, and works the same natively and in a page.
package synth

import (
	"context"
	"io"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/nn"
	"shoptwin/core/table"
)

// Model is a trained synthesizer. It does not change; any number of
// goroutines may sample from it.
//
// Net maps a row of Config.Latent standard normal numbers to the logits of
// Encoder.Widths(), block after block. Net is nil when there are no blocks.
type Model struct {
	Config    Config
	Encoder   *encode.Encoder
	Net       *nn.Net
	Pairs     []Pair // the training table's pair tables when Config.Rake, else nil
	TrainRows int
	Seed      uint64
}

// Pair is the pair table of two blocks.
type Pair struct{}

// PairTables counts the pair tables of codes (as of Encoder.Codes) for
// raking, with cells below minCount suppressed.
func PairTables(codes [][]uint16, widths []int, minCount int) []Pair { return nil }

// Sample returns n rows.
func (m *Model) Sample(n int, seed uint64) (*table.Table, error) {
	return nil, core.Errorf(core.Unsupported, "in work")
}

// Chunks calls emit with n rows in tables of chunk rows.
func (m *Model) Chunks(ctx context.Context, n int, seed uint64, chunk int, emit func(*table.Table) error, report func(core.Progress)) error {
	return core.Errorf(core.Unsupported, "in work")
}

// Write writes the model file.
func (m *Model) Write(w io.Writer) error { return core.Errorf(core.Unsupported, "in work") }

// Read reads a model file.
func Read(r io.Reader) (*Model, error) { return nil, core.Errorf(core.Unsupported, "in work") }
