package train

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"shoptwin/core/nn"
)

// square is the loss (sum x²)/2: gradient x.
type square struct{}

func (square) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (square) Forward(out []float32, in [][]float32) {
	out[0] = 0
	for _, v := range in[0] {
		out[0] += v * v / 2
	}
}

func (square) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	for i, v := range in[0] {
		grads[0][i] = dout[0] * v
	}
}

// both is a layer of two inputs, their sum.
type both struct{}

func (both) Shape(in [][2]int) [2]int { return in[0] }

func (both) Forward(out []float32, in [][]float32) {
	for i := range out {
		out[i] = in[0][i] + in[1][i]
	}
}

func (both) Backward(grads [][]float32, dout, _ []float32, _ [][]float32) {
	copy(grads[0], dout)
	copy(grads[1], dout)
}

// TestGraph differentiates through Gorgonia a graph where one input feeds two
// equal layers of different weights, and weights serve twice: nodes must not
// merge, and their gradients must add up.
func TestGraph(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	fill := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	x, w1, w2, b := fill(12), fill(8), fill(8), fill(2)
	g := newGraph(nn.CPU)
	in := g.input("x", 3, 4, x)
	n1, n2, nb := g.input("w1", 4, 2, w1), g.input("w2", 4, 2, w2), g.input("b", 1, 2, b)
	must := func(n *gorgonia.Node, err error) *gorgonia.Node {
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	wrt := []bool{false, true, true}
	left := must(g.fuse(&nn.Dense{In: 4, Out: 2, Act: nn.Leaky}, wrt, in, n1, nb))
	right := must(g.fuse(&nn.Dense{In: 4, Out: 2}, wrt, in, n2, nb))
	again := must(g.fuse(&nn.Dense{In: 4, Out: 2}, wrt, in, n2, nb))
	sum := must(g.fuse(both{}, []bool{true, true}, left, right))
	cost := must(g.fuse(square{}, []bool{true}, must(g.fuse(both{}, []bool{true, true}, sum, again))))
	grads, err := gorgonia.Grad(cost, n1, n2, nb)
	if err != nil {
		t.Fatal(err)
	}
	vm := gorgonia.NewTapeMachine(g.ExprGraph)
	defer vm.Close()
	loss := func() float64 {
		vm.Reset()
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		return float64(floats(cost.Value())[0])
	}
	loss()
	want := loss() // a second run gives the same: nothing adds up over runs
	var got [][]float32
	for _, n := range grads {
		got = append(got, append([]float32(nil), floats(n.Value())...))
	}
	if again := loss(); again != want {
		t.Errorf("the same graph gives %g, then %g", want, again)
	}
	for i, p := range [][]float32{w1, w2, b} {
		for j := range p {
			was := p[j]
			p[j] = was + 1e-2
			up := loss()
			p[j] = was - 1e-2
			down := loss()
			p[j] = was
			if d := (up - down) / 2e-2; math.Abs(d-float64(got[i][j])) > 2e-2*(1+math.Abs(d)) {
				t.Errorf("weights %d, element %d: gradient %g, differences give %g", i, j, got[i][j], d)
			}
		}
	}
}

// TestSecondDerivative must fail: Gorgonia's would be wrong, silently.
func TestSecondDerivative(t *testing.T) {
	g := newGraph(nil)
	x := g.input("x", 2, 2, []float32{1, 2, 3, 4})
	cost, err := g.fuse(square{}, []bool{true}, x)
	if err != nil {
		t.Fatal(err)
	}
	first, err := gorgonia.Grad(cost, x)
	if err != nil {
		t.Fatal(err)
	}
	size, err := g.fuse(square{}, []bool{true}, first[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gorgonia.Grad(size, x); err == nil || !strings.Contains(err.Error(), "DenseGrad") {
		t.Errorf("a gradient of a gradient: %v", err)
	}
}
