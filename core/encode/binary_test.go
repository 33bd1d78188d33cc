package encode

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"shoptwin/core/table"
)

// everything is a table that uses every part of an encoder.
func everything(rows int, r *rand.Rand) *table.Table {
	num := func(name string, f func(i int) float64) *table.Column {
		x := make([]float64, rows)
		for i := range x {
			x[i] = f(i)
		}
		return table.NewNumber(name, x)
	}
	text := func(name string, f func(i int) string) *table.Column {
		s, gone := make([]string, rows), make([]bool, rows)
		for i := range s {
			s[i] = f(i)
			gone[i] = s[i] == ""
		}
		return table.NewText(name, s, gone)
	}
	city := text("city", func(int) string { return []string{"Lyon", "Nice", "Brest", ""}[r.IntN(4)] })
	country := text("region", func(i int) string {
		return map[string]string{"Lyon": "south", "Nice": "south", "Brest": "west"}[city.Cell(i)]
	})
	when := num("time", func(int) float64 { return 1.7e9 + 3600*float64(r.IntN(8000)) })
	when.Kind, when.Layout = table.Time, "2006-01-02 15:04"
	return &table.Table{Name: "everything", Columns: []*table.Column{
		text("receipt_id", func(i int) string { return fmt.Sprintf("R%06d", i) }),
		num("customer_id", func(int) float64 { return float64(r.IntN(rows / 3)) }),
		text("token", func(int) string { return fmt.Sprintf("%08x%08x", r.Uint32(), r.Uint32()) }),
		num("amount", func(int) float64 { return math.Round(100*math.Exp(r.NormFloat64())) / 100 }),
		num("units", func(int) float64 { return []float64{1, 2, 3, math.NaN()}[r.IntN(4)] }),
		text("product", func(int) string { return fmt.Sprint("p", int(40*r.ExpFloat64())) }),
		city,
		country,
		text("note", func(i int) string { return fmt.Sprint("call me at ", i) }),
		text("nothing", func(int) string { return "" }),
		when,
	}}
}

func TestFormRoundTrip(t *testing.T) {
	t.Run("everything", func(t *testing.T) { formRoundTrip(t, everything(2000, source(1)), 1) })
	t.Run("contexts", func(t *testing.T) { formRoundTrip(t, shelf(4000), 97) })
}

// formRoundTrip writes and reads the encoder of tab, and reads every step-th
// part of it.
func formRoundTrip(t *testing.T, tab *table.Table, step int) {
	e, err := Fit(tab, Config{MaxLevels: 20}, source(1))
	if err != nil {
		t.Fatal(err)
	}
	form, err := e.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var back Encoder
	if err := back.UnmarshalBinary(form); err != nil {
		t.Fatal(err)
	}
	again, _ := back.MarshalBinary()
	if !bytes.Equal(form, again) {
		t.Error("the form read and written again differs")
	}
	draw := func(e *Encoder) *table.Table {
		codes := make([][]uint16, len(e.Widths()))
		for b, w := range e.Widths() {
			codes[b] = make([]uint16, 1000)
			for i := range codes[b] {
				codes[b][i] = uint16((i*7 + b) % w)
			}
		}
		out, err := e.Decode(codes, source(3))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range out.Columns { // NaN is not equal to itself
			for i := range c.Num {
				if math.IsNaN(c.Num[i]) {
					c.Num[i] = -1e99
				}
			}
		}
		return out
	}
	if !reflect.DeepEqual(draw(e), draw(&back)) {
		t.Error("the encoder read back decodes differently")
	}
	for n := 0; n < len(form); n += step {
		if (&Encoder{}).UnmarshalBinary(form[:n]) == nil {
			t.Fatalf("the first %d of %d bytes were taken for a whole encoder", n, len(form))
		}
	}
}

// Whatever the bytes, reading them, and using what was read, does not panic.
func FuzzUnmarshal(f *testing.F) {
	e, err := Fit(everything(300, source(1)), Config{MaxLevels: 6, Bins: 4}, source(1))
	if err != nil {
		f.Fatal(err)
	}
	form, _ := e.MarshalBinary()
	f.Add(form, uint32(0), byte(0))
	for i := range uint32(400) {
		f.Add(form, i*31, byte(i))
	}
	f.Fuzz(func(t *testing.T, form []byte, at uint32, to byte) {
		form = bytes.Clone(form)
		if len(form) > 0 {
			form[int(at)%len(form)] = to
		}
		var e Encoder
		if e.UnmarshalBinary(form) != nil {
			return
		}
		codes := make([][]uint16, len(e.Widths()))
		for b, w := range e.Widths() {
			codes[b] = make([]uint16, 20)
			for i := range codes[b] {
				codes[b][i] = uint16(i % w)
			}
		}
		if _, err := e.DecodeRows(codes, 20, 0, source(1)); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkCodes(b *testing.B) {
	tab, e := benchmarkEncoder(b)
	for b.Loop() {
		if _, err := e.Codes(tab); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b)
}

func BenchmarkDecode(b *testing.B) {
	tab, e := benchmarkEncoder(b)
	codes, err := e.Codes(tab)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := e.DecodeRows(codes, benchmarkRows, 0, source(1)); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b)
}

func BenchmarkFit(b *testing.B) {
	tab, _ := benchmarkEncoder(b)
	for b.Loop() {
		if _, err := Fit(tab, Config{}, source(1)); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b)
}

const benchmarkRows = 50_000

func benchmarkEncoder(b *testing.B) (*table.Table, *Encoder) {
	tab := everything(benchmarkRows, source(1))
	e, err := Fit(tab, Config{}, source(1))
	if err != nil {
		b.Fatal(err)
	}
	return tab, e
}

func perRow(b *testing.B) {
	b.ReportMetric(benchmarkRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
