package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// special are arguments where functions go wrong.
var special = []float32{
	0, float32(math.Copysign(0, -1)), 1e-45, -1e-45, 1e-38, -1e-20, 1e-4, -1e-4, .6249, .625, -.625, .6251, 1, -1,
	7.9, -8, 9.01, -9.02, 20, -43, 44, 85.9, 86, 86.1, -86, -86.1, 87.9, 88, 88.1, -88, 1e4, -1e4, 3e38, -3e38,
	float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
}

// eachVector runs test over all short lengths, with the processor's functions
// and without.
func eachVector(t *testing.T, test func(t *testing.T, n int)) {
	lengths := func(t *testing.T) {
		for n := range 71 {
			test(t, n)
		}
		test(t, 1000)
	}
	t.Run("vectors", lengths)
	t.Run("plain Go", func(t *testing.T) { withoutVectors(func() { lengths(t) }) })
}

// TestFunctions compares the functions of one argument with float64.
func TestFunctions(t *testing.T) {
	for _, tt := range []struct {
		name     string
		f        func(y, x []float32)
		want     func(float64) float64
		relative float64
	}{
		{"exp", exp, func(x float64) float64 { return math.Exp(min(max(x, -86), 88)) }, 2e-7},
		{"sigmoid", sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-max(x, -86))) }, 3e-7},
		{"tanh", tanh, math.Tanh, 4e-7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			eachVector(t, func(t *testing.T, n int) {
				x := randoms(rng, n)
				for i := range x {
					switch rng.IntN(4) {
					case 0:
						x[i] *= 30
					case 1:
						x[i] = special[rng.IntN(len(special))]
					}
				}
				was := slices.Clone(x)
				y := make([]float32, n)
				tt.f(y, x)
				for i, v := range x {
					want := tt.want(float64(v))
					if v != v {
						if y[i] == y[i] {
							t.Fatalf("n=%d: %s(NaN) = %g", n, tt.name, y[i])
						}
						continue
					}
					if d := math.Abs(float64(y[i]) - want); !(d <= tt.relative*math.Abs(want)+1e-42) {
						t.Fatalf("n=%d: %s(%g) = %g, want %g", n, tt.name, v, y[i], want)
					}
					if math.Signbit(float64(y[i])) != math.Signbit(want) {
						t.Fatalf("n=%d: %s(%g) = %g has the wrong sign", n, tt.name, v, y[i])
					}
				}
				if n == 0 {
					return
				}
				// In place, and every element whatever its place: the same bits.
				tt.f(x, x)
				if !same(x, y) {
					t.Fatalf("n=%d: other bits in place", n)
				}
				k := rng.IntN(n)
				tt.f(x[k:], was[k:])
				if !same(x, y) {
					t.Fatalf("n=%d: other bits from element %d", n, k)
				}
			})
		})
	}
}

// same says whether two slices have equal bits, but for kinds of NaN.
func same(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(a, b float32) bool {
		return a != a && b != b || math.Float32bits(a) == math.Float32bits(b)
	})
}

