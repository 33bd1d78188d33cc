package nn

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// TestAdamRule takes some steps by each rule and compares with the
// definitions, in float64.
func TestAdamRule(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule AdamRule
	}{
		{"Adam", AdamRule{Rate: .01, Beta1: .9, Beta2: .999}},
		{"clipped", AdamRule{Rate: .01, Beta1: .5, Beta2: .9, Clip: .125}},
		{"L2", AdamRule{Rate: .01, Beta1: .9, Beta2: .99, L2: .3}},
		{"L1", AdamRule{Rate: .01, Beta1: .9, Beta2: .99, L1: .2}},
		{"AdamW", AdamRule{Rate: .01, Beta1: .9, Beta2: .99, Decay: .5}},
		{"all", AdamRule{Rate: .01, Beta1: .9, Beta2: .99, Clip: .5, L1: .01, L2: .02, Decay: .03}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			eachVector(t, func(t *testing.T, n int) {
				w, a := randoms(rng, n), Adam{}
				if n > 2 {
					w[n/2] = 0 // L1 pulls it nowhere
				}
				w64, m, v := make([]float64, n), make([]float64, n), make([]float64, n)
				for i, x := range w {
					w64[i] = float64(x)
				}
				for tt.rule.Step = 1; tt.rule.Step <= 3; tt.rule.Step++ {
					g := randoms(rng, n)
					a.Update(w, g, tt.rule)
					for i := range w64 {
						w64[i] = adamStep(tt.rule, w64[i], float64(g[i]), &m[i], &v[i])
					}
				}
				for i, x := range w {
					if math.Abs(float64(x)-w64[i]) > 2e-6 {
						t.Fatalf("n=%d: weight %d is %g, want %g", n, i, x, w64[i])
					}
				}
			})
		})
	}
}

func adamStep(r AdamRule, w, g float64, m, v *float64) float64 {
	if r.Clip != 0 {
		g *= r.Clip
	}
	g += r.L2 * w
	if w != 0 {
		g += math.Copysign(r.L1, w)
	}
	*m = r.Beta1**m + (1-r.Beta1)*g
	*v = r.Beta2**v + (1-r.Beta2)*g*g
	step := float64(r.Step)
	return w - r.Rate*r.Decay*w - r.Rate**m/(1-math.Pow(r.Beta1, step))/(math.Sqrt(*v/(1-math.Pow(r.Beta2, step)))+1e-8)
}

// TestAdamBits: threads, vectors and plain Go agree, and nothing is
// allocated.
func TestAdamBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rule := AdamRule{Rate: .01, Beta1: .9, Beta2: .99, Clip: .7, L1: .01, L2: .02, Decay: .03}
	steps := func() []float32 {
		rng := rand.New(rand.NewPCG(3, 4))
		w, a := randoms(rng, 3*adamPiece+5), Adam{}
		for rule.Step = 1; rule.Step < 4; rule.Step++ {
			a.Update(w, randoms(rng, len(w)), rule)
		}
		return slices.Concat(w, a.M, a.V)
	}
	want := steps()
	for _, threads := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(threads)
		if !slices.Equal(steps(), want) {
			t.Fatalf("%d threads give other bits", threads)
		}
	}
	withoutVectors(func() {
		if !slices.Equal(steps(), want) {
			t.Fatal("plain Go gives other bits")
		}
	})
	w, g, a := make([]float32, 100), make([]float32, 100), Adam{}
	rule.Step = 1
	if n := testing.AllocsPerRun(10, func() { a.Update(w, g, rule) }); n > 0 {
		t.Errorf("a step allocates %g times", n)
	}
}

func TestNorm(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	grads, sum := [][]float32{nil, randoms(rng, 5000), randoms(rng, 1024), randoms(rng, 3)}, 0.0
	for _, g := range grads {
		for _, v := range g {
			sum += float64(v) * float64(v)
		}
	}
	check := func() {
		if got, want := Norm(grads), math.Sqrt(sum); math.Abs(got/want-1) > 1e-6 {
			t.Errorf("norm %g, want %g", got, want)
		}
	}
	check()
	withoutVectors(check)
	if got := Norm([][]float32{{3}, {-4}}); got != 5 {
		t.Errorf("norm %g, want 5", got)
	}
	if got := Norm([][]float32{{1e20}}); !math.IsInf(got, 1) {
		t.Errorf("norm of what overflows is %g", got)
	}
}
