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
		softmax, gbce := NewSampledSoftmax(6, true), NewGBCE(6, false, 100, .75)
		softmax.Target, softmax.Sample = targets(40, 12), []int32{1, 5, 5, 11, 30}
		softmax.LogQTarget, softmax.LogQSample = randoms(rng, 40), randoms(rng, 5)
		gbce.Target, gbce.Sample = targets(40, 12), []int32{1, 5, 30}
		stacked := NewGBCE(6, true, 100, 1)
		stacked.Target, stacked.Sample = gbce.Target, gbce.Sample
		weighted, tied := NewSampledSoftmax(6, true), &TiedSoftmax{Dim: 6, Target: targets(700, 9)}
		weighted.Target, weighted.Sample, weighted.Weight = softmax.Target, softmax.Sample, randoms(rng, 40)
		heavy := &TiedSoftmax{Dim: 6, Target: targets(40, 9), Weight: randoms(rng, 40)}
		grave := NewGBCE(6, true, 100, .75)
		grave.Target, grave.Sample, grave.Weight = gbce.Target, gbce.Sample, randoms(rng, 40)
		missing := randoms(rng, 700)
		for i := range missing {
			missing[i] = min(max(missing[i], 0), 1)
			if i%5 == 0 {
				missing[i] = float32(math.NaN())
			}
		}
		three := []bool{true, true, true}
		return []gradientCase{
			{name: "sampled softmax", layer: softmax, in: [][2]int{{40, 6}, {40, 7}, {5, 7}}, wrt: three},
			{name: "sampled softmax weighted", layer: weighted, in: [][2]int{{40, 6}, {40, 7}, {5, 7}}, wrt: three},
			{name: "tied softmax", layer: tied, in: [][2]int{{700, 6}, {9, 6}, {1, 9}}, wrt: three},
			{name: "tied softmax weighted", layer: heavy, in: [][2]int{{40, 6}, {9, 6}, {1, 9}}, wrt: three},
			{name: "gbce", layer: gbce, in: [][2]int{{40, 6}, {40, 6}, {3, 6}}, wrt: three},
			{name: "gbce weighted", layer: grave, in: [][2]int{{40, 6}, {43, 7}}, wrt: three[:2]},
			{name: "gbce stacked", layer: stacked, in: [][2]int{{40, 6}, {43, 7}}, wrt: three[:2]},
			{name: "bce", layer: &BCE{Target: missing}, in: [][2]int{{100, 7}}, wrt: one},
			{name: "mse", layer: &MSE{Target: missing}, in: [][2]int{{100, 7}}, wrt: one},
			{name: "hinge critic", layer: Hinge{}, in: [][2]int{{20, 1}, {30, 1}}, wrt: three[:2]},
			{name: "hinge generator", layer: Hinge{}, in: [][2]int{{20, 1}}, wrt: one},
			{name: "relativistic critic", layer: &Relativistic{}, in: [][2]int{{30, 1}, {30, 1}}, wrt: three[:2]},
			{name: "relativistic generator", layer: &Relativistic{Generator: true}, in: [][2]int{{30, 1}, {30, 1}}, wrt: three[:2]},
			{name: "unit", layer: &Unit{Cols: 5, Scale: 3}, in: [][2]int{{40, 5}}, wrt: one},
			{name: "bpr", layer: &BPR{Dim: 5, Cols: 5}, in: [][2]int{{120, 5}}, wrt: one},
			{name: "bpr l2", layer: &BPR{Dim: 5, Cols: 9, L2: .3}, in: [][2]int{{120, 9}}, wrt: one},
			{name: "cross entropy", layer: &CrossEntropy{Cols: 12, Target: targets(40, 12)}, in: [][2]int{{40, 12}}, wrt: one},
			{name: "cross entropy blocks", layer: blocks, in: [][2]int{{40, 9}}, wrt: one},
		}
	})
}

// TestLosses compares losses with their definitions on small examples.
func TestLosses(t *testing.T) {
	nan, ln2 := float32(math.NaN()), float32(math.Ln2)
	softmax := &SampledSoftmax{sampled: sampled{Dim: 1, Target: []int32{4, -1}, Sample: []int32{9, 4}}, LogQTarget: []float32{ln2, 0}, LogQSample: []float32{-ln2, 0}}
	gbce := NewGBCE(1, true, 5, .5) // α = 1/2, β = 1/2·(-1/2 + 2)
	gbce.Target, gbce.Sample = []int32{4, -1}, []int32{9, 4}
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
		// Shares: target e^2/2, sample 9 e^3·2; sample 4 is the target.
		{"sampled softmax", softmax, [][]float32{{1, 5}, {2, 5}, {3, 8}}, math.Log(1 + 4*math.E)},
		{"tied softmax", &TiedSoftmax{Dim: 1, Target: []int32{1, -1}, Weight: []float32{2, 5}}, [][]float32{{1, 7}, {0, 1}, {0, -1}}, 2 * math.Ln2},
		{"gbce", gbce, [][]float32{{1, 5}, {2, .5, 5, 0, 3, -1, 8, 0}}, (.75*math.Log1p(math.Exp(-2.5)) + math.Log1p(math.Exp(2))) / 3},
		{"bce", &BCE{Target: []float32{1, 0, nan, .5}}, [][]float32{{100, 100, 7, 0}}, (100 + math.Ln2) / 3},
		{"bce, none counts", &BCE{Target: []float32{nan}}, [][]float32{{1}}, 0},
		{"mse", &MSE{Target: []float32{1, nan}}, [][]float32{{3, 7}}, 4},
		{"hinge critic", Hinge{}, [][]float32{{2, 0}, {-2, 1, 0}}, .5 + 1},
		{"hinge generator", Hinge{}, [][]float32{{1, 2}}, -1.5},
		{"relativistic critic", &Relativistic{}, [][]float32{{3, 0}, {1, 0}}, (math.Log1p(math.Exp(-2)) + math.Ln2) / 2},
		{"relativistic generator", &Relativistic{Generator: true}, [][]float32{{3}, {1}}, math.Log1p(math.Exp(2))},
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
