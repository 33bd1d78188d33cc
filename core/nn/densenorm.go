package nn

// DenseNorm is a dense layer with batch norm: y = act(norm(x·W)), or with
// Skip y = [act(norm(x·W)), x]. Its inputs are x (rows x In), W (In x Out),
// gamma and beta (Out each). It has no bias, which the norm would remove.
type DenseNorm struct {
	In   int
	Skip bool
	Norm BatchNorm // its Cols are Out; its own Skip is not used

	h, pre []float32 // rows x Out: x·W, and its gradient
}

// NewDenseNorm returns the layer; see [NewBatchNorm].
func NewDenseNorm(in, out int, act Act, skip bool) *DenseNorm {
	return &DenseNorm{In: in, Skip: skip, Norm: *NewBatchNorm(out, act)}
}

// Width returns the number of columns of the layer's output.
func (d *DenseNorm) Width() int {
	if d.Skip {
		return d.Norm.Cols + d.In
	}
	return d.Norm.Cols
}

func (d *DenseNorm) Shape(in [][2]int) [2]int { return [2]int{in[0][0], d.Width()} }

func (d *DenseNorm) Forward(y []float32, in [][]float32) {
	x, w := in[0], in[1]
	rows, out, width := len(x)/d.In, d.Norm.Cols, d.Width()
	d.h = grown(d.h, rows*out)
	Sgemm(false, false, rows, out, d.In, 1, x, d.In, w, out, 0, d.h, out)
	d.Norm.forward(y, width, d.h, in[2], in[3])
	if d.Skip {
		copyColumns(y[out:], width, x, d.In, d.In, rows)
	}
}

func (d *DenseNorm) Backward(grads [][]float32, dy, y []float32, in [][]float32) {
	x, w := in[0], in[1]
	rows, out, width := len(x)/d.In, d.Norm.Cols, d.Width()
	d.pre = grown(d.pre, rows*out)
	d.Norm.backward(d.pre, grads[2], grads[3], dy, y, width, d.h, in[2])
	if dw := grads[1]; dw != nil {
		Sgemm(true, false, d.In, out, rows, 1, x, d.In, d.pre, out, 0, dw, out)
	}
	dx := grads[0]
	if dx == nil {
		return
	}
	beta := float32(0)
	if d.Skip {
		beta = 1
		copyColumns(dx, d.In, dy[out:], width, d.In, rows)
	}
	Sgemm(false, true, rows, d.In, out, 1, d.pre, out, w, out, beta, dx, d.In)
}
