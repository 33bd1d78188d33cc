package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// What a norm becomes computes what the norm does with its running numbers.
func TestTrainedNorms(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const rows, in, cols = 9, 5, 7
	for _, skip := range []bool{false, true} {
		d := NewDenseNorm(in, cols, Leaky, skip)
		d.Norm.Mean = randoms(rng, cols)
		for i := range d.Norm.Var {
			d.Norm.Var[i] = rng.Float32()
		}
		d.Norm.Infer = true
		x, w, gamma, beta := randoms(rng, rows*in), randoms(rng, in*cols), randoms(rng, cols), randoms(rng, cols)
		want := make([]float32, rows*d.Width())
		d.Forward(want, [][]float32{x, w, gamma, beta})
		near(t, (&Net{Layers: []Layer{d.Trained(w, gamma, beta)}}).Forward(x, rows), want)

		x, want = randoms(rng, rows*cols), make([]float32, rows*cols)
		d.Norm.Forward(want, [][]float32{x, gamma, beta})
		near(t, (&Net{Layers: []Layer{d.Norm.Trained(gamma, beta)}}).Forward(x, rows), want)
	}
}

func near(t *testing.T, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d numbers, want %d", len(got), len(want))
	}
	for i, w := range want {
		if d := math.Abs(float64(got[i] - w)); !(d <= 1e-5*math.Max(1, math.Abs(float64(w)))) {
			t.Fatalf("number %d is %g, want %g", i, got[i], w)
		}
	}
}
