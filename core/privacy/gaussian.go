package privacy

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// Gaussian is noise of the discrete Gaussian distribution on the integers:
// P(x) ∝ exp(-x²/2V). Counts that differ by at most k in Euclidean length
// between neighbours cost k²/2V when each gets such noise (Canonne, Kamath and
// Steinke 2020, theorem 14), as with the continuous one.
type Gaussian struct {
	V uint64 // sigma squared, whole, from 1 to 2^28
}

const maxV = 1 << 28

// NewGaussian returns the noise of least variance at which counts that one
// row changes by one cost at most rho if neighbours differ in that many rows.
// It is false where even the largest variance costs more.
func NewGaussian(rho float64, rows int) (Gaussian, bool) {
	v := math.Ceil(float64(rows) * float64(rows) / (2 * rho))
	if !(v <= maxV) {
		return Gaussian{maxV}, false
	}
	return Gaussian{max(1, uint64(v))}, true
}

// Cost returns the rho of one histogram with this noise.
func (g Gaussian) Cost(rows int) float64 { return float64(rows) * float64(rows) / (2 * float64(g.V)) }

// Sigma returns the parameter's root; the standard deviation is a little less.
func (g Gaussian) Sigma() float64 { return math.Sqrt(float64(g.V)) }

// Draw returns one such number, exactly: no floating point is used. rng must
// be unpredictable if anything depends on it, such as rand.ChaCha8 seeded
// by the system's source. About ten numbers of rng.
//
// Rejection from the discrete Laplace (algorithm 3 of the paper).
func (g Gaussian) Draw(rng *rand.Rand) int64 {
	t := uint64(math.Sqrt(float64(g.V))) + 1 // any t is right; near sigma is fast
	den := 2 * g.V * t * t                   // at most 2^58
	for {
		y := laplace(rng, t)
		x := uint64(max(y, -y))
		if x > 1<<36/t {
			continue // beyond 256 sigma, which does not happen
		}
		// exp(-(|y| - V/t)² / 2V)
		d := x*t - g.V
		if x*t < g.V {
			d = g.V - x*t
		}
		hi, lo := bits.Mul64(d, d)
		if hi >= den {
			continue
		}
		whole, rest := bits.Div64(hi, lo, den)
		if expWhole(rng, whole) && expBelow1(rng, rest, den) {
			return y
		}
	}
}

// laplace draws from P(y) ∝ exp(-|y|/t) (algorithm 2).
func laplace(rng *rand.Rand, t uint64) int64 {
	for {
		u := rng.Uint64N(t)
		if !expBelow1(rng, u, t) {
			continue
		}
		v := uint64(0)
		for expBelow1(rng, 1, 1) {
			v++
		}
		y := int64(u + t*v)
		if rng.Uint64()&1 == 0 {
			return y
		}
		if y != 0 {
			return -y
		}
	}
}

// bernoulliExp returns true with probability exp(-num/den), exactly.
func bernoulliExp(rng *rand.Rand, num, den uint64) bool {
	return expWhole(rng, num/den) && expBelow1(rng, num%den, den)
}

// expWhole returns true with probability exp(-n).
func expWhole(rng *rand.Rand, n uint64) bool {
	for ; n > 0; n-- {
		if !expBelow1(rng, 1, 1) {
			return false
		}
	}
	return true
}

// expBelow1 returns true with probability exp(-num/den), num <= den
// (algorithm 1: the alternating series, term by term).
func expBelow1(rng *rand.Rand, num, den uint64) bool {
	for k := uint64(1); ; k++ {
		if rng.Uint64N(den) >= num || rng.Uint64N(k) != 0 {
			return k&1 == 1
		}
	}
}

// Beyond returns P(x >= n), rounded up a little.
func (g Gaussian) Beyond(n int64) float64 {
	v := 2 * float64(g.V)
	mass := func(x float64) float64 { return math.Exp(-x * x / v) }
	far := 40 * g.Sigma()
	var all, tail float64
	for x := math.Ceil(far); x > 0; x-- { // small ones first
		all += mass(x)
		if x >= float64(max(n, -n+1)) {
			tail += mass(x)
		}
	}
	p := tail / (1 + 2*all)
	if n <= 0 { // P(x >= n) = 1 - P(x >= -n+1)
		p = 1 - p
	}
	return min(1, p*(1+1e-9)+1e-300)
}

// Threshold returns the least count that may be shown although nobody said
// that there is anything to count: a level that only one person has reaches
// it, with this noise, with probability delta at most over all of the
// person's rows.
func (g Gaussian) Threshold(delta float64, rows int) int64 {
	lo, hi := int64(0), int64(40*g.Sigma())+1
	for lo < hi {
		if mid := (lo + hi) / 2; float64(rows)*g.Beyond(mid) <= delta {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo + int64(rows)
}

// Histogram spends on noise for count and returns it with the noise on every
// cell; a row of the table is in one cell at most.
func (l *Ledger) Histogram(what string, count []int64, g Gaussian, rng *rand.Rand) []int64 {
	l.Spend(what, g.Cost(l.Rows()), 0)
	out := make([]int64, len(count))
	for i, n := range count {
		out[i] = n + g.Draw(rng)
	}
	return out
}

// Frequent spends on one histogram of cells that are listed beforehand,
// whatever the data, and cells found in it. All of the former are returned
// with their noise; of the latter those whose noisy count reaches a threshold,
// at a chance of delta that one is shown which only one person has. least is
// a threshold of the caller's own. Found cells must all hold something: an
// empty one is not told from one that is not there.
func (l *Ledger) Frequent(what string, listed, found []int64, g Gaussian, delta float64, least int64, rng *rand.Rand) (known []int64, cells []int, noisy []int64) {
	l.Spend(what, g.Cost(l.Rows()), delta)
	known = make([]int64, len(listed))
	for i, n := range listed {
		known[i] = n + g.Draw(rng)
	}
	limit := max(least, g.Threshold(delta, l.Rows()))
	for i, n := range found {
		if n <= 0 {
			continue
		}
		if x := n + g.Draw(rng); x >= limit {
			cells, noisy = append(cells, i), append(noisy, x)
		}
	}
	return known, cells, noisy
}
