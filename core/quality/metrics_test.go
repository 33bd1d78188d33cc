package quality

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var nan = math.NaN()

func near(a, b float64) bool {
	return math.Abs(a-b) < 1e-12 || math.IsNaN(a) && math.IsNaN(b)
}

func TestKSComplement(t *testing.T) {
	for _, tt := range []struct {
		name            string
		real, synthetic []float64
		want            float64
	}{
		{"equal, other order", []float64{1, 2, 3}, []float64{3, 1, 2}, 1},
		{"half the mass moved", []float64{1, 2}, []float64{1, 9}, 0.5},
		{"disjoint", []float64{1, 2}, []float64{3, 4, 5}, 0},
		{"unequal lengths", []float64{1, 2, 3, 4}, []float64{1, 3}, 0.75},
		{"ties", []float64{0, 0, 0, 1}, []float64{0, 1, 1, 1}, 0.5},
		{"missing left out", []float64{1, nan, 2}, []float64{nan, nan, 1, 2}, 1},
		{"nothing left", []float64{nan}, []float64{1}, nan},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := KSComplement(tt.real, tt.synthetic); !near(got, tt.want) {
				t.Errorf("%g, want %g", got, tt.want)
			}
			if got := KSComplement(tt.synthetic, tt.real); !near(got, tt.want) {
				t.Errorf("the other way round %g, want %g", got, tt.want)
			}
		})
	}
}

func TestTVComplement(t *testing.T) {
	for _, tt := range []struct {
		name            string
		real, synthetic []int32
		want            float64
	}{
		{"equal shares", []int32{0, 1}, []int32{1, 0, 0, 1}, 1},
		{"disjoint", []int32{0, 0}, []int32{1, 2}, 0},
		{"three quarters against a half", []int32{0, 0, 0, 1}, []int32{0, 1}, 0.75},
		{"missing left out", []int32{0, -1, 1}, []int32{0, 1, -1, -1}, 1},
		{"nothing left", []int32{0}, []int32{-1}, nan},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := TVComplement(tt.real, tt.synthetic); !near(got, tt.want) {
				t.Errorf("%g, want %g", got, tt.want)
			}
			if got := TVComplement(tt.synthetic, tt.real); !near(got, tt.want) {
				t.Errorf("the other way round %g, want %g", got, tt.want)
			}
		})
	}
}

func TestCorrelationSimilarity(t *testing.T) {
	up := []float64{1, 2, 3}
	for _, tt := range []struct {
		name                   string
		ra, rb, sa, sb         []float64
		score, real, synthetic float64
	}{
		{"the same line", up, []float64{2, 4, 6}, up, []float64{0, 1, 2}, 1, 1, 1},
		{"opposite lines", up, up, up, []float64{3, 2, 1}, 0, 1, -1},
		{"a line and none", up, up, up, []float64{1, 0, 1}, 0.5, 1, 0},
		// Missing is 0: (1,2), (2,0), (3,2) has no correlation.
		{"missing counts as 0", up, []float64{2, nan, 2.5}, up, []float64{2, 0, 2.5}, 1, 0.5 / math.Sqrt(2*(4+6.25-6.75)), 0.5 / math.Sqrt(2*(4+6.25-6.75))},
		{"constant", up, []float64{4, 4, 4}, up, up, nan, nan, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			score, real, synthetic := CorrelationSimilarity(tt.ra, tt.rb, tt.sa, tt.sb)
			if !near(score, tt.score) || !near(real, tt.real) || !near(synthetic, tt.synthetic) {
				t.Errorf("%g, %g, %g, want %g, %g, %g", score, real, synthetic, tt.score, tt.real, tt.synthetic)
			}
		})
	}
}

func TestContingencySimilarity(t *testing.T) {
	for _, tt := range []struct {
		name           string
		ra, rb, sa, sb []int32
		want           float64
	}{
		{"equal", []int32{0, 1}, []int32{0, 1}, []int32{1, 0}, []int32{1, 0}, 1},
		{"same margins, other pairs", []int32{0, 1}, []int32{0, 1}, []int32{0, 1}, []int32{1, 0}, 0},
		{"half the pairs", []int32{0, 1}, []int32{0, 1}, []int32{0, 0, 1, 1}, []int32{0, 1, 0, 1}, 0.5},
		{"missing is a level", []int32{0, -1}, []int32{0, 0}, []int32{0, 0}, []int32{0, 0}, 0.5},
		{"many levels", []int32{0, 90000, 5}, []int32{70000, 0, 5}, []int32{0, 90000, 6}, []int32{70000, 0, 5}, 2.0 / 3},
		{"nothing", nil, nil, []int32{1}, []int32{1}, nan},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ContingencySimilarity(tt.ra, tt.rb, tt.sa, tt.sb); !near(got, tt.want) {
				t.Errorf("%g, want %g", got, tt.want)
			}
		})
	}
}

// The two ways of counting agree.
func TestContingencySparse(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(n int, levels int32, by int32) []int32 {
		out := make([]int32, n)
		for i := range out {
			out[i] = (rng.Int32N(levels+1) - 1) * by
			out[i] = max(out[i], -1)
		}
		return out
	}
	scale := func(x []int32) []int32 {
		out := slices.Clone(x)
		for i := range out {
			if out[i] > 0 {
				out[i] *= 10007
			}
		}
		return out
	}
	ra, rb, sa, sb := draw(500, 6, 1), draw(500, 9, 1), draw(300, 6, 1), draw(300, 9, 1)
	dense, sparse := ContingencySimilarity(ra, rb, sa, sb), ContingencySimilarity(scale(ra), scale(rb), scale(sa), scale(sb))
	if !near(dense, sparse) || dense < 0.5 || dense > 0.99 {
		t.Errorf("dense %g, sparse %g", dense, sparse)
	}
}

// What numpy gives: numpy.digitize(x, numpy.histogram_bin_edges(x, 10)).
func TestTenths(t *testing.T) {
	for _, tt := range []struct {
		name     string
		x, edges []float64
		want     []int32
	}{
		{"own edges, the maximum apart", []float64{0, 0.5, 1, 9.99, 10, nan}, nil, []int32{1, 1, 2, 10, 11, 11}},
		{"a constant", []float64{3, 3}, nil, []int32{6, 6}},
		{"others' edges", []float64{-1, 0, 4, 12}, []float64{0, 10}, []int32{0, 1, 5, 11}},
		{"rounding at an edge", []float64{0, 0.3, 0.6, 0.7, 1}, nil, []int32{1, 3, 6, 7, 11}},
		{"nothing but missing", []float64{nan}, nil, []int32{11}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.edges == nil {
				tt.edges = tt.x
			}
			if got := Tenths(tt.x, tt.edges); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestWilson(t *testing.T) {
	// Wilson's interval of 50 in 100.
	if lo, hi := wilson(0.5, 100); math.Abs(lo-0.4038) > 1e-4 || math.Abs(hi-0.5962) > 1e-4 {
		t.Errorf("[%.4f, %.4f], want [0.4038, 0.5962]", lo, hi)
	}
	if lo, hi := wilson(0, 10); lo != 0 || math.Abs(hi-0.2775) > 1e-4 {
		t.Errorf("[%.4f, %.4f], want [0, 0.2775]", lo, hi)
	}
}
