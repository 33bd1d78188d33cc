package encode

import (
	"math"
	"slices"
	"sort"
)

// Limits of one numeric part, so that a model of millions of rows stays small.
const (
	maxAtoms    = 2048 // values that are remembered as such
	maxSegments = 1024 // intervals for the other values
)

// fitNumbers returns the pieces and bins of the given numbers, which it
// sorts. There must be at least cfg.MinCount of them, and no NaN. Up to whole
// distinct pieces have a bin each.
func fitNumbers(x []float64, cfg Config, whole int, unit Unit) Part {
	slices.Sort(x)
	value, count := runs(x)
	p := Part{Unit: unit, Rare: -1}
	p.Scale, p.Base, p.Step = grain(value)
	p.pieces(value, count, len(x), cfg, whole)
	p.bins(cfg, whole)
	return p
}

// runs returns the distinct values of sorted x and how often each occurs.
func runs(x []float64) (value []float64, count []int64) {
	for i, v := range x {
		if i == 0 || v != x[i-1] {
			value, count = append(value, v), append(count, 0)
		}
		count[len(count)-1]++
	}
	return value, count
}

// pieces fills Lo, Hi and Count: frequent values become atoms, the values
// between two atoms are pooled into intervals of at least MinCount rows.
func (p *Part) pieces(value []float64, count []int64, rows int, cfg Config, whole int) {
	k := int64(cfg.MinCount)
	atom := atomCount(count, rows, k, whole)
	var rare int64
	for _, n := range count {
		if n < atom {
			rare += n
		}
	}
	group := max(k, (rare+maxSegments-1)/maxSegments)
	end := edgeMean
	if p.Unit == Value {
		end = edge
	}
	ends := [2]float64{end(value, count, k, false), end(value, count, k, true)}
	for i := 0; i < len(value); {
		if count[i] >= atom {
			p.add(value[i], value[i], count[i])
			i++
			continue
		}
		j := i
		var n int64
		for ; j < len(value) && count[j] < atom; j++ {
			n += count[j]
		}
		if n < k {
			p.absorb(value, count, i, j, n)
		} else {
			p.segments(value, count, i, j, n, k, group, ends)
		}
		i = j
	}
}

// atomCount returns how often a value must occur to be remembered as such.
// Columns with more distinct values than 30 % of the rows are continuous:
// there only spikes are.
func atomCount(count []int64, rows int, k int64, whole int) int64 {
	if len(count) > whole && float64(len(count)) > .3*float64(rows) {
		return max(k, int64(math.Ceil(.004*float64(rows))))
	}
	if len(count) <= maxAtoms {
		return k
	}
	sorted := slices.Clone(count)
	slices.Sort(sorted)
	return max(k, sorted[len(sorted)-maxAtoms]+1)
}

// edgeMean returns the mean of the k smallest or largest values.
func edgeMean(value []float64, count []int64, k int64, largest bool) float64 {
	var sum float64
	left := k
	for i := range value {
		if largest {
			i = len(value) - 1 - i
		}
		n := min(left, count[i])
		sum += float64(n) * (value[i] / float64(k))
		if left -= n; left == 0 {
			break
		}
	}
	return sum
}

// edge returns where a column whose true end is rarer than k rows shall end:
// the expected extreme of k values if their excess over the next one is
// exponential with the mean they have, but not beyond the true extreme
// rounded outward to one digit, so that a rate stays below 1 and an amount
// above 0. It takes k customers' values to move it, and gives close to the
// true range, which Trend's bins hang on.
func edge(value []float64, count []int64, k int64, largest bool) float64 {
	mean := edgeMean(value, count, k, largest)
	left, harmonic := k, 0.
	for i := range k {
		harmonic += 1 / float64(i+1)
	}
	n := len(value)
	for i := range n {
		if largest {
			i = n - 1 - i
		}
		if left < count[i] { // the value of rank k+1
			end := value[i] + (mean-value[i])*harmonic
			if largest {
				return min(end, outward(value[n-1], 1))
			}
			return max(end, outward(value[0], -1))
		}
		left -= count[i]
	}
	return mean
}

// outward returns x rounded to one significant digit in the direction of sign.
func outward(x, sign float64) float64 {
	if x == 0 {
		return 0
	}
	// Powers of ten below 1 are not exact; dividing by those above is.
	e := math.Floor(math.Log10(math.Abs(x)))
	if e < 0 {
		unit := math.Pow(10, -e)
		return sign * math.Ceil(sign*x*unit) / unit
	}
	unit := math.Pow(10, e)
	return sign * math.Ceil(sign*x/unit) * unit
}

func (p *Part) add(lo, hi float64, n int64) {
	p.Lo, p.Hi, p.Count = append(p.Lo, lo), append(p.Hi, hi), append(p.Count, n)
}

