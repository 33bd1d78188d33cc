package policy

import (
	"context"
	"strconv"

	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// rewards is what models of reward say of each episode.
type rewards struct {
	name   string
	value  []float64 // the target's value by fitted Q evaluation
	robust []float64 // doubly robust
	q      []float64 // by row: of what was done
}

// models values the target by fitted Q evaluation, and doubly robust. Q is
// fitted backwards over the steps of episodes, of which single decisions are
// the shortest: what an action earns, and what the target is then worth.
// Episodes are dealt into folds, and asked of the model that did not see them.
func (l *Log) models(ctx context.Context, target Target, first []int, cfg Config) (*rewards, error) {
	n := len(first) - 1
	m := &rewards{name: "trees", value: make([]float64, n), robust: make([]float64, n), q: make([]float64, len(l.Action))}
	q := m.q
	worth := make([]float64, len(l.Action)) // of the state under the target
	longest := 0
	for e := range n {
		longest = max(longest, first[e+1]-first[e])
	}
	b, x, err := l.matrix()
	if err != nil {
		return nil, err
	}
	for step := longest - 1; step >= 0; step-- {
		var rows []int
		var fold []int
		for e := range n {
			if i := first[e] + step; i < first[e+1] {
				rows, fold = append(rows, i), append(fold, e%cfg.Folds)
			}
		}
		y := make([]float32, len(rows))
		for k, i := range rows {
			v := l.Reward[i]
			if i+1 < len(l.Action) && l.Episode != nil && l.Episode[i+1] == l.Episode[i] {
				v += cfg.Discount * worth[i+1]
			}
			y[k] = float32(v)
		}
		for f := range cfg.Folds {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := l.step(ctx, b, x, target, rows, fold, f, y, q, worth); err != nil {
				return nil, err
			}
		}
	}
	if longest == 1 {
		l.means(target, cfg.Folds, m, worth)
	}
	for e := range n {
		m.value[e] = worth[first[e]]
		// From the last step back: V + ratio (r + γ next - Q) (Jiang and Li, 2016).
		next := 0.0
		for i := first[e+1] - 1; i >= first[e]; i-- {
			ratio := target[i*l.Actions+l.Action[i]] / l.Propensity[i]
			next = worth[i] + ratio*(l.Reward[i]+cfg.Discount*next-q[i])
		}
		m.robust[e] = next
	}
	return m, nil
}

// step fits rows outside fold f and asks of those in it.
func (l *Log) step(ctx context.Context, b *tree.Binning, x *tree.Matrix, target Target, rows, fold []int, f int, y []float32, q, worth []float64) error {
	var learn, ask []int
	var known []float32
	for k, i := range rows {
		if fold[k] == f {
			ask = append(ask, i)
		} else {
			learn, known = append(learn, i), append(known, y[k])
		}
	}
	if len(ask) == 0 {
		return nil
	}
	if len(learn) == 0 {
		learn, known = rows, y
	}
	m, err := tree.FitSquared(ctx, x.Take(learn), known, tree.Config{Trees: 60, MaxDepth: 4, MinLeaf: max(20, len(learn)/100), L2: 10})
	if err != nil {
		return err
	}
	at := x.Take(ask)
	for k, v := range m.Predict(at) {
		q[ask[k]] = v
	}
	bins := l.actionBins(b)
	for a := range l.Actions {
		col := at.Cols[len(at.Cols)-1]
		for k := range col {
			col[k] = bins[a]
		}
		for k, v := range m.Predict(at) {
			worth[ask[k]] += target[ask[k]*l.Actions+a] * v
		}
	}
	return nil
}

// matrix is the binned context with the action as its last column.
func (l *Log) matrix() (*tree.Binning, *tree.Matrix, error) {
	names := make([]string, len(l.Action))
	for i, a := range l.Action {
		names[i] = strconv.Itoa(a)
	}
	t := &table.Table{Name: "log"}
	if l.Context != nil {
		t.Columns = append(t.Columns, l.Context.Columns...)
	}
	t.Columns = append(t.Columns, table.NewText("\x00action", names, nil))
	b, err := tree.NewBinning(t, nil)
	if err != nil {
		return nil, nil, err
	}
	x, err := b.Apply(t)
	return b, x, err
}

// actionBins is the bin of each action; those never taken share one.
func (l *Log) actionBins(b *tree.Binning) []uint8 {
	levels := b.Features[len(b.Features)-1].Levels
	out := make([]uint8, l.Actions)
	for a := range out {
		out[a] = uint8(len(levels) + 1)
	}
	for k, level := range levels {
		if a, err := strconv.Atoi(level); err == nil {
			out[a] = uint8(k + 1)
		}
	}
	return out
}
