package encode

import (
	"testing"
	"math/rand/v2"
	"shoptwin/core/table"
)

func TestSmoke(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	n := 5000
	a := make([]float64, n)
	for i := range a { a[i] = rng.NormFloat64() * 100 }
	tb := &table.Table{Columns: []*table.Column{table.NewNumber("a", a)}}
	e, err := Fit(tb, Config{}, rng)
	if err != nil { t.Fatal(err) }
	t.Log(e.Widths(), e.Marginals(), e.Columns[0].Parts[0].Lo[:5])
	c, _ := e.Codes(tb)
	d, err := e.Decode(c, rng)
	if err != nil { t.Fatal(err) }
	t.Log(d.Columns[0].Num[:10], a[:10])
}
