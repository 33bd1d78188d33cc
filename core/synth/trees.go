package synth

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
)

// Forest draws a row one block after another, each from classification trees
// that ask for the codes of blocks drawn before: synthpop's sequential CART
// (Nowok, Raab and Dibben 2016). A block with several trees takes each for an
// equal part of the rows, which draws from the mean of what they say.
//
// A leaf holds the shares of the block's codes, and no row. What a share says
// stands on Encode.MinCount rows or more: see [Trees].
type Forest struct {
	Blocks []Grove // in the order in which they are drawn
}

// Grove is the trees of one block.
type Grove struct {
	Block, Width int
	Guess        *Guess  // what its trees may ask besides blocks; nil: nothing
	roots        []int32 // of each tree
	nodes        []node
	// ends are the running sums of the shares of each leaf, Width to a leaf,
	// in whole parts of shareUnit. Leaves are in the order of a walk from left
	// to right: neighbours are alike.
	ends []uint16
}

// node sends a row left whose code of block, shifted right by shift, is one
// of codes. A block after the last is an axis of the guess. Children are
// indices of nodes, or ^leaf.
type node struct {
	codes codeSet
	next  [2]int32
	block uint16
	shift uint8
}

const (
	shareUnit = 1<<16 - 1 // into how many parts a leaf is divided
	maskBits  = 256       // codes that a node tells apart
	maxTrees  = 1 << 10   // of one block
)

// codeSet is a set of codes below maskBits.
type codeSet [maskBits / 64]uint64

// has returns 1 if x is one of s, else 0.
func (s *codeSet) has(x uint16) uint64 { return s[x>>6%(maskBits/64)] >> (x & 63) & 1 }

func (s *codeSet) add(x uint8) { s[x>>6] |= 1 << (x & 63) }

// words is how many words hold s, 1 at least.
func (s *codeSet) words() int {
	n := len(s)
	for n > 1 && s[n-1] == 0 {
		n--
	}
	return n
}

// leaves returns the number of leaves.
func (g *Grove) leaves() int { return len(g.ends) / g.Width }

func (f Forest) fits(widths []int) error {
	bad := func() error {
		return core.Errorf(core.Invalid, "the model's trees do not fit its %d blocks of codes", len(widths))
	}
	if len(f.Blocks) != len(widths) {
		return bad()
	}
	drawn, codes := make([]bool, len(widths)), 0
	for i := range f.Blocks {
		g := &f.Blocks[i]
		if g.Block < 0 || g.Block >= len(widths) || drawn[g.Block] || g.Width != widths[g.Block] || len(g.roots) == 0 || len(g.roots) > maxTrees || !g.Guess.fits(codes) {
			return bad()
		}
		for j := range g.nodes {
			n := &g.nodes[j]
			if axis := int(n.block) - len(widths); axis >= 0 {
				if axis >= g.Guess.axes() || n.shift > 0 {
					return bad()
				}
			} else if !drawn[n.block] || n.shift > 15 || (widths[n.block]-1)>>n.shift >= maskBits {
				return bad()
			}
		}
		drawn[g.Block] = true
		codes += g.Width
	}
	return nil
}

// The section holds uvarints and masks of 8 bytes. Per block, in the order in
// which they are drawn: block, width, in section TREG its guess, number of
// trees, and these. A tree is
// its nodes from left to right, each before its children: an inner one is 1 +
// its block, its shift with 16 for each mask beyond the first, and its masks; a
// leaf is 0 and the share of each code.
func (f Forest) section() (string, []byte, error) {
	var b []byte
	add := func(n int) { b = binary.AppendUvarint(b, uint64(n)) }
	name := "TREE"
	if slices.ContainsFunc(f.Blocks, func(g Grove) bool { return g.Guess != nil }) {
		name = "TREG"
	}
	for i := range f.Blocks {
		g := &f.Blocks[i]
		add(g.Block)
		add(g.Width)
		if name == "TREG" {
			b = g.Guess.append(b)
		}
		add(len(g.roots))
		for _, root := range g.roots {
			for todo := []int32{root}; len(todo) > 0; {
				at := todo[len(todo)-1]
				todo = todo[:len(todo)-1]
				if at >= 0 {
					n := &g.nodes[at]
					add(int(n.block) + 1)
					words := n.codes.words()
					add(int(n.shift) | (words-1)<<4)
					for _, w := range n.codes[:words] {
						b = binary.LittleEndian.AppendUint64(b, w)
					}
					todo = append(todo, n.next[1], n.next[0])
					continue
				}
				add(0)
				last := 0
				for _, end := range g.ends[int(^at)*g.Width : int(^at+1)*g.Width] {
					add(int(end) - last)
					last = int(end)
				}
			}
		}
	}
	return name, b, nil
}

// readForest reads what section wrote without guesses. What it takes for
// memory is in proportion to the bytes, whatever they are.
func readForest(b []byte) (Body, error) { return (&forestReader{b: b, ok: true}).forest(false) }

// readGuessing reads what section wrote with guesses.
func readGuessing(b []byte) (Body, error) { return (&forestReader{b: b, ok: true}).forest(true) }

