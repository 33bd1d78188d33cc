package quality

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestAreaUnder(t *testing.T) {
	for _, tt := range []struct {
		name               string
		positive, negative []float64
		want               float64
	}{
		{"apart", []float64{3, 4}, []float64{1, 2}, 1},
		{"the other way round", []float64{1}, []float64{2, 3}, 0},
		{"ties", []float64{1, 1}, []float64{1, 1}, 0.5},
		{"by hand", []float64{2, 4}, []float64{1, 2, 3}, 0.75}, // (1.5+3)/6
	} {
		if got, lo, hi := areaUnder(tt.positive, tt.negative); math.Abs(got-tt.want) > 1e-12 || lo > got || hi < got {
			t.Errorf("%s: %.3f [%.3f, %.3f], want %.3f", tt.name, got, lo, hi, tt.want)
		}
	}
}

// Intervals hold the truth about as often as they say.
func TestIntervalsCover(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const runs = 400
	normal := func(n int, mean float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = mean + rng.NormFloat64()
		}
		return x
	}
	// P(X > Y) of normals one apart is Φ(1/√2); where a hundredth of the fresh
	// rows is accused, Φ(1-2.326) of the members are.
	auc := 0.5 * (1 + math.Erf(0.5))
	caught := 0.01
	missedAUC, missedCaught, missedGain := 0, 0, 0
	for range runs {
		p, n := normal(300, 1), normal(200, 0)
		if _, lo, hi := areaUnder(p, n); lo > auc || hi < auc {
			missedAUC++
		}
		if _, lo, hi := caughtAt(normal(2000, 0), normal(2000, 0), 0.01); lo > caught || hi < caught {
			missedCaught++
		}
		// Two scores of equal worth, related: the truth is no gain.
		y, a, b := make([]float32, 300), normal(300, 0), normal(300, 0)
		for i := range y {
			y[i] = float32(i % 2)
			common := rng.NormFloat64() + float64(y[i])
			a[i] += common
			b[i] += common
		}
		if _, lo, hi := gain(a, b, y); lo > 0 || hi < 0 {
			missedGain++
		}
	}
	for name, missed := range map[string]int{"AUC": missedAUC, "caught": missedCaught, "gain": missedGain} {
		if share := float64(missed) / runs; share > 0.085 || share < 0.01 {
			t.Errorf("95 %% intervals of the %s miss the truth in %.3f of the cases", name, share)
		}
	}
}

func TestCaughtAt(t *testing.T) {
	negative := make([]float64, 1000)
	for i := range negative {
		negative[i] = float64(i)
	}
	for _, tt := range []struct {
		name     string
		positive []float64
		want     float64
	}{
		{"one in two is certain", []float64{5000, -1}, 0.5},
		{"none", []float64{-1, -2}, 0},
		{"tied with all of the highest", []float64{990, 990, 990, 990}, 1},
		{"just below", []float64{989, 989}, 0},
	} {
		if got, _, _ := caughtAt(tt.positive, negative, 0.01); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: %.3f, want %.3f", tt.name, got, tt.want)
		}
	}
	same := make([]float64, 50)
	if got, _, _ := caughtAt(same, same, 0.01); math.Abs(got-0.01) > 1e-9 {
		t.Errorf("all alike: %.3f, want 0.01", got)
	}
}

func TestAveragePrecision(t *testing.T) {
	// scikit-learn: average_precision_score([0, 0, 1, 1], [.1, .4, .35, .8]) = .8333
	if got := averagePrecision([]float64{.1, .4, .35, .8}, []float32{0, 0, 1, 1}); math.Abs(got-0.8333333) > 1e-6 {
		t.Errorf("%.4f, want 0.8333", got)
	}
	if got := averagePrecision([]float64{1, 1, 1, 1}, []float32{0, 1, 0, 0}); got != 0.25 {
		t.Errorf("all tied: %.4f, want the share of the class", got)
	}
	if got := averagePrecision([]float64{1, 2}, []float32{0, 0}); !math.IsNaN(got) {
		t.Errorf("without the class: %.4f, want NaN", got)
	}
}
