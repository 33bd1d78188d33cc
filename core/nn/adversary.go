package nn

import "math"

// Adversary is what the two players of a [Critic] play for, for its scores
// r = D(x_r) and f = D(x_f) of a real and a generated row, with
// sp(t) = ln(1+e^t).
type Adversary uint8

const (
	// NonSaturating: sp(-r) + sp(f), and for the generator sp(-f) (Goodfellow
	// et al. 2014).
	NonSaturating Adversary = iota
	// HingeLoss: max(0, 1-r) + max(0, 1+f), and -f (Lim and Ye 2017).
	HingeLoss
	// RelativisticLoss: sp(f-r), and sp(r-f), row by row (Jolicoeur-Martineau
	// 2018; Huang et al. 2024).
	RelativisticLoss
	// WassersteinLoss: f-r, and -f, with the penalty of [GradientPenalty] at
	// rows between a real and a generated one, 10·Gamma its weight, in place
	// of the critic's own (Arjovsky et al. 2017; Gulrajani et al. 2017).
	WassersteinLoss
)

// adversary returns a row's losses and their slopes by the scores: that of
// the critic's by r and by f, and that of the generator's by f.
func (a Adversary) adversary(r, f float64) (lossD, lossG, byR, byF, forG float64) {
	switch a {
	case HingeLoss:
		if r < 1 {
			lossD, byR = 1-r, -1
		}
		if f > -1 {
			lossD, byF = lossD+1+f, 1
		}
		return lossD, -f, byR, byF, -1
	case RelativisticLoss:
		s := logistic(f - r)
		return softplus(f - r), softplus(r - f), -s, s, -logistic(r - f)
	case WassersteinLoss:
		return f - r, -f, -1, 1, -1
	}
	return softplus(-r) + softplus(f), softplus(-f), -logistic(-r), logistic(f), -logistic(-f)
}

// between is the gradient penalty of a critic at rows between real and
// generated ones. The hidden sums there lie between theirs, too, as they are
// linear in the row; the critic's gradient by its input is a·C^T, a being v
// where the hidden layer is not flat.
type between struct {
	penalty GradientPenalty
	slope   []float32 // of the hidden layer: rows x H
	a, da   []float32 // rows x H
	g, dg   []float32 // rows x W
}

// loss returns the penalty; u, one standard normal number a row, says where
// between the two the row lies.
func (b *between) loss(c *Critic, rows int, noise, w, v []float32) float64 {
	h := c.Hidden
	b.penalty.Cols, b.penalty.Weight = c.Width, 10*c.Gamma
	b.slope, b.a, b.da = grown(b.slope, rows*h), grown(b.a, rows*h), grown(b.da, rows*h)
	b.g, b.dg = grown(b.g, rows*c.Width), grown(b.dg, rows*c.Width)
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			u := float32(math.Erfc(-float64(noise[r*c.Width])/math.Sqrt2) / 2)
			for j := r * h; j < (r+1)*h; j++ {
				b.slope[j] = leakySlope(u*c.real[j] + (1-u)*c.fake[j])
				b.a[j] = v[j-r*h] * b.slope[j]
			}
		}
	})
	Sgemm(false, true, rows, c.Width, h, 1, b.a, h, w, h, 0, b.g, c.Width)
	var out [1]float32
	b.penalty.Forward(out[:], [][]float32{b.g})
	return float64(out[0])
}

// gradients adds to dw and dv.
func (b *between) gradients(c *Critic, rows int, by float32, w, dw, dv []float32) {
	h := c.Hidden
	b.penalty.Backward([][]float32{b.dg}, []float32{by}, nil, [][]float32{b.g})
	Sgemm(true, false, c.Width, h, rows, 1, b.dg, c.Width, b.a, h, 1, dw, h)
	Sgemm(false, false, rows, h, c.Width, 1, b.dg, c.Width, w, h, 0, b.da, h)
	for r := range rows {
		for j := range h {
			dv[j] += b.da[r*h+j] * b.slope[r*h+j]
		}
	}
}
