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
		sizes := []int{0, 1, 2, 3, 5, 7, 11, 12, 13, 15, 16, 17, 31, 32, 33, 47, 64, 97, 150}
		products := 400
		if testing.Short() { // as under emulation
			products = 100
		}
		for range products {
			m, n, k := sizes[rng.IntN(len(sizes))], sizes[rng.IntN(len(sizes))], sizes[rng.IntN(len(sizes))]
			if rng.IntN(20) == 0 {
				k = depth + rng.IntN(depth+40) // more than one panel deep
			}
			page := rng.IntN(10) == 0
			if page { // A is copied
				n = 128 + rng.IntN(70)
			}
			transA, transB := rng.IntN(2) == 0, rng.IntN(2) == 0
			side := func(trans bool, rows, cols int) ([]float32, int) {
				if trans {
					rows, cols = cols, rows
				}
				ld := max(1, cols+rng.IntN(3))
				if page {
					ld = 1024
				}
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

// forms are the products of A and B as they are, of B transposed and of A
// transposed.
var forms = []struct {
	name           string
	transA, transB bool
}{{"NN", false, false}, {"NT", false, true}, {"TN", true, false}}

// strides returns how far the rows of A and B are apart as stored without gaps.
func strides(transA, transB bool, m, n, k int) (lda, ldb int) {
	lda, ldb = k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	return lda, ldb
}

func TestSgemmThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	counts := []int{1, 2, 3, 8}
	if testing.Short() {
		counts = []int{1, 3}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for _, s := range [][3]int{{500, 199, 384}, {128, 199, 500}, {37, 600, 800}, {900, 5, 100}, {1024, 300, 40}, {60, 140, 1024}} {
		m, n, k := s[0], s[1], s[2]
		a, b := randoms(rng, m*k), randoms(rng, k*n)
		for _, f := range forms {
			lda, ldb := strides(f.transA, f.transB, m, n, k)
			var first []float32
			for _, threads := range counts {
				runtime.GOMAXPROCS(threads)
				c := make([]float32, m*n)
				Sgemm(f.transA, f.transB, m, n, k, 1, a, lda, b, ldb, 0, c, n)
				if first == nil {
					first = c
				} else if !slices.Equal(c, first) {
					t.Fatalf("%s %v: %d threads give other bits than one", f.name, s, threads)
				}
			}
		}
	}
}

// TestSgemmSplit computes a product whole and by rows: a tile's height must
// not change a bit, nor whether A is copied.
func TestSgemmSplit(t *testing.T) {
	every(t, func(t *testing.T) {
		for _, s := range [][3]int{{29, 70, 50}, {150, 140, 30}, {1024, 130, 9}, {20, 130, 1024}} {
			m, n, k := s[0], s[1], s[2]
			rng := rand.New(rand.NewPCG(5, 6))
			a, b := randoms(rng, m*k), randoms(rng, k*n)
			for _, f := range forms {
				lda, ldb := strides(f.transA, f.transB, m, n, k)
				whole, rows := make([]float32, m*n), make([]float32, m*n)
				Sgemm(f.transA, f.transB, m, n, k, 1, a, lda, b, ldb, 0, whole, n)
				for i := range m {
					at := i * lda
					if f.transA {
						at = i
					}
					Sgemm(f.transA, f.transB, 1, n, k, 1, a[at:], lda, b, ldb, 0, rows[i*n:], n)
				}
				if !slices.Equal(whole, rows) {
					t.Fatalf("%s %v: row by row gives other bits than the whole", f.name, s)
				}
			}
		}
	})
}

func BenchmarkSgemm(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, s := range [][3]int{{500, 256, 256}, {500, 256, 400}, {50, 256, 4000}, {256, 256, 500}, {4000, 256, 50}, {1024, 1024, 1024}} {
		m, n, k := s[0], s[1], s[2]
		x, y, z := randoms(rng, m*k), randoms(rng, k*n), make([]float32, m*n)
		for _, f := range forms {
			lda, ldb := strides(f.transA, f.transB, m, n, k)
			b.Run(fmt.Sprintf("%s_%dx%dx%d", f.name, m, n, k), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Sgemm(f.transA, f.transB, m, n, k, 1, x, lda, y, ldb, 0, z, n)
				}
				gflops(b, 2*m*n*k)
			})
		}
	}
}

// gflops reports billions of operations a second, for so many in a turn.
func gflops(b *testing.B, operations int) {
	b.ReportMetric(float64(operations)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
