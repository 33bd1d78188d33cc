package nn

// normStrip is 16 columns of a [BatchNorm], a cache line of each row, while it
// is worked on. Loops go down the rows with all of this in registers.
type normStrip struct {
	mean, scale, beta [normCols]float32
	sum, sumX         [normCols]float32
	low               float32 // the activation's slope below zero
	n                 int     // columns that there are
}

const normCols = 16

// addUp adds x to sum.
func (s *normStrip) addUp(x []float32, ld, rows int) {
	if vectorNormSum(s, x, ld, rows) {
		return
	}
	for r := range rows {
		for j, v := range x[r*ld:][:s.n] {
			s.sum[j] += v
		}
	}
}

// addSquares adds (x - mean)² to sum.
func (s *normStrip) addSquares(x []float32, ld, rows int) {
	if vectorNormSquares(s, x, ld, rows) {
		return
	}
	for r := range rows {
		for j, v := range x[r*ld:][:s.n] {
			d := v - s.mean[j]
			s.sum[j] += float32(d * d)
		}
	}
}

// apply sets y to t where t = (x - mean)·scale + beta is positive, to low·t
// elsewhere.
func (s *normStrip) apply(y []float32, ldy int, x []float32, ldx, rows int) {
	if vectorNormApply(s, y, ldy, x, ldx, rows) {
		return
	}
	for r := range rows {
		y := y[r*ldy:][:s.n]
		for j, v := range x[r*ldx:][:s.n] {
			t := float32((v-s.mean[j])*s.scale[j]) + s.beta[j]
			y[j] = max(t, 0) + float32(s.low*min(t, 0))
		}
	}
}

// gradient sets g to dy times 1 or, where y is not positive, low; it adds g to
// sum and g·(x - mean) to sumX.
func (s *normStrip) gradient(g, dy, y []float32, ldy int, x []float32, ldx, rows int) {
	if vectorNormGradient(s, g, dy, y, ldy, x, ldx, rows) {
		return
	}
	for r := range rows {
		g, x, dy, y := g[r*ldx:][:s.n], x[r*ldx:][:s.n], dy[r*ldy:][:s.n], y[r*ldy:][:s.n]
		for j, d := range dy {
			if y[j] <= 0 {
				d *= s.low
			}
			g[j] = d
			s.sum[j] += d
			s.sumX[j] += float32(d * (x[j] - s.mean[j]))
		}
	}
}

// back sets g to scale·(g - beta - (x - mean)·sum).
func (s *normStrip) back(g, x []float32, ld, rows int) {
	if vectorNormBack(s, g, x, ld, rows) {
		return
	}
	for r := range rows {
		g := g[r*ld:][:s.n]
		for j, v := range x[r*ld:][:s.n] {
			g[j] = s.scale[j] * (g[j] - s.beta[j] - float32((v-s.mean[j])*s.sum[j]))
		}
	}
}
