package train

import (
	"math"

	"shoptwin/core/nn"
)

// apart is a device whose memory is not the host's.
type apart struct {
	nn.Device
	memory map[*float32][]float32 // by the host's slice
	calls  int
}

// own returns the device's copy of x, full of NaN if it has none.
func (a *apart) own(x []float32) []float32 {
	if len(x) == 0 {
		return x
	}
	m := a.memory[&x[0]]
	if len(m) < len(x) {
		m = make([]float32, len(x))
		for i := range m {
			m[i] = float32(math.NaN())
		}
		a.memory[&x[0]] = m
	}
	return m[:len(x)]
}

func (a *apart) all(xs [][]float32) [][]float32 {
	own := make([][]float32, len(xs))
	for i, x := range xs {
		if x != nil {
			own[i] = a.own(x)
		}
	}
	return own
}

func (a *apart) Forward(l nn.Fused, out []float32, in [][]float32) {
	a.calls++
	l.Forward(a.own(out), a.all(in))
}

func (a *apart) Backward(l nn.Fused, grads [][]float32, dout, out []float32, in [][]float32) {
	l.Backward(a.all(grads), a.own(dout), a.own(out), a.all(in))
}

func (a *apart) Norm(gradients [][]float32) float64 { return nn.Norm(a.all(gradients)) }

func (a *apart) Update(s *nn.Adam, w, g []float32, rule nn.AdamRule) {
	own := nn.Adam{M: a.own(s.M), V: a.own(s.V)}
	own.Update(a.own(w), a.own(g), rule)
}

func (a *apart) Average(mean, w []float32, decay float32) { nn.Average(a.own(mean), a.own(w), decay) }

func (a *apart) Send(x []float32)  { copy(a.own(x), x) }
func (a *apart) Fetch(x []float32) { copy(x, a.own(x)) }
