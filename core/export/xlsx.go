package export

import (
	"archive/zip"
	"compress/flate"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Excel's limits.
const (
	sheetRows    = 1_048_576 // with the header
	sheetColumns = 16_384
	cellLetters  = 32_767
)

// workbook writes Office Open XML (ECMA-376, part 1) straight into the zip
// archive: one sheet, and others of the same header once it is full. Libraries keep the sheet in memory or in a file of
// their own until the end; a table needs neither.
type workbook struct {
	*out
	zip     *zip.Writer
	sheet   io.Writer
	letters []string // of the columns
	row     int      // rows of the sheet, with the header
	sheets  int
	full    int // rows of a sheet at most
}

func newXLSX(o *out) *workbook {
	f := &workbook{out: o, full: sheetRows}
	if len(o.schema) > sheetColumns {
		o.err = core.Errorf(core.Unsupported, "export: %d columns, but an Excel sheet holds %d", len(o.schema), sheetColumns).WithHint("write CSV or Parquet, or fewer columns")
		return f
	}
	f.zip = zip.NewWriter(o.w)
	f.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 3) })
	for i := range o.schema {
		f.letters = append(f.letters, letters(i))
	}
	o.err = wrap(f.begin())
	return f
}

// begin starts the next sheet with its header.
func (f *workbook) begin() error {
	f.sheets++
	w, err := f.zip.Create("xl/worksheets/sheet" + strconv.Itoa(f.sheets) + ".xml")
	if err != nil {
		return err
	}
	f.sheet, f.row = w, 0
	f.buf = append(f.buf, sheetHead...)
	f.line()
	for i, field := range f.schema {
		f.text(f.letters[i], headStyle, field.Name)
	}
	f.buf = append(f.buf, "</row>"...)
	return nil
}

// finish ends the sheet.
func (f *workbook) finish() error {
	f.buf = append(f.buf, "</sheetData></worksheet>"...)
	return f.pour(0)
}

func (f *workbook) rows(t *table.Table) error {
	styles := make([]string, len(t.Columns))
	for i := range styles {
		if f.schema[i].Kind == table.Time {
			if styles[i] = timeStyle; isDate(f.schema[i].Layout) {
				styles[i] = dateStyle
			}
		}
	}
	for row := range t.Rows() {
		if f.row == f.full {
			if err := f.finish(); err != nil {
				return err
			}
			if err := f.begin(); err != nil {
				return err
			}
		}
		f.line()
		for i, c := range t.Columns {
			if c.Missing(row) {
				continue
			}
			switch {
			case c.Kind == table.Number:
				f.cell(f.letters[i], "")
				f.buf = append(f.buf, "<v>"...)
				f.buf = appendNumber(f.buf, c.Num[row], f.schema[i].Decimals)
				f.buf = append(f.buf, "</v></c>"...)
			case c.Kind == table.Text:
				s := c.Levels[c.Codes[row]]
				if len(s) > cellLetters && utf16Len(s) > cellLetters {
					return core.Errorf(core.Unsupported, "export: row %d, column %q: a text of %d letters, but an Excel cell holds %d", f.count+int64(row)+1, c.Name, utf16Len(s), cellLetters).
						WithHint("write CSV or Parquet")
				}
				f.text(f.letters[i], "", s)
			default:
				f.time(f.letters[i], styles[i], c.Num[row], f.schema[i].Layout)
			}
		}
		f.buf = append(f.buf, "</row>"...)
		if err := f.pour(flushAt); err != nil {
			return err
		}
	}
	return nil
}

func (f *workbook) end() error {
	if f.zip == nil || f.err != nil {
		return nil // no trailer: the file shall not look whole
	}
	if err := f.finish(); err != nil {
		return err
	}
	for _, p := range parts(f.sheets) {
		w, err := f.zip.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(w, p.xml)
		}
		if err != nil {
			return err
		}
	}
	return f.zip.Close()
}

