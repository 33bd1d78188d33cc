package remote

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// kind is what a column's texts need before they are kept.
type kind uint8

const (
	plain  kind = iota
	truth       // t and f
	moment      // a date and a time of day, without a zone
	zoned       // the same in UTC
	money       // $1,234.50
	raw         // bytes
	bits        // a number as bytes
)

// shaper writes the texts of one column alike.
type shaper struct {
	kind     kind
	seen     bool
	fraction bool // seconds have a fraction, as that of the first row
	zeros    int64
	buf      []byte
}

// shape returns a text as it is kept; it may be changed in place, and is valid
// until the next call.
func (s *shaper) shape(b []byte) []byte {
	switch s.kind {
	case truth:
		switch string(b) {
		case "t":
			return []byte("true")
		case "f":
			return []byte("false")
		}
	case moment, zoned:
		return s.time(b)
	case money:
		if i := bytes.IndexByte(b, '$'); i >= 0 {
			s.buf = append(append(s.buf[:0], b[:i]...), b[i+1:]...)
			return bytes.ReplaceAll(s.buf, []byte(","), nil)
		}
	case raw:
		s.buf = append(s.buf[:0], `\x`...)
		s.buf = hex.AppendEncode(s.buf, b)
		return s.buf
	case bits:
		if len(b) <= 8 {
			n := uint64(0)
			for _, c := range b {
				n = n<<8 | uint64(c)
			}
			s.buf = strconv.AppendUint(s.buf[:0], n, 10)
			return s.buf
		}
	}
	return b
}

// time writes 2024-03-05 06:30:00.5+00 as 2024-03-05T06:30:00.5Z, and without
// a zone as it is. All times of a column have a fraction of seconds or none,
// as the first; servers leave out .000.
func (s *shaper) time(b []byte) []byte {
	if len(b) < 19 || b[4] != '-' || b[10] != ' ' && b[10] != 'T' {
		return b // infinity, before Christ, a date alone
	}
	if bytes.HasPrefix(b, []byte("0000-00-00")) {
		s.zeros++
		return nil
	}
	s.buf = append(s.buf[:0], b...)
	out := s.buf
	end := 19
	for end < len(out) && (out[end] == '.' || out[end] >= '0' && out[end] <= '9') {
		end++
	}
	if zone := string(out[end:]); zone != "" && zone != "+00" && zone != "+00:00" && zone != "Z" {
		return b
	}
	out = out[:end]
	fraction := end > 19
	switch {
	case !s.seen:
		s.seen, s.fraction = true, fraction
	case s.fraction && !fraction:
		out = append(out, ".000"...)
	}
	if s.kind == zoned {
		out[10] = 'T'
		out = append(out, 'Z')
	}
	s.buf = out
	return out
}

// textOf writes a driver's value: what it is, without loss.
func textOf(v any, k kind, buf []byte) ([]byte, bool) {
	switch v := v.(type) {
	case nil:
		return nil, false
	case []byte:
		return append(buf, v...), true
	case string:
		return append(buf, v...), true
	case int64:
		return strconv.AppendInt(buf, v, 10), true
	case uint64:
		return strconv.AppendUint(buf, v, 10), true
	case float64:
		return appendFloat(buf, v, 64), true
	case float32:
		return appendFloat(buf, float64(v), 32), true
	case bool:
		return strconv.AppendBool(buf, v), true
	case time.Time:
		switch {
		case k == zoned:
			return v.UTC().AppendFormat(buf, "2006-01-02 15:04:05.999999999"), true
		case k == moment:
			return v.AppendFormat(buf, "2006-01-02 15:04:05.999999999"), true
		}
		return v.AppendFormat(buf, "2006-01-02"), true
	}
	return fmt.Append(buf, v), true
}

func appendFloat(buf []byte, x float64, bits int) []byte {
	form := byte('f')
	if a := math.Abs(x); a != 0 && (a >= 1e17 || a < 1e-6) {
		form = 'e'
	}
	return strconv.AppendFloat(buf, x, form, -1, bits)
}

// printable says whether bytes are a text in truth.
func printable(b []byte) bool {
	return utf8.Valid(b) && bytes.IndexFunc(b, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }) < 0
}
