// Package linear solves systems whose matrix is symmetric and positive
// definite, by Cholesky's factor (Golub and Van Loan, Matrix Computations, 4.2):
// from a few dozen unknowns, within what is fitted item by item, to a thousand,
// the codes of a table.
package linear

import "math"

// Cholesky factors the symmetric n×n matrix a (row-major, lower half read) in
// place into L with a = LL', and says whether a was positive definite: if not,
// a is spoilt. O(n³): a thousand unknowns take a tenth of a second.
func Cholesky(a []float64, n int) bool {
	for i := range n {
		row := a[i*n : (i+1)*n]
		for j := range i {
			row[j] = (row[j] - Dot(row[:j], a[j*n:])) / a[j*n+j]
		}
		sum := row[i] - Dot(row[:i], row)
		if !(sum > 1e-12) {
			return false
		}
		row[i] = math.Sqrt(sum)
	}
	return true
}

// Solve replaces b by the x with LL'x = b, l being what [Cholesky] left of an
// n×n matrix. A shorter b than n is the right side of the system's leading
// part, whose factor is the leading part of l. O(len(b)²).
func Solve(l, b []float64, n int) {
	Lower(l, b, n)
	for i := len(b) - 1; i >= 0; i-- {
		b[i] /= l[i*n+i]
		x := b[i]
		for j, v := range l[i*n : i*n+i] {
			b[j] -= x * v
		}
	}
}

// Lower replaces b by the x with Lx = b, the first half of [Solve].
func Lower(l, b []float64, n int) {
	for i := range b {
		b[i] = (b[i] - Dot(b[:i], l[i*n:])) / l[i*n+i]
	}
}

// Dot is the scalar product of x and the first len(x) of y, summed by fours:
// one addition need not wait for the other.
func Dot(x, y []float64) float64 {
	y = y[:len(x)]
	var a, b, c, d float64
	for len(x) >= 4 && len(y) >= 4 {
		a, b, c, d = a+x[0]*y[0], b+x[1]*y[1], c+x[2]*y[2], d+x[3]*y[3]
		x, y = x[4:], y[4:]
	}
	for i := range x {
		a += x[i] * y[i]
	}
	return a + b + (c + d)
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
