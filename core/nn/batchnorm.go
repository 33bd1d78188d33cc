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
	// normStrip is how many columns are one unit of work: two cache lines of
	// each row, and 500 rows of them stay in the second-level cache.
	normStrip = 32
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
	Parallel((b.Cols+normStrip-1)/normStrip, func(i int) {
		lo, hi := i*normStrip, min((i+1)*normStrip, b.Cols)
		mean, inv := b.mean[lo:hi], b.inv[lo:hi]
		var scale [normStrip]float32
		b.statistics(mean, inv, x, lo, rows)
		for j, v := range inv {
			scale[j] = v * gamma[lo+j]
		}
		low := b.Act.low()
		for r := range rows {
			normApply(y[r*ldy+lo:r*ldy+hi], x[r*b.Cols+lo:], mean, scale[:], beta[lo:], low)
		}
	})
}

// statistics sets mean and inv of columns from lo on. Sums of 32 rows are
// float32, sums of these float64.
func (b *BatchNorm) statistics(mean, inv, x []float32, lo, rows int) {
	n := len(mean)
	if b.Infer {
		copy(mean, b.Mean[lo:])
		for j := range inv {
			inv[j] = float32(1 / math.Sqrt(float64(b.Var[lo+j])+normEps))
		}
		return
	}
	var parts [normStrip]float32
	var first, second [normStrip]float64
	part := parts[:n]
	for r0 := 0; r0 < rows; r0 += rowsPerPiece {
		clear(part)
		for r := r0; r < min(r0+rowsPerPiece, rows); r++ {
			add(part, x[r*b.Cols+lo:r*b.Cols+lo+n])
		}
		for j, v := range part {
			first[j] += float64(v)
		}
	}
	for j := range mean {
		mean[j] = float32(first[j] / float64(rows))
	}
	for r0 := 0; r0 < rows; r0 += rowsPerPiece {
		clear(part)
		for r := r0; r < min(r0+rowsPerPiece, rows); r++ {
			normSquares(part, x[r*b.Cols+lo:], mean)
		}
		for j, v := range part {
			second[j] += float64(v)
		}
	}
	unbiased := 1 / float64(max(rows-1, 1))
	for j := range inv {
		inv[j] = float32(1 / math.Sqrt(second[j]/float64(rows)+normEps))
		m, v := &b.Mean[lo+j], &b.Var[lo+j]
		*m += normMomentum * (mean[j] - *m)
		*v += normMomentum * (float32(second[j]*unbiased) - *v)
	}
}

// backward sets dx (rows x Cols), and dgamma and dbeta unless nil.
func (b *BatchNorm) backward(dx, dgamma, dbeta, dy, y []float32, ldy int, x, gamma []float32) {
	rows := len(x) / b.Cols
	Parallel((b.Cols+normStrip-1)/normStrip, func(i int) {
		lo, hi := i*normStrip, min((i+1)*normStrip, b.Cols)
		n := hi - lo
		mean, inv := b.mean[lo:hi], b.inv[lo:hi]
		var gxs, gs, as, bs, cs [normStrip]float32
		gx, g := gxs[:n], gs[:n] // sums of g·(x - mean) and g, g the gradient before the activation
		low := b.Act.low()
		for r := range rows {
			normGradient(dx[r*b.Cols+lo:r*b.Cols+hi], dy[r*ldy+lo:], y[r*ldy+lo:], x[r*b.Cols+lo:], mean, gx, g, low)
		}
		for j := range gx {
			gx[j] *= inv[j]
		}
		if dgamma != nil {
			copy(dgamma[lo:hi], gx)
		}
		if dbeta != nil {
			copy(dbeta[lo:hi], g)
		}
		// dx = gamma·inv·(g - mean of g - x^·(mean of g·x^))
		by := 1 / float32(rows)
		if b.Infer {
			by = 0
		}
		for j := range gx {
			as[j], bs[j], cs[j] = gamma[lo+j]*inv[j], by*g[j], by*gx[j]*inv[j]
		}
		for r := range rows {
			normBack(dx[r*b.Cols+lo:r*b.Cols+hi], x[r*b.Cols+lo:], mean, as[:n], bs[:n], cs[:n])
		}
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

// normSquares adds (x - mean)² to sum.
func normSquares(sum, x, mean []float32) {
	x, mean = x[:len(sum)], mean[:len(sum)]
	for j, v := range x {
		d := v - mean[j]
		sum[j] += float32(d * d)
	}
}

// normApply sets y to t where t = (x - mean)·scale + beta is positive, to
// low·t elsewhere.
func normApply(y, x, mean, scale, beta []float32, low float32) {
	x, mean, scale, beta = x[:len(y)], mean[:len(y)], scale[:len(y)], beta[:len(y)]
	for j, v := range x {
		t := float32((v-mean[j])*scale[j]) + beta[j]
		y[j] = max(t, 0) + low*min(t, 0)
	}
}

// normGradient sets g to dy times 1 or, where y is not positive, low, and
// adds g·(x - mean) and g to the sums.
func normGradient(g, dy, y, x, mean, sumGX, sumG []float32, low float32) {
	dy, y, x, mean = dy[:len(g)], y[:len(g)], x[:len(g)], mean[:len(g)]
	sumGX, sumG = sumGX[:len(g)], sumG[:len(g)]
	for j, v := range y {
		d := dy[j]
		if v <= 0 {
			d *= low
		}
		g[j] = d
		sumGX[j] += float32(d * (x[j] - mean[j]))
		sumG[j] += d
	}
}

// normBack sets g to a·(g - b - (x - mean)·c).
func normBack(g, x, mean, a, b, c []float32) {
	x, mean, a, b, c = x[:len(g)], mean[:len(g)], a[:len(g)], b[:len(g)], c[:len(g)]
	for j, v := range x {
		g[j] = a[j] * (g[j] - b[j] - float32((v-mean[j])*c[j]))
	}
}
