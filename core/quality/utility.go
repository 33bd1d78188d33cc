package quality

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// judge trees: 60 trees of depth 5, the configuration that published figures
// for C2ST were measured with.
var treeConfig = tree.Config{Trees: 60, MaxDepth: 5, LearnRate: 0.1, MinLeaf: 20}

// table returns the aligned columns of one side as a table of the given rows,
// without the column named but.
func (a *aligned) table(side int, rows []int, but string) *table.Table {
	t := &table.Table{}
	for _, c := range a.columns {
		if c.Name == but {
			continue
		}
		col := &table.Column{Field: table.Field{Name: c.Name, Kind: table.Number}}
		if c.discrete {
			col.Kind, col.Levels, col.Codes = table.Text, c.levels, take(c.codes[side], rows)
		} else {
			col.Num = take(c.num[side], rows)
		}
		t.Columns = append(t.Columns, col)
	}
	return t
}

// stack returns the rows of b below those of a. Both come from one aligned.
func stack(a, b *table.Table) *table.Table {
	t := &table.Table{}
	for j, c := range a.Columns {
		t.Columns = append(t.Columns, &table.Column{Field: c.Field, Levels: c.Levels,
			Num: slices.Concat(c.Num, b.Columns[j].Num), Codes: slices.Concat(c.Codes, b.Columns[j].Codes)})
	}
	return t
}

// detection measures how well trees tell the tables apart. fits is how often
// done will be called.
func (a *aligned) detection(ctx context.Context, r *Report, cfg Config, rng *rand.Rand, done func()) error {
	n := min(cfg.ModelRows, a.rows[realSide], a.rows[syntheticSide])
	if a.holdout {
		n = min(n, a.rows[holdoutSide])
	}
	d := &r.Detection
	d.Rows = n
	if n < 200 {
		a.note("With %d rows no trees were trained to tell the tables apart.", "仅有 %d 行，未训练用于区分两表的树。", n)
		return nil
	}
	var rows [sides][]int
	for s, total := range a.rows {
		if total > 0 {
			rows[s] = sample(rng, total, n)
		}
	}
	synthetic := a.table(syntheticSide, rows[syntheticSide], "")
	real := a.table(realSide, rows[realSide], "")
	var err error
	if d.C2ST, d.Clues, err = c2st(ctx, real, synthetic, rng); err != nil {
		return err
	}
	done()
	if !a.holdout {
		return nil
	}
	holdout := a.table(holdoutSide, rows[holdoutSide], "")
	again := make([]int, n)
	for i := range again {
		again[i] = rng.IntN(a.rows[realSide])
	}
	slices.Sort(again)
	for _, try := range []struct {
		table *table.Table
		auc   **float64
	}{{synthetic, &d.C2Holdout}, {real, &d.Real}, {a.table(realSide, again, ""), &d.Bootstrap}} {
		if *try.auc, _, err = c2st(ctx, holdout, try.table, rng); err != nil {
			return err
		}
		done()
	}
	return nil
}

// c2st returns the AUC with which trees tell b's rows from a's, on the half
// of the rows they were not trained on, the mean of both halves; and the
// columns that helped most. a and b have equally many rows. The classifier
// two-sample test is that of Lopez-Paz and Oquab (2017).
func c2st(ctx context.Context, a, b *table.Table, rng *rand.Rand) (*float64, []Clue, error) {
	both := stack(a, b)
	n := both.Rows()
	y := make([]float32, n)
	for i := a.Rows(); i < n; i++ {
		y[i] = 1
	}
	order := rng.Perm(n)
	sum := 0.0
	share := make([]float64, len(both.Columns))
	for fold := range 2 {
		train, test := order[:n/2], order[n/2:]
		if fold == 1 {
			train, test = test, train
		}
		slices.Sort(train)
		learn := both.Take(train)
		bins, err := tree.NewBinning(learn, nil)
		if err != nil {
			return nil, nil, err
		}
		x, err := bins.Apply(learn)
		if err != nil {
			return nil, nil, err
		}
		model, err := tree.FitBinary(ctx, x, take(y, train), treeConfig)
		if err != nil {
			return nil, nil, err
		}
		if x, err = bins.Apply(both.Take(test)); err != nil {
			return nil, nil, err
		}
		sum += tree.AUC(model.Predict(x), take(y, test)) / 2
		for j, g := range model.Importance(len(share)) {
			share[j] += g / 2
		}
	}
	var clues []Clue
	for j, c := range both.Columns {
		if share[j] > 0.02 {
			clues = append(clues, Clue{c.Name, share[j]})
		}
	}
	slices.SortStableFunc(clues, func(x, y Clue) int { return cmp.Compare(y.Share, x.Share) })
	return &sum, clues[:min(5, len(clues))], nil
}

