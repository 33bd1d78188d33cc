package encode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"shoptwin/core/table"
)

// wide returns a table of mixed columns, every third a number, every fifth
// following another.
func wide(rows, columns int) *table.Table {
	rng := source(5)
	t := &table.Table{Name: "wide"}
	for i := range columns {
		name := fmt.Sprint("column ", i)
		if i%3 == 0 {
			x := make([]float64, rows)
			for r := range x {
				x[r] = math.Round(100 * rng.ExpFloat64())
			}
			t.Columns = append(t.Columns, table.NewNumber(name, x))
			continue
		}
		c := &table.Column{Field: table.Field{Name: name, Kind: table.Text}, Codes: make([]int32, rows)}
		for l := range 2 + i%12 {
			c.Levels = append(c.Levels, fmt.Sprint("level ", l))
		}
		for r := range c.Codes {
			if c.Codes[r] = int32(rng.IntN(len(c.Levels))); i%5 == 4 && rng.IntN(3) > 0 {
				c.Codes[r] = int32(int(math.Abs(t.Columns[i/3*3].Num[r])) % len(c.Levels))
			}
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

// zipf returns a column of that many levels of a category, rank r about r
// times rarer than the first.
func zipf(name string, rows, levels int, rng *rand.Rand) *table.Column {
	c := &table.Column{Field: table.Field{Name: name, Kind: table.Text, Role: table.Category}, Codes: make([]int32, rows)}
	for l := range levels {
		c.Levels = append(c.Levels, fmt.Sprint(name, l))
	}
	for r := range c.Codes {
		c.Codes[r] = int32(math.Pow(float64(levels), rng.Float64())) - 1
	}
	return c
}

func BenchmarkWide(b *testing.B) {
	rng := source(6)
	many := &table.Table{Name: "many levels", Columns: []*table.Column{zipf("a", 300_000, 10_000, rng), zipf("b", 300_000, 300_000, rng)}}
	number := make([]float64, 300_000)
	for i, c := range many.Columns[0].Codes {
		number[i] = math.Round(float64(c%100) + 5*rng.NormFloat64())
	}
	many.Columns = append(many.Columns, table.NewNumber("n", number))
	for _, tab := range []*table.Table{wide(1000, 500), wide(1000, 2000), wide(1000, 5000), many} {
		b.Run(fmt.Sprintf("%d columns of %d rows", len(tab.Columns), tab.Rows()), func(b *testing.B) {
			for b.Loop() {
				e, err := Fit(tab, Config{}, source(1))
				if err != nil {
					b.Fatal(err)
				}
				codes, err := e.Codes(tab)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := e.Decode(codes, source(2)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
