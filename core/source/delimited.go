package source

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// maxQuotedLines is how many lines one quoted cell may span before the quote
// that opens it is taken for dirt.
const maxQuotedLines = 200

// delimited reads CSV and its kin by RFC 4180, and what real files make of it:
// any of , ; tab | between cells, \n, \r\n or \r at the end of lines, quotes
// inside cells that are not quoted, blank lines, one cell too many when it is
// empty. A line that cannot be read is set aside alone: when a quote is never
// closed, reading goes on with the next line.
func (rd *reader) delimited(b *buffer, sample []byte, ending string) error {
	delim := byte(',')
	switch {
	case rd.opt.Delimiter > 0 && rd.opt.Delimiter < utf8.RuneSelf:
		delim = byte(rd.opt.Delimiter)
	case rd.opt.Delimiter != 0:
		return rd.fail("the delimiter %q is not one byte", rd.opt.Delimiter).WithHint("use one of , ; tab |")
	case bytes.HasPrefix(sample, []byte("sep=")) && len(sample) > 5 && (sample[5] == '\r' || sample[5] == '\n'):
		delim = sample[4]
		b.skipLine()
	default:
		delim = detectDelimiter(sample, ending)
	}
	rd.info.Format, rd.info.Delimiter = "csv", string(delim)
	if delim == '\t' {
		rd.info.Format = "tsv"
	}
	p := &parser{delim: delim}
	line := int64(1)
	if b.lo > 0 && bytes.HasPrefix(sample, []byte("sep=")) {
		line = 2
	}
	rd.heading(b, delim, line)
	for ; line < int64(rd.opt.HeaderRow); line++ {
		if _, _, ok, _ := b.line(0); !ok {
			return rd.fail("%s ends in line %d, the header should stand in line %d", rd.opt.Name, line-1, rd.opt.HeaderRow).WithHint("name another line, or leave it out")
		}
		b.skipLine()
	}
	line, ended, err := rd.records(b, p, line, rd.opt.block, false)
	if err != nil || ended {
		return err
	}
	return rd.blocks(b, p, line)
}

// records reads records from the window b, whose first line has the number
// line, until the input ends or, once the header is known, more than most bytes
// of it are read. With more, other text stands behind the input: a record that
// is still open there is left in the window. It returns the number of the line
// where it stopped.
func (rd *reader) records(b *buffer, p *parser, line int64, most int, more bool) (at int64, ended bool, err error) {
	for used := 0; used <= most || rd.info.Header == nil; {
		end, next, ok, long := b.line(0)
		if !ok {
			return line, true, rd.readError(b.failed())
		}
		if long {
			if rd.info.Header == nil {
				return line, true, rd.fail("%s, line %d: the line is longer than %d bytes", rd.opt.Name, line, b.max).
					WithHint("rows must stand on lines of their own; is it really a table of text?")
			}
			raw := b.buf[b.lo:b.hi]
			if end > 0 {
				raw = raw[:end]
			}
			raw = bytes.Clone(raw[:min(len(raw), rawLimit)])
			b.skipLine()
			if err := rd.reject(line, "", rd.tooLong(b), raw); err != nil {
				return line, true, err
			}
			line++
			continue
		}
		if end == 0 { // blank
			b.lo += next
			used += next
			line++
			continue
		}
		rec := b.buf[b.lo : b.lo+end]
		lines, problem, column := int64(1), "", -1
		if bytes.IndexByte(rec, '"') < 0 {
			p.split(rec)
		} else {
			problem, column = p.parse(rec)
			for quotes := bytes.Count(rec, quote); problem == openQuote; {
				start := next
				e, n, there, long := b.line(start)
				if !there && more && lines < maxQuotedLines {
					return line, true, nil
				}
				if !there || long || lines >= maxQuotedLines {
					break
				}
				end, next, lines = e, n, lines+1
				rec = b.buf[b.lo : b.lo+end]
				if quotes += bytes.Count(rec[start:], quote); quotes%2 == 0 {
					problem, column = p.parse(rec)
				}
			}
		}
		if err := rd.readError(b.failed()); err != nil {
			return line, true, err
		}
		rec = b.buf[b.lo : b.lo+end] // the window may have moved
		if problem == "" {
			problem, column = rd.checkRow(p, rec)
		}
		if rd.info.Header == nil {
			if err := rd.delimitedHeader(p, line, problem); err != nil {
				return line, true, err
			}
			if !rd.opt.NoHeader {
				b.lo, line = b.lo+next, line+lines
				continue
			}
		}
		var err error
		if problem != "" {
			if lines > 1 { // only the line where it began is at fault
				end, next, _, _ = b.line(0)
				rec, lines = b.buf[b.lo:b.lo+end], 1
			}
			name := ""
			if column >= 0 && column < len(rd.info.Header) {
				name = rd.info.Header[column]
			}
			err = rd.reject(line, name, problem, rec)
		} else {
			rd.info.Rows++
			rd.markMissing(p.cells)
			err = rd.sink.Row(line, p.cells)
		}
		if err != nil {
			return line, true, err
		}
		b.lo, line = b.lo+next, line+lines
		used += next
	}
	return line, false, nil
}

