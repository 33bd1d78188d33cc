package nn

// Dense is the layer y = act(x·W + b), or with Skip y = [act(x·W + b), x],
// the output followed by the input. Its inputs are x (rows x In),
// W (In x Out) and b (Out).
type Dense struct {
	In, Out int
	Act     Act
	Skip    bool
	// Tail is how many of x's last columns need no gradient (noise handed
	// on): there Backward leaves zeros.
	Tail int
	// Drop, if not nil, is applied to act(x·W + b); its Cols are not used.
	Drop *Dropout

	pre []float32 // gradient before the activation
}

// Width returns the number of columns of the layer's output.
func (d *Dense) Width() int {
	if d.Skip {
		return d.Out + d.In
	}
	return d.Out
}

func (d *Dense) Shape(in [][2]int) [2]int { return [2]int{in[0][0], d.Width()} }

func (d *Dense) Forward(y []float32, in [][]float32) {
	x, w, b := in[0], in[1], in[2]
	width, rows := d.Width(), len(x)/d.In
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := y[r*width : (r+1)*width]
			copy(row, b)
			if d.Skip {
				copy(row[d.Out:], x[r*d.In:(r+1)*d.In])
			}
		}
	})
	Sgemm(false, false, rows, d.Out, d.In, 1, x, d.In, w, d.Out, 1, y, width)
	if d.Act != Linear || d.Drop.on() {
		byRows(rows, func(_, r0, r1 int) {
			for r := r0; r < r1; r++ {
				row := y[r*width : r*width+d.Out]
				d.Act.apply(row)
				if d.Drop.on() {
					d.Drop.mask(row, r)
				}
			}
		})
	}
}

// slopes sets pre (rows x Out) to dy times the slope of activation and
// dropout at the outputs y; both have width columns.
func (d *Dense) slopes(pre, dy, y []float32, width int) {
	byRows(len(pre)/d.Out, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := pre[r*d.Out : (r+1)*d.Out]
			if d.Act == Linear {
				copy(row, dy[r*width:])
			} else {
				d.Act.gradient(row, dy[r*width:], y[r*width:])
			}
			if d.Drop.on() {
				d.Drop.mask(row, r)
			}
		}
	})
}

func (d *Dense) Backward(grads [][]float32, dy, y []float32, in [][]float32) {
	x, w := in[0], in[1]
	dx, dw, db := grads[0], grads[1], grads[2]
	width, rows := d.Width(), len(x)/d.In

	pre, ld := dy, width
	if d.Act != Linear || d.Drop.on() {
		d.pre = grown(d.pre, rows*d.Out)
		pre, ld = d.pre, d.Out
		d.slopes(pre, dy, y, width)
	}
	if dw != nil {
		Sgemm(true, false, d.In, d.Out, rows, 1, x, d.In, pre, ld, 0, dw, d.Out)
	}
	if db != nil {
		sumRows(db, pre, ld, rows)
	}
	if dx == nil {
		return
	}
	cols, beta := d.In-d.Tail, float32(0)
	if d.Skip {
		beta = 1
		byRows(rows, func(_, r0, r1 int) {
			for r := r0; r < r1; r++ {
				copy(dx[r*d.In:r*d.In+cols], dy[r*width+d.Out:])
			}
		})
	}
	Sgemm(false, true, rows, cols, d.Out, 1, pre, ld, w, d.Out, beta, dx, d.In)
}
