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
	both := &table.Table{Name: "both"}
	for i, c := range a.Columns {
		d := table.NewNumber(c.Name, append(append([]float64{}, c.Num...), b.Columns[i].Num...))
		for r, x := range d.Num {
			if math.IsInf(x, 0) {
				d.Num[r] = math.NaN()
			}
		}
		both.Columns = append(both.Columns, d)
	}
	n := both.Rows()
	y, fold := make([]float32, n), make([]int, n)
	for i, r := range rng.Perm(n) {
		fold[r] = i % folds
		y[r] = float32(b2f(r < a.Rows()))
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

func at(y []float32, rows []int) []float32 {
	out := make([]float32, len(rows))
	for i, r := range rows {
		out[i] = y[r]
	}
	return out
}
