package train

import (
	"math"
	"runtime"
	"slices"
	"testing"
	"time"
)

// The models of build/bench: the same steps as in build/bench/torch, on the
// same graph, solver and layers as the product's. They are benchmarks, and
// tests pin their losses to PyTorch's.

// timeSteps measures step, which gets the step's number. Beside the mean it
// reports the median and the best, for comparisons on a busy machine.
func timeSteps(b *testing.B, step func(i int) error) {
	b.Helper()
	i, ms := 0, make([]float64, 0, 1<<16)
	one := func() {
		begun := time.Now()
		if err := step(i); err != nil {
			b.Fatal(err)
		}
		if i++; len(ms) < cap(ms) {
			ms = append(ms, float64(time.Since(begun).Nanoseconds())/1e6)
		}
	}
	for range 3 { // the first steps take memory
		one()
	}
	ms = ms[:0]
	b.ReportAllocs()
	for b.Loop() {
		one()
	}
	b.ReportMetric(slices.Min(ms), "best-ms")
	slices.Sort(ms)
	b.ReportMetric((ms[(len(ms)-1)/2]+ms[len(ms)/2])/2, "median-ms")
}

// wave is numbers that any language can repeat: n of them within scale of 0.
func wave(n, seed int, scale float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32((float64((i*7919+seed*104729)%1009)/1009 - .5) * 2 * scale)
	}
	return x
}

// pinned fails if losses are not PyTorch's.
func pinned(t *testing.T, got, want []float64) {
	t.Helper()
	for i, w := range want {
		if math.Abs(got[i]-w) > 2e-5*math.Max(1, math.Abs(w)) {
			t.Errorf("loss %d is %.7g, PyTorch's %.7g", i, got[i], w)
		}
	}
}

// heap returns the bytes in use after a collection.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what pools let go in the first is free after the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMemoryFlat runs a small training for 10,000 steps: nothing may pile up.
func TestMemoryFlat(t *testing.T) {
	cfg := small
	cfg.Batch, cfg.Steps = 8, 10000
	widths := []int{3, 4}
	g, err := newGAN(madeRows(widths, 300), cfg.WithDefaults(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer g.machine.Close()
	before := uint64(0)
	for i := range 10000 {
		if _, err := g.step(i); err != nil {
			t.Fatal(err)
		}
		if i == 999 {
			before = heap()
		}
	}
	after := heap()
	t.Logf("heap %d kB after 1,000 steps, %d kB after 10,000", before/1000, after/1000)
	if after > before+before/50+64<<10 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
}
