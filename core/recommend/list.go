package recommend

import (
	"context"
	"sync/atomic"

	"shoptwin/core"
)

// Lists are the first items of every customer of a log.
type Lists struct {
	K     int
	Items []int32   // customers x K, the best first; -1 where there are fewer
	Score []float32 // of each
}

// ListAll asks s for the first k items of every customer of l; with new only of
// items that the customer has not had. Customers go in batches on all cores.
func ListAll(ctx context.Context, s Scorer, l *Log, k int, new bool, report func(core.Progress)) (*Lists, error) {
	n, items := len(l.Customers), len(l.Items)
	k = min(k, items)
	out := &Lists{K: k, Items: make([]int32, n*k), Score: make([]float32, n*k)}
	size := batchFor(items)
	batches := (n + size - 1) / size
	// All who have nothing get the same.
	nobody := make([]float32, items)
	s.Score([]History{{Customer: -1}}, nobody)
	var done atomic.Int64
	group := 8 * core.Threads()
	for from := 0; from < batches; from += group {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		core.Parallel(min(group, batches-from), func(b int) {
			lo := (b + from) * size
			hi := min(n, lo+size)
			var hs []History
			for c := lo; c < hi; c++ {
				if h := l.History(c); len(h.Items) > 0 {
					hs = append(hs, h)
				}
			}
			scores := make([]float32, len(hs)*items)
			s.Score(hs, scores)
			for i, h := range hs {
				out.put(int(h.Customer), scores[i*items:(i+1)*items], h, new)
			}
			done.Add(int64(hi - lo))
		})
		if report != nil {
			report(core.Progress{Stage: "sample", Done: done.Load(), Total: int64(n), Unit: "customers"})
		}
	}
	top := Top(nobody, k, nil)
	for c := range n {
		if l.First[c] == l.First[c+1] {
			for j, item := range top {
				out.Items[c*k+j], out.Score[c*k+j] = item, nobody[item]
			}
		}
	}
	return out, nil
}

// put fills the list of one customer; score is changed.
func (l *Lists) put(customer int, score []float32, h History, new bool) {
	const never = -3e38
	if new {
		for _, item := range h.Items {
			score[item] = never
		}
	}
	top := Top(score, l.K, nil)
	for j := range l.K {
		at := customer*l.K + j
		l.Items[at] = -1
		if j < len(top) && score[top[j]] > never {
			l.Items[at], l.Score[at] = top[j], score[top[j]]
		}
	}
}

// Of returns the items of one customer's list and their scores.
func (l *Lists) Of(customer int) ([]int32, []float32) {
	lo, hi := customer*l.K, customer*l.K+l.K
	for hi > lo && l.Items[hi-1] < 0 {
		hi--
	}
	return l.Items[lo:hi], l.Score[lo:hi]
}
