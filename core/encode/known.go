package encode

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// FitKnown is Fit for tables some of whose columns will be known when rows are
// drawn: those of a parent row. No known column follows from others or is
// computed.
func FitKnown(t *table.Table, known []string, cfg Config, rng *rand.Rand) (*Encoder, error) {
	return fit(context.Background(), t, known, cfg, rng)
}

// FitContext is [FitKnown] for tables that take long: of many rows, columns or
// levels. Once ctx is cancelled it stops within a column or a tried context
// and returns ctx's error.
func FitContext(ctx context.Context, t *table.Table, known []string, cfg Config, rng *rand.Rand) (*Encoder, error) {
	return fit(ctx, t, known, cfg, rng)
}

// IsKnown returns which blocks belong to the named columns.
func (e *Encoder) IsKnown(names []string) []bool {
	var out []bool
	for i := range e.Columns {
		c := &e.Columns[i]
		for j := range c.Parts {
			if !c.Parts[j].Free {
				out = append(out, slices.Contains(names, c.Field.Name))
			}
		}
	}
	return out
}

// KnownCodes returns the codes of the rows of known, a table of some of the
// fitted columns: one slice a block, of zeros where the column is not in it.
func (e *Encoder) KnownCodes(known *table.Table, rows int) ([][]uint16, error) {
	var out [][]uint16
	for i := range e.Columns {
		c := &e.Columns[i]
		if !c.hasBlock() {
			continue
		}
		var codes [][]uint16
		if col := known.Column(c.Field.Name); col != nil && !c.isSince() { // those that are known are not counted from others
			if col.Kind != c.Field.Kind || col.Len() != rows {
				return nil, core.Errorf(core.Internal, "column %q does not fit what the model was fitted to", c.Field.Name)
			}
			codes = c.encode(col)
		}
		for j := range c.Parts {
			switch {
			case c.Parts[j].Free:
			case codes == nil:
				out = append(out, make([]uint16, rows))
			default:
				out = append(out, codes[j])
			}
		}
	}
	return out, nil
}

// DecodeKnown is [Encoder.DecodeRows] for rows of which the columns of known
// are given: they come back as they are, and what follows from them follows
// from their very cells. A known cell that was not remembered says as much as
// one of its code.
func (e *Encoder) DecodeKnown(codes [][]uint16, known *table.Table, rows int, first int64, rng *rand.Rand) (*table.Table, error) {
	return e.decode(codes, known, rows, first, rng)
}

// knownPart says whether part k is of a known column; while fitting.
func (e *Encoder) knownPart(k int) bool {
	for i := range e.Columns {
		if k -= len(e.Columns[i].Parts); k < 0 {
			return e.Columns[i].known
		}
	}
	return false
}

// know sets the pieces of the parts of a column whose cells are known.
func (d *draft) know(c *Column, k int, col *table.Column) {
	for j := range c.Parts {
		p := &c.Parts[j]
		d.piece[k+j] = p.pieceOf(col)
		if !p.atomic() {
			d.place[k+j] = make([]float64, d.rows)
		}
		if p.Free {
			continue
		}
		// What was forgotten is one of its code's pieces to all that ask.
		for i, piece := range d.piece[k+j] {
			if code := int(d.codes[k+j][i]); piece < 0 {
				if d.piece[k+j][i] = int32(len(p.Count)); code < len(p.From) && p.From[code] < p.To[code] {
					d.piece[k+j][i] = p.From[code]
				}
			}
		}
	}
}

// A KeyMaker writes fresh values that look like a column's and are none of
// them; see [Key].
type KeyMaker struct{ Key }

// FitKey learns how the values of c are written. c holds text or whole
// numbers, a value at least.
func FitKey(c *table.Column) (*KeyMaker, error) {
	s := survey(c)
	if s.present == 0 || c.Kind == table.Time {
		return nil, core.Errorf(core.Invalid, "column %q has no values that a key could look like", c.Name)
	}
	cfg := Config{}.WithDefaults()
	k := fitKey(c, s, cfg)
	if k == nil {
		return nil, core.Errorf(core.Invalid, "column %q holds numbers with decimals, which are no keys", c.Name)
	}
	k.Missing, k.Repeat = 0, nil
	return &KeyMaker{*k}, nil
}

// Column returns the keys of these numbers, each 0 or more; -1 is a missing
// cell. The same number has the same key.
func (k *KeyMaker) Column(f table.Field, number []int64) *table.Column {
	c := &table.Column{Field: f}
	if k.Number {
		c.Num = make([]float64, len(number))
		for i, n := range number {
			if c.Num[i] = math.NaN(); n >= 0 {
				c.Num[i] = k.number(n)
			}
		}
		return c
	}
	c.Codes = make([]int32, len(number))
	place := map[int64]int32{}
	for i, n := range number {
		if c.Codes[i] = -1; n < 0 {
			continue
		}
		at, ok := place[n]
		if !ok {
			at = int32(len(c.Levels))
			place[n] = at
			c.Levels = append(c.Levels, k.text(n))
		}
		c.Codes[i] = at
	}
	return c
}

// AppendBinary appends k's own form, and ReadKeyMaker reads it.
func (k *KeyMaker) AppendBinary(b []byte) []byte {
	w := writer{b: b}
	kind := table.Text
	if k.Number {
		kind = table.Number
	}
	w.column(&Column{Field: table.Field{Kind: kind, Role: table.Key}, Form: Keyed, Key: &k.Key})
	return w.b
}

// ReadKeyMaker reads what AppendBinary wrote, all of b.
func ReadKeyMaker(b []byte) (*KeyMaker, error) {
	r := reader{b: b}
	c := r.column()
	if r.bad || len(r.b) > 0 || c.Form != Keyed || c.Key.Repeat != nil {
		return nil, core.Errorf(core.Invalid, "a key's form is damaged").WithHint("restore the model from a backup, or train again")
	}
	return &KeyMaker{*c.Key}, nil
}
