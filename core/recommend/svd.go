package recommend

import (
	"context"
	"math"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// svd returns the largest singular values of the matrix, which are at most 1,
// and its right singular vectors, items x rank row-major. From a random block
// with oversampling (Halko, Martinsson and Tropp, Finding Structure with
// Randomness, 2011) it goes on with Chebyshev's polynomials, which damp what
// lies below the block, and rotates to Ritz vectors each time (Zhou and Saad, A
// Chebyshev-Davidson Algorithm, 2007). The same matrix gives the same vectors.
func svd(ctx context.Context, m matrix, rank int, report func(core.Progress)) ([]float64, []float32, error) {
	users, items := m.byCustomer.Rows, m.byItem.Rows
	wide := min(rank+max(16, rank/4), items, users)
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, items*wide)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	y, z := make([]float32, users*wide), make([]float32, items*wide)
	// square sets to to m'm x.
	square := func(to, x []float32) {
		times(y, m.byCustomer, x, wide)
		times(to, m.byItem, y, wide)
	}
	var value []float64 // squares of singular values, descending
	const rounds = 7
	for round := range rounds {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if round < 2 {
			square(z, x)
			x, z = z, x
		} else {
			x, z = chebyshev(square, x, z, max(float32(value[wide-1]), float32(value[0]/1000)))
		}
		if err := orthonormal(x, items, wide); err != nil {
			return nil, nil, err
		}
		// Rayleigh and Ritz: the eigenvectors of x' m'm x.
		times(y, m.byCustomer, x, wide)
		small := make([]float32, wide*wide)
		nn.Sgemm(true, false, wide, wide, users, 1, y, wide, y, wide, 0, small, wide)
		ascending, vector, err := eigen(small, wide)
		if err != nil {
			return nil, nil, err
		}
		value = value[:0]
		for j := range wide {
			value = append(value, math.Max(0, ascending[wide-1-j]))
			for i := range wide {
				small[i*wide+j] = float32(vector.At(i, wide-1-j))
			}
		}
		nn.Sgemm(false, false, items, wide, wide, 1, x, wide, small, wide, 0, z, wide)
		x, z = z, x
		if report != nil {
			report(core.Progress{Stage: "fit", Done: int64(round + 1), Total: rounds, Unit: "steps"})
		}
	}
	v, sigma := make([]float32, items*rank), make([]float64, rank)
	for i := range items {
		copy(v[i*rank:(i+1)*rank], x[i*wide:])
	}
	for j := range sigma {
		sigma[j] = math.Sqrt(value[j])
	}
	return sigma, v, nil
}

// chebyshev returns T_3(2/b M - 1) x and room, M being square and b the end of
// the damped part of its spectrum. A higher degree would let the largest
// eigenvalue drown the others in single precision, and so would a b of next to
// nothing, as it is where customers are few or alike: single precision ends.
func chebyshev(square func(to, x []float32), x, z []float32, b float32) (result, room []float32) {
	b = max(b, 1e-6)
	step := func(to, x []float32, by float32, less []float32) { // to = by (2/b M - 1) x - less
		square(to, x)
		core.Parallel(16, func(p int) {
			lo, hi := len(to)*p/16, len(to)*(p+1)/16
			for i := lo; i < hi; i++ {
				to[i] = by * (2/b*to[i] - x[i])
				if less != nil {
					to[i] -= less[i]
				}
			}
		})
	}
	first, second := z, make([]float32, len(x))
	step(first, x, 1, nil)
	step(second, first, 2, x)
	third := x
	before := first
	step(third, second, 2, before)
	return third, second
}
