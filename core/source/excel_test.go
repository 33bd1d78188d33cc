package source

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shoptwin/core"
)

// workbook has a text, number, date, time and truth column.
func workbook(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	custom := "dd.mm.yyyy hh:mm"
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	check(err)
	moment, err := f.NewStyle(&excelize.Style{CustomNumFmt: &custom})
	check(err)
	money, err := f.NewStyle(&excelize.Style{NumFmt: 4})
	check(err)
	check(f.SetSheetRow("Sheet1", "A1", &[]any{"id", "name", "price", "day", "moment", "yes"}))
	for i := range 3 {
		row := i + 2
		when := time.Date(2024, 3, 5+i, 14, 30, 0, 0, time.UTC)
		check(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", row), &[]any{fmt.Sprintf("%05d", i), "milk, fresh", 1234.5 + float64(i), nil, nil, i%2 == 0}))
		check(f.SetCellValue("Sheet1", fmt.Sprintf("D%d", row), when.Truncate(24*time.Hour)))
		check(f.SetCellValue("Sheet1", fmt.Sprintf("E%d", row), when))
		check(f.SetCellStyle("Sheet1", fmt.Sprintf("C%d", row), fmt.Sprintf("C%d", row), money))
		check(f.SetCellStyle("Sheet1", fmt.Sprintf("D%d", row), fmt.Sprintf("D%d", row), day))
		check(f.SetCellStyle("Sheet1", fmt.Sprintf("E%d", row), fmt.Sprintf("E%d", row), moment))
	}
	check(f.SetSheetRow("Sheet1", "A6", &[]any{"00009"}))
	_, err = f.NewSheet("Other")
	check(err)
	check(f.SetSheetRow("Other", "A1", &[]any{"x"}))
	check(f.SetSheetRow("Other", "A2", &[]any{1}))
	var buf bytes.Buffer
	check(f.Write(&buf))
	return buf.Bytes()
}

func TestExcel(t *testing.T) {
	b := workbook(t)
	got := read(t, bytes.NewReader(b), Options{Name: "shop.xlsx"})
	want := []string{
		"00000|milk, fresh|1234.5|2024-03-05|2024-03-05 14:30:00|true",
		"00001|milk, fresh|1235.5|2024-03-06|2024-03-06 14:30:00|false",
		"00002|milk, fresh|1236.5|2024-03-07|2024-03-07 14:30:00|true",
		"00009|∅|∅|∅|∅|∅",
	}
	if got.err != nil || strings.Join(got.rows, "¶") != strings.Join(want, "¶") {
		t.Errorf("%v\n%q\n%q", got.err, got.rows, want)
	}
	if got.info.Sheet != "Sheet1" || len(got.info.Notes) != 1 {
		t.Errorf("info %+v", got.info)
	}
	if got := read(t, bytes.NewReader(b), Options{Name: "shop.xlsx", Sheet: "other"}); got.err != nil || strings.Join(got.rows, "") != "1" {
		t.Errorf("other sheet: %v %q", got.err, got.rows)
	}
	if got := read(t, bytes.NewReader(b), Options{Sheet: "none"}); core.KindOf(got.err) != core.NotFound {
		t.Errorf("a sheet that is not there: %v", got.err)
	}
	if got := read(t, bytes.NewReader(b[:len(b)/2]), Options{Name: "shop.xlsx"}); core.KindOf(got.err) != core.Invalid {
		t.Errorf("half a workbook: %v", got.err)
	}
}

// A workbook of some kB that unpacks to 90 MB is refused unread.
func TestExcelBomb(t *testing.T) {
	in, err := zip.NewReader(bytes.NewReader(workbook(t)), int64(len(workbook(t))))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, f := range in.File {
		if err := w.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	pad, err := w.Create("xl/worksheets/sheet9.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 90 {
		if _, err := pad.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := read(t, bytes.NewReader(buf.Bytes()), Options{Name: "bomb.xlsx"})
	if core.KindOf(got.err) != core.Invalid || !strings.Contains(fmt.Sprint(got.err), "zip bomb") {
		t.Errorf("%v", got.err)
	}
}

// All sheets of a workbook are one table when they are of one shape.
func TestAllSheets(t *testing.T) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	put := func(sheet string, rows ...[]any) {
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	put("March", []any{"shop", "units"}, []any{"York", 3}, []any{"Hull", 4})
	put("April", []any{"Report of April"}, nil, []any{"Units", "Shop"}, []any{5, "York"}, []any{6, "Bath"})
	put("hidden", []any{"x"}, []any{1})
	if err := f.SetSheetVisible("hidden", false); err != nil {
		t.Fatal(err)
	}
	whole := func() []byte {
		var buf bytes.Buffer
		if err := f.Write(&buf); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	got := read(t, bytes.NewReader(whole()), Options{Name: "shop.xlsx", Sheet: AllSheets})
	if rows := strings.Join(got.rows, "¶"); got.err != nil || strings.Join(got.header, "|") != "sheet|shop|units" || rows != "March|York|3¶March|Hull|4¶April|York|5¶April|Bath|6" {
		t.Fatalf("%v %q %q", got.err, got.header, rows)
	}
	if len(got.info.Sheets) != 4 || got.info.Sheet != AllSheets || got.info.Format != "excel" || len(got.info.Files) != 2 {
		t.Errorf("%+v", got.info)
	}
	put("May", []any{"shop", "amount"}, []any{"York", 3})
	if got := read(t, bytes.NewReader(whole()), Options{Name: "shop.xlsx", Sheet: AllSheets}); core.KindOf(got.err) != core.Invalid || !strings.Contains(got.err.Error(), `May lacks "units" and has "amount"`) {
		t.Error(got.err)
	}
}
