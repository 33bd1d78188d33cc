package export

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/xuri/excelize/v2"

	"shoptwin/core"
	"shoptwin/core/table"
)

var nan = math.NaN()

// sample has every kind of column, and cells that are hard to write.
func sample() *table.Table {
	money := table.NewNumber("price, €", []float64{1.5, nan, -0.005, 1.115, 1e12, 0})
	money.Decimals = 2
	count := table.NewNumber("=count", []float64{1, -2, nan, 0, 1 << 40, 2.5})
	count.Decimals = 0
	return &table.Table{Name: "sample", Columns: []*table.Column{
		table.NewText("text", []string{"plain", "", "=1+1", "a,b\t\"c\"\r\nd", " édge ", "_x0041_<&>日本😀"}, []bool{false, false, false, false, false, false}),
		money, count,
		table.NewNumber("any", []float64{.1, 1e-7, -3, nan, math.MaxFloat64, 1.0 / 3}),
		table.NewTime("day", "2006-01-02", []float64{0, nan, 951782400, -86400 * 30000, 1709596800, 4102444800}),
		table.NewTime("time", "2006-01-02 15:04:05", []float64{1709596800, 1709683199, nan, 0, 1709600461.75, -1}),
		table.NewText("maybe", []string{"-5", "x", "", "@a", "+", `\.`}, []bool{false, true, true, false, false, false}),
	}}
}

