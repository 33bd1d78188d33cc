package nn

import "math"

// LayerNorm scales each row to mean 0 and variance 1, then by gamma and beta:
// y = gamma·(x - mean)/sqrt(var + 1e-5) + beta (Ba, Kiros and Hinton 2016).
// Its inputs are x (rows x Cols), gamma and beta (Cols each).
type LayerNorm struct {
	Cols int

	mean, inv []float32 // of each row
	parts     []float32 // sums of the pieces of a batch: dgamma, dbeta
}

func (l *LayerNorm) Shape(in [][2]int) [2]int { return in[0] }

func (l *LayerNorm) Forward(y []float32, in [][]float32) {
	x, gamma, beta, n := in[0], in[1], in[2], l.Cols
	rows := len(x) / n
	l.mean, l.inv = grown(l.mean, rows), grown(l.inv, rows)
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := y[r*n : (r+1)*n]
			mean := sumOf(x[r*n:(r+1)*n]) / float32(n)
			shift(row, x[r*n:(r+1)*n], -mean)
			inv := float32(1 / math.Sqrt(float64(dot(row, row))/float64(n)+normEps))
			l.mean[r], l.inv[r] = mean, inv
			scaleBy(row, inv)
			mul(row, row, gamma)
			add(row, beta)
		}
	})
}

func (l *LayerNorm) Backward(grads [][]float32, dy, _ []float32, in [][]float32) {
	x, gamma, n := in[0], in[1], l.Cols
	rows := len(l.mean)
	dx, dgamma, dbeta := grads[0], grads[1], grads[2]
	// Of each piece the sums, and two rows to work in: x^ and g = dy·gamma.
	l.parts = grown(l.parts, pieces(rows)*4*n)
	byRows(rows, func(piece, r0, r1 int) {
		part := l.parts[piece*4*n : (piece+1)*4*n]
		sumGamma, sumBeta, hat, g := part[:n], part[n:2*n], part[2*n:3*n], part[3*n:]
		clear(part)
		for r := r0; r < r1; r++ {
			dy := dy[r*n : (r+1)*n]
			shift(hat, x[r*n:(r+1)*n], -l.mean[r])
			scaleBy(hat, l.inv[r])
			mulAdd(sumGamma, dy, hat)
			add(sumBeta, dy)
			if dx == nil {
				continue
			}
			mul(g, dy, gamma)
			// dx = inv·(g - mean of g - x^·(mean of g·x^))
			row := dx[r*n : (r+1)*n]
			shift(row, g, -sumOf(g)/float32(n))
			axpy(row, hat, -dot(g, hat)/float32(n))
			scaleBy(row, l.inv[r])
		}
	})
	for i, d := range [][]float32{dgamma, dbeta} {
		if d == nil {
			continue
		}
		clear(d)
		for p := range pieces(rows) {
			add(d, l.parts[(4*p+i)*n:(4*p+i+1)*n])
		}
	}
}
