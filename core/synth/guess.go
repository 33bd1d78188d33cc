package synth

import (
	"encoding/binary"
	"math"
)

// Guess foretells the code of a block from those of the blocks before it: the
// sum of what each of their codes contributes. Trees ask it as if it were a
// block. What several columns say together by little and little, as article,
// size and brand say a price, would take more leaves than there are rows for;
// here it is one question.
//
// A guess has one place or two, on axes on which codes without an order have
// theirs. Each of its guessers, one for each fold, learned from the rows of
// the other folds; see [guesser].
type Guess struct {
	Effect [][]float32 // of each guesser: places to a code, codes of the blocks before one after another
	Edge   [][]float32 // of each axis, ascending: where its bins end
}

const (
	maxAxes   = 2
	maxFolds  = 8
	guessBins = 64
)

// axes returns how many places a guess has.
func (g *Guess) axes() int {
	if g == nil {
		return 0
	}
	return len(g.Edge)
}

// guessing is the work of guessing.
type guessing struct {
	fold [BlockRows]uint8 // for each row the guesser that is asked
	sum  []float32        // what the codes of a row contribute, its places one after another
	axis [maxAxes][]uint16
}

// add sets w.sum for some rows of codes, given the blocks drawn before.
func (w *guessing) add(g *Guess, before []Grove, codes [][]uint16, rows int) {
	axes := g.axes()
	if w.sum == nil {
		w.sum = make([]float32, maxAxes*BlockRows)
		for a := range w.axis {
			w.axis[a] = make([]uint16, BlockRows)
		}
	}
	clear(w.sum)
	from := 0
	for j := range before {
		col := codes[before[j].Block]
		for r := range rows {
			e := g.Effect[w.fold[r]][(from+int(col[r]))*axes:]
			for a := range axes {
				w.sum[r*axes+a] += e[a]
			}
		}
		from += before[j].Width
	}
}

// cut returns the bins of some rows' sums on axis a. They last until the next
// call.
func (w *guessing) cut(g *Guess, a, rows int) []uint16 {
	bins, edge := w.axis[a][:rows], g.Edge[a]
	for r := range bins {
		x, lo := w.sum[r*g.axes()+a], 0
		for n := len(edge); n > 0; {
			half := n / 2
			if edge[lo+half] <= x {
				lo, n = lo+half+1, n-half-1
			} else {
				n = half
			}
		}
		bins[r] = uint16(lo)
	}
	return bins
}

// guesser returns the one that a tree asks.
func (g *Grove) guesser(tree uint) uint8 {
	if g.Guess == nil {
		return 0
	}
	return uint8(tree % uint(len(g.Guess.Effect)))
}

// guess sets d.cols to the blocks of out and the guess of the i-th that is
// drawn, if it has one. d.guessing.fold says whom each row asks.
func (d *forestDrawer) guess(i int, out [][]uint16) {
	if d.cols == nil {
		d.cols = make([][]uint16, len(out)+maxAxes)
	}
	copy(d.cols, out)
	g := d.blocks[i].Guess
	if g == nil {
		return
	}
	rows := len(out[0])
	d.add(g, d.blocks[:i], out, rows)
	for a := range g.Edge {
		d.cols[len(out)+a] = d.cut(g, a, rows)
	}
}

// fits says whether g can be asked where the codes of all blocks before are so
// many.
func (g *Guess) fits(codes int) bool {
	if g == nil {
		return true
	}
	for _, e := range g.Effect {
		if len(e) != codes*g.axes() {
			return false
		}
	}
	return len(g.Effect) > 0
}

// append writes g: uvarints of the number of axes, 0 for no guess, of guessers,
// and then of each guesser's contributions and each axis's edges their number
// and themselves, 4 bytes each.
func (g *Guess) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(g.axes()))
	if g == nil {
		return b
	}
	b = binary.AppendUvarint(b, uint64(len(g.Effect)))
	for _, list := range [][][]float32{g.Effect, g.Edge} {
		for _, part := range list {
			b = binary.AppendUvarint(b, uint64(len(part)))
			for _, x := range part {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
			}
		}
	}
	return b
}

// guess reads what append wrote.
func (r *forestReader) guess() *Guess {
	axes := r.next(maxAxes)
	if axes == 0 {
		return nil
	}
	g := &Guess{Effect: make([][]float32, r.next(maxFolds)), Edge: make([][]float32, axes)}
	for f := range g.Effect {
		g.Effect[f] = r.floats(1 << 16)
	}
	for a := range g.Edge {
		g.Edge[a] = r.floats(guessBins - 1)
	}
	return g
}

// floats reads up to most numbers.
func (r *forestReader) floats(most int) []float32 {
	n := r.next(most)
	if 4*n > len(r.b) {
		r.ok, r.b = false, nil
		return nil
	}
	out := make([]float32, n)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(r.b[4*i:]))
	}
	r.b = r.b[4*n:]
	return out
}
