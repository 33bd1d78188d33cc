package privacy

import "math"

// SGD is a training by noisy gradients: every step takes each row with
// probability Rate (Poisson sampling), clips each row's gradient and adds
// Gaussian noise of Noise times the clipping length to their sum. Neighbours
// differ in one row.
type SGD struct {
	Rate  float64 // in [0, 1]
	Noise float64 // the noise multiplier, above 0
	Steps int
}

// maxOrder is the largest Rényi order looked at.
const maxOrder = 256

// Renyi returns the Rényi divergence of whole order a >= 2 that the training
// keeps between neighbours: Steps times that of one step,
//
//	log(Σ_k C(a,k) (1-Rate)^(a-k) Rate^k exp(k(k-1)/2Noise²)) / (a-1)
//
// (Mironov, Talwar and Zhang 2019, section 3.3).
func (s SGD) Renyi(a int) float64 {
	if s.Rate == 0 || s.Steps == 0 {
		return 0
	}
	if s.Rate == 1 {
		return float64(s.Steps) * float64(a) / (2 * s.Noise * s.Noise)
	}
	n := float64(a)
	choose, _ := math.Lgamma(n + 1)
	terms := make([]float64, 0, a+1)
	top := math.Inf(-1)
	for k := 0.; k <= n; k++ {
		x, _ := math.Lgamma(k + 1)
		y, _ := math.Lgamma(n - k + 1)
		t := choose - x - y + (n-k)*math.Log1p(-s.Rate) + k*math.Log(s.Rate) + k*(k-1)/(2*s.Noise*s.Noise)
		terms = append(terms, t)
		top = max(top, t)
	}
	var sum float64
	for _, t := range terms {
		sum += math.Exp(t - top)
	}
	return float64(s.Steps) * max(0, top+math.Log(sum)) / (n - 1)
}

// Epsilon returns an epsilon for which the training is (epsilon, delta)
// private, and the order that it comes from: the least over whole orders up
// to 256 of Renyi(a) + log(1-1/a) - log(delta·a)/(a-1) (Canonne, Kamath and
// Steinke 2020, proposition 12). Orders between whole ones would give a little
// less. O(256²).
func (s SGD) Epsilon(delta float64) (epsilon float64, order int) {
	epsilon = math.Inf(1)
	for a := 2; a <= maxOrder; a++ {
		n := float64(a)
		if e := s.Renyi(a) + math.Log1p(-1/n) - math.Log(delta*n)/(n-1); e < epsilon {
			epsilon, order = max(0, e), a
		}
	}
	return epsilon, order
}
