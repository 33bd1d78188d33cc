package nn

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(*rand.Rand) []gradientCase {
		return []gradientCase{
			{name: "attention", layer: &Attention{Width: 6, Heads: 2, Batch: 3}, in: [][2]int{{5 * 3, 18}}, wrt: []bool{true}},
			{name: "attention lengths", layer: &Attention{Width: 4, Heads: 1, Batch: 12, Lengths: unequal(12)}, in: [][2]int{{4 * 12, 12}}, wrt: []bool{true}},
		}
	})
}

// TestAttentionGolden: scaled_dot_product_attention with is_causal, 4 steps of
// 2 sequences, 2 heads of 2; input and the output's weighting in the loss are
// waves of 1.1 and 1.7. The gradient is that of the first row.
func TestAttentionGolden(t *testing.T) {
	a := &Attention{Width: 4, Heads: 2, Batch: 2}
	in := [][]float32{wave(1.1, 96)}
	out := make([]float32, 32)
	a.Forward(out, in)
	golden(t, "y", out[16:], []float64{-0.472895, -0.323896, 0.321706, 0.479576, -0.271634, 0.183548, 0.425444, 0.443836, -0.100724, -0.126542})
	grads := likes(in)
	a.Backward(grads, wave(1.7, 32), out, in)
	golden(t, "dx", grads[0], []float64{0, 0, -4.16482e-08, -2.46524e-08, -0.0244086, -0.233047, -0.0444081, -0.24639, 0.440295, -0.911386, -0.136433, 0.733714})
}

// TestCausal changes one step: those before must not see it.
func TestCausal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	in := [][]float32{randoms(rng, 6*3*12)}
	a := &Attention{Width: 4, Heads: 2, Batch: 3}
	first, second := make([]float32, 6*3*4), make([]float32, 6*3*4)
	a.Forward(first, in)
	for i := 4 * 3 * 12; i < 5*3*12; i++ {
		in[0][i]++
	}
	a.Forward(second, in)
	if !slices.Equal(first[:4*3*4], second[:4*3*4]) || slices.Equal(first[4*3*4:], second[4*3*4:]) {
		t.Error("a changed step must change its own outputs and later ones, and no others")
	}
}

func BenchmarkAttention(b *testing.B) {
	const width, batch, steps = 64, 128, 50
	a := &Attention{Width: width, Heads: 2, Batch: batch}
	rng := rand.New(rand.NewPCG(1, 2))
	in := [][]float32{randoms(rng, steps*batch*3*width)}
	grads := likes(in)
	out, dout := make([]float32, steps*batch*width), randoms(rng, steps*batch*width)
	b.ReportAllocs()
	for b.Loop() {
		a.Forward(out, in)
		a.Backward(grads, dout, out, in)
	}
}
