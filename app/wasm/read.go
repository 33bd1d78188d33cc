package main

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"shoptwin/core"
	"shoptwin/core/promo"
)

// A reader takes JSON apart, once, from left to right. After an error at is
// past the end and everything read is zero.
type reader struct {
	b   []byte
	at  int
	err error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = core.Errorf(core.Invalid, "the page asked in a form that is not understood: %s at byte %d", what, r.at).
			WithHint("the page and the program are of different versions: please reinstall")
	}
	r.at = len(r.b)
}

// unknown fails for a key that nobody reads: a mistake of ours that should
// show, not be passed over.
func (r *reader) unknown(key string) { r.fail("an unknown key " + strconv.Quote(key)) }

// end returns what went wrong, or that something follows the value.
func (r *reader) end() error {
	if r.err == nil && r.next() != 0 {
		r.fail("more than one value")
	}
	return r.err
}

// next passes over blanks and returns the byte that follows; 0 at the end.
func (r *reader) next() byte {
	for r.at < len(r.b) && (r.b[r.at] == ' ' || r.b[r.at] == '\n' || r.b[r.at] == '\t' || r.b[r.at] == '\r') {
		r.at++
	}
	if r.at == len(r.b) {
		return 0
	}
	return r.b[r.at]
}

func (r *reader) want(c byte) bool {
	if r.next() != c {
		r.fail("no " + strconv.Quote(string(rune(c))))
		return false
	}
	r.at++
	return true
}

func (r *reader) word(s string) bool {
	if len(r.b)-r.at >= len(s) && string(r.b[r.at:r.at+len(s)]) == s {
		r.at += len(s)
		return true
	}
	return false
}

// object calls field for every key; field must read the value.
func (r *reader) object(field func(key string)) {
	r.each('{', '}', func() {
		key := r.text()
		if r.want(':') {
			r.next()
			field(key)
		}
	})
}

func (r *reader) each(open, shut byte, one func()) {
	if r.next() == 'n' && r.word("null") || !r.want(open) {
		return
	}
	if r.next() == shut {
		r.at++
		return
	}
	for r.err == nil {
		one()
		if r.next() != ',' {
			r.want(shut)
			return
		}
		r.at++
	}
}

func (r *reader) number() float64 {
	r.next()
	end := r.at
	for end < len(r.b) && (r.b[end] >= '0' && r.b[end] <= '9' || r.b[end] == '-' || r.b[end] == '+' || r.b[end] == '.' || r.b[end] == 'e' || r.b[end] == 'E') {
		end++
	}
	x, err := strconv.ParseFloat(string(r.b[r.at:end]), 64)
	if err != nil || end == r.at {
		r.fail("no number")
		return 0
	}
	r.at = end
	return x
}

func (r *reader) whole() int {
	x := r.number()
	if x != math.Trunc(x) || math.Abs(x) > 1<<31 {
		r.fail("no whole number")
		return 0
	}
	return int(x)
}

func (r *reader) bool() bool {
	r.next()
	switch {
	case r.word("true"):
		return true
	case !r.word("false"):
		r.fail("neither true nor false")
	}
	return false
}

func (r *reader) text() string {
	if !r.want('"') {
		return ""
	}
	var s []byte
	for r.at < len(r.b) {
		c := r.b[r.at]
		r.at++
		switch {
		case c == '"':
			return string(s)
		case c == '\\':
			s = r.escape(s)
		default:
			s = append(s, c)
		}
	}
	r.fail("a text without an end")
	return ""
}

func (r *reader) escape(s []byte) []byte {
	if r.at == len(r.b) {
		r.fail("a text without an end")
		return s
	}
	c := r.b[r.at]
	r.at++
	if i := slices.Index([]byte(`"\/bfnrt`), c); i >= 0 {
		return append(s, "\"\\/\b\f\n\r\t"[i])
	}
	if c != 'u' {
		r.fail("an unknown escape")
		return s
	}
	first := r.hex()
	if utf16.IsSurrogate(first) && r.word(`\u`) {
		return utf8.AppendRune(s, utf16.DecodeRune(first, r.hex()))
	}
	return utf8.AppendRune(s, first)
}

func (r *reader) hex() rune {
	if len(r.b)-r.at < 4 {
		r.fail("a cut escape")
		return 0
	}
	x, err := strconv.ParseUint(string(r.b[r.at:r.at+4]), 16, 16)
	if err != nil {
		r.fail("a wrong escape")
		return 0
	}
	r.at += 4
	return rune(x)
}

func (r *reader) texts() (all []string) {
	r.each('[', ']', func() { all = append(all, r.text()) })
	return all
}

func (r *reader) plan() (p promo.Plan) {
	r.object(func(key string) {
		switch key {
		case "horizon":
			p.Horizon = r.whole()
		case "items":
			p.Items = r.texts()
		case "stores":
			p.Stores = r.texts()
		case "offers":
			r.each('[', ']', func() { p.Offers = append(p.Offers, r.offer()) })
		case "stock":
			r.each('[', ']', func() { p.Stock = append(p.Stock, r.stock()) })
		case "margin":
			p.Margin = r.number()
		case "margins":
			p.Margins = map[string]float64{}
			r.object(func(item string) { p.Margins[item] = r.number() })
		case "costChange":
			p.CostChange = r.number()
		case "traffic":
			p.Traffic = r.number()
		case "brief":
			p.Brief = r.bool()
		case "funding":
			p.Funding = r.number()
		case "featureCost":
			p.FeatureCost = r.number()
		case "displayCost":
			p.DisplayCost = r.number()
		default:
			r.unknown(key)
		}
	})
	return p
}

func (r *reader) offer() (o promo.Offer) {
	r.object(func(key string) {
		switch key {
		case "item":
			o.Item = r.text()
		case "store":
			o.Store = r.text()
		case "week":
			o.Week = r.whole()
		case "depth":
			o.Depth = r.number()
		case "feature":
			o.Feature = r.bool()
		case "display":
			o.Display = r.bool()
		default:
			r.unknown(key)
		}
	})
	return o
}

func (r *reader) stock() (s promo.Stock) {
	r.object(func(key string) {
		switch key {
		case "item":
			s.Item = r.text()
		case "store":
			s.Store = r.text()
		case "week":
			s.Week = r.whole()
		case "weeks":
			s.Weeks = r.whole()
		case "units":
			s.Units = r.number()
		default:
			r.unknown(key)
		}
	})
	return s
}
