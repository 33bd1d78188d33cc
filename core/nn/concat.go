package nn

// Concat puts its inputs side by side: y = [x0, x1, ...]. All have the same
// number of rows; Cols are their columns. [Dense] and [BatchNorm] do it
// without a copy by Skip.
type Concat struct{ Cols []int }

func (c *Concat) Shape(in [][2]int) [2]int {
	width := 0
	for _, n := range c.Cols {
		width += n
	}
	return [2]int{in[0][0], width}
}

func (c *Concat) Forward(y []float32, in [][]float32) {
	rows := len(in[0]) / c.Cols[0]
	width, at := len(y)/rows, 0
	for i, n := range c.Cols {
		copyColumns(y[at:], width, in[i], n, n, rows)
		at += n
	}
}

func (c *Concat) Backward(grads [][]float32, dy, _ []float32, in [][]float32) {
	rows := len(in[0]) / c.Cols[0]
	width, at := len(dy)/rows, 0
	for i, n := range c.Cols {
		if grads[i] != nil {
			copyColumns(grads[i], n, dy[at:], width, n, rows)
		}
		at += n
	}
}

// Add adds its inputs, which have one shape: a residual connection.
type Add struct{}

func (Add) Shape(in [][2]int) [2]int { return in[0] }

func (Add) Forward(y []float32, in [][]float32) {
	const piece = 1 << 12
	Parallel((len(y)+piece-1)/piece, func(i int) {
		lo, hi := i*piece, min((i+1)*piece, len(y))
		copy(y[lo:hi], in[0][lo:hi])
		for _, x := range in[1:] {
			add(y[lo:hi], x[lo:hi])
		}
	})
}

func (Add) Backward(grads [][]float32, dy, _ []float32, _ [][]float32) {
	for _, g := range grads {
		copy(g, dy)
	}
}
