package encode

import (
	"context"
	"math/rand/v2"

	"shoptwin/core/table"
)

// leastWidth is what no block is shrunk below for the sake of the others.
const leastWidth = 4

// narrow brings the blocks to at most MaxLevels codes each and MaxWidth in
// all: the widest are shrunk to a common bound. If that bound would fall
// below leastWidth, the last parts lose their block instead and are drawn on
// their own.
func (e *Encoder) narrow(ctx context.Context, t *table.Table, rng *rand.Rand) {
	var parts []*Part
	for i := range e.Columns {
		for j := range e.Columns[i].Parts {
			if p := &e.Columns[i].Parts[j]; !p.Free {
				parts = append(parts, p)
			}
		}
	}
	width := func(p *Part, bound int) int {
		if w := e.boundWidth(p, bound); w > 1 {
			return w
		}
		return 0
	}
	total := func(bound int) (sum int) {
		for _, p := range parts {
			sum += width(p, bound)
		}
		return sum
	}
	bound := e.Config.MaxLevels
	for bound > leastWidth && total(bound) > e.Config.MaxWidth {
		bound--
	}
	free := 0
	for sum, i := 0, 0; i < len(parts); i++ {
		w := width(parts[i], bound)
		if sum+w > e.Config.MaxWidth {
			parts[i].Free = true
			free++
			continue
		}
		sum += w
	}
	if free > 0 {
		e.warn("the table is too wide to learn every column together with the others: %d of %d are drawn on their own", free, len(parts))
	} else if bound < min(e.Config.MaxLevels, e.Config.Bins) {
		e.warn("the table is wide: every column is learned with at most %d steps", bound)
	}
	e.regroup(ctx, t, bound, rng)
}

// fullWidth is the width of p before it is narrowed.
func (e *Encoder) fullWidth(p *Part) int {
	w := len(p.From)
	if p.Unit == Label {
		w = p.kept() + p.rareBins(e.Config.MinCount)
	}
	if p.Missing {
		w++
	}
	return w
}

// boundWidth is the width of p where no block has more codes than bound.
func (e *Encoder) boundWidth(p *Part, bound int) int {
	if w := e.fullWidth(p); w <= bound || p.Unit != Label {
		return min(w, bound)
	}
	return min(bound, e.Config.MaxGroups)
}

// regroup applies bound to every part.
func (e *Encoder) regroup(ctx context.Context, t *table.Table, bound int, rng *rand.Rand) {
	type place struct{ column, part int }
	var wide []place
	for i := range e.Columns {
		for j := range e.Columns[i].Parts {
			p := &e.Columns[i].Parts[j]
			most := bound
			if p.Missing {
				most--
			}
			switch {
			case p.Unit != Label:
				p.shrink(most)
			case p.Free || e.fullWidth(p) <= bound:
				p.group(nil, most, e.Config.MinCount)
			default:
				wide = append(wide, place{i, j})
			}
		}
	}
	if len(wide) == 0 {
		return
	}
	skip := map[int]bool{}
	for _, w := range wide {
		skip[w.column] = true
	}
	sample := e.thin(t, skip, rng)
	for _, w := range wide {
		if ctx.Err() != nil {
			return
		}
		p := &e.Columns[w.column].Parts[w.part]
		most := min(bound, e.Config.MaxGroups) - p.rareBins(e.Config.MinCount)
		if p.Missing {
			most--
		}
		p.group(sample.axis(t.Columns[w.column], p), most, e.Config.MinCount)
	}
}
