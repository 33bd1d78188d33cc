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
