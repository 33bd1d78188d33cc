package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(rng *rand.Rand) []gradientCase {
		targets := func(rows, cols int) []int32 {
			ids := make([]int32, rows)
			for i := range ids {
				ids[i] = rng.Int32N(int32(cols)+1) - 1
			}
			return ids
		}
		one := []bool{true}
		blocks := &CrossEntropy{Cols: 9, Widths: []int{4, 3, 2}, Target: targets(40, 2), Block: targets(40, 3)}
		for i := range blocks.Block {
			blocks.Block[i] = max(blocks.Block[i], 0)
		}
		return []gradientCase{
			{name: "bpr", layer: &BPR{Dim: 5, Cols: 5}, in: [][2]int{{120, 5}}, wrt: one},
			{name: "bpr l2", layer: &BPR{Dim: 5, Cols: 9, L2: .3}, in: [][2]int{{120, 9}}, wrt: one},
			{name: "cross entropy", layer: &CrossEntropy{Cols: 12, Target: targets(40, 12)}, in: [][2]int{{40, 12}}, wrt: one},
			{name: "cross entropy blocks", layer: blocks, in: [][2]int{{40, 9}}, wrt: one},
		}
	})
}

// TestLosses compares losses with their definitions on small examples.
func TestLosses(t *testing.T) {
	for _, tt := range []struct {
		name string
		loss Fused
		in   [][]float32
		want float64
	}{
		{"wasserstein critic", Wasserstein{}, [][]float32{{1, 2}, {5}}, 3.5},
		{"wasserstein generator", Wasserstein{}, [][]float32{{1, 2}}, -1.5},
		{"gradient penalty", &GradientPenalty{Cols: 2, Weight: 10}, [][]float32{{3, 4, 0, 0}}, 85},
		{"bpr", &BPR{Dim: 2, Cols: 3, L2: .5}, [][]float32{{1, 2, 2, 3, 0, -1, 0, 1, 3}}, math.Log1p(math.Exp(-1)) + .25*14},
		{"cross entropy", &CrossEntropy{Cols: 2, Target: []int32{1, -1, 0}}, [][]float32{{0, 0, 7, 7, float32(math.Log(3)), 0}}, (math.Ln2 + math.Log(4./3)) / 2},
		{"cross entropy, far apart", &CrossEntropy{Cols: 2, Target: []int32{1}}, [][]float32{{1000, 0}}, 1000},
		{"cross entropy, no target", &CrossEntropy{Cols: 2, Target: []int32{-1}}, [][]float32{{1, 0}}, 0},
		{"cross entropy, second block", &CrossEntropy{Cols: 5, Widths: []int{3, 2}, Block: []int32{1}, Target: []int32{0}}, [][]float32{{9, 9, 9, 1, 1}}, math.Ln2},
	} {
		out := []float32{9}
		tt.loss.Forward(out, tt.in)
		if got := float64(out[0]); math.Abs(got-tt.want) > 2e-6*max(1, math.Abs(tt.want)) {
			t.Errorf("%s: %g, want %g", tt.name, got, tt.want)
		}
	}
}
