package encode

import (
	"math"
	"slices"
	"sort"

	"shoptwin/core/privacy"
)

// places is how many digits after the point are told apart.
const places = 6

// decimals counts cells by what digits after the point they need: missing,
// then 0 to 6, then more.
func decimals(x []float64) []int64 {
	count := make([]int64, places+3)
	for _, v := range x {
		if math.IsNaN(v) {
			count[0]++
			continue
		}
		k := 0
		for scale := 1.; k <= places; k, scale = k+1, scale*10 {
			if s := v * scale; math.Abs(s) < 1<<52 && math.Abs(s-math.Round(s)) <= 1e-9*max(1, math.Abs(s)) {
				break
			}
		}
		count[1+k]++
	}
	return count
}

// grain is what numbers are multiples of: step/scale; step 0: of nothing.
type grainUnit struct {
	scale, step float64
	decimals    int // to write them
}

func (g grainUnit) in(x float64) float64 {
	if g.step == 0 {
		return x
	}
	return math.Round(x * g.scale / g.step)
}

func (g grainUnit) out(w float64) float64 {
	if g.step == 0 {
		return w
	}
	return w * g.step / g.scale
}

// grainOf finds the grain from noisy counts by digits.
func grainOf(count []int64, sigma float64) grainUnit {
	var more float64
	k := len(count) - 1
	for ; k > 0; k-- {
		if more += float64(count[k]); more > sure*sigma*math.Sqrt(float64(len(count)-k)) {
			break
		}
	}
	if k > places {
		return grainUnit{decimals: math.MaxInt}
	}
	return grainUnit{math.Pow10(k), 1, k}
}

// numeric is what is known of numbers before they are counted.
type numeric struct {
	grain grainUnit
	known Known
	edges []float64 // public intervals to look for the range in; nil: powers of two
	unit  Unit
}

// An interval of numbers, in units of the grain: both ends included with a
// grain, the lower one without.
type interval struct{ lo, hi float64 }

const (
	maxWhole = 256 // whole numbers in a range that are counted one by one
	maxCells = 128 // cells of one interval between edges
)

// number learns a part of numbers, NaN for missing.
func (f *private) number(x []float64, rho, delta float64, o numeric) (Part, Margin, bool) {
	p := Part{Unit: o.unit, Rare: -1, Scale: max(1, o.grain.scale), Step: o.grain.step}
	w := make([]float64, len(x))
	for i, v := range x {
		w[i] = o.grain.in(v)
	}
	fair := o.grain.step != 0
	edges, count := o.edges, []int64(nil)
	if o.known.Hi > o.known.Lo {
		lo, hi := o.grain.in(o.known.Lo), o.grain.in(o.known.Hi)
		for i := range w {
			w[i] = min(max(w[i], lo), hi)
		}
		if fair {
			hi++
		}
		edges, count = []float64{lo, hi}, []int64{int64(f.rows)}
	} else {
		if edges == nil {
			edges = powers(fair)
		}
		edges, count = f.occupied(w, edges, rho*.12)
		rho *= .88
	}
	if len(count) == 0 {
		return p, Margin{}, false
	}
	// Few whole numbers are counted one by one; else frequent values first.
	var atoms []float64
	var atomCount []int64
	var atomSigma float64
	whole := fair && edges[len(edges)-1]-edges[0] <= maxWhole
	if !whole && o.unit != Clock {
		g := f.noise(rho * .4)
		rho *= .6
		atoms, atomCount = f.atoms(w, g, delta)
		atomSigma = g.Sigma()
	}
	g := f.noise(rho)
	cells := f.cells(edges, count, whole, fair, g.Sigma())
	noisy := f.Ledger.Histogram(privacy.ForBins, count2(w, cells, atoms), g, f.rng)
	gone := float64(noisy[0])
	if p.Missing = gone > sure*g.Sigma(); !p.Missing {
		gone = 0
	}
	known := o.known.Hi > o.known.Lo || o.unit == Clock
	s := segments(cells, noisy[1:], g.Sigma(), known, fair)
	s = s.with(atoms, atomCount, atomSigma, fair)
	if len(s.pieces) == 0 {
		return p, Margin{}, false
	}
	half := 0.
	if fair {
		half = .499
	}
	for i, c := range s.pieces {
		lo, hi := c.lo, c.hi
		if hi > lo {
			lo, hi = lo-half, hi+half
		}
		p.add(o.grain.out(lo), o.grain.out(hi), max(1, int64(math.Round(s.count[i]))))
	}
	p.bins(f.cfg, f.cfg.Bins)
	p.shrink(f.cfg.Bins * 3 / 2)
	m := Margin{make([]float64, p.Width()), make([]float64, p.Width())}
	for b := range p.From {
		for k := p.From[b]; k < p.To[b]; k++ {
			m.Count[b] += max(0, s.count[k])
			m.Var[b] += s.vars[k]
		}
	}
	if p.Missing {
		m.Count[len(p.From)], m.Var[len(p.From)] = gone, g.Sigma()*g.Sigma()
	}
	return p, m, true
}

// powers are the powers of two, of both signs, and around 0.
func powers(fair bool) []float64 {
	least := -20
	if fair {
		least = 0
	}
	var e []float64
	for k := 52; k >= least; k-- {
		e = append(e, -math.Ldexp(1, k))
	}
	if fair {
		e = append(e, 0)
	}
	for k := least; k <= 52; k++ {
		e = append(e, math.Ldexp(1, k))
	}
	return e
}

