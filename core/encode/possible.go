package encode

import "math"

// Possible returns for each block the codes that a row may have whose cell in
// the named column is one of levels (text), or within one of ranges (numbers
// and times, both ends included), or missing where that is asked for. A block
// that is free to have any code is nil.
//
// It promises no more than that: a row with these codes may still have another
// cell, as a bin holds several values. A column without blocks of its own, as
// one that follows from others or is counted from another time, tells nothing,
// and all blocks are nil.
func (e *Encoder) Possible(column string, levels map[string]bool, ranges [][2]float64, missing bool) [][]bool {
	out := make([][]bool, len(e.blocks))
	b := 0
	for i := range e.Columns {
		c := &e.Columns[i]
		for j := range c.Parts {
			p := &c.Parts[j]
			if p.Free {
				continue
			}
			if c.Field.Name == column && c.Form == Modelled && !c.isSince() {
				out[b] = c.possible(j, levels, ranges, missing)
			}
			b++
		}
	}
	return out
}

// possible is that of part j; nil: all.
func (c *Column) possible(j int, levels map[string]bool, ranges [][2]float64, missing bool) []bool {
	p := &c.Parts[j]
	if p.Unit == Weekday || p.Unit == Clock || j > 0 && missing {
		return nil
	}
	may := make([]bool, p.Width())
	if p.Missing && j == 0 {
		may[len(p.From)] = missing
	}
	for code := range p.From {
		for k := p.From[code]; k < p.To[code] && !may[code]; k++ {
			if p.Unit == Label {
				may[code] = levels[p.Levels[k]]
				continue
			}
			for _, r := range ranges {
				lo, hi := c.seen(p, r)
				may[code] = may[code] || p.Hi[k] >= lo && p.Lo[k] <= hi
			}
		}
	}
	return may
}

// seen returns between which numbers of a part a cell of the range r lies: a
// little wider, for what rounding and closed days move.
func (c *Column) seen(p *Part, r [2]float64) (lo, hi float64) {
	if p.Unit == Value {
		step := 0.0
		if p.Step > 0 && p.Scale > 0 {
			step = p.Step / p.Scale
		}
		return r[0] - step, r[1] + step
	}
	days := 1.0
	switch {
	case c.Days == nil:
	case len(c.Days.Closed) > 0:
		days = 22 // as far as Calendar.nearest goes
	case c.Days.Weekdays != 127:
		days = 7
	}
	lo, hi = math.Floor(r[0]/daySeconds)-days, math.Floor(r[1]/daySeconds)+days
	if p.Unit == Week {
		lo, _ = weekOf(lo)
		hi, _ = weekOf(hi)
	}
	return lo, hi
}
