package encode

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Given is how a part's piece follows from what other parts of the row are:
// a price from the product and whether it is promoted, a description from the
// article's number.
//
// The rows of the fitted table are counted at the most particular level at
// which they may be remembered. At the deepest level a cell is a piece
// together with the part's own code (unless the part has no block) and all
// contexts; cells of MinCount rows or more are kept, the rows of the others
// go one context up, and at last to Rest, the piece and its own code alone.
// Drawing goes the same way: a row takes one of its group's kept pieces, or
// with the share of the group that was not kept goes up. Marginals therefore
// stay as they are without contexts, and no combination of fewer than
// MinCount rows is kept. A row of a group that was never seen is no leftover:
// it takes the pieces of all rows of the next level that knows it, in Whole.
// This is the escape of prediction by partial matching
// (Cleary and Witten 1984) without its exclusions.
type Given struct {
	By     []Context
	Levels []Cells // Levels[d]: groups by the own code and contexts 0 to d
	Whole  []Cells // the same of all rows, but for the deepest
	Rest   []int64 // rows of each piece, and last of missing, kept at no level
}

// Context is another part: its piece if Fine, else its code.
type Context struct {
	Part int // index into all parts, column by column
	Fine bool
}

// maxContexts bounds the contexts of one part.
const maxContexts = 3

// Cells are the kept cells of one level, by groups.
type Cells struct {
	Key   []uint64 // of each group, ascending
	Rows  []int64  // rows that reached the group, kept or not
	From  []int32  // its cells are From[g] to From[g+1], exclusive
	Piece []int32
	Count []int64

	place map[uint64]int32 // group of a key
	kept  []int64          // rows in a group's cells
}

// index prepares c for look-ups.
func (c *Cells) index() {
	c.place = make(map[uint64]int32, len(c.Key))
	c.kept = make([]int64, len(c.Key))
	for g, k := range c.Key {
		c.place[k] = int32(g)
		for _, n := range c.Count[c.From[g]:c.From[g+1]] {
			c.kept[g] += n
		}
	}
}

// states is a part's own codes or a context's values in some rows; -1 is a
// value that is not remembered. size is one more than the largest.
type states struct {
	of   []int32
	size uint64
}

// keyed returns the key of row i in the group of all states, false if one of
// them is not remembered.
func keyed(by []states, i int32) (key uint64, ok bool) {
	for _, s := range by {
		v := s.of[i]
		if v < 0 {
			return 0, false
		}
		key = key*s.size + uint64(v)
	}
	return key, true
}

// keysFit says whether keys of by, times n, are below 2^62.
func keysFit(by []states, n int) bool {
	product := uint64(n)
	for _, s := range by {
		hi, lo := bits.Mul64(product, s.size)
		if product = lo; hi > 0 || lo >= 1<<62 {
			return false
		}
	}
	return true
}

// fitCells counts the given rows of a part whose cells are of pieces 0 to
// n-1. by are the contexts, after the own code if own is not nil. It returns
// the levels of leftovers and of all rows, and the rows that Rest counts. O(rows log rows) a level.
func fitCells(own *states, by []states, piece []int32, n int, rows []int32, minCount int64) (levels, whole []Cells, rest []int32) {
	all := by
	base := 0
	if own != nil {
		all, base = append([]states{*own}, by...), 1
	}
	levels, whole = make([]Cells, len(by)), make([]Cells, max(0, len(by)-1))
	every := rows
	count := func(c *Cells, at []states, rows []int32) {
		keys := make([]uint64, 0, len(rows))
		for _, i := range rows {
			if k, ok := keyed(at, i); ok && piece[i] >= 0 {
				keys = append(keys, (k*uint64(n)+uint64(piece[i]))<<1)
			} else if ok {
				keys = append(keys, (k*uint64(n)+uint64(n)-1)<<1|1)
			}
		}
		c.count(keys, uint64(n), minCount)
	}
	for d := len(by) - 1; d >= 0; d-- {
		at := all[:base+d+1]
		level := &levels[d]
		count(level, at, rows)
		if d < len(whole) {
			count(&whole[d], at, every)
		}
		next := rows[:0:0]
		for _, i := range rows {
			if k, ok := keyed(at, i); !ok || piece[i] < 0 || !level.has(k, piece[i]) {
				next = append(next, i)
			}
		}
		rows = next
	}
	return levels, whole, rows
}

