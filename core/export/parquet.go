package export

import (
	"math"
	"slices"
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
	w      *pqarrow.FileWriter // nil before the first rows
	build  []array.Builder
	levels []dictionary // of text columns, but for keys and free text
}

// dictionary is the levels of a column as a row group holds them. Columns
// whose chunks share their levels, as a sample's do, are written without
// looking at a single text.
type dictionary struct {
	of    []string // as they came: the same slice is the same dictionary
	array *array.String
}

// is says whether the dictionary is that of levels.
func (d *dictionary) is(levels []string) bool {
	return d.array != nil && len(d.of) == len(levels) && (len(levels) == 0 || &d.of[0] == &levels[0])
}

// dictionaryOf puts levels into one.
func dictionaryOf(levels []string) dictionary {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	b.Reserve(len(levels))
	for _, l := range levels {
		b.Append(strings.ToValidUTF8(l, "\uFFFD"))
	}
	return dictionary{levels, b.NewStringArray()}
}

// A row group of some 4M cells bounds the memory, a batch what is built at once.
const (
	groupCells = 4 << 20
	batchRows  = 1 << 14
	alikeCells = 1 << 10 // that tell whether numbers are worth a dictionary
)

func newParquet(o *out) *columnar {
	f := &columnar{out: o, levels: make([]dictionary, len(o.schema))}
	fields := make([]arrow.Field, len(o.schema))
	for i, s := range o.schema {
		fields[i] = arrow.Field{Name: strings.ToValidUTF8(s.Name, "\uFFFD"), Nullable: true}
		switch {
		case s.Kind == table.Text && (s.Role == table.Key || s.Role == table.FreeText): // hardly two alike
			fields[i].Type = arrow.BinaryTypes.String
		case s.Kind == table.Text:
			fields[i].Type = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
		case s.Kind == table.Time && isDate(s.Layout):
			fields[i].Type = arrow.FixedWidthTypes.Date32
		case s.Kind == table.Time:
			fields[i].Type = &arrow.TimestampType{Unit: arrow.Microsecond}
		case s.Decimals == 0:
			fields[i].Type = arrow.PrimitiveTypes.Int64
		default:
			fields[i].Type = arrow.PrimitiveTypes.Float64
		}
		of := fields[i].Type
		if d, ok := of.(*arrow.DictionaryType); ok {
			of = d.IndexType
		}
		f.build = append(f.build, array.NewBuilder(memory.DefaultAllocator, of))
	}
	f.schema = arrow.NewSchema(fields, nil)
	return f
}

// begin opens the file; t is its first rows.
func (f *columnar) begin(t *table.Table) (err error) {
	set := []parquet.WriterProperty{
		parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCompressionLevel(1),
		parquet.WithMaxRowGroupLength(int64(min(max(groupCells/len(f.build), 1<<13), 1<<20))),
		parquet.WithCreatedBy("shoptwin"),
		// A column that gives its dictionary up half-way lists its encodings in
		// the order of a map, and the same rows would not be the same file. A
		// row group bounds the dictionary well enough.
		parquet.WithDictionaryPageSizeLimit(1 << 30),
	}
	for i, c := range t.Columns {
		field := f.schema.Field(i)
		path := parquet.ColumnPath{field.Name}
		if c.Kind != table.Text && unlike(c.Num) {
			set = append(set, parquet.WithDictionaryPath(path, false))
		}
		if field.Type.ID() == arrow.DICTIONARY {
			// The least and greatest text help nobody who reads rows in no order,
			// and finding them would take longer than writing the column.
			set = append(set, parquet.WithStatsPath(path, false))
		}
	}
	f.w, err = pqarrow.NewFileWriter(f.schema, plain{f.out.w}, parquet.NewWriterProperties(set...), pqarrow.NewArrowWriterProperties())
	return err
}

// unlike says whether hardly two of x are alike, by the first of them: a
// dictionary of them would take longer to make than they to write.
func unlike(x []float64) bool {
	seen, cells := map[float64]struct{}{}, 0
	for _, v := range x[:min(len(x), alikeCells)] {
		if !math.IsNaN(v) {
			seen[v] = struct{}{}
			cells++
		}
	}
	return len(seen) > cells/2
}

func (f *columnar) rows(t *table.Table) error {
	if f.w == nil {
		if err := f.begin(t); err != nil {
			return err
		}
	}
	t, err := f.take(t)
	if err != nil {
		return err
	}
	for lo := 0; lo < t.Rows(); lo += batchRows {
		hi := min(lo+batchRows, t.Rows())
		cols := make([]arrow.Array, len(t.Columns))
		for i, c := range t.Columns {
			if err := f.fill(i, c, lo, hi); err != nil {
				return err
			}
			cols[i] = f.build[i].NewArray()
			if d, ok := f.schema.Field(i).Type.(*arrow.DictionaryType); ok {
				codes := cols[i]
				cols[i] = array.NewDictionaryArray(d, codes, f.levels[i].array)
				codes.Release()
			}
		}
		batch := array.NewRecordBatch(f.schema, cols, int64(hi-lo))
		err = f.w.WriteBuffered(batch)
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

// take makes t's levels the dictionaries and returns t. Where they are others
// than before and some rows are written, a row group begins: it has one
// dictionary for each column. Of more levels than rows only those that occur
// are taken, and t comes back with codes into them.
func (f *columnar) take(t *table.Table) (*table.Table, error) {
	changed, out := false, &table.Table{Name: t.Name, Columns: slices.Clone(t.Columns)}
	for i, c := range t.Columns {
		if f.schema.Field(i).Type.ID() != arrow.DICTIONARY {
			continue
		}
		if len(c.Levels) > max(batchRows, c.Len()) {
			c = used(c)
			out.Columns[i] = c
		}
		if !f.levels[i].is(c.Levels) {
			changed = changed || f.levels[i].array != nil
			f.levels[i] = dictionaryOf(c.Levels)
		}
	}
	if !changed {
		return out, nil
	}
	return out, f.w.NewBufferedRowGroupChecked()
}

// used returns text column c with no levels but those that occur, in order of
// appearance.
func used(c *table.Column) *table.Column {
	out := &table.Column{Field: c.Field, Codes: make([]int32, len(c.Codes))}
	place := make([]int32, len(c.Levels)) // + 1
	for i, code := range c.Codes {
		if code >= 0 {
			if place[code] == 0 {
				out.Levels = append(out.Levels, c.Levels[code])
				place[code] = int32(len(out.Levels))
			}
			code = place[code] - 1
		}
		out.Codes[i] = code
	}
	return out
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
	case *array.Int32Builder:
		for _, code := range c.Codes[lo:hi] {
			if code < 0 {
				b.UnsafeAppendBoolToBitmap(false)
			} else {
				b.UnsafeAppend(code)
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
	if f.err != nil {
		return nil // no trailer: the file shall not look whole
	}
	if f.w == nil {
		none := &table.Table{}
		for _, s := range f.out.schema {
			none.Columns = append(none.Columns, &table.Column{Field: s})
		}
		if err := f.begin(none); err != nil {
			return err
		}
	}
	return f.w.Close()
}
