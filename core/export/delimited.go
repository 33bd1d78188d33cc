package export

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"shoptwin/core/table"
)

// delimited writes CSV and TSV.
type delimited struct {
	*out
	comma  byte
	guard  bool
	levels []written
}

// written is a text column's levels as they stand in the file.
type written struct {
	of    []string
	cells []string
}

// fewLevels is how many levels are worth writing once for a whole chunk.
const fewLevels = 1 << 13

func newDelimited(o *out, comma byte, guard bool) *delimited {
	f := &delimited{out: o, comma: comma, guard: guard, levels: make([]written, len(o.schema))}
	for i, field := range o.schema {
		if i > 0 {
			o.buf = append(o.buf, comma)
		}
		o.buf = f.text(o.buf, field.Name)
	}
	o.buf = append(o.buf, '\n')
	return f
}

func (f *delimited) rows(t *table.Table) error {
	for i, c := range t.Columns {
		f.level(i, c.Levels)
	}
	alone := len(t.Columns) == 1
	for row := range t.Rows() {
		for i, c := range t.Columns {
			if i > 0 {
				f.buf = append(f.buf, f.comma)
			}
			switch {
			case c.Missing(row):
				if alone { // an empty line would be no record
					f.buf = append(f.buf, `""`...)
				}
			case c.Kind == table.Number:
				f.buf = appendNumber(f.buf, c.Num[row], f.schema[i].Decimals)
			case c.Kind == table.Text:
				if cells := f.levels[i].cells; cells != nil {
					f.buf = append(f.buf, cells[c.Codes[row]]...)
				} else {
					f.buf = f.text(f.buf, c.Levels[c.Codes[row]])
				}
			default:
				f.buf = f.time(f.buf, c.Num[row], f.schema[i].Layout)
			}
		}
		f.buf = append(f.buf, '\n')
		if err := f.flush(flushAt); err != nil {
			return err
		}
	}
	return nil
}

func (f *delimited) end() error { return nil }

// level writes column i's levels, unless they are those of the chunk before
// or too many.
func (f *delimited) level(i int, levels []string) {
	w := &f.levels[i]
	if len(levels) == 0 || len(levels) > fewLevels {
		*w = written{}
		return
	}
	if len(w.of) == len(levels) && &w.of[0] == &levels[0] {
		return
	}
	*w = written{of: levels, cells: make([]string, len(levels))}
	for k, s := range levels {
		w.cells[k] = string(f.text(nil, s))
	}
}

// time writes a time in a layout that may hold the delimiter.
func (f *delimited) time(b []byte, seconds float64, layout string) []byte {
	at := len(b)
	b = appendTime(b, seconds, layout)
	if layout != "" && strings.IndexByte(layout, f.comma) >= 0 || strings.ContainsAny(layout, "\"\r\n") {
		s := string(b[at:])
		return f.quoted(b[:at], s, "")
	}
	return b
}

// text appends a text cell, guarded and quoted where needed. The empty text
// is "", so that it differs from a missing cell.
func (f *delimited) text(b []byte, s string) []byte {
	mark := ""
	if f.guard && s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		mark = "'"
	}
	if s == "" || s == `\.` || strings.IndexByte(s, f.comma) >= 0 || strings.ContainsAny(s, "\"\r\n") || edged(s) {
		return f.quoted(b, s, mark)
	}
	return append(append(b, mark...), s...)
}

// edged says whether s begins or ends with a space that a lenient reader
// would take away.
func edged(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsSpace(first) || unicode.IsSpace(last)
}

func (f *delimited) quoted(b []byte, s, mark string) []byte {
	b = append(append(b, '"'), mark...)
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			return append(append(b, s...), '"')
		}
		b = append(append(b, s[:i+1]...), '"')
		s = s[i+1:]
	}
}
