package train

import (
	"fmt"

	"shoptwin/core/nn"
	"shoptwin/core/recommend"
)

// chain is the layers of an [nn.Net] in a training, one behind the other,
// where the rows differ from batch to batch: a Gorgonia node has one shape.
// Rows are by time as in [nn.LSTM].
type chain struct{ links []link }

// link is a layer, or with back > 0 a residual: it adds what the op so many
// places back was given.
type link struct {
	layer    nn.Fused
	in, back int // slots: of what it is given, and of what a residual adds
	matrices int
	width    int // columns of what it gives
}

// newChain returns the layers of ops with dropout behind every recurrent layer
// and before every residual; seed and the layer's place are the masks'.
func newChain(ops []nn.Op, rate float64, seed uint64) *chain {
	c := &chain{}
	given := []int{0} // slot of what each op is given
	slot := 0
	add := func(l link) {
		l.in = slot
		c.links = append(c.links, l)
		slot++
	}
	drop := func(width int) {
		if rate > 0 {
			add(link{layer: &nn.Dropout{Rate: float32(rate), Seed: seed + uint64(len(c.links)) + 1, Cols: width}, width: width})
		}
	}
	for i, op := range ops {
		given = append(given[:i], slot)
		n := len(recommend.MatricesOf(op))
		switch l := op.(type) {
		case *nn.Dense:
			add(link{layer: l, matrices: n, width: l.Out})
		case *nn.LSTM:
			add(link{layer: l, matrices: n, width: l.Hidden})
			drop(l.Hidden)
		case *nn.GRU:
			add(link{layer: l, matrices: n, width: l.Hidden})
			drop(l.Hidden)
		case *nn.LayerNorm:
			add(link{layer: l, matrices: n, width: l.Cols})
		case *nn.Attention:
			add(link{layer: l, width: l.Width})
		case *nn.Residual:
			drop(l.Cols)
			add(link{back: given[i-l.Back] + 1, width: l.Cols})
		default:
			panic(fmt.Sprintf("train: a chain has no %T", op))
		}
	}
	return c
}

// see tells the layers how a batch lies in rows.
func (c *chain) see(batch int, lengths []int32) {
	for _, l := range c.links {
		switch l := l.layer.(type) {
		case *nn.LSTM:
			l.Batch, l.Lengths = batch, lengths
		case *nn.GRU:
			l.Batch, l.Lengths = batch, lengths
		case *nn.Attention:
			l.Batch, l.Lengths = batch, lengths
		}
	}
}

// at says which step the masks of dropout are of.
func (c *chain) at(step int) {
	for _, l := range c.links {
		if d, ok := l.layer.(*nn.Dropout); ok {
			d.Step = uint64(step)
		}
	}
}

// slots are a chain's numbers for a batch: what goes in, and what each link
// gives.
type slots struct {
	x, dx [][]float32
	more  []float32
	begun []bool // whether dx holds a residual's part already
}

// ready makes room for rows of width columns going in.
func (s *slots) ready(c *chain, rows, width int) {
	n := len(c.links) + 1
	if len(s.x) != n {
		s.x, s.dx, s.begun = make([][]float32, n), make([][]float32, n), make([]bool, n)
	}
	widest := width
	for i := range n {
		w := width
		if i > 0 {
			w = c.links[i-1].width
		}
		s.x[i], s.dx[i] = sized(s.x[i], rows*w), sized(s.dx[i], rows*w)
		widest = max(widest, w)
	}
	s.more = sized(s.more, rows*widest)
}

// sized returns x with length n, its content undefined.
func sized(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n, n+n/8)
	}
	return x[:n]
}

// forward goes from x[0] to the last slot, which it returns.
func (c *chain) forward(s *slots, weights [][]float32) []float32 {
	for i, l := range c.links {
		x, y := s.x[l.in], s.x[i+1]
		if l.back > 0 {
			nn.Add{}.Forward(y, [][]float32{x, s.x[l.back-1]})
			continue
		}
		l.layer.Forward(y, append([][]float32{x}, weights[:l.matrices]...))
		weights = weights[l.matrices:]
	}
	return s.x[len(c.links)]
}

// backward goes from the last slot's dx to dx[0], and sets the gradients of
// the weights.
func (c *chain) backward(s *slots, grads, weights [][]float32) {
	clear(s.begun)
	for i := len(c.links) - 1; i >= 0; i-- {
		l := c.links[i]
		dy := s.dx[i+1]
		if l.back > 0 {
			for _, to := range []int{l.in, l.back - 1} {
				if s.begun[to] {
					addTo(s.dx[to], dy)
				} else {
					copy(s.dx[to], dy)
				}
				s.begun[to] = true
			}
			continue
		}
		n := len(weights) - l.matrices
		w, g := weights[n:], grads[n:]
		weights, grads = weights[:n], grads[:n]
		to := s.dx[l.in]
		if s.begun[l.in] {
			to = s.more[:len(to)]
		}
		l.layer.Backward(append([][]float32{to}, g...), dy, s.x[i+1], append([][]float32{s.x[l.in]}, w...))
		if s.begun[l.in] {
			addTo(s.dx[l.in], to)
		}
		s.begun[l.in] = true
	}
}

func addTo(y, x []float32) { nn.Add{}.Forward(y, [][]float32{y, x}) }
