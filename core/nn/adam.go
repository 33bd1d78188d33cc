package nn

import "math"

// Adam is the state of Kingma and Ba's optimiser for one matrix of weights.
type Adam struct {
	M, V []float32 // running means of the gradient and of its square

	w, g []float32 // what Update is working on
	by   [adamParams]float32
}

// AdamRule is one step of it. Fields of zero do nothing.
type AdamRule struct {
	Rate, Beta1, Beta2 float64 // learning rate and decay rates of the means
	Step               int     // the step's number, from 1

	Clip   float64 // the gradient is multiplied by it first; 0 means 1
	L1, L2 float64 // L1·sign(w) + L2·w is added to the gradient
	// Decay times Rate is the share that each weight loses, apart from its
	// gradient (AdamW: Loshchilov and Hutter, Decoupled Weight Decay
	// Regularization, 2019).
	Decay float64
}

// Places in Adam.by; the generator of vectorAdam has the same list.
const (
	byClip = iota
	byL2
	byL1
	byMinusL1
	byKeep // of the weights
	byBeta1
	byRest1 // 1 - beta1
	byBeta2
	byRest2
	byUnbias
	byRate
	adamParams
)

// adamPiece is how many weights are one unit of work: some ten microseconds,
// below which waking somebody costs more.
const adamPiece = 1 << 15

// Update moves w against its gradient g, in one pass over the four slices.
// Every operation is rounded: processors and threads agree bit for bit.
func (a *Adam) Update(w, g []float32, rule AdamRule) {
	if a.M == nil {
		a.M, a.V = make([]float32, len(w)), make([]float32, len(w))
	}
	clip, step := rule.Clip, float64(rule.Step)
	if clip == 0 {
		clip = 1
	}
	b1, b2 := float32(rule.Beta1), float32(rule.Beta2)
	a.by = [adamParams]float32{
		byClip: float32(clip), byL1: float32(rule.L1), byMinusL1: -float32(rule.L1), byL2: float32(rule.L2),
		byKeep:  float32(1 - rule.Rate*rule.Decay),
		byBeta1: b1, byRest1: 1 - b1, byBeta2: b2, byRest2: 1 - b2,
		byUnbias: float32(1 / (1 - math.Pow(rule.Beta2, step))),
		byRate:   float32(rule.Rate / (1 - math.Pow(rule.Beta1, step))),
	}
	a.w, a.g = w, g[:len(w)]
	parallel((len(w)+adamPiece-1)/adamPiece, a)
	a.w, a.g = nil, nil
}

func (a *Adam) piece(i int) {
	lo, hi := i*adamPiece, min((i+1)*adamPiece, len(a.w))
	w, g, m, v := a.w[lo:hi], a.g[lo:hi], a.M[lo:hi], a.V[lo:hi]
	at := 0
	if hasVectors && len(w) >= 8 {
		at = len(w) &^ 7
		vectorAdam(&w[0], &g[0], &m[0], &v[0], at, &a.by)
	}
	const eps = 1e-8
	by := &a.by
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i := at; i < len(w); i++ { // conversions keep products from being fused
		x := w[i]
		d := float32(by[byClip]*g[i]) + float32(by[byL2]*x)
		d += min(max(float32(x*1e38), by[byMinusL1]), by[byL1]) // L1 with x's sign
		m[i] = float32(by[byBeta1]*m[i]) + float32(by[byRest1]*d)
		v[i] = float32(by[byBeta2]*v[i]) + float32(float32(by[byRest2]*d)*d)
		root := float32(math.Sqrt(float64(float32(v[i] * by[byUnbias]))))
		w[i] = float32(by[byKeep]*x) - float32(by[byRate]*m[i])/(root+eps)
	}
}

// Norm returns the Euclidean length of all the gradients' elements together,
// to six digits: with it clipping by norm (Pascanu, Mikolov and Bengio 2013)
// is AdamRule.Clip = limit/norm where norm exceeds limit. From elements of
// 1e19 on it is +Inf, and not a number if one of them is: such a step is
// better left out.
func Norm(grads [][]float32) float64 {
	sum := 0.0
	for _, g := range grads {
		for len(g) > 0 {
			n := min(len(g), 1024)
			sum += float64(dot(g[:n], g[:n]))
			g = g[n:]
		}
	}
	return math.Sqrt(sum)
}

// Average moves mean towards w: mean = decay·mean + (1-decay)·w.
func Average(mean, w []float32, decay float32) {
	mean = mean[:len(w)]
	rest, i := 1-decay, 0
	if hasVectors && len(w) >= 8 {
		i = len(w) &^ 7
		vectorMean(&mean[0], &w[0], i, &[2]float32{decay, rest})
	}
	for ; i < len(w); i++ {
		mean[i] = float32(decay*mean[i]) + float32(rest*w[i])
	}
}
