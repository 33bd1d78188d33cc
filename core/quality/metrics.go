package quality

import (
	"math"
	"slices"
)

// KSComplement returns 1−D, D being the two-sample Kolmogorov–Smirnov
// statistic: 1 for equal distributions, 0 for disjoint ones.
//
// real and synthetic are one numeric column each, in the same unit, of any
// lengths n and m. NaN (a missing cell) is left out; if nothing remains on
// either side the score is NaN. Neither is modified. O((n+m) log(n+m)).
//
// It is SDMetrics' score of that name, so reports can be compared.
func KSComplement(real, synthetic []float64) float64 {
	return ksSorted(sortedValues(real), sortedValues(synthetic))
}

// sortedValues returns x without NaN, ascending.
func sortedValues(x []float64) []float64 {
	out := make([]float64, 0, len(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

func ksSorted(a, b []float64) float64 {
	if len(a) == 0 || len(b) == 0 {
		return math.NaN()
	}
	var i, k int
	d := 0.0
	for i < len(a) && k < len(b) {
		v := min(a[i], b[k])
		for i < len(a) && a[i] == v {
			i++
		}
		for k < len(b) && b[k] == v {
			k++
		}
		d = max(d, math.Abs(float64(i)/float64(len(a))-float64(k)/float64(len(b))))
	}
	return 1 - d
}

// TVComplement returns 1−½Σ|p−q|, p and q being the shares of each level among
// the cells that have a value: 1 for equal shares, 0 when no level occurs on
// both sides.
//
// real and synthetic are codes into the same levels; negative codes (missing
// cells) are left out. If nothing remains on either side the score is NaN.
// O(n+m).
//
// It is SDMetrics' score of that name.
func TVComplement(real, synthetic []int32) float64 {
	p, q := shares(real), shares(synthetic)
	if p == nil || q == nil {
		return math.NaN()
	}
	off := 0.0
	for k := range max(len(p), len(q)) {
		off += math.Abs(at(p, k) - at(q, k))
	}
	return 1 - off/2
}

// shares returns the share of each code among the codes that are not
// negative; nil when there are none.
func shares(codes []int32) []float64 {
	var out []float64
	n := 0
	for _, c := range codes {
		if c < 0 {
			continue
		}
		for int(c) >= len(out) {
			out = append(out, 0)
		}
		out[c]++
		n++
	}
	for k := range out {
		out[k] /= float64(n)
	}
	return out
}

// at returns p[k], 0 beyond the end.
func at(p []float64, k int) float64 {
	if k < len(p) {
		return p[k]
	}
	return 0
}

// CorrelationSimilarity returns 1−|ρr−ρs|/2 and Pearson's correlations ρr and
// ρs of two numeric columns in the real and in the synthetic table.
//
// NaN (a missing cell) counts as 0, as in SDMetrics, whose score of that name
// this is. A column that does not vary on one of the sides makes all three
// NaN. ra and rb have equal lengths, and so have sa and sb. O(n+m).
func CorrelationSimilarity(ra, rb, sa, sb []float64) (score, real, synthetic float64) {
	real, synthetic = pearson(ra, rb), pearson(sa, sb)
	return 1 - math.Abs(real-synthetic)/2, real, synthetic
}

// pearson returns the correlation of a and b with NaN as 0, and NaN when the
// values of one of them are all the same.
func pearson(a, b []float64) float64 {
	if constant(a) || constant(b) {
		return math.NaN()
	}
	n := float64(len(a))
	var ma, mb float64
	for i := range a {
		ma += zero(a[i]) / n
		mb += zero(b[i]) / n
	}
	var aa, ab, bb float64
	for i := range a {
		x, y := zero(a[i])-ma, zero(b[i])-mb
		aa += x * x
		ab += x * y
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return math.NaN()
	}
	return max(-1, min(1, ab/math.Sqrt(aa)/math.Sqrt(bb)))
}

func zero(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// constant says whether x holds at most one value, NaN left out.
func constant(x []float64) bool {
	first := math.NaN()
	for _, v := range x {
		if math.IsNaN(first) {
			first = v
		} else if v != first && !math.IsNaN(v) {
			return false
		}
	}
	return true
}

// ContingencySimilarity returns 1−½ΣΣ|P−Q|, P and Q being the shares of each
// combination of two columns in the real and in the synthetic table.
//
// The arguments are codes into the same levels on both sides; a negative code
// (a missing cell) is a level of its own, as in SDMetrics, whose score of that
// name this is. Numbers are coded by [Tenths] first. ra and rb have equal
// lengths, and so have sa and sb; if either is empty the score is NaN. O(n+m)
// time and memory.
func ContingencySimilarity(ra, rb, sa, sb []int32) float64 {
	if len(ra) == 0 || len(sa) == 0 {
		return math.NaN()
	}
	wide := int(max(slices.Max(rb), slices.Max(sb), 0)) + 2
	high := int(max(slices.Max(ra), slices.Max(sa), 0)) + 2
	cell := func(a, b int32) int { return (int(max(a, -1))+1)*wide + int(max(b, -1)) + 1 }
	r, s := 1/float64(len(ra)), 1/float64(len(sa))
	off := 0.0
	if wide*high <= 4*(len(ra)+len(sa))+1024 {
		diff := make([][2]int32, wide*high)
		for i := range ra {
			diff[cell(ra[i], rb[i])][0]++
		}
		for i := range sa {
			diff[cell(sa[i], sb[i])][1]++
		}
		for _, d := range diff {
			off += math.Abs(float64(d[0])*r - float64(d[1])*s)
		}
		return 1 - off/2
	}
	// Many combinations, few of which occur: sort them.
	cr, cs := make([]int, len(ra)), make([]int, len(sa))
	for i := range ra {
		cr[i] = cell(ra[i], rb[i])
	}
	for i := range sa {
		cs[i] = cell(sa[i], sb[i])
	}
	slices.Sort(cr)
	slices.Sort(cs)
	for i, k := 0, 0; i < len(cr) || k < len(cs); {
		v := math.MaxInt
		if i < len(cr) {
			v = cr[i]
		}
		if k < len(cs) {
			v = min(v, cs[k])
		}
		var p, q float64
		for ; i < len(cr) && cr[i] == v; i++ {
			p++
		}
		for ; k < len(cs) && cs[k] == v; k++ {
			q++
		}
		off += math.Abs(p*r - q*s)
	}
	return 1 - off/2
}

// Tenths codes a numeric column for [ContingencySimilarity]: ten bins of equal
// width between the least and the greatest value of edges, which is x itself
// where SDMetrics is followed. The greatest value, all above it and missing
// cells share a bin of their own and all below the least one another; that is
// what numpy.histogram_bin_edges and numpy.digitize give.
func Tenths(x, edges []float64) []int32 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range edges {
		if !math.IsNaN(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo >= hi {
		lo, hi = lo-0.5, hi+0.5
	}
	var cut [11]float64
	step := (hi - lo) / 10
	for k := range cut {
		cut[k] = lo + float64(k)*step
	}
	cut[10] = hi
	out := make([]int32, len(x))
	for i, v := range x {
		switch {
		case math.IsNaN(v) || v >= hi:
			out[i] = 11
		case v >= lo:
			k := 9
			if f := (v - lo) / step; f < 9 { // step is 0 between denormal numbers
				k = int(f)
			}
			for k > 0 && v < cut[k] { // rounding
				k--
			}
			for k < 9 && v >= cut[k+1] {
				k++
			}
			out[i] = int32(k + 1)
		}
	}
	return out
}