// count makes the cells of keys, each a group's key times n plus the piece,
// times 2; odd for a piece that is not remembered.
func (c *Cells) count(keys []uint64, n uint64, minCount int64) {
	slices.Sort(keys)
	c.From = []int32{0}
	for i := 0; i < len(keys); {
		group := keys[i] >> 1 / n
		before := len(c.Piece)
		var rows int64
		for i < len(keys) && keys[i]>>1/n == group {
			j := i
			for j < len(keys) && keys[j] == keys[i] {
				j++
			}
			if int64(j-i) >= minCount && keys[i]&1 == 0 {
				c.Piece, c.Count = append(c.Piece, int32(keys[i]>>1%n)), append(c.Count, int64(j-i))
			}
			rows += int64(j - i)
			i = j
		}
		if len(c.Piece) > before {
			c.Key, c.Rows, c.From = append(c.Key, group), append(c.Rows, rows), append(c.From, int32(len(c.Piece)))
		}
	}
	c.index()
}

// has says whether the cell is kept.
func (c *Cells) has(key uint64, piece int32) bool {
	g, ok := c.place[key]
	if !ok {
		return false
	}
	_, ok = slices.BinarySearch(c.Piece[c.From[g]:c.From[g+1]], piece)
	return ok
}

// draw fills in piece, from the deepest level up, for as many of rows as find
// a kept cell. It returns the others: those whose group was known at some
// level, and strangers, of a group that was never kept. Strangers take pieces
// of all rows of a level, the others those of the rows that were not kept
// below. Within a group the pieces are drawn with evenly spaced quantiles.
// O(rows) a level, and the groups once.
func (g *Given) draw(own *states, by []states, piece, rows []int32, rng *rand.Rand) (known, strange []int32) {
	all, base := by, 0
	if own != nil {
		all, base = append([]states{*own}, by...), 1
	}
	strange = rows
	for d := len(g.Levels) - 1; d >= 0; d-- {
		at := all[:base+d+1]
		var more []int32
		known, _ = g.Levels[d].draw(at, piece, known, rng, nil)
		whole := &g.Levels[d]
		if d < len(g.Whole) {
			whole = &g.Whole[d]
		}
		more, strange = whole.draw(at, piece, strange, rng, []int32{})
		known = append(known, more...)
	}
	return known, strange
}

// draw is that of one level. It returns the rows that get no piece, with
// strange not nil those without a group apart.
func (c *Cells) draw(at []states, piece, rows []int32, rng *rand.Rand, strange []int32) (up, strangers []int32) {
	if len(rows) == 0 {
		return nil, nil
	}
	sorted, group := make([]int32, len(rows)), make([]int32, len(rows))
	start := make([]int32, len(c.Key)+2)
	for j, i := range rows {
		if k, ok := keyed(at, i); ok {
			if p, ok := c.place[k]; ok {
				group[j] = p + 1
			}
		}
		start[group[j]+1]++
	}
	for k := range len(c.Key) + 1 {
		start[k+1] += start[k]
	}
	for j, i := range rows {
		k := group[j]
		sorted[start[k]] = i
		start[k]++
	}
	// start[k] is now the end of k's rows.
	if strange != nil {
		strangers = append(strange, sorted[:start[0]]...)
	} else {
		up = append(up, sorted[:start[0]]...)
	}
	shift := rng.Float64()
	for k := range c.Key {
		if in := sorted[start[k]:start[k+1]]; len(in) > 0 {
			// Groups follow each other evenly too: Weyl's sequence.
			if shift += math.Phi - 1; shift >= 1 {
				shift--
			}
			up = c.take(k, in, shift, piece, up, rng)
		}
	}
	return up, strangers
}

// take draws pieces for the rows of group k, the first quantile at shift, and
// appends the rows that get none to up.
func (c *Cells) take(k int, rows []int32, shift float64, piece, up []int32, rng *rand.Rand) []int32 {
	for i := len(rows) - 1; i > 0; i-- {
		j := rng.Uint64N(uint64(i + 1))
		rows[i], rows[j] = rows[j], rows[i]
	}
	step := float64(c.Rows[k]) / float64(len(rows))
	at, cell := shift*step, c.From[k]
	below, kept := float64(c.Count[cell]), float64(c.kept[k])
	for j, i := range rows {
		if at >= kept {
			return append(up, rows[j:]...)
		}
		for at >= below {
			cell++
			below += float64(c.Count[cell])
		}
		piece[i] = c.Piece[cell]
		at += step
	}
	return up
}
