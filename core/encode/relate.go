package encode

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core/table"
)

// relate finds the parts that follow from others, see [Given], and keeps how.
//
// Which contexts a part has is decided on a sample of the rows, two thirds of
// it counted and a third judging: a context stays if it saves relateGain
// bits a row. Parts of many pieces in a bin are drawn in their bin by up to
// two contexts. A part most of whose bits its contexts save loses its block
// and is drawn by them alone, if that leaves all pairs of columns as they
// are: then the network has nothing to add.
//
// O(parts² x relateRows) for the choice, which is bounded by relateTests, and
// O(rows log rows) for every part that is kept.
func (e *Encoder) relate(ctx context.Context, t *table.Table, rng *rand.Rand) error {
	if t.Rows() < relateLeast || len(e.blocks) < 2 {
		return nil
	}
	s := e.newSearch(ctx, t, rng)
	s.replace()
	s.refine()
	if err := ctx.Err(); err != nil || len(s.found) == 0 {
		return err
	}
	full := e.observe(t, nil)
	rows := make([]int32, t.Rows())
	for i := range rows {
		rows[i] = int32(i)
	}
	for k := range e.parts {
		if by, ok := s.found[k]; ok {
			if err := ctx.Err(); err != nil {
				return err
			}
			e.parts[k].Given = full.given(k, by, s.free[k], rows, int64(e.Config.MinCount))
		}
	}
	return e.index()
}

// observed is a table as pieces and codes of all parts that are modelled.
type observed struct {
	e     *Encoder
	codes [][]int32
	piece [][]int32 // -1 for a value that is not remembered
}

// observe encodes the given rows of t, all of them for nil.
func (e *Encoder) observe(t *table.Table, rows []int) *observed {
	o := &observed{e, make([][]int32, len(e.parts)), make([][]int32, len(e.parts))}
	k := 0
	for i := range e.Columns {
		c := &e.Columns[i]
		if c.Form == Modelled {
			col := t.Columns[i]
			if rows != nil {
				col = col.Take(rows)
			}
			codes := c.encode(col)
			for j := range c.Parts {
				o.codes[k+j], o.piece[k+j] = widen(codes[j]), c.Parts[j].pieceOf(col)
			}
		}
		k += len(c.Parts)
	}
	return o
}

// pieceOf returns the piece of each cell of col, len(p.Count) for missing and
// -1 for a level that is not remembered. A number between two pieces has that
// of its bin which is nearer.
func (p *Part) pieceOf(col *table.Column) []int32 {
	if p.Unit == Label {
		return p.piecesOf(col)
	}
	out := make([]int32, len(col.Num))
	for i, x := range col.Num {
		if math.IsNaN(x) {
			out[i] = int32(len(p.Count))
			continue
		}
		if p.Unit != Value {
			x = timePart(p.Unit, x)
		}
		b := p.bin(x)
		from, to := p.From[b], p.To[b]
		k, _ := slices.BinarySearch(p.Hi[from:to], x)
		at := min(from+int32(k), to-1)
		if at > from && x < p.Lo[at] && x-p.Hi[at-1] <= p.Lo[at]-x {
			at--
		}
		out[i] = at
	}
	return out
}

// states returns the values of context c.
func (o *observed) states(c Context) states {
	p := o.e.parts[c.Part]
	if c.Fine {
		return states{o.piece[c.Part], uint64(len(p.Count) + 1)}
	}
	return states{o.codes[c.Part], uint64(len(p.From) + 1)}
}

// given counts part k in the given rows.
func (o *observed) given(k int, by []Context, free bool, rows []int32, minCount int64) *Given {
	p := o.e.parts[k]
	n := len(p.Count) + 1
	g := &Given{By: by, Rest: make([]int64, n)}
	var own *states
	if !free {
		own = &states{o.codes[k], uint64(p.Width())}
		gone := int32(len(p.Count))
		rows = slices.DeleteFunc(slices.Clone(rows), func(i int32) bool { return o.piece[k][i] == gone })
	}
	all := make([]states, len(by))
	for j, c := range by {
		all[j] = o.states(c)
	}
	var rest []int32
	g.Levels, g.Whole, rest = fitCells(own, all, o.piece[k], n, rows, minCount)
	for _, i := range rest {
		if piece := o.piece[k][i]; piece >= 0 {
			g.Rest[piece]++
		}
	}
	return g
}
