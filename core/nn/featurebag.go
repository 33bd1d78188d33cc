package nn

// FeatureBag is the layer y = act(x + b + weighted sum of rows of W): a dense
// layer for rows described by few of very many features, as many as each row
// has. Its inputs are W (features x Out), b (1 x Out) and, with Plus, x
// (rows x Out).
type FeatureBag struct {
	Out  int
	Act  Act
	Plus bool
	// Row r has the features IDs[From[r]:From[r+1]] with those Weights. The
	// number of rows must stay that of the first Shape.
	From    []int32
	IDs     []int32
	Weights []float32

	pre preGradient
}

func (g *FeatureBag) Shape([][2]int) [2]int { return [2]int{len(g.From) - 1, g.Out} }

func (g *FeatureBag) Forward(y []float32, in [][]float32) {
	w, b, n := in[0], in[1], g.Out
	byRows(len(y)/n, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := y[r*n : (r+1)*n]
			copy(row, b)
			if g.Plus {
				add(row, in[2][r*n:(r+1)*n])
			}
			g.Add(row, w, r)
			g.Act.apply(row)
		}
	})
}

// Add adds the features of row r to y.
func (g *FeatureBag) Add(y, w []float32, r int) {
	n := g.Out
	for k := g.From[r]; k < g.From[r+1]; k++ {
		i := int(g.IDs[k]) * n
		axpy(y, w[i:i+n], g.Weights[k])
	}
}

func (g *FeatureBag) Backward(grads [][]float32, dy, y []float32, in [][]float32) {
	dw, db, n := grads[0], grads[1], g.Out
	pre := g.pre.of(g.Act, dy, y, n)
	if dw != nil {
		const cols = 32 // threads own columns, so that each sum has one order
		Parallel((n+cols-1)/cols, func(p int) {
			lo, hi := p*cols, min((p+1)*cols, n)
			for at := lo; at < len(dw); at += n {
				clear(dw[at : at+hi-lo])
			}
			for r := range len(y) / n {
				d := pre[r*n+lo : r*n+hi]
				for k := g.From[r]; k < g.From[r+1]; k++ {
					i := int(g.IDs[k]) * n
					axpy(dw[i+lo:i+hi], d, g.Weights[k])
				}
			}
		})
	}
	if db != nil {
		sumRows(db, pre, n, len(y)/n)
	}
	if g.Plus && grads[2] != nil {
		copy(grads[2], pre)
	}
}
