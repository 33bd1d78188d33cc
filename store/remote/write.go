package remote

import (
	"context"
	"database/sql"
	"math"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Writer writes one table into a new SQLite file, chunk by chunk. Numbers are
// rounded to their field's Decimals, whole ones are INTEGER and others REAL;
// times are text in columns declared DATE or DATETIME, as SQLite has no type
// for them. Close must be called; the file is whole when it returns nil.
type Writer struct {
	db     *sql.DB
	c      *sql.Conn
	insert *sql.Stmt
	schema []table.Field
	err    error
}

// NewWriter makes an SQLite file at path, which must not be there.
func NewWriter(path, name string, schema []table.Field) (*Writer, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if abs = filepath.ToSlash(abs); !strings.HasPrefix(abs, "/") {
		abs = "/" + abs
	}
	u := url.URL{Scheme: "file", Path: abs, RawQuery: url.Values{"_pragma": {"journal_mode(OFF)", "synchronous(OFF)", "temp_store(2)"}}.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	w := &Writer{db: db, schema: schema}
	ctx := context.Background()
	if w.c, err = db.Conn(ctx); err != nil {
		_ = db.Close()
		return nil, w.explain(err)
	}
	quote := func(s string) string {
		return `"` + strings.ReplaceAll(strings.ReplaceAll(s, "\x00", "\uFFFD"), `"`, `""`) + `"`
	}
	var columns, marks []string
	for _, f := range schema {
		columns, marks = append(columns, quote(f.Name)+" "+sqliteType(f)), append(marks, "?")
	}
	for _, s := range []string{"CREATE TABLE " + quote(name) + "(" + strings.Join(columns, ", ") + ")", "BEGIN"} {
		if _, err = w.c.ExecContext(ctx, s); err != nil {
			break
		}
	}
	if err == nil {
		w.insert, err = w.c.PrepareContext(ctx, "INSERT INTO "+quote(name)+" VALUES ("+strings.Join(marks, ", ")+")")
	}
	if err != nil {
		_, _ = w.c.Close(), db.Close() // err says what went wrong
		return nil, w.explain(err)
	}
	return w, nil
}

func sqliteType(f table.Field) string {
	switch {
	case f.Kind == table.Text:
		return "TEXT"
	case f.Kind == table.Time && isDate(f.Layout):
		return "DATE"
	case f.Kind == table.Time:
		return "DATETIME"
	case f.Decimals == 0:
		return "INTEGER"
	}
	return "REAL"
}

func isDate(layout string) bool {
	return layout != "" && table.FormatTime(0, layout) == table.FormatTime(86399.999999, layout)
}

// Write appends t's rows, whose columns are those of the schema.
func (w *Writer) Write(t *table.Table) error {
	if w.err != nil {
		return w.err
	}
	values := make([]any, len(w.schema))
	for row := range t.Rows() {
		for i, c := range t.Columns {
			values[i] = sqliteValue(c, w.schema[i], row)
		}
		if _, err := w.insert.Exec(values...); err != nil {
			w.err = w.explain(err)
			return w.err
		}
	}
	return nil
}

func sqliteValue(c *table.Column, f table.Field, row int) any {
	switch {
	case c.Missing(row):
		return nil
	case c.Kind == table.Text:
		return strings.ReplaceAll(strings.ToValidUTF8(c.Levels[c.Codes[row]], "\uFFFD"), "\x00", "\uFFFD")
	case c.Kind == table.Time && isDate(f.Layout):
		return table.FormatTime(c.Num[row], "2006-01-02")
	case c.Kind == table.Time:
		seconds := c.Num[row]
		if !strings.Contains(f.Layout, "05.") && !strings.Contains(f.Layout, "05,") {
			seconds = math.Floor(seconds)
		}
		return table.FormatTime(seconds, "2006-01-02 15:04:05.999999")
	case f.Decimals < 0:
		return c.Num[row]
	}
	x, err := strconv.ParseFloat(strconv.FormatFloat(c.Num[row], 'f', f.Decimals, 64), 64)
	if err != nil {
		return c.Num[row]
	}
	if f.Decimals == 0 && math.Abs(x) < 1<<62 {
		return int64(x)
	}
	return x
}

// Close ends the file. After an error it returns that error.
func (w *Writer) Close() error {
	if w.c == nil {
		return w.err
	}
	if w.err == nil {
		if _, err := w.c.ExecContext(context.Background(), "COMMIT"); err != nil {
			w.err = w.explain(err)
		}
	}
	_ = w.insert.Close()
	_ = w.c.Close()
	if err := w.db.Close(); err != nil && w.err == nil {
		w.err = w.explain(err)
	}
	w.c = nil
	return w.err
}

func (w *Writer) explain(err error) error {
	low := strings.ToLower(err.Error())
	switch {
	case strings.Contains(low, "full"):
		return core.Errorf(core.Full, "SQLite: no room left on the disk: %w", err).WithHint("make room, or write to another disk")
	case strings.Contains(low, "too many columns"):
		return core.Errorf(core.Unsupported, "%d columns, but SQLite takes 2,000: %w", len(w.schema), err).WithHint("write Parquet or DuckDB, or fewer columns")
	}
	return core.Wrap(err, "writing SQLite")
}
