package train

import (
	"math"

	"shoptwin/core/nn"
)

// judge estimates how far a generator's pair tables are from the
// population's, by the chi-squared distance of [nn.Moments], on rows that
// nobody learned from. Two corrections make it an estimate without bias:
// the generator answers twice, so that the noise of its answers has mean 0 in
// the product; and the noise of the rows set aside is known from their
// distance to the rows learned from, which has both parts' noise.
type judge struct {
	widths  []int
	want    tables
	floor   float64 // distance that the noise of want makes
	latent  []float32
	answers [2]tables
}

// tables are the shares of pairs of codes, W x W, and of single ones.
type tables struct {
	pair   []float32
	single []float32
}

// judgeRows is how many rows the generator is asked for, and judgeChunk how
// many at a time, which bounds the memory.
const (
	judgeRows  = 1 << 14
	judgeChunk = 1 << 10
)

func newJudge(aside, learn rows, pairs []float32, latent int, seed uint64) *judge {
	width := learn.width
	learned := tables{pairs, make([]float32, width)}
	for i := range width {
		learned.single[i] = pairs[i*width+i]
	}
	j := &judge{widths: learn.widths, want: learned}
	if aside.len() > 0 {
		j.want = tables{aside.pairs(), make([]float32, width)}
		for i := range width {
			j.want.single[i] = j.want.pair[i*width+i]
		}
		n, m := float64(learn.len()), float64(aside.len())
		j.floor = j.distance(learned, learned) * n / (n + m)
	}
	for i := range j.answers {
		j.answers[i] = tables{make([]float32, width*width), make([]float32, width)}
	}
	n := noise{seed: seed}
	j.latent = make([]float32, judgeRows*latent)
	n.fill(j.latent, forJudge, 0, normal())
	return j
}

// quality returns 1 minus a bound on the mean total variation distance, over
// columns and over pairs of columns, between generator and population: the
// report's Overall, seen from below.
func (j *judge) quality(n *nn.Net) float64 {
	width := n.Out()
	for _, t := range j.answers {
		clear(t.pair)
		clear(t.single)
	}
	const share = 2. / judgeRows
	for c := range judgeRows / judgeChunk {
		t := j.answers[c%2]
		z := n.In() * judgeChunk
		p := n.Forward(j.latent[c*z:(c+1)*z], judgeChunk)
		nn.Parallel(8, func(i int) {
			for at := i * len(p) / 8; at < (i+1)*len(p)/8; at += width {
				nn.SoftmaxBlocks(p[at:at+width], p[at:at+width], j.widths)
			}
		})
		for at := 0; at < len(p); at += width {
			for i, v := range p[at : at+width] {
				t.single[i] += v * share
			}
		}
		nn.Sgemm(true, false, width, width, judgeChunk, share, p, width, p, width, 1, t.pair, width)
	}
	return 1 - math.Sqrt(max(0, j.distance(j.answers[0], j.answers[1])-j.floor)/2)/2
}

// distance returns the chi-squared distance of a and of b from what is
// wanted, multiplied cell by cell: mean over pairs of blocks plus mean over
// blocks.
func (j *judge) distance(a, b tables) float64 {
	const floor = nn.CellFloor
	width, blocks := len(j.want.single), float64(len(j.widths))
	pairs, singles := 0.0, 0.0
	lo := 0
	for _, w := range j.widths {
		for r := lo; r < lo+w; r++ {
			want := j.want.single[r]
			singles += float64((a.single[r] - want) * (b.single[r] - want) / (want + floor))
			for c := range width {
				if c >= lo && c < lo+w {
					continue
				}
				i := r*width + c
				want := j.want.pair[i]
				pairs += float64((a.pair[i] - want) * (b.pair[i] - want) / (want + floor))
			}
		}
		lo += w
	}
	return pairs/max(1, blocks*(blocks-1)) + singles/blocks
}
