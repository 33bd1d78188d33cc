package duck

import (
	"context"
	"math"
	"strings"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"shoptwin/core/table"
)

// read returns the columns that sql selects behind _row, with the rows'
// numbers, in the order of its answer.
func (c *conn) read(ctx context.Context, sql string, fields []table.Field) (*table.Table, []int64, error) {
	t := &table.Table{}
	var rows []int64
	index := make([]map[string]int32, len(fields))
	list := []string{rowColumn}
	for k, f := range fields {
		t.Columns = append(t.Columns, &table.Column{Field: f})
		index[k] = map[string]int32{}
		x := ident(f.Name)
		if f.Kind == table.Time {
			x = "epoch_us(" + x + ")"
		}
		list = append(list, x)
	}
	err := c.query(ctx, "SELECT "+strings.Join(list, ", ")+" FROM ("+sql+")", func(ch *chunk) error {
		rows = append(rows, ch.int64s(0)...)
		for k, col := range t.Columns {
			switch col.Kind {
			case table.Text:
				for i := range ch.rows {
					b, ok := ch.text(k+1, i)
					if !ok {
						col.Codes = append(col.Codes, -1)
						continue
					}
					code, ok := index[k][string(b)]
					if !ok {
						code = int32(len(col.Levels))
						index[k][string(b)] = code
						col.Levels = append(col.Levels, string(b))
					}
					col.Codes = append(col.Codes, code)
				}
			case table.Time:
				for i, micros := range ch.int64s(k + 1) {
					x := math.NaN()
					if !ch.missing(k+1, i) {
						x = float64(micros) / 1e6
					}
					col.Num = append(col.Num, x)
				}
			default:
				for i, x := range ch.float64s(k + 1) {
					if ch.missing(k+1, i) {
						x = math.NaN()
					}
					col.Num = append(col.Num, x)
				}
			}
		}
		return nil
	})
	return t, rows, err
}

// write makes the table name, as SQL, of _row and the columns of t.
func (c *conn) write(ctx context.Context, name string, t *table.Table, rows []int64) error {
	types := map[table.Kind]string{table.Number: " DOUBLE", table.Time: " TIMESTAMP", table.Text: " VARCHAR"}
	list := rowColumn + " BIGINT"
	for _, col := range t.Columns {
		list += ", " + ident(col.Name) + types[col.Kind]
	}
	if err := c.exec(ctx, "CREATE TEMP TABLE "+name+"("+list+")"); err != nil {
		return err
	}
	var app mapping.Appender
	if mapping.AppenderCreateExt(c.c, "temp", "main", name, &app) == mapping.StateError {
		err := c.db.explain(mapping.AppenderError(app), mapping.ErrorTypeInternal)
		mapping.AppenderDestroy(&app)
		return err
	}
	defer mapping.AppenderDestroy(&app)
	logical := []mapping.LogicalType{mapping.CreateLogicalType(mapping.TypeBigInt)}
	for _, col := range t.Columns {
		logical = append(logical, mapping.CreateLogicalType(map[table.Kind]mapping.Type{table.Number: mapping.TypeDouble, table.Time: mapping.TypeTimestamp, table.Text: mapping.TypeVarchar}[col.Kind]))
	}
	chunk := mapping.CreateDataChunk(logical)
	defer func() {
		mapping.DestroyDataChunk(&chunk)
		for i := range logical {
			mapping.DestroyLogicalType(&logical[i])
		}
	}()
	for lo := 0; lo < len(rows); lo += vectorSize {
		n := min(vectorSize, len(rows)-lo)
		mapping.DataChunkReset(chunk)
		copy(unsafe.Slice((*int64)(mapping.VectorGetData(mapping.DataChunkGetVector(chunk, 0))), n), rows[lo:lo+n])
		for k, col := range t.Columns {
			putCells(mapping.DataChunkGetVector(chunk, mapping.IdxT(k+1)), col, lo, n)
		}
		mapping.DataChunkSetSize(chunk, mapping.IdxT(n))
		state, err := c.interruptible(ctx, func() mapping.State { return mapping.AppendDataChunk(app, chunk) })
		if err == nil && state == mapping.StateError {
			err = c.db.explain(mapping.AppenderError(app), mapping.ErrorTypeInternal)
		}
		if err != nil {
			return err
		}
	}
	if mapping.AppenderFlush(app) == mapping.StateError {
		return c.db.explain(mapping.AppenderError(app), mapping.ErrorTypeInternal)
	}
	return nil
}

// putCells writes the cells of col from lo on into a vector, times in
// microseconds.
func putCells(v mapping.Vector, col *table.Column, lo, n int) {
	mapping.VectorEnsureValidityWritable(v)
	valid := unsafe.Slice((*uint64)(mapping.VectorGetValidity(v)), vectorSize/64)
	for i := range valid {
		valid[i] = ^uint64(0)
	}
	data := mapping.VectorGetData(v)
	for i := range n {
		if col.Missing(lo + i) {
			valid[i>>6] &^= 1 << (i & 63)
			continue
		}
		switch col.Kind {
		case table.Text:
			if b := []byte(col.Levels[col.Codes[lo+i]]); len(b) <= inlined {
				t := stringT{n: uint32(len(b))}
				copy(t.data[:], b)
				unsafe.Slice((*stringT)(data), n)[i] = t
			} else {
				mapping.VectorAssignStringElementLen(v, mapping.IdxT(i), b)
			}
		case table.Time:
			unsafe.Slice((*int64)(data), n)[i] = int64(math.Round(col.Num[lo+i] * 1e6))
		default:
			unsafe.Slice((*float64)(data), n)[i] = col.Num[lo+i]
		}
	}
}
