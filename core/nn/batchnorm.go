package nn

import "math"

// BatchNorm scales each column of a batch to mean 0 and variance 1, then by
// gamma and beta, and puts an activation on it: y = act(gamma·x^ + beta), x^ =
// (x - mean)/sqrt(var + 1e-5), or with Skip y = [that, z] (Ioffe and Szegedy
// 2015). Its inputs are x (rows x Cols), gamma and beta (Cols each), and with
// Skip z (rows x any).
//
// Mean and variance are the batch's; Forward also moves the running Mean and
// Var a tenth of the way towards them, the variance without bias, as PyTorch
// does. With Infer it uses the running ones and changes nothing.
type BatchNorm struct {
	Cols      int
	Act       Act
	Skip      bool
	Infer     bool
	Mean, Var []float32

	mean, inv []float32 // of this batch: mean, 1/sqrt(var + eps)
	spare     []float32 // gradient before the activation if x wants none
}

// NewBatchNorm returns the layer with the running mean 0 and variance 1.
func NewBatchNorm(cols int, act Act) *BatchNorm {
	b := &BatchNorm{Cols: cols, Act: act, Mean: make([]float32, cols), Var: make([]float32, cols)}
	for i := range b.Var {
		b.Var[i] = 1
	}
	return b
}

const (
	normEps      = 1e-5
	normMomentum = .1
)

func (b *BatchNorm) Shape(in [][2]int) [2]int {
	if b.Skip {
		return [2]int{in[0][0], b.Cols + in[3][1]}
	}
	return in[0]
}

func (b *BatchNorm) Forward(y []float32, in [][]float32) {
	rows := len(in[0]) / b.Cols
	width := len(y) / rows
	b.forward(y, width, in[0], in[1], in[2])
	if b.Skip {
		copyColumns(y[b.Cols:], width, in[3], width-b.Cols, width-b.Cols, rows)
	}
}

func (b *BatchNorm) Backward(grads [][]float32, dy, y []float32, in [][]float32) {
	rows := len(in[0]) / b.Cols
	width := len(y) / rows
	dx := grads[0]
	if dx == nil {
		b.spare = grown(b.spare, len(in[0]))
		dx = b.spare
	}
	b.backward(dx, grads[1], grads[2], dy, y, width, in[0], in[1])
	if b.Skip && grads[3] != nil {
		copyColumns(grads[3], width-b.Cols, dy[b.Cols:], width, width-b.Cols, rows)
	}
}

// copyColumns copies rows of n columns.
func copyColumns(dst []float32, ldDst int, src []float32, ldSrc, n, rows int) {
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			copy(dst[r*ldDst:r*ldDst+n], src[r*ldSrc:])
		}
	})
}

// forward is Forward without Skip; row r of y starts at y[r*ldy].
func (b *BatchNorm) forward(y []float32, ldy int, x, gamma, beta []float32) {
	rows := len(x) / b.Cols
	b.mean, b.inv = grown(b.mean, b.Cols), grown(b.inv, b.Cols)
	Parallel((b.Cols+normCols-1)/normCols, func(i int) {
		lo := i * normCols
		s := normStrip{n: min(normCols, b.Cols-lo), low: b.Act.low()}
		b.statistics(&s, x[lo:], lo, rows)
		copy(s.beta[:s.n], beta[lo:])
		for j := range s.n {
			s.scale[j] = b.inv[lo+j] * gamma[lo+j]
		}
		s.apply(y[lo:], ldy, x[lo:], b.Cols, rows)
	})
}

// statistics sets the mean of s, and mean and inv of columns from lo on. Sums
// of 32 rows are float32, sums of these float64.
func (b *BatchNorm) statistics(s *normStrip, x []float32, lo, rows int) {
	if b.Infer {
		copy(b.mean[lo:lo+s.n], b.Mean[lo:])
		copy(s.mean[:], b.Mean[lo:lo+s.n])
		for j := range s.n {
			b.inv[lo+j] = float32(1 / math.Sqrt(float64(b.Var[lo+j])+normEps))
		}
		return
	}
	var first, second [normCols]float64
	for r := 0; r < rows; r += rowsPerPiece {
		s.addUp(x[r*b.Cols:], b.Cols, min(rowsPerPiece, rows-r))
		flush(&first, &s.sum)
	}
	for j, v := range first[:s.n] {
		s.mean[j] = float32(v / float64(rows))
		b.mean[lo+j] = s.mean[j]
	}
	for r := 0; r < rows; r += rowsPerPiece {
		s.addSquares(x[r*b.Cols:], b.Cols, min(rowsPerPiece, rows-r))
		flush(&second, &s.sum)
	}
	unbiased := 1 / float64(max(rows-1, 1))
	for j, v := range second[:s.n] {
		b.inv[lo+j] = float32(1 / math.Sqrt(v/float64(rows)+normEps))
		m, w := &b.Mean[lo+j], &b.Var[lo+j]
		*m += normMomentum * (s.mean[j] - *m)
		*w += normMomentum * (float32(v*unbiased) - *w)
	}
}

// flush moves a sum to its total.
func flush(total *[normCols]float64, sum *[normCols]float32) {
	for j, v := range sum {
		total[j] += float64(v)
	}
	*sum = [normCols]float32{}
}

// backward sets dx (rows x Cols), and dgamma and dbeta unless nil.
func (b *BatchNorm) backward(dx, dgamma, dbeta, dy, y []float32, ldy int, x, gamma []float32) {
	rows := len(x) / b.Cols
	Parallel((b.Cols+normCols-1)/normCols, func(i int) {
		lo := i * normCols
		s := normStrip{n: min(normCols, b.Cols-lo), low: b.Act.low()}
		copy(s.mean[:s.n], b.mean[lo:])
		inv := b.inv[lo : lo+s.n]
		var first, second [normCols]float64
		for r := 0; r < rows; r += rowsPerPiece {
			n := min(rowsPerPiece, rows-r)
			s.gradient(dx[r*b.Cols+lo:], dy[r*ldy+lo:], y[r*ldy+lo:], ldy, x[r*b.Cols+lo:], b.Cols, n)
			flush(&first, &s.sum)
			flush(&second, &s.sumX)
		}
		for j, v := range inv {
			s.sum[j], s.sumX[j] = float32(first[j]), float32(second[j])*v
		}
		if dgamma != nil {
			copy(dgamma[lo:lo+s.n], s.sumX[:])
		}
		if dbeta != nil {
			copy(dbeta[lo:lo+s.n], s.sum[:])
		}
		// dx = gamma·inv·(g - mean of g - x^·(mean of g·x^))
		by := 1 / float32(rows)
		if b.Infer {
			by = 0
		}
		for j, v := range inv {
			s.scale[j], s.beta[j], s.sum[j] = gamma[lo+j]*v, by*s.sum[j], by*s.sumX[j]*v
		}
		s.back(dx[lo:], x[lo:], b.Cols, rows)
	})
}

// low returns the slope below zero.
func (a Act) low() float32 {
	switch a {
	case ReLU:
		return 0
	case Leaky:
		return LeakySlope
	}
	return 1
}
