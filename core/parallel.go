package core

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Threads returns over how many goroutines one piece of work is spread at
// most: GOMAXPROCS, without what [Spare] added.
func Threads() int { return max(1, runtime.GOMAXPROCS(0)-int(spare.Load())) }

var (
	spare   atomic.Int64
	sparing sync.Mutex
	helpers atomic.Int64 // goroutines at work for Parallel besides its callers
)

// Spare raises GOMAXPROCS by n, or lowers it again, and leaves [Threads] as it
// is. A program that works for several jobs at once spares one for each and
// one for itself: then a goroutine that has a person waiting finds a processor
// of Go's, where it would stand in line behind work that gives way every 10 ms
// at most, and be told of it by a thread that happens to look. The system
// shares the cores among them.
func Spare(n int) {
	sparing.Lock()
	defer sparing.Unlock()
	// Threads may for a moment return less, but not more than there are.
	if n > 0 {
		spare.Add(int64(n))
	}
	runtime.GOMAXPROCS(max(1, runtime.GOMAXPROCS(0)+n))
	if n < 0 {
		spare.Add(int64(n))
	}
}

// SetThreads makes [Threads] n, at least 1. Results do not depend on it.
func SetThreads(n int) {
	sparing.Lock()
	defer sparing.Unlock()
	runtime.GOMAXPROCS(max(1, n) + int(spare.Load()))
}

// Parallel calls f(0) to f(n-1) and returns when all are done. f must give the
// same results in any order. The calling goroutine works, and others as long
// as in the whole process fewer than [Threads] do: callers that call at the
// same time, or from within f, share them.
func Parallel(n int, f func(i int)) {
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			f(i)
		}
	}
	var wait sync.WaitGroup
	for range min(n, Threads()) - 1 {
		if helpers.Add(1) >= int64(Threads()) {
			helpers.Add(-1)
			break
		}
		wait.Go(func() {
			defer helpers.Add(-1)
			work()
		})
	}
	work()
	wait.Wait()
}
