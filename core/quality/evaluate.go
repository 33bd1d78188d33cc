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
// compared, if a column's kinds cannot be reconciled, or if a column that cfg
// names is not among them. The tables are not modified. Tables of 24,000 rows and 15
// columns take a few seconds.
func Evaluate(ctx context.Context, real, holdout, synthetic *table.Table, cfg Config, report func(core.Progress)) (*Report, error) {
	cfg = cfg.withDefaults()
	a, err := align([sides]*table.Table{real, holdout, synthetic})
	if err != nil {
		return nil, err
	}
	if err := a.named(cfg); err != nil {
		return nil, err
	}
	r := &Report{Version: 1, Seed: cfg.Seed}
	a.copies(r)
	// Each part draws from a source of its own, so that one does not change
	// with another's configuration.
	rng := func(part uint64) *rand.Rand { return rand.New(rand.NewPCG(cfg.Seed, part)) }
	a.limit(cfg.MaxRows, rng(1))
	r.Privacy.Limit = dcrLimit

	step, steps := int64(0), int64(1)
	for _, p := range parts {
		steps += p.steps(a, cfg)
	}
	done := func() {
		step = min(step+1, steps)
		if report != nil {
			report(core.Progress{Stage: "judge", Done: step, Total: steps, Unit: "steps"})
		}
	}
	done()
	end := step
	for _, p := range parts {
		n := p.steps(a, cfg)
		if end += n; n == 0 {
			continue
		}
		if err := p.judge(a, ctx, r, cfg, rng(p.stream), done); err != nil {
			return nil, err
		}
		if step < end { // what could not be judged took no time
			step = end - 1
			done()
		}
	}
	side := func(s int, t *table.Table) Side { return Side{Name: t.Name, Rows: a.total[s], Judged: a.rows[s]} }
	r.Real, r.Synthetic = side(realSide, real), side(syntheticSide, synthetic)
	if holdout != nil {
		h := side(holdoutSide, holdout)
		r.Holdout = &h
	}
	r.LeftOut, r.Problems, r.Notes = a.leftOut, a.problems, a.notes
	r.judge()
	return r, nil
}

func (c Config) withDefaults() Config {
	if c.MaxRows <= 0 {
		c.MaxRows = 100_000
	}
	if c.ModelRows <= 0 {
		c.ModelRows = 25_000
	}
	if c.Queries <= 0 {
		c.Queries = 6_000
	}
	return c
}

// named returns an error when cfg names a column that is not there.
func (a *aligned) named(cfg Config) error {
	for _, name := range append([]string{cfg.Target}, cfg.Targets...) {
		if _, _, err := a.target(name); err != nil {
			return err
		}
	}
	for _, name := range cfg.Groups {
		if _, err := a.groupColumn(name); err != nil {
			return err
		}
	}
	return nil
}

// part is one part of the report. It is left out where it has no steps, and
// calls done after each step; stream numbers its source of chance.
type part struct {
	stream      uint64
	judge       func(a *aligned, ctx context.Context, r *Report, cfg Config, rng *rand.Rand, done func()) error
	alone, held int64 // steps without and with a holdout
	more        bool  // left out of a brief report
}

func (p part) steps(a *aligned, cfg Config) int64 {
	switch {
	case p.more && cfg.Brief:
		return 0
	case a.holdout:
		return p.held
	}
	return p.alone
}

var parts = []part{
	{2, (*aligned).fidelity, 4, 4, false},
	{3, (*aligned).detection, 1, 4, false},
	{4, (*aligned).utility, 1, 3, false},
	{5, (*aligned).distances, 1, 2, false},
	{6, (*aligned).membership, 0, 3, true},
	{7, (*aligned).singlingOut, 0, 2, true},
	{8, (*aligned).accuracy, 1, 1, true},
	{9, (*aligned).strange, 0, 2, true},
	{10, (*aligned).targets, 0, 3, true},
	{11, (*aligned).groups, 1, 1, true},
}
