package quality

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"shoptwin/core/table"
)

// Numbers at the ends of what float64 holds are judged, or refused in words.
func TestExtremeNumbers(t *testing.T) {
	for name, values := range map[string][]float64{
		"denormal": {5e-324, 0},
		"large":    {1e99, -1e99, 3},
		"constant": {1e20},
		"close":    {1, 1 + 1e-16, 1 + 2.3e-16},
		"moments":  {1e17, 1e17 + 16, 1e17 + 32},
		"signs":    {0, negativeZero()},
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 1))
			draw := func() *table.Table {
				x, y := make([]float64, 300), make([]float64, 300)
				for i := range x {
					x[i], y[i] = values[rng.IntN(len(values))], rng.Float64()
				}
				f := func(name string) table.Field {
					return table.Field{Name: name, Kind: table.Number, Role: table.Measure, Decimals: -1}
				}
				return &table.Table{Name: "t", Columns: []*table.Column{{Field: f("x"), Num: x}, {Field: f("y"), Num: y}}}
			}
			r, err := Evaluate(t.Context(), draw(), draw(), draw(), Config{}, nil)
			if err == nil {
				_, err = json.Marshal(r)
			}
			if err != nil || !(r.Overall > .5 && r.Overall <= 1) {
				t.Errorf("%v %v", r, err)
			}
		})
	}
}

func negativeZero() float64 { return math.Copysign(0, -1) }
