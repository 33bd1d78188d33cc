package synth

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core/table"
)

// Reference is a key whose row is drawn among those of another table: those
// of the class that the row wants, and in whose window its time lies, in
// proportion to how often they like to be referred to.
//
// Windows make some rows likelier than they like, where few are open. So
// weights are brought to where each row is expected as often as it likes
// (iterative proportional fitting of one margin), Times saying when rows come.
type Reference struct {
	Column string // the key
	Member int
	Weight string    // the other's hidden column of how often each likes to be referred to
	Likes  []float64 // evenly spaced quantiles of Weight in the real rows: samples are brought to them, rank by rank
	Class  string    // the other's column that classes are of; "" none
	Wants  string    // Early's column of the class wanted, missing where the key is; "" where it never is, and there are no classes
	Time   string    // own column, as the row calls it, that windows hold; "" none
	From   []string  // the other's columns from which on a row is open
	Until  []string  // and until which
	Times  []float64 // evenly spaced quantiles of Time
	// Told is a reference before this one whose row knows this one's: the
	// column Via of that row. "": none.
	Told, Via string
	Carry     []string // the other's columns that come along
	Always    bool     // the key is never missing
}

// index is the rows of a member that can be referred to.
type index struct {
	number []int64
	rows   *table.Table       // Carry, and the columns of Via keys are in told
	told   map[string][]int64 // key column: numbers of the rows it names, -1 for none
	at     map[int64]int32    // row of a number
	class  map[string]*strata
	all    *strata
}

// strata draws among rows by weight, those that are open at a time: a segment
// tree over the times at which rows open and close, each row in the nodes that
// together make up its window. O(log rows) a draw.
type strata struct {
	cell  []float64 // times at which a cell begins; the first is -Inf
	nodes [][]int32 // rows of each node, 1 the root, 2i and 2i+1 its halves
	sums  [][]float64
	size  int // leaves, a power of two
}

// windowSweeps is how often weights are fitted.
const windowSweeps = 30

// newStrata makes one of rows, which are open from open to until (both
// included) and like to be drawn like times. times are quantiles of the times
// at which rows are drawn; nil if time plays no role.
func newStrata(rows []int32, open, until, like, times []float64) *strata {
	s := &strata{cell: []float64{math.Inf(-1)}}
	if times != nil {
		for _, r := range rows {
			if !math.IsInf(open[r], -1) {
				s.cell = append(s.cell, open[r])
			}
			if !math.IsInf(until[r], 1) {
				s.cell = append(s.cell, math.Nextafter(until[r], math.Inf(1)))
			}
		}
		slices.Sort(s.cell)
		s.cell = slices.Compact(s.cell)
	}
	for s.size = 1; s.size < len(s.cell); {
		s.size *= 2
	}
	s.nodes, s.sums = make([][]int32, 2*s.size), make([][]float64, 2*s.size)
	from, to := make([]int, len(rows)), make([]int, len(rows)) // cells, to exclusive
	for i, r := range rows {
		to[i] = len(s.cell)
		if times != nil {
			from[i] = s.at(open[r])
			to[i] = s.at(until[r]) + 1
		}
	}
	weight := s.fit(rows, from, to, like, times)
	for i, r := range rows {
		if weight[i] <= 0 || from[i] >= to[i] {
			continue
		}
		for lo, hi := from[i]+s.size, to[i]+s.size; lo < hi; lo, hi = lo/2, hi/2 {
			if lo&1 == 1 {
				s.put(lo, r, weight[i])
				lo++
			}
			if hi&1 == 1 {
				hi--
				s.put(hi, r, weight[i])
			}
		}
	}
	return s
}

func (s *strata) put(node int, row int32, weight float64) {
	last := 0.
	if n := len(s.sums[node]); n > 0 {
		last = s.sums[node][n-1]
	}
	s.nodes[node], s.sums[node] = append(s.nodes[node], row), append(s.sums[node], last+weight)
}

// at returns the cell of a time.
func (s *strata) at(x float64) int {
	i, ok := slices.BinarySearchFunc(s.cell, x, func(c, x float64) int { return cmp.Compare(c, x) })
	if !ok {
		i--
	}
	return max(i, 0)
}

// fit returns weights under which each row is expected like times.
func (s *strata) fit(rows []int32, from, to []int, like, times []float64) []float64 {
	weight := make([]float64, len(rows))
	var sum float64
	for i, r := range rows {
		weight[i] = max(0, like[r])
		sum += weight[i]
	}
	if len(s.cell) < 2 || sum == 0 {
		return weight
	}
	come := make([]float64, len(s.cell)) // share of rows that come in each cell
	for k := range come {
		lo, hi := 0., 1.
		if k > 0 {
			lo = shareBelow(times, s.cell[k])
		}
		if k+1 < len(come) {
			hi = shareBelow(times, s.cell[k+1])
		}
		come[k] = max(0, hi-lo)
	}
	open := make([]float64, len(come)+1)
	for range windowSweeps {
		clear(open)
		for i := range rows {
			open[from[i]] += weight[i]
			open[to[i]] -= weight[i]
		}
		run, expect := 0., make([]float64, len(come)+1)
		for k, n := range come {
			if run += open[k]; run > 1e-12*sum {
				expect[k+1] = n / run
			}
			expect[k+1] += expect[k]
		}
		for i, r := range rows {
			if e := weight[i] * (expect[to[i]] - expect[from[i]]); e > 0 {
				weight[i] *= min(4, max(.25, like[r]/sum/e))
			}
		}
	}
	return weight
}

