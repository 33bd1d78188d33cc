package quality

import (
	"context"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Evaluate judges synthetic against real, the table it was learned from.
// holdout holds real rows that were not learned from; when it is nil, ceiling,
// utility, C2Holdout and the DCR share cannot be judged and are left out.
//
// Columns are matched by name. Those with role Key or FreeText are left out.
// Missing cells are treated as SDMetrics does: shapes leave them out, trends
// count them as a value. report, if not nil, is called on the calling
// goroutine after every step of the stage "judge". Once ctx is cancelled
// Evaluate stops within a moment and returns nil with ctx's error.
//
// It returns an error if a table is broken or has no rows, if no column can be
// compared, if a column's kinds cannot be reconciled, or if cfg.Target is not
// among the columns. The tables are not modified. Tables of 24,000 rows and 15
// columns take a few seconds.
func Evaluate(ctx context.Context, real, holdout, synthetic *table.Table, cfg Config, report func(core.Progress)) (*Report, error) {
	if cfg.MaxRows <= 0 {
		cfg.MaxRows = 100_000
	}
	if cfg.ModelRows <= 0 {
		cfg.ModelRows = 25_000
	}
	if cfg.Queries <= 0 {
		cfg.Queries = 6_000
	}
	step, steps := int64(0), int64(6)
	if holdout != nil {
		steps = 13
	}
	done := func() {
		step = min(step+1, steps)
		if report != nil {
			report(core.Progress{Stage: "judge", Done: step, Total: steps, Unit: "steps"})
		}
	}
	// Each part draws from a source of its own, so that one does not change
	// with another's configuration.
	rng := func(part uint64) *rand.Rand { return rand.New(rand.NewPCG(cfg.Seed, part)) }

	a, err := align([sides]*table.Table{real, holdout, synthetic})
	if err != nil {
		return nil, err
	}
	if _, _, err := a.target(cfg.Target); err != nil {
		return nil, err
	}
	r := &Report{Version: 1, Seed: cfg.Seed}
	a.copies(r)
	a.limit(cfg.MaxRows, rng(1))
	r.Privacy.Limit = dcrLimit
	done()
	if err := a.fidelity(ctx, r, rng(2), done); err != nil {
		return nil, err
	}
	if err := a.detection(ctx, r, cfg.ModelRows, rng(3), done); err != nil {
		return nil, err
	}
	if err := a.utility(ctx, r, cfg, rng(4), done); err != nil {
		return nil, err
	}
	if err := a.distances(ctx, r, cfg.Queries, rng(5), done); err != nil {
		return nil, err
	}
	side := func(s int, t *table.Table) Side { return Side{Name: t.Name, Rows: a.total[s], Judged: a.rows[s]} }
	r.Real, r.Synthetic = side(realSide, real), side(syntheticSide, synthetic)
	if holdout != nil {
		h := side(holdoutSide, holdout)
		r.Holdout = &h
	}
	r.LeftOut, r.Problems, r.Notes = a.leftOut, a.problems, a.notes
	r.judge()
	if step < steps {
		step = steps - 1
		done()
	}
	return r, nil
}
