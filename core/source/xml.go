package source

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"shoptwin/core"
)

const (
	xmlSample = 1 << 20 // bytes that show which element is a row
	xmlDepth  = 100
)

// xml reads a row for each record element: the one that stands most often
// under one parent, or the one that was chosen by its name or its path from
// the root. Attributes and elements without parts become columns, parts of
// parts such as address.city, too; what stands several times in a record is
// kept together as a JSON list. Attributes of the elements around a record,
// and their values before it, are columns before the record's own.
//
// Entities that the document declares are not known, and so harmless.
func (rd *reader) xml(b *buffer) error {
	rd.info.Format = "xml"
	for b.hi-b.lo < min(xmlSample, b.max) && b.fill() {
	}
	if err := b.failed(); err != nil {
		return rd.readError(err)
	}
	paths := recordPaths(b.buf[b.lo:b.hi])
	record := ""
	switch {
	case rd.opt.Record != "":
		want := strings.Trim(rd.opt.Record, "/")
		for _, p := range paths {
			if p.path == want || p.path[strings.LastIndexByte(p.path, '/')+1:] == want {
				record = p.path
				break
			}
		}
		if record == "" {
			var names []string
			for _, p := range paths[:min(len(paths), 20)] {
				names = append(names, p.path)
			}
			return core.Errorf(core.NotFound, "%s has no element %q in its first part", rd.opt.Name, rd.opt.Record).
				WithHint("it has %s", shorten(strings.Join(names, ", "), 300))
		}
	case len(paths) > 0:
		record = paths[0].path
	}
	x := &xmlReader{rd: rd, o: &objects{rd: rd}, in: &metered{r: b, max: int64(b.max)}, repeats: map[string]int{}}
	x.d = xml.NewDecoder(x.in)
	x.d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	rd.info.Record = record
	if err := x.read(strings.Split(record, "/")); err != nil {
		return err
	}
	if err := x.o.flush(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(keysOf(x.repeats)) {
		rd.info.Notes = append(rd.info.Notes, fmt.Sprintf("%q stands up to %d times in one %q: its values are kept together as a list. Choose %q as the record to have a row for each.",
			name, x.repeats[name], record[strings.LastIndexByte(record, '/')+1:], name))
		if len(rd.info.Notes) > 10 {
			break
		}
	}
	return nil
}

func keysOf(m map[string]int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// metered stops a token that grows beyond what a record may have: the parser
// would hold all of it.
type metered struct {
	r      *buffer
	n, max int64
}

var errLong = errors.New("one element is too long")

func (m *metered) Read(p []byte) (int, error) {
	if m.n > m.max {
		return 0, errLong
	}
	if m.r.lo == m.r.hi && !m.r.fill() {
		return 0, m.r.err
	}
	n := copy(p, m.r.buf[m.r.lo:m.r.hi])
	m.r.lo += n
	m.n += int64(n)
	return n, nil
}

// xmlReader walks through a document.
type xmlReader struct {
	rd      *reader
	d       *xml.Decoder
	in      *metered
	o       *objects
	outer   []pair // attributes and values around the record, by their element's depth
	pairs   []pair
	repeats map[string]int
	size    int
}

type pair struct {
	key, value string
	depth      int
}

func (x *xmlReader) token() (xml.Token, error) {
	x.in.n = 0
	t, err := x.d.Token()
	if err == nil || err == io.EOF {
		return t, err
	}
	line, _ := x.d.InputPos()
	if errors.Is(err, errLong) {
		return nil, x.rd.fail("%s, line %d: one element is longer than %d bytes", x.rd.opt.Name, line, x.in.max).WithHint("is it really a table?")
	}
	var bad *xml.SyntaxError
	if errors.As(err, &bad) {
		return nil, x.rd.fail("%s, line %d: not valid XML after %d rows: %s", x.rd.opt.Name, bad.Line, x.rd.info.Rows, bad.Msg).
			WithHint("export it again; if letters look wrong, name the file's encoding")
	}
	return nil, x.rd.readError(err)
}

// read hands the records on that lie at path.
func (x *xmlReader) read(path []string) error {
	var names []string
	for {
		if err := x.rd.ctx.Err(); err != nil {
			return err
		}
		t, err := x.token()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			names = append(names, t.Name.Local)
			depth := len(names)
			if slices.Equal(names, path) {
				line, _ := x.d.InputPos()
				if err := x.record(int64(line), t); err != nil {
					return err
				}
				names = names[:depth-1]
				continue
			}
			if depth >= len(path) || !slices.Equal(names, path[:depth]) { // beside the way to the record
				value, leaf, err := x.beside(t, depth)
				if err != nil {
					return err
				}
				if leaf && depth > 1 && depth <= len(path) && slices.Equal(names[:depth-1], path[:depth-1]) {
					x.around(path[depth-2]+"."+t.Name.Local, value, depth-1)
				}
				names = names[:depth-1]
				continue
			}
			for _, a := range t.Attr {
				if !spaceAttr(a) {
					x.around(t.Name.Local+"."+a.Name.Local, a.Value, depth)
				}
			}
		case xml.EndElement:
			depth := len(names)
			x.outer = slices.DeleteFunc(x.outer, func(p pair) bool { return p.depth >= depth })
			names = names[:max(depth-1, 0)]
		}
	}
}

func spaceAttr(a xml.Attr) bool {
	return a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || a.Name.Space == "http://www.w3.org/2001/XMLSchema-instance"
}

func (x *xmlReader) around(key, value string, depth int) {
	if len(x.outer) < 200 && len(value) < rawLimit {
		x.outer = append(x.outer, pair{key, value, depth})
	}
}

// beside passes over an element that holds no record, and returns its text if
// it has no parts.
func (x *xmlReader) beside(t xml.StartElement, depth int) (text string, leaf bool, err error) {
	leaf = true
	var b strings.Builder
	for open := 1; open > 0; {
		t, err := x.token()
		if err == io.EOF {
			return "", false, x.rd.fail("%s ends in the middle", x.rd.opt.Name).WithHint("copy or download it again")
		} else if err != nil {
			return "", false, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			leaf = false
			if open++; open+depth > xmlDepth {
				return "", false, x.deep()
			}
		case xml.EndElement:
			open--
		case xml.CharData:
			if leaf && b.Len() < rawLimit {
				b.Write(t)
			}
		}
	}
	return strings.TrimSpace(b.String()), leaf, nil
}

func (x *xmlReader) deep() error {
	line, _ := x.d.InputPos()
	return x.rd.fail("%s, line %d: elements lie more than %d deep", x.rd.opt.Name, line, xmlDepth).WithHint("is it really a table?")
}

// record reads one record to its end and makes a row of it.
func (x *xmlReader) record(line int64, start xml.StartElement) error {
	x.pairs, x.size = append(x.pairs[:0], x.outer...), 0
	if err := x.element(start, "", 0); err != nil {
		return err
	}
	if !strings.Contains(x.rd.info.Record, "/") && !slices.ContainsFunc(x.pairs, func(p pair) bool { return p.value != "" }) {
		return nil // a root without anything
	}
	x.o.begin()
	lists := map[string][]string{}
	counts := map[string]int{}
	for _, p := range x.pairs {
		counts[p.key]++
	}
	for _, p := range x.pairs {
		if n := counts[p.key]; n > 1 {
			if lists[p.key] = append(lists[p.key], p.value); len(lists[p.key]) < n {
				continue
			}
			x.repeats[p.key] = max(x.repeats[p.key], n)
			list, err := json.Marshal(lists[p.key])
			if err != nil {
				return err
			}
			p.value = string(list)
		}
		x.o.put(p.key, []byte(p.value))
	}
	return x.o.end(line)
}

// element adds what lies in an element, whose columns begin with prefix.
func (x *xmlReader) element(start xml.StartElement, prefix string, depth int) error {
	if depth > xmlDepth {
		return x.deep()
	}
	name := prefix
	join := func(part string) string {
		if name == "" {
			return part
		}
		return name + "." + part
	}
	for _, a := range start.Attr {
		if !spaceAttr(a) {
			if err := x.add(join(a.Name.Local), a.Value); err != nil {
				return err
			}
		}
	}
	var text strings.Builder
	parts := false
	for {
		t, err := x.token()
		if err == io.EOF {
			return x.rd.fail("%s ends in the middle", x.rd.opt.Name).WithHint("copy or download it again")
		} else if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			parts = true
			if err := x.element(t, join(t.Name.Local), depth+1); err != nil {
				return err
			}
		case xml.CharData:
			if x.size += len(t); x.size > x.rd.opt.MaxLine {
				return x.long()
			}
			text.Write(t)
		case xml.EndElement:
			value := strings.TrimSpace(text.String())
			switch {
			case value == "" && (parts || len(start.Attr) > 0):
				return nil
			case name == "":
				name = start.Name.Local // the record is a value itself
			}
			return x.add(name, value)
		}
	}
}

func (x *xmlReader) add(key, value string) error {
	if x.size += len(key); x.size > x.rd.opt.MaxLine || len(x.pairs) > maxPairs {
		return x.long()
	}
	x.pairs = append(x.pairs, pair{key: key, value: value})
	return nil
}

const maxPairs = 100_000 // values in one record

func (x *xmlReader) long() error {
	line, _ := x.d.InputPos()
	return x.rd.fail("%s, line %d: one %q is longer than %d bytes", x.rd.opt.Name, line, x.rd.info.Record, x.rd.opt.MaxLine).
		WithHint("choose an element inside it as the record (--record)")
}
