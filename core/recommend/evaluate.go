package recommend

import (
	"context"
	"math"
	"slices"
	"sync/atomic"

	"shoptwin/core"
)

// Result is what the examination said of one method.
type Result struct {
	Method  string  `json:"method"`
	Network bool    `json:"network,omitempty"`
	Ranking Ranking `json:"ranking"`
	// Repeat is about the items that came and were in the history, Explore
	// about those that came for the first time, each over the customers that
	// have such items; nil when there are none.
	Repeat  *Ranking `json:"repeat,omitempty"`
	Explore *Ranking `json:"explore,omitempty"`

	Recall10 Interval `json:"recall10"` // recall@10 with its interval
	NDCG10   Interval `json:"ndcg10"`

	Coverage float64 `json:"coverage"` // share of the items that are in somebody's first 10
	Novelty  float64 `json:"novelty"`  // mean -log2 of the share of customers that have an item, over first 10s

	// Place is the share of the customers for whom what stood first, second,
	// … and tenth came: what a place on a list promises.
	Place []float64 `json:"place,omitempty"`

	Seconds float64 `json:"seconds,omitempty"` // to fit; set by who owns a clock

	each [][]float64 // measures of each case
}

// Examine asks s every case of the split.
func Examine(ctx context.Context, s Scorer, split *Split, report func(core.Progress)) (*Result, error) {
	items := len(split.Train.Items)
	n, size := len(split.Cases), batchFor(items)
	all := make([][]float64, n)
	repeat, explore := make([][]float64, n), make([][]float64, n)
	top := make([][]int32, n)
	batches := (n + size - 1) / size
	var done atomic.Int64
	group := 2 * core.Threads()
	for from := 0; from < batches; from += group {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		core.Parallel(min(group, batches-from), func(b int) {
			b += from
			lo, hi := b*size, min(n, (b+1)*size)
			hs := make([]History, hi-lo)
			for i := range hs {
				hs[i] = split.Cases[lo+i].History
			}
			scores := make([]float32, len(hs)*items)
			s.Score(hs, scores)
			var ranks []int
			for i := range hs {
				c := split.Cases[lo+i]
				score := scores[i*items : (i+1)*items]
				next := c.Next
				if split.New {
					next = without(next, c.History.Items)
					for _, item := range c.History.Items {
						score[item] = -math.MaxFloat32
					}
				}
				if len(next) == 0 {
					continue
				}
				top[lo+i] = Top(score, 10, nil)
				old := make([]bool, len(next))
				for j, item := range next {
					old[j] = slices.Contains(c.History.Items, item)
				}
				ranks = ranksOf(score, next, old, ranks)
				all[lo+i] = measured(ranks, nil, false)
				repeat[lo+i], explore[lo+i] = measured(ranks, old, true), measured(ranks, old, false)
			}
			done.Add(int64(hi - lo))
		})
		if report != nil {
			report(core.Progress{Stage: "judge", Done: done.Load(), Total: int64(n), Unit: "customers"})
		}
	}
	asked := func(cases [][]float64) [][]float64 {
		return slices.DeleteFunc(slices.Clone(cases), func(c []float64) bool { return c == nil })
	}
	r := &Result{each: asked(all)}
	r.Ranking = meanRanking(r.each)
	if x := asked(repeat); len(x) > 0 {
		m := meanRanking(x)
		r.Repeat = &m
	}
	if x := asked(explore); len(x) > 0 && r.Repeat != nil {
		m := meanRanking(x)
		r.Explore = &m
	}
	at := At(10) * perCutoff
	r.Recall10, r.NDCG10 = bootstrap(r.column(at), 1), bootstrap(r.column(at+1), 1)
	r.Coverage, r.Novelty = spread(top, split.Train)
	r.Place = places(top, split.Cases)
	return r, nil
}

// places returns, by place of a list, in what share of the cases the item there
// came.
func places(top [][]int32, cases []Case) []float64 {
	came, asked := make([]float64, 10), 0.
	for i, list := range top {
		if list == nil {
			continue
		}
		asked++
		for at, item := range list {
			if slices.Contains(cases[i].Next, item) {
				came[at]++
			}
		}
	}
	for at := range came {
		came[at] /= max(1, asked)
	}
	return came
}

// column returns one measure of each case.
func (r *Result) column(i int) []float64 {
	out := make([]float64, len(r.each))
	for k, c := range r.each {
		out[k] = c[i]
	}
	return out
}

// Beats returns the mean difference of NDCG@10 to another result on the same
// cases, with its interval: paired, by bootstrap over customers.
func (r *Result) Beats(other *Result) Interval { return r.beyond(other, At(10)*perCutoff+1) }

// beyond is the same for any measure.
func (r *Result) beyond(other *Result, at int) Interval {
	a, b := r.column(at), other.column(at)
	if len(a) != len(b) {
		return Interval{math.NaN(), math.NaN(), math.NaN()}
	}
	for i := range a {
		a[i] -= b[i]
	}
	return bootstrap(a, 1)
}

// spread returns how many of the items are recommended to anybody, and how
// unheard-of they are.
func spread(top [][]int32, train *Log) (coverage, novelty float64) {
	_, have := train.Counts()
	shown := make([]bool, len(train.Items))
	n, all := 0, 0.
	for _, list := range top {
		for _, item := range list {
			shown[item] = true
			n++
			all -= math.Log2((float64(have[item]) + 1) / (float64(len(train.Customers)) + 1))
		}
	}
	for _, s := range shown {
		if s {
			coverage++
		}
	}
	return coverage / float64(len(shown)), all / max(1, float64(n))
}

// measured returns the measures of those ranks for which old is what is wanted,
// of all if old is nil; nil when there are none.
func measured(ranks []int, old []bool, want bool) []float64 {
	if old != nil {
		var some []int
		for j, r := range ranks {
			if old[j] == want {
				some = append(some, r)
			}
		}
		ranks = some
	}
	if len(ranks) == 0 {
		return nil
	}
	out := make([]float64, measures)
	measure(out, ranks)
	return out
}

func without(items, of []int32) (out []int32) {
	for _, x := range items {
		if !slices.Contains(of, x) {
			out = append(out, x)
		}
	}
	return out
}
