package encode

import (
	"math"
	"math/rand/v2"

	"shoptwin/core/table"
)

// Op is what a Formula does with its columns.
type Op uint8

const (
	Plus       Op = iota // X + Y
	Minus                // X - Y
	Times                // X * Y
	TimesMinus           // X * Y - W
	TimesPlus            // X * Y + W
	Since                // X + what the column's part holds, which has a block; see since.go
)

// Formula is how a column is computed from others in every row: an amount
// from quantity, price and discount, or a time from one before. It is found on the fitted rows and then
// holds in every sample, to the last digit.
type Formula struct {
	Op      Op
	X, Y, W int     // indices of columns; W is -1 where it is not used
	Scale   float64 // results are whole multiples of 1/Scale
	Missing float64 // share of cells that are missing though they could be computed
	// Least is what no result is below, -Inf if there is no such thing: where
	// it would be, what is taken away is less.
	Least float64
	// Most is about what the largest products are, +Inf if they are not
	// bounded: where a sample's would be larger, a factor is less. Two rare
	// large factors would otherwise meet where they never do.
	Most float64
}

// Limits of the search for formulas.
const (
	formulaColumns = 16  // numeric columns that are looked at
	formulaRows    = 50  // rows that must show a formula, in as many distinct results
	formulaAlone   = .01 // share of rows in which the result may stand without what it is computed from
)

func (f *Formula) of(x, y, w float64) float64 {
	switch f.Op {
	case Plus:
		return x + y
	case Minus:
		return x - y
	case Times:
		return x * y
	case TimesMinus:
		return x*y - w
	}
	return x*y + w
}

// compute finds columns that are computed from others. Every row in which all
// are present must agree to half a unit of the last decimal place. Later
// columns are tried first, simple formulas before long ones. Most wrong ones
// fail in the first rows, so that the cost is that of the true ones: O(rows).
func (e *Encoder) compute(t *table.Table) {
	var numbers []int
	for i := range e.Columns {
		c := &e.Columns[i]
		if c.Form == Modelled && !c.known && c.Field.Kind == table.Number && len(c.Parts[0].Count) > 2 && len(numbers) < formulaColumns {
			numbers = append(numbers, i)
		}
	}
	used := map[int]bool{} // in a formula: must not become computed
	for at := len(numbers) - 1; at >= 0; at-- {
		z := numbers[at]
		if used[z] {
			continue
		}
		if f := e.formula(t, z, numbers); f != nil {
			p := &e.Columns[z].Parts[0]
			if f.Most = math.Inf(1); f.Op >= Times && f.Least >= 0 && p.Lo[0] >= 0 {
				f.Most = p.Hi[len(p.Hi)-1]
				if e.Columns[f.Y].Parts[0].Scale < e.Columns[f.X].Parts[0].Scale {
					f.X, f.Y = f.Y, f.X // X is the coarser one, a quantity
				}
			}
			e.Columns[z].Form, e.Columns[z].Formula, e.Columns[z].Parts = Computed, f, nil
			used[f.X], used[f.Y] = true, true
			if f.W >= 0 {
				used[f.W] = true
			}
		}
	}
}

// formula returns that of column z, nil if there is none.
func (e *Encoder) formula(t *table.Table, z int, numbers []int) *Formula {
	scale := e.Columns[z].Parts[0].Scale
	if e.Columns[z].Parts[0].Step == 0 {
		return nil
	}
	free := func(i int) bool { return i != z && e.Columns[i].Form == Modelled }
	for _, op := range []Op{Plus, Minus, Times, TimesMinus, TimesPlus} {
		for a, x := range numbers {
			for b, y := range numbers {
				if !free(x) || !free(y) || x == y || op != Minus && a > b {
					continue
				}
				f := &Formula{Op: op, X: x, Y: y, W: -1, Scale: scale}
				if op < TimesMinus {
					if f.holds(t, z) {
						return f
					}
					continue
				}
				for _, w := range numbers {
					if f.W = w; free(w) && w != x && w != y && f.holds(t, z) {
						return f
					}
				}
			}
		}
	}
	return nil
}

// holds says whether f gives column z in every row, and completes f.
func (f *Formula) holds(t *table.Table, z int) bool {
	result, x, y := t.Columns[z].Num, t.Columns[f.X].Num, t.Columns[f.Y].Num
	w := x
	if f.W >= 0 {
		w = t.Columns[f.W].Num
	}
	shown, silent, alone := 0, 0, 0
	seen := map[float64]struct{}{}
	least := math.Inf(1)
	for i, have := range result {
		want := f.of(x[i], y[i], w[i])
		switch {
		case math.IsNaN(want) && !math.IsNaN(have):
			alone++
		case math.IsNaN(want):
		case math.IsNaN(have):
			silent++
		case math.Abs(want-have) > .5/f.Scale+1e-9*max(1, math.Abs(want)):
			return false
		default:
			shown++
			if len(seen) < formulaRows {
				seen[have] = struct{}{}
			}
			least = min(least, have)
		}
	}
	if len(seen) < formulaRows || float64(alone) > formulaAlone*float64(len(result)) {
		return false
	}
	f.Missing = float64(silent) / float64(shown+silent)
	switch f.Least = math.Inf(-1); {
	case least > 0:
		f.Least = 1 / f.Scale
	case least == 0:
		f.Least = 0
	}
	return true
}

// column computes the column from the others of a sample. Where the result
// would be below Least, the cells of what is taken away are lowered.
func (f *Formula) column(field table.Field, cols []*table.Column, rng *rand.Rand) *table.Column {
	x, y := cols[f.X].Num, cols[f.Y].Num
	w, less := x, y
	if f.W >= 0 {
		w = cols[f.W].Num
		less = w
	}
	out := make([]float64, len(x))
	for i := range out {
		v := math.Round(f.of(x[i], y[i], w[i])*f.Scale) / f.Scale
		if v > f.Most && y[i] > 0 {
			if lower := math.Floor((f.Most - v + x[i]*y[i]) / y[i]); lower >= 1 {
				x[i] = lower
				v = math.Round(f.of(x[i], y[i], w[i])*f.Scale) / f.Scale
			}
		}
		if v < f.Least && (f.Op == Minus || f.Op == TimesMinus) {
			if lower := math.Floor((less[i]+v-f.Least)*f.Scale) / f.Scale; lower >= 0 {
				less[i] = lower
				v = math.Round(f.of(x[i], y[i], w[i])*f.Scale) / f.Scale
			}
		}
		if f.Missing > 0 && rng.Float64() < f.Missing {
			v = math.NaN()
		}
		out[i] = v
	}
	return &table.Column{Field: field, Num: out}
}

// soundFormula says whether c, if computed, can be.
func (e *Encoder) soundFormula(c *Column) bool {
	f := c.Formula
	if f == nil {
		return true
	}
	if f.Op == Since {
		return f.X >= 0 && f.X < len(e.Columns) && e.Columns[f.X].Form == Modelled && e.Columns[f.X].Field.Kind == table.Time && e.Columns[f.X].Formula == nil && f.Least <= 0
	}
	number := func(i int) bool {
		return i >= 0 && i < len(e.Columns) && e.Columns[i].Field.Kind == table.Number && (e.Columns[i].Form == Modelled || e.Columns[i].Form == Derived)
	}
	return f.Op <= TimesPlus && f.Scale > 0 && f.Most == f.Most && number(f.X) && number(f.Y) && (number(f.W) || f.W == -1 && f.Op < TimesMinus) && c.Field.Kind == table.Number
}
