package source

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shoptwin/core/table"
)

// A merge is a range of cells shown as one; its value stands in the first.
// Rows and columns count from 1.
type merge struct{ top, left, bottom, right int }

// maxMerges is how many merged ranges of a sheet are looked at.
const maxMerges = 100_000

// merges returns the merged ranges of a sheet in order of their rows. They
// stand behind the rows, so the sheet is scanned once for them alone: a parser
// that holds it whole would need gigabytes.
func merges(z *zip.Reader, sheet string, limit int64) ([]merge, error) {
	part, err := sheetPart(z, sheet)
	if err != nil || part == nil {
		return nil, err
	}
	r, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // only read
	var found []merge
	var buf []byte
	in := io.LimitReader(r, limit)
	chunk := make([]byte, peekSize)
	mark := []byte("mergeCell ")
	for {
		n, err := io.ReadFull(in, chunk)
		buf = append(buf, chunk[:n]...)
		for {
			i := bytes.Index(buf, mark)
			if i < 0 {
				buf = append(buf[:0], buf[max(0, len(buf)-len(mark)):]...)
				break
			}
			end := bytes.IndexByte(buf[i:], '>')
			if end < 0 {
				buf = append(buf[:0], buf[i:]...)
				break
			}
			if m, ok := mergeOf(string(buf[i : i+end])); ok {
				found = append(found, m)
			}
			buf = buf[i+end:]
		}
		if err != nil || len(found) >= maxMerges || len(buf) > peekSize {
			break // what is broken shows when the rows are read
		}
	}
	return found, nil
}

// mergeOf reads the attributes of a mergeCell.
func mergeOf(attrs string) (merge, bool) {
	_, ref, ok := strings.Cut(attrs, `ref="`)
	ref, _, closed := strings.Cut(ref, `"`)
	from, to, ranged := strings.Cut(ref, ":")
	if !ok || !closed || !ranged {
		return merge{}, false
	}
	left, top, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return merge{}, false
	}
	right, bottom, err := excelize.CellNameToCoordinates(to)
	return merge{top, left, bottom, right}, err == nil && top <= bottom && left <= right
}

// sheetPart finds the part of the workbook in which a sheet lies, nil when it
// cannot be told.
func sheetPart(z *zip.Reader, sheet string) (*zip.File, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	if err := readPart(z, "xl/workbook.xml", &book); err != nil {
		return nil, nil
	}
	if err := readPart(z, "xl/_rels/workbook.xml.rels", &rels); err != nil {
		return nil, nil
	}
	for _, s := range book.Sheets {
		if s.Name != sheet {
			continue
		}
		for _, r := range rels.Relationship {
			if r.ID != s.ID {
				continue
			}
			target := path.Join("xl", r.Target)
			if strings.HasPrefix(r.Target, "/") {
				target = r.Target[1:]
			}
			return findPart(z, target), nil
		}
	}
	return nil, nil
}

func findPart(z *zip.Reader, name string) *zip.File {
	for _, f := range z.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			return f
		}
	}
	return nil
}

func readPart(z *zip.Reader, name string, v any) error {
	f := findPart(z, name)
	if f == nil {
		return io.ErrUnexpectedEOF
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // only read
	return xml.NewDecoder(io.LimitReader(r, 4<<20)).Decode(v)
}

// filler puts the value of a merged range into its other cells, row by row.
type filler struct {
	merges []merge
	values []string // of the merges, once their first rows were seen
	lo     int      // merges before it have ended
	filled int64    // cells that got a value
	left   map[string]bool
	header []string
	shown  map[int]shownAs
}

// fill returns cells with the values of merged ranges. In the header all of a
// range has the value. In rows below only what stands under the first cell
// has, and only where the value names something: a sum over three rows would
// be three sums.
func (f *filler) fill(line int64, cells []string, inHeader bool) []string {
	row := int(line)
	for f.lo < len(f.merges) && f.merges[f.lo].bottom < row {
		f.lo++
	}
	for i := f.lo; i < len(f.merges) && i < f.lo+4096; i++ {
		m := f.merges[i]
		if row < m.top || row > m.bottom {
			continue
		}
		if row == m.top && m.left <= len(cells) {
			f.values[i] = cells[m.left-1]
		}
		value, right := f.values[i], m.right
		if value == "" {
			continue
		}
		if !inHeader {
			if right = m.left; row == m.top {
				continue
			}
			if !f.names(m.left-1, value) {
				if m.left <= len(f.header) {
					f.left[f.header[m.left-1]] = true
				}
				continue
			}
		}
		for c := m.left; c <= min(right, 1<<14); c++ {
			for len(cells) < c {
				cells = append(cells, "")
			}
			if cells[c-1] == "" {
				cells[c-1] = value
				f.filled++
			}
		}
	}
	return cells
}

// names says whether a value of that column names something: a text, a date,
// or a number under a name such as product_id.
func (f *filler) names(column int, value string) bool {
	if _, err := strconv.ParseFloat(value, 64); err != nil || f.shown[column] != 0 {
		return true
	}
	if column >= len(f.header) {
		return false
	}
	field := table.Field{Name: f.header[column], Kind: table.Number}
	return table.DetectRole(field, 1000, 1000, 0) == table.Key
}
