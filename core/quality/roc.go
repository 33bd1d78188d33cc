package quality

import (
	"math"
	"slices"
)

// places returns, for each of x, the share of the others that lie below it,
// those that are equal counting half. others is sorted.
func places(x, others []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = place(v, others)
	}
	return out
}

// place returns the share of the sorted others that lie below v, those that
// are equal counting half.
func place(v float64, others []float64) float64 {
	below, _ := slices.BinarySearch(others, v)
	equal, _ := slices.BinarySearchFunc(others[below:], v, func(e, v float64) int {
		if e <= v {
			return -1
		}
		return 1
	})
	return (float64(below) + float64(equal)/2) / float64(len(others))
}

// areaUnder returns the AUC with which a score tells positives from negatives,
// ties half, and its 95 % interval after DeLong, DeLong and Clarke-Pearson
// (1988): the spread of each row's share of rows of the other kind that it
// outscores. Where nothing spreads the interval is Wilson's of the smaller
// side. Neither side may be empty or hold NaN. O((n+m) log(n+m)).
func areaUnder(positive, negative []float64) (auc, lo, hi float64) {
	p, n := slices.Sorted(slices.Values(positive)), slices.Sorted(slices.Values(negative))
	above, below := places(p, n), places(n, p)
	auc = mean(above)
	v := variance(above)/float64(len(p)) + variance(below)/float64(len(n))
	if v == 0 {
		lo, hi = wilson(auc, min(len(p), len(n)))
		return auc, lo, hi
	}
	half := z95 * math.Sqrt(v)
	return auc, max(0, auc-half), min(1, auc+half)
}

// gain returns how much larger the AUC of score b is than that of a on the
// same rows, and its 95 % interval after DeLong: both scores rank the same
// rows, so what they share cancels. yes says which rows are positive.
func gain(a, b []float64, yes []float32) (by, lo, hi float64) {
	var rows [2][]float64 // by class: the rows' differences of placements
	of := func(score []float64) [2][]float64 {
		var side [2][]float64
		for i, s := range score {
			side[int(yes[i])] = append(side[int(yes[i])], s)
		}
		n, p := slices.Sorted(slices.Values(side[0])), slices.Sorted(slices.Values(side[1]))
		return [2][]float64{places(side[0], p), places(side[1], n)}
	}
	one, two := of(a), of(b)
	v := 0.0
	for k := range rows {
		for i := range one[k] {
			rows[k] = append(rows[k], two[k][i]-one[k][i])
		}
		v += variance(rows[k]) / float64(max(1, len(rows[k])))
	}
	by = mean(rows[1])
	half := z95 * math.Sqrt(v)
	return by, by - half, by + half
}

// variance returns the variance of x about its mean, with n-1; 0 for one.
func variance(x []float64) float64 {
	m, sum := mean(x), 0.0
	for _, v := range x {
		sum += (v - m) * (v - m)
	}
	return sum / float64(max(1, len(x)-1))
}

// caughtAt returns the share of positives that score above a threshold which a
// share fpr of the negatives passes, by straight lines between the points of
// the ROC curve; that is what breaking ties by chance gives on average. The 95 %
// interval is Wilson's for as many rows as the two sides are worth together:
// where attacks do no better than chance, the threshold's spread counts as
// much as the share's.
func caughtAt(positive, negative []float64, fpr float64) (share, lo, hi float64) {
	p, n := slices.Sorted(slices.Values(positive)), slices.Sorted(slices.Values(negative))
	allowed := fpr * float64(len(n))
	i, k := len(p), len(n) // rows from i and k on are called positive
	for k > 0 {
		t := n[k-1]
		if i > 0 {
			t = max(t, p[i-1])
		}
		ni, nk := i, k
		for ni > 0 && p[ni-1] >= t {
			ni--
		}
		for nk > 0 && n[nk-1] >= t {
			nk--
		}
		if float64(len(n)-nk) > allowed {
			part := (allowed - float64(len(n)-k)) / float64(k-nk)
			share = (float64(len(p)-i) + part*float64(i-ni)) / float64(len(p))
			break
		}
		i, k = ni, nk
		share = float64(len(p)-i) / float64(len(p))
	}
	worth := 1 / (1/float64(len(p)) + 1/float64(len(n)))
	lo, hi = wilsonOf(share, worth)
	return share, lo, hi
}

// averagePrecision returns the mean, over the rows of class 1, of the share of
// class 1 among the rows that score at least as high: scikit-learn's
// average_precision_score. NaN without a row of class 1. O(n log n).
func averagePrecision(score []float64, y []float32) float64 {
	order := make([]int, len(score))
	total := 0.0
	for i := range order {
		order[i] = i
		total += float64(y[i])
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case score[a] > score[b]:
			return -1
		case score[a] < score[b]:
			return 1
		}
		return a - b
	})
	sum, found := 0.0, 0.0
	for i := 0; i < len(order); {
		k, here := i, 0.0
		for ; k < len(order) && score[order[k]] == score[order[i]]; k++ {
			here += float64(y[order[k]])
		}
		found += here
		sum += here / total * found / float64(k)
		i = k
	}
	if total == 0 {
		return math.NaN()
	}
	return sum
}
