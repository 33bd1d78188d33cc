package source

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// headerObjects is how many objects are looked at before the columns are
// named; later keys come as columns at the end.
const headerObjects = 1000

// headerBytes is how much of them is held at most.
const headerBytes = 16 << 20

// objects turns objects into rows. The first ones wait until the columns are
// known.
type objects struct {
	rd      *reader
	keys    []string
	index   map[string]int
	cells   [][]byte
	scratch []byte
	waiting []waitingRow
	held    int // bytes that wait
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
	o.begin()
	if cap(o.scratch) < len(raw) {
		o.scratch = make([]byte, 0, 2*len(raw))
	}
	o.scratch = o.scratch[:0]
	if i, reason := o.members(raw); reason != "" {
		return o.rd.reject(line, o.keys[i], reason, raw)
	}
	return o.end(line)
}

// begin starts a row.
func (o *objects) begin() {
	if o.index == nil {
		o.index = map[string]int{}
	}
	clear(o.cells)
}

// put sets a cell of the row.
func (o *objects) put(key string, value []byte) {
	k, ok := o.index[key]
	if !ok {
		k = o.column(key)
	}
	o.cells[k] = value
}

func (o *objects) column(key string) int {
	k := len(o.keys)
	o.keys = append(o.keys, key)
	o.index[key] = k
	o.cells = append(o.cells, nil)
	return k
}

// end passes the row on, or keeps it until the columns are known.
func (o *objects) end(line int64) error {
	if !o.started {
		kept := make([][]byte, len(o.cells))
		for i, c := range o.cells {
			if c != nil {
				kept[i] = append([]byte{}, c...)
				o.held += len(c)
			}
		}
		if o.waiting = append(o.waiting, waitingRow{line, kept}); len(o.waiting) >= headerObjects || o.held > headerBytes {
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
				k = o.column(string(key))
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
