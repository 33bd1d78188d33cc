package promo

import "math"

// log1ps puts ln(1+x) to 1e-12 where x was: for most the series of 2 artanh(x/(2+x)).
func log1ps(x []float64) {
	for n, z := range x {
		t := z / (2 + z)
		u := t * t
		x[n] = 2 * t * (1 + u*(1.0/3+u*(1.0/5+u*(1.0/7+u*(1.0/9+u*(1.0/11+u*(1.0/13+u/15)))))))
		if z > 0.5 || z < -0.3 {
			x[n] = math.Log1p(z)
		}
	}
}

// exps puts eˣ to 1e-12 where x was: for most, as what offers change is small,
// Taylor's sum.
func exps(x []float64) {
	for n, y := range x {
		x[n] = exp(y)
		if y*y > 1.0/64 {
			x[n] = math.Exp(y)
		}
	}
}

func exp(y float64) float64 {
	return 1 + y*(1+y*(1.0/2+y*(1.0/6+y*(1.0/24+y*(1.0/120+y*(1.0/720+y/5040))))))
}
