package source

import (
	"bytes"
	"context"
	"unicode/utf8"
)

// Pump hands rows that do not come from a file to a Sink as [Read] does: names
// made unique, words for "no value" as missing cells, text that cannot be kept
// set aside with its reason, everything counted. It is for one goroutine.
type Pump struct{ rd *reader }

// NewPump returns a Pump; of opt only Name matters, for errors.
func NewPump(ctx context.Context, opt Options, sink Sink) *Pump {
	return &Pump{newReader(ctx, opt, sink)}
}

// Header names the columns, once and before the first row.
func (p *Pump) Header(names []string) error { return p.rd.header(names) }

// Row adds a row; a nil cell is missing. It may set cells to nil.
func (p *Pump) Row(cells [][]byte) error {
	rd := p.rd
	line := rd.info.Rows + rd.info.Rejected + 1
	for i, c := range cells {
		reason := ""
		switch {
		case bytes.IndexByte(c, 0) >= 0:
			reason = "a NUL byte"
		case !utf8.Valid(c):
			reason = "bytes that are not UTF-8"
		default:
			rd.info.Bytes += int64(len(c))
			continue
		}
		name := ""
		if i < len(rd.info.Header) {
			name = rd.info.Header[i]
		}
		return rd.reject(line, name, reason, bytes.Join(cells, []byte("\t")))
	}
	rd.markMissing(cells)
	rd.info.Rows++
	return rd.sink.Row(line, cells)
}

// Note adds a sentence worth showing.
func (p *Pump) Note(s string) { p.rd.info.Notes = append(p.rd.info.Notes, s) }

// Rows is how many rows came so far, with those that were set aside.
func (p *Pump) Rows() int64 { return p.rd.info.Rows + p.rd.info.Rejected }

// End returns what was found, and an error when there are no rows.
func (p *Pump) End() (Info, error) {
	p.rd.countMissing()
	return p.rd.info, p.rd.verdict()
}
