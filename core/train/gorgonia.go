package train

// This file keeps the peace with Gorgonia 0.9.18, which nobody maintains. Its
// faults are worked around here, one comment each; the rest of the package
// relies on it.

import (
	"sync"

	// Gorgonia panics at start unless it is told that this Go version does
	// not move memory; the version it asks for itself knows no Go after 1.20.
	_ "go4.org/unsafe/assume-no-moving-gc"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"gorgonia.org/gorgonia"

	"shoptwin/core/nn"
)

// building is held while a graph is built, differentiated and compiled:
// Gorgonia's constants are shared by all graphs and hash themselves on first
// use. Running a finished tape needs no lock.
var building sync.Mutex

// Gorgonia's default product is 8 times slower than ours. All ops of this
// package bring their own arithmetic; this serves Gorgonia's own ops where a
// graph has some.
func init() { gorgonia.Use(blas32{}) }

// blas32 is gonum's BLAS with our Sgemm.
type blas32 struct{ gonum.Implementation }

func (blas32) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	nn.Sgemm(tA != blas.NoTrans, tB != blas.NoTrans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}