func (rd *reader) tooLong(b *buffer) string {
	return fmt.Sprintf("the line is longer than %d bytes", b.max)
}

// delimitedHeader passes the cells of the first record on as names, or as many
// names as there are cells where it is a row already.
func (rd *reader) delimitedHeader(p *parser, line int64, problem string) error {
	if problem == openQuote || problem == afterQuote {
		return rd.fail("%s, line %d: the header cannot be read: %s", rd.opt.Name, line, problem).WithHint("repair the first line")
	}
	if problem != "" {
		return rd.fail("%s, line %d: %s", rd.opt.Name, line, problem).WithHint("name the right encoding, or save the file as UTF-8")
	}
	names := make([]string, len(p.cells))
	for i, cell := range p.cells {
		names[i] = string(cell)
		if rd.opt.NoHeader {
			names[i] = ""
		}
	}
	return rd.header(names)
}

// checkRow finds what is wrong with a row that parsed.
func (rd *reader) checkRow(p *parser, rec []byte) (problem string, column int) {
	switch i := bytes.IndexByte(rec, 0); {
	case i >= 0:
		for k, cell := range p.cells {
			if bytes.IndexByte(cell, 0) >= 0 {
				return "a NUL byte", k
			}
		}
		return "a NUL byte", -1
	case !utf8.Valid(rec):
		return "bytes that are not UTF-8 (name the file's encoding)", notUTF8(p.cells)
	case rd.info.Header == nil:
		return "", -1
	}
	want := len(rd.info.Header)
	for len(p.cells) > want && len(p.cells[len(p.cells)-1]) == 0 {
		p.cells = p.cells[:len(p.cells)-1]
	}
	if len(p.cells) != want {
		return fmt.Sprintf("%d cells instead of %d", len(p.cells), want), -1
	}
	if addsUp(p.cells) {
		return sumLine, -1
	}
	return "", -1
}

const (
	openQuote  = "a quote is opened and never closed"
	afterQuote = "text after a closing quote"
)

var quote = []byte{'"'}

// parser cuts records into cells, reusing its memory.
type parser struct {
	delim   byte
	cells   [][]byte
	scratch []byte
	keep    bool // cells of records before stay as they are
}

// split cuts a record without quotes.
func (p *parser) split(rec []byte) {
	p.cells = p.cells[:0]
	for {
		i := bytes.IndexByte(rec, p.delim)
		if i < 0 {
			break
		}
		p.cells = append(p.cells, rec[:i:i])
		rec = rec[i+1:]
	}
	p.cells = append(p.cells, rec)
}

