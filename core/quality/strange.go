package quality

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"

	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// Strange is how many synthetic rows combine values that real rows do not:
// trees learn to tell real rows from the same rows with some cells exchanged
// for another row's, and a row is strange that they hold to be broken more
// surely than all but Usual of the fresh real rows.
type Strange struct {
	Share float64 `json:"share"` // of the synthetic rows
	Lo    float64 `json:"lo"`    // 95 %
	Hi    float64 `json:"hi"`
	Usual float64 `json:"usual"` // of fresh real rows: 0.001 or, of fewer than 5,000, five rows
	Rows  int     `json:"rows"`  // synthetic rows looked at
	// Skill is the AUC with which the trees tell fresh rows from broken ones.
	Skill float64 `json:"skill"`
	// Clues are the columns whose cells, exchanged for a real row's, make the
	// strange rows usual again, with their share in that.
	Clues []Clue `json:"clues,omitempty"`
}

// strange looks for synthetic rows that could not be real. It is not judged
// with fewer than 500 real or fresh rows, nor with one column.
func (a *aligned) strange(ctx context.Context, r *Report, cfg Config, rng *rand.Rand, done func()) error {
	if !a.holdout || min(a.rows[realSide], a.rows[holdoutSide]) < 500 || len(a.columns) < 2 {
		return nil
	}
	rows := func(s int) []int { return sample(rng, a.rows[s], cfg.ModelRows) }
	learn := rows(realSide)
	both := stack(a.table(realSide, learn, ""), a.broken(realSide, learn, rng))
	y := make([]float32, both.Rows())
	for i := len(learn); i < len(y); i++ {
		y[i] = 1
	}
	odd, err := learner(ctx, both, y, tree.Config{Trees: 60, MaxDepth: 6, MaxLeaves: 63, LearnRate: 0.15})
	if err != nil {
		return err
	}
	done()
	held, made := rows(holdoutSide), rows(syntheticSide)
	fresh, err := odd(a.table(holdoutSide, held, ""))
	if err != nil {
		return err
	}
	wrong, err := odd(a.broken(holdoutSide, held, rng))
	if err != nil {
		return err
	}
	synthetic := a.table(syntheticSide, made, "")
	own, err := odd(synthetic)
	if err != nil {
		return err
	}
	s := &Strange{Usual: max(0.001, 5/float64(len(fresh))), Rows: len(own)}
	s.Skill, _, _ = areaUnder(wrong, fresh)
	s.Share, s.Lo, s.Hi = caughtAt(own, fresh, s.Usual)
	limit := slices.Sorted(slices.Values(fresh))[len(fresh)-1-int(s.Usual*float64(len(fresh)))]
	if s.Clues, err = a.oddColumns(synthetic, own, limit, odd, rng); err != nil {
		return err
	}
	r.Strange = s
	done()
	return nil
}

// broken returns rows of a side with up to half of their cells, at least one,
// exchanged for those of another row.
func (a *aligned) broken(side int, rows []int, rng *rand.Rand) *table.Table {
	from := make([][]int, len(a.columns)) // by column
	for j := range from {
		from[j] = slices.Clone(rows)
	}
	for i := range rows {
		other := rows[rng.IntN(len(rows))]
		for _, j := range sample(rng, len(a.columns), 1+rng.IntN(max(1, len(a.columns)/2))) {
			from[j][i] = other
		}
	}
	t := &table.Table{}
	whole := a.table(side, nil, "")
	for j, c := range whole.Columns {
		t.Columns = append(t.Columns, c.Take(from[j]))
	}
	return t
}

// clueColumns is how many columns are tried in turn at most.
const clueColumns = 100

// oddColumns returns the columns that make rows strange whose score is above
// limit: each column in turn is exchanged for real cells. None where there are
// more columns than are tried.
func (a *aligned) oddColumns(t *table.Table, score []float64, limit float64, odd func(*table.Table) ([]float64, error), rng *rand.Rand) ([]Clue, error) {
	var rows []int
	for i, s := range score {
		if s > limit && len(rows) < 300 {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 || len(a.columns) > clueColumns {
		return nil, nil
	}
	some := t.Take(rows)
	drop, sum := make([]float64, len(a.columns)), 0.0
	for j := range a.columns {
		fill := make([]int, len(rows))
		for i := range fill {
			fill[i] = rng.IntN(a.rows[realSide])
		}
		changed := &table.Table{Columns: slices.Clone(some.Columns)}
		changed.Columns[j] = a.table(realSide, fill, "").Columns[j]
		now, err := odd(changed)
		if err != nil {
			return nil, err
		}
		for i, row := range rows {
			drop[j] += max(0, score[row]-now[i])
		}
		sum += drop[j]
	}
	var out []Clue
	for j, c := range a.columns {
		if drop[j] > 0.05*sum {
			out = append(out, Clue{c.Name, drop[j] / sum})
		}
	}
	slices.SortStableFunc(out, func(x, y Clue) int { return cmp.Compare(y.Share, x.Share) })
	return out[:min(4, len(out))], nil
}
