package source

import (
	"archive/zip"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shoptwin/core"
)

const (
	excelFree  = 64 << 20 // unpacked bytes any workbook may have
	excelRatio = 50       // and beyond: unpacked to packed
	excelTrust = 16 << 30
	dateSample = 200 // rows that show which columns are dates
	maxBlank   = 100_000
)

// excel reads one sheet of an .xlsx workbook. Numbers come as they are stored,
// not as they are shown; a column whose number format shows dates comes as
// 2024-03-05 or 2024-03-05 14:30:00.
func (rd *reader) excel(z *zip.Reader, r *io.SectionReader) error {
	rd.info.Format, rd.info.Encoding = "excel", "utf-8"
	limit := int64(excelFree + excelRatio*r.Size())
	if rd.opt.TrustSize {
		limit = excelTrust
	}
	f, err := excelize.OpenReader(r, excelize.Options{
		UnzipSizeLimit: limit, UnzipXMLSizeLimit: min(limit, 16<<20), TmpDir: rd.opt.TempDir, RawCellValue: true,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return rd.excelError(err)
	}
	defer func() { _ = f.Close() }() // removes its temporary files; nothing was written
	if rd.opt.Sheet == AllSheets {
		return rd.allSheets(z, f, limit)
	}
	sheet, err := rd.sheet(f)
	if err != nil {
		return err
	}
	return rd.excelSheet(z, f, sheet, limit)
}

// AllSheets, as the name of a sheet, is all visible ones of one shape.
const AllSheets = "*"

// allSheets reads the visible sheets as one table, with a first column that
// names the sheet.
func (rd *reader) allSheets(z *zip.Reader, f *excelize.File, limit int64) error {
	rd.info.Sheets = f.GetSheetList()
	var parts []Part
	for _, name := range rd.info.Sheets {
		if visible, err := f.GetSheetVisible(name); err != nil || visible {
			parts = append(parts, Part{Name: name, read: func(inner *reader) error { return inner.excelSheet(z, f, name, limit) }})
		}
	}
	sheets := rd.info.Sheets
	err := rd.parts(parts, rd.depth, rd.report)
	rd.info.Sheets, rd.info.Sheet = sheets, AllSheets
	return err
}

// excelSheet reads one sheet.
func (rd *reader) excelSheet(z *zip.Reader, f *excelize.File, sheet string, limit int64) error {
	rd.info.Format, rd.info.Encoding, rd.info.Sheet = "excel", "utf-8", sheet
	head, shown, err := beginning(f, sheet)
	if err != nil {
		return rd.excelError(err)
	}
	spread, err := merges(z, sheet, limit)
	if err != nil {
		return rd.excelError(err)
	}
	slices.SortFunc(spread, func(a, b merge) int { return cmp.Or(a.top-b.top, a.left-b.left) })
	last, err := rd.excelHeader(head, spread)
	if err != nil {
		return err
	}
	fill := &filler{merges: spread, values: make([]string, len(spread)), left: map[string]bool{}, header: rd.info.Header, shown: shown}
	if err := rd.excelRows(f, sheet, last, shown, fill); err != nil {
		return err
	}
	if fill.filled > 0 {
		rd.info.Notes = append(rd.info.Notes, fmt.Sprintf("Merged cells: their value stands in each of the %d rows they cover.", fill.filled))
	}
	if len(fill.left) > 0 {
		rd.info.Notes = append(rd.info.Notes, fmt.Sprintf("Numbers in merged cells stand in their first row only (column %s).",
			shorten(strings.Join(slices.Sorted(maps.Keys(fill.left)), ", "), 100)))
	}
	return nil
}

// excelHeader finds the header in a sheet's first rows, passes it on and
// returns its last line, 0 when there is none.
func (rd *reader) excelHeader(head []sheetRow, spread []merge) (int64, error) {
	fill := &filler{merges: spread, values: make([]string, len(spread))}
	for i := range head {
		head[i].cells = fill.fill(head[i].line, head[i].cells, true)
	}
	at := func(line int) int {
		return slices.IndexFunc(head, func(r sheetRow) bool { return r.line == int64(line) })
	}
	if len(head) == 0 {
		return 0, nil
	}
	first, last := 0, 0
	switch {
	case rd.opt.HeaderRow > 0:
		if first = at(rd.opt.HeaderRow); first < 0 {
			return 0, rd.fail("%s, sheet %q: row %d, where the header should stand, is empty or beyond the first %d rows", rd.opt.Name, rd.info.Sheet, rd.opt.HeaderRow, headRows).
				WithHint("name another row, or leave it out: it is found")
		}
		last = first
	case !rd.opt.NoHeader:
		first, last = findHeader(head, spread)
	}
	names := joinHeader(head[first : last+1])
	line := head[last].line
	if rd.info.NoHeader = rd.opt.NoHeader; rd.opt.NoHeader {
		width := 0
		for _, r := range head {
			width = max(width, len(r.cells))
		}
		names, line = make([]string, width), head[first].line-1
	}
	if len(names) == 0 {
		return 0, rd.fail("%s, sheet %q: row %d holds no names of columns", rd.opt.Name, rd.info.Sheet, head[first].line).WithHint("name the row of the header")
	}
	if !rd.opt.NoHeader {
		rd.sayHeading(head[:first], head[first].line, line)
	}
	return line, rd.header(names)
}

// excelRows passes the rows below the line of the header on.
func (rd *reader) excelRows(f *excelize.File, sheet string, last int64, shown map[int]shownAs, fill *filler) error {
	rows, err := f.Rows(sheet)
	if err != nil {
		return rd.excelError(err)
	}
	defer func() { _ = rows.Close() }()
	props, err := f.GetWorkbookProps()
	date1904 := err == nil && props.Date1904 != nil && *props.Date1904
	var cells [][]byte
	var scratch []byte
	for line := int64(1); rows.Next(); line++ {
		if err := rd.ctx.Err(); err != nil {
			return err
		}
		texts, err := rows.Columns()
		if err != nil {
			return rd.excelError(err)
		}
		if line <= last || blank(texts) {
			if len(texts) > 0 { // of a million empty rows each would look at every range
				n := fill.filled
				fill.fill(line, texts, false) // remembers values of ranges that begin here
				fill.filled = n
			}
			continue
		}
		if rd.info.Header == nil {
			return rd.fail("%s, sheet %q: no header in the first rows, but cells in row %d", rd.opt.Name, sheet, line).WithHint("name the row of the header")
		}
		want := len(rd.info.Header)
		texts = fill.fill(line, texts, false)
		if len(texts) > want && blank(texts[want:]) {
			texts = texts[:want]
		}
		if len(texts) > want {
			raw := []byte(strings.Join(texts, "\t"))
			if err := rd.reject(line, "", strconv.Itoa(len(texts))+" cells instead of "+strconv.Itoa(want), raw); err != nil {
				return err
			}
			continue
		}
		cells, scratch = rd.excelCells(texts, want, shown, date1904, cells[:0], scratch[:0])
		rd.markMissing(cells)
		rd.info.Rows++
		if err := rd.sink.Row(line, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return rd.excelError(err)
	}
	return nil
}

// excelCells writes the cells of a row as they shall be kept.
func (rd *reader) excelCells(texts []string, want int, shown map[int]shownAs, date1904 bool, cells [][]byte, scratch []byte) ([][]byte, []byte) {
	for i := range want {
		if i >= len(texts) || texts[i] == "" {
			cells = append(cells, nil)
			continue
		}
		text := texts[i]
		switch shown[i] {
		case asDate:
			text = excelDate(text, date1904)
		case asTruth:
			if text == "1" {
				text = "true"
			} else if text == "0" {
				text = "false"
			}
		}
		text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "")
		rd.info.Bytes += int64(len(text))
		start := len(scratch)
		scratch = append(scratch, text...)
		cells = append(cells, scratch[start:len(scratch):len(scratch)])
	}
	return cells, scratch
}

func (rd *reader) excelError(err error) error {
	if rd.ctx.Err() != nil {
		return rd.ctx.Err()
	}
	var e *core.Error
	switch {
	case errors.As(err, &e):
		return err
	case strings.Contains(err.Error(), "unzip size exceeds"):
		return rd.fail("%s unpacks to far more than its size lets expect: it looks like a zip bomb", rd.opt.Name).
			WithHint("if you trust it, open it in Excel and save the sheet as CSV")
	}
	return rd.fail("%s is a damaged Excel file: %v", rd.opt.Name, err).WithHint("open it in Excel and save it again, or as CSV")
}

// sheet chooses the sheet that is named, or the first visible one.
func (rd *reader) sheet(f *excelize.File) (string, error) {
	list := f.GetSheetList()
	rd.info.Sheets = list
	for _, name := range list {
		if rd.opt.Sheet != "" && strings.EqualFold(name, rd.opt.Sheet) {
			return name, nil
		}
	}
	if rd.opt.Sheet != "" {
		return "", core.Errorf(core.NotFound, "%s has no sheet %q", rd.opt.Name, rd.opt.Sheet).
			WithHint("it has %s", shorten(strings.Join(list, ", "), 200))
	}
	if len(list) > 1 {
		rd.info.Notes = append(rd.info.Notes, "The workbook has "+strconv.Itoa(len(list))+" sheets: "+shorten(strings.Join(list, ", "), 200)+".")
	}
	for _, name := range list {
		if visible, err := f.GetSheetVisible(name); err == nil && visible {
			return name, nil
		}
	}
	if len(list) == 0 {
		return "", rd.fail("%s has no sheets", rd.opt.Name).WithHint("is it the right file?")
	}
	return list[0], nil
}

// shownAs is how the numbers of a column are shown, where it matters.
type shownAs uint8

const (
	asDate shownAs = iota + 1
	asTruth
)

// beginning returns the first rows of a sheet, and which of its columns hold
// dates, or true and false: there the rows as stored differ from those shown.
func beginning(f *excelize.File, sheet string) (head []sheetRow, kinds map[int]shownAs, err error) {
	raw, err := f.Rows(sheet)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = raw.Close() }()
	shown, err := f.Rows(sheet)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = shown.Close() }()
	kinds = map[int]shownAs{}
	filled := 0
	for line := int64(1); filled < dateSample && line < maxBlank && raw.Next() && shown.Next(); line++ {
		a, err := raw.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, nil, err
		}
		b, err := shown.Columns(excelize.Options{RawCellValue: false, ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd"})
		if err != nil {
			return nil, nil, err
		}
		if blank(a) {
			continue
		}
		if filled++; filled <= headRows {
			head = append(head, sheetRow{line, a})
		}
		for i := range min(len(a), len(b)) {
			switch {
			case a[i] == b[i]:
			case b[i] == "TRUE" || b[i] == "FALSE":
				kinds[i] = asTruth
			case showsDate(a[i], b[i]):
				kinds[i] = asDate
			}
		}
	}
	return head, kinds, nil
}

