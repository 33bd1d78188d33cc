package promo

import "math"

// cholesky factors the symmetric n×n matrix a (row-major, lower half read) in
// place into L with a = LL', and says whether a was positive definite.
func cholesky(a []float64, n int) bool {
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

// solve replaces b by the x with LL'x = b.
func solve(l, b []float64, n int) {
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

// inverse fills inv (n×n) with the inverse of LL'.
func inverse(l, inv []float64, n int) {
	col := make([]float64, n)
	for j := range n {
		clear(col)
		col[j] = 1
		solve(l, col, n)
		for i := range n {
			inv[i*n+j] = col[i]
		}
	}
}
