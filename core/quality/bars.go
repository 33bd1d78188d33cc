package quality

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"shoptwin/core/table"
)

// rare is how many real rows must share a value or a bin for it to be shown:
// what fewer rows have could name one of them.
const rare = 5

// maxBars is how many levels are shown; a numeric column has about as many
// bins.
const maxBars = 16

// draw sets the bars of s: how c is distributed in the real and in the
// synthetic table. rows is the number of real rows.
func (c *column) draw(s *ColumnScore, rows int) {
	if c.discrete {
		s.Bars = c.levelBars()
		return
	}
	s.Bars = c.numberBars()
}

// levelBars returns the most frequent levels of the real table, most frequent
// first, and one bar for all others: rare ones and those that the synthetic
// table has invented.
func (c *column) levelBars() []Bar {
	count := make([]int, len(c.levels))
	for _, k := range c.codes[realSide] {
		if k >= 0 {
			count[k]++
		}
	}
	var shown []int
	for k, n := range count {
		if n >= rare {
			shown = append(shown, k)
		}
	}
	slices.SortFunc(shown, func(a, b int) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(c.levels[a], c.levels[b]))
	})
	shown = shown[:min(len(shown), maxBars-1)]
	real, synthetic := shares(c.codes[realSide]), shares(c.codes[syntheticSide])
	other := Bar{Other: true, Real: 1, Synthetic: 1}
	bars := make([]Bar, len(shown))
	for i, k := range shown {
		bars[i] = Bar{Label: c.levels[k], Real: at(real, k), Synthetic: at(synthetic, k)}
		other.Real -= bars[i].Real
		other.Synthetic -= bars[i].Synthetic
	}
	other.Real, other.Synthetic = max(0, other.Real), max(0, other.Synthetic)
	if other.Real > 1e-9 || other.Synthetic > 1e-9 {
		bars = append(bars, other)
	}
	return bars
}

// numberBars returns bins over the middle 99 % of the real values, of a round
// width, or where most values are small beside the largest, such as prices,
// each twice as wide as the one before, about. Bins that hold fewer than five
// real rows are shown as empty.
func (c *column) numberBars() []Bar {
	sorted := sortedValues(c.num[realSide])
	edges := c.binEdges(sorted)
	n := len(edges) - 1
	bars := make([]Bar, n)
	for i := range bars {
		lo, hi := edges[i], edges[i+1]
		bars[i] = Bar{Label: c.label(lo, hi, i == 0, i == n-1), Lo: &lo, Hi: &hi}
	}
	place := func(v float64) int {
		i, found := slices.BinarySearch(edges, v)
		if !found {
			i--
		}
		return max(0, min(n-1, i))
	}
	tally := func(x []float64) []float64 {
		out, total := make([]float64, n), 0.0
		for _, v := range x {
			if !math.IsNaN(v) {
				out[place(v)]++
				total++
			}
		}
		for i := range out {
			out[i] /= total
		}
		return out
	}
	real, synthetic := tally(c.num[realSide]), tally(c.num[syntheticSide])
	for i := range bars {
		if bars[i].Synthetic = synthetic[i]; real[i]*float64(len(sorted)) >= rare-0.5 {
			bars[i].Real = real[i]
		}
	}
	return bars
}

