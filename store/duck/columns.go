package duck

import (
	"context"
	"fmt"
	"math"
	"strings"

	"shoptwin/core/source"
	"shoptwin/core/table"
)

// Columns returns columns of a dataset in row order, all of them when cols is
// nil. Levels of text are in order of appearance. NotFound for a name that is
// not there. About 20 ns a cell.
func (db *DB) Columns(ctx context.Context, name string, cols []string) (*table.Table, error) {
	c, err := db.connect()
	if err != nil {
		return nil, err
	}
	defer c.close()
	d, err := c.dataset(ctx, name)
	if err != nil {
		return nil, err
	}
	fields := d.fields()
	if cols != nil {
		fields = fields[:0:0]
		for _, col := range cols {
			found := false
			for _, f := range d.fields() {
				if f.Name == col {
					fields, found = append(fields, f), true
				}
			}
			if !found {
				return nil, noColumn(name, col, d.fields())
			}
		}
	}
	return c.columns(ctx, name, fields, 0, d.Rows)
}

// columns returns rows lo to hi (exclusive).
func (c *conn) columns(ctx context.Context, name string, fields []table.Field, lo, hi int64) (*table.Table, error) {
	t := &table.Table{Name: name}
	rows := int(max(hi-lo, 0))
	list := []string{rowColumn}
	var index []map[string]int32
	for _, f := range fields {
		col := &table.Column{Field: f}
		x := ident(f.Name)
		switch f.Kind {
		case table.Text:
			col.Codes = make([]int32, rows)
		case table.Time:
			x = "epoch_us(" + x + ")"
			col.Num = make([]float64, rows)
		default:
			col.Num = make([]float64, rows)
		}
		list = append(list, x)
		t.Columns = append(t.Columns, col)
		index = append(index, map[string]int32{})
	}
	err := c.query(ctx, fmt.Sprintf("SELECT %s FROM main.%s WHERE %s >= %d AND %s < %d",
		strings.Join(list, ", "), ident(name), rowColumn, lo, rowColumn, hi), func(ch *chunk) error {
		at := ch.int64s(0) // the place of each row, in whatever order they come
		for k, col := range t.Columns {
			switch col.Kind {
			case table.Text:
				for i, row := range at {
					code := int32(-1)
					if b, ok := ch.text(k+1, i); ok {
						if code, ok = index[k][string(b)]; !ok {
							code = int32(len(col.Levels))
							s := string(b)
							index[k][s] = code
							col.Levels = append(col.Levels, s)
						}
					}
					col.Codes[row-lo] = code
				}
			case table.Time:
				micros := ch.int64s(k + 1)
				for i, row := range at {
					col.Num[row-lo] = math.NaN()
					if !ch.missing(k+1, i) {
						col.Num[row-lo] = float64(micros[i]) / 1e6
					}
				}
			default:
				num := ch.float64s(k + 1)
				for i, row := range at {
					col.Num[row-lo] = math.NaN()
					if !ch.missing(k+1, i) {
						col.Num[row-lo] = num[i]
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Page returns up to limit rows from offset on, as they are written in a text
// file ("" is missing), and how many rows there are.
func (db *DB) Page(ctx context.Context, name string, offset, limit int) (header []string, rows [][]string, total int64, err error) {
	c, err := db.connect()
	if err != nil {
		return nil, nil, 0, err
	}
	defer c.close()
	d, err := c.dataset(ctx, name)
	if err != nil {
		return nil, nil, 0, err
	}
	for _, col := range d.Columns {
		header = append(header, col.Name)
	}
	lo := min(int64(max(offset, 0)), d.Rows)
	t, err := c.columns(ctx, name, d.fields(), lo, min(lo+int64(max(limit, 0)), d.Rows))
	if err != nil {
		return nil, nil, 0, err
	}
	rows = make([][]string, t.Rows())
	for i := range rows {
		rows[i] = make([]string, len(t.Columns))
		for k, col := range t.Columns {
			rows[i][k] = col.Cell(i)
		}
	}
	return header, rows, d.Rows, nil
}

// Rejects returns up to limit of the rows that an import set aside, from
// offset on, and how many there are.
func (db *DB) Rejects(ctx context.Context, name string, offset, limit int) ([]source.Reject, int64, error) {
	c, err := db.connect()
	if err != nil {
		return nil, 0, err
	}
	defer c.close()
	d, err := c.dataset(ctx, name)
	if err != nil || d.Rejected == 0 {
		return []source.Reject{}, 0, err
	}
	out := []source.Reject{}
	err = c.query(ctx, fmt.Sprintf("SELECT line, col, reason, raw FROM rejects.%s ORDER BY rowid LIMIT %d OFFSET %d",
		ident(name), max(limit, 0), max(offset, 0)), func(ch *chunk) error {
		lines := ch.int64s(0)
		for i := range ch.rows {
			var text [3]string
			for k := range text {
				b, _ := ch.text(k+1, i)
				text[k] = string(b)
			}
			out = append(out, source.Reject{Line: lines[i], Column: text[0], Reason: text[1], Raw: text[2]})
		}
		return nil
	})
	return out, d.Rejected, err
}
