package nn

// Sgemm sets C = alpha·op(A)·op(B) + beta·C, where op(A) is m x k, op(B) is
// k x n, C is m x n and op transposes when its flag is set. lda, ldb and ldc
// are the distances between rows as stored, in elements. With beta = 0 the
// former content of C does not matter, not even NaN.
func Sgemm(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	at := func(trans bool, x []float32, ld, i, j int) float32 {
		if trans {
			i, j = j, i
		}
		return x[i*ld+j]
	}
	for i := range m {
		for j := range n {
			s := float32(0)
			for p := range k {
				s += at(transA, a, lda, i, p) * at(transB, b, ldb, p, j)
			}
			if beta == 0 {
				c[i*ldc+j] = alpha * s
			} else {
				c[i*ldc+j] = alpha*s + beta*c[i*ldc+j]
			}
		}
	}
}
