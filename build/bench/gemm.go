package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"shoptwin/core/nn"
)

// gemm compares matrix products with OpenBLAS's. Speeds are GFLOP/s, 2·m·n·k
// operations a product; a share of peak is the best's.
func (b *bench) gemm() error {
	tests, err := b.binary("./core/nn")
	if err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	peak, first := 0.0, len(b.rows)
	var bests []float64
	for _, threads := range []int{1, 2} {
		if threads > runtime.NumCPU() {
			b.note("one core only: nothing on two")
			break
		}
		bar := map[int]float64{1: .95, 2: .90}[threads]
		for _, s := range [][3]int{{500, 256, 256}, {500, 256, 400}, {50, 256, 4000}, {256, 256, 500}, {4000, 256, 50}, {1024, 1024, 1024}} {
			runtime.GOMAXPROCS(threads)
			for _, form := range []string{"NN", "NT", "TN"} {
				best, err := b.product(s, form, threads, bar)
				if err != nil {
					return err
				}
				if threads == 1 {
					bests = append(bests, best)
				}
			}
			// In between, as processors change their clock.
			peak = max(peak, tests.peak())
		}
	}
	if peak > 0 {
		b.note("one core's peak: %.0f GFLOP/s with %s", peak, nn.Engine())
		for i, best := range bests {
			b.rows[first+i].ours += fmt.Sprintf(", %.0f %% of peak", 100*best/peak)
		}
	}
	return nil
}

func (b *bench) product(s [3]int, form string, threads int, bar float64) (best float64, err error) {
	m, n, k := s[0], s[1], s[2]
	budget := 20 * time.Millisecond
	if m*n*k > 1<<28 {
		budget = 60 * time.Millisecond
	}
	run := sgemm(form, m, n, k)
	run()
	pairs, told, err := b.attempts(1/bar, func() (pairs []pair, err error) {
		for range b.turns(9) {
			var p pair
			rest()
			var ms []float64
			for begun := time.Now(); len(ms) < 3 || time.Since(begun) < budget; {
				start := time.Now()
				run()
				ms = append(ms, float64(time.Since(start).Nanoseconds())/1e6)
			}
			p.ours = turnOf(ms)
			if b.rival != nil {
				rest()
				var reply struct{ MS []float64 }
				err := b.rival.ask(map[string]any{"do": "sgemm", "m": m, "n": n, "k": k, "form": form, "threads": threads, "ms": budget.Milliseconds()}, &reply)
				if err != nil {
					return nil, err
				}
				p.theirs = turnOf(reply.MS)
			}
			pairs = append(pairs, p)
		}
		return pairs, nil
	})
	if err != nil {
		return 0, err
	}
	r := row{
		check: fmt.Sprintf("gemm %s %dx%dx%d, %d core%s", form, m, n, k, threads, "s"[:threads-1]),
		bar:   fmt.Sprintf("at least %.2f", bar), unknown: b.rival == nil,
	}
	flops := 2 * float64(m) * float64(n) * float64(k) / 1e6 // at ms a product
	speed := func(t turn) string {
		return fmt.Sprintf("%.0f (%.0f) GFLOP/s", flops/t.median, flops/t.best)
	}
	we, they := sum(pairs, ours), sum(pairs, theirs)
	r.ours = speed(we)
	if !r.unknown {
		got := 1 / ratio(pairs)
		r.theirs = speed(they)
		r.measured, r.met = fmt.Sprintf("%.2f (best %.2f)%s", got, they.best/we.best, told), got >= bar
	}
	b.add(r)
	return flops / we.best, nil
}

// sgemm returns one product of the given form and shape.
func sgemm(form string, m, n, k int) func() {
	rng := rand.New(rand.NewPCG(1, 1))
	random := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	x, y, z := random(m*k), random(k*n), make([]float32, m*n)
	transA, transB := form[0] == 'T', form[1] == 'T'
	lda, ldb := k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	return func() { nn.Sgemm(transA, transB, m, n, k, 1, x, lda, y, ldb, 0, z, n) }
}

// peak measures what one core can do at best, in GFLOP/s: products and sums
// of registers. 0 where that is not written.
func (t binary) peak() (best float64) {
	results, err := t.benchmark("^BenchmarkPeak$", "50ms", 1)
	if err != nil {
		return 0
	}
	for _, r := range results {
		best = max(best, r["GFLOP/s"])
	}
	return best
}
