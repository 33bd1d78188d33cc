package nn

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Parallel calls f(0) to f(n-1), on up to GOMAXPROCS threads, and returns
// when all are done. The order is not defined: f must give the same results
// in any. Waiting threads sleep; when all are busy, as with several trainings
// at once, the caller does the work itself.
func Parallel(n int, f func(i int)) {
	threads := min(n, runtime.GOMAXPROCS(0))
	if threads <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	pool.grow(threads - 1)
	j := &job{f: f, n: int64(n)}
	j.left.Add(n)
offer:
	for range threads - 1 {
		select {
		case pool.jobs <- j:
		default:
			break offer // everyone is busy
		}
	}
	j.work()
	j.left.Wait()
}

// job is one call of Parallel. A worker that finds it finished drops it.
type job struct {
	f    func(int)
	n    int64
	next atomic.Int64
	left sync.WaitGroup
}

func (j *job) work() {
	for {
		i := j.next.Add(1) - 1
		if i >= j.n {
			return
		}
		j.f(int(i))
		j.left.Done()
	}
}

// pool is the process's workers: threads belong to the machine, not to a
// model, so this is the one piece of global state. They start on first use.
var pool = workers{jobs: make(chan *job, 64)}

type workers struct {
	jobs  chan *job
	count atomic.Int64
}

func (w *workers) grow(n int) {
	for have := w.count.Load(); have < int64(n); have = w.count.Load() {
		if w.count.CompareAndSwap(have, have+1) {
			go func() {
				for j := range w.jobs {
					j.work()
				}
			}()
		}
	}
}
