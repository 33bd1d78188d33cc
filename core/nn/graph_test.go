package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestMeans: what an item has of its users' means, against sums by hand; who
// has no neighbours gets 0.
func TestMeans(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const users, items = 13, 9
	var who, item []int32
	for u := range int32(users) {
		for i := range int32(items - 1) { // the last item is nobody's
			if rng.IntN(3) == 0 && u != 4 {
				who, item = append(who, u), append(item, i)
			}
		}
	}
	g := NewGraph(users, items, who, item)
	x, y := make([]float32, g.Nodes()*16), make([]float32, g.Nodes()*16)
	for i := range x {
		x[i] = rng.Float32()
	}
	before := append([]float32(nil), x...)
	g.Means(y, x)
	for col := range 16 {
		mean := func(of []int32, from []int32, at int32, value func(int32) float64) float64 {
			sum, n := 0., 0.
			for e, a := range from {
				if a == at {
					sum, n = sum+value(of[e]), n+1
				}
			}
			return sum / max(1, n)
		}
		for i := range int32(items) {
			want := mean(who, item, i, func(u int32) float64 {
				return mean(item, who, u, func(j int32) float64 { return float64(before[(users+int(j))*16+col]) })
			})
			if got := y[(users+int(i))*16+col]; math.Abs(float64(got)-want) > 1e-6 {
				t.Fatalf("item %d, column %d: %g, want %g", i, col, got, want)
			}
		}
	}
}
