//go:build !amd64

package nn

func gatherRows(y []float32, ldy int, x []float32, start, index []int32, scale []float32) {
	goGatherRows(y, ldy, x, start, index, scale)
}

func scatterAdd(y []float32, index []int32, x []float32) { goScatterAdd(y, index, x) }
