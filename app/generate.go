package app

import (
	"context"
	"math/rand/v2"

	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// generate makes rows for steps of recipes: sequential trees learn t, and draw
// its other columns given the one that known holds.
func generate(ctx context.Context, t, known *table.Table, seed uint64) (*table.Table, error) {
	m, err := synth.TreesKnown(ctx, t, []string{known.Columns[0].Name}, synth.Config{}, rand.New(rand.NewPCG(seed, 1)), nil)
	if err != nil {
		return nil, err
	}
	return m.Complete(known, known.Rows(), int64(t.Rows()), rand.NewPCG(seed, 2))
}
