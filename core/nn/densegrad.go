package nn

import "math"

// DenseGrad is the gradient of a [Dense] layer by its input as a layer of its
// own: dx = (dy∘s(y))·W^T with s the slope of activation and dropout. Its
// inputs are dy (rows x Out), the layer's output y (rows x Out) and W
// (In x Out). A chain of them is a network's gradient by its inputs as part
// of the graph, of which a loss such as [GradientPenalty] can then be made:
// second derivatives from first ones. That is exact, as s is constant but for
// jumps: y gets no gradient.
type DenseGrad struct {
	// Of is the layer whose gradient this is; it hands no input on (Skip),
	// and its Forward came before. Only what was chosen is read from it.
	Of *Dense

	pre, dpre []float32 // dy∘s(y), and its gradient: rows x Out
}

func (d *DenseGrad) Shape(in [][2]int) [2]int { return [2]int{in[0][0], d.Of.In} }

func (d *DenseGrad) Forward(dx []float32, in [][]float32) {
	dy, y, w, of := in[0], in[1], in[2], d.Of
	rows := len(dy) / of.Out
	d.pre = grown(d.pre, len(dy))
	of.slopes(d.pre, dy, y, of.Out)
	Sgemm(false, true, rows, of.In, of.Out, 1, d.pre, of.Out, w, of.Out, 0, dx, of.In)
}

func (d *DenseGrad) Backward(grads [][]float32, ddx, _ []float32, in [][]float32) {
	y, w, of := in[1], in[2], d.Of
	rows := len(y) / of.Out
	if dw := grads[2]; dw != nil {
		Sgemm(true, false, of.In, of.Out, rows, 1, ddx, of.In, d.pre, of.Out, 0, dw, of.Out)
	}
	if grads[1] != nil {
		clear(grads[1])
	}
	if grads[0] != nil {
		d.dpre = grown(d.dpre, len(y))
		Sgemm(false, false, rows, of.Out, of.In, 1, ddx, of.In, w, of.Out, 0, d.dpre, of.Out)
		of.slopes(grads[0], d.dpre, y, of.Out)
	}
}

// GradientPenalty is the loss Weight times the mean over rows of
// (‖g‖2 - 1)², g being the rows of its only input (rows x Cols): a critic's
// gradients by its inputs (Gulrajani et al., Improved Training of Wasserstein
// GANs, 2017, with weight 10).
type GradientPenalty struct {
	Cols   int
	Weight float32

	norm []float32 // of each row
	sums pieceSums
}

func (p *GradientPenalty) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (p *GradientPenalty) Forward(out []float32, in [][]float32) {
	g, rows := in[0], len(in[0])/p.Cols
	p.norm = grown(p.norm, rows)
	p.sums.begin(rows)
	byRows(rows, func(piece, r0, r1 int) {
		sum := 0.0
		for r := r0; r < r1; r++ {
			row := g[r*p.Cols : (r+1)*p.Cols]
			norm := math.Sqrt(float64(dot(row, row)))
			p.norm[r] = float32(norm)
			sum += (norm - 1) * (norm - 1)
		}
		p.sums[piece] = sum
	})
	out[0] = p.Weight * p.sums.mean(rows)
}

func (p *GradientPenalty) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	g, dg := in[0], grads[0]
	if dg == nil {
		return
	}
	by := 2 * dout[0] * p.Weight / float32(len(p.norm))
	byRows(len(p.norm), func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := dg[r*p.Cols : (r+1)*p.Cols]
			copy(row, g[r*p.Cols:])
			if p.norm[r] > 0 { // at 0 the norm has no gradient, and PyTorch takes 0 for it
				scaleBy(row, by*(1-1/p.norm[r]))
			}
		}
	})
}
