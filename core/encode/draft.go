package encode

import (
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core/table"
)

// draft is rows on their way from codes to cells. Each slice has an item a
// part of the encoder, nil where there is nothing yet.
type draft struct {
	e     *Encoder
	rows  int
	rng   *rand.Rand
	codes [][]uint16
	piece [][]int32   // len(Count) for a missing cell
	place [][]float64 // where in its piece a number lies, in [0, 1]; nil if pieces are single values
}

func (e *Encoder) newDraft(codes [][]uint16, rows int, rng *rand.Rand) *draft {
	n := len(e.parts)
	d := &draft{e: e, rows: rows, rng: rng, codes: make([][]uint16, n), piece: make([][]int32, n), place: make([][]float64, n)}
	for k, p := range e.parts {
		if !p.Free {
			d.codes[k], codes = codes[0], codes[1:]
		}
	}
	return d
}

// draw finds the pieces of part k. The parts in its contexts have theirs.
func (d *draft) draw(k int) {
	p := d.e.parts[k]
	d.piece[k] = make([]int32, d.rows)
	if !p.atomic() {
		d.place[k] = make([]float64, d.rows)
	}
	if p.Given == nil {
		if p.Free {
			d.codes[k] = p.draw(d.rows, d.rng)
		}
		codes := d.codes[k]
		if p.Missing && d.e.follower(k) {
			codes = p.present(codes, d.rng)
		}
		p.spread(codes, p.Count, nil, d.rng, d.piece[k], d.place[k])
		return
	}
	var own *states
	codes := d.codes[k]
	if p.Free {
		codes = make([]uint16, d.rows) // one bin for all
	} else {
		if p.Missing && d.e.follower(k) {
			codes = p.present(codes, d.rng)
		}
		own = &states{widen(codes), uint64(p.Width())}
	}
	rows := make([]int32, 0, d.rows)
	for i, c := range codes {
		if int(c) == len(p.From) && !p.Free {
			d.piece[k][i] = int32(len(p.Count))
		} else {
			rows = append(rows, int32(i))
		}
	}
	by := make([]states, len(p.Given.By))
	for j, c := range p.Given.By {
		by[j] = d.e.states(c, d.piece[c.Part], d.codes[c.Part])
	}
	known, strange := p.Given.draw(own, by, d.piece[k], rows, d.rng)
	q := p
	if p.Free {
		q = p.all()
	}
	q.spread(codes, p.Given.Rest, append([]int32{}, known...), d.rng, d.piece[k], nil)
	q.spread(codes, q.Count, append([]int32{}, strange...), d.rng, d.piece[k], nil)
	for i := range d.place[k] {
		d.place[k][i] = d.rng.Float64()
	}
	if !p.Free {
		p.reach(codes, d.piece[k], d.place[k])
	}
}

// states returns the values of context c in rows with these pieces or codes.
func (e *Encoder) states(c Context, piece []int32, codes []uint16) states {
	p := e.parts[c.Part]
	switch {
	case c.Fine:
		return states{piece, uint64(len(p.Count) + 1)}
	case !p.Free:
		return states{widen(codes), uint64(len(p.From) + 1)}
	}
	of := make([]int32, len(piece)) // a part without a block has its piece's code
	bin := p.binOf()
	for i, k := range piece {
		if of[i] = k; k >= 0 {
			of[i] = bin[k]
		}
	}
	return states{of, uint64(len(p.From) + 1)}
}

func widen(codes []uint16) []int32 {
	out := make([]int32, len(codes))
	for i, c := range codes {
		out[i] = int32(c)
	}
	return out
}

// binOf returns the bin of each piece, and last of missing.
func (p *Part) binOf() []int32 {
	out := make([]int32, len(p.Count)+1)
	for b := range p.From {
		if int32(b) == p.Rare && p.To[b]-p.From[b] > 1 && len(p.From) > 1 {
			continue // all pieces again
		}
		for k := p.From[b]; k < p.To[b]; k++ {
			out[k] = int32(b)
		}
	}
	out[len(p.Count)] = int32(len(p.From))
	return out
}

// all is p with one bin of all pieces, missing among them.
func (p *Part) all() *Part {
	return &Part{From: []int32{0}, To: []int32{int32(len(p.Count) + 1)}, Count: append(append([]int64(nil), p.Count...), p.gone())}
}

// gone returns the rows without a value.
func (p *Part) gone() int64 {
	if !p.Missing {
		return 0
	}
	return p.Mass[len(p.From)]
}

