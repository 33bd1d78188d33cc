package nn

// Bag is the layer y = act(sum of rows of W + b): a dense layer whose input
// has PerRow ones and else zeros, so that nothing is multiplied. Its inputs
// are W (any x Out) and b (1 x Out).
type Bag struct {
	Out, PerRow int
	Act         Act
	// Rows are the rows of W that each row of y is the sum of: rows x PerRow.
	// Their number must stay that of the first Shape.
	Rows []int32

	pre preGradient
}

func (g *Bag) Shape([][2]int) [2]int { return [2]int{len(g.Rows) / g.PerRow, g.Out} }

func (g *Bag) Forward(y []float32, in [][]float32) {
	w, b, n := in[0], in[1], g.Out
	byRows(len(y)/n, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := y[r*n : (r+1)*n]
			copy(row, b)
			for _, i := range g.Rows[r*g.PerRow : (r+1)*g.PerRow] {
				add(row, w[int(i)*n:(int(i)+1)*n])
			}
			g.Act.apply(row)
		}
	})
}

func (g *Bag) Backward(grads [][]float32, dy, y []float32, in [][]float32) {
	dw, db, n := grads[0], grads[1], g.Out
	pre := g.pre.of(g.Act, dy, y, n)
	if dw != nil {
		clear(dw)
		const cols = 64 // threads own columns, so that each sum has one order
		Parallel((n+cols-1)/cols, func(p int) {
			lo, hi := p*cols, min((p+1)*cols, n)
			for at, i := range g.Rows {
				r := at / g.PerRow
				add(dw[int(i)*n+lo:int(i)*n+hi], pre[r*n+lo:r*n+hi])
			}
		})
	}
	if db != nil {
		sumRows(db, pre, n, len(y)/n)
	}
}

// preGradient keeps a layer's gradient before its activation.
type preGradient []float32

// of returns it for rows of n, given that of y; without an activation it is dy.
func (g *preGradient) of(act Act, dy, y []float32, n int) []float32 {
	if act == Linear {
		return dy
	}
	pre := grown(*g, len(y))
	*g = pre
	byRows(len(y)/n, func(_, r0, r1 int) {
		act.gradient(pre[r0*n:r1*n], dy[r0*n:r1*n], y[r0*n:r1*n])
	})
	return pre
}
