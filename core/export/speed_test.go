package export

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"shoptwin/core/table"
)

// big is like receipts: keys, dates, money, categories.
func big(n int) *table.Table {
	rng := rand.New(rand.NewPCG(3, 4))
	num := func(f func(i int) float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = f(i)
		}
		return x
	}
	text := func(name string, levels int) *table.Column {
		c := &table.Column{Field: table.Field{Name: name, Kind: table.Text}, Codes: make([]int32, n)}
		for i := range levels {
			c.Levels = append(c.Levels, fmt.Sprintf("%s-%06d", name, i))
		}
		for i := range c.Codes {
			c.Codes[i] = int32(rng.IntN(levels))
		}
		return c
	}
	price, quantity := table.NewNumber("price", num(func(int) float64 { return math.Round(rng.Float64()*1e4) / 100 })), table.NewNumber("quantity", num(func(int) float64 { return float64(1 + rng.IntN(9)) }))
	price.Decimals, quantity.Decimals = 2, 0
	return &table.Table{Name: "big", Columns: []*table.Column{
		text("receipt", max(1, n/3)), table.NewTime("date", "2006-01-02", num(func(i int) float64 { return 1.7e9 + float64(i/100)*86400 })),
		text("store", 4), text("customer", 2500), text("product", 3000), quantity, price,
		table.NewNumber("weight", num(func(int) float64 { return rng.NormFloat64() })),
	}}
}

// TestConstantMemory writes the same chunk many times: what is allocated must
// not grow with the rows, but for Parquet's row groups, which are bounded.
func TestConstantMemory(t *testing.T) {
	x := big(10_000)
	for format, most := range map[Format]uint64{CSV: 4 << 20, JSONL: 4 << 20, XLSX: 4 << 20, Parquet: 64 << 20} {
		w, err := New(io.Discard, x.Schema(), Options{Format: format})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(x); err != nil { // buffers find their size
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for range 15 {
			if err := w.Write(x); err != nil {
				t.Fatal(err)
			}
		}
		used := uint64(0)
		if format == Parquet {
			runtime.GC()
			runtime.ReadMemStats(&after)
			used = after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
		} else {
			runtime.ReadMemStats(&after)
			used = after.TotalAlloc - before.TotalAlloc
		}
		if used > most {
			t.Errorf("%s: %d kB for 150,000 rows", format, used>>10)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func Benchmark(b *testing.B) {
	x := big(200_000)
	for _, opt := range []Options{{Format: CSV}, {Format: CSV, Gzip: true}, {Format: JSONL}, {Format: Parquet}, {Format: XLSX}} {
		b.Run(fmt.Sprintf("%s,gzip=%v", opt.Format, opt.Gzip), func(b *testing.B) {
			for b.Loop() {
				w, err := New(io.Discard, x.Schema(), opt)
				for lo := 0; err == nil && lo < x.Rows(); lo += 10_000 {
					err = w.Write(x.Slice(lo, lo+10_000))
				}
				if err == nil {
					err = w.Close()
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*float64(x.Rows()*len(x.Columns))/b.Elapsed().Seconds()/1e6, "Mcells/s")
		})
	}
}