// pour hands the buffer to the sheet once it holds more than limit bytes.
func (f *workbook) pour(limit int) error {
	if len(f.buf) <= limit {
		return nil
	}
	_, err := f.sheet.Write(f.buf)
	f.buf = f.buf[:0]
	return err
}

func (f *workbook) line() {
	f.row++
	f.buf = append(f.buf, `<row r="`...)
	f.buf = strconv.AppendInt(f.buf, int64(f.row), 10)
	f.buf = append(f.buf, `">`...)
}

// cell opens a cell with the given attributes.
func (f *workbook) cell(letters, attrs string) {
	f.buf = append(append(f.buf, `<c r="`...), letters...)
	f.buf = strconv.AppendInt(f.buf, int64(f.row), 10)
	f.buf = append(append(append(f.buf, '"'), attrs...), '>')
}

func (f *workbook) text(letters, attrs, s string) {
	f.cell(letters, attrs+` t="inlineStr"`)
	f.buf = append(f.buf, `<is><t xml:space="preserve">`...)
	f.buf = appendXML(f.buf, s)
	f.buf = append(f.buf, "</t></is></c>"...)
}

// time writes days since 1899-12-30. Excel takes 1900 for a leap year and
// knows no day before it: from 1900-03-01 on the days agree, earlier times
// are written as text.
func (f *workbook) time(letters, attrs string, seconds float64, layout string) {
	days := shown(seconds, layout)/86400 + 25569
	if days < 61 || days >= 2958466 {
		f.text(letters, "", table.FormatTime(seconds, layout))
		return
	}
	if attrs == dateStyle {
		days = math.Floor(days)
	}
	f.cell(letters, attrs)
	f.buf = append(f.buf, "<v>"...)
	f.buf = strconv.AppendFloat(f.buf, days, 'f', -1, 64)
	f.buf = append(f.buf, "</v></c>"...)
}

// appendXML appends s as character data, a carriage return in Excel's own
// form _x000D_, since XML readers turn it into a line feed. What XML 1.0 has no form for, and
// bytes that are not UTF-8, become U+FFFD.
func appendXML(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '\r':
			b = append(b, "_x000D_"...)
		case r == '_' && escaped(s[i:]):
			b = append(b, "_x005F_"...)
		case r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF:
			b = append(b, "\uFFFD"...)
		default:
			b = utf8.AppendRune(b, r)
		}
		i += size
	}
	return b
}

// escaped says whether s begins with what Excel reads as one letter by number.
func escaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// utf16Len is how Excel counts letters.
func utf16Len(s string) (n int) {
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// letters returns the name of column i, from 0: A to XFD.
func letters(i int) string {
	var b strings.Builder
	if i >= 26 {
		b.WriteString(letters(i/26 - 1))
	}
	b.WriteByte(byte('A' + i%26))
	return b.String()
}

// Attributes of cells, by the styles of styles.xml.
const (
	headStyle = ` s="1"`
	dateStyle = ` s="2"`
	timeStyle = ` s="3"`
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
const mainSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`

// The header row stays in sight.
const sheetHead = xmlHead + `<worksheet ` + mainSpace + `><sheetViews><sheetView workbookViewId="0">` +
	`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`

type part struct{ name, xml string }

// parts are all but the sheets themselves.
func parts(sheets int) []part {
	var types, list, rels strings.Builder
	for i := range sheets {
		n := strconv.Itoa(i + 1)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`)
		list.WriteString(`<sheet name="Sheet` + n + `" sheetId="` + n + `" r:id="rId` + n + `"/>`)
		rels.WriteString(`<Relationship Id="rId` + n + `" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	return []part{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` +
			types.String() + `</Types>`},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", xmlHead + `<workbook ` + mainSpace + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets>` + list.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			rels.String() +
			`<Relationship Id="rId` + strconv.Itoa(sheets+1) + `" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		// Styles: 0 plain, 1 bold, 2 date, 3 date and time.
		{"xl/styles.xml", xmlHead + `<styleSheet ` + mainSpace + `><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/>` +
			`<numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>` +
			`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
			`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
			`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
			`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
			`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
			`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
			`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
			`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
			`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`},
	}
}
