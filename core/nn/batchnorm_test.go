package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(rng *rand.Rand) []gradientCase {
		skip := NewBatchNorm(35, ReLU)
		skip.Skip = true
		infer := NewBatchNorm(9, Leaky)
		infer.Infer = true
		for i := range infer.Mean {
			infer.Mean[i], infer.Var[i] = rng.Float32(), .5+rng.Float32()
		}
		all := []bool{true, true, true, true}
		return []gradientCase{
			{name: "batch norm", layer: NewBatchNorm(5, Linear), in: [][2]int{{70, 5}, {1, 5}, {1, 5}}, wrt: all[:3]},
			{name: "batch norm relu skip", layer: skip, in: [][2]int{{20, 35}, {1, 35}, {1, 35}, {20, 3}}, wrt: all},
			{name: "batch norm inference", layer: infer, in: [][2]int{{20, 9}, {1, 9}, {1, 9}}, wrt: all[:3]},
			{name: "dense norm", layer: NewDenseNorm(4, 35, Leaky, false), in: [][2]int{{40, 4}, {4, 35}, {1, 35}, {1, 35}}, wrt: all},
			{name: "dense norm skip", layer: NewDenseNorm(4, 7, ReLU, true), in: [][2]int{{40, 4}, {4, 7}, {1, 7}, {1, 7}}, wrt: all},
		}
	})
}

// TestBatchNorm compares with the definition: batch statistics, however far
// from zero, and running ones, of which inference makes use.
func TestBatchNorm(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const rows, cols = 77, 41
	x, y := randoms(rng, rows*cols), make([]float32, rows*cols)
	for i := range x {
		x[i] = 1000 + 3*x[i]
	}
	gamma, beta := randoms(rng, cols), randoms(rng, cols)
	b := NewBatchNorm(cols, Leaky)
	b.Forward(y, [][]float32{x, gamma, beta})
	for c := range cols {
		mean, square := 0.0, 0.0
		for r := range rows {
			mean += float64(x[r*cols+c]) / rows
		}
		for r := range rows {
			d := float64(x[r*cols+c]) - mean
			square += d * d
		}
		for r := range rows {
			want := (float64(x[r*cols+c])-mean)/math.Sqrt(square/rows+1e-5)*float64(gamma[c]) + float64(beta[c])
			want = max(want, LeakySlope*want)
			if got := float64(y[r*cols+c]); math.Abs(got-want) > 1e-4 {
				t.Fatalf("row %d, column %d: %g, want %g", r, c, got, want)
			}
		}
		if got, want := float64(b.Mean[c]), .1*mean; math.Abs(got-want) > 1e-4 {
			t.Fatalf("running mean %d is %g, want %g", c, got, want)
		}
		if got, want := float64(b.Var[c]), .9+.1*square/(rows-1); math.Abs(got-want) > 1e-4 {
			t.Fatalf("running variance %d is %g, want %g", c, got, want)
		}
	}
	was := slices.Concat(b.Mean, b.Var)
	b.Infer = true
	b.Forward(y, [][]float32{x, gamma, beta})
	want := (float64(x[0])-float64(b.Mean[0]))/math.Sqrt(float64(b.Var[0])+1e-5)*float64(gamma[0]) + float64(beta[0])
	if want = max(want, LeakySlope*want); math.Abs(float64(y[0])/want-1) > 1e-5 {
		t.Errorf("inference gives %g, want %g", y[0], want)
	}
	if !slices.Equal(was, slices.Concat(b.Mean, b.Var)) {
		t.Error("inference moved the running statistics")
	}
}