// parse cuts a record with quotes. On a problem it also returns the number of
// the cell.
func (p *parser) parse(rec []byte) (problem string, column int) {
	p.cells = p.cells[:0]
	if !p.keep {
		p.scratch = p.scratch[:0]
	}
	if cap(p.scratch)-len(p.scratch) < len(rec) { // grown before, so that cells stay valid
		p.scratch = make([]byte, 0, max(2*len(rec), cap(p.scratch)))
	}
	for {
		if len(rec) == 0 || rec[0] != '"' {
			i := bytes.IndexByte(rec, p.delim)
			if i < 0 {
				p.cells = append(p.cells, rec)
				return "", -1
			}
			p.cells = append(p.cells, rec[:i:i])
			rec = rec[i+1:]
			continue
		}
		rec = rec[1:]
		start := len(p.scratch)
		var cell []byte
		for {
			i := bytes.IndexByte(rec, '"')
			if i < 0 {
				return openQuote, len(p.cells)
			}
			if i+1 < len(rec) && rec[i+1] == '"' {
				p.scratch = append(p.scratch, rec[:i+1]...)
				rec = rec[i+2:]
				continue
			}
			if len(p.scratch) == start {
				cell = rec[:i:i]
			} else {
				p.scratch = append(p.scratch, rec[:i]...)
				cell = p.scratch[start:len(p.scratch):len(p.scratch)]
			}
			rec = rec[i+1:]
			break
		}
		p.cells = append(p.cells, cell)
		for len(rec) > 0 && rec[0] == ' ' && p.delim != ' ' {
			rec = rec[1:]
		}
		if len(rec) == 0 {
			return "", -1
		}
		if rec[0] != p.delim {
			return afterQuote, len(p.cells) - 1
		}
		rec = rec[1:]
	}
}

// detectDelimiter returns the one of , ; tab | that stands equally often, and
// at least once, on the most lines of the sample.
func detectDelimiter(sample []byte, ending string) byte {
	candidates := []byte{',', ';', '\t', '|'}
	if ending == "tsv" || ending == "tab" {
		candidates = []byte{'\t', ',', ';', '|'}
	}
	var counts [4][]int
	var now [4]int
	quoted, start := false, 0
	for i, c := range sample {
		switch {
		case c == '"':
			quoted = !quoted && (i == start || i > 0 && bytes.IndexByte(candidates, sample[i-1]) >= 0)
		case (c == '\n' || c == '\r') && !quoted:
			if i > start {
				for k := range now {
					counts[k] = append(counts[k], now[k])
				}
			}
			now, start = [4]int{}, i+1
		case !quoted:
			if k := bytes.IndexByte(candidates, c); k >= 0 {
				now[k]++
			}
		}
		if len(counts[0]) >= 100 {
			break
		}
	}
	if len(counts[0]) == 0 { // one line without an end
		for k := range now {
			counts[k] = append(counts[k], now[k])
		}
	}
	best, bestShare, bestCount := candidates[0], 0.0, 0
	for k, c := range candidates {
		times, usual := map[int]int{}, 0
		for _, n := range counts[k] {
			if n == 0 {
				continue
			}
			if times[n]++; times[n] > times[usual] || times[n] == times[usual] && n > usual {
				usual = n
			}
		}
		share := float64(times[usual]) / float64(len(counts[k]))
		if share > bestShare+1e-9 || share > bestShare-1e-9 && usual > bestCount {
			best, bestShare, bestCount = c, share, usual
		}
	}
	return best
}

// missingWords are the cells that say "no value"; the empty one also stands
// for white space.
var missingWords = [...]string{"", "NA", "N/A", "n/a", "null", "NULL", "NaN", "nan", "None", "#N/A", "-", "?"}

// markMissing sets the cells that say "no value" to nil.
func (rd *reader) markMissing(cells [][]byte) {
	for i, cell := range cells {
		if len(cell) > 4 {
			if cell[0] > ' ' && cell[0] < utf8.RuneSelf || len(bytes.TrimSpace(cell)) > 0 {
				continue
			}
			cell = nil
		}
		if k := missingWord(cell); k >= 0 {
			rd.missing[k]++
			cells[i] = nil
		}
	}
}

func missingWord(cell []byte) int {
	if len(cell) == 0 {
		return 0
	}
	switch c := cell[0]; {
	case c == 'N', c == 'n', c == '#', c == '-', c == '?', c <= ' ', c >= utf8.RuneSelf: // a space of Unicode, perhaps
	default:
		return -1
	}
	cell = bytes.TrimSpace(cell)
	for k, word := range missingWords {
		if string(cell) == word {
			return k
		}
	}
	return -1
}

// MissingWords returns the cells that are read as "no value".
func MissingWords() []string { return append([]string(nil), missingWords[:]...) }
