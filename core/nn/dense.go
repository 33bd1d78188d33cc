package nn

// Dense is the layer y = act(x·W + b), or with Skip y = [act(x·W + b), x],
// the output followed by the input.
type Dense struct {
	In, Out int
	Act     Act
	Skip    bool
}

// Width returns the number of columns of the layer's output.
func (d Dense) Width() int {
	if d.Skip {
		return d.Out + d.In
	}
	return d.Out
}

// Forward sets y (rows x Width) for x (rows x In), w (In x Out), b (Out).
func (d Dense) Forward(y, x, w, b []float32, rows int) {
	width := d.Width()
	for r := range rows {
		row := y[r*width : (r+1)*width]
		copy(row, b)
		if d.Skip {
			copy(row[d.Out:], x[r*d.In:(r+1)*d.In])
		}
	}
	Sgemm(false, false, rows, d.Out, d.In, 1, x, d.In, w, d.Out, 1, y, width)
	if d.Act != Linear {
		for r := range rows {
			d.Act.apply(y[r*width : r*width+d.Out])
		}
	}
}
