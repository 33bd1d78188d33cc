package nn

import (
	"runtime"
	"sync"
	"sync/atomic"

	"shoptwin/core"
)

// Parallel calls f(0) to f(n-1), on up to [Threads] threads, and returns when
// all are done. The order is not defined: f must give the same results
// in any. Waiting threads sleep; when all are busy, as with several trainings
// at once, the caller does the work itself.
func Parallel(n int, f func(i int)) { parallel(n, each(f)) }

// Threads returns how many threads work at a time: one for each core, since
// two on a core share what products need, or [core.Threads] where somebody has
// set GOMAXPROCS or the machine's owner allows fewer processors than there are.
func Threads() int {
	n := core.Threads()
	if n == runtime.NumCPU() {
		n = (n + threadsPerCore - 1) / threadsPerCore
	}
	return n
}

// task is work in pieces; a function that is called again and again becomes
// one with each, which takes no memory.
type task interface{ piece(i int) }

type each func(i int)

func (f each) piece(i int) { f(i) }

func parallel(n int, t task) {
	threads := min(n, Threads())
	if threads <= 1 {
		for i := range n {
			t.piece(i)
		}
		return
	}
	pool.grow(threads - 1)
	j := jobs.Get().(*job)
	j.task, j.n = t, int64(n)
	j.taken.Store(0)
	j.back.Store(0)
	j.left.Add(n)
	j.users.Store(1)
offer:
	for range threads - 1 {
		j.users.Add(1)
		select {
		case pool.jobs <- j:
		default:
			j.users.Add(-1)
			break offer // everyone is busy
		}
	}
	j.lead()
	j.left.Wait()
	j.drop()
}

// job is one call of parallel. A worker that finds it finished drops it.
type job struct {
	task  task
	n     int64
	taken atomic.Int64 // pieces, from both ends
	back  atomic.Int64 // of these, from the last on
	left  sync.WaitGroup
	users atomic.Int32 // the caller and the offers not yet dropped
}

// jobs are used again, since a training step needs some fifty: the last user
// puts one back.
var jobs = sync.Pool{New: func() any { return new(job) }}

// lead is the caller's work: pieces from the first on, while the workers take
// those from the last on. So each finds in its cache what it had there the time
// before, however they share the pieces.
func (j *job) lead() {
	for i := 0; j.taken.Add(1) <= j.n; i++ {
		j.task.piece(i)
		j.left.Done()
	}
}

func (j *job) work() {
	for j.taken.Add(1) <= j.n {
		j.task.piece(int(j.n - j.back.Add(1)))
		j.left.Done()
	}
}

func (j *job) drop() {
	if j.users.Add(-1) == 0 {
		j.task = nil
		jobs.Put(j)
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
					j.drop()
				}
			}()
		}
	}
}
