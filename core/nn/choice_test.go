package nn

import (
	"math/rand/v2"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(rng *rand.Rand) []gradientCase {
		const rows, cols, kinds, features = 70, 6, 2, 9
		c := &Choice{Cols: cols, Kinds: kinds, From: []int32{0}}
		bag := &FeatureBag{Out: 35, Act: ReLU, Plus: true, From: []int32{0}}
		for range rows {
			c.Target = append(c.Target, rng.Int32N(cols+1)-1)
			for range kinds {
				for j := range int32(cols) {
					if rng.IntN(3) == 0 {
						c.Marked = append(c.Marked, j)
					}
				}
				c.From = append(c.From, int32(len(c.Marked)))
			}
			for range rng.IntN(4) {
				bag.IDs, bag.Weights = append(bag.IDs, rng.Int32N(features)), append(bag.Weights, rng.Float32())
			}
			bag.From = append(bag.From, int32(len(bag.IDs)))
		}
		plain := *bag
		plain.Act, plain.Plus = Linear, false
		return []gradientCase{
			{name: "choice", layer: c, in: [][2]int{{rows, cols}, {rows, kinds}}, wrt: []bool{true, true}},
			{name: "feature bag", layer: bag, in: [][2]int{{features, 35}, {1, 35}, {rows, 35}}, wrt: []bool{true, true, true}},
			{name: "feature bag alone", layer: &plain, in: [][2]int{{features, 35}, {1, 35}}, wrt: []bool{true, true}},
		}
	})
}

// TestChoiceUnmarked is cross entropy where nothing is marked.
func TestChoiceUnmarked(t *testing.T) {
	const rows, cols = 5, 7
	x := wave(1, rows*cols)
	target := []int32{3, -1, 0, 6, 2}
	c := &Choice{Cols: cols, Kinds: 1, Target: target, From: make([]int32, rows+1)}
	e := &CrossEntropy{Cols: cols, Target: target}
	var got, want [1]float32
	c.Forward(got[:], [][]float32{x, make([]float32, rows)})
	e.Forward(want[:], [][]float32{x})
	if got != want {
		t.Errorf("%v, cross entropy %v", got, want)
	}
}
