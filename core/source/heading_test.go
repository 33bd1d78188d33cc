package source

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// sheetOf makes a workbook of one sheet; a cell is "" when it is not there.
func sheetOf(t *testing.T, rows [][]any, merged ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, row := range rows {
		for k, cell := range row {
			name, err := excelize.CoordinatesToCellName(k+1, i+1)
			if err == nil && cell != nil {
				err = f.SetCellValue("Sheet1", name, cell)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, m := range merged {
		from, to, _ := strings.Cut(m, ":")
		if err := f.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestHeading(t *testing.T) {
	for _, tt := range []struct {
		name   string
		rows   [][]any
		merged []string
		opt    Options
		row    int
		header string
		want   []string
		note   string
	}{
		{name: "in line 1", rows: [][]any{{"shop", "item", "qty"}, {"Lyon", "tea", 3}, {"Gent", "jam", 4}},
			row: 1, header: "shop|item|qty", want: []string{"Lyon|tea|3", "Gent|jam|4"}},
		{name: "below a title and blank lines", rows: [][]any{{"Sales report"}, {"printed", "2024-03-05"}, {}, {"shop", "item", "qty", "price"}, {"Lyon", "tea", 3, 1.5}, {"Gent", "jam", 4, 2}, {"Rome", "oil", 5, 9}},
			row: 4, header: "shop|item|qty|price", want: []string{"Lyon|tea|3|1.5", "Gent|jam|4|2", "Rome|oil|5|9"}, note: `"Sales report printed 2024-03-05"`},
		{name: "a title over all columns", rows: [][]any{{"2024年销售报表"}, {"门店", "商品", "数量"}, {"北京", "茶", 3}, {"上海", "水", 4}}, merged: []string{"A1:C1"},
			row: 2, header: "门店|商品|数量", want: []string{"北京|茶|3", "上海|水|4"}, note: "row 2"},
		{name: "two lines of names", rows: [][]any{{"shop", "2023", nil, "2024"}, {nil, "qty", "sum", "qty", "sum"}, {"Lyon", 1, 2, 3, 4}, {"Gent", 5, 6, 7, 8}}, merged: []string{"A1:A2", "B1:C1", "D1:E1"},
			row: 1, header: "shop|2023 qty|2023 sum|2024 qty|2024 sum", want: []string{"Lyon|1|2|3|4", "Gent|5|6|7|8"}, note: "rows 1 to 2"},
		{name: "sums above the names", rows: [][]any{{"all", 9, 30}, {"shop", "qty", "sum"}, {"Lyon", 4, 10}, {"Gent", 5, 20}},
			row: 2, header: "shop|qty|sum", want: []string{"Lyon|4|10", "Gent|5|20"}, note: "all 9 30"},
		{name: "years as names", rows: [][]any{{"shop", 2023, 2024}, {"Lyon", 4, 10}, {"Gent", 5, 20}},
			row: 1, header: "shop|2023|2024", want: []string{"Lyon|4|10", "Gent|5|20"}},
		{name: "nothing but text", rows: [][]any{{"a", "b"}, {"x", "y"}, {"z", "y"}}, row: 1, header: "a|b", want: []string{"x|y", "z|y"}},
		{name: "one column", rows: [][]any{{"a"}, {"x"}, {"y"}}, row: 1, header: "a", want: []string{"x", "y"}},
		{name: "named", rows: [][]any{{"a", "b"}, {"c", "d"}, {1, 2}}, opt: Options{HeaderRow: 2}, row: 2, header: "c|d", want: []string{"1|2"}, note: "a b"},
		{name: "none", rows: [][]any{{"a", "b"}, {"c", "d"}}, opt: Options{NoHeader: true}, header: "column_1|column_2", want: []string{"a|b", "c|d"}, note: "made unique"},
		{name: "keys merged over rows, a sum not", rows: [][]any{{"region", "store_id", "shop", "sum"}, {"North", 7, "Lyon", 30}, {nil, nil, "Gent"}, {"South", 8, "Rome", 5}, {nil, nil, "Bari", 6}}, merged: []string{"A2:A3", "B2:B3", "D2:D3", "A4:A5", "B4:B5"},
			row: 1, header: "region|store_id|shop|sum", want: []string{"North|7|Lyon|30", "North|7|Gent|∅", "South|8|Rome|5", "South|8|Bari|6"}, note: "first row only (column sum)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.opt.Name = "shop.xlsx"
			got := read(t, bytes.NewReader(sheetOf(t, tt.rows, tt.merged...)), tt.opt)
			notes := strings.Join(got.info.Notes, " ")
			if got.err != nil || strings.Join(got.header, "|") != tt.header || strings.Join(got.rows, "¶") != strings.Join(tt.want, "¶") || got.info.HeaderRow != tt.row {
				t.Errorf("%v\nheader %q in row %d\nrows %q", got.err, got.header, got.info.HeaderRow, got.rows)
			}
			if !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
				t.Errorf("notes %q", notes)
			}
		})
	}
}

// A CSV file's header may be named, too.
func TestHeaderRow(t *testing.T) {
	in := "Sales report\nprinted today,,\n\na,b\n1,2\n"
	got := read(t, strings.NewReader(in), Options{HeaderRow: 4})
	if got.err != nil || strings.Join(got.header, "|") != "a|b" || strings.Join(got.rows, "¶") != "1|2" {
		t.Errorf("%v %q %q", got.err, got.header, got.rows)
	}
	if got := read(t, strings.NewReader(in), Options{HeaderRow: 40}); got.err == nil {
		t.Error("a line that is not there")
	}
}
