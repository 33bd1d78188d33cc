package recommend

import (
	"context"
	"math"
	"testing"
)

// TestSpectral: with a straight line for f and no power it is GF-CF without its
// ideal filter, of any degree; a plateau agrees with the same polynomial of P
// computed densely.
func TestSpectral(t *testing.T) {
	l := habits(70, 30, 6, 9)
	fit := func(m Method) []float32 {
		s, err := m.Fit(context.Background(), l, nil)
		if err != nil {
			t.Fatal(err)
		}
		hs := make([]History, 37) // more than two rounds of sixteen
		for c := range hs {
			hs[c] = l.History(c)
		}
		hs[3].Customer, hs[5] = -1, History{Customer: -1}
		out := make([]float32, len(hs)*len(l.Items))
		s.Score(hs, out)
		return out
	}
	straight := fit(GFCF(Filter{Ideal: 1e-12}))
	for _, degree := range []int{1, 2, 8} {
		for i, x := range fit(Spectral(Spectrum{Degree: degree, Flat: 1, Known: 1e-9})) {
			if math.Abs(float64(x-straight[i])) > 1e-5 {
				t.Fatalf("degree %d: score %d is %g, GF-CF's %g", degree, i, x, straight[i])
			}
		}
	}

	// Densely.
	norm, _, _ := newMatrix(l, nil).normed()
	n := len(l.Items)
	p := gram(norm)
	f := func(x float64) float64 { return .5 - math.Copysign(.5*math.Pow(math.Abs(x), 1.2), x) }
	coef := interpolated(4, f)
	have := newMatrix(l, nil)
	down, up := powers(have.byItem, -.45), powers(have.byItem, .45)
	times := func(x []float64) []float64 { // 1 - 2P
		y := make([]float64, n)
		for i := range y {
			y[i] = x[i]
			for j := range x {
				y[i] -= 2 * float64(p[i*n+j]) * x[j]
			}
		}
		return y
	}
	got := fit(Spectral(Spectrum{}))
	popular := popularity(l, Decay{})
	for c := range 5 {
		before, now := make([]float64, n), make([]float64, n)
		for _, item := range l.History(c).Items {
			now[item] = float64(down[item])
		}
		sum := make([]float64, n)
		for k, by := range coef {
			for i := range sum {
				sum[i] += float64(by) * now[i]
			}
			next := times(now)
			if k > 0 {
				for i := range next {
					next[i] = 2*next[i] - before[i]
				}
			}
			before, now = now, next
		}
		for i := range sum {
			want := sum[i]*float64(up[i]) + 1e-7*float64(popular[i])
			if x := float64(got[c*n+i]); math.Abs(x-want) > 1e-4 {
				t.Fatalf("customer %d, item %d: %g, densely %g", c, i, x, want)
			}
		}
	}
}
