package nn

// Device is where a training's arithmetic is done: layers, and what moves
// their weights. [CPU] is the only one so far; a GPU's would run each layer
// as a program of its own.
//
// A matrix is known to a device by its slice, which is the host's copy: the
// host says with Send that it has written one, and asks with Fetch before it
// reads one. In between the two copies may differ. A layer's fields (ids,
// lengths, losses) are always the host's.
type Device interface {
	// Name is shown to people.
	Name() string
	// Forward and Backward are the layer's.
	Forward(l Fused, out []float32, in [][]float32)
	Backward(l Fused, grads [][]float32, dout, out []float32, in [][]float32)
	// Norm returns the Euclidean norm of all the gradients together.
	Norm(gradients [][]float32) float64
	// Update is [Adam.Update].
	Update(a *Adam, w, g []float32, rule AdamRule)
	// Average is [Average].
	Average(mean, w []float32, decay float32)

	Send(x []float32)
	Fetch(x []float32)
}

// CPU is this machine's processor; its memory is the host's.
var CPU Device = processor{}

type processor struct{}

func (processor) Name() string { return Engine() }

func (processor) Forward(l Fused, out []float32, in [][]float32) { l.Forward(out, in) }

func (processor) Backward(l Fused, grads [][]float32, dout, out []float32, in [][]float32) {
	l.Backward(grads, dout, out, in)
}

func (processor) Norm(gradients [][]float32) float64 { return Norm(gradients) }

func (processor) Update(a *Adam, w, g []float32, rule AdamRule) { a.Update(w, g, rule) }

func (processor) Average(mean, w []float32, decay float32) { Average(mean, w, decay) }

func (processor) Send([]float32)  {}
func (processor) Fetch([]float32) {}
