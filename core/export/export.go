// Package export writes tables to files that other programs read: CSV, TSV,
// JSON, JSON Lines, Parquet and Excel, chunk by chunk in constant memory.
package export

import (
	"io"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Format is a file format.
type Format string

const (
	CSV     Format = "csv"
	TSV     Format = "tsv"
	JSON    Format = "json"  // one array of objects
	JSONL   Format = "jsonl" // one object a line
	Parquet Format = "parquet"
	XLSX    Format = "xlsx"
)

// Writer writes chunks of one schema in constant memory. Close writes the
// trailer and must be called; after an error nothing valid is promised.
type Writer interface {
	Write(t *table.Table) error
	Close() error
}

// Options chooses the form.
type Options struct {
	Format         Format // "" is CSV
	Gzip           bool
	NoFormulaGuard bool
}

// New returns a Writer of tables with the given columns to w.
func New(w io.Writer, schema []table.Field, opt Options) (Writer, error) {
	return nil, core.Errorf(core.Unsupported, "being built")
}

// FormatOf returns the format that a file's name asks for.
func FormatOf(fileName string) (format Format, gzip bool, err error) {
	return "", false, core.Errorf(core.Unsupported, "being built")
}
