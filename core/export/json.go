package export

import (
	"unicode/utf8"

	"shoptwin/core/table"
)

// objects writes JSON and JSON Lines. Text that is not UTF-8 has its bad
// bytes replaced by U+FFFD.
type objects struct {
	*out
	array bool
	keys  [][]byte // `{"a":`, `,"b":`
}

func newJSON(o *out, array bool) *objects {
	f := &objects{out: o, array: array}
	for i, field := range o.schema {
		key := []byte{"{,"[min(i, 1)]}
		f.keys = append(f.keys, append(appendString(key, field.Name), ':'))
	}
	if array {
		o.buf = append(o.buf, '[')
	}
	return f
}

func (f *objects) rows(t *table.Table) error {
	for row := range t.Rows() {
		if f.array && f.count+int64(row) > 0 {
			f.buf = append(f.buf, ',')
		}
		if f.array {
			f.buf = append(f.buf, '\n')
		}
		for i, c := range t.Columns {
			f.buf = append(f.buf, f.keys[i]...)
			switch {
			case c.Missing(row):
				f.buf = append(f.buf, "null"...)
			case c.Kind == table.Number:
				f.buf = appendNumber(f.buf, c.Num[row], f.schema[i].Decimals)
			case c.Kind == table.Text:
				f.buf = appendString(f.buf, c.Levels[c.Codes[row]])
			default:
				at := len(f.buf)
				f.buf = appendTime(f.buf, c.Num[row], f.schema[i].Layout)
				s := string(f.buf[at:])
				f.buf = appendString(f.buf[:at], s)
			}
		}
		f.buf = append(f.buf, '}')
		if !f.array {
			f.buf = append(f.buf, '\n')
		}
		if err := f.flush(flushAt); err != nil {
			return err
		}
	}
	return nil
}

func (f *objects) end() error {
	if f.array {
		f.buf = append(f.buf, "\n]\n"...)
	}
	return nil
}

const hex = "0123456789abcdef"

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c == '\n':
				b = append(b, '\\', 'n')
			case c == '\t':
				b = append(b, '\\', 't')
			case c < ' ' || c == 0x7f:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			default:
				b = append(b, c)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		b = utf8.AppendRune(b, r)
		i += size
	}
	return append(b, '"')
}
