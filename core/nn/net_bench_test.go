package nn

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkNet measures prediction, natively or, by make bench-wasm, as
// WebAssembly. A row of a sequence is one step.
func BenchmarkNet(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, bb := range []struct {
		name            string
		ops             []Op
		sequences, rows int
	}{
		{"dense 256-256-200", []Op{&Dense{In: 256, Out: 256, Act: ReLU}, &Dense{In: 256, Out: 200}}, 512, 512},
		{"LSTM 128-64 T 30", []Op{&LSTM{In: 128, Hidden: 64}}, 16, 16 * 30},
	} {
		b.Run(bb.name, func(b *testing.B) {
			n := randomNet(rng, bb.ops...)
			x := randoms(rng, bb.rows*n.In())
			products := 0
			for _, op := range bb.ops {
				for _, shape := range op.spec().weights {
					if shape[0] > 1 {
						products += shape[0] * shape[1]
					}
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				n.ForwardSequences(x, bb.sequences, nil)
			}
			perSecond := float64(bb.rows) * float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(perSecond, "rows/s")
			b.ReportMetric(perSecond*2e-9*float64(products), "GFLOP/s")
		})
	}
}
