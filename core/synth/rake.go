package synth

import (
	"math"
	"math/rand/v2"
	"sort"
)

// Pair is the pair table of blocks A < B in the training table. Cells that
// held fewer than the suppression limit are 0 here; Rest is what they held
// together, so that a reader cannot tell an empty cell from a small one.
//
// This keeps single customers out of the file's plain sight. It is not a
// private mechanism: raked samples follow the training table closely.
type Pair struct {
	A, B  int
	Count []uint32 // width A x width B
	Rest  uint32
}

// PairTables counts the pair tables of codes (as of Encoder.Codes), with
// cells below minCount suppressed. O(rows x blocks²).
func PairTables(codes [][]uint16, widths []int, minCount int) []Pair {
	var out []Pair
	for a := range codes {
		for b := a + 1; b < len(codes); b++ {
			p := Pair{A: a, B: b, Count: make([]uint32, widths[a]*widths[b])}
			for i, c := range codes[a] {
				p.Count[int(c)*widths[b]+int(codes[b][i])]++
			}
			for i, n := range p.Count {
				if n < uint32(minCount) {
					p.Rest += n
					p.Count[i] = 0
				}
			}
			out = append(out, p)
		}
	}
	return out
}

// rakeSweeps is how often raking goes over all pairs.
const rakeSweeps = 3

// rake reweights the pool towards the pair tables and the shares of single
// codes (margins, by block) and returns n rows of it, drawn without replacement
// in proportion to the weights. A rare code has few cells that are not
// suppressed: without its margin it would lose most of its rows. Iterative
// proportional fitting (Deming and Stephan 1940) on a sample; trainRows is
// the size of the table behind pairs, 1/trainRows the pseudo-count.
// O(pool x pairs).
func rake(pool [][]uint16, widths []int, pairs []Pair, margins [][]float64, trainRows, n int, rng *rand.Rand) [][]uint16 {
	rows := len(pool[0])
	weight := make([]float64, rows)
	for i := range weight {
		weight[i] = 1 / float64(rows)
	}
	order := make([]int, len(pairs))
	for i := range order {
		order[i] = i
	}
	for range rakeSweeps {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, k := range order {
			fitPair(pool, widths, &pairs[k], weight, 1/float64(trainRows))
		}
		for b, want := range margins {
			fitMargin(pool[b], want, weight, 1/float64(trainRows))
		}
	}
	rowsTaken := draw(weight, n, rng.Float64())
	even(pool, margins, weight, rowsTaken, rng)
	return take(pool, rowsTaken)
}

// balanced returns n rows of a pool whose codes have nearly the shares wanted, as
// balanced sampling does (Deville and Tillé 2004): the first n, but for what
// [even] exchanges. Within each code rows are as the pool has them.
func balanced(pool [][]uint16, margins [][]float64, n int, rng *rand.Rand) [][]uint16 {
	if len(pool) == 0 {
		return pool
	}
	weight, taken := make([]float64, len(pool[0])), make([]int, n)
	for i := range weight {
		weight[i] = 1
	}
	for i := range taken {
		taken[i] = i
	}
	even(pool, margins, weight, taken, rng)
	return take(pool, taken)
}

// take returns those rows of codes.
func take(codes [][]uint16, rows []int) [][]uint16 {
	out := make([][]uint16, len(codes))
	for c := range codes {
		out[c] = make([]uint16, len(rows))
		for i, r := range rows {
			out[c][i] = codes[c][r]
		}
	}
	return out
}

// fitPair scales weight so that the pool's table of that pair is p's. Cells
// that are 0 in p are one cell together.
func fitPair(pool [][]uint16, widths []int, p *Pair, weight []float64, pseudo float64) {
	a, b, wb := pool[p.A], pool[p.B], widths[p.B]
	have := make([]float64, len(p.Count))
	for i, w := range weight {
		have[int(a[i])*wb+int(b[i])] += w
	}
	var total, rest float64
	for cell, n := range p.Count {
		total += float64(n)
		if n == 0 {
			rest += have[cell]
		}
	}
	total += float64(p.Rest)
	scale := (float64(p.Rest)/total + pseudo) / (rest + pseudo)
	var sum float64
	for cell, n := range p.Count {
		r := scale
		if n > 0 {
			r = (float64(n)/total + pseudo) / (have[cell] + pseudo)
		}
		sum += have[cell] * r
		have[cell] = r
	}
	for cell := range have {
		have[cell] /= sum
	}
	for i := range weight {
		weight[i] *= have[int(a[i])*wb+int(b[i])]
	}
}

// fitMargin scales weight so that the pool's codes of a block have the shares
// wanted.
func fitMargin(codes []uint16, want, weight []float64, pseudo float64) {
	have := make([]float64, len(want))
	for i, w := range weight {
		have[codes[i]] += w
	}
	var sum float64
	for c, h := range have {
		r := (want[c] + pseudo) / (h + pseudo)
		sum += h * r
		have[c] = r
	}
	for i := range weight {
		weight[i] *= have[codes[i]] / sum
	}
}

// evenTries is how many exchanges are tried for each row that was drawn.
const evenTries = 8

// even exchanges rows that were drawn for others of the pool, offered in
// proportion to weight, where that brings the codes nearer to the shares
// wanted: a sample of so many rows then misses them by less than chance would.
func even(pool [][]uint16, margins [][]float64, weight []float64, taken []int, rng *rand.Rand) {
	n := len(taken)
	off := make([][]float64, len(margins)) // rows too many of each code
	for b, want := range margins {
		off[b] = make([]float64, len(want))
		for c, share := range want {
			off[b][c] = -share * float64(n)
		}
		for _, r := range taken {
			off[b][pool[b][r]]++
		}
	}
	used := make([]bool, len(weight))
	for _, r := range taken {
		used[r] = true
	}
	to := make([]float64, len(weight)) // sums of weight
	var sum float64
	for i, w := range weight {
		sum += w
		to[i] = sum
	}
	for range evenTries * n {
		at, in := rng.IntN(n), min(sort.SearchFloat64s(to, rng.Float64()*sum), len(to)-1)
		out := taken[at]
		if used[in] {
			continue
		}
		gain := 0.
		for b := range off {
			if x, y := pool[b][out], pool[b][in]; x != y {
				gain += off[b][x] - off[b][y] - 1
			}
		}
		if gain <= 0 {
			continue
		}
		for b := range off {
			off[b][pool[b][out]]--
			off[b][pool[b][in]]++
		}
		taken[at], used[out], used[in] = in, false, true
	}
}

// draw returns n of the rows in ascending order, row i included with
// probability min(1, c·weight[i]), c such that these sum to n: systematic
// sampling (Madow 1949) starting at u in [0, 1).
func draw(weight []float64, n int, u float64) []int {
	var sum float64
	for _, w := range weight {
		sum += w
	}
	c := float64(n) / sum
	for range 20 { // rows that are certain leave less for the others
		var capped, loose float64
		for _, w := range weight {
			if c*w >= 1 {
				capped++
			} else {
				loose += w
			}
		}
		next := (float64(n) - capped) / loose
		if loose == 0 || math.Abs(next-c) <= 1e-12*c {
			break
		}
		c = next
	}
	out := make([]int, 0, n)
	at := u
	var run float64
	for i, w := range weight {
		if run += min(1, c*w); run > at && len(out) < n {
			out = append(out, i)
			at++
		}
	}
	for i := len(weight) - 1; len(out) < n; i-- { // rounding left one short
		out = append(out, i)
	}
	return out
}
