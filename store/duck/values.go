package duck

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

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

// write makes the temporary table name of _row and the columns of t.
func (c *conn) write(ctx context.Context, name string, t *table.Table, rows []int64) error {
	s, err := c.newStage(ctx, name+"_text", len(t.Columns)+1)
	if err != nil {
		return err
	}
	err = s.appendAll(ctx, t, rows)
	if e := s.close(ctx); err == nil {
		err = e
	}
	list := []string{"CAST(c0 AS BIGINT) AS " + rowColumn}
	for k, col := range t.Columns {
		x := stageName(k + 1)
		switch col.Kind {
		case table.Number:
			x = "CAST(" + x + " AS DOUBLE)"
		case table.Time:
			x = "make_timestamp(CAST(" + x + " AS BIGINT))"
		}
		list = append(list, x+" AS "+ident(col.Name))
	}
	for _, sql := range []string{
		fmt.Sprintf("CREATE TEMP TABLE %s AS SELECT %s FROM temp.%s_text", name, strings.Join(list, ", "), name),
		fmt.Sprintf("DROP TABLE temp.%s_text", name),
	} {
		if err == nil {
			err = c.exec(ctx, sql)
		}
	}
	return err
}

// appendAll writes numbers so that they are read as the same bits, and times
// in microseconds.
func (s *stage) appendAll(ctx context.Context, t *table.Table, rows []int64) error {
	cells := make([][]byte, len(t.Columns)+1)
	room := make([][]byte, len(cells))
	for i, row := range rows {
		room[0] = strconv.AppendInt(room[0][:0], row, 10)
		cells[0] = room[0]
		for k, col := range t.Columns {
			b := room[k+1][:0]
			switch {
			case col.Missing(i):
				cells[k+1] = nil
				continue
			case col.Kind == table.Text:
				b = append(b, col.Levels[col.Codes[i]]...)
			case col.Kind == table.Time:
				b = strconv.AppendInt(b, int64(math.Round(col.Num[i]*1e6)), 10)
			default:
				b = strconv.AppendFloat(b, col.Num[i], 'g', -1, 64)
			}
			room[k+1], cells[k+1] = b, b
			if b == nil { // an empty text is not missing
				cells[k+1] = []byte{}
			}
		}
		if err := s.append(ctx, cells); err != nil {
			return err
		}
	}
	return nil
}
