// Package export writes tables to files that other programs read: CSV, TSV,
// JSON, JSON Lines, Parquet, Excel and SQL, chunk by chunk in constant memory.
// Every form holds the same values: numbers are rounded to their field's
// Decimals, times follow its Layout, missing cells are empty (text), null
// (JSON, Parquet) or not there (Excel).
package export

import (
	"compress/gzip"
	"errors"
	"io"
	"math"
	"strings"
	"syscall"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Format is a file format.
type Format string

const (
	CSV     Format = "csv"   // RFC 4180, "\n" line ends, a header
	TSV     Format = "tsv"   // as CSV, by tabs
	JSON    Format = "json"  // one array of objects, one a line
	JSONL   Format = "jsonl" // one object a line
	Parquet Format = "parquet"
	XLSX    Format = "xlsx" // sheets of 1,048,576 rows
	SQL     Format = "sql"  // statements that make and fill a table

	// Databases are files that are not written from front to back: the
	// packages that may open files write them.
	SQLite Format = "sqlite"
	DuckDB Format = "duckdb"
)

// Writer writes chunks of one schema in constant memory. Close writes the
// trailer and must be called; it leaves the underlying io.Writer open. After
// an error Write and Close return that error again, and nothing valid is
// promised about what has been written.
type Writer interface {
	// Write appends t's rows. Its columns must have the names and kinds of
	// the schema, in that order; Levels may differ from chunk to chunk.
	Write(t *table.Table) error
	Close() error
}

// Options chooses the form. The zero value is a CSV file with the guard.
type Options struct {
	Format Format
	// Gzip compresses text formats. Parquet and Excel files are compressed
	// inside: they refuse it.
	Gzip bool
	// NoFormulaGuard writes text cells that begin with = + - @ TAB or CR as
	// they are. Otherwise CSV and TSV put ' before them, in the header too,
	// so that a spreadsheet does not run them. Numbers are never touched, and
	// the other formats, whose cells have types, do not need it.
	NoFormulaGuard bool
	// Table is the name that an SQL script gives the table; "data" when empty.
	Table string
	// Dialect of an SQL script: "mysql", "sqlserver", or "" for what
	// PostgreSQL, SQLite and DuckDB take.
	Dialect string
}

// New returns a Writer of tables with the given columns to w.
func New(w io.Writer, schema []table.Field, opt Options) (Writer, error) {
	if opt.Format == "" {
		opt.Format = CSV
	}
	if len(schema) == 0 {
		return nil, core.Errorf(core.Invalid, "export: the table has no columns")
	}
	seen := map[string]bool{}
	for _, f := range schema {
		if seen[f.Name] {
			return nil, core.Errorf(core.Invalid, "export: two columns are named %q", f.Name).WithHint("rename one")
		}
		seen[f.Name] = true
	}
	inside := opt.Format == Parquet || opt.Format == XLSX
	if inside && opt.Gzip {
		return nil, core.Errorf(core.Unsupported, "export: %s is compressed inside", opt.Format).WithHint("leave out gzip")
	}
	o := &out{schema: schema, w: w}
	if opt.Gzip {
		// Level 3 takes half the time of the usual 6 for files a tenth larger.
		o.gz, _ = gzip.NewWriterLevel(w, 3)
		o.w = o.gz
	}
	switch opt.Format {
	case CSV:
		o.form = newDelimited(o, ',', !opt.NoFormulaGuard)
	case TSV:
		o.form = newDelimited(o, '\t', !opt.NoFormulaGuard)
	case JSON, JSONL:
		o.form = newJSON(o, opt.Format == JSON)
	case Parquet:
		o.form = newParquet(o)
	case XLSX:
		o.form = newXLSX(o)
	case SQL:
		o.form = newScript(o, opt)
	default:
		return nil, core.Errorf(core.Unsupported, "export: no format %q", opt.Format).WithHint("choose csv, tsv, json, jsonl, parquet, xlsx or sql")
	}
	if o.err != nil {
		return nil, o.err
	}
	return o, nil
}

var endings = map[string]Format{
	".csv": CSV, ".tsv": TSV, ".tab": TSV, ".json": JSON, ".jsonl": JSONL, ".ndjson": JSONL, ".parquet": Parquet, ".xlsx": XLSX,
	".sql": SQL, ".sqlite": SQLite, ".sqlite3": SQLite, ".db": SQLite, ".duckdb": DuckDB,
}

// DialectOf returns the dialect that a script's name asks for: that of
// sales.mysql.sql is mysql.
func DialectOf(fileName string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(fileName), ".gz"), ".sql")
	switch {
	case strings.HasSuffix(name, ".mysql"), strings.HasSuffix(name, ".mariadb"):
		return "mysql"
	case strings.HasSuffix(name, ".sqlserver"), strings.HasSuffix(name, ".mssql"):
		return "sqlserver"
	}
	return ""
}

