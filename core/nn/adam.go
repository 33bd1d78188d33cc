package nn

import "math"

// Adam is the state of Kingma and Ba's optimiser for one matrix of weights.
type Adam struct {
	M, V []float32 // running means of the gradient and of its square
}

// AdamRule is one step of it: learning rate, decay rates and the number of
// the step, from 1. Zeros of the rest leave it out.
type AdamRule struct {
	Rate, Beta1, Beta2 float64
	Step               int

	L1, L2 float64 // weights of |w| and w²/2, added to the loss
	Decay  float64 // of the weights apart from the gradient: AdamW (Loshchilov and Hutter 2019)
	Clip   float64 // gradients are multiplied by it first
}

const adamPiece = 1 << 13

// Update moves w against its gradient g, in one pass over the four slices.
func (a *Adam) Update(w, g []float32, rule AdamRule) {
	if a.M == nil {
		a.M, a.V = make([]float32, len(w)), make([]float32, len(w))
	}
	const eps = 1e-8
	b1, b2 := float32(rule.Beta1), float32(rule.Beta2)
	step := float64(rule.Step)
	rate := float32(rule.Rate / (1 - math.Pow(rule.Beta1, step)))
	unbias := float32(1 / (1 - math.Pow(rule.Beta2, step)))
	clip, l1, l2, keep := float32(1), float32(rule.L1), float32(rule.L2), float32(1-rule.Rate*rule.Decay)
	if rule.Clip != 0 {
		clip = float32(rule.Clip)
	}
	Parallel((len(w)+adamPiece-1)/adamPiece, func(i int) {
		lo, hi := i*adamPiece, min((i+1)*adamPiece, len(w))
		w, g, m, v := w[lo:hi], g[lo:hi], a.M[lo:hi], a.V[lo:hi]
		g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
		for i, d := range g {
			d = d*clip + l2*w[i]
			if l1 != 0 {
				d += l1 * sign(w[i])
			}
			m[i] = b1*m[i] + (1-b1)*d
			v[i] = b2*v[i] + (1-b2)*d*d
			w[i] = keep*w[i] - rate*m[i]/(float32(math.Sqrt(float64(v[i]*unbias)))+eps)
		}
	})
}

func sign(x float32) float32 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// Norm returns the Euclidean norm of all the slices' elements together, for
// clipping gradients by it (Pascanu et al. 2013).
func Norm(slices [][]float32) float64 {
	sum := 0.0
	for _, x := range slices {
		for len(x) > 0 { // float32 within a piece, as it is short
			n := min(len(x), 256)
			part := float32(0)
			for _, v := range x[:n] {
				part += v * v
			}
			sum += float64(part)
			x = x[n:]
		}
	}
	return math.Sqrt(sum)
}

// Average moves mean towards w: mean = decay·mean + (1-decay)·w.
func Average(mean, w []float32, decay float32) {
	mean = mean[:len(w)]
	for i, x := range w {
		mean[i] = decay*mean[i] + (1-decay)*x
	}
}
