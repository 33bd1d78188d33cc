package nn

import "math"

// Adam is the state of Kingma and Ba's optimiser for one matrix of weights.
type Adam struct {
	M, V []float32 // running means of the gradient and of its square
}

// AdamRule is one step of it: learning rate, decay rates and the number of
// the step, from 1.
type AdamRule struct {
	Rate, Beta1, Beta2 float64
	Step               int
}

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
	const piece = 1 << 13
	Parallel((len(w)+piece-1)/piece, func(i int) {
		lo, hi := i*piece, min((i+1)*piece, len(w))
		w, g, m, v := w[lo:hi], g[lo:hi], a.M[lo:hi], a.V[lo:hi]
		g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
		for i, d := range g {
			m[i] = b1*m[i] + (1-b1)*d
			v[i] = b2*v[i] + (1-b2)*d*d
			w[i] -= rate * m[i] / (float32(math.Sqrt(float64(v[i]*unbias))) + eps)
		}
	})
}

// Average moves mean towards w: mean = decay·mean + (1-decay)·w.
func Average(mean, w []float32, decay float32) {
	mean = mean[:len(w)]
	for i, x := range w {
		mean[i] = decay*mean[i] + (1-decay)*x
	}
}
