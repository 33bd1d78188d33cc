package nn

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// BenchmarkLayers is forward and backward of layers at the sizes of a CTGAN
// step, plain Go beside vectors; figures in ns an element of the output.
func BenchmarkLayers(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		name  string
		layer Fused
		in    [][2]int
	}{
		{"dropout", &Dropout{Rate: .5, Cols: 256}, [][2]int{{500, 256}}},
		{"batch norm", NewBatchNorm(256, ReLU), [][2]int{{500, 256}, {1, 256}, {1, 256}}},
		{"layer norm", &LayerNorm{Cols: 256}, [][2]int{{500, 256}, {1, 256}, {1, 256}}},
	} {
		in, grads := make([][]float32, len(tt.in)), make([][]float32, len(tt.in))
		for i, s := range tt.in {
			in[i] = randoms(rng, s[0]*s[1])
			grads[i] = make([]float32, len(in[i]))
		}
		out := slices.Clone(in[0])
		dout := randoms(rng, len(out))
		run := func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tt.layer.Forward(out, in)
				tt.layer.Backward(grads, dout, out, in)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(out)), "ns/element")
		}
		b.Run(tt.name, run)
		b.Run(tt.name+" plain", func(b *testing.B) { withoutVectors(func() { run(b) }) })
	}
}
