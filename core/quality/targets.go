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

// pupil is a model that learned to predict c, with what it guesses for rows of
// the holdout.
type pupil func(rows []int) ([]float64, error)

// teach trains trees to predict c, or its class, from rows of some sides
// together. Rows without the target must have been left out. Where all rows
// are of one class the pupil guesses 0 throughout. No rows, no pupil.
func (a *aligned) teach(ctx context.Context, c *column, class int32, rows [sides][]int) (pupil, error) {
	var learn *table.Table
	var y []float32
	for side, some := range rows {
		if len(some) == 0 {
			continue
		}
		t := a.table(side, some, c.Name)
		if learn == nil {
			learn = t
		} else {
			learn = stack(learn, t)
		}
		y = append(y, c.targets(side, some, class)...)
	}
	if learn == nil {
		return nil, nil
	}
	if c.discrete && !slices.Contains(y, 1-y[0]) {
		return func(rows []int) ([]float64, error) { return make([]float64, len(rows)), nil }, nil
	}
	bins, err := tree.NewBinning(learn, nil)
	if err != nil {
		return nil, err
	}
	x, err := bins.Apply(learn)
	if err != nil {
		return nil, err
	}
	fit := tree.FitBinary
	if !c.discrete {
		fit = tree.FitSquared
	}
	model, err := fit(ctx, x, y, treeConfig)
	if err != nil {
		return nil, err
	}
	return func(rows []int) ([]float64, error) {
		z, err := bins.Apply(a.table(holdoutSide, rows, c.Name))
		if err != nil {
			return nil, err
		}
		return model.Predict(z), nil
	}, nil
}

// exam is what two pupils guessed for the same rows of the holdout.
type exam struct {
	c       *column
	class   int32
	rows    []int
	answers []float32
	twin    []float64 // taught by synthetic rows
	real    []float64 // taught by real rows
}

// mark scores guesses: AUC, or R² for a number. NaN where all answers are one.
func (c *column) mark(guess []float64, answers []float32) float64 {
	if !c.discrete {
		return tree.R2(guess, answers)
	}
	return tree.AUC(guess, answers)
}

// utility trains on synthetic rows, on real rows and on both, and examines all
// on the holdout.
func (a *aligned) utility(ctx context.Context, r *Report, cfg Config, rng *rand.Rand, done func()) error {
	c, class, err := a.target(cfg.Target)
	if err != nil {
		return err
	}
	switch {
	case !a.holdout:
		a.note("Without a holdout, utility could not be judged: a model must be examined on real rows that were not learned from.",
			"没有留出表，无法评判效用：模型须在未参与学习的真实行上检验。")
		return nil
	case c == nil || len(a.columns) < 2:
		a.note("There is no column to predict, so utility was not judged.", "没有可预测的列，因此未评判效用。")
		return nil
	}
	n := min(2*cfg.ModelRows, a.rows[realSide], a.rows[syntheticSide])
	e := &exam{c: c, class: class, rows: c.known(holdoutSide, sample(rng, a.rows[holdoutSide], 2*cfg.ModelRows))}
	u, rows, err := a.sit(ctx, e, n, rng, done)
	if err != nil || u == nil {
		return err
	}
	r.Utility, a.exam = u, e
	if cfg.Brief || min(len(rows[realSide]), len(rows[syntheticSide])) == 0 {
		return nil
	}
	both, err := a.teach(ctx, c, class, rows)
	if err != nil {
		return err
	}
	guess, err := both(e.rows)
	if err != nil {
		return err
	}
	b := &Both{Score: c.mark(guess, e.answers)}
	if c.discrete {
		b.Gain, b.Lo, b.Hi = gain(e.real, guess, e.answers)
	} else {
		b.Gain, b.Lo, b.Hi = gainSquared(e.real, guess, e.answers)
	}
	u.Both = b
	done()
	return nil
}

// gainSquared is gain for R²: how much of the answers' variance b explains
// beyond a.
func gainSquared(a, b []float64, answers []float32) (by, lo, hi float64) {
	y, d := make([]float64, len(a)), make([]float64, len(a))
	for i := range y {
		y[i] = float64(answers[i])
		d[i] = (a[i]-y[i])*(a[i]-y[i]) - (b[i]-y[i])*(b[i]-y[i])
	}
	v := max(1e-300, variance(y)*float64(len(y)-1)/float64(len(y)))
	by = mean(d) / v
	half := z95 * math.Sqrt(variance(d)/float64(len(d))) / v
	return by, by - half, by + half
}

