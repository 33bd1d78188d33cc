package synth

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Rows that are taken from a pool to have given shares have them, none is
// taken twice, and what goes with a code still does.
func TestBalanced(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	const n = 500
	pool := make([][]uint16, 3)
	for c := range pool {
		pool[c] = make([]uint16, 4*n)
	}
	for i := range 4 * n {
		pool[0][i] = uint16(min(rng.IntN(4), 2)) // 1/4, 1/4, 1/2
		pool[1][i] = pool[0][i]
		pool[2][i] = uint16(i)
	}
	margins := [][]float64{{.2, .3, .5}, {.2, .3, .5}, nil}
	got := balanced(pool[:2], margins[:2], n, rng)
	var count [3]int
	for i, c := range got[0] {
		if count[c]++; got[1][i] != c {
			t.Fatalf("row %d has the codes %d and %d, which the pool has in no row", i, c, got[1][i])
		}
	}
	if count != [3]int{100, 150, 250} {
		t.Errorf("%v of %d rows", count, n)
	}
	margins[2] = slices.Repeat([]float64{1. / (4 * n)}, 4*n)
	seen := map[uint16]bool{}
	for _, c := range balanced(pool, margins, n, rng)[2] {
		if seen[c] {
			t.Fatalf("row %d of the pool is taken twice", c)
		}
		seen[c] = true
	}
}
