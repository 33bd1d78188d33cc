package nn

// Layer is a trained layer: what it computes, and its weights in the order of
// the layer's inputs from the second on. A [Dense] has W of In x Out and b of
// Out.
type Layer struct {
	Op      Op
	Weights [][]float32
}

// Op is what a layer of a [Net] computes: [Dense], [LSTM], [GRU],
// [Attention], [LayerNorm], [LastStep], [Affine], [BlockSoftmax], [Lookup] or
// [Residual]. It holds what was chosen and no weights, and does not change:
// any number of goroutines may use it.
type Op interface {
	// spec says what the weights file and the neighbours need to know.
	spec() spec
	// answer returns the outputs for inputs x, rows x in, in new memory.
	answer(x []float32, weights [][]float32, s *sequences) []float32
}

// spec is an [Op] in numbers.
type spec struct {
	kind    byte     // in the weights file
	numbers []uint32 // what was chosen, in the weights file
	in, out int      // columns
	weights [][2]int // shapes
}

// sequences says how the rows x of an answer belong together: row t*n+b is
// step t of sequence b, of which lengths[b] steps count (all when nil). An op
// that changes that says so here, for those behind it.
type sequences struct {
	n       int
	lengths []int32
	given   [][]float32 // to each layer so far, the present one last
}

// Net is a trained network, a chain of layers. It does not change; any number
// of goroutines may use it.
type Net struct {
	Layers []Layer
}

// In returns the number of inputs a row has.
func (n *Net) In() int { return n.Layers[0].Op.spec().in }

// Out returns the number of outputs a row has.
func (n *Net) Out() int { return n.Layers[len(n.Layers)-1].Op.spec().out }

// Forward returns the outputs, rows x Out, of the given inputs, rows x In,
// which are not modified. Each row stands alone: to a layer that looks back
// it is a sequence of one step. Its memory is proportional to rows: feed large
// samples in chunks of a few thousand.
func (n *Net) Forward(x []float32, rows int) []float32 {
	return n.ForwardSequences(x[:rows*n.In()], rows, nil)
}

// ForwardSequences returns the outputs for so many sequences of equally many
// steps, time-major: row t*count+b of x is step t of sequence b. Of
// sequence b the first lengths[b] steps count, all of them where lengths is
// nil; later ones influence nothing, and a layer that looks back leaves zeros
// there. There is a row of outputs for each of x, or behind a [LastStep] one
// for each sequence. x is not modified.
func (n *Net) ForwardSequences(x []float32, count int, lengths []int32) []float32 {
	if count == 0 {
		return nil
	}
	s := &sequences{n: count, lengths: lengths}
	for _, l := range n.Layers {
		s.given = append(s.given, x)
		x = l.Op.answer(x, l.Weights, s)
	}
	return x
}
