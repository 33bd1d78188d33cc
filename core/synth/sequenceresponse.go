package synth

import (
	"math/bits"
	"slices"
)

// response tells how often a sample's items and pairs of items would be drawn
// if something were added to their logits. Given its size, a basket is nearly
// of an exponential family, in which a count's derivative by a logit is the
// covariance of both counts; so that of baskets of like size is taken, sizes
// being alike that have equally many bits.
type response struct {
	counts int     // things that are counted
	ids    []int32 // what basket b holds, as often as it does, from from[b] to from[b+1]
	from   []int32
	class  []uint8
}

func newResponse(counts int) response { return response{counts: counts, from: []int32{0}} }

// basket notes what a basket of so many lines holds.
func (r *response) basket(size int, ids []int32) {
	r.ids = append(r.ids, ids...)
	r.from = append(r.from, int32(len(r.ids)))
	r.class = append(r.class, uint8(bits.Len(uint(size))))
}

// Limits of solve.
const (
	solveRounds = 100
	solveNear   = 1e-4
)

// solve returns the x for which (covariance + ridge)·x = miss, what Newton's
// method would add to the logits to draw miss more. ridge is diagonal, and
// greater than 0. By conjugate gradients, scaled by the diagonal (Hestenes and
// Stiefel 1952); O(solveRounds times what baskets hold).
func (r *response) solve(miss, ridge []float64) []float64 {
	mean, size := r.means()
	diagonal := slices.Clone(ridge)
	for _, id := range r.ids {
		diagonal[id]++
	}
	for c, m := range mean {
		for i, x := range m {
			diagonal[i] -= size[c] * x * x
		}
	}
	for i := range diagonal {
		diagonal[i] = max(diagonal[i], ridge[i])
	}
	n := r.counts
	x, left, z, q := make([]float64, n), slices.Clone(miss), make([]float64, n), make([]float64, n)
	for i := range z {
		z[i] = left[i] / diagonal[i]
	}
	p := slices.Clone(z)
	was := inner(left, z)
	near := solveNear * solveNear * was
	for round := 0; round < solveRounds && was > near; round++ {
		r.times(q, p, ridge, mean, size)
		by := was / inner(p, q)
		for i := range x {
			x[i] += by * p[i]
			left[i] -= by * q[i]
			z[i] = left[i] / diagonal[i]
		}
		now := inner(left, z)
		for i := range p {
			p[i] = z[i] + now/was*p[i]
		}
		was = now
	}
	return x
}

// means returns what baskets of each class hold on average, and how many there
// are; nil where there are none.
func (r *response) means() (mean [65][]float64, size [65]float64) {
	for b, c := range r.class {
		if mean[c] == nil {
			mean[c] = make([]float64, r.counts)
		}
		size[c]++
		for _, id := range r.ids[r.from[b]:r.from[b+1]] {
			mean[c][id]++
		}
	}
	for c, m := range mean {
		for i := range m {
			m[i] /= size[c]
		}
	}
	return mean, size
}

// times sets out to (covariance + ridge)·v.
func (r *response) times(out, v, ridge []float64, mean [65][]float64, size [65]float64) {
	for i := range out {
		out[i] = ridge[i] * v[i]
	}
	for b := range r.class {
		ids, sum := r.ids[r.from[b]:r.from[b+1]], 0.
		for _, id := range ids {
			sum += v[id]
		}
		for _, id := range ids {
			out[id] += sum
		}
	}
	for c, m := range mean {
		if m == nil {
			continue
		}
		sum := size[c] * inner(m, v)
		for i, x := range m {
			out[i] -= sum * x
		}
	}
}

func inner(a, b []float64) (sum float64) {
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}