// absorb gives the n rows of values i to j, too few for an interval, to the
// nearer neighbour. There is one: all values together are k rows or more.
func (p *Part) absorb(value []float64, count []int64, i, j int, n int64) {
	switch {
	case len(p.Count) > 0 && (j == len(value) || value[i]-value[i-1] <= value[j]-value[j-1]):
		p.Count[len(p.Count)-1] += n
	default:
		count[j] += n
	}
}

// segments pools values i to j, n rows in all, into intervals of about
// group rows, never fewer than k. Bounds between intervals lie midway between two values, the
// bounds of the column at the given ends.
func (p *Part) segments(value []float64, count []int64, i, j int, n, k, group int64, ends [2]float64) {
	mid := func(a int) float64 { return value[a-1] + (value[a]-value[a-1])/2 }
	lo := ends[0]
	if i > 0 {
		lo = mid(i)
	}
	var in int64
	for ; i < j; i++ {
		in += count[i]
		n -= count[i]
		if n > 0 && (in < group || n < k) {
			continue
		}
		hi := ends[1]
		if i+1 < len(value) {
			hi = mid(i + 1)
		}
		p.add(lo, max(lo, hi), in)
		lo, in = hi, 0
	}
}

// bins groups the pieces: spikes have their own bin, runs between spikes are
// cut into bins of about equal mass.
func (p *Part) bins(cfg Config, whole int) {
	n := len(p.Count)
	p.From, p.To = nil, nil
	if n <= whole {
		for i := range n {
			p.From, p.To = append(p.From, int32(i)), append(p.To, int32(i+1))
		}
		p.edges()
		return
	}
	var total, loose float64
	for _, c := range p.Count {
		total += float64(c)
	}
	most := 1 / float64(cfg.Bins)
	for i, c := range p.Count {
		if share := float64(c) / total; share < most || p.Lo[i] != p.Hi[i] {
			loose += share
		}
	}
	mass := min(max(loose/8, .004), most)
	spike := min(most, max(mass, .008))
	var in float64 // mass of the open bin
	open := false
	for i, c := range p.Count {
		share := float64(c) / total
		alone := share >= spike && p.Lo[i] == p.Hi[i]
		if alone || !open || in+share/2 > mass {
			p.From, p.To = append(p.From, int32(i)), append(p.To, int32(i))
			in = 0
		}
		in += share
		p.To[len(p.To)-1]++
		open = !alone
	}
	p.edges()
}

// edges sets Edge from the bins.
func (p *Part) edges() {
	p.Edge = make([]float64, 0, max(0, len(p.From)-1))
	for b := 1; b < len(p.From); b++ {
		a, c := p.Hi[p.To[b-1]-1], p.Lo[p.From[b]]
		p.Edge = append(p.Edge, a+(c-a)/2)
	}
}

// shrink merges neighbouring bins, the lightest pair first, until there are
// at most most.
func (p *Part) shrink(most int) {
	mass := make([]int64, len(p.From))
	for b := range mass {
		for _, c := range p.Count[p.From[b]:p.To[b]] {
			mass[b] += c
		}
	}
	for len(p.From) > max(1, most) {
		best := 0
		for b := range len(mass) - 1 {
			if mass[b]+mass[b+1] < mass[best]+mass[best+1] {
				best = b
			}
		}
		p.To[best] = p.To[best+1]
		mass[best] += mass[best+1]
		p.From, p.To = slices.Delete(p.From, best+1, best+2), slices.Delete(p.To, best+1, best+2)
		mass = slices.Delete(mass, best+1, best+2)
	}
	p.edges()
}

// bin returns the bin of x; the nearest for one outside the fitted range.
func (p *Part) bin(x float64) uint16 { return uint16(sort.SearchFloat64s(p.Edge, x)) }

// grain finds the coarsest lattice of decimals that holds every value:
// (base + i*step) / scale. step is 0 if there is none up to six decimals.
func grain(value []float64) (scale, base, step float64) {
	for scale = 1; scale <= 1e6; scale *= 10 {
		if g := lattice(value, scale); g > 0 {
			return scale, math.Mod(math.Round(value[0]*scale), g), g
		}
	}
	return 1, 0, 0
}

// lattice returns the greatest common divisor of the differences of the
// scaled values; 0 unless all of them are whole.
func lattice(value []float64, scale float64) float64 {
	var g, first uint64
	for i, v := range value {
		s := v * scale
		r := math.Round(s)
		if math.Abs(s) > 1<<52 || math.Abs(s-r) > 1e-9*max(1, math.Abs(s)) {
			return 0
		}
		if i == 0 {
			first = uint64(int64(r))
			continue
		}
		for a, b := uint64(int64(r))-first, g; ; {
			if b == 0 {
				g = a
				break
			}
			a, b = b, a%b
		}
	}
	if g == 0 || len(value) < 20 {
		return 1
	}
	return float64(g)
}

// round moves x to the nearest point of the grain.
func (p *Part) round(x float64) float64 {
	if p.Step == 0 {
		return x
	}
	return (p.Base + math.Round((x*p.Scale-p.Base)/p.Step)*p.Step) / p.Scale
}
