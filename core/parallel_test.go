package core_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"shoptwin/core"
)

// TestParallel calls from within calls: each piece is done once, and no more
// goroutines work than the callers and the helpers they share.
func TestParallel(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, threads := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(threads)
		const n = 40
		var done [n][n]atomic.Int32
		var now, most atomic.Int64
		core.Parallel(n, func(i int) {
			core.Parallel(n, func(j int) {
				at := now.Add(1)
				for m := most.Load(); at > m && !most.CompareAndSwap(m, at); m = most.Load() {
				}
				runtime.Gosched()
				done[i][j].Add(1)
				now.Add(-1)
			})
		})
		for i := range n {
			for j := range n {
				if c := done[i][j].Load(); c != 1 {
					t.Fatalf("%d threads: piece %d of %d done %d times", threads, j, i, c)
				}
			}
		}
		if most.Load() > int64(threads) {
			t.Errorf("%d worked at once on %d threads", most.Load(), threads)
		}
	}
	core.Parallel(0, func(int) { t.Error("called for nothing") })
}

func TestSpare(t *testing.T) {
	before, threads := runtime.GOMAXPROCS(0), core.Threads()
	core.Spare(3)
	if runtime.GOMAXPROCS(0) != before+3 || core.Threads() != threads {
		t.Errorf("GOMAXPROCS %d, threads %d", runtime.GOMAXPROCS(0), core.Threads())
	}
	core.Spare(-3)
	if runtime.GOMAXPROCS(0) != before || core.Threads() != threads {
		t.Errorf("afterwards GOMAXPROCS %d, threads %d", runtime.GOMAXPROCS(0), core.Threads())
	}
}
