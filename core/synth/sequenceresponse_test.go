package synth

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestResponse solves as a dense matrix does: the covariance in classes of
// baskets, plus the ridge.
func TestResponse(t *testing.T) {
	const counts = 30
	rng := rand.New(rand.NewPCG(3, 1))
	r := newResponse(counts)
	dense := mat.NewSymDense(counts, nil)
	held := map[int][][]float64{} // by the bits of the size
	for range 400 {
		size := 1 + rng.IntN(9)
		var ids []int32
		x := make([]float64, counts)
		for range size {
			i := min(rng.IntN(counts), rng.IntN(counts))
			ids = append(ids, int32(i))
			x[i]++
		}
		r.basket(size, ids)
		class := math.Ilogb(float64(size))
		held[class] = append(held[class], x)
	}
	for _, rows := range held {
		for i := range counts {
			for j := range i + 1 {
				var a, b, ab float64
				for _, x := range rows {
					a, b, ab = a+x[i], b+x[j], ab+x[i]*x[j]
				}
				dense.SetSym(i, j, dense.At(i, j)+ab-a*b/float64(len(rows)))
			}
		}
	}
	miss, ridge := make([]float64, counts), make([]float64, counts)
	for i := range miss {
		miss[i], ridge[i] = rng.NormFloat64(), 1+rng.Float64()
		dense.SetSym(i, i, dense.At(i, i)+ridge[i])
	}
	var want mat.VecDense
	if err := want.SolveVec(dense, mat.NewVecDense(counts, miss)); err != nil {
		t.Fatal(err)
	}
	for i, x := range r.solve(miss, ridge) {
		if d := math.Abs(x - want.AtVec(i)); d > 1e-3*mat.Norm(&want, math.Inf(1)) {
			t.Errorf("%d: %g, dense %g", i, x, want.AtVec(i))
		}
	}
}
