package nn

// Fused is a layer as a training graph sees it: a function of some matrices
// to one, with its gradient in one piece. Matrices are row-major and without
// gaps; their shapes are fixed when the layer is made.
type Fused interface {
	// Shape returns the output's rows and columns for the inputs'.
	Shape(in [][2]int) [2]int
	// Forward sets out, which may hold anything before.
	Forward(out []float32, in [][]float32)
	// Backward sets grads[i] to the loss's gradient by in[i], for the
	// gradient dout by the output; where grads[i] is nil it is not wanted.
	// It follows a Forward with the same in and out and changes neither
	// them nor dout.
	Backward(grads [][]float32, dout, out []float32, in [][]float32)
}

// rowsPerPiece is how many rows of a batch are one unit of work. It is fixed
// so that sums over a batch do not depend on the number of threads.
const rowsPerPiece = 32

// byRows calls f for runs of rows, on several threads.
func byRows(rows int, f func(piece, r0, r1 int)) {
	Parallel(pieces(rows), func(i int) {
		f(i, i*rowsPerPiece, min((i+1)*rowsPerPiece, rows))
	})
}

func pieces(rows int) int { return (rows + rowsPerPiece - 1) / rowsPerPiece }

// grown returns x with length n, its content undefined.
func grown(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}

// sumRows sets sum to the sum of rows, of which row r starts at x[r*ld].
// Threads own columns, so that each is added up in order.
func sumRows(sum, x []float32, ld, rows int) {
	const cols = 64
	Parallel((len(sum)+cols-1)/cols, func(i int) {
		lo, hi := i*cols, min((i+1)*cols, len(sum))
		part := sum[lo:hi]
		clear(part)
		for r := range rows {
			add(part, x[r*ld+lo:r*ld+hi])
		}
	})
}