// shareBelow returns which share of rows lies below x, given evenly spaced
// quantiles.
func shareBelow(quantiles []float64, x float64) float64 {
	n := len(quantiles)
	if n < 2 {
		return .5
	}
	i, _ := slices.BinarySearch(quantiles, x)
	if i == 0 || i == n {
		return float64(i) / float64(n)
	}
	a, b := quantiles[i-1], quantiles[i]
	part := 1.
	if b > a {
		part = (x - a) / (b - a)
	}
	return (float64(i-1) + part) / float64(n-1)
}

// draw returns a row that is open at x, -1 if there is none.
func (s *strata) draw(x float64, rng *rand.Rand) int32 {
	if s == nil {
		return -1
	}
	node := s.size
	if len(s.cell) > 1 {
		if math.IsNaN(x) {
			return -1
		}
		node += s.at(x)
	}
	var sum float64
	for n := node; n > 0; n /= 2 {
		if k := len(s.sums[n]); k > 0 {
			sum += s.sums[n][k-1]
		}
	}
	if sum <= 0 {
		return -1
	}
	u := rng.Float64() * sum
	for n := node; n > 0; n /= 2 {
		k := len(s.sums[n])
		if k == 0 {
			continue
		}
		if u >= s.sums[n][k-1] {
			u -= s.sums[n][k-1]
			continue
		}
		i, exact := slices.BinarySearch(s.sums[n], u)
		if exact {
			i++
		}
		return s.nodes[n][min(i, k-1)]
	}
	// Rounding: the last there is.
	for n := node; n > 0; n /= 2 {
		if k := len(s.nodes[n]); k > 0 {
			return s.nodes[n][k-1]
		}
	}
	return -1
}

// newIndex makes the index of ref over the rows of another member.
func newIndex(ref *Reference, work *table.Table, number []int64, told map[string][]int64) *index {
	x := &index{number: number, told: told, at: make(map[int64]int32, len(number)), class: map[string]*strata{}, rows: &table.Table{}}
	for i, n := range number {
		x.at[n] = int32(i)
	}
	for _, name := range ref.Carry {
		if c := work.Column(name); c != nil {
			x.rows.Columns = append(x.rows.Columns, c)
		}
	}
	n := len(number)
	open, until := make([]float64, n), make([]float64, n)
	for i := range n {
		open[i], until[i] = math.Inf(-1), math.Inf(1)
	}
	for _, name := range ref.From {
		for i, v := range work.Column(name).Num {
			if v > open[i] {
				open[i] = v
			}
		}
	}
	for _, name := range ref.Until {
		for i, v := range work.Column(name).Num {
			if v < until[i] {
				until[i] = v
			}
		}
	}
	like := make([]float64, n)
	if c := work.Column(ref.Weight); c != nil {
		for i, x := range c.Num {
			if x > 0 { // missing is never
				like[i] = x
			}
		}
	} else {
		for i := range like {
			like[i] = 1
		}
	}
	likened(like, ref.Likes)
	times := ref.Times
	if ref.Time == "" {
		times = nil
	}
	all := make([]int32, n)
	by := map[string][]int32{}
	for i := range all {
		all[i] = int32(i)
		if ref.Class != "" {
			level := work.Column(ref.Class).Cell(i)
			by[level] = append(by[level], int32(i))
		}
	}
	x.all = newStrata(all, open, until, like, times)
	for level, rows := range by {
		x.class[level] = newStrata(rows, open, until, like, times)
	}
	return x
}

// quantiles returns evenly spaced quantiles of x, at most most and each for
// least rows or more; the ends are means of as many. nil for fewer rows than
// for two. x is sorted.
func quantiles(x []float64, most, least int) []float64 {
	slices.Sort(x)
	n := len(x)
	steps := min(most, n/max(1, least))
	if steps < 2 {
		return nil
	}
	out := make([]float64, steps+1)
	for k := range out {
		out[k] = x[k*(n-1)/steps]
	}
	out[0], out[steps] = 0, 0
	for i := range least {
		out[0] += x[i] / float64(least)
		out[steps] += x[n-1-i] / float64(least)
	}
	return out
}

// likened gives x the distribution of which these are quantiles, the order of
// its numbers as it was.
func likened(x, quantiles []float64) {
	if len(quantiles) < 2 {
		return
	}
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	for rank, i := range order {
		at := (float64(rank) + .5) / float64(len(x)) * float64(len(quantiles)-1)
		k := min(int(at), len(quantiles)-2)
		x[i] = quantiles[k] + (at-float64(k))*(quantiles[k+1]-quantiles[k])
	}
}
