package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// every runs test once with each instruction set this machine has.
func every(t *testing.T, test func(t *testing.T)) {
	best := kernels
	defer func() { kernels = best }()
	for _, set := range append(allKernels(), []kernel{goKernel}) {
		kernels = set
		t.Run(fmt.Sprintf("nr=%d", set[0].nr), test)
	}
}

func randoms(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// naive is the definition, in float64.
func naive(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	at := func(trans bool, x []float32, ld, i, j int) float64 {
		if trans {
			i, j = j, i
		}
		return float64(x[i*ld+j])
	}
	for i := range m {
		for j := range n {
			s := 0.0
			for p := range k {
				s += at(transA, a, lda, i, p) * at(transB, b, ldb, p, j)
			}
			s *= float64(alpha)
			if beta != 0 {
				s += float64(beta) * float64(c[i*ldc+j])
			}
			c[i*ldc+j] = float32(s)
		}
	}
}

func TestSgemm(t *testing.T) {
	every(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		sizes := []int{0, 1, 2, 3, 5, 7, 11, 12, 13, 15, 16, 17, 31, 32, 33, 47, 64, 97}
		for range 400 {
			m, n, k := sizes[rng.IntN(len(sizes))], sizes[rng.IntN(len(sizes))], sizes[rng.IntN(len(sizes))]
			if rng.IntN(20) == 0 {
				k = depth + rng.IntN(depth+40) // more than one panel deep
			}
			transA, transB := rng.IntN(2) == 0, rng.IntN(2) == 0
			side := func(trans bool, rows, cols int) ([]float32, int) {
				if trans {
					rows, cols = cols, rows
				}
				ld := max(1, cols+rng.IntN(3))
				return randoms(rng, rows*ld), ld
			}
			a, lda := side(transA, m, k)
			b, ldb := side(transB, k, n)
			c, ldc := side(false, m, n)
			alpha := []float32{1, 1, .5, 0}[rng.IntN(4)]
			beta := []float32{0, 1, -.5}[rng.IntN(3)]
			want := slices.Clone(c)
			naive(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, want, ldc)
			if beta == 0 { // what was in C does not matter
				for i := range m {
					for j := range n {
						c[i*ldc+j] = float32(math.NaN())
					}
				}
			}
			Sgemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			for i, w := range want {
				if d := math.Abs(float64(c[i] - w)); !(d <= 1e-5*math.Sqrt(float64(k)+1)*8) {
					t.Fatalf("%dx%dx%d transA=%v transB=%v alpha=%g beta=%g: element %d is %g, want %g", m, n, k, transA, transB, alpha, beta, i, c[i], w)
				}
			}
		}
	})
}

func TestSgemmThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(3, 4))
	for _, s := range [][3]int{{500, 199, 384}, {128, 199, 500}, {37, 600, 800}, {900, 5, 100}} {
		m, n, k := s[0], s[1], s[2]
		a, b := randoms(rng, m*k), randoms(rng, k*n)
		var first []float32
		for _, threads := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(threads)
			for _, trans := range [][2]bool{{false, false}} {
				c := make([]float32, m*n)
				Sgemm(trans[0], trans[1], m, n, k, 1, a, k, b, n, 0, c, n)
				if first == nil {
					first = c
				} else if !slices.Equal(c, first) {
					t.Fatalf("%v: %d threads give other bits than one", s, threads)
				}
			}
		}
	}
}

// TestSgemmSplit computes a product whole and by rows: a tile's height must
// not change a bit.
func TestSgemmSplit(t *testing.T) {
	every(t, func(t *testing.T) {
		const m, n, k = 29, 70, 50
		rng := rand.New(rand.NewPCG(5, 6))
		a, b := randoms(rng, m*k), randoms(rng, k*n)
		whole, rows := make([]float32, m*n), make([]float32, m*n)
		Sgemm(false, false, m, n, k, 1, a, k, b, n, 0, whole, n)
		for i := range m {
			Sgemm(false, false, 1, n, k, 1, a[i*k:], k, b, n, 0, rows[i*n:], n)
		}
		if !slices.Equal(whole, rows) {
			t.Fatal("row by row gives other bits than the whole")
		}
	})
}

func BenchmarkSgemm(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, s := range []struct {
		transA, transB bool
		m, n, k        int
	}{
		{false, false, 500, 199, 384},
		{false, false, 500, 128, 256},
		{false, false, 500, 256, 256},
		{true, false, 384, 199, 500},
		{false, true, 500, 256, 199},
		{true, false, 199, 199, 250},
		{false, false, 1024, 1024, 1024},
	} {
		name := fmt.Sprintf("%c%c_%dx%dx%d", "NT"[b2i(s.transA)], "NT"[b2i(s.transB)], s.m, s.n, s.k)
		b.Run(name, func(b *testing.B) {
			x, y, z := randoms(rng, s.m*s.k), randoms(rng, s.k*s.n), make([]float32, s.m*s.n)
			lda, ldb := s.k, s.n
			if s.transA {
				lda = s.m
			}
			if s.transB {
				ldb = s.k
			}
			b.ReportAllocs()
			for b.Loop() {
				Sgemm(s.transA, s.transB, s.m, s.n, s.k, 1, x, lda, y, ldb, 0, z, s.n)
			}
			b.ReportMetric(2*float64(s.m*s.n*s.k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
