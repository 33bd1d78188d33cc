package privacy

import "math"

// EpsilonWith is [SGD.Epsilon] of the training together with mechanisms of rho
// zCDP, before or after it: their Rényi divergences of order a, rho·a, add to
// the training's.
func (s SGD) EpsilonWith(rho, delta float64) (epsilon float64, order int) {
	epsilon = math.Inf(1)
	for a := 2; a <= maxOrder; a++ {
		n := float64(a)
		if e := rho*n + s.Renyi(a) + math.Log1p(-1/n) - math.Log(delta*n)/(n-1); e < epsilon {
			epsilon, order = max(0, e), a
		}
	}
	return epsilon, order
}

// maxNoise is the largest multiplier looked for.
const maxNoise = 1 << 10

// NoiseFor returns the least noise multiplier, to a thousandth and rounded up,
// with which a training of so many steps at that rate is (epsilon, delta)-
// private together with mechanisms of rho zCDP. It is false where no noise is
// enough.
func NoiseFor(rho, epsilon, delta, rate float64, steps int) (noise float64, ok bool) {
	private := func(noise float64) bool {
		e, _ := SGD{Rate: rate, Noise: noise, Steps: steps}.EpsilonWith(rho, delta)
		return e <= epsilon
	}
	if !private(maxNoise) {
		return 0, false
	}
	lo, hi := .1, float64(maxNoise)
	for hi > lo*1.001 {
		if mid := math.Sqrt(lo * hi); private(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi, true
}
