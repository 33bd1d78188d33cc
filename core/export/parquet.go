package export

import (
	"math"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"shoptwin/core"
	"shoptwin/core/table"
)

// columnar writes Parquet with Zstandard: whole numbers (Decimals 0) as
// INT64, other numbers as DOUBLE, text as STRING by dictionary, dates as
// DATE, other times as TIMESTAMP in microseconds without a zone.
type columnar struct {
	*out
	schema *arrow.Schema
	w      *pqarrow.FileWriter
	build  []array.Builder
}

// A row group of some 4M cells bounds the memory, a batch what is built at once.
const (
	groupCells = 4 << 20
	batchRows  = 1 << 14
)

func newParquet(o *out) *columnar {
	f := &columnar{out: o}
	fields := make([]arrow.Field, len(o.schema))
	for i, s := range o.schema {
		fields[i] = arrow.Field{Name: strings.ToValidUTF8(s.Name, "\uFFFD"), Nullable: true}
		switch {
		case s.Kind == table.Text:
			fields[i].Type = arrow.BinaryTypes.String
		case s.Kind == table.Time && isDate(s.Layout):
			fields[i].Type = arrow.FixedWidthTypes.Date32
		case s.Kind == table.Time:
			fields[i].Type = &arrow.TimestampType{Unit: arrow.Microsecond}
		case s.Decimals == 0:
			fields[i].Type = arrow.PrimitiveTypes.Int64
		default:
			fields[i].Type = arrow.PrimitiveTypes.Float64
		}
		f.build = append(f.build, array.NewBuilder(memory.DefaultAllocator, fields[i].Type))
	}
	f.schema = arrow.NewSchema(fields, nil)
	set := []parquet.WriterProperty{
		parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCompressionLevel(1),
		parquet.WithMaxRowGroupLength(int64(min(max(groupCells/len(fields), 1<<13), 1<<20))),
		parquet.WithCreatedBy("shoptwin"),
	}
	for i, s := range o.schema {
		if s.Kind == table.Number && s.Decimals < 0 { // hardly two alike
			set = append(set, parquet.WithDictionaryPath(parquet.ColumnPath{fields[i].Name}, false))
		}
	}
	props := parquet.NewWriterProperties(set...)
	f.w, o.err = pqarrow.NewFileWriter(f.schema, plain{o.w}, props, pqarrow.NewArrowWriterProperties())
	o.err = wrap(o.err)
	return f
}

func (f *columnar) rows(t *table.Table) error {
	for lo := 0; lo < t.Rows(); lo += batchRows {
		hi := min(lo+batchRows, t.Rows())
		cols := make([]arrow.Array, len(t.Columns))
		for i, c := range t.Columns {
			if err := f.fill(i, c, lo, hi); err != nil {
				return err
			}
			cols[i] = f.build[i].NewArray()
		}
		batch := array.NewRecordBatch(f.schema, cols, int64(hi-lo))
		err := f.w.WriteBuffered(batch)
		batch.Release()
		for _, c := range cols {
			c.Release()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fill hands rows lo to hi of column i to its builder.
func (f *columnar) fill(i int, c *table.Column, lo, hi int) error {
	f.build[i].Reserve(hi - lo)
	decimals, layout := f.out.schema[i].Decimals, f.out.schema[i].Layout
	switch b := f.build[i].(type) {
	case *array.StringBuilder:
		for _, code := range c.Codes[lo:hi] {
			if code < 0 {
				b.AppendNull()
			} else {
				b.Append(strings.ToValidUTF8(c.Levels[code], "\uFFFD"))
			}
		}
	case *array.Date32Builder:
		each(b, c.Num[lo:hi], func(x float64) { b.UnsafeAppend(arrow.Date32(math.Floor(x / 86400))) })
	case *array.TimestampBuilder:
		each(b, c.Num[lo:hi], func(x float64) { b.UnsafeAppend(arrow.Timestamp(math.Round(shown(x, layout) * 1e6))) })
	case *array.Int64Builder:
		for row, x := range c.Num[lo:hi] {
			if math.Abs(x) >= 1<<63 {
				return core.Errorf(core.Unsupported, "export: row %d, column %q: %g is no 64-bit whole number", f.count+int64(lo+row)+1, c.Name, x).
					WithHint("give the column decimals, or write CSV")
			}
		}
		each(b, c.Num[lo:hi], func(x float64) { b.UnsafeAppend(int64(math.RoundToEven(x))) })
	case *array.Float64Builder:
		each(b, c.Num[lo:hi], func(x float64) { b.UnsafeAppend(rounded(x, decimals)) })
	}
	return nil
}

// each calls add for the cells that are there, and appends null for NaN.
func each(b array.Builder, num []float64, add func(float64)) {
	for _, x := range num {
		if math.IsNaN(x) {
			b.AppendNull()
		} else {
			add(x)
		}
	}
}

func (f *columnar) end() error {
	if f.w == nil || f.err != nil {
		return nil // no trailer: the file shall not look whole
	}
	return f.w.Close()
}
