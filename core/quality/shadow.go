package quality

import (
	"context"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// Twin learns from a table and returns as many synthetic rows of it.
type Twin func(ctx context.Context, real *table.Table, seed uint64) (*table.Table, error)

// shadowRows is how many rows of each shadow are tried.
const shadowRows = 2_000

// Shadow attacks synthetic by shadow models (Shokri et al. 2017; on synthetic
// tables Stadler et al. 2022): an attacker who has other rows of the population
// lets the same engine learn from a random half of them, models times, and sees
// each time which rows were learned from. Trees practise on that (how near a
// row lies to the synthetic rows, beside how near to fresh ones, each as its
// rank among the rows tried) and are then let loose on real, which they must
// tell from fresh rows. All that the attacker has comes from one half of the
// holdout; the fresh rows are the other half.
//
// twin is called models times with a sixth of the holdout's rows each; four
// models are enough. report gets the stage "shadow". It returns an error if the
// tables cannot be compared, if the holdout has fewer than 600 rows, or twin's.
func Shadow(ctx context.Context, twin Twin, models int, real, holdout, synthetic *table.Table, cfg Config, report func(core.Progress)) (*Attack, error) {
	cfg = cfg.withDefaults()
	if holdout == nil || holdout.Rows() < 600 {
		return nil, core.Errorf(core.Invalid, "shadow models need at least 600 real rows that were set aside").
			WithHint("set more rows aside, or leave the shadow attack out")
	}
	rng := rand.New(rand.NewPCG(cfg.Seed, 21))
	few := func(t *table.Table) *table.Table {
		if t.Rows() <= cfg.MaxRows {
			return t
		}
		return t.Take(sample(rng, t.Rows(), cfg.MaxRows))
	}
	real, holdout, synthetic = few(real), few(holdout), few(synthetic)
	order := rng.Perm(holdout.Rows())
	half := len(order) / 2
	fresh, pool, reference := order[:half], order[half:half+half*2/3], order[half+half*2/3:]

	// rows finds the clues of rows of the real table and the holdout about one
	// synthetic table.
	rows := func(made *table.Table, members, others []int, from int) (*table.Table, error) {
		a, err := align([sides]*table.Table{real, holdout, made})
		if err != nil {
			return nil, err
		}
		p := a.newRankPacker(reference)
		at := a.around(p, reference)
		one, err := at(ctx, p.pack(from, members))
		if err != nil {
			return nil, err
		}
		two, err := at(ctx, p.pack(holdoutSide, others))
		if err != nil {
			return nil, err
		}
		c := newClues(slices.Concat(one, two))
		for _, col := range c.t.Columns {
			col.Num = places(col.Num, slices.Sorted(slices.Values(col.Num)))
		}
		return c.t, nil
	}
	var practice *table.Table
	var y []float32
	for k := range models {
		if report != nil {
			report(core.Progress{Stage: "shadow", Done: int64(k), Total: int64(models), Unit: "models"})
		}
		mixed := slices.Clone(pool)
		rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		in, out := mixed[:len(mixed)/2], mixed[len(mixed)/2:]
		made, err := twin(ctx, holdout.Take(in), cfg.Seed+uint64(k)+1)
		if err != nil {
			return nil, core.Wrap(err, "shadow model %d", k+1)
		}
		in, out = in[:min(len(in), shadowRows)], out[:min(len(out), shadowRows)]
		seen, err := rows(made, in, out, holdoutSide)
		if err != nil {
			return nil, err
		}
		if practice == nil {
			practice = seen
		} else {
			practice = stack(practice, seen)
		}
		y = append(y, slices.Repeat([]float32{1}, len(in))...)
		y = append(y, make([]float32, len(out))...)
	}
	judge, err := learner(ctx, practice, y, tree.Config{Trees: 40, MaxDepth: 3, MinLeaf: 50, LearnRate: 0.1})
	if err != nil {
		return nil, err
	}
	members := sample(rng, real.Rows(), min(cfg.Queries, len(fresh)))
	fresh = fresh[:min(len(fresh), len(members))]
	seen, err := rows(synthetic, members, fresh, realSide)
	if err != nil {
		return nil, err
	}
	score, err := judge(seen)
	if err != nil {
		return nil, err
	}
	t := attack(score[:len(members)], score[len(members):])
	return &t, nil
}

// Shadowed adds what [Shadow] found, and judges again.
func (r *Report) Shadowed(a *Attack) {
	if r.Privacy.Membership != nil {
		r.Privacy.Membership.Shadow = a
		r.judge()
	}
}
