package synth

import (
	"math"
	"math/rand/v2"
	"testing"
)

// What is picked follows the softmax of the logits, whatever their size.
func TestPick(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, width := range []int{2, 3, 7, 64} {
		for _, size := range []float64{1, 50, 5000} {
			widths := []int{width, 2}
			logits := make([]float32, width+2)
			for i := range logits {
				logits[i] = float32(rng.NormFloat64()*2 + size*float64(1-2*rng.IntN(2)))
			}
			var top, sum float64 = math.Inf(-1), 0
			for _, x := range logits[:width] {
				top = max(top, float64(x))
			}
			want := make([]float64, width)
			for i, x := range logits[:width] {
				want[i] = math.Exp(float64(x) - top)
				sum += want[i]
			}
			weigh(logits, widths)
			const draws = 40_000
			got := make([]float64, width)
			for i := range draws {
				got[pickAt(logits[:width], (float32(i)+.5)/draws)]++
			}
			for i := range want {
				if p := want[i] / sum; math.Abs(got[i]/draws-p) > 2.5/draws {
					t.Errorf("width %d, size %g, code %d: share %g, want %g", width, size, i, got[i]/draws, p)
				}
			}
		}
	}
	if got := pickAt([]float32{1, 0, 0}, 1-1./(1<<24)); got > 2 {
		t.Errorf("code %d of three", got)
	}
}
