package nn

import "math"

// Latent is the middle of a variational autoencoder (Kingma and Welling 2014):
// z = μ + e^(s/2)·noise. Its inputs are [μ, s], rows x 2·Dim, and noise, rows
// x Dim, standard normal; its output is z, rows x Dim.
//
// With every loss that follows it goes Weight times the mean over rows of the
// Kullback-Leibler divergence of N(μ, e^s) from N(0, 1): Backward adds that
// part's gradient, whatever the gradient by z is.
type Latent struct {
	Dim    int
	Weight float32

	// KL is the last Forward's divergence, mean over rows.
	KL float64

	sums pieceSums
}

// The log-variance s is held within these bounds, beyond which it has no
// gradient: a diverging encoder shall not make infinite numbers.
const minLogVar, maxLogVar = -20, 6

func (l *Latent) Shape(in [][2]int) [2]int { return [2]int{in[0][0], l.Dim} }

func (l *Latent) Forward(z []float32, in [][]float32) {
	d, rows := l.Dim, len(z)/l.Dim
	l.sums.begin(rows)
	byRows(rows, func(piece, r0, r1 int) {
		sum := 0.0
		for r := r0; r < r1; r++ {
			mu, s := in[0][2*r*d:(2*r+1)*d], in[0][(2*r+1)*d:(2*r+2)*d]
			z, noise := z[r*d:(r+1)*d], in[1][r*d:(r+1)*d]
			for i, v := range s { // e^(s/2), for now in z
				z[i] = min(max(v, minLogVar), maxLogVar) / 2
			}
			exp(z, z)
			for i, e := range z {
				v := min(max(s[i], minLogVar), maxLogVar)
				sum += float64(mu[i]*mu[i]+e*e-1-v) / 2
				z[i] = mu[i] + e*noise[i]
			}
		}
		l.sums[piece] = sum
	})
	l.KL = 0
	for _, s := range l.sums {
		l.KL += s / float64(rows)
	}
}

func (l *Latent) Backward(grads [][]float32, dz, z []float32, in [][]float32) {
	d, rows := l.Dim, len(z)/l.Dim
	out := grads[0]
	if out == nil {
		return
	}
	by := l.Weight / float32(rows)
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			mu, s := in[0][2*r*d:(2*r+1)*d], in[0][(2*r+1)*d:(2*r+2)*d]
			dmu, ds := out[2*r*d:(2*r+1)*d], out[(2*r+1)*d:(2*r+2)*d]
			for i, g := range dz[r*d : (r+1)*d] {
				dmu[i] = g + by*mu[i]
				ds[i] = 0
				if v := s[i]; v > minLogVar && v < maxLogVar {
					// z - μ is e^(s/2)·noise.
					ds[i] = g*(z[r*d+i]-mu[i])/2 + by*(float32(math.Exp(float64(v)))-1)/2
				}
			}
		}
	})
}
