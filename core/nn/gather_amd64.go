package nn

func gatherRows(y []float32, ldy int, x []float32, start, index []int32, scale []float32) {
	if hasVectors && len(index) > 0 {
		avx2GatherRows(&y[0], 4*ldy, &x[0], &start[0], &index[0], &scale[0], len(scale))
	} else {
		goGatherRows(y, ldy, x, start, index, scale)
	}
}

func scatterAdd(y []float32, index []int32, x []float32) {
	if hasVectors && len(index) > 0 {
		avx2ScatterAdd(&y[0], &index[0], len(index), &x[0])
	} else {
		goScatterAdd(y, index, x)
	}
}
