package nn

import (
	"math/rand/v2"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(*rand.Rand) []gradientCase {
		all := []bool{true, true, true, true, true}
		shapes := func(rows, in, h int) [][2]int {
			return [][2]int{{rows, in}, {in, 3 * h}, {h, 3 * h}, {1, 3 * h}, {1, 3 * h}}
		}
		return []gradientCase{
			{name: "gru", layer: &GRU{In: 3, Hidden: 9, Batch: 5}, in: shapes(4*5, 3, 9), wrt: all},
			{name: "gru one step", layer: &GRU{In: 3, Hidden: 2, Batch: 2}, in: shapes(2, 3, 2), wrt: all},
			{name: "gru lengths", layer: &GRU{In: 2, Hidden: 8, Batch: 40, Lengths: unequal(40)}, in: shapes(5*40, 2, 8), wrt: all},
		}
	})
}

// TestGRUGolden: nn.GRU(3, 2), 3 steps of 2 sequences; x, weights (input,
// hidden, their biases; transposed as here) and the output's weighting in the
// loss are waves of 1.1, 1.2, 1.3, 1.4, 1.5 and 1.7.
func TestGRUGolden(t *testing.T) {
	l := &GRU{In: 3, Hidden: 2, Batch: 2}
	in := [][]float32{wave(1.1, 18), wave(1.2, 18), wave(1.3, 12), wave(1.4, 6), wave(1.5, 6)}
	out := make([]float32, 12)
	l.Forward(out, in)
	golden(t, "y", out, []float64{0.879807, 0.897586, 0.642952, -0.104956, 0.976325, 0.990013, 0.919109, 0.108258, 0.960554, 0.993237, 0.986704, 0.4312})
	grads := likes(in)
	l.Backward(grads, wave(1.7, 12), out, in)
	golden(t, "dx", grads[0], []float64{-0.0400285, 0.110508, 0.174484, 0.162369, 0.0832509, -0.0610778, -0.0173993, 0.0148053, 0.035413, 0.630152})
	golden(t, "dWx", grads[1], []float64{0.0267607, -0.272984, -0.153139, 0.209463, 0.288641, -1.16447, 0.0188633, -0.101243, -0.115875})
	golden(t, "dWh", grads[2], []float64{-0.000786627, 0.183403, 0.00779068, -0.191905, 0.0469097, 0.258872, 0.00175645, -0.00687981})
	golden(t, "dbx", grads[3], []float64{-0.0177857, 0.270758, 0.0690009, -0.164127, 0.0872144, 1.15154})
	golden(t, "dbh", grads[4], []float64{-0.0177857, 0.270758, 0.0690009, -0.164127, 0.119984, 0.475528})
}

func BenchmarkGRU(b *testing.B) {
	const in, h, batch, steps = 128, 64, 256, 30
	benchmarkSequence(b, &GRU{In: in, Hidden: h, Batch: batch}, steps*batch*h,
		[][2]int{{steps * batch, in}, {in, 3 * h}, {h, 3 * h}, {1, 3 * h}, {1, 3 * h}})
}
