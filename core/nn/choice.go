package nn

import "math"

// Choice is [CrossEntropy] of one out of many things some of which are marked,
// kind by kind: those in the basket already, those bought before. What a mark
// is worth depends on the row. Its inputs are the logits x (rows x Cols) and
// the marks' worth g (rows x Kinds); the logit of thing j in row r is x[r, j]
// plus the worth of every kind by which j is marked.
type Choice struct {
	Cols, Kinds int
	Target      []int32 // of each row; -1: none
	// Marked[From[r*Kinds+k]:From[r*Kinds+k+1]] are the things of row r with
	// marks of kind k, each once.
	From   []int32
	Marked []int32

	p    []float32 // softmax, rows x Cols
	sums pieceSums
	rows int // with a target
}

func (c *Choice) Shape([][2]int) [2]int { return [2]int{1, 1} }

// Mark adds what the marks of row r are worth, g (Kinds), to its logits.
func (c *Choice) Mark(x, g []float32, r int) {
	for k, worth := range g {
		for _, j := range c.Marked[c.From[r*c.Kinds+k]:c.From[r*c.Kinds+k+1]] {
			x[j] += worth
		}
	}
}

func (c *Choice) Forward(out []float32, in [][]float32) {
	rows := len(in[0]) / c.Cols
	c.p = grown(c.p, len(in[0]))
	c.sums.begin(rows)
	c.rows = counted(c.Target[:rows])
	byRows(rows, func(piece, r0, r1 int) {
		sum := 0.0
		for r := r0; r < r1; r++ {
			if c.Target[r] < 0 {
				continue
			}
			p := c.p[r*c.Cols : (r+1)*c.Cols]
			copy(p, in[0][r*c.Cols:])
			c.Mark(p, in[1][r*c.Kinds:(r+1)*c.Kinds], r)
			own := p[c.Target[r]]
			top, total := softmaxTotal(p, p)
			sum += math.Log(float64(total)) + float64(top) - float64(own)
		}
		c.sums[piece] = sum
	})
	out[0] = c.sums.mean(c.rows)
}

func (c *Choice) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	dx, dg := grads[0], grads[1]
	by := dout[0] / float32(max(c.rows, 1))
	byRows(len(in[0])/c.Cols, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			if c.Target[r] < 0 {
				if dx != nil {
					clear(dx[r*c.Cols : (r+1)*c.Cols])
				}
				if dg != nil {
					clear(dg[r*c.Kinds : (r+1)*c.Kinds])
				}
				continue
			}
			p := c.p[r*c.Cols : (r+1)*c.Cols]
			if dx != nil {
				row := dx[r*c.Cols : (r+1)*c.Cols]
				copy(row, p)
				row[c.Target[r]]--
				scaleBy(row, by)
			}
			if dg == nil {
				continue
			}
			for k := range c.Kinds {
				var sum float32
				for _, j := range c.Marked[c.From[r*c.Kinds+k]:c.From[r*c.Kinds+k+1]] {
					sum += p[j]
					if j == c.Target[r] {
						sum--
					}
				}
				dg[r*c.Kinds+k] = by * sum
			}
		}
	})
}