func (r *forestReader) forest(guesses bool) (Body, error) {
	var f Forest
	for len(r.b) > 0 && r.ok {
		g := Grove{Block: r.next(1 << 16), Width: r.next(1 << 16)}
		if guesses {
			g.Guess = r.guess()
		}
		trees := r.next(maxTrees)
		for range trees {
			if !r.ok {
				break
			}
			r.tree(&g)
		}
		f.Blocks = append(f.Blocks, g)
	}
	if !r.ok {
		return nil, core.Errorf(core.Invalid, "the model's trees are not readable")
	}
	return f, nil
}

type forestReader struct {
	b  []byte
	ok bool
}

// next reads a number up to most.
func (r *forestReader) next(most int) int {
	n, k := binary.Uvarint(r.b)
	if k <= 0 || n > uint64(most) {
		r.ok, r.b = false, nil
		return 0
	}
	r.b = r.b[k:]
	return int(n)
}

// tree reads one tree of g.
func (r *forestReader) tree(g *Grove) {
	type place struct{ node, side int } // where a child belongs; node -1: a root
	for todo := []place{{-1, 0}}; len(todo) > 0 && r.ok; {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		at := int32(len(g.nodes))
		if block := r.next(1 << 16); block > 0 {
			form := r.next(maskBits/64<<4 - 1)
			n, words := node{block: uint16(block - 1), shift: uint8(form & 15)}, form>>4+1
			if len(r.b) < 8*words {
				r.ok = false
				return
			}
			for w := range words {
				n.codes[w], r.b = binary.LittleEndian.Uint64(r.b), r.b[8:]
			}
			g.nodes = append(g.nodes, n)
			todo = append(todo, place{int(at), 1}, place{int(at), 0})
		} else {
			if g.Width > len(r.b) || g.Width == 0 {
				r.ok = false
				return
			}
			at = ^int32(g.leaves())
			sum := 0
			for range g.Width {
				sum += r.next(shareUnit)
				g.ends = append(g.ends, uint16(sum))
				r.ok = r.ok && sum <= shareUnit
			}
			r.ok = r.ok && sum == shareUnit
		}
		if p.node < 0 {
			g.roots = append(g.roots, at)
		} else {
			g.nodes[p.node].next[p.side] = at
		}
	}
}

func (f Forest) drawer([]int) drawer {
	most := 0
	for i := range f.Blocks {
		most = max(most, f.Blocks[i].leaves())
	}
	return &forestDrawer{blocks: f.Blocks, even: BlockRows, start: make([]int32, most+1)}
}

type forestDrawer struct {
	blocks []Grove
	even   int               // rows that are drawn at once, BlockRows at most
	order  [BlockRows]uint16 // of rows
	leaf   [BlockRows]int32
	start  []int32 // of a leaf's rows among all

	guessing
	cols [][]uint16 // blocks, and then the bins of guesses
}

// batch is many rows: the more, the more evenly they are drawn.
func (d *forestDrawer) batch() int { return d.even }

// golden is the golden ratio's fraction of 2^32: its multiples fill the
// circle evenly, however many are taken and wherever that begins (Weyl).
const golden = 0x9e3779b9

// draw takes the rows of a batch in the order of their leaves, and for each
// the next of evenly spaced quantiles: neighbouring leaves are alike, so the
// batch has each code about as often as it should. The order within a leaf is
// random, and another for each block, so that blocks are not tied together.
func (d *forestDrawer) draw(out [][]uint16, rng *rand.PCG) { d.rest(out, nil, rng) }

// rest draws the blocks that are not known, of at most BlockRows rows.
func (d *forestDrawer) rest(out [][]uint16, known []bool, rng *rand.PCG) {
	order := d.order[:len(out[0])]
	for i := range order {
		order[i] = uint16(i)
	}
	for b := range d.blocks {
		g := &d.blocks[b]
		if known != nil && known[g.Block] {
			continue
		}
		shuffle(order, rng)
		start := d.start[:g.leaves()+1]
		clear(start)
		trees := uint(len(g.roots))
		for i, r := range order {
			d.fold[r] = g.guesser(uint(i) % trees)
		}
		d.guess(b, out)
		for i, r := range order {
			at := g.roots[uint(i)%trees]
			for at >= 0 {
				n := &g.nodes[at]
				at = n.next[1&^n.codes.has(d.cols[n.block][r]>>n.shift)]
			}
			d.leaf[i] = ^at
			start[^at+1]++
		}
		for l := 1; l < len(start); l++ {
			start[l] += start[l-1]
		}
		phase := uint32(rng.Uint64())
		codes := out[g.Block]
		for i, r := range order {
			l := d.leaf[i]
			at := phase + uint32(start[l])*golden
			start[l]++
			codes[r] = quantile(g.ends[int(l)*g.Width:(int(l)+1)*g.Width], uint16(uint64(at)*shareUnit>>32))
		}
	}
}

// shuffle brings order into a random order (Fisher and Yates).
func shuffle(order []uint16, rng *rand.PCG) {
	for i := len(order) - 1; i > 0; i -= 2 { // an odd number of swaps
		x := rng.Uint64()
		j := uint64(uint32(x)) * uint64(i+1) >> 32
		order[i], order[j] = order[j], order[i]
		if i > 1 {
			j = x >> 32 * uint64(i) >> 32
			order[i-1], order[j] = order[j], order[i-1]
		}
	}
}

// quantile returns the first code whose end is above at.
func quantile(ends []uint16, at uint16) uint16 {
	lo := 0
	for n := len(ends); n > 1; {
		half := n / 2
		if ends[lo+half-1] <= at {
			lo += half
		}
		n -= half
	}
	return uint16(lo)
}