// target returns the column to predict and, unless it is numeric, the code of
// the class.
func (a *aligned) target(name string) (*column, int32, error) {
	if name != "" {
		for _, c := range a.columns {
			if c.Name == name {
				return c, c.class(), nil
			}
		}
		return nil, 0, core.Errorf(core.NotFound, "target %q is not a column that all tables have and that can be predicted", name).
			WithHint("keys, free text and empty columns are left out; leave the target empty to have one chosen")
	}
	var binary, category, measure *column
	for _, c := range a.columns {
		if !c.discrete {
			if c.Kind == table.Number && c.Role == table.Measure {
				measure = c
			}
			continue
		}
		p, levels, least := shares(c.codes[realSide]), 0, 1.0
		for _, share := range p {
			if share > 0 {
				levels++
				least = min(least, share)
			}
		}
		if levels == 2 && least >= 0.05 {
			binary = c
		}
		if levels >= 2 && levels <= 20 && p[c.class()] <= 0.95 {
			category = c
		}
	}
	for _, c := range []*column{binary, category, measure} {
		if c != nil {
			return c, c.class(), nil
		}
	}
	return nil, 0, nil
}

// class returns the class of c to predict: the rarer of two, if it may be
// named, else the most frequent in the real table.
func (c *column) class() int32 {
	if !c.discrete {
		return 0
	}
	p := shares(c.codes[realSide])
	most, levels := 0, 0
	for k, share := range p {
		if share > p[most] {
			most = k
		}
		if share > 0 {
			levels++
		}
	}
	if levels == 2 {
		for k, share := range p {
			if share*float64(c.length(realSide)) >= rare && k != most {
				return int32(k)
			}
		}
	}
	return int32(most)
}

// known returns those of rows whose cell is not missing.
func (c *column) known(side int, rows []int) []int {
	return slices.DeleteFunc(slices.Clone(rows), func(i int) bool { return c.missing(side, i) })
}

// targets returns the target of each row: 1 for the class, the number scaled by
// the real table's range, which changes no R2, or where the column is heavy its
// place among the real table's numbers.
func (c *column) targets(side int, rows []int, class int32) []float32 {
	y := make([]float32, len(rows))
	var lo, by float64
	if !c.discrete {
		lo, by = c.scale()
	}
	sorted, _ := c.heavy()
	for i, row := range rows {
		switch {
		case sorted != nil:
			y[i] = float32(place(c.num[side][row], sorted))
		case !c.discrete:
			y[i] = float32((c.num[side][row] - lo) * by)
		case c.codes[side][row] == class:
			y[i] = 1
		}
	}
	return y
}

// A number is heavy if heavyRows of the real table's values hold heavyShare of
// its variance or more: those few decide what R2 is, for any model. Of normal
// values they hold a twelfth, of exponential ones less than a quarter.
const (
	heavyRows  = .01
	heavyShare = .5
)

// heavy returns the sorted numbers of the real table, nil unless they are heavy,
// and the share of variance that the farthest hold. It looks at no other table.
func (c *column) heavy() (sorted []float64, share float64) {
	if c.discrete {
		return nil, 0
	}
	sorted = sortedValues(c.num[realSide])
	_, by := c.scale()
	middle := 0.0
	for _, x := range sorted {
		middle += x * by / float64(len(sorted))
	}
	far := make([]float64, len(sorted))
	total := 0.0
	for i, x := range sorted {
		d := x*by - middle
		far[i] = d * d
		total += far[i]
	}
	slices.Sort(far)
	for _, d := range far[len(far)-int(math.Ceil(heavyRows*float64(len(far)))):] {
		share += d / max(total, 1e-300)
	}
	if share < heavyShare {
		return nil, share
	}
	return sorted, share
}
