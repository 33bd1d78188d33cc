package duck

import (
	"context"
	"math"
	"strings"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Each hands the rows of a dataset over in chunks of at most that many rows,
// in their order. Levels of text differ from chunk to chunk. An error of do
// ends it; once ctx is cancelled it stops within a chunk.
func (db *DB) Each(ctx context.Context, name string, rows int, do func(*table.Table) error) error {
	c, err := db.connect()
	if err != nil {
		return err
	}
	defer c.close()
	d, err := c.dataset(ctx, name)
	if err != nil {
		return err
	}
	for lo := int64(0); lo < d.Rows; lo += int64(rows) {
		t, err := c.columns(ctx, name, d.fields(), lo, min(lo+int64(rows), d.Rows))
		if err != nil {
			return err
		}
		if err := do(t); err != nil {
			return err
		}
	}
	return nil
}

// Writer writes one table into a new DuckDB file that other programs open,
// chunk by chunk. Numbers are rounded to their field's Decimals; whole ones are
// BIGINT, others DOUBLE, times DATE or TIMESTAMP, texts VARCHAR. Close must be
// called; the file is whole when it returns nil.
type Writer struct {
	db     *DB // of its own, only for its errors and its connection
	c      *conn
	app    mapping.Appender
	chunk  mapping.DataChunk
	types  []mapping.LogicalType
	schema []table.Field
	err    error
	closed bool
}

// NewWriter makes a DuckDB file at path, which must not be there.
func NewWriter(path, name string, schema []table.Field) (*Writer, error) {
	w := &Writer{db: &DB{path: path}, schema: schema}
	var config mapping.Config
	if mapping.CreateConfig(&config) == mapping.StateError {
		return nil, core.Errorf(core.Internal, "DuckDB gives no configuration")
	}
	defer mapping.DestroyConfig(&config)
	for _, o := range [][2]string{{"memory_limit", "512MiB"}, {"autoinstall_known_extensions", "false"}, {"autoload_known_extensions", "false"}} {
		if mapping.SetConfig(config, o[0], o[1]) == mapping.StateError {
			return nil, core.Errorf(core.Internal, "DuckDB refuses %s = %q", o[0], o[1])
		}
	}
	var message string
	if mapping.OpenExt(path, &w.db.db, config, &message) == mapping.StateError {
		mapping.Close(&w.db.db)
		return nil, w.db.explain(message, mapping.ErrorTypeErrorIO)
	}
	c, err := w.db.connect()
	if err != nil {
		mapping.Close(&w.db.db)
		return nil, err
	}
	w.c = c
	var columns []string
	for _, f := range schema {
		columns = append(columns, ident(f.Name)+" "+duckType(f))
	}
	ctx := context.Background()
	for _, sql := range []string{"SET enable_external_access = false", "CREATE TABLE " + ident(name) + "(" + strings.Join(columns, ", ") + ")"} {
		if err = c.exec(ctx, sql); err != nil {
			w.end()
			return nil, err
		}
	}
	if mapping.AppenderCreateExt(c.c, "", "main", name, &w.app) == mapping.StateError {
		err := w.db.explain(mapping.AppenderError(w.app), mapping.ErrorTypeInternal)
		w.end()
		return nil, err
	}
	for _, f := range schema {
		w.types = append(w.types, mapping.CreateLogicalType(map[string]mapping.Type{
			"VARCHAR": mapping.TypeVarchar, "DATE": mapping.TypeDate, "TIMESTAMP": mapping.TypeTimestamp, "BIGINT": mapping.TypeBigInt, "DOUBLE": mapping.TypeDouble,
		}[duckType(f)]))
	}
	w.chunk = mapping.CreateDataChunk(w.types)
	return w, nil
}

func duckType(f table.Field) string {
	switch {
	case f.Kind == table.Text:
		return "VARCHAR"
	case f.Kind == table.Time && f.Layout != "" && table.FormatTime(0, f.Layout) == table.FormatTime(86399.999999, f.Layout):
		return "DATE"
	case f.Kind == table.Time:
		return "TIMESTAMP"
	case f.Decimals == 0:
		return "BIGINT"
	}
	return "DOUBLE"
}

// Write appends t's rows, whose columns are those of the schema.
func (w *Writer) Write(t *table.Table) error {
	for lo := 0; lo < t.Rows() && w.err == nil; lo += vectorSize {
		hi := min(lo+vectorSize, t.Rows())
		for k, c := range t.Columns {
			v := mapping.DataChunkGetVector(w.chunk, mapping.IdxT(k))
			mapping.VectorEnsureValidityWritable(v)
			valid := unsafe.Slice((*uint64)(mapping.VectorGetValidity(v)), vectorSize/64)
			for i := range valid {
				valid[i] = ^uint64(0)
			}
			data := mapping.VectorGetData(v)
			for row := lo; row < hi; row++ {
				i := row - lo
				if c.Missing(row) {
					valid[i>>6] &^= 1 << (i & 63)
					continue
				}
				switch duckType(w.schema[k]) {
				case "VARCHAR":
					mapping.VectorAssignStringElementLen(v, mapping.IdxT(i), []byte(strings.ToValidUTF8(c.Levels[c.Codes[row]], "\uFFFD")))
				case "DATE":
					unsafe.Slice((*int32)(data), vectorSize)[i] = int32(math.Floor(c.Num[row] / 86400))
				case "TIMESTAMP":
					unsafe.Slice((*int64)(data), vectorSize)[i] = int64(math.Round(c.Num[row] * 1e6))
				case "BIGINT":
					x := math.Round(c.Num[row])
					if math.Abs(x) >= 1<<63 {
						w.err = core.Errorf(core.Unsupported, "column %q: %g is too large for a whole number", c.Name, x).WithHint("write CSV, or divide the column")
						return w.err
					}
					unsafe.Slice((*int64)(data), vectorSize)[i] = int64(x)
				default:
					unsafe.Slice((*float64)(data), vectorSize)[i] = roundTo(c.Num[row], w.schema[k].Decimals)
				}
			}
		}
		mapping.DataChunkSetSize(w.chunk, mapping.IdxT(hi-lo))
		if mapping.AppendDataChunk(w.app, w.chunk) == mapping.StateError {
			w.err = w.db.explain(mapping.AppenderError(w.app), mapping.ErrorTypeInternal)
		}
		mapping.DataChunkReset(w.chunk)
	}
	return w.err
}

func roundTo(x float64, decimals int) float64 {
	if decimals < 0 || decimals > 15 {
		return x
	}
	p := math.Pow10(decimals)
	if y := math.Round(x*p) / p; !math.IsInf(y, 0) {
		return y
	}
	return x
}

// Close ends the file. After an error it returns that error.
func (w *Writer) Close() error {
	if w.closed {
		return w.err
	}
	if mapping.AppenderClose(w.app) == mapping.StateError && w.err == nil {
		w.err = w.db.explain(mapping.AppenderError(w.app), mapping.ErrorTypeInternal)
	}
	mapping.AppenderDestroy(&w.app)
	mapping.DestroyDataChunk(&w.chunk)
	for i := range w.types {
		mapping.DestroyLogicalType(&w.types[i])
	}
	if err := w.c.exec(context.Background(), "CHECKPOINT"); err != nil && w.err == nil {
		w.err = err
	}
	w.end()
	return w.err
}

func (w *Writer) end() {
	w.closed = true
	w.c.close()
	mapping.Close(&w.db.db)
}
