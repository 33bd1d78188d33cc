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
	cols := make([]*table.Column, len(e.Columns))
	for i := range e.Columns {
		c := &e.Columns[i]
		switch c.Form {
		case LeftOut, Derived:
		case Keyed:
			cols[i] = c.Key.column(c.Field, rows, first, rng)
		case Empty:
			cols[i] = missingColumn(c.Field, rows)
		default:
			own := make([][]uint16, len(c.Parts))
			for j := range c.Parts {
				if p := &c.Parts[j]; p.Free {
					own[j] = p.draw(rows, rng)
				} else {
					own[j], codes = codes[0], codes[1:]
				}
			}
			cols[i] = c.decode(own, rows, rng)
		}
	}
	t := &table.Table{Name: e.Table}
	for i := range e.Columns {
		if c := &e.Columns[i]; c.Form == Derived {
			cols[i] = c.follow(&e.Columns[c.Rule.Source].Parts[0], cols[c.Rule.Source], rng)
		}
		if cols[i] != nil {
			t.Columns = append(t.Columns, cols[i])
		}
	}
	return t, nil
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

// decode draws the cells of one modelled column.
func (c *Column) decode(codes [][]uint16, rows int, rng *rand.Rand) *table.Column {
	out := &table.Column{Field: c.Field}
	if c.Field.Kind == table.Text {
		out.Levels = c.Parts[0].Levels
		out.Codes = make([]int32, rows)
		c.Parts[0].levels(codes[0], rng, out.Codes)
		return out
	}
	parts := make([][]float64, len(c.Parts))
	for j := range c.Parts {
		parts[j] = make([]float64, rows)
		p := &c.Parts[j]
		if j > 0 && p.Missing {
			codes[j] = p.present(codes[j], rng)
		}
		p.numbers(codes[j], rng, parts[j])
	}
	out.Num = parts[0]
	if c.Field.Kind == table.Time {
		out.Num = c.joinTime(parts)
		for i, x := range parts[0] {
			if math.IsNaN(x) {
				out.Num[i] = x
			}
		}
	}
	return out
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

// levels fills cells with the pieces drawn for codes, -1 for missing.
func (p *Part) levels(codes []uint16, rng *rand.Rand, cells []int32) {
	p.spread(codes, rng,
		func(row int32, piece int, _ float64) { cells[row] = int32(piece) },
		func(row int32) { cells[row] = -1 })
}

// numbers fills cells with the numbers drawn for codes, NaN for missing.
func (p *Part) numbers(codes []uint16, rng *rand.Rand, cells []float64) {
	p.spread(codes, rng,
		func(row int32, piece int, u float64) {
			x := p.Lo[piece]
			if hi := p.Hi[piece]; hi > x {
				x = p.round(x + u*(hi-x))
			}
			cells[row] = x
		},
		func(row int32) { cells[row] = math.NaN() })
}

// spread draws a piece, and a place u in [0, 1] within it, for every row:
// stratified, the m rows of a bin taking m evenly spaced quantiles in random
// order. set is called for each row, or gone where the code is missing.
func (p *Part) spread(codes []uint16, rng *rand.Rand, set func(row int32, piece int, u float64), gone func(row int32)) {
	bins := len(p.From)
	start := make([]int32, bins+2)
	for _, c := range codes {
		start[c+1]++
	}
	for b := range bins + 1 {
		start[b+1] += start[b]
	}
	order := make([]int32, len(codes))
	next := append([]int32(nil), start...)
	for i, c := range codes {
		order[next[c]] = int32(i)
		next[c]++
	}
	for b := range bins {
		rows := order[start[b]:start[b+1]]
		from, to := int(p.From[b]), int(p.To[b])
		if to-from == 1 && (p.Lo == nil || p.Lo[from] == p.Hi[from]) {
			for _, r := range rows {
				set(r, from, 0)
			}
			continue
		}
		if len(rows) == 0 {
			continue
		}
		for i := len(rows) - 1; i > 0; i-- {
			j := rng.IntN(i + 1)
			rows[i], rows[j] = rows[j], rows[i]
		}
		var total float64
		for _, c := range p.Count[from:to] {
			total += float64(c)
		}
		shift, m := rng.Float64(), float64(len(rows))
		piece, below := from, 0.
		for j, r := range rows {
			u := (float64(j) + shift) / m
			if p.Lo != nil && len(rows) > 3 { // reach the column's ends
				if b == 0 && j == 0 {
					u = 0
				} else if b == bins-1 && j == len(rows)-1 {
					u = 1
				}
			}
			at := u * total
			for piece < to-1 && at >= below+float64(p.Count[piece]) {
				below += float64(p.Count[piece])
				piece++
			}
			set(r, piece, min(1, max(0, (at-below)/float64(p.Count[piece]))))
		}
	}
	for _, r := range order[start[bins]:] {
		gone(r)
	}
}