// sit lets two pupils learn from n synthetic and n real rows and sit the exam.
// It returns what they learned from, by side, and nil when the exam asks for
// one answer only, which is noted.
func (a *aligned) sit(ctx context.Context, e *exam, n int, rng *rand.Rand, done func()) (*Utility, [sides][]int, error) {
	var rows [sides][]int
	c := e.c
	u := &Utility{Target: c.Name, Metric: "AUC", Guess: 0.5, Rows: n}
	if c.discrete {
		u.Class = c.levels[e.class]
	} else {
		u.Metric, u.Guess = "R2", 0
		if heavy, share := c.heavy(); heavy != nil {
			u.Places = true
			a.note("One in a hundred of the real table's values of %q holds %s of its variance, and would decide how well it is predicted. So not its value is predicted but its place among the real values, from 0 to 1.",
				"真实表中“%s”最极端的百分之一取值占其方差的 %s，会左右预测得分。因此预测的不是数值本身，而是它在真实取值中的位次（0 到 1）。", c.Name, percent(share))
		}
	}
	e.answers = c.targets(holdoutSide, e.rows, e.class)
	for _, s := range []struct {
		side  int
		score *float64
		guess *[]float64
	}{{syntheticSide, &u.TSTR, &e.twin}, {realSide, &u.TRTR, &e.real}} {
		rows[s.side] = c.known(s.side, sample(rng, a.rows[s.side], n))
		var only [sides][]int
		only[s.side] = rows[s.side]
		guess, err := a.teach(ctx, c, e.class, only)
		if err != nil {
			return nil, rows, err
		}
		if *s.score = math.NaN(); guess != nil && len(e.rows) > 0 {
			if *s.guess, err = guess(e.rows); err != nil {
				return nil, rows, err
			}
			*s.score = c.mark(*s.guess, e.answers)
		}
		done()
	}
	if math.IsNaN(u.TSTR) || math.IsNaN(u.TRTR) {
		a.note("In the holdout %q has a single value, so utility was not judged.", "留出表中 %q 只有一个取值，因此未评判效用。", c.Name)
		return nil, rows, nil
	}
	if u.Learned = u.TRTR > u.Guess+0.05; u.Learned {
		u.Kept = max(0, min(1, (u.TSTR-u.Guess)/(u.TRTR-u.Guess)))
	}
	return u, rows, nil
}

// targetRows is how many rows further targets are learned from.
const targetRows = 10_000

// targets does for further columns what utility does for the first.
func (a *aligned) targets(ctx context.Context, r *Report, cfg Config, rng *rand.Rand, done func()) error {
	if r.Utility == nil {
		return nil
	}
	list, err := a.further(cfg.Targets, r.Utility.Target)
	if err != nil {
		return err
	}
	n := min(targetRows, cfg.ModelRows, a.rows[realSide], a.rows[syntheticSide])
	for _, c := range list {
		e := &exam{c: c, class: c.class(), rows: c.known(holdoutSide, sample(rng, a.rows[holdoutSide], n))}
		u, _, err := a.sit(ctx, e, n, rng, func() {})
		if err != nil {
			return err
		}
		if done(); u != nil && u.TRTR < 0.9995 { // what another column says outright teaches nothing
			r.Targets = append(r.Targets, *u)
		}
	}
	rank := func(u Utility) float64 { // what could not be learned says nothing, and stands last
		if !u.Learned {
			return 2
		}
		return u.Kept
	}
	slices.SortStableFunc(r.Targets, func(x, y Utility) int { return cmp.Compare(rank(x), rank(y)) })
	return nil
}

// further returns the named columns, or up to three that can be predicted and
// are not the first target: categories and measures in turn.
func (a *aligned) further(names []string, first string) ([]*column, error) {
	var list []*column
	if names != nil {
		for _, name := range names {
			c, _, err := a.target(name)
			if err != nil {
				return nil, err
			}
			list = append(list, c)
		}
		return list, nil
	}
	var kinds [2][]*column
	for _, c := range a.columns {
		switch {
		case c.Name == first:
		case !c.discrete && c.Kind == table.Number && c.Role == table.Measure:
			kinds[1] = append(kinds[1], c)
		case c.discrete:
			levels, most := 0, 0.0
			for _, p := range shares(c.codes[realSide]) {
				if p > 0 {
					levels++
				}
				most = max(most, p)
			}
			if levels >= 2 && levels <= 20 && most <= 0.9 {
				kinds[0] = append(kinds[0], c)
			}
		}
	}
	for i := 0; len(list) < 3 && i < max(len(kinds[0]), len(kinds[1])); i++ {
		for _, of := range kinds {
			if i < len(of) && len(list) < 3 {
				list = append(list, of[i])
			}
		}
	}
	return list, nil
}

// groupColumn returns the column of a group.
func (a *aligned) groupColumn(name string) (*column, error) {
	for _, c := range a.columns {
		if c.Name == name {
			return c, nil
		}
	}
	return nil, core.Errorf(core.NotFound, "group %q is not a column that all tables have", name).
		WithHint("name a column such as sex or region; keys, free text and empty columns are left out")
}
