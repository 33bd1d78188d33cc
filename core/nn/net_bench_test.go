package nn

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkNet measures prediction, natively or, by make bench-wasm, as
// WebAssembly. A row of a sequence is one step.
func BenchmarkNet(b *testing.B) {
	for _, bb := range timedNets() {
		b.Run(bb.name, func(b *testing.B) {
			x := randoms(rand.New(rand.NewPCG(1, 2)), bb.rows*bb.net.In())
			products := 0
			for _, l := range bb.net.Layers {
				for _, shape := range l.Op.spec().weights {
					if shape[0] > 1 {
						products += shape[0] * shape[1]
					}
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				bb.net.ForwardSequences(x, bb.sequences, nil)
			}
			perSecond := float64(bb.rows) * float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(perSecond, "rows/s")
			b.ReportMetric(perSecond*2e-9*float64(products), "GFLOP/s")
		})
	}
}
