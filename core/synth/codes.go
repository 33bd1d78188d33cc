package synth

import (
	"context"
	"math/rand/v2"

	"shoptwin/core/table"
)

// Codes draws rows of codes as the model has them, codes[block][row], raking
// left out; rows is rounded up to whole blocks. Same model, rows and seed, same
// codes.
func (m *Model) Codes(ctx context.Context, rows int, seed uint64) ([][]uint16, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	rows = (rows + BlockRows - 1) / BlockRows * BlockRows
	return newSampler(m).codes(ctx, rows, stream(seed, 0, streamCodes))
}

// Bounded returns t with at most cfg.PersonRows rows of a person, as a private
// engine learns from it, if cfg.Person names the column that tells persons
// apart.
func Bounded(t *table.Table, cfg Config, rng *rand.Rand) (*table.Table, error) {
	return bounded(t, cfg, rng)
}
