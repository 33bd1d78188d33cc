package source

import (
	"bytes"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const noHeaderNote = "The file has no line of names: its first line is a row already."

// heading finds where the names of delimited text stand, where nobody said so:
// above them may be a title, a date, who printed it; or there are none and the
// first line is a row. b holds the beginning of the text, whose first line has
// the number line.
func (rd *reader) heading(b *buffer, delim byte, line int64) {
	if rd.opt.HeaderRow > 0 || rd.opt.NoHeader {
		rd.info.HeaderRow, rd.info.NoHeader = rd.opt.HeaderRow, rd.opt.NoHeader
		return
	}
	rows := firstRows(b, delim, line)
	first, last := findHeader(rows, nil)
	switch {
	case first > 0 && first == last && len(rows) > first+1:
		rd.opt.HeaderRow = int(rows[first].line)
		rd.sayHeading(rows[:first], rows[first].line, rows[first].line)
	case startsWithRow(rows):
		rd.opt.NoHeader, rd.info.NoHeader = true, true
		rd.info.Notes = append(rd.info.Notes, noHeaderNote)
	}
}

// firstRows cuts the whole lines at the window's beginning into rows; blank
// ones are left out.
func firstRows(b *buffer, delim byte, line int64) (rows []sheetRow) {
	text := b.buf[b.lo:b.hi]
	if b.err == nil {
		text = text[:wholeLines(text, len(text))]
	}
	part, p := &buffer{buf: text, hi: len(text), max: b.max, err: io.EOF}, parser{delim: delim}
	for len(rows) < headRows {
		end, next, ok, long := part.line(0)
		if !ok || long {
			break
		}
		lines := int64(1)
		for problem, _ := p.parse(text[part.lo : part.lo+end]); problem == openQuote && lines < 20; lines++ {
			e, n, ok, long := part.line(next)
			if !ok || long {
				break
			}
			end, next = e, n
			problem, _ = p.parse(text[part.lo : part.lo+end])
		}
		row := sheetRow{line: line}
		for _, c := range p.cells {
			row.cells = append(row.cells, string(bytes.ToValidUTF8(c, []byte("\ufffd"))))
		}
		if !blank(row.cells) {
			rows = append(rows, row)
		}
		part.lo, line = part.lo+next, line+lines
	}
	return rows
}

var dateLike = regexp.MustCompile(`^\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}([ T]|$)|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( |$)`)

// startsWithRow says whether the first row looks like those below it: it has
// numbers and dates where they do, or texts in two columns that come again, and
// no name above a column of numbers or dates. A line of names that is repeated
// shows nothing, and numbers that count up, or are years, may be names.
func startsWithRow(rows []sheetRow) bool {
	if len(rows) < 4 {
		return false
	}
	alike, texts := false, 0
	var numbers []float64
	for k, c := range rows[0].cells {
		c = strings.TrimSpace(c)
		if missingWord([]byte(c)) >= 0 {
			continue
		}
		typed, there, again := 0, 0, false
		for _, r := range rows[1:] {
			if k >= len(r.cells) || missingWord([]byte(r.cells[k])) >= 0 {
				continue
			}
			cell := strings.TrimSpace(r.cells[k])
			there++
			again = again || cell == c && !slices.Equal(r.cells, rows[0].cells)
			if typedCell(cell) {
				typed++
			}
		}
		switch x, err := strconv.ParseFloat(c, 64); {
		case there == 0:
		case typed < there && typed*10 < there*9:
			if again && there > 3 {
				texts++
			}
		case !typedCell(c):
			return false // a name
		case err == nil:
			numbers = append(numbers, x)
		default:
			alike = true // a date
		}
	}
	return alike || texts > 1 || len(numbers) > 0 && !countsUp(numbers)
}

func typedCell(c string) bool {
	_, err := strconv.ParseFloat(c, 64)
	return err == nil || dateLike.MatchString(c)
}

// countsUp says whether numbers may be names: years, or each one more than the
// one before.
func countsUp(numbers []float64) bool {
	years, up := true, len(numbers) > 1
	for i, x := range numbers {
		if x != math.Trunc(x) {
			return false
		}
		years = years && x >= 1900 && x <= 2100
		up = up && (i == 0 || x == numbers[i-1]+1)
	}
	return years || up
}
