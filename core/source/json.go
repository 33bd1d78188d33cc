package source

import (
	"bytes"
	"encoding/json"
	"fmt"
)

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
