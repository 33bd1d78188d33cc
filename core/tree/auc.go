package tree

import (
	"cmp"
	"math"
	"slices"
)

// AUC returns the area under the ROC curve: the probability that a row of
// class 1 has a higher score than one of class 0, ties counting half. y holds
// 0 and 1. It is NaN when a class is missing. O(n log n).
func AUC(score []float64, y []float32) float64 {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(score[a], score[b]) })
	var below, wins, ones float64
	for i := 0; i < len(order); {
		var zeros, here float64
		k := i
		for ; k < len(order) && score[order[k]] == score[order[i]]; k++ {
			if y[order[k]] == 1 {
				here++
			} else {
				zeros++
			}
		}
		wins += here * (below + zeros/2)
		below += zeros
		ones += here
		i = k
	}
	if ones == 0 || below == 0 {
		return math.NaN()
	}
	return wins / (ones * below)
}

// R2 returns the share of y's variance that predicted explains, 1 at best and
// below 0 when the mean would do better. It is NaN when y does not vary.
func R2(predicted []float64, y []float32) float64 {
	mean := 0.0
	for _, v := range y {
		mean += float64(v)
	}
	mean /= float64(len(y))
	var off, spread float64
	for i, v := range y {
		off += (float64(v) - predicted[i]) * (float64(v) - predicted[i])
		spread += (float64(v) - mean) * (float64(v) - mean)
	}
	if spread == 0 {
		return math.NaN()
	}
	return 1 - off/spread
}
