package nn

// Runner computes the outputs of a Net of [Dense] layers for a fixed number of
// rows again and again without allocating. Where all layers but the last hand
// their input on, they share one matrix whose rows grow to the left:
// [h2, h1, x]; nothing is copied. It works on the calling goroutine alone and
// is not safe for several.
type Runner struct {
	layers []denseLayer
	rows   int
	stride int       // of hidden
	hidden []float32 // rows x stride
	out    []float32 // rows x Net.Out()
}

type denseLayer struct {
	*Dense
	w, b []float32
}

// NewRunner returns a Runner for that many rows; nil if a layer is not Dense,
// one but the last does not hand its input on, or the last does.
func NewRunner(n *Net, rows int) *Runner {
	r := &Runner{rows: rows}
	last := len(n.Layers) - 1
	for i, l := range n.Layers {
		d, ok := l.Op.(*Dense)
		if !ok || d.Skip != (i < last) {
			return nil
		}
		r.layers = append(r.layers, denseLayer{d, l.Weights[0], l.Weights[1]})
	}
	r.stride = r.layers[last].In
	r.hidden = make([]float32, rows*r.stride)
	r.out = make([]float32, rows*r.layers[last].Out)
	return r
}

// Input returns where row i of the inputs is to be written.
func (r *Runner) Input(i int) []float32 {
	return r.hidden[(i+1)*r.stride-r.layers[0].In : (i+1)*r.stride]
}

// Run returns the outputs of the inputs, the same as [Net.Forward]'s. The
// slice is overwritten by the next call.
func (r *Runner) Run() []float32 {
	at := r.stride - r.layers[0].In // column where the present input begins
	for _, l := range r.layers {
		y, ld := r.out, l.Out
		if l.Skip {
			y, ld = r.hidden[at-l.Out:], r.stride
		}
		for row := range r.rows {
			copy(y[row*ld:row*ld+l.Out], l.b)
		}
		p := product{m: r.rows, n: l.Out, k: l.In, alpha: 1, a: r.hidden[at:], ra: r.stride, ca: 1, b: l.w, rb: l.Out, cb: 1, beta: 1, c: y, ldc: ld}
		p.alone()
		if l.Act != Linear {
			for row := range r.rows {
				l.Act.apply(y[row*ld : row*ld+l.Out])
			}
		}
		at -= l.Out
	}
	return r.out
}
