package quality

import (
	"cmp"
	"math"
	"slices"
)

// mostItems is how many items of a basket are paired at most.
const mostItems = 500

// popular counts each item.
func (h *histories) popular() map[[2]string]float64 {
	n := map[[2]string]float64{}
	for _, b := range h.baskets {
		for _, r := range b.rows {
			if h.item[r] != "" {
				n[[2]string{h.item[r]}]++
			}
		}
	}
	return n
}

// together counts the baskets in which two items meet.
func (h *histories) together() map[[2]string]float64 {
	index, names := map[string]int32{}, []string(nil)
	for _, i := range h.item {
		if _, ok := index[i]; !ok {
			index[i] = int32(len(names))
			names = append(names, i)
		}
	}
	n := map[uint64]float64{}
	var items []int32
	for _, b := range h.baskets {
		items = items[:0]
		for _, r := range b.rows[:min(len(b.rows), mostItems)] {
			if h.item[r] != "" {
				items = append(items, index[h.item[r]])
			}
		}
		slices.Sort(items)
		items = slices.Compact(items)
		for k, i := range items {
			for _, j := range items[k+1:] {
				n[uint64(i)<<32|uint64(j)]++
			}
		}
	}
	out := make(map[[2]string]float64, len(n))
	for k, v := range n {
		if v > 1 {
			a, b := names[k>>32], names[uint32(k)]
			out[[2]string{min(a, b), max(a, b)}] = v
		}
	}
	return out
}

// returns is the share of items in later visits that the customer had in one
// before.
func (h *histories) returns() float64 {
	again, all := 0, 0
	for o := range h.owners {
		had := map[string]bool{}
		for v, b := range h.baskets[h.from[o]:h.from[o+1]] {
			for _, r := range b.rows {
				if v > 0 {
					if all++; had[h.item[r]] {
						again++
					}
				}
			}
			for _, r := range b.rows {
				had[h.item[r]] = true
			}
		}
	}
	return float64(again) / float64(max(1, all))
}

// rankAgreement is the rank correlation of both counts over the n largest of
// real; NaN where there are fewer than ten.
func rankAgreement(real, synthetic map[[2]string]float64, n int) float64 {
	keys := make([][2]string, 0, len(real))
	for k := range real {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(real[b], real[a]), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	if keys = keys[:min(n, len(keys))]; len(keys) < 10 {
		return math.NaN()
	}
	x, y := make([]float64, len(keys)), make([]float64, len(keys))
	for i, k := range keys {
		x[i], y[i] = real[k], synthetic[k]
	}
	return Spearman(x, y)
}

// Spearman returns the correlation of the ranks of x and y, which have equal
// lengths; equal values share the mean of their ranks. NaN when one of them
// does not vary. O(n log n).
func Spearman(x, y []float64) float64 { return pearson(meanRanks(x), meanRanks(y)) }

func meanRanks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	rank := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			rank[k] = float64(i+j-1) / 2
		}
		i = j
	}
	return rank
}

// order is the share of customers whose rows stand in the order of time.
func (h *histories) order() float64 {
	when, good := h.t.Column(h.c.Time).Num, 0
	for _, rows := range h.owners {
		if slices.IsSortedFunc(rows, func(a, b int) int { return cmp.Compare(when[a], when[b]) }) {
			good++
		}
	}
	return float64(good) / float64(max(1, len(h.owners)))
}

// oneTime is the share of baskets from which one is said to have one time.
const oneTime = .98

// whole is the share of baskets that are one customer's, and at one time if
// nearly all real ones are.
func (h *histories) whole(real *histories) float64 {
	moments := func(h *histories) (n int) {
		for _, b := range h.baskets {
			if b.days > 1 {
				n++
			}
		}
		return n
	}
	at := float64(moments(real)) <= (1-oneTime)*float64(len(real.baskets))
	bad := 0
	var basket map[any]int
	if h.c.Basket != "" {
		basket = map[any]int{}
	}
	for o := range h.owners {
		for _, b := range h.baskets[h.from[o]:h.from[o+1]] {
			if at && b.days > 1 {
				bad++
				continue
			}
			if basket != nil {
				key := cellOf(h.t.Column(h.c.Basket), b.rows[0])
				if whose, ok := basket[key]; ok && whose != o {
					bad++
				}
				basket[key] = o
			}
		}
	}
	return 1 - float64(bad)/float64(max(1, len(h.baskets)))
}

// constant is the share of customers for whom every column is the same in all
// events that is for 99 % of the real ones with several.
func (h *histories) constant(real *histories) float64 {
	bad := make([]bool, len(h.owners))
	for _, c := range real.t.Columns {
		if c.Name == h.c.Owner || c.Name == h.c.Time || h.t.Column(c.Name) == nil {
			continue
		}
		if several, same := real.steady(c.Name, nil); several < 50 || float64(same) < .99*float64(several) {
			continue
		}
		h.steady(c.Name, bad)
	}
	n := 0
	for _, b := range bad {
		if !b {
			n++
		}
	}
	return float64(n) / float64(max(1, len(bad)))
}

// steady counts the customers with several events, and those of them for whom
// a column stays the same; the others are noted in bad, if not nil.
func (h *histories) steady(name string, bad []bool) (several, same int) {
	c := h.t.Column(name)
	for o, rows := range h.owners {
		if len(rows) < 2 {
			continue
		}
		several++
		if slices.ContainsFunc(rows, func(r int) bool { return cellOf(c, r) != cellOf(c, rows[0]) && !(c.Missing(r) && c.Missing(rows[0])) }) {
			if bad != nil {
				bad[o] = true
			}
		} else {
			same++
		}
	}
	return several, same
}