// TestLinear compares what rounds once per operation: it is exact, so plain
// Go and all processors agree.
func TestLinear(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	eachVector(t, func(t *testing.T, n int) {
		a, b, c := randoms(rng, n), randoms(rng, n), float32(rng.NormFloat64())
		for i := range a {
			if rng.IntN(8) == 0 {
				a[i] *= 0 // of either sign
			}
		}
		for _, tt := range []struct {
			name string
			f    func(y []float32)
			want func(y float32, i int) float32
		}{
			{"add", func(y []float32) { add(y, a) }, func(y float32, i int) float32 { return y + a[i] }},
			{"mul", func(y []float32) { mul(y, a, b) }, func(_ float32, i int) float32 { return a[i] * b[i] }},
			{"mul in place", func(y []float32) { mul(y, y, b) }, func(y float32, i int) float32 { return y * b[i] }},
			{"mulAdd", func(y []float32) { mulAdd(y, a, b) }, func(y float32, i int) float32 { return y + float32(a[i]*b[i]) }},
			{"axpy", func(y []float32) { axpy(y, a, c) }, func(y float32, i int) float32 { return y + float32(c*a[i]) }},
			{"shift", func(y []float32) { shift(y, y, c) }, func(y float32, _ int) float32 { return y + c }},
			{"relu", relu, func(y float32, _ int) float32 { return max(y, 0) }},
			{"leaky", func(y []float32) { leaky(y, .2) }, func(y float32, _ int) float32 { return max(y, y*.2) }},
			{"slope", func(y []float32) { slope(y, y, a, .2) }, func(y float32, i int) float32 {
				if a[i] > 0 {
					return y
				}
				return y * .2
			}},
			{"Average", func(y []float32) { Average(y, a, .9) }, func(y float32, i int) float32 {
				decay := float32(.9)
				return float32(decay*y) + float32((1-decay)*a[i])
			}},
			{"scaleBy", func(y []float32) { scaleBy(y, c) }, func(y float32, _ int) float32 { return y * c }},
		} {
			y := randoms(rng, n)
			want := make([]float32, n)
			for i, v := range y {
				want[i] = tt.want(v, i)
			}
			tt.f(y)
			if !same(y, want) {
				t.Fatalf("n=%d: %s gives %v, want %v", n, tt.name, y, want)
			}
		}
	})
}

// TestSums compares sums with float64, and one length's order with itself.
func TestSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	eachVector(t, func(t *testing.T, n int) {
		a, b := randoms(rng, n), randoms(rng, n+3)
		sum, product, size, top := 0.0, 0.0, 0.0, math.Inf(-1)
		for i, v := range a {
			sum += float64(v)
			product += float64(v) * float64(b[i])
			size += math.Abs(float64(v)) * (1 + math.Abs(float64(b[i])))
			top = max(top, float64(v))
		}
		near := 1e-6*size + 1e-12
		if s := sumOf(a); math.Abs(float64(s)-sum) > near {
			t.Fatalf("n=%d: sum %g, want %g", n, s, sum)
		}
		if s := dot(a, b); math.Abs(float64(s)-product) > near {
			t.Fatalf("n=%d: dot %g, want %g", n, s, product)
		}
		if n == 0 {
			return
		}
		if m := maxOf(a); float64(m) != top {
			t.Fatalf("n=%d: maximum %g, want %g", n, m, top)
		}
		moved := append(make([]float32, 1, n+1), a...)[1:] // another alignment
		if dot(moved, b) != dot(a, b) || sumOf(moved) != sumOf(a) {
			t.Fatalf("n=%d: other bits at another address", n)
		}
	})
}

// BenchmarkVectors times the processor's functions and plain Go in turn, on
// slices that the first-level cache holds; the best of the rounds counts.
func BenchmarkVectors(b *testing.B) {
	const n = 1000
	rng := rand.New(rand.NewPCG(7, 8))
	x, y, g := randoms(rng, n), make([]float32, n), randoms(rng, n)
	w, state := randoms(rng, n), Adam{}
	for _, bb := range []struct {
		name string
		f    func()
	}{
		{"exp", func() { exp(y, x) }},
		{"sigmoid", func() { sigmoid(y, x) }},
		{"tanh", func() { tanh(y, x) }},
		{"axpy", func() { axpy(y, x, 1e-9) }},
		{"dot", func() { y[0] = dot(x, g) }},
		{"softmax", func() { Softmax(y, x) }},
		{"Adam", func() { state.Update(w, g, AdamRule{Rate: 1e-9, Beta1: .9, Beta2: .99, Step: 9}) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			round := func() float64 {
				from := b.Elapsed()
				for range 100 {
					bb.f()
				}
				return float64((b.Elapsed() - from).Nanoseconds()) / (100 * n)
			}
			fast, slow := math.Inf(1), math.Inf(1)
			for b.Loop() {
				fast = min(fast, round())
				withoutVectors(func() { slow = min(slow, round()) })
			}
			b.ReportMetric(fast, "ns/element")
			b.ReportMetric(slow, "ns/element-plain")
		})
	}
}
