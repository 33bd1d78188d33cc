package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(*rand.Rand) []gradientCase {
		plain, drop := &Dense{In: 7, Out: 3}, &Dense{In: 7, Out: 3, Act: Leaky, Drop: &Dropout{Rate: .5, Seed: 3}}
		wrt := []bool{true, false, true}
		one := []bool{true, true}
		return []gradientCase{
			{name: "dense grad", layer: &DenseGrad{Of: plain}, in: [][2]int{{40, 3}, {40, 3}, {7, 3}}, wrt: wrt},
			{name: "dense grad dropout", layer: &DenseGrad{Of: drop}, in: [][2]int{{40, 3}, {40, 3}, {7, 3}}, wrt: wrt},
			{name: "gradient penalty", layer: &GradientPenalty{Cols: 5, Weight: 10}, in: [][2]int{{70, 5}}, wrt: one[:1]},
			{name: "wasserstein critic", layer: Wasserstein{}, in: [][2]int{{20, 1}, {30, 1}}, wrt: one},
			{name: "wasserstein generator", layer: Wasserstein{}, in: [][2]int{{20, 1}}, wrt: one[:1]},
		}
	})
}

// TestPenaltyTorch pins the penalty of a critic of three layers, and its
// gradients, to PyTorch's by autograd.grad(..., create_graph=True).
func TestPenaltyTorch(t *testing.T) {
	numbers := func(n, by int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = (float32(i*by%17) - 7.75) / 8
		}
		return x
	}
	const rows = 3
	x := numbers(rows*4, 5)
	layers := []*Dense{{In: 4, Out: 5, Act: Leaky}, {In: 5, Out: 3, Act: Leaky}, {In: 3, Out: 1}}
	weights := [][]float32{numbers(20, 7), numbers(15, 11), numbers(3, 13)}
	biases := [][]float32{numbers(5, 3), numbers(3, 2), {0}}
	y := make([][]float32, 3)
	for i, d := range layers {
		y[i] = make([]float32, rows*d.Out)
		d.Forward(y[i], [][]float32{x, weights[i], biases[i]})
		x = y[i]
	}
	g := [][]float32{nil, nil, nil, {1, 1, 1}} // g[i]: by the inputs of layer i
	var backs [3]*DenseGrad
	for i := 2; i >= 0; i-- {
		backs[i] = &DenseGrad{Of: layers[i]}
		g[i] = make([]float32, rows*layers[i].In)
		backs[i].Forward(g[i], [][]float32{g[i+1], y[i], weights[i]})
	}
	penalty, loss := &GradientPenalty{Cols: 4, Weight: 10}, []float32{0}
	penalty.Forward(loss, [][]float32{g[0]})
	if want := 9.68742318356248; math.Abs(float64(loss[0])-want) > 1e-5 {
		t.Errorf("penalty %g, torch gives %g", loss[0], want)
	}
	dg := make([]float32, len(g[0]))
	penalty.Backward([][]float32{dg}, []float32{1}, loss, [][]float32{g[0]})
	for i, want := range [][]float64{
		{-1.17335, 1.18194, 5.4651, 2.24304, 4.02306, -1.45706, 1.47538, 6.91303, 2.89151, 4.99024, -1.74077, 1.76883, 8.36096, 3.53998, 5.95742, .383626, -.353305, -1.23959, -1.10634, -1.33942},
		{-3.39691, .304354, .0724652, .106911, .0121383, .00289007, 22.5123, -2.96448, -.705828, -3.43928, .208021, .0495287, 10.5455, -.77421, -.184336},
		{-28.9407, -.391709, 3.28163},
	} {
		dw, dy := make([]float32, len(weights[i])), make([]float32, len(y[i]))
		backs[i].Backward([][]float32{dy, nil, dw}, dg, g[i], [][]float32{g[i+1], y[i], weights[i]})
		for j, v := range dw {
			if math.Abs(float64(v)-want[j]) > 1e-5*max(1, math.Abs(want[j])) {
				t.Errorf("layer %d, weight %d: gradient %g, torch gives %g", i, j, v, want[j])
			}
		}
		dg = dy
	}
}
