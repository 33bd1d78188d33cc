package nn

import "math"

// Dropout sets each element of its input to zero with probability Rate and
// divides the others by 1-Rate, so that the expectation stays (Srivastava et
// al. 2014, inverted). Its only input is x. [Dense] has it built in behind
// the activation; the layer is for other places.
//
// The mask is a function of Seed, Step, row and column alone: the caller
// moves Step before each Forward, and Backward sees the same mask. Two layers
// need two seeds. Rate is rounded to a multiple of 2^-16 and must be below 1.
type Dropout struct {
	Rate       float32
	Seed, Step uint64
	Infer      bool // hand everything on as it is
	Cols       int
}

func (d *Dropout) Shape(in [][2]int) [2]int { return in[0] }

func (d *Dropout) Forward(y []float32, in [][]float32) { d.rows(y, in[0]) }

func (d *Dropout) Backward(grads [][]float32, dy, _ []float32, _ [][]float32) {
	if grads[0] != nil {
		d.rows(grads[0], dy)
	}
}

func (d *Dropout) rows(y, x []float32) {
	byRows(len(x)/d.Cols, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := y[r*d.Cols : (r+1)*d.Cols]
			copy(row, x[r*d.Cols:])
			if d.on() {
				d.mask(row, r)
			}
		}
	})
}

func (d *Dropout) on() bool { return d != nil && d.Rate > 0 && !d.Infer }

// mask applies the layer to row r. Of each 16 columns, eight counters give
// sixteen numbers of 16 bits: the low halves are for the first eight columns,
// the high halves for the others, as suits a vector of eight.
func (d *Dropout) mask(y []float32, r int) {
	key := scramble(d.Seed + scramble(d.Step+1))
	drop := uint32(math.Round(float64(d.Rate) * (1 << 16)))
	scale := float32(1 << 16 / float64(1<<16-drop))
	count, inner := uint32(key)+uint32(r*((len(y)+15)/16)*8), uint32(key>>32)
	whole := len(y) &^ 15
	dropBlocks(y[:whole], count, inner, drop, scale)
	count += uint32(whole / 2)
	y = y[whole:]
	for i := range y {
		h := counterHash(count+uint32(i%8), inner) >> (i / 8 * 16)
		y[i] = dropped(y[i]*scale, h&0xffff, drop)
	}
}

// goDropBlocks is mask for whole blocks of 16 columns.
func goDropBlocks(y []float32, count, inner, drop uint32, scale float32) {
	for ; len(y) >= 16; y = y[16:] {
		lo, hi := y[:8:8], y[8:16:16]
		for i := range lo {
			h := counterHash(count+uint32(i), inner)
			lo[i] = dropped(lo[i]*scale, h&0xffff, drop)
			hi[i] = dropped(hi[i]*scale, h>>16, drop)
		}
		count += 8
	}
}

// dropped returns v, or 0 if h < drop; without a branch, as none could be
// foreseen.
func dropped(v float32, h, drop uint32) float32 {
	return math.Float32frombits(math.Float32bits(v) &^ uint32(int32(h-drop)>>31))
}

// counterHash is Wellons' lowbias32 with a second key in its middle.
func counterHash(x, key uint32) uint32 {
	x ^= x >> 16
	x *= 0x7feb352d
	x ^= x>>15 ^ key
	x *= 0x846ca68b
	return x ^ x>>16
}

// scramble is the output function of SplitMix64 (Steele et al. 2014).
func scramble(x uint64) uint64 {
	x *= 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
