package nn

// Layer is a [Dense] layer and its weights: W of In x Out, B of Out.
type Layer struct {
	Dense
	W, B []float32
}

// Net is a trained feed-forward network. It does not change; any number of
// goroutines may use it.
type Net struct {
	Layers []Layer
}

// In returns the number of inputs a row has.
func (n *Net) In() int { return n.Layers[0].In }

// Out returns the number of outputs a row has.
func (n *Net) Out() int { return n.Layers[len(n.Layers)-1].Width() }

// Forward returns the outputs, rows x Out, of the given inputs, rows x In,
// which are not modified. Its memory is proportional to rows: feed large
// samples in chunks of a few thousand.
func (n *Net) Forward(x []float32, rows int) []float32 {
	for i := range n.Layers {
		l := &n.Layers[i]
		y := make([]float32, rows*l.Width())
		l.Dense.Forward(y, [][]float32{x, l.W, l.B})
		x = y
	}
	return x
}

// Runner computes a Net's outputs for a fixed number of rows again and again
// without allocating. Where all layers but the last hand their input on, they
// share one matrix whose rows grow to the left: [h2, h1, x]; nothing is
// copied. It works on the calling goroutine alone and is not safe for several.
type Runner struct {
	net    *Net
	rows   int
	stride int       // of hidden
	hidden []float32 // rows x stride
	out    []float32 // rows x Net.Out()
}

// NewRunner returns a Runner for that many rows; nil if a layer but the last
// does not hand its input on, or the last does.
func NewRunner(n *Net, rows int) *Runner {
	last := len(n.Layers) - 1
	for i := range n.Layers {
		if n.Layers[i].Skip != (i < last) {
			return nil
		}
	}
	r := &Runner{net: n, rows: rows, stride: n.Layers[last].In}
	r.hidden = make([]float32, rows*r.stride)
	r.out = make([]float32, rows*n.Out())
	return r
}

// Input returns where row i of the inputs is to be written.
func (r *Runner) Input(i int) []float32 { return r.hidden[(i+1)*r.stride-r.net.In() : (i+1)*r.stride] }

// Run returns the outputs of the inputs, the same as [Net.Forward]'s. The
// slice is overwritten by the next call.
func (r *Runner) Run() []float32 {
	at := r.stride - r.net.In() // column where the present input begins
	for i := range r.net.Layers {
		l := &r.net.Layers[i]
		y, ld := r.out, l.Out
		if l.Skip {
			y, ld = r.hidden[at-l.Out:], r.stride
		}
		for row := range r.rows {
			copy(y[row*ld:row*ld+l.Out], l.B)
		}
		p := product{m: r.rows, n: l.Out, k: l.In, alpha: 1, a: r.hidden[at:], ra: r.stride, ca: 1, b: l.W, rb: l.Out, cb: 1, beta: 1, c: y, ldc: ld}
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
