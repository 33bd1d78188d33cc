package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// headerObjects is how many objects are looked at before the columns are
// named; later keys come as columns at the end.
const headerObjects = 1000

// isJSONLines says whether text begins with one whole object on a line and
// another below it.
func isJSONLines(text []byte) bool {
	i := bytes.IndexByte(text, '\n')
	if i < 0 || text[0] != '{' {
		return false
	}
	rest := bytes.TrimLeft(text[i:], " \t\r\n")
	return len(rest) > 0 && rest[0] == '{' && json.Valid(text[:i])
}

// jsonLines reads one object a line. A line that is none is set aside.
func (rd *reader) jsonLines(b *buffer) error {
	rd.info.Format = "jsonl"
	o := &objects{rd: rd}
	for line := int64(1); ; line++ {
		end, next, ok, long := b.line(0)
		switch {
		case !ok:
			if err := b.failed(); err != nil {
				return rd.readError(err)
			}
			return o.flush()
		case long:
			raw := append([]byte(nil), b.buf[b.lo:b.lo+rawLimit]...)
			b.skipLine()
			if err := rd.reject(line, "", fmt.Sprintf("the line is longer than %d bytes", b.max), raw); err != nil {
				return err
			}
			continue
		}
		if err := o.add(line, bytes.TrimSpace(b.buf[b.lo:b.lo+end])); err != nil {
			return err
		}
		b.lo += next
	}
}

// json reads an array of objects: the whole text, or the first one inside an
// object. A lone object is one row.
func (rd *reader) json(b *buffer) error {
	rd.info.Format = "json"
	o := &objects{rd: rd}
	c, err := rd.next(b)
	if err != nil {
		return err
	}
	if c == '{' {
		return rd.jsonObject(b, o)
	}
	if c != '[' {
		return rd.jsonBroken(b, "neither [ nor { at the start")
	}
	b.lo++
	if err := rd.jsonArray(b, o); err != nil {
		return err
	}
	if err := o.flush(); err != nil {
		return err
	}
	if blank, err := b.onlySpace(); err != nil {
		return rd.readError(err)
	} else if !blank {
		return rd.jsonBroken(b, "more text after the array")
	}
	return nil
}

func (rd *reader) jsonObject(b *buffer, o *objects) error {
	whole, err := rd.value(b)
	if err == nil { // fits the window: a lone object, or a wrapper around rows
		var members map[string]json.RawMessage
		if json.Unmarshal(whole, &members) != nil {
			return rd.jsonBroken(b, "not valid JSON")
		}
		for _, m := range members {
			if isRows(m) {
				return rd.jsonMember(b, o)
			}
		}
		b.lo += len(whole)
		if err := o.add(1, whole); err != nil {
			return err
		}
		return o.flush()
	}
	if b.failed() != nil || b.hi-b.lo <= b.max {
		return err
	}
	return rd.jsonMember(b, o)
}

func isRows(m []byte) bool {
	if len(m) == 0 || m[0] != '[' {
		return false
	}
	m = bytes.TrimLeft(m[1:], " \t\r\n")
	return len(m) > 0 && m[0] == '{'
}

// jsonMember walks to the first member of an object that holds rows.
func (rd *reader) jsonMember(b *buffer, o *objects) error {
	b.lo++
	for {
		c, err := rd.next(b)
		if err != nil {
			return err
		}
		if c == ',' {
			b.lo++
			continue
		}
		if c != '"' {
			return rd.jsonBroken(b, "no list of objects found")
		}
		key, err := rd.value(b)
		if err != nil {
			return err
		}
		b.lo += len(key)
		if c, err = rd.next(b); err != nil {
			return err
		} else if c != ':' {
			return rd.jsonBroken(b, "a colon is missing")
		}
		b.lo++
		if c, err = rd.next(b); err != nil {
			return err
		}
		for b.hi-b.lo < 4096 && b.fill() {
		}
		if c == '[' && isRows(b.buf[b.lo:b.hi]) {
			b.lo++
			if err := rd.jsonArray(b, o); err != nil {
				return err
			}
			return o.flush()
		}
		skipped, err := rd.value(b)
		if err != nil {
			return err
		}
		b.lo += len(skipped)
	}
}

// jsonArray hands the elements of an array on; its [ is used already.
func (rd *reader) jsonArray(b *buffer, o *objects) error {
	for n := int64(1); ; n++ {
		c, err := rd.next(b)
		if err != nil {
			return err
		}
		if c == ']' {
			b.lo++
			return nil
		}
		if n > 1 {
			if c != ',' {
				return rd.jsonBroken(b, "a comma is missing between elements")
			}
			b.lo++
			if _, err = rd.next(b); err != nil {
				return err
			}
		}
		element, err := rd.value(b)
		if err != nil {
			return err
		}
		if err := o.add(n, element); err != nil {
			return err
		}
		b.lo += len(element)
	}
}

// next skips white space and returns the byte after it, unused.
func (rd *reader) next(b *buffer) (byte, error) {
	if blank, err := b.onlySpace(); err != nil {
		return 0, rd.readError(err)
	} else if blank {
		return 0, rd.jsonBroken(b, "it ends in the middle")
	}
	return b.buf[b.lo], nil
}

