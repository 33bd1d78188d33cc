package recommend

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"shoptwin/core"
)

func TestInvert(t *testing.T) {
	for _, n := range []int{1, 5, 256, 300, 700} {
		rng := rand.New(rand.NewPCG(1, uint64(n)))
		a := make([]float32, n*n)
		for i := range n {
			for j := range i {
				a[i*n+j] = float32(rng.Float64())
				a[j*n+i] = a[i*n+j]
			}
			a[i*n+i] = float32(n)
		}
		p := append([]float32(nil), a...)
		if err := invert(context.Background(), p, n, nil); err != nil {
			t.Fatal(err)
		}
		worst := 0.
		for i := 0; i < n; i += 1 + n/50 {
			for j := 0; j < n; j += 1 + n/60 {
				s := 0.
				for k := range n {
					s += float64(a[i*n+k]) * float64(p[k*n+j])
				}
				if i == j {
					s--
				}
				worst = max(worst, math.Abs(s))
			}
		}
		if worst > 1e-4 {
			t.Errorf("n %d: A·inv(A) is %g off the identity", n, worst)
		}
	}
	bad := []float32{1, 2, 2, 1}
	if err := invert(context.Background(), bad, 2, nil); core.KindOf(err) != core.Invalid {
		t.Errorf("an indefinite matrix gave %v", err)
	}
}
