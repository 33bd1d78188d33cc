// Package linear solves systems whose matrix is symmetric and positive
// definite, by Cholesky's factor (Golub and Van Loan, Matrix Computations, 4.2):
// for a few dozen unknowns, within what is fitted item by item.
package linear

import "math"

// Cholesky factors the symmetric n×n matrix a (row-major, lower half read) in
// place into L with a = LL', and says whether a was positive definite: if not,
// a is spoilt. O(n³).
func Cholesky(a []float64, n int) bool {
	for i := range n {
		for j := range i + 1 {
			sum := a[i*n+j]
			for k := range j {
				sum -= a[i*n+k] * a[j*n+k]
			}
			if i == j {
				if !(sum > 1e-12) {
					return false
				}
				a[i*n+i] = math.Sqrt(sum)
			} else {
				a[i*n+j] = sum / a[j*n+j]
			}
		}
	}
	return true
}

// Solve replaces b by the x with LL'x = b, l being what [Cholesky] left. O(n²).
func Solve(l, b []float64, n int) {
	for i := range n {
		for k := range i {
			b[i] -= l[i*n+k] * b[k]
		}
		b[i] /= l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= l[k*n+i] * b[k]
		}
		b[i] /= l[i*n+i]
	}
}

// InvertLower replaces the lower triangle of l by that of its inverse. With
// M the inverse, (LL')⁻¹ is M'M, and the sums of squares of M's columns are
// its diagonal.
func InvertLower(l []float64, n int) {
	for j := range n {
		l[j*n+j] = 1 / l[j*n+j]
		for i := j + 1; i < n; i++ {
			sum := 0.0
			for k := j; k < i; k++ {
				sum -= l[i*n+k] * l[k*n+j]
			}
			l[i*n+j] = sum / l[i*n+i]
		}
	}
}
