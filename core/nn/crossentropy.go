package nn

import "math"

// CrossEntropy is the loss -ln softmax(x)[target], mean over the rows that
// have a target. Its only input is the logits x (rows x Cols).
//
// With Widths the columns are blocks, and a row's softmax is that of block
// Block[row] alone, in which Target counts: CTGAN's condition. The others get
// no gradient.
type CrossEntropy struct {
	Cols   int
	Widths []int
	Target []int32 // of each row; -1: none
	Block  []int32 // of each row, with Widths

	p    []float32 // softmax, rows x Cols; only the block's columns are set
	sums pieceSums
	rows int // with a target
}

func (c *CrossEntropy) Shape([][2]int) [2]int { return [2]int{1, 1} }

// block returns the columns of row r's softmax; none without a target.
func (c *CrossEntropy) block(r int) (lo, hi int) {
	if c.Target[r] < 0 {
		return 0, 0
	}
	if c.Widths == nil {
		return 0, c.Cols
	}
	b := c.Block[r]
	for _, w := range c.Widths[:b] {
		lo += w
	}
	return lo, lo + c.Widths[b]
}

func (c *CrossEntropy) Forward(out []float32, in [][]float32) {
	x, rows := in[0], len(in[0])/c.Cols
	c.p = grown(c.p, len(x))
	c.sums.begin(rows)
	c.rows = counted(c.Target[:rows])
	byRows(rows, func(piece, r0, r1 int) {
		sum := 0.0
		for r := r0; r < r1; r++ {
			lo, hi := c.block(r)
			if lo == hi {
				continue
			}
			x, p := x[r*c.Cols+lo:r*c.Cols+hi], c.p[r*c.Cols+lo:r*c.Cols+hi]
			top, total := softmaxTotal(p, x)
			sum += math.Log(float64(total)) + float64(top) - float64(x[c.Target[r]])
		}
		c.sums[piece] = sum
	})
	out[0] = c.sums.mean(c.rows)
}

func (c *CrossEntropy) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	dx, rows := grads[0], len(in[0])/c.Cols
	if dx == nil {
		return
	}
	by := dout[0] / float32(max(c.rows, 1))
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			lo, hi := c.block(r)
			row := dx[r*c.Cols : (r+1)*c.Cols]
			clear(row[:lo])
			clear(row[hi:])
			if lo == hi {
				continue
			}
			copy(row[lo:hi], c.p[r*c.Cols+lo:])
			scaleBy(row[lo:hi], by)
			row[lo+int(c.Target[r])] -= by
		}
	})
}

// softmaxTotal sets p to the softmax of x and returns the largest of x and the
// sum of e^(x-largest).
func softmaxTotal(p, x []float32) (top, total float32) {
	top = maxOf(x)
	shift(p, x, -top)
	exp(p, p)
	total = sumOf(p)
	scaleBy(p, 1/total)
	return top, total
}

// counted returns how many ids are not negative.
func counted(ids []int32) (n int) {
	for _, id := range ids {
		if id >= 0 {
			n++
		}
	}
	return n
}
