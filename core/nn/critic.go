package nn

import "math"

// Critic is the discriminator D(x) = v·leaky(x·C + c) + v0 and its losses,
// by default the non-saturating ones (see [Adversary] for others):
//
//	L_D = mean sp(-D(x_r)) + mean sp(D(x_f))
//	      + Gamma/(2 Sigma²) · [mean (D(x_r+Sigma·e)-D(x_r))² + mean (D(x_f+Sigma·e)-D(x_f))²]
//	L_G = mean sp(-D(x_f))
//
// for real rows x_r and generated rows x_f. The last part is the penalty on
// the gradient's size at both (R1 and R2 of Mescheder et al. 2018; Huang et
// al. 2024) by finite differences, which needs first derivatives only; both
// of its terms carry gradients. Real and generated rows share the noise e:
// as the hidden layer is linear before its activation, one product e·C then
// serves all four rows.
type Critic struct {
	Width, Hidden int
	Blocks        int
	Sigma, Gamma  float32
	Loss          Adversary
	// FakeOnly leaves the real rows out of the critic's loss and gradients:
	// somebody else adds what they have to say. Only for NonSaturating.
	FakeOnly bool
	// Real are the batch's real rows as the columns that are 1: rows x Blocks,
	// ascending within a row, column b of a row always within block b.
	Real []int32

	real, fake, noise, adv []float32 // hidden layer before activation, then gradients: rows x H
	slope                  []float32 // dL/dD by row: real, noised real, fake, noised fake, fake for G
	parts                  []float32 // sums of the pieces of a batch: dc (H), dv (H+1)
	loss                   [][2]float64
	between                *between // of WassersteinLoss, made when needed
}

// scores of one row, in this order.
const (
	onReal = iota
	onNoisedReal
	onFake
	onNoisedFake
	forG
	scores
)

// losses returns L_D and L_G and keeps what gradients needs. Row r of the
// generated rows starts at x[r*ld].
func (c *Critic) losses(x []float32, ld, rows int, noise, w, bias, v []float32) (lossD, lossG float64) {
	h := c.Hidden
	c.real, c.fake = grown(c.real, rows*h), grown(c.fake, rows*h)
	c.noise, c.adv = grown(c.noise, rows*h), grown(c.adv, rows*h)
	c.slope = grown(c.slope, rows*scores)
	if len(c.loss) != pieces(rows) {
		c.loss = make([][2]float64, pieces(rows))
		c.parts = make([]float32, pieces(rows)*(2*h+1))
	}
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			copy(c.fake[r*h:(r+1)*h], bias)
		}
	})
	Sgemm(false, false, rows, h, c.Width, 1, x, ld, w, h, 1, c.fake, h)
	Sgemm(false, false, rows, h, c.Width, c.Sigma, noise, c.Width, w, h, 0, c.noise, h)
	byRows(rows, func(piece, r0, r1 int) {
		sum := [2]float64{}
		for r := r0; r < r1; r++ {
			real := c.real[r*h : (r+1)*h]
			copy(real, bias)
			for _, col := range c.Real[r*c.Blocks : (r+1)*c.Blocks] {
				add(real, w[int(col)*h:(int(col)+1)*h])
			}
			d := c.row(real, c.fake[r*h:(r+1)*h], c.noise[r*h:(r+1)*h], v)
			lD, lG := c.rowLoss(d, c.slope[r*scores:(r+1)*scores], rows)
			sum[0] += lD
			sum[1] += lG
		}
		c.loss[piece] = sum
	})
	for _, l := range c.loss {
		lossD += l[0]
		lossG += l[1]
	}
	if c.Loss == WassersteinLoss {
		if c.between == nil {
			c.between = &between{}
		}
		lossD += c.between.loss(c, rows, noise, w, v)
	}
	return lossD, lossG
}

// row returns the four scores of one row of hidden sums.
func (c *Critic) row(real, fake, noise, v []float32) (d [4]float32) {
	h := len(real)
	bias := v[h]
	v, fake, noise = v[:h], fake[:h], noise[:h]
	var d0, d1, d2, d3 float32
	j := 0
	if hasVectors && h >= 8 {
		j = h &^ 7
		var lanes [32]float32
		vectorCriticRow(&real[0], &fake[0], &noise[0], &v[0], j, &lanes)
		for l := range 8 {
			d0, d1, d2, d3 = d0+lanes[l], d1+lanes[8+l], d2+lanes[16+l], d3+lanes[24+l]
		}
	}
	for ; j < h; j++ {
		r, f, e, w := real[j], fake[j], noise[j], v[j]
		d0 += w * max(r, LeakySlope*r)
		d2 += w * max(f, LeakySlope*f)
		r += e
		f += e
		d1 += w * max(r, LeakySlope*r)
		d3 += w * max(f, LeakySlope*f)
	}
	return [4]float32{d0 + bias, d1 + bias, d2 + bias, d3 + bias}
}

