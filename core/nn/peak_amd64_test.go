package nn

import (
	"testing"

	"golang.org/x/sys/cpu"
)

// BenchmarkPeak is what one core does at best, for Sgemm to be measured
// against: fused multiply-adds of registers, 24 vectors in a turn.
func BenchmarkPeak(b *testing.B) {
	const turns = 100_000
	for _, s := range []struct {
		name  string
		lanes int
		has   bool
		run   func(n int)
	}{
		{"avx512", 16, cpu.X86.HasAVX512F, avx512Peak},
		{"avx2", 8, cpu.X86.HasAVX2 && cpu.X86.HasFMA, avx2Peak},
	} {
		if !s.has {
			continue
		}
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() {
				s.run(turns)
			}
			gflops(b, turns*24*s.lanes*2)
		})
	}
}
