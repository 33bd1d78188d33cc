package recommend

import (
	"context"
	"math"
	"testing"
)

// TestWalk: scores are those of the formula, summed over all customers and
// items.
func TestWalk(t *testing.T) {
	l := habits(30, 12, 5, 3)
	has := make([][]bool, len(l.Customers))
	customers, items := make([]float64, len(l.Items)), make([]float64, len(l.Customers))
	for c := range has {
		has[c] = make([]bool, len(l.Items))
		for _, i := range l.History(c).Items {
			if !has[c][i] {
				has[c][i] = true
				customers[i]++
				items[c]++
			}
		}
	}
	for _, tt := range []struct {
		cfg                  Walk
		from, via, to, power float64
	}{
		{Walk{}, .3, .7, .1, 1.5},
		{Walk{From: .5, Via: 1, To: .5, Power: 1}, .5, 1, .5, 1},
		{Walk{From: -1, Via: -1, To: -1, Power: 2}, 0, 0, 0, 2},
	} {
		s, err := Walks(tt.cfg).Fit(context.Background(), l, nil)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]float32, len(l.Items))
		for who := range 5 {
			s.Score([]History{l.History(who)}, out)
			for j := range out {
				want := 0.
				for v := range has {
					if !has[v][j] {
						continue
					}
					near := 0.
					for i := range out {
						if has[who][i] && has[v][i] {
							near += math.Pow(customers[i], -tt.from)
						}
					}
					want += math.Pow(near*math.Pow(items[v], -tt.via), tt.power)
				}
				if want > 0 {
					want *= math.Pow(customers[j], -tt.to)
				}
				if math.Abs(float64(out[j])-want) > 1e-4*(1+want) {
					t.Errorf("%+v: item %d of customer %d scores %g, want %g", tt.cfg, j, who, out[j], want)
				}
			}
		}
	}
}
