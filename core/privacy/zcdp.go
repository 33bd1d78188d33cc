package privacy

import "math"

// Delta returns the least delta known for which a rho-zCDP mechanism is
// (epsilon, delta)-private: the infimum over a > 1 of
//
//	exp((a-1)(a·rho - epsilon)) / (a-1) · (1 - 1/a)^a
//
// (Canonne, Kamath and Steinke 2020, corollary 13). rho 0 gives 0.
func Delta(rho, epsilon float64) float64 {
	if rho <= 0 {
		return 0
	}
	// The logarithm's derivative in a increases: bisect for its zero.
	lo, hi := 1+1e-12, (epsilon+1)/(2*rho)+2
	for range 200 {
		a := lo + (hi-lo)/2
		if slope := (2*a-1)*rho - epsilon + math.Log1p(-1/a); slope < 0 {
			lo = a
		} else {
			hi = a
		}
	}
	a := hi
	return min(1, math.Exp((a-1)*(a*rho-epsilon)+a*math.Log1p(-1/a))/(a-1))
}

// Rho returns the largest rho, to nine digits and rounded down, for which
// [Delta] of it and epsilon is at most delta.
func Rho(epsilon, delta float64) float64 {
	if epsilon <= 0 || delta <= 0 {
		return 0
	}
	lo, hi := 0., epsilon+math.Sqrt(epsilon)+1
	for range 100 {
		if mid := (lo + hi) / 2; Delta(mid, epsilon) <= delta {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo * (1 - 1e-9)
}

// Epsilon returns the least epsilon for which [Delta] of rho and it is at
// most delta: what a mechanism of that rho may be said to keep.
func Epsilon(rho, delta float64) float64 {
	if rho <= 0 {
		return 0
	}
	lo, hi := 0., rho+2*math.Sqrt(rho*math.Log(1/delta)) // Bun and Steinke 2016
	for range 100 {
		if mid := (lo + hi) / 2; Delta(rho, mid) <= delta {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}
