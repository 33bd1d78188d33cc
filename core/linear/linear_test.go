package linear

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestCholesky(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n = 6
	a, x := make([]float64, n*n), make([]float64, n)
	g := make([]float64, n*n)
	for i := range g {
		g[i] = rng.NormFloat64()
	}
	for i := range n {
		x[i] = rng.NormFloat64()
		for j := range n {
			for k := range n {
				a[i*n+j] += g[i*n+k] * g[j*n+k]
			}
		}
		a[i*n+i]++
	}
	b := make([]float64, n)
	for i := range n {
		for j := range n {
			b[i] += a[i*n+j] * x[j]
		}
	}
	l := append([]float64(nil), a...)
	if !Cholesky(l, n) {
		t.Fatal("not positive definite")
	}
	Solve(l, b, n)
	for i := range n {
		if math.Abs(b[i]-x[i]) > 1e-9 {
			t.Errorf("x[%d] is %v, want %v", i, b[i], x[i])
		}
	}
	// The leading part of the factor is that of the matrix's leading part.
	const m = 4
	lead := make([]float64, m)
	for i := range m {
		for j := range m {
			lead[i] += a[i*n+j] * x[j]
		}
	}
	Solve(l, lead, n)
	for i := range m {
		if math.Abs(lead[i]-x[i]) > 1e-9 {
			t.Errorf("leading part: x[%d] is %v, want %v", i, lead[i], x[i])
		}
	}
	InvertLower(l, n)
	for i := range n {
		for j := range n {
			sum := 0.0 // row i of the inverse M'M by column j of a
			for k := range n {
				for r := max(i, k); r < n; r++ {
					sum += l[r*n+i] * l[r*n+k] * a[k*n+j]
				}
			}
			want := 0.0
			if i == j {
				want = 1
			}
			if math.Abs(sum-want) > 1e-9 {
				t.Errorf("inverse by a at %d, %d is %v", i, j, sum)
			}
		}
	}
	if Cholesky([]float64{1, 0, 2, 1}, 2) || Cholesky([]float64{math.NaN()}, 1) {
		t.Error("an indefinite matrix is factored")
	}
}
