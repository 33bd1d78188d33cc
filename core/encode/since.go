package encode

import (
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// A time that lies a while after another one in the same row (the end of a
// promotion after its start, a delivery after its order) is carried as the time
// between: its [Formula] is Since, and its part holds seconds. Dates then keep
// their order and promotions their usual lengths, which two columns of dates,
// each in bins of weeks, cannot tell.

// sinceSpread is how far times between may spread, of what the later times do:
// beyond, they say little.
const sinceSpread = .25

// since finds such times and returns t with these columns replaced by the
// seconds between. A time that others are counted from is not counted itself.
// Cost: O(rows) for each pair of times.
func (e *Encoder) since(t *table.Table) *table.Table {
	var times []int
	for i := range e.Columns {
		if c := &e.Columns[i]; c.Form == Modelled && c.Field.Kind == table.Time && len(times) < formulaColumns {
			times = append(times, i)
		}
	}
	base := map[int]bool{}
	for at := len(times) - 1; at >= 0; at-- {
		z := times[at]
		if e.Columns[z].known || base[z] {
			continue
		}
		var best *Formula
		least := sinceSpread * spreadOf(present(t.Columns[z].Num))
		for _, x := range times {
			if x == z || e.Columns[x].Formula != nil {
				continue
			}
			if f, spread := sinceOf(t, z, x, e.Config.MinCount); f != nil && spread <= least {
				best, least = f, spread
			}
		}
		if best == nil {
			continue
		}
		base[best.X] = true
		c := &e.Columns[z]
		gap := between(t.Columns[z], t.Columns[best.X])
		part := fitNumbers(present(gap.Num), e.Config, e.Config.Bins*3/2, Value)
		part.Missing = c.Parts[0].Missing
		c.Formula, c.Parts = best, []Part{part}
	}
	return e.gaps(t)
}

// sinceOf returns how column z lies after column x, nil if it does not: where
// one is a date alone, where x is missing though z is there, or where z comes
// before x in most rows. spread is that of the times between.
func sinceOf(t *table.Table, z, x, minCount int) (f *Formula, spread float64) {
	late, early := t.Columns[z], t.Columns[x]
	gap := between(late, early)
	f = &Formula{Op: Since, X: x, Y: -1, W: -1, Scale: 1, Least: math.Inf(-1), Most: math.Inf(1)}
	clockLate, clockEarly := false, false
	var all []float64
	for i, g := range gap.Num {
		if math.IsNaN(g) {
			if !math.IsNaN(late.Num[i]) {
				return nil, 0
			}
			continue
		}
		all = append(all, g)
		clockLate = clockLate || math.Mod(late.Num[i], daySeconds) != 0
		clockEarly = clockEarly || math.Mod(early.Num[i], daySeconds) != 0
	}
	if len(all) < max(minCount, formulaRows) || clockLate != clockEarly {
		return nil, 0
	}
	spread = spreadOf(all) // sorts
	switch {
	case all[0] >= 0:
		f.Least = 0
	case all[len(all)/2] < 0:
		return nil, 0
	}
	return f, spread
}

// spreadOf sorts x and returns how far its 5th and 95th hundredths are apart.
func spreadOf(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	return x[len(x)*95/100] - x[len(x)*5/100]
}

// between is the seconds from early to late, by row.
func between(late, early *table.Column) *table.Column {
	out := &table.Column{Field: late.Field, Num: make([]float64, len(late.Num))}
	for i, x := range late.Num {
		out.Num[i] = x - early.Num[i]
	}
	return out
}

// gaps returns t with the columns that are counted from others replaced by the
// seconds between; t itself if there are none. Where one of the two columns is
// not in t the other stays as it is.
func (e *Encoder) gaps(t *table.Table) *table.Table {
	out := t
	for i := range e.Columns {
		c := &e.Columns[i]
		if !c.isSince() {
			continue
		}
		late, early := t.Column(c.Field.Name), t.Column(e.Columns[c.Formula.X].Field.Name)
		if late == nil || early == nil || late.Kind != table.Time || early.Kind != table.Time {
			continue
		}
		if out == t {
			out = &table.Table{Name: t.Name, Columns: slices.Clone(t.Columns)}
		}
		out.Columns[slices.Index(t.Columns, late)] = between(late, early)
	}
	return out
}

func (c *Column) isSince() bool { return c.Formula != nil && c.Formula.Op == Since }

// needsBase returns an error if t has a column that is counted from another
// one, but not that.
func (e *Encoder) needsBase(t *table.Table) error {
	for i := range e.Columns {
		c := &e.Columns[i]
		if !c.isSince() || t.Column(c.Field.Name) == nil {
			continue
		}
		if base := e.Columns[c.Formula.X].Field; t.Column(base.Name) == nil || t.Column(base.Name).Kind != table.Time {
			return core.Errorf(core.Invalid, "table %q has no times in column %q, from which the model counts %q", t.Name, base.Name, c.Field.Name)
		}
	}
	return nil
}

// after sets col, seconds after base, to the times they end at, moved to a day
// that the column's calendar knows unless that comes before base.
func (c *Column) after(col, base *table.Column) {
	f := c.Formula
	for i, gap := range col.Num {
		x := base.Num[i] + max(gap, f.Least)
		if col.Num[i] = x; math.IsNaN(x) {
			continue
		}
		day := math.Floor(x / daySeconds)
		if x += (float64(c.Days.nearest(int32(day))) - day) * daySeconds; x >= base.Num[i]+f.Least {
			col.Num[i] = x
		}
	}
}
