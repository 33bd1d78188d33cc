package quality

import (
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// dcrLimit is the DCR share above which rows should not be shared.
const dcrLimit = 0.53

// copies counts the synthetic and the holdout rows that equal a real row in
// every compared column.
func (a *aligned) copies(r *Report) {
	real := make(map[uint64]struct{}, a.rows[realSide])
	for _, h := range a.hashes(realSide) {
		real[h] = struct{}{}
	}
	count := func(side int) (n int) {
		for _, h := range a.hashes(side) {
			if _, ok := real[h]; ok {
				n++
			}
		}
		return n
	}
	p := &r.Privacy
	p.Copies, p.CopyRows = count(syntheticSide), a.rows[syntheticSide]
	if a.holdout {
		n := count(holdoutSide)
		p.HoldoutCopies, p.HoldoutRows = &n, a.rows[holdoutSide]
	}
}

// hashes returns a hash of each row; of 64 bits, so that two rows of a table
// in memory share one with a chance below one in a million.
func (a *aligned) hashes(side int) []uint64 {
	out := make([]uint64, a.rows[side])
	for _, c := range a.columns {
		for i := range out {
			var v uint64
			if c.discrete {
				v = uint64(int64(c.codes[side][i]))
			} else if x := c.num[side][i]; x != 0 && !math.IsNaN(x) { // one zero, one NaN
				v = math.Float64bits(x)
			} else if x != 0 {
				v = 1
			}
			h := (out[i]<<5 | out[i]>>59) ^ v // then mix: splitmix64
			h += 0x9e3779b97f4a7c15
			h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
			h = (h ^ h>>27) * 0x94d049bb133111eb
			out[i] = h ^ h>>31
		}
	}
	return out
}

// packed is rows made for measuring distances: levels in lanes of words, so
// that one operation compares eight of them, and numbers scaled to [0, 1].
type packed struct {
	rows, words, nums int
	levels            []uint64  // rows x words
	num               []float32 // rows x nums
}

// packer says where each column goes.
type packer struct {
	a      *aligned
	narrow []*column // up to 254 levels: 8 to a word
	wide   []*column // 4 to a word
	nums   []*column
	lo, by []float64 // a number v becomes (v-lo)*by
	high   []uint64  // the highest bit of each lane, by word
	// ranks, unless nil, are sorted values of each number: it becomes its
	// place among them instead.
	ranks [][]float64
}

const (
	high8  = 0x8080808080808080
	high16 = 0x8000800080008000
)

// newPacker scales each number by the range of the real table.
func (a *aligned) newPacker() *packer {
	p := &packer{a: a}
	for _, c := range a.columns {
		switch {
		case c.discrete && len(c.levels) < 255:
			p.narrow = append(p.narrow, c)
		case c.discrete:
			p.wide = append(p.wide, c)
		default:
			lo, by := c.scale()
			p.nums, p.lo, p.by = append(p.nums, c), append(p.lo, lo), append(p.by, by)
		}
	}
	for range (len(p.narrow) + 7) / 8 {
		p.high = append(p.high, high8)
	}
	for range (len(p.wide) + 3) / 4 {
		p.high = append(p.high, high16)
	}
	return p
}

// scale returns lo and by so that (v-lo)*by runs from 0 to 1 over the real
// table's values v.
func (c *column) scale() (lo, by float64) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range c.num[realSide] {
		if !math.IsNaN(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if hi > lo {
		return lo, min(1/(hi-lo), math.MaxFloat64) // between denormal numbers it is infinite
	}
	return lo, 1
}

// pack returns the given rows of one side.
func (p *packer) pack(side int, rows []int) *packed {
	out := &packed{rows: len(rows), words: len(p.high), nums: len(p.nums)}
	out.levels = make([]uint64, out.rows*out.words)
	out.num = make([]float32, out.rows*out.nums)
	for i, row := range rows {
		levels := out.levels[i*out.words:]
		for j, c := range p.narrow {
			levels[j/8] |= uint64(uint8(c.codes[side][row]+1)) << (j % 8 * 8)
		}
		for j, c := range p.wide {
			levels[(len(p.narrow)+7)/8+j/4] |= uint64(uint16(c.codes[side][row]+1)) << (j % 4 * 16)
		}
		for j, c := range p.nums {
			v := c.num[side][row]
			if math.IsNaN(v) {
				v = 9 // at least 1 from every value, 0 from another missing one
			} else if p.ranks != nil {
				v = place(v, p.ranks[j])
			} else {
				v = max(-1, min(2, (v-p.lo[j])*p.by[j]))
			}
			out.num[i*out.nums+j] = float32(v)
		}
	}
	return out
}

// nearest returns the distances from row i of q to its nearest and second
// nearest row of ref.
func (p *packer) nearest(q *packed, i int, ref *packed) (first, second float32) {
	var d [2]float32
	p.several(q, i, ref, d[:])
	return d[0], d[1]
}

// several sets out to the distances from row i of q to its nearest rows of
// ref, in ascending order; where ref has fewer, the farthest stands for the
// rest. Distances are Gower's: the number of levels that differ plus the
// differences of the numbers, at most 1 each.
func (p *packer) several(q *packed, i int, ref *packed, out []float32) {
	last := len(out) - 1
	for k := range out {
		out[k] = math.MaxFloat32
	}
	levels, num := q.levels[i*q.words:(i+1)*q.words], q.num[i*q.nums:(i+1)*q.nums]
	high := p.high
	limit := out[last]
	for r := range ref.rows {
		differ := 0
		other := ref.levels[r*len(levels) : (r+1)*len(levels)]
		for w, x := range levels {
			// The highest bit of each lane of x becomes 1 where any bit is 1.
			x ^= other[w]
			h := high[w]
			differ += bits.OnesCount64(((x &^ h) + ^h | x) & h)
		}
		d := float32(differ)
		if d >= limit {
			continue // most rows end here
		}
		row := ref.num[r*len(num) : (r+1)*len(num)]
		for j, v := range num {
			v -= row[j]
			if v < 0 {
				v = -v
			}
			if v > 1 {
				v = 1
			}
			if d += v; d >= limit {
				break
			}
		}
		if d >= limit {
			continue
		}
		k := last
		for ; k > 0 && d < out[k-1]; k-- {
			out[k] = out[k-1]
		}
		out[k] = d
		limit = out[last]
	}
	for k := 1; k < len(out); k++ {
		if out[k] == math.MaxFloat32 {
			out[k] = out[k-1]
		}
	}
}

// distances measures the distance to the closest record of synthetic rows, in
// the real table and in equally many rows of the holdout.
func (a *aligned) distances(ctx context.Context, r *Report, cfg Config, rng *rand.Rand, done func()) error {
	if !a.holdout {
		a.note("Without a holdout, closeness to real rows could not be judged: there is nothing to compare it with.",
			"没有留出表，无法评判与真实行的接近程度：缺少对照。")
		return nil
	}
	const most = 50_000 // rows to search in
	n := min(a.rows[realSide], a.rows[holdoutSide], most)
	p := a.newPacker()
	real := p.pack(realSide, sample(rng, a.rows[realSide], n))
	held := sample(rng, a.rows[holdoutSide], n)
	holdout := p.pack(holdoutSide, held)
	q := p.pack(syntheticSide, sample(rng, a.rows[syntheticSide], cfg.Queries))
	nearer, ratio := make([]float64, q.rows), make([]float64, q.rows)
	err := parallel(ctx, q.rows, func(i int) {
		d, second := p.nearest(q, i, real)
		ratio[i] = quotient(d, second)
		switch h, _ := p.nearest(q, i, holdout); {
		case d < h:
			nearer[i] = 1
		case d == h:
			nearer[i] = 0.5
		}
	})
	if err != nil {
		return err
	}
	done()
	s := &r.Privacy
	share := mean(nearer)
	lo, hi := wilson(share, q.rows)
	s.DCRShare, s.DCRLo, s.DCRHi, s.Queries = &share, &lo, &hi, q.rows

	// The same ratio for fresh real rows says what is usual.
	fresh := p.pack(holdoutSide, take(held, sample(rng, n, cfg.Queries)))
	usual := make([]float64, fresh.rows)
	if err := parallel(ctx, fresh.rows, func(i int) { usual[i] = quotient(p.nearest(fresh, i, real)) }); err != nil {
		return err
	}
	done()
	if n >= 2 {
		own, its := median(ratio), median(usual)
		s.NNDR, s.HoldoutNNDR = &own, &its
	}
	return nil
}

// quotient returns d/second, 1 when both are 0.
func quotient(d, second float32) float64 {
	if second == 0 {
		return 1
	}
	return float64(d) / float64(second)
}

// median returns the median of x, which it sorts.
func median(x []float64) float64 {
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// z95 is how many standard errors a 95 % interval reaches to each side.
const z95 = 1.959964

// wilson returns Wilson's 95 % interval of a share p of n.
func wilson(p float64, n int) (lo, hi float64) { return wilsonOf(p, float64(n)) }

// wilsonOf is wilson for a share that is worth m rows, not always a whole number.
func wilsonOf(p, m float64) (lo, hi float64) {
	mid := (p + z95*z95/(2*m)) / (1 + z95*z95/m)
	half := z95 / (1 + z95*z95/m) * math.Sqrt(p*(1-p)/m+z95*z95/(4*m*m))
	return max(0, mid-half), min(1, mid+half)
}
