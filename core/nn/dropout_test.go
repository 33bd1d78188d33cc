package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(*rand.Rand) []gradientCase {
		dense := func(act Act, rate float32) *Dense {
			return &Dense{In: 4, Out: 35, Act: act, Drop: &Dropout{Rate: rate, Seed: 3, Step: 9}}
		}
		return []gradientCase{
			{name: "dropout", layer: &Dropout{Rate: .3, Cols: 21}, in: [][2]int{{40, 21}}, wrt: []bool{true}},
			{name: "dropout off", layer: &Dropout{Rate: .3, Cols: 21, Infer: true}, in: [][2]int{{3, 21}}, wrt: []bool{true}},
			{name: "dense leaky dropout", layer: dense(Leaky, .5), in: [][2]int{{50, 4}, {4, 35}, {1, 35}}, wrt: []bool{true, true, true}},
			{name: "dense dropout", layer: dense(Linear, .2), in: [][2]int{{50, 4}, {4, 35}, {1, 35}}, wrt: []bool{true, true, true}},
		}
	})
}

// TestDropout checks the mask: share and scale, no dependence between
// neighbours, columns, rows, steps and seeds, and the same with and without
// vectors.
func TestDropout(t *testing.T) {
	const rows, cols = 2000, 67
	x := slices.Repeat([]float32{1}, rows*cols)
	run := func(rate float32, seed, step uint64) []float32 {
		y := make([]float32, len(x))
		(&Dropout{Rate: rate, Seed: seed, Step: step, Cols: cols}).Forward(y, [][]float32{x})
		return y
	}
	for _, rate := range []float32{.5, .1, .8} {
		y := run(rate, 1, 1)
		scale := 1 / (1 - rate)
		kept := 0
		for i, v := range y {
			if v != 0 {
				kept++
				if math.Abs(float64(v/scale-1)) > 1e-4 {
					t.Fatalf("rate %g: element %d is %g, want 0 or %g", rate, i, v, scale)
				}
			}
		}
		// Four standard deviations of a binomial.
		want, near := float64(len(y))*float64(1-rate), 4*math.Sqrt(float64(len(y))*float64(rate*(1-rate)))
		if math.Abs(float64(kept)-want) > near {
			t.Errorf("rate %g: %d kept, want %.0f to ±%.0f", rate, kept, want, near)
		}
	}
	y := run(.5, 1, 1)
	for _, other := range []struct {
		name string
		y    []float32
	}{
		{"next element", append(y[1:len(y):len(y)], y[0])},
		{"8 on", append(y[8:len(y):len(y)], y[:8]...)},
		{"16 on", append(y[16:len(y):len(y)], y[:16]...)},
		{"next row", append(y[cols:len(y):len(y)], y[:cols]...)},
		{"next step", run(.5, 1, 2)},
		{"next seed", run(.5, 2, 1)},
	} {
		same := 0
		for i, v := range other.y {
			if v == y[i] {
				same++
			}
		}
		if n := float64(len(y)); math.Abs(float64(same)-n/2) > 2*math.Sqrt(n) {
			t.Errorf("%s: %d of %d agree, want half", other.name, same, len(y))
		}
	}
	withoutVectors(func() {
		if !slices.Equal(run(.5, 1, 1), y) {
			t.Error("plain Go gives another mask")
		}
	})
}