// occupied returns the edges around the intervals that hold rows, and their
// noisy counts. An interval next to one that does needs less to be believed.
func (f *private) occupied(w, edges []float64, rho float64) ([]float64, []int64) {
	n := len(edges) - 1
	count := make([]int64, n)
	for _, v := range w {
		if v == v {
			count[min(max(sort.Search(len(edges), func(i int) bool { return edges[i] > v })-1, 0), n-1)]++
		}
	}
	noisy, sigma := f.ask(privacy.ForRanges, count, rho)
	first, last := n, -1
	for i, c := range noisy {
		if float64(c) > sure*sigma {
			first, last = min(first, i), i
		}
	}
	if last < 0 {
		return nil, nil
	}
	for first > 0 && float64(noisy[first-1]) > 2*sigma {
		first--
	}
	for last < n-1 && float64(noisy[last+1]) > 2*sigma {
		last++
	}
	return edges[first : last+2], noisy[first : last+1]
}

// atoms returns the frequent values, ascending.
func (f *private) atoms(w []float64, g privacy.Gaussian, delta float64) ([]float64, []int64) {
	sorted := present(w)
	slices.Sort(sorted)
	value, count := runs(sorted)
	least := max(int64(f.cfg.MinCount), int64(.004*f.rows))
	_, cells, noisy := f.Ledger.Frequent(privacy.ForValues, nil, count, g, delta, least, f.rng)
	out := make([]float64, len(cells))
	for i, c := range cells {
		out[i] = value[c]
	}
	return out, noisy
}

// cells cuts the intervals between edges so that each cell holds some sigmas
// of rows, as far as the intervals' counts tell.
func (f *private) cells(edges []float64, count []int64, whole, fair bool, sigma float64) (out []interval) {
	for i, n := range count {
		lo, hi := edges[i], edges[i+1]
		m := min(max(1, math.Floor(float64(n)/(3*sigma))), maxCells)
		if fair {
			m = min(m, hi-lo)
			if whole {
				m = hi - lo
			}
		}
		at := lo
		for k := 1.; k <= m; k++ {
			to := lo + (hi-lo)*k/m
			if !fair {
				out = append(out, interval{at, to})
			} else if to = math.Floor(to); to > at {
				out = append(out, interval{at, to - 1})
			}
			at = to
		}
	}
	return out
}

// count2 counts missing cells, and the others that are no atoms by interval;
// what lies outside counts to the nearest.
func count2(w []float64, cells []interval, atoms []float64) []int64 {
	out := make([]int64, 1+len(cells))
	for _, v := range w {
		if v != v {
			out[0]++
		} else if _, ok := slices.BinarySearch(atoms, v); !ok {
			i := sort.Search(len(cells), func(i int) bool { return cells[i].lo > v })
			out[max(1, i)]++
		}
	}
	return out
}

// pieces are intervals with noisy counts and the variance of their noise.
type pieces struct {
	pieces      []interval
	count, vars []float64
}

func (s *pieces) add(c interval, n, v float64) {
	s.pieces, s.count, s.vars = append(s.pieces, c), append(s.count, n), append(s.vars, v)
}

// segments joins neighbouring cells until each stands out of the noise, and
// ends the range where the tails do, unless it is known.
func segments(cells []interval, noisy []int64, sigma float64, known, fair bool) (s pieces) {
	n := len(cells)
	from, head := outermost(noisy, sigma)
	if from < 0 {
		return s
	}
	back := slices.Clone(noisy)
	slices.Reverse(back)
	to, tail := outermost(back, sigma)
	to = n - 1 - to
	lo, hi := cells[from].lo, cells[to].hi
	if known {
		lo, hi = cells[0].lo, cells[n-1].hi
	}
	v := sigma * sigma
	open := -1 // the first cell of the open piece
	var in, all float64
	for i := from; i <= to; i++ {
		if n := float64(noisy[i]); open >= 0 && n > 4*sigma && n > 3*in/float64(i-open) { // a spike
			s.add(interval{cells[open].lo, cells[i-1].hi}, in, v*float64(i-open))
			open = -1
		}
		if open < 0 {
			open, in = i, 0
		}
		in += float64(noisy[i])
		all += float64(noisy[i])
		m := float64(i + 1 - open)
		if i == to || in > 2.5*sigma*math.Sqrt(m) && i+1 <= to-tail+1 && i+1 >= from+head || i == to-tail {
			s.add(interval{cells[open].lo, cells[i].hi}, in, v*m)
			open = -1
		}
	}
	s.pieces[0].lo, s.pieces[len(s.pieces)-1].hi = lo, hi
	if !known {
		s.taperHigh(fair, beyond{cells[to+1:], noisy[to+1:], sigma}, cells[n-1].hi)
		s.mirror()
		for i, c := range cells {
			cells[i] = interval{-c.hi, -c.lo}
		}
		slices.Reverse(cells)
		s.taperHigh(fair, beyond{cells[n-from:], back[n-from:], sigma}, cells[n-1].hi)
		s.mirror()
	}
	return s
}

// outermost returns the first run of cells that stands out of the noise for
// certain, and its length; -1 if none does.
func outermost(noisy []int64, sigma float64) (at, length int) {
	at = -1
	need := 3.5 // there are more runs to be mistaken about than cells
	for m := 1; m <= 64 && m <= len(noisy); m *= 2 {
		var sum float64
		for i, n := range noisy {
			if sum += float64(n); i >= m {
				sum -= float64(noisy[i-m])
			}
			if i >= m-1 && sum > need*sigma*math.Sqrt(float64(m)) {
				if at < 0 || i < at {
					at, length = i-m+1, m
				}
				break
			}
		}
		need = 4
	}
	return at, length
}
