package nn

import "golang.org/x/sys/cpu"

// Each vectorNorm function does the work and returns true, or neither.

func (s *normStrip) whole() bool { return hasVectors && s.n == normCols }

func vectorNormSum(s *normStrip, x []float32, ld, rows int) bool {
	if s.whole() {
		avx2NormSum(s, &x[0], 4*ld, rows)
		return true
	}
	return false
}

func vectorNormSquares(s *normStrip, x []float32, ld, rows int) bool {
	if s.whole() {
		avx2NormSquares(s, &x[0], 4*ld, rows)
		return true
	}
	return false
}

func vectorNormApply(s *normStrip, y []float32, ldy int, x []float32, ldx, rows int) bool {
	if s.whole() {
		avx2NormApply(s, &y[0], 4*ldy, &x[0], 4*ldx, rows)
		return true
	}
	return false
}

func vectorNormGradient(s *normStrip, g, dy, y []float32, ldy int, x []float32, ldx, rows int) bool {
	if s.whole() {
		avx2NormGradient(s, &g[0], &dy[0], &y[0], 4*ldy, &x[0], 4*ldx, rows)
		return true
	}
	return false
}

func vectorNormBack(s *normStrip, g, x []float32, ld, rows int) bool {
	if s.whole() {
		avx2NormBack(s, &g[0], &x[0], 4*ld, rows)
		return true
	}
	return false
}

func dropBlocks(y []float32, count, inner, drop uint32, scale float32) {
	if hasVectors && len(y) > 0 {
		avx2Drop(&y[0], len(y)/16, &count, &inner, &drop, &scale)
	} else {
		goDropBlocks(y, count, inner, drop, scale)
	}
}

func gatherRows(y []float32, ldy int, x []float32, start, index []int32, scale []float32) {
	switch {
	case !hasVectors || len(index) == 0 || len(scale) == 0:
		goGatherRows(y, ldy, x, start, index, scale)
	case cpu.X86.HasAVX512F:
		avx512GatherRows(&y[0], 4*ldy, &x[0], &start[0], &index[0], &scale[0], len(scale))
	default:
		avx2GatherRows(&y[0], 4*ldy, &x[0], &start[0], &index[0], &scale[0], len(scale))
	}
}

func scaleRows(y []float32, ldy int, x []float32, ldx, cols int, scale []float32) {
	if hasVectors && cols == lane && len(scale) > 0 {
		avx2ScaleRows(&y[0], 4*ldy, &x[0], 4*ldx, &scale[0], len(scale))
	} else {
		goScaleRows(y, ldy, x, ldx, cols, scale)
	}
}

func scatterAdd(y []float32, index []int32, x []float32) {
	if hasVectors && len(index) > 0 {
		avx2ScatterAdd(&y[0], &index[0], len(index), &x[0])
	} else {
		goScatterAdd(y, index, x)
	}
}
