package train

import (
	"math"

	"shoptwin/core/nn"
)

// judge scores a generator on the rows set aside: 1 minus the total variation
// distance, averaged over columns and over pairs of columns, in codes. It is
// close to the report's Overall in meaning, though finer in its cells.
type judge struct {
	want    []float32 // pair shares of the rows set aside
	widths  []int
	ceiling float64 // the score of the rows learned from
	latent  []float32
	rows    int
	pair    []float32
}

// judgeRows is how many rows the generator is asked for. As their
// probabilities are averaged, not draws, these say as much as ten times more.
const judgeRows = 4096

func newJudge(aside, learn rows, pairs []float32, latent int, seed uint64) *judge {
	j := &judge{widths: learn.widths, want: pairs, ceiling: 1, rows: judgeRows}
	if aside.len() > 0 {
		j.want = aside.pairs()
		j.ceiling = j.score(pairs)
	}
	n := noise{seed: seed}
	j.latent = make([]float32, judgeRows*latent)
	n.fill(j.latent, forJudge, 0, normal())
	j.pair = make([]float32, len(j.want))
	return j
}

// quality returns the net's score in relation to the rows learned from: 1
// when it is as near to the rows set aside as these are.
func (j *judge) quality(n *nn.Net) float64 {
	width := n.Out()
	clear(j.pair)
	const chunk = 1024 // bounds the memory
	for at := 0; at < j.rows; at += chunk {
		p := n.Forward(j.latent[at*n.In():(at+chunk)*n.In()], chunk)
		for r := 0; r < len(p); r += width {
			i := r
			for _, w := range j.widths {
				nn.Softmax(p[i:i+w], p[i:i+w])
				i += w
			}
		}
		nn.Sgemm(true, false, width, width, chunk, 1/float32(j.rows), p, width, p, width, 1, j.pair, width)
	}
	return 1 - math.Max(0, j.ceiling-j.score(j.pair))
}

// score compares pair shares, of which the diagonal has no meaning for a
// generator's probabilities: single shares are the sums over another block.
func (j *judge) score(pair []float32) float64 {
	width := 0
	for _, w := range j.widths {
		width += w
	}
	single, pairs, nPairs := 0.0, 0.0, 0
	a := 0
	for bi, wa := range j.widths {
		b := 0
		for bj, wb := range j.widths {
			if bj == bi {
				b += wb
				continue
			}
			gap, margin := 0.0, 0.0
			for r := a; r < a+wa; r++ {
				sum := 0.0
				for c := b; c < b+wb; c++ {
					d := float64(pair[r*width+c] - j.want[r*width+c])
					gap += math.Abs(d)
					sum += d
				}
				margin += math.Abs(sum)
			}
			if bj > bi {
				pairs += 1 - gap/2
				nPairs++
			}
			if bj == (bi+1)%len(j.widths) {
				single += 1 - margin/2
			}
			b += wb
		}
		a += wa
	}
	if nPairs == 0 { // a single block: only its own shares
		gap := 0.0
		for r := range width {
			sum := 0.0
			for c := range width {
				sum += float64(pair[r*width+c] - j.want[r*width+c])
			}
			gap += math.Abs(sum)
		}
		return 1 - gap/2
	}
	return (single/float64(len(j.widths)) + pairs/float64(nPairs)) / 2
}
