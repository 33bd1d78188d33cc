package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(*rand.Rand) []gradientCase {
		return []gradientCase{
			{name: "layer norm", layer: &LayerNorm{Cols: 19}, in: [][2]int{{40, 19}, {1, 19}, {1, 19}}, wrt: []bool{true, true, true}},
		}
	})
}

func TestLayerNorm(t *testing.T) {
	y := make([]float32, 8)
	(&LayerNorm{Cols: 4}).Forward(y, [][]float32{{1000, 1001, 1002, 1003, 5, 5, 5, 5}, {1, 1, 1, 2}, {0, 0, 0, 3}})
	s := 1 / math.Sqrt(1.25+1e-5)
	for i, want := range []float64{-1.5 * s, -.5 * s, .5 * s, 3*s + 3, 0, 0, 0, 3} {
		if math.Abs(float64(y[i])-want) > 1e-5 {
			t.Errorf("element %d is %g, want %g", i, y[i], want)
		}
	}
}
