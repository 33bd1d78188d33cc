package privacy

import "testing"

func TestNoiseFor(t *testing.T) {
	for _, tt := range []struct {
		rho, epsilon, rate float64
		steps              int
		ok                 bool
	}{
		{0, 1, .02, 500, true}, {.01, 1, .02, 500, true}, {.02, 1, .1, 300, true}, {0, 8, .01, 10000, true}, {.5, 1, .02, 500, false},
	} {
		noise, ok := NoiseFor(tt.rho, tt.epsilon, 1e-5, tt.rate, tt.steps)
		if ok != tt.ok {
			t.Errorf("%+v: %v", tt, ok)
		}
		if !ok {
			continue
		}
		with, _ := SGD{tt.rate, noise, tt.steps}.EpsilonWith(tt.rho, 1e-5)
		less, _ := SGD{tt.rate, noise * .99, tt.steps}.EpsilonWith(tt.rho, 1e-5)
		if with > tt.epsilon || less <= tt.epsilon {
			t.Errorf("%+v: noise %.3f gives epsilon %.4f, a hundredth less %.4f", tt, noise, with, less)
		}
	}
	// Alone it is what Epsilon says; zCDP alone about what Epsilon of it says.
	s := SGD{.02, 2, 500}
	if a, _ := s.EpsilonWith(0, 1e-5); a != first(s.Epsilon(1e-5)) {
		t.Errorf("without anything else epsilon is %g", a)
	}
	if a, b := first(SGD{0, 1, 0}.EpsilonWith(.02, 1e-5)), Epsilon(.02, 1e-5); a < b || a > 1.02*b {
		t.Errorf("zCDP alone gives %g, and %g by itself", a, b)
	}
}

func first(a float64, _ int) float64 { return a }
