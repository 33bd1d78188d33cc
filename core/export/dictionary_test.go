package export

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"shoptwin/core/table"
)

// TestDictionaries writes chunks whose levels differ, repeat and outnumber the
// rows: what is read back is what was written.
func TestDictionaries(t *testing.T) {
	many := make([]string, 40_000)
	for i := range many {
		many[i] = fmt.Sprint("level ", i)
	}
	field := table.Field{Name: "text", Kind: table.Text, Role: table.Category}
	chunk := func(levels []string, codes ...int32) *table.Table {
		return &table.Table{Columns: []*table.Column{{Field: field, Levels: levels, Codes: codes}}}
	}
	few := []string{"a", "b", "c"}
	chunks := []*table.Table{
		chunk(few, 0, -1, 2), chunk(few, 1, 1), chunk([]string{"c", "d"}, 1, 0, -1), chunk(nil, -1), chunk(many, 39_999, 7, -1, 7), chunk(few, 2),
	}
	var b bytes.Buffer
	w, err := New(&b, chunks[0].Schema(), Options{Format: Parquet})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, c := range chunks {
		if err := w.Write(c); err != nil {
			t.Fatal(err)
		}
		for i := range c.Rows() {
			want = append(want, c.Columns[0].Cell(i))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	in, err := file.NewParquetReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if most := 10_000; b.Len() > most {
		t.Errorf("the file has %d bytes, expected at most %d: levels that do not occur are in it", b.Len(), most)
	}
	r, err := pqarrow.NewFileReader(in, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	read, err := r.ReadTable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a, err := array.Concatenate(read.Column(0).Data().Chunks(), memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range a.Len() {
		cell := ""
		if a.IsValid(i) {
			cell = a.(*array.String).Value(i)
		}
		got = append(got, cell)
	}
	if !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
}

// TestSameBytes writes columns of as many values as rows again and again.
func TestSameBytes(t *testing.T) {
	const rows = 180_000
	key, number := make([]string, rows), make([]float64, rows)
	for i := range key {
		key[i], number[i] = fmt.Sprint("key ", i), float64(i*7919%rows)
	}
	x := &table.Table{Columns: []*table.Column{table.NewText("key", key, nil), table.NewNumber("number", number)}}
	x.Columns[0].Role, x.Columns[1].Decimals = table.Key, 0
	first := write(t, x, Options{Format: Parquet}, 1<<16)
	for range 5 {
		if !bytes.Equal(write(t, x, Options{Format: Parquet}, 1<<16), first) {
			t.Fatal("the same rows are another file")
		}
	}
}

// Numbers have a dictionary where many are alike.
func TestUnlike(t *testing.T) {
	of := func(n int, f func(i int) float64) (x []float64) {
		for i := range n {
			x = append(x, f(i))
		}
		return x
	}
	for _, tt := range []struct {
		name string
		x    []float64
		want bool
	}{
		{"none", nil, false},
		{"missing", of(100, func(int) float64 { return math.NaN() }), false},
		{"each another", of(100, func(i int) float64 { return float64(i) }), true},
		{"few, most missing", of(100, func(i int) float64 { return map[bool]float64{true: float64(i % 3), false: math.NaN()}[i%5 == 0] }), false},
		{"each another, most missing", of(100, func(i int) float64 { return map[bool]float64{true: float64(i), false: math.NaN()}[i%5 == 0] }), true},
		{"ages", of(5000, func(i int) float64 { return float64(i % 70) }), false},
	} {
		if got := unlike(tt.x); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
