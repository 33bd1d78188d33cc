package synth

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
)

// Conditionals draws rows block by block, each given a few that were drawn
// before it: a Bayesian network of tables. It holds no counts; what was
// learned from, and at what cost in privacy, is the engine's affair.
type Conditionals []Conditional

// Conditional is the table of one block given its parents. Below holds for
// every combination of the parents' codes, the last parent's changing
// fastest, the running sums of the odds of the block's codes but the last, in
// parts of 65,536.
type Conditional struct {
	Block   int
	Parents []int
	Below   []uint16
}

func (c Conditionals) fits(widths []int) error {
	wrong := core.Errorf(core.Invalid, "the model's tables do not fit its columns")
	if len(c) != len(widths) {
		return wrong
	}
	known := make([]bool, len(widths))
	for _, s := range c {
		if s.Block < 0 || s.Block >= len(widths) || known[s.Block] {
			return wrong
		}
		size := widths[s.Block] - 1
		for _, p := range s.Parents {
			if p < 0 || p >= len(widths) || !known[p] || size > len(s.Below) {
				return wrong
			}
			size *= widths[p]
		}
		if known[s.Block] = true; size != len(s.Below) {
			return wrong
		}
	}
	return nil
}

func (c Conditionals) section() (string, []byte, error) {
	b := binary.AppendUvarint(nil, uint64(len(c)))
	for _, s := range c {
		b = binary.AppendUvarint(b, uint64(s.Block))
		b = binary.AppendUvarint(b, uint64(len(s.Parents)))
		for _, p := range s.Parents {
			b = binary.AppendUvarint(b, uint64(p))
		}
		b = binary.AppendUvarint(b, uint64(len(s.Below)))
		for _, x := range s.Below {
			b = binary.LittleEndian.AppendUint16(b, x)
		}
	}
	return "COND", b, nil
}

func readConditionals(b []byte) (Body, error) {
	bad := false
	next := func() int {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > 1<<30 {
			bad, b = true, nil
			return 0
		}
		b = b[k:]
		return int(n)
	}
	length := func(size int) int { // of a list that is still in b
		n := next()
		if n > len(b)/size {
			bad, b = true, nil
			return 0
		}
		return n
	}
	var c Conditionals
	for range length(3) {
		s := Conditional{Block: next()}
		for range length(1) {
			s.Parents = append(s.Parents, next())
		}
		s.Below = make([]uint16, length(2))
		for i := range s.Below {
			s.Below[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
		b = b[2*len(s.Below):]
		if c = append(c, s); bad {
			break
		}
	}
	if bad || len(b) > 0 {
		return nil, core.Errorf(core.Invalid, "the model's tables are not readable")
	}
	return c, nil
}

func (c Conditionals) drawer(widths []int) drawer {
	return &conditionalDrawer{tables: c, widths: widths, even: BlockRows}
}

type conditionalDrawer struct {
	tables Conditionals
	widths []int
	even   int               // rows that are drawn at once, BlockRows at most
	order  [BlockRows]uint16 // of rows
	at     [BlockRows]int32  // of each row: the parents' codes together
	start  []int32           // of the rows with those codes, among all
}

// batch is many rows: the more, the more evenly they are drawn.
func (d *conditionalDrawer) batch() int { return d.even }

// together sets at to the parents' codes of each row, and returns how many
// there may be.
func (d *conditionalDrawer) together(s *Conditional, out [][]uint16) (combinations int) {
	combinations = 1
	at := d.at[:len(out[0])]
	clear(at)
	for _, p := range s.Parents {
		w := d.widths[p]
		combinations *= w
		for r, x := range out[p] {
			at[r] = at[r]*int32(w) + int32(x)
		}
	}
	return combinations
}

// draw takes the rows of a batch in the order of their parents' codes, and for
// each the next of evenly spaced quantiles, as [forestDrawer] does: a sample
// then has little noise of its own beside that which was paid for.
func (d *conditionalDrawer) draw(out [][]uint16, rng *rand.PCG) {
	order := d.order[:len(out[0])]
	for i := range order {
		order[i] = uint16(i)
	}
	for i := range d.tables {
		s := &d.tables[i]
		combinations := d.together(s, out)
		shuffle(order, rng)
		start := slices.Grow(d.start[:0], combinations+1)[:combinations+1]
		d.start = start
		clear(start)
		for _, at := range d.at[:len(order)] {
			start[at+1]++
		}
		for k := range combinations {
			start[k+1] += start[k]
		}
		w := d.widths[s.Block] - 1
		col := out[s.Block]
		phase := uint32(rng.Uint64())
		for _, r := range order {
			at := d.at[r]
			u := uint16((phase + uint32(start[at])*golden) >> 16)
			start[at]++
			col[r] = below(s.Below[int(at)*w:int(at+1)*w], u)
		}
	}
}

// below returns the first code whose running sum is above u.
func below(sums []uint16, u uint16) uint16 {
	k := 0
	if len(sums) > 16 {
		// Sums ascend, but in a file that somebody changed; then any code will do.
		k, _ = slices.BinarySearchFunc(sums, u, func(x, u uint16) int {
			if x <= u {
				return -1
			}
			return 1
		})
		return uint16(k)
	}
	for k < len(sums) && sums[k] <= u {
		k++
	}
	return uint16(k)
}

// conditional makes the table of odds, rows of w odds each, of any sums. A row
// without odds gets those of fallback.
func conditional(block int, parents []int, odds, fallback []float64) Conditional {
	w := len(fallback)
	c := Conditional{Block: block, Parents: parents, Below: make([]uint16, 0, len(odds)/w*(w-1))}
	for ; len(odds) > 0; odds = odds[w:] {
		row := odds[:w]
		var total float64
		for _, x := range row {
			total += x
		}
		if !(total > 1e-300) {
			row, total = fallback, 0
			for _, x := range row {
				total += x
			}
		}
		var sum float64
		for _, x := range row[:w-1] {
			sum += x
			c.Below = append(c.Below, uint16(min(65535, sum/total*65536+.5)))
		}
	}
	return c
}