// reach moves one row of the first and of the last bin to the column's ends,
// which the range of a sample hangs on.
func (p *Part) reach(codes []uint16, piece []int32, place []float64) {
	if p.Unit == Label {
		return
	}
	last := len(p.From) - 1
	ends := [2]int32{p.From[0], p.To[last] - 1}
	for side, bin := range []int{0, last} {
		row, rows := -1, 0
		for i, c := range codes {
			if int(c) != bin {
				continue
			}
			if rows++; row < 0 || piece[i] == ends[side] {
				row = i
			}
		}
		if rows > 3 {
			piece[row] = ends[side]
			if place != nil {
				place[row] = float64(side)
			}
		}
	}
}

// cells makes the cells of a modelled column, whose first part is k.
func (d *draft) cells(c *Column, k int) *table.Column {
	out := &table.Column{Field: c.Field}
	if p := &c.Parts[0]; p.Unit == Label {
		out.Levels, out.Codes = p.Levels, slices.Clone(d.piece[k])
		for i, piece := range out.Codes {
			if int(piece) == len(p.Count) {
				out.Codes[i] = -1
			}
		}
		return out
	}
	parts := make([][]float64, len(c.Parts))
	for j := range c.Parts {
		parts[j] = c.Parts[j].numbers(d.piece[k+j], d.place[k+j])
	}
	if out.Num = parts[0]; c.Field.Kind == table.Time && !c.isSince() {
		out.Num = c.joinTime(parts)
		for i, x := range parts[0] {
			if math.IsNaN(x) {
				out.Num[i] = x
			}
		}
	}
	return out
}

// numbers returns the numbers at those places of those pieces, NaN for
// missing.
func (p *Part) numbers(piece []int32, place []float64) []float64 {
	out := make([]float64, len(piece))
	for i, k := range piece {
		switch {
		case int(k) == len(p.Lo):
			out[i] = math.NaN()
		case place == nil || p.Hi[k] == p.Lo[k]:
			out[i] = p.Lo[k]
		default:
			out[i] = p.round(p.Lo[k] + place[i]*(p.Hi[k]-p.Lo[k]))
		}
	}
	return out
}

// spread draws a piece, in proportion to weight, and a place within it, for
// the rows of only (nil: all): stratified, the m rows of a bin taking m evenly
// spaced quantiles in random order. A bin without weight is drawn by Count.
// place may be nil.
func (p *Part) spread(codes []uint16, weight []int64, only []int32, rng *rand.Rand, piece []int32, place []float64) {
	bins := len(p.From)
	start := make([]int32, bins+2)
	n := len(codes)
	if only != nil {
		n = len(only)
	}
	if n == 0 {
		return
	}
	order := make([]int32, n)
	if only == nil {
		for _, c := range codes {
			start[c+1]++
		}
	} else {
		for _, i := range only {
			start[codes[i]+1]++
		}
	}
	for b := range bins + 1 {
		start[b+1] += start[b]
	}
	next := append([]int32(nil), start...)
	if only == nil {
		for i, c := range codes {
			order[next[c]] = int32(i)
			next[c]++
		}
	} else {
		for _, i := range only {
			c := codes[i]
			order[next[c]] = i
			next[c]++
		}
	}
	for b := range bins {
		rows := order[start[b]:start[b+1]]
		from, to := int(p.From[b]), int(p.To[b])
		if to-from == 1 && (p.Lo == nil || p.Lo[from] == p.Hi[from]) {
			for _, r := range rows {
				piece[r] = int32(from)
			}
			continue
		}
		if len(rows) == 0 {
			continue
		}
		for i := len(rows) - 1; i > 0; i-- {
			j := rng.Uint64N(uint64(i + 1))
			rows[i], rows[j] = rows[j], rows[i]
		}
		count := weight
		total := sum(count[from:to])
		if total == 0 {
			count = p.Count
			total = sum(count[from:to])
		}
		shift, m := rng.Float64(), float64(len(rows))
		at, below := from, 0.
		for j, r := range rows {
			u := (float64(j) + shift) / m
			if p.Lo != nil && only == nil && len(rows) > 3 { // reach the column's ends
				if b == 0 && j == 0 {
					u = 0
				} else if b == bins-1 && j == len(rows)-1 {
					u = 1
				}
			}
			x := u * total
			for at < to-1 && x >= below+float64(count[at]) {
				below += float64(count[at])
				at++
			}
			piece[r] = int32(at)
			if place != nil {
				place[r] = min(1, max(0, (x-below)/float64(max(count[at], 1))))
			}
		}
	}
	for _, r := range order[start[bins]:] {
		piece[r] = int32(len(p.Count))
	}
}

func sum(x []int64) (s float64) {
	for _, v := range x {
		s += float64(v)
	}
	return s
}
