package source

import (
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strings"
)

// recordPath is an element, and how often it stood under one parent.
type recordPath struct {
	path     string
	siblings int
	depth    int
}

// recordPaths lists the elements at the beginning of a document, those that
// repeat most under one parent first, then the outer ones.
func recordPaths(sample []byte) []recordPath {
	d := xml.NewDecoder(bytes.NewReader(sample))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	d.Strict = false
	type open struct {
		path  string
		count map[string]int
	}
	stack := []open{{count: map[string]int{}}}
	most := map[string]recordPath{}
	var order []string
	for {
		t, err := d.RawToken()
		if err != nil {
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			top := &stack[len(stack)-1]
			path := strings.TrimPrefix(top.path+"/"+t.Name.Local, "/")
			top.count[path]++
			p, known := most[path]
			if !known {
				order = append(order, path)
			}
			p.path, p.depth, p.siblings = path, len(stack), max(p.siblings, top.count[path])
			most[path] = p
			if len(stack) > xmlDepth || len(order) > 10_000 {
				return nil
			}
			stack = append(stack, open{path, map[string]int{}})
		case xml.EndElement:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		}
	}
	var out []recordPath
	for _, path := range order {
		out = append(out, most[path])
	}
	slices.SortStableFunc(out, func(a, b recordPath) int {
		if a.siblings != b.siblings {
			return b.siblings - a.siblings
		}
		return a.depth - b.depth
	})
	if len(out) > 1 && out[0].siblings == 1 { // nothing repeats: the root's only part, if it has parts, or the root
		slices.SortStableFunc(out, func(a, b recordPath) int { return a.depth - b.depth })
		if len(out) > 2 && out[1].depth == 2 && out[2].depth == 3 {
			out[0], out[1] = out[1], out[0]
		}
	}
	return out
}