// FormatOf returns the format that a file's name asks for: its ending, maybe
// followed by .gz, in capitals or not.
func FormatOf(fileName string) (format Format, gzip bool, err error) {
	name, gzip := strings.CutSuffix(strings.ToLower(fileName), ".gz")
	for ending, f := range endings {
		if strings.HasSuffix(name, ending) {
			if gzip && (f == Parquet || f == XLSX || f == SQLite || f == DuckDB) {
				return "", false, core.Errorf(core.Unsupported, "%s: %s is not compressed again", fileName, f).WithHint("name it without .gz")
			}
			return f, gzip, nil
		}
	}
	return "", false, core.Errorf(core.Unsupported, "%s: its ending names no format", fileName).
		WithHint("end it in .csv, .tsv, .json, .jsonl, .sql (each also .gz), .parquet, .xlsx, .sqlite or .duckdb")
}

// form is one format's way to write rows and a trailer through an out.
type form interface {
	rows(t *table.Table) error
	end() error
}

// out is the Writer of every format: it checks chunks, holds the buffer of
// the text formats, and remembers the first error.
type out struct {
	schema []table.Field
	form   form
	w      io.Writer
	gz     *gzip.Writer
	buf    []byte
	count  int64 // rows before this chunk
	err    error
	closed bool
}

func (o *out) Write(t *table.Table) error {
	if o.err == nil && o.closed {
		return core.Errorf(core.Internal, "export: rows after Close")
	}
	if o.err == nil {
		o.err = o.check(t)
	}
	if o.err == nil && t.Rows() > 0 {
		o.err = wrap(o.form.rows(t))
		o.count += int64(t.Rows())
	}
	return o.err
}

func (o *out) Close() error {
	if o.closed {
		return o.err
	}
	o.closed = true
	// The form is ended after an error too: it may hold resources.
	if err := wrap(o.form.end()); o.err == nil {
		o.err = err
	}
	if o.err == nil {
		o.err = wrap(o.flush(0))
	}
	if o.gz != nil && o.err == nil {
		o.err = wrap(o.gz.Close())
	}
	return o.err
}

// check returns an error when t cannot follow the schema.
func (o *out) check(t *table.Table) error {
	if len(t.Columns) != len(o.schema) {
		return core.Errorf(core.Invalid, "export: a chunk of %d columns, the file has %d", len(t.Columns), len(o.schema))
	}
	for i, c := range t.Columns {
		if f := o.schema[i]; c.Name != f.Name || c.Kind != f.Kind {
			return core.Errorf(core.Invalid, "export: column %d of a chunk is %q (%v), the file has %q (%v)", i+1, c.Name, c.Kind, f.Name, f.Kind)
		}
		if c.Len() != t.Rows() {
			return core.Errorf(core.Invalid, "export: column %q has %d cells, the first has %d", c.Name, c.Len(), t.Rows())
		}
		for row, x := range c.Num {
			if math.IsInf(x, 0) {
				return core.Errorf(core.Invalid, "export: row %d, column %q: the number is infinite", o.count+int64(row)+1, c.Name).
					WithHint("no file format has a form for it: repair or drop the row")
			}
		}
	}
	return nil
}

// flush hands the buffer on once it holds more than limit bytes.
func (o *out) flush(limit int) error {
	if len(o.buf) <= limit {
		return nil
	}
	_, err := o.w.Write(o.buf)
	o.buf = o.buf[:0]
	return err
}

const flushAt = 1 << 16

// wrap says where err came from, once, and what to do about a full disk.
func wrap(err error) error {
	var e *core.Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	e = core.Wrap(err, "export")
	if errors.Is(err, syscall.ENOSPC) {
		e.Kind = core.Full
		return e.WithHint("make room, or write fewer rows or to another disk")
	}
	return e
}

// plain hides everything but Write, above all Close.
type plain struct{ io.Writer }
