package nn

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(rng *rand.Rand) []gradientCase {
		ids := make([]int32, 100)
		for i := range ids {
			ids[i] = rng.Int32N(20) - 1
		}
		return []gradientCase{
			{name: "embedding", layer: &Embedding{Dim: 9, IDs: ids}, in: [][2]int{{30, 9}}, wrt: []bool{true}},
		}
	})
}

// TestEmbedding checks padding, repeated ids, and that a second batch leaves
// nothing of the first in the gradient.
func TestEmbedding(t *testing.T) {
	table := []float32{1, 2, 3, 4, 5, 6, 7, 8}
	e := &Embedding{Dim: 2, IDs: []int32{3, -1, 0, 3}}
	out, de := make([]float32, 8), slices.Repeat([]float32{9}, 8)
	for i := range out {
		out[i] = 9
	}
	e.Forward(out, [][]float32{table})
	if want := []float32{7, 8, 0, 0, 1, 2, 7, 8}; !slices.Equal(out, want) {
		t.Errorf("rows %v, want %v", out, want)
	}
	for _, tt := range []struct {
		ids, touched []int32
		want         []float32
	}{
		{[]int32{3, -1, 0, 3}, []int32{0, 3}, []float32{5, 6, 0, 0, 0, 0, 8, 10}},
		{[]int32{-1, -1, 1, 1}, []int32{1}, []float32{0, 0, 12, 14, 0, 0, 0, 0}},
		{[]int32{-1, -1, -1, -1}, nil, make([]float32, 8)},
	} {
		e.IDs = tt.ids
		e.Backward([][]float32{de}, []float32{1, 2, 3, 4, 5, 6, 7, 8}, out, [][]float32{table})
		if !slices.Equal(de, tt.want) || !slices.Equal(e.Touched(), tt.touched) {
			t.Errorf("ids %v: gradient %v, touched %v, want %v and %v", tt.ids, de, e.Touched(), tt.want, tt.touched)
		}
	}
}
