package recommend

import (
	"context"
	"math"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// invert replaces a, n x n symmetric and positive definite, by its inverse:
// blocked Cholesky factors, their inverse and its square (Golub and Van Loan,
// Matrix Computations, 4.2), in products of single precision, the blocks of
// the diagonal in double. n³ multiplications and additions, no further matrix.
// It stops within a row of blocks when ctx is cancelled. An error says that a
// is not positive definite to single precision.
func invert(ctx context.Context, a []float32, n int, report func(core.Progress)) error {
	const size = 256
	blocks := (n + size - 1) / size
	at := func(i, j int) []float32 { return a[i*size*n+j*size:] }
	rows := func(i int) int { return min(size, n-i*size) }
	tell := func(done int) error {
		if report != nil {
			report(core.Progress{Stage: "fit", Done: int64(done), Total: int64(3 * blocks), Unit: "steps"})
		}
		return ctx.Err()
	}
	// L L' = A, over the lower half; the blocks of the diagonal hold their own
	// inverse from then on, as nothing else is needed.
	d := make([]float64, size*size)
	tmp := make([]float32, size*n)
	for k := range blocks {
		w := rows(k)
		if !factor(at(k, k), n, w, d) {
			return core.Errorf(core.Invalid, "the matrix of items is not positive definite").WithHint("choose a larger lambda")
		}
		below := n - (k+1)*size
		if below > 0 {
			// The panel below: L_ik = A_ik inv(L_kk)'.
			panel := a[(k+1)*size*n+k*size:]
			copyBlock(tmp, w, panel, n, below, w)
			nn.Sgemm(false, true, below, w, w, 1, tmp, w, at(k, k), n, 0, panel, n)
			// What is left: A_ij -= L_ik L_jk', a row of blocks at a time.
			for i := k + 1; i < blocks; i++ {
				nn.Sgemm(false, true, rows(i), min(n-(k+1)*size, (i-k)*size), w, -1, at(i, k), n, panel, n, 1, at(i, k+1), n)
			}
		}
		if err := tell(k); err != nil {
			return err
		}
	}
	// inv(L) in place, from the top: row i is -inv(L_ii) L_i,0..i-1 inv(L)_0..i-1.
	for i := 1; i < blocks; i++ {
		w, left := rows(i), i*size
		// tmp = L_i,: inv(L); inv(L) is lower triangular, so block column j needs rows j and below.
		for j := range i {
			nn.Sgemm(false, false, w, size, left-j*size, 1, at(i, j), n, at(j, j), n, 0, tmp[j*size:], left)
		}
		nn.Sgemm(false, false, w, left, w, -1, at(i, i), n, tmp, left, 0, at(i, 0), n)
		if err := tell(blocks + i); err != nil {
			return err
		}
	}
	// inv(A) = inv(L)' inv(L): block (i, j) needs rows max(i, j) and below, which
	// are not yet overwritten when rows go from the top.
	for i := range blocks {
		w, rest := rows(i), n-i*size
		nn.Sgemm(true, false, w, (i+1)*size-(size-w), rest, 1, at(i, i), n, at(i, 0), n, 0, tmp, n)
		// Row i of the lower half is needed by no later row.
		copyBlock(at(i, 0), n, tmp, n, w, i*size+w)
		if err := tell(2*blocks + i); err != nil {
			return err
		}
	}
	core.Parallel(n, func(i int) {
		for j := i + 1; j < n; j++ {
			a[i*n+j] = a[j*n+i]
		}
	})
	return nil
}

// factor replaces the w x w block a by the inverse of its Cholesky factor,
// zeros above the diagonal. d is room for w x w.
func factor(a []float32, lda, w int, d []float64) bool {
	for i := range w {
		for j := range i + 1 {
			s := float64(a[i*lda+j])
			for k := range j {
				s -= d[i*w+k] * d[j*w+k]
			}
			if i == j {
				if !(s > 0) {
					return false
				}
				d[i*w+i] = math.Sqrt(s)
			} else {
				d[i*w+j] = s / d[j*w+j]
			}
		}
	}
	// The inverse, column by column of the result.
	col := make([]float64, w)
	for j := range w {
		for i := j; i < w; i++ {
			s := 0.
			if i == j {
				s = 1
			}
			for k := j; k < i; k++ {
				s -= d[i*w+k] * col[k]
			}
			col[i] = s / d[i*w+i]
			a[i*lda+j] = float32(col[i])
		}
		for i := range j {
			a[i*lda+j] = 0
		}
	}
	return true
}

func copyBlock(to []float32, ldTo int, from []float32, ldFrom, rows, cols int) {
	for r := range rows {
		copy(to[r*ldTo:r*ldTo+cols], from[r*ldFrom:r*ldFrom+cols])
	}
}
