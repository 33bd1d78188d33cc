package simulate

import (
	"context"
	"math"

	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// twoSample returns how well boosted trees tell rows of a from rows of b that
// they were not fitted to: the area under the ROC curve over five folds, .5 for
// not at all. Gain is each column's share in what they look at.
func twoSample(ctx context.Context, a, b *table.Table, rng source) (auc float64, gain []float64, err error) {
	both, y := together(a, b)
	n := both.Rows()
	fold := make([]int, n)
	for i, r := range rng.Perm(n) {
		fold[r] = i % folds
	}
	bins, err := tree.NewBinning(both, nil)
	if err != nil {
		return 0, nil, err
	}
	x, err := bins.Apply(both)
	if err != nil {
		return 0, nil, err
	}
	gain = make([]float64, len(both.Columns))
	// Scores of different fits are not comparable: each fold has its own area.
	for f := range folds {
		var learn, ask []int
		for r := range n {
			if fold[r] == f {
				ask = append(ask, r)
			} else {
				learn = append(learn, r)
			}
		}
		t, err := tree.FitBinary(ctx, x.Take(learn), at(y, learn), tree.Config{Trees: 60, MaxDepth: 4})
		if err != nil {
			return 0, nil, err
		}
		auc += tree.AUC(t.Predict(x.Take(ask)), at(y, ask)) / folds
		for i, g := range t.Importance(len(gain)) {
			gain[i] += g / folds
		}
	}
	return auc, gain, nil
}

const folds = 5

// together puts rows of b under those of a, y being 1 for those of a.
func together(a, b *table.Table) (both *table.Table, y []float32) {
	both = &table.Table{Name: "both"}
	for i, c := range a.Columns {
		both.Columns = append(both.Columns, table.NewNumber(c.Name, append(append([]float64{}, c.Num...), b.Columns[i].Num...)))
	}
	y = make([]float32, both.Rows())
	for r := range a.Rows() {
		y[r] = 1
	}
	return finite(both), y
}

// finite takes what is infinite for missing.
func finite(t *table.Table) *table.Table {
	for _, c := range t.Columns {
		for r, x := range c.Num {
			if math.IsInf(x, 0) {
				c.Num[r] = math.NaN()
			}
		}
	}
	return t
}

func at(y []float32, rows []int) []float32 {
	out := make([]float32, len(rows))
	for i, r := range rows {
		out[i] = y[r]
	}
	return out
}