// showsDate says whether text is a date as which the serial number is shown:
// it names the date's year, or the hour and minute, between signs that part
// dates.
func showsDate(serial, text string) bool {
	x, err := strconv.ParseFloat(serial, 64)
	if err != nil || x <= 0 || x > 2958466 || !strings.ContainsAny(text, "-/:.年 ") {
		return false
	}
	t, err := excelize.ExcelDateToTime(x, false)
	if err != nil {
		return false
	}
	if strings.Contains(text, "/") && !strings.Contains(text, t.Format("06")) {
		return false // a fraction
	}
	letters := strings.ContainsAny(text, "%$€£¥,")
	clock := strings.Contains(text, ":")
	return !letters && (clock || strings.Contains(text, t.Format("06")) && strings.ContainsAny(text, "-/年")) ||
		letters && strings.Contains(text, t.Format("2006")) && strings.Contains(text, t.Month().String()[:3])
}

// excelDate writes a serial number as a date, with a time when it has one, or
// as a time alone below 1; anything else stays as it is.
func excelDate(serial string, date1904 bool) string {
	x, err := strconv.ParseFloat(serial, 64)
	if err != nil || x < 0 || x > 2958466 {
		return serial
	}
	t, err := excelize.ExcelDateToTime(x, date1904)
	if err != nil {
		return serial
	}
	switch t = t.Round(1e9); {
	case x < 1:
		return t.Format("15:04:05")
	case t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05")
}

func blank(texts []string) bool {
	for _, s := range texts {
		if strings.TrimSpace(s) != "" {
			return false
		}
	}
	return true
}
