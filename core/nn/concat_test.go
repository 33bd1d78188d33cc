package nn

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(*rand.Rand) []gradientCase {
		all := []bool{true, true, true}
		return []gradientCase{
			{name: "concat", layer: &Concat{Cols: []int{3, 1, 7}}, in: [][2]int{{40, 3}, {40, 1}, {40, 7}}, wrt: all},
			{name: "add", layer: Add{}, in: [][2]int{{40, 5}, {40, 5}, {40, 5}}, wrt: all},
		}
	})
}

func TestConcat(t *testing.T) {
	y := make([]float32, 6)
	(&Concat{Cols: []int{2, 1}}).Forward(y, [][]float32{{1, 2, 3, 4}, {5, 6}})
	if want := []float32{1, 2, 5, 3, 4, 6}; !slices.Equal(y, want) {
		t.Errorf("%v, want %v", y, want)
	}
}
