package nn

import "math/rand/v2"

func init() { gradientSets = append(gradientSets, bagCases) }

func bagCases(rng *rand.Rand) []gradientCase {
	const rows, perRow, table, out = 41, 3, 8, 70
	ids := make([]int32, rows*perRow)
	for i := range ids {
		ids[i] = rng.Int32N(table)
	}
	widths := []int{2, 5, 3}
	target, weight := make([]int32, rows*3), make([]float32, rows)
	for r := range rows {
		weight[r] = rng.Float32()
		for b, w := range widths {
			target[r*3+b] = int32(rng.IntN(w+1) - 1)
		}
	}
	shapes := [][2]int{{table, out}, {1, out}}
	return []gradientCase{
		{name: "bag", layer: &Bag{Out: out, PerRow: perRow, Rows: ids}, in: shapes, wrt: []bool{true, true}},
		{name: "bag relu", layer: &Bag{Out: out, PerRow: perRow, Rows: ids, Act: ReLU}, in: shapes, wrt: []bool{true, true}},
		{name: "block entropy", layer: &BlockEntropy{Widths: widths, Target: target, Weight: weight}, in: [][2]int{{rows, 10}}, wrt: []bool{true}},
	}
}