// value returns the bytes of the value at the window's start, unused.
// Brackets and quotes are balanced; more is checked by those who use it.
func (rd *reader) value(b *buffer) ([]byte, error) {
	depth, inString, escaped := 0, false, false
	for i := 0; ; i++ {
		if b.lo+i >= b.hi && !b.fill() {
			if err := b.failed(); err != nil {
				return nil, rd.readError(err)
			}
			if b.hi-b.lo > b.max {
				return nil, rd.jsonBroken(b, fmt.Sprintf("one element is longer than %d bytes", b.max))
			}
			if depth == 0 && !inString && i > 0 {
				return b.buf[b.lo : b.lo+i], nil
			}
			return nil, rd.jsonBroken(b, "it ends in the middle")
		}
		c := b.buf[b.lo+i]
		switch {
		case escaped:
			escaped = false
		case inString:
			if c == '\\' {
				escaped = true
			} else if c == '"' {
				if inString = false; depth == 0 {
					return b.buf[b.lo : b.lo+i+1], nil
				}
			}
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return b.buf[b.lo : b.lo+i+1], nil
			}
			if depth < 0 {
				if i == 0 {
					return nil, rd.jsonBroken(b, "a value is missing")
				}
				return b.buf[b.lo : b.lo+i], nil
			}
		case depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ':'):
			if i == 0 {
				return nil, rd.jsonBroken(b, "a value is missing")
			}
			return b.buf[b.lo : b.lo+i], nil
		}
	}
}

func (rd *reader) jsonBroken(b *buffer, what string) error {
	near := b.buf[b.lo:min(b.hi, b.lo+40)]
	return rd.fail("%s is not valid JSON after %d rows: %s, near %q", rd.opt.Name, rd.info.Rows, what, rawText(near)).
		WithHint("export it again, or as JSON Lines or CSV, which can be read in part")
}

// objects turns objects into rows. The first ones wait until the columns are
// known.
type objects struct {
	rd      *reader
	keys    []string
	index   map[string]int
	cells   [][]byte
	scratch []byte
	waiting []waitingRow
	named   int // columns the sink knows
	started bool
}

type waitingRow struct {
	line  int64
	cells [][]byte
}

// add reads one object.
func (o *objects) add(line int64, raw []byte) error {
	if len(raw) == 0 {
		return nil
	}
	if o.index == nil {
		o.index = map[string]int{}
	}
	reason := ""
	switch {
	case !json.Valid(raw):
		reason = "not valid JSON"
	case raw[0] != '{':
		reason = "not an object"
	case !utf8.Valid(raw):
		reason = "bytes that are not UTF-8 (name the file's encoding)"
	}
	if reason != "" {
		return o.rd.reject(line, "", reason, raw)
	}
	clear(o.cells)
	if cap(o.scratch) < len(raw) {
		o.scratch = make([]byte, 0, 2*len(raw))
	}
	o.scratch = o.scratch[:0]
	if i, reason := o.members(raw); reason != "" {
		return o.rd.reject(line, o.keys[i], reason, raw)
	}
	if !o.started {
		kept := make([][]byte, len(o.cells))
		for i, c := range o.cells {
			if c != nil {
				kept[i] = append([]byte{}, c...)
			}
		}
		if o.waiting = append(o.waiting, waitingRow{line, kept}); len(o.waiting) >= headerObjects {
			return o.flush()
		}
		return nil
	}
	return o.row(line, o.cells)
}

// members fills cells from a valid object. It returns the number of a column
// and a reason when a text cannot be kept.
func (o *objects) members(raw []byte) (int, string) {
	i, position := 1, 0
	for {
		i = skipSpace(raw, i)
		if raw[i] == ',' {
			i = skipSpace(raw, i+1)
		}
		if raw[i] == '}' {
			return 0, ""
		}
		end := i + valueLen(raw[i:])
		key := o.text(raw[i:end])
		k := position
		if k >= len(o.keys) || o.keys[k] != string(key) {
			var ok bool
			if k, ok = o.index[string(key)]; !ok {
				k = len(o.keys)
				o.keys = append(o.keys, string(key))
				o.index[string(key)] = k
				o.cells = append(o.cells, nil)
			}
		}
		position = k + 1
		i = skipSpace(raw, end)
		i = skipSpace(raw, i+1) // the colon
		end = i + valueLen(raw[i:])
		v := raw[i:end]
		switch v[0] {
		case 'n':
			v = nil
		case '"':
			if v = o.text(v); bytes.IndexByte(v, 0) >= 0 {
				return k, "a NUL byte"
			}
		}
		o.cells[k] = v
		i = end
	}
}

func skipSpace(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r' {
		i++
	}
	return i
}

// valueLen is the length of the value at the start of valid JSON.
func valueLen(b []byte) int {
	depth, inString := 0, false
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case inString && c == '\\':
			i++
		case c == '"':
			if inString = !inString; !inString && depth == 0 {
				return i + 1
			}
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			} else if depth < 0 {
				return i
			}
		case depth == 0 && (c == ',' || c == ':' || c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			return i
		}
	}
	return len(b)
}

// text returns the characters of a JSON string.
func (o *objects) text(quoted []byte) []byte {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return inner
	}
	start := len(o.scratch)
	o.scratch = append(o.scratch, s...)
	return o.scratch[start:len(o.scratch):len(o.scratch)]
}

// row passes cells on, after the columns that are new.
func (o *objects) row(line int64, cells [][]byte) error {
	if len(o.keys) > o.named || !o.started {
		o.started, o.named = true, len(o.keys)
		if err := o.rd.header(o.keys); err != nil {
			return err
		}
	}
	o.rd.info.Rows++
	o.rd.markMissing(cells)
	return o.rd.sink.Row(line, cells)
}

// flush passes the waiting rows on.
func (o *objects) flush() error {
	if o.started || len(o.keys) == 0 {
		return nil
	}
	for _, w := range o.waiting {
		if err := o.row(w.line, w.cells); err != nil {
			return err
		}
	}
	o.waiting = nil
	return nil
}
