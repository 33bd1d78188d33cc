package train

// This file keeps the peace with Gorgonia 0.9.18, which nobody maintains. Its
// faults are worked around here or where this list says, and the rest of the
// package relies on it:
//
//   - Graphs share constants that hash themselves on first use: building.
//   - Equal ops on equal inputs merge, though layers differ in what they hold:
//     every op has a hash of its own (tag.Hashcode).
//   - Its own ops allocate and iterate: layers are fused into one op, and a
//     product that is left is ours (blas32).
//   - Its machine allocates five times an op: our tape is a VM, too.
//   - The gradient of a gradient is wrong through smooth activations, by 13 to
//     77 %: a layer's backward pass has no derivative, so that Grad of Grad is
//     an error. Where second derivatives are wanted, the backward pass of a
//     piecewise linear layer is a layer itself (nn.DenseGrad).
//   - It panics under Go versions it does not know: the blank import below.

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
