package nn

import "math"

// BlockEntropy is the loss of guessing several categories a row: the mean
// over rows of Weight[row] times the sum of -ln softmax(block)[target] over
// the blocks that have a target. Its only input is the logits, rows x the sum
// of Widths.
type BlockEntropy struct {
	Widths []int
	Target []int32   // rows x blocks: the column within the block; -1: none
	Weight []float32 // of each row

	p    []float32 // softmax of every block
	sums pieceSums
}

func (e *BlockEntropy) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (e *BlockEntropy) Forward(out []float32, in [][]float32) {
	x, blocks, rows := in[0], len(e.Widths), len(e.Weight)
	w := len(x) / rows
	e.p = grown(e.p, len(x))
	e.sums.begin(rows)
	byRows(rows, func(piece, r0, r1 int) {
		sum := 0.0
		for r := r0; r < r1; r++ {
			p := e.p[r*w : (r+1)*w]
			SoftmaxBlocks(p, x[r*w:(r+1)*w], e.Widths)
			at, part := 0, 0.0
			for b, n := range e.Widths {
				if t := e.Target[r*blocks+b]; t >= 0 {
					// A probability below float32's is as good as its smallest.
					part -= math.Log(max(float64(p[at+int(t)]), 1e-38))
				}
				at += n
			}
			sum += part * float64(e.Weight[r])
		}
		e.sums[piece] = sum
	})
	out[0] = e.sums.mean(rows)
}

func (e *BlockEntropy) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	dx := grads[0]
	if dx == nil {
		return
	}
	blocks, rows := len(e.Widths), len(e.Weight)
	w := len(dx) / rows
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			by := dout[0] * e.Weight[r] / float32(rows)
			at := 0
			for b, n := range e.Widths {
				d := dx[r*w+at : r*w+at+n]
				if t := e.Target[r*blocks+b]; t >= 0 {
					for i, p := range e.p[r*w+at : r*w+at+n] {
						d[i] = p * by
					}
					d[t] -= by
				} else {
					clear(d)
				}
				at += n
			}
		}
	})
}
