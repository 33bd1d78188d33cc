package recommend

import (
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
)

// Cutoffs are the lengths of lists that are always told.
var Cutoffs = []int{5, 10, 20}

// Ranking is how well items were ranked, means over the customers asked, each
// in [0, 1] but for Novelty. All items are ranked, never a sample. An item
// that came stands behind all others that score higher or the same: a method
// that cannot tell items apart gains nothing by it.
type Ranking struct {
	Customers int `json:"customers"`
	// By cutoff, as in Cutoffs.
	Recall    []float64 `json:"recall"`    // share of what came that is in the first k
	NDCG      []float64 `json:"ndcg"`      // discounted gain of the first k by that of the best order
	Precision []float64 `json:"precision"` // share of the first k that came
	HitRate   []float64 `json:"hitRate"`   // share of customers with at least one in the first k
	MRR       float64   `json:"mrr"`       // 1 / rank of the first that came, over all items
}

// At returns the place of k in Cutoffs, or -1.
func At(k int) int { return slices.Index(Cutoffs, k) }

// Interval is a mean and its 95 % interval by bootstrap over customers.
type Interval struct {
	Mean float64 `json:"mean"`
	Lo   float64 `json:"lo"`
	Hi   float64 `json:"hi"`
}

// perCase is what one case gave: recall, NDCG, precision and hits by cutoff,
// then the reciprocal rank.
const perCutoff = 4

// measure sets into to the measures of one case, given the 1-based ranks of
// the items that came.
func measure(into []float64, ranks []int) {
	n := len(ranks)
	for i, k := range Cutoffs {
		found, gain, best := 0, 0., 0.
		for j, r := range ranks {
			if r <= k {
				found++
				gain += 1 / math.Log2(float64(r)+1)
			}
			if j < k {
				best += 1 / math.Log2(float64(j)+2)
			}
		}
		at := into[i*perCutoff:]
		at[0], at[1], at[2], at[3] = float64(found)/float64(n), gain/best, float64(found)/float64(k), 0
		if found > 0 {
			at[3] = 1
		}
	}
	into[len(Cutoffs)*perCutoff] = 1 / float64(slices.Min(ranks))
}

var measures = len(Cutoffs)*perCutoff + 1

// mean sums up cases, measures each.
func meanRanking(cases [][]float64) Ranking {
	sum := make([]float64, measures)
	for _, c := range cases {
		for i, x := range c {
			sum[i] += x
		}
	}
	r := Ranking{Customers: len(cases)}
	n := max(1, float64(len(cases)))
	for i := range Cutoffs {
		at := sum[i*perCutoff:]
		r.Recall, r.NDCG = append(r.Recall, at[0]/n), append(r.NDCG, at[1]/n)
		r.Precision, r.HitRate = append(r.Precision, at[2]/n), append(r.HitRate, at[3]/n)
	}
	r.MRR = sum[measures-1] / n
	return r
}

// bootstrap returns the mean of one measure and its interval from 1,000
// resamples of the cases.
func bootstrap(x []float64, seed uint64) Interval {
	n := len(x)
	if n == 0 {
		return Interval{}
	}
	const resamples = 1000
	means := make([]float64, resamples)
	core.Parallel(resamples, func(i int) {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		sum := 0.
		for range n {
			sum += x[rng.IntN(n)]
		}
		means[i] = sum / float64(n)
	})
	sum := 0.
	for _, v := range x {
		sum += v
	}
	slices.Sort(means)
	return Interval{sum / float64(n), means[resamples*25/1000], means[resamples*975/1000-1]}
}

// beyond is the rank of what came far behind, where the exact one does not
// matter.
const beyond = math.MaxInt32

// ranksOf sets ranks to those of the items that came, next, among scores: one
// more than the number of items that score higher, or the same and either did
// not come or stand earlier in next. Exact for ranks up to the longest cutoff
// and for the best of next, of those for which old is true and of the others;
// beyond for the rest. O(items), a few times.
func ranksOf(score []float32, next []int32, old []bool, ranks []int) []int {
	ranks = ranks[:0]
	least := score[next[0]]
	if longest := Cutoffs[len(Cutoffs)-1]; len(score) > longest {
		list := Top(score, longest, nil)
		least = score[list[len(list)-1]]
	} else {
		for _, item := range next {
			least = min(least, score[item])
		}
	}
	best := [2]int{-1, -1} // of those not in the history, of those in it
	for j, item := range next {
		k := 0
		if old[j] {
			k = 1
		}
		if best[k] < 0 || score[item] > score[next[best[k]]] {
			best[k] = j
		}
	}
	for j, item := range next {
		x := score[item]
		if x < least && j != best[0] && j != best[1] {
			ranks = append(ranks, beyond)
			continue
		}
		n := 0
		for _, y := range score {
			if y >= x {
				n++
			}
		}
		for i, other := range next { // itself included
			if score[other] == x && i >= j {
				n--
			}
		}
		ranks = append(ranks, n+1)
	}
	return ranks
}
