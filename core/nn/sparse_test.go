package nn

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(rng *rand.Rand) []gradientCase {
		const cells = 60
		row, col := make([]int32, cells), make([]int32, cells)
		for i := range row {
			row[i], col[i] = rng.Int32N(40), rng.Int32N(7)
		}
		one := []bool{true}
		// [0 A; A' 0]
		v := randoms(rng, cells)
		square := NewCSR(47, 47, slices.Concat(row, shifted(col, 40)), slices.Concat(shifted(col, 40), row), slices.Concat(v, v))
		return []gradientCase{
			{name: "sparse", layer: NewSparse(NewCSR(40, 7, row, col, v), 9, false), in: [][2]int{{7, 9}}, wrt: one},
			{name: "sparse symmetric", layer: NewSparse(square, 3, true), in: [][2]int{{47, 3}}, wrt: one},
		}
	})
}

func shifted(x []int32, by int32) []int32 {
	y := slices.Clone(x)
	for i := range y {
		y[i] += by
	}
	return y
}

func TestCSR(t *testing.T) {
	a := NewCSR(3, 4, []int32{2, 0, 2, 0, 2}, []int32{3, 1, 0, 0, 3}, []float32{5, 2, 4, 1, 6})
	for _, tt := range []struct {
		name         string
		a            *CSR
		start, index []int32
		value        []float32
	}{
		{name: "matrix", a: a, start: []int32{0, 2, 2, 5}, index: []int32{0, 1, 0, 3, 3}, value: []float32{1, 2, 4, 5, 6}},
		{name: "transposed", a: a.Transposed(), start: []int32{0, 2, 3, 3, 5}, index: []int32{0, 2, 0, 2, 2}, value: []float32{1, 4, 2, 5, 6}},
	} {
		if !slices.Equal(tt.a.Start, tt.start) || !slices.Equal(tt.a.Index, tt.index) || !slices.Equal(tt.a.Value, tt.value) {
			t.Errorf("%s: %+v", tt.name, *tt.a)
		}
	}
	y := make([]float32, 3)
	NewSparse(a, 1, false).Forward(y, [][]float32{{1, 10, 100, 1000}})
	if want := []float32{21, 0, 11004}; !slices.Equal(y, want) {
		t.Errorf("product %v, want %v", y, want)
	}
}
