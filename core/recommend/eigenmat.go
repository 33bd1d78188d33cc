//go:build !js

package recommend

import (
	"gonum.org/v1/gonum/mat"

	"shoptwin/core"
)

// eigen returns the eigenvalues of a, n x n symmetric, ascending, and its
// eigenvectors as columns.
func eigen(a []float32, n int) ([]float64, *mat.Dense, error) {
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, (float64(a[i*n+j])+float64(a[j*n+i]))/2)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		return nil, nil, core.Errorf(core.Internal, "the eigenvalues of a matrix of %d rows were not found", n)
	}
	v := &mat.Dense{}
	e.VectorsTo(v)
	return e.Values(nil), v, nil
}