// write writes t in chunks of the given size.
func write(t testing.TB, x *table.Table, opt Options, chunk int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := New(&b, x.Schema(), opt)
	if err != nil {
		t.Fatal(err)
	}
	for lo := 0; lo < x.Rows(); lo += chunk {
		if err := w.Write(x.Slice(lo, min(lo+chunk, x.Rows()))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDelimited(t *testing.T) {
	for _, tt := range []struct {
		opt   Options
		comma rune
	}{
		{Options{}, ','},
		{Options{Format: TSV}, '\t'},
		{Options{Format: CSV, Gzip: true}, ','},
		{Options{Format: CSV, NoFormulaGuard: true}, ','},
	} {
		t.Run(fmt.Sprint(tt.opt), func(t *testing.T) {
			x := sample()
			var r io.Reader = bytes.NewReader(write(t, x, tt.opt, 2))
			if tt.opt.Gzip {
				var err error
				if r, err = gzip.NewReader(r); err != nil {
					t.Fatal(err)
				}
			}
			in := csv.NewReader(r)
			in.Comma = tt.comma
			rows, err := in.ReadAll()
			if err != nil || len(rows) != x.Rows()+1 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			for i, c := range x.Columns {
				if want := guarded(c.Name, !tt.opt.NoFormulaGuard); rows[0][i] != want {
					t.Errorf("header %q, want %q", rows[0][i], want)
				}
				for row := range x.Rows() {
					want := c.Cell(row)
					if c.Kind == table.Text {
						want = guarded(want, !tt.opt.NoFormulaGuard)
					}
					// encoding/csv reads \r\n in quotes as \n.
					if want = strings.ReplaceAll(want, "\r\n", "\n"); rows[row+1][i] != want {
						t.Errorf("row %d, column %q: %q, want %q", row+1, c.Name, rows[row+1][i], want)
					}
				}
			}
		})
	}
}

func guarded(s string, guard bool) string {
	if guard && s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// An empty text and a missing cell differ, and a lone missing cell is a record.
func TestEmpty(t *testing.T) {
	two := &table.Table{Columns: []*table.Column{
		table.NewText("a", []string{"", "x"}, []bool{false, true}), table.NewNumber("b", []float64{nan, 1})}}
	if got := string(write(t, two, Options{}, 9)); got != "a,b\n\"\",\n,1\n" {
		t.Errorf("%q", got)
	}
	one, _ := two.Select("b")
	if got := string(write(t, one, Options{}, 9)); got != "b\n\"\"\n1\n" {
		t.Errorf("%q", got)
	}
	none := two.Slice(0, 0)
	for format, want := range map[Format]string{CSV: "a,b\n", JSON: "[\n]\n", JSONL: ""} {
		if got := string(write(t, none, Options{Format: format}, 1)); got != want {
			t.Errorf("%s: %q, want %q", format, got, want)
		}
	}
}

func TestJSON(t *testing.T) {
	x := sample()
	var rows []map[string]any
	if err := json.Unmarshal(write(t, x, Options{Format: JSON}, 4), &rows); err != nil || len(rows) != x.Rows() {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	lines := strings.Split(strings.TrimSuffix(string(write(t, x, Options{Format: JSONL}, 4)), "\n"), "\n")
	if len(lines) != x.Rows() {
		t.Fatalf("%d lines", len(lines))
	}
	for row := range rows {
		var again map[string]any
		if err := json.Unmarshal([]byte(lines[row]), &again); err != nil {
			t.Fatal(err)
		}
		for _, c := range x.Columns {
			var want any
			if !c.Missing(row) {
				want = c.Cell(row)
			}
			if c.Kind == table.Number && want != nil {
				want, _ = strconv.ParseFloat(c.Cell(row), 64)
			}
			if got := rows[row][c.Name]; got != want || again[c.Name] != want {
				t.Errorf("row %d, column %q: %v and %v, want %v", row+1, c.Name, got, again[c.Name], want)
			}
		}
	}
}

func TestParquet(t *testing.T) {
	x := sample()
	in, err := file.NewParquetReader(bytes.NewReader(write(t, x, Options{Format: Parquet}, 4)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := pqarrow.NewFileReader(in, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.ReadTable(t.Context())
	if err != nil || got.NumRows() != int64(x.Rows()) {
		t.Fatalf("%v, %v", got, err)
	}
	for i, want := range []arrow.Type{arrow.STRING, arrow.FLOAT64, arrow.INT64, arrow.FLOAT64, arrow.DATE32, arrow.TIMESTAMP, arrow.STRING} {
		if f := got.Schema().Field(i); f.Type.ID() != want || f.Name != x.Columns[i].Name {
			t.Errorf("column %d is %v, want %v", i, f, want)
		}
	}
	for i, c := range x.Columns {
		a, err := array.Concatenate(got.Column(i).Data().Chunks(), memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		for row := range x.Rows() {
			cell := ""
			if a.IsValid(row) {
				switch a := a.(type) {
				case *array.String:
					cell = a.Value(row)
				case *array.Float64:
					cell = strconv.FormatFloat(a.Value(row), 'f', c.Decimals, 64)
				case *array.Int64:
					cell = strconv.FormatInt(a.Value(row), 10)
				case *array.Date32:
					cell = a.Value(row).FormattedString()
				case *array.Timestamp:
					cell = time.UnixMicro(int64(a.Value(row))).UTC().Format(c.Layout)
				}
			}
			want := c.Cell(row)
			if want == "-0.01" || want == "-0.00" { // half a cent below nothing: either sign of zero
				want, cell = strings.TrimPrefix(want, "-"), strings.TrimPrefix(cell, "-")
			}
			if cell != want || a.IsNull(row) != c.Missing(row) {
				t.Errorf("row %d, column %q: %q, want %q", row+1, c.Name, cell, want)
			}
		}
	}
}

func TestXLSX(t *testing.T) {
	x := sample()
	f, err := excelize.OpenReader(bytes.NewReader(write(t, x, Options{Format: XLSX}, 4)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	for i, c := range x.Columns {
		if got, _ := f.GetCellValue(sheet, letters(i)+"1"); got != c.Name {
			t.Errorf("header %q, want %q", got, c.Name)
		}
		for row := range x.Rows() {
			at := letters(i) + strconv.Itoa(row+2)
			got, err := f.GetCellValue(sheet, at, excelize.Options{RawCellValue: c.Kind == table.Number})
			if err != nil {
				t.Fatal(err)
			}
			want := c.Cell(row)
			if kind, _ := f.GetCellType(sheet, at); c.Kind == table.Text && want != "" && kind != excelize.CellTypeInlineString {
				t.Errorf("%s is not text", at)
			}
			if formula, _ := f.GetCellFormula(sheet, at); formula != "" {
				t.Errorf("%s is a formula", at)
			}
			if got != want {
				t.Errorf("%s: %q, want %q", at, got, want)
			}
		}
	}
	if letters(25) != "Z" || letters(26) != "AA" || letters(16383) != "XFD" {
		t.Error("names of columns")
	}
}

// A full sheet is followed by another of the same header.
func TestSheets(t *testing.T) {
	for _, n := range []int{1, 4, 5, 8, 9} {
		x := &table.Table{Columns: []*table.Column{table.NewNumber("a", make([]float64, n))}}
		for i := range n {
			x.Columns[0].Num[i] = float64(i)
		}
		var b bytes.Buffer
		o := &out{schema: x.Schema(), w: &b}
		f := newXLSX(o)
		f.full, o.form = 5, f
		if err := errors.Join(o.err, o.Write(x), o.Close()); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, name := range book.GetSheetList() {
			rows, err := book.GetRows(name)
			if err != nil || len(rows) < 2 || rows[0][0] != "a" {
				t.Fatalf("%d rows, sheet %s: %v %v", n, name, err, rows)
			}
			for _, r := range rows[1:] {
				got = append(got, r[0])
			}
		}
		if len(got) != n || got[n-1] != strconv.Itoa(n-1) || len(book.GetSheetList()) != (n+3)/4 {
			t.Errorf("%d rows: %q in %d sheets", n, got, len(book.GetSheetList()))
		}
	}
	if f := newXLSX(&out{schema: sample().Schema(), w: io.Discard}); f.full != 1_048_576 {
		t.Error("rows of a sheet")
	}
}

func TestErrors(t *testing.T) {
	a := table.NewNumber("a", []float64{1})
	schema := []table.Field{a.Field}
	long := table.NewText("a", []string{strings.Repeat("x", cellLetters+1)}, nil)
	whole := table.NewNumber("a", []float64{1e19})
	whole.Decimals = 0
	for _, tt := range []struct {
		name   string
		schema []table.Field
		opt    Options
		chunk  *table.Column
		kind   core.Kind
	}{
		{"no columns", nil, Options{}, a, core.Invalid},
		{"a name twice", []table.Field{a.Field, a.Field}, Options{}, a, core.Invalid},
		{"unknown format", schema, Options{Format: "dbf"}, a, core.Unsupported},
		{"gzipped Parquet", schema, Options{Format: Parquet, Gzip: true}, a, core.Unsupported},
		{"gzipped Excel", schema, Options{Format: XLSX, Gzip: true}, a, core.Unsupported},
		{"another column", schema, Options{}, table.NewNumber("b", []float64{1}), core.Invalid},
		{"another kind", schema, Options{}, table.NewText("a", []string{"1"}, nil), core.Invalid},
		{"infinite", schema, Options{Format: JSON}, table.NewNumber("a", []float64{math.Inf(1)}), core.Invalid},
		{"long cell", []table.Field{long.Field}, Options{Format: XLSX}, long, core.Unsupported},
		{"no 64-bit number", []table.Field{whole.Field}, Options{Format: Parquet}, whole, core.Unsupported},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, err := New(io.Discard, tt.schema, tt.opt)
			if err == nil {
				err = w.Write(&table.Table{Columns: []*table.Column{tt.chunk}})
				if again := w.Close(); again != err {
					t.Errorf("Close returns %v", again)
				}
			}
			var e *core.Error
			if !errors.As(err, &e) || e.Kind != tt.kind {
				t.Errorf("%v", err)
			}
		})
	}
}

// brief takes some bytes and then has no room.
type brief struct{ room int }

func (b *brief) Write(p []byte) (int, error) {
	if b.room -= len(p); b.room < 0 {
		return 0, syscall.ENOSPC
	}
	return len(p), nil
}

func TestFullDisk(t *testing.T) {
	x := big(30_000)
	for _, format := range []Format{CSV, TSV, JSON, JSONL, Parquet, XLSX} {
		for _, room := range []int{0, 3, 100_000} {
			w, err := New(&brief{room}, x.Schema(), Options{Format: format})
			if err == nil {
				_ = w.Write(x)
				err = w.Close()
			}
			if core.KindOf(err) != core.Full {
				t.Errorf("%s, room for %d bytes: %v", format, room, err)
			}
		}
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]string{
		"a.csv": "csv false", "b.CSV.GZ": "csv true", "x.tab": "tsv false", "x.json": "json false", "x.jsonl.gz": "jsonl true",
		"x.ndjson": "jsonl false", "dir.csv/x.parquet": "parquet false", "x.xlsx": "xlsx false",
		"x.parquet.gz": "unsupported", "x.xls": "unsupported", "csv": "unsupported", "": "unsupported",
	} {
		format, gzip, err := FormatOf(name)
		got := fmt.Sprint(format, " ", gzip)
		if err != nil {
			got = core.KindOf(err).String()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// TestNumbersAsCells compares the fast ways to write numbers and times with
// those of table.Column.
func TestNumbersAsCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		x := math.Exp(30*rng.Float64()-10) * float64(rng.IntN(3)-1)
		if rng.IntN(2) == 0 {
			x = math.Round(x*1000) / 1000
		}
		d := rng.IntN(8) - 1
		if got, want := string(appendNumber(nil, x, d)), strconv.FormatFloat(x, 'f', d, 64); got != want {
			t.Fatalf("%v with %d digits: %s, want %s", x, d, got, want)
		}
		if got, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', d, 64), 64); got != rounded(x, d) {
			t.Fatalf("%v rounded to %d digits: %v, want %v", x, d, rounded(x, d), got)
		}
		s := 3e11*rng.Float64() - 1e11
		for _, layout := range []string{"", "2006-01-02", "2006-01-02 15:04:05", "02.01.06 15h"} {
			if got, want := string(appendTime(nil, s, layout)), table.FormatTime(s, layout); got != want {
				t.Fatalf("%v in %q: %s, want %s", s, layout, got, want)
			}
		}
	}
}
