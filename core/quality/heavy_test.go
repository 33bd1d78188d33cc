package quality

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core/table"
)

// Where a few values hold most of the variance their places are predicted,
// whatever the synthetic table looks like; a twin without the tail, which R2
// of the values would call useless or perfect by chance, keeps what it knows.
func TestHeavyTarget(t *testing.T) {
	sales := func(seed uint64, tail float64) *table.Table {
		rng := rand.New(rand.NewPCG(seed, 1))
		price, amount := make([]float64, 2000), make([]float64, 2000)
		for i := range price {
			price[i] = rng.Float64()
			amount[i] = math.Exp(2*price[i] + .3*rng.NormFloat64())
			if rng.IntN(500) == 0 {
				amount[i] *= tail
			}
		}
		f := func(name string) table.Field {
			return table.Field{Name: name, Kind: table.Number, Role: table.Measure, Decimals: -1}
		}
		return &table.Table{Columns: []*table.Column{{Field: f("price"), Num: price}, {Field: f("amount"), Num: amount}}}
	}
	for _, tt := range []struct {
		name       string
		real, twin float64
		places     bool
	}{
		{"no tail", 1, 1, false},
		{"a tail in the twin alone", 1, 1000, false},
		{"a tail", 1000, 1000, true},
		{"a tail that the twin has not", 1000, 1, true},
	} {
		r := evaluate(t, sales(1, tt.real), sales(2, tt.real), sales(3, tt.twin), Config{Target: "amount", Brief: true, Queries: 10})
		u := r.Utility
		if u.Places != tt.places {
			t.Errorf("%s: places %v", tt.name, u.Places)
		}
		if tt.places && (u.TRTR < .75 || u.Kept < .98) {
			t.Errorf("%s: %+v", tt.name, u)
		}
		told := false
		for _, n := range r.Notes {
			told = told || strings.Contains(n.En, "its place among the real values")
		}
		if told != tt.places {
			t.Errorf("%s: notes %v", tt.name, r.Notes)
		}
	}
}