// binEdges returns ascending round edges, at least two, for the values sorted.
func (c *column) binEdges(sorted []float64) []float64 {
	n := len(sorted)
	tail := min(max(rare, n/200), (n+1)/2)
	lo, hi := sorted[tail-1], sorted[n-tail]
	if tail = min(rare, (n+1)/2); lo >= hi {
		lo, hi = sorted[tail-1], sorted[n-tail]
	}
	if middle := sorted[n/2]; c.Kind == table.Number && lo >= 0 && middle > 0 && hi > longTail*middle {
		edges := wideningEdges(max(lo, sorted[n/20]), hi)
		if lo < edges[0] {
			edges = append([]float64{0}, edges...)
		}
		return edges
	}
	step := c.step(lo, hi)
	first, last := math.Floor(lo/step), math.Floor(hi/step)
	var edges []float64
	if math.Abs(first) < 1<<52 && math.Abs(last) < 1<<52 { // beyond, the next k is the same number
		for k := first; k <= last+1; k++ {
			if x := round(k * step); len(edges) == 0 || x > edges[len(edges)-1] {
				edges = append(edges, x)
			}
		}
	}
	if len(edges) < 2 { // the values lie too close together for round edges
		return []float64{lo, math.Nextafter(max(lo, hi), math.Inf(1))}
	}
	return edges
}

// longTail is how many medians the largest values are where bins of one width
// would have most rows in the first of them.
const longTail = 12

// wideningEdges returns the numbers 1, 2 and 5 times a power of ten from the
// last that is not above low to the first that is above high, at least two; at
// most maxBars of them, the larger ones.
func wideningEdges(low, high float64) []float64 {
	var edges []float64
	for ten := math.Pow(10, math.Floor(math.Log10(high))+1); ; ten /= 10 {
		for _, x := range []float64{ten, ten / 2, ten / 5} {
			if x = round(x); x > high {
				edges = edges[:0] // a nearer one is there
			}
			edges = append(edges, x)
			if x <= low || len(edges) == maxBars {
				slices.Reverse(edges)
				return edges
			}
		}
	}
}

// step returns a round width that gives about sixteen bins, and whole numbers
// a bin each where there are few of them.
func (c *column) step(lo, hi float64) float64 {
	switch {
	case lo >= hi && c.whole():
		return 1
	case lo >= hi:
		return max(math.Abs(lo)/16, 1e-9)
	case c.Kind == table.Time:
		for _, s := range []float64{1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600} {
			if (hi-lo)/s <= maxBars {
				return s
			}
		}
		return 86400 * math.Ceil(nice((hi-lo)/86400/maxBars))
	case c.whole() && hi-lo < 24:
		return 1
	case c.whole():
		return math.Ceil(nice((hi - lo) / maxBars))
	}
	return nice((hi - lo) / maxBars)
}

// whole says whether the real values are whole numbers.
func (c *column) whole() bool {
	for _, v := range c.num[realSide] {
		if v != math.Trunc(v) && !math.IsNaN(v) {
			return false
		}
	}
	return c.Kind == table.Number
}

// nice returns the least of 1, 2, 2.5 and 5 times a power of ten that is not
// below x.
func nice(x float64) float64 {
	ten := math.Pow(10, math.Floor(math.Log10(x)))
	for _, k := range []float64{1, 2, 2.5, 5} {
		if k*ten >= x*(1-1e-9) {
			return k * ten
		}
	}
	return 10 * ten
}

// round takes off what floating point added to a round number.
func round(x float64) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	return v
}

// label names a bin.
func (c *column) label(lo, hi float64, first, last bool) string {
	switch {
	case first && last:
		return c.text(lo) + "…"
	case first:
		return "< " + c.text(hi)
	case last:
		return "≥ " + c.text(lo)
	case hi-lo == 1 && c.whole():
		return c.text(lo)
	}
	return c.text(lo) + "–" + c.text(hi)
}

// text writes a round value: numbers with separators, times as far as needed.
func (c *column) text(v float64) string {
	if c.Kind != table.Time {
		return grouped(v)
	}
	if math.Mod(v, 86400) == 0 {
		return table.FormatTime(v, "2006-01-02")
	}
	return table.FormatTime(v, "2006-01-02 15:04")
}

// grouped writes v with a true minus sign and commas between thousands.
func grouped(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', -1, 64)
	point := len(s)
	for i := range s {
		if s[i] == '.' {
			point = i
		}
	}
	for i := point - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if v < 0 {
		s = "−" + s
	}
	return s
}
