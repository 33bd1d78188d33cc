package synth

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"shoptwin/core/table"
)

// adultLike is a table of Adult's shape: 15 columns, about 200 codes.
func adultLike(rows int, rng *rand.Rand) *table.Table {
	t := &table.Table{Name: "adult-like"}
	for i, w := range []int{9, 16, 7, 15, 6, 5, 2, 42, 2} {
		cells := make([]string, rows)
		for r := range cells {
			cells[r] = fmt.Sprint("level ", rng.IntN(w))
		}
		t.Columns = append(t.Columns, table.NewText(fmt.Sprint("text ", i), cells, nil))
	}
	for i, w := range []int{73, 20000, 16, 10, 9, 14} {
		cells := make([]float64, rows)
		for r := range cells {
			cells[r] = float64(rng.IntN(w))
		}
		t.Columns = append(t.Columns, table.NewNumber(fmt.Sprint("number ", i), cells))
	}
	return t
}

func BenchmarkSample(b *testing.B) {
	tab := adultLike(24421, rand.New(rand.NewPCG(1, 1)))
	const rows = 12 * BlockRows
	for _, bb := range []struct {
		name   string
		hidden int
		rake   bool
	}{{"hidden128", 128, false}, {"hidden256", 256, false}, {"raked", 128, true}} {
		b.Run(bb.name, func(b *testing.B) {
			m := randomModel(b, tab, bb.hidden, bb.rake)
			n := rows
			if bb.rake {
				n = 2 * BlockRows
			}
			for b.Loop() {
				if err := m.Chunks(context.Background(), n, 1, 0, func(*table.Table) error { return nil }, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
