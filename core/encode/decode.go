package encode

import (
	"math"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Decode returns a table with one row for each of the codes (codes[block][row]
// as of [Encoder.Codes]). Cells are drawn evenly over each bin, in random
// order, so that marginals are as exact as the codes are, and the first and
// last bin reach the column's ends. Keys are fresh.
//
// Columns come in the fitted order, without free text. Text columns share
// their Levels with the encoder. The result depends on codes and rng's state
// only. O(rows x columns).
//
// An encoder without blocks decodes an empty table: use [Encoder.DecodeRows].
func (e *Encoder) Decode(codes [][]uint16, rng *rand.Rand) (*table.Table, error) {
	rows := 0
	if len(codes) > 0 {
		rows = len(codes[0])
	}
	return e.DecodeRows(codes, rows, 0, rng)
}

// DecodeRows is Decode for rows first to first+rows of a longer sample: keys
// differ from those of all rows before. A key that repeats does so within one
// call.
func (e *Encoder) DecodeRows(codes [][]uint16, rows int, first int64, rng *rand.Rand) (*table.Table, error) {
	return e.decode(codes, nil, rows, first, rng)
}

// decode is DecodeRows with the columns of known given; nil: none is.
func (e *Encoder) decode(codes [][]uint16, known *table.Table, rows int, first int64, rng *rand.Rand) (*table.Table, error) {
	if len(codes) != len(e.blocks) {
		return nil, core.Errorf(core.Invalid, "%d blocks of codes, the encoder has %d", len(codes), len(e.blocks))
	}
	for b, p := range e.blocks {
		if len(codes[b]) != rows {
			return nil, core.Errorf(core.Invalid, "block %d of codes has %d rows, expected %d", b, len(codes[b]), rows)
		}
		for i, c := range codes[b] {
			if int(c) >= p.Width() {
				return nil, core.Errorf(core.Invalid, "block %d, row %d: code %d, but the block has %d", b, i, c, p.Width())
			}
		}
	}
	d := e.newDraft(codes, rows, rng)
	given := make([]*table.Column, len(e.Columns))
	if known != nil {
		for i := range e.Columns {
			if given[i] = known.Column(e.Columns[i].Field.Name); given[i] != nil && e.Columns[i].Form == Modelled && !e.Columns[i].isSince() {
				d.know(&e.Columns[i], e.firstPart(i), given[i])
			}
		}
	}
	for _, k := range e.order {
		if d.piece[k] == nil {
			d.draw(k)
		}
	}
	cols := make([]*table.Column, len(e.Columns))
	part := 0
	for i := range e.Columns {
		c := &e.Columns[i]
		if cols[i] = given[i]; cols[i] != nil {
			part += len(c.Parts)
			continue
		}
		switch c.Form {
		case Keyed:
			cols[i] = c.Key.column(c.Field, rows, first, rng)
		case Empty:
			cols[i] = missingColumn(c.Field, rows)
		case Modelled:
			cols[i] = d.cells(c, part)
		case Derived:
			cols[i] = c.follow(d.piece[e.firstPart(c.Rule.Source)], rng)
		}
		if c.Key != nil && c.Form != Keyed {
			c.freshen(cols[i], first, rng)
		}
		part += len(c.Parts)
	}
	t := &table.Table{Name: e.Table}
	for i := range e.Columns {
		if c := &e.Columns[i]; c.isSince() && given[i] == nil {
			c.after(cols[i], cols[c.Formula.X])
		} else if c.Form == Computed {
			cols[i] = c.Formula.column(c.Field, cols, rng)
		}
		if cols[i] != nil {
			t.Columns = append(t.Columns, cols[i])
		}
	}
	return t, nil
}

// Rekey gives t, rows that were decoded and chosen from, the keys of rows
// first on of a sample.
func (e *Encoder) Rekey(t *table.Table, first int64, rng *rand.Rand) {
	for i := range e.Columns {
		c := &e.Columns[i]
		if c.Form != Keyed {
			continue
		}
		for j, col := range t.Columns {
			if col.Name == c.Field.Name {
				t.Columns[j] = c.Key.column(c.Field, t.Rows(), first, rng)
			}
		}
	}
}

func missingColumn(f table.Field, rows int) *table.Column {
	c := &table.Column{Field: f}
	if f.Kind == table.Text {
		c.Codes = make([]int32, rows)
		for i := range c.Codes {
			c.Codes[i] = -1
		}
		return c
	}
	c.Num = make([]float64, rows)
	for i := range c.Num {
		c.Num[i] = math.NaN()
	}
	return c
}

// present returns codes with those for missing redrawn by mass: whether a
// time is missing is for its first part to say.
func (p *Part) present(codes []uint16, rng *rand.Rand) []uint16 {
	out := make([]uint16, len(codes))
	gone := uint16(len(p.From))
	var total int64
	for _, m := range p.Mass[:gone] {
		total += m
	}
	for i, c := range codes {
		if out[i] = c; c == gone {
			n := rng.Int64N(max(1, total))
			b := uint16(0)
			for ; b < gone-1 && n >= p.Mass[b]; b++ {
				n -= p.Mass[b]
			}
			out[i] = b
		}
	}
	return out
}

// draw returns n codes by mass, in random order, each as often as it should
// be but for rounding.
func (p *Part) draw(n int, rng *rand.Rand) []uint16 {
	out := make([]uint16, n)
	if len(p.Mass) < 2 {
		return out
	}
	var total int64
	for _, m := range p.Mass {
		total += m
	}
	step := float64(total) / float64(max(n, 1))
	at, code, sum := rng.Float64()*step, 0, float64(p.Mass[0])
	for i := range out {
		for at >= sum && code < len(p.Mass)-1 {
			code++
			sum += float64(p.Mass[code])
		}
		out[i] = uint16(code)
		at += step
	}
	rng.Shuffle(n, func(a, b int) { out[a], out[b] = out[b], out[a] })
	return out
}
