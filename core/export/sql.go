package export

import (
	"math"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// dialect is how one kind of server writes what others write otherwise.
type dialect struct {
	open, shut          string // around names
	text, whole, number string // types
	day, moment         string
	quote               string // before a text
	begin, begun        string // statements before the table, and after
}

// Backslashes and double quotes mean other things to MySQL, unless it is told;
// to all others the line that tells it is a comment.
const tellMySQL = "/*!40101 SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES' */;\n"

var dialects = map[string]dialect{
	"":          {`"`, `"`, "TEXT", "BIGINT", "DOUBLE PRECISION", "DATE", "TIMESTAMP", "'", tellMySQL + "BEGIN;\n", ""},
	"mysql":     {"`", "`", "LONGTEXT", "BIGINT", "DOUBLE", "DATE", "DATETIME(6)", "'", "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES';\nSET NAMES utf8mb4;\n", "START TRANSACTION;\n"},
	"sqlserver": {"[", "]", "NVARCHAR(MAX)", "BIGINT", "FLOAT", "DATE", "DATETIME2", "N'", "BEGIN TRANSACTION;\n", ""},
}

// insertRows is how many rows one INSERT holds; SQL Server takes 1,000.
const insertRows = 500

// script writes statements that make and fill a table.
type script struct {
	*out
	d      dialect
	insert string
	row    int // of the statement
}

func newScript(o *out, opt Options) *script {
	f := &script{out: o}
	d, known := dialects[opt.Dialect]
	if !known {
		o.err = core.Errorf(core.Unsupported, "export: no SQL dialect %q", opt.Dialect).WithHint("choose mysql or sqlserver; without one the script is for PostgreSQL, SQLite and DuckDB")
		return f
	}
	f.d = d
	name := opt.Table
	if name == "" {
		name = "data"
	}
	o.buf = append(o.buf, d.begin...)
	o.buf = append(append(append(o.buf, "CREATE TABLE "...), f.ident(name)...), " ("...)
	var list []string
	for i, field := range o.schema {
		if i > 0 {
			o.buf = append(o.buf, ',')
		}
		list = append(list, f.ident(field.Name))
		o.buf = append(append(append(append(o.buf, "\n\t"...), list[i]...), ' '), f.typeOf(field)...)
	}
	o.buf = append(append(o.buf, "\n);\n"...), d.begun...)
	if opt.Dialect == "" {
		f.retype(f.ident(name), list)
	}
	f.insert = "INSERT INTO " + f.ident(name) + " (" + strings.Join(list, ", ") + ") VALUES\n"
	return f
}

// retype tells MySQL in a comment, which all others pass over, what its TEXT
// and TIMESTAMP are too small for: a TEXT ends at 64 kB, a TIMESTAMP is an
// instant from 1970 to 2038. A name that could end the comment stays out of it.
func (f *script) retype(name string, list []string) {
	if strings.Contains(name, "*/") || strings.Contains(name, "/*") {
		return
	}
	before := "/*!40101 ALTER TABLE " + name + " MODIFY "
	for i, field := range f.schema {
		generic, theirs := f.typeOf(field), (&script{d: dialects["mysql"]}).typeOf(field)
		if generic != f.d.text && generic != f.d.moment || strings.Contains(list[i], "*/") || strings.Contains(list[i], "/*") {
			continue
		}
		f.buf = append(append(append(append(append(f.buf, before...), list[i]...), ' '), theirs...), " */;\n"...)
	}
}

// ident quotes a name, whatever it holds.
func (f *script) ident(name string) string {
	name = strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), "\x00", "\uFFFD")
	return f.d.open + strings.ReplaceAll(name, f.d.shut, f.d.shut+f.d.shut) + f.d.shut
}

func (f *script) typeOf(field table.Field) string {
	switch {
	case field.Kind == table.Text:
		return f.d.text
	case field.Kind == table.Time && isDate(field.Layout):
		return f.d.day
	case field.Kind == table.Time:
		return f.d.moment
	case field.Decimals == 0:
		return f.d.whole
	}
	return f.d.number
}

func (f *script) rows(t *table.Table) error {
	for row := range t.Rows() {
		switch {
		case f.row == 0:
			f.buf = append(f.buf, f.insert...)
		default:
			f.buf = append(f.buf, ",\n"...)
		}
		f.buf = append(f.buf, '(')
		for i, c := range t.Columns {
			if i > 0 {
				f.buf = append(f.buf, ", "...)
			}
			switch field := f.schema[i]; {
			case c.Missing(row):
				f.buf = append(f.buf, "NULL"...)
			case c.Kind == table.Text:
				f.string(c.Levels[c.Codes[row]])
			case c.Kind == table.Time && isDate(field.Layout):
				f.time(c.Num[row], "2006-01-02")
			case c.Kind == table.Time:
				f.time(shown(c.Num[row], field.Layout), "2006-01-02 15:04:05.999999")
			case field.Decimals == 0 && math.Abs(c.Num[row]) >= 1<<63:
				return core.Errorf(core.Unsupported, "export: row %d, column %q: %g is too large for a whole number", f.count+int64(row)+1, c.Name, c.Num[row]).
					WithHint("write CSV, or divide the column")
			default:
				f.buf = appendNumber(f.buf, c.Num[row], field.Decimals)
			}
		}
		f.buf = append(f.buf, ')')
		if f.row++; f.row == insertRows {
			f.buf, f.row = append(f.buf, ";\n"...), 0
		}
		if err := f.flush(flushAt); err != nil {
			return err
		}
	}
	return nil
}

func (f *script) end() error {
	if f.err != nil {
		return nil // without its end nothing of it counts
	}
	if f.row > 0 {
		f.buf = append(f.buf, ";\n"...)
	}
	f.buf = append(f.buf, "COMMIT;\n"...)
	return nil
}

func (f *script) time(seconds float64, layout string) {
	f.buf = append(append(append(f.buf, '\''), table.FormatTime(seconds, layout)...), '\'')
}

// string writes a text; what no server takes becomes U+FFFD.
func (f *script) string(s string) {
	f.buf = append(f.buf, f.d.quote...)
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	f.buf = append(f.buf, strings.ReplaceAll(s, "'", "''")...)
	f.buf = append(f.buf, '\'')
}
