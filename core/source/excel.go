package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
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
)

// excel reads one sheet of an .xlsx workbook. Numbers come as they are stored,
// not as they are shown; a column whose number format shows dates comes as
// 2024-03-05 or 2024-03-05 14:30:00.
func (rd *reader) excel(r io.Reader) error {
	rd.info.Format, rd.info.Encoding = "excel", "utf-8"
	packed, err := io.ReadAll(r)
	if err != nil {
		return rd.readError(err)
	}
	if err := rd.checkWorkbook(packed); err != nil {
		return err
	}
	limit := int64(excelFree + excelRatio*len(packed))
	if rd.opt.TrustSize {
		limit = excelTrust
	}
	f, err := excelize.OpenReader(bytes.NewReader(packed), excelize.Options{
		UnzipSizeLimit: limit, UnzipXMLSizeLimit: min(limit, 16<<20), TmpDir: rd.opt.TempDir, RawCellValue: true,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return rd.excelError(err)
	}
	defer func() { _ = f.Close() }() // removes its temporary files; nothing was written
	sheet, err := rd.sheet(f)
	if err != nil {
		return err
	}
	rd.info.Sheet = sheet
	shown, err := columnKinds(f, sheet)
	if err != nil {
		return rd.excelError(err)
	}
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
		if blank(texts) {
			continue
		}
		if rd.info.Header == nil {
			names := texts
			if rd.opt.NoHeader {
				names = make([]string, len(texts))
			}
			if err := rd.header(names); err != nil {
				return err
			}
			if !rd.opt.NoHeader {
				continue
			}
		}
		want := len(rd.info.Header)
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
		cells, scratch = cells[:0], scratch[:0]
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

// checkWorkbook tells a workbook from other zip files.
func (rd *reader) checkWorkbook(packed []byte) error {
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return rd.fail("%s is a damaged zip or Excel file: %v", rd.opt.Name, err).WithHint("copy or save the file again")
	}
	for _, f := range z.File {
		if name := strings.ToLower(f.Name); name == "xl/workbook.xml" || name == `xl\workbook.xml` {
			return nil
		}
	}
	return core.Errorf(core.Unsupported, "%s is a zip archive, not an Excel workbook", rd.opt.Name).
		WithHint("unpack it and import the files inside")
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

// columnKinds says which columns hold dates, or true and false, by comparing
// the first rows as stored with the same rows as shown.
func columnKinds(f *excelize.File, sheet string) (map[int]shownAs, error) {
	raw, err := f.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer func() { _ = raw.Close() }()
	shown, err := f.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer func() { _ = shown.Close() }()
	kinds := map[int]shownAs{}
	for n := 0; n < dateSample && raw.Next() && shown.Next(); n++ {
		a, err := raw.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, err
		}
		b, err := shown.Columns(excelize.Options{RawCellValue: false, ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd"})
		if err != nil {
			return nil, err
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
	return kinds, nil
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
