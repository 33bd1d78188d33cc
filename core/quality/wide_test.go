package quality

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"shoptwin/core/table"
)

// Of many columns some pairs are compared, and the report says so.
func TestWide(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	draw := func() *table.Table {
		out := &table.Table{Name: "t"}
		for c := range pairColumns + 20 {
			x := make([]float64, 60)
			for i := range x {
				x[i] = float64(rng.IntN(2 + c%9))
			}
			out.Columns = append(out.Columns, table.NewNumber(fmt.Sprint("column ", c), x))
		}
		return out
	}
	r, err := Evaluate(t.Context(), draw(), draw(), draw(), Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := pairColumns * (pairColumns - 1) / 2; len(r.Pairs) > want || len(r.Pairs) < want*9/10 || len(r.Columns) != pairColumns+20 {
		t.Errorf("%d pairs of %d columns, expected %d pairs", len(r.Pairs), len(r.Columns), want)
	}
	found := false
	for _, n := range r.Notes {
		found = found || n.En == "The pairs of 300 columns were compared, drawn at random."
	}
	if !found {
		t.Errorf("no note says so: %v", r.Notes)
	}
}
