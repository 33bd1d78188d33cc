//go:build !amd64

package nn

func vectorNormSum(*normStrip, []float32, int, int) bool { return false }

func vectorNormSquares(*normStrip, []float32, int, int) bool { return false }

func vectorNormApply(*normStrip, []float32, int, []float32, int, int) bool { return false }

func vectorNormGradient(_ *normStrip, _, _, _ []float32, _ int, _ []float32, _, _ int) bool {
	return false
}

func vectorNormBack(_ *normStrip, _, _ []float32, _, _ int) bool { return false }

func dropBlocks(y []float32, count, inner, drop uint32, scale float32) {
	goDropBlocks(y, count, inner, drop, scale)
}

func gatherRows(y []float32, ldy int, x []float32, start, index []int32, scale []float32) {
	goGatherRows(y, ldy, x, start, index, scale)
}

func scatterAdd(y []float32, index []int32, x []float32) { goScatterAdd(y, index, x) }

func scaleRows(y []float32, ldy int, x []float32, ldx, cols int, scale []float32) {
	goScaleRows(y, ldy, x, ldx, cols, scale)
}
