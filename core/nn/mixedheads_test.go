package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(*rand.Rand) []gradientCase {
		noise := map[int]func(*rand.Rand) float32{1: func(rng *rand.Rand) float32 { return float32(max(rng.ExpFloat64(), MinNoise)) }}
		return []gradientCase{
			{name: "mixed heads", layer: NewMixedHeads([]int{1, 4, 1, 3}, .2, 1), in: [][2]int{{40, 9}, {40, 9}}, wrt: []bool{true, false}, fill: noise},
			{name: "mixed heads packed", layer: NewMixedHeads([]int{1, 4}, .7, 10), in: [][2]int{{40, 5}, {40, 5}, {40, 3}}, wrt: []bool{true, false, true}, fill: noise},
		}
	})
}

func TestMixedHeads(t *testing.T) {
	h := NewMixedHeads([]int{2, 1}, .2, 1)
	out := make([]float32, 4)
	h.Forward(out, [][]float32{{0, float32(math.Log(3)), .5}, {1, 2, 9}, {7}})
	// Shares 1/4 and 3/4 over noise 1 and 2 are as 2 to 3; to the fifth power.
	for i, want := range []float64{32. / 275, 243. / 275, math.Tanh(.5), 7} {
		if math.Abs(float64(out[i])-want) > 1e-6 {
			t.Errorf("element %d is %g, want %g", i, out[i], want)
		}
	}
	if got := NewMixedHeads([]int{1, 4}, .2, 10).Shape([][2]int{{40, 5}, {40, 5}, {40, 3}}); got != [2]int{4, 80} {
		t.Errorf("packed shape %v, want 4 x 80", got)
	}
}