// rowLoss returns one row's share of the losses and sets their slopes by the
// scores.
func (c *Critic) rowLoss(d [4]float32, slope []float32, rows int) (lossD, lossG float64) {
	n := 1 / float64(rows)
	penalty := float64(c.Gamma) / float64(c.Sigma*c.Sigma)
	if c.Loss == WassersteinLoss {
		penalty = 0
	}
	dr, df := float64(d[onReal]), float64(d[onFake])
	er, ef := float64(d[onNoisedReal])-dr, float64(d[onNoisedFake])-df
	lossD, lossG, byR, byF, byG := c.Loss.adversary(dr, df)
	if c.FakeOnly {
		lossD, byR, er = softplus(df), 0, 0
	}
	slope[onReal] = float32(n * (byR - penalty*er))
	slope[onNoisedReal] = float32(n * penalty * er)
	slope[onFake] = float32(n * (byF - penalty*ef))
	slope[onNoisedFake] = float32(n * penalty * ef)
	slope[forG] = float32(n * byG)
	lossD = n * (lossD + penalty/2*(er*er+ef*ef))
	return lossD, n * lossG
}

// gradients sets dw, dbias and dv for L_D and dx for L_G, all times by.
func (c *Critic) gradients(dx, x []float32, ld, rows int, by float32, noise, w, v, dw, dbias, dv []float32) {
	h := c.Hidden
	byRows(rows, func(piece, r0, r1 int) {
		part := c.parts[piece*(2*h+1) : (piece+1)*(2*h+1)]
		clear(part)
		for r := r0; r < r1; r++ {
			at, end := r*h, (r+1)*h
			c.rowGradient(c.real[at:end], c.fake[at:end], c.noise[at:end], c.adv[at:end],
				c.slope[r*scores:(r+1)*scores], v, part[:h], part[h:], by)
		}
	})
	clear(dbias)
	clear(dv)
	for p := range c.loss {
		part := c.parts[p*(2*h+1) : (p+1)*(2*h+1)]
		add(dbias, part[:h])
		add(dv, part[h:])
	}
	Sgemm(true, false, c.Width, h, rows, 1, x, ld, c.fake, h, 0, dw, h)
	Sgemm(true, false, c.Width, h, rows, c.Sigma, noise, c.Width, c.noise, h, 1, dw, h)
	Parallel(c.Blocks, func(b int) { // blocks own different rows of dw
		for r := range rows {
			col := int(c.Real[r*c.Blocks+b])
			add(dw[col*h:(col+1)*h], c.real[r*h:(r+1)*h])
		}
	})
	if c.Loss == WassersteinLoss {
		c.between.gradients(c, rows, by, w, dw, dv)
	}
	Sgemm(false, true, rows, c.Width, h, 1, c.adv, h, w, h, 0, dx, ld)
}

// rowGradient replaces one row's hidden sums by their gradients and adds to
// dbias and dv.
func (c *Critic) rowGradient(real, fake, noise, adv, slope, v, dbias, dv []float32, by float32) {
	h := len(real)
	sr, sre, sf, sfe, sg := by*slope[onReal], by*slope[onNoisedReal], by*slope[onFake], by*slope[onNoisedFake], by*slope[forG]
	dv[h] += sr + sre + sf + sfe
	v, fake, noise, adv, dbias, dv = v[:h], fake[:h], noise[:h], adv[:h], dbias[:h], dv[:h]
	j := 0
	if hasVectors && h >= 8 {
		j = h &^ 7
		vectorCriticGradient(&real[0], &fake[0], &noise[0], &adv[0], &v[0], &dv[0], &dbias[0], j, &[5]float32{sr, sre, sf, sfe, sg})
	}
	for ; j < h; j++ {
		r, f, e, w := real[j], fake[j], noise[j], v[j]
		re, fe := r+e, f+e
		kr, kre := leakySlope(r), leakySlope(re)
		kf, kfe := leakySlope(f), leakySlope(fe)
		dv[j] += sr*kr*r + sre*kre*re + sf*kf*f + sfe*kfe*fe
		gr, gre, gf, gfe := sr*kr, sre*kre, sf*kf, sfe*kfe
		real[j], fake[j] = w*(gr+gre), w*(gf+gfe)
		noise[j], adv[j] = w*(gre+gfe), w*sg*kf
		dbias[j] += real[j] + fake[j]
	}
}

func leakySlope(x float32) float32 {
	if x > 0 {
		return 1
	}
	return LeakySlope
}

func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

func logistic(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}
