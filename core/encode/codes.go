package encode

import (
	"math"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Codes returns the codes of t's rows: codes[block][row], each below
// Widths()[block].
//
// t must have the fitted columns by name and kind; others are ignored. A
// level never seen counts as rare, a number outside the fitted range as the
// nearest bin, a missing cell where there were none as the commonest code.
func (e *Encoder) Codes(t *table.Table) ([][]uint16, error) {
	if err := e.needsBase(t); err != nil {
		return nil, err
	}
	t = e.gaps(t)
	out := make([][]uint16, 0, len(e.blocks))
	for i := range e.Columns {
		c := &e.Columns[i]
		if !c.hasBlock() {
			continue
		}
		col := t.Column(c.Field.Name)
		switch {
		case col == nil:
			return nil, core.Errorf(core.Invalid, "table %q has no column %q, which the model was fitted to", t.Name, c.Field.Name)
		case col.Kind != c.Field.Kind:
			return nil, core.Errorf(core.Invalid, "table %q: column %q holds %ss, the model was fitted to %ss", t.Name, c.Field.Name, col.Kind, c.Field.Kind)
		}
		for j, codes := range c.encode(col) {
			if !c.Parts[j].Free {
				out = append(out, codes)
			}
		}
	}
	return out, nil
}

func (c *Column) hasBlock() bool {
	for j := range c.Parts {
		if !c.Parts[j].Free {
			return true
		}
	}
	return false
}

// encode returns the codes of every part, those without a block included.
func (c *Column) encode(col *table.Column) [][]uint16 {
	out := make([][]uint16, len(c.Parts))
	for j := range c.Parts {
		p := &c.Parts[j]
		gone := uint16(len(p.From))
		if !p.Missing {
			gone = p.fallback()
		}
		if p.Unit == Label {
			out[j] = p.encodeLevels(col, gone)
			continue
		}
		codes := make([]uint16, len(col.Num))
		for i, x := range col.Num {
			switch {
			case math.IsNaN(x):
				codes[i] = gone
			case p.Unit == Value:
				codes[i] = p.bin(x)
			default:
				codes[i] = p.bin(timePart(p.Unit, x))
			}
		}
		out[j] = codes
	}
	return out
}

// encodeLevels codes a column of text; gone is the code of missing cells.
func (p *Part) encodeLevels(col *table.Column, gone uint16) []uint16 {
	bin := make(map[string]uint16, len(p.Levels))
	rare := uint16(max(0, p.Rare))
	for b := range p.From {
		if int32(b) == p.Rare && len(p.From) > 1 {
			continue // its levels, if any, have bins of their own
		}
		for _, l := range p.Levels[p.From[b]:p.To[b]] {
			bin[l] = uint16(b)
		}
	}
	byLevel := make([]uint16, len(col.Levels))
	for l, name := range col.Levels {
		b, ok := bin[name]
		if !ok {
			b = rare
		}
		byLevel[l] = b
	}
	codes := make([]uint16, len(col.Codes))
	for i, l := range col.Codes {
		if l < 0 {
			codes[i] = gone
		} else {
			codes[i] = byLevel[l]
		}
	}
	return codes
}

// fallback is the code of a missing cell where none was fitted.
func (p *Part) fallback() uint16 {
	if len(p.Mass) == 0 {
		return 0
	}
	return p.common()
}
