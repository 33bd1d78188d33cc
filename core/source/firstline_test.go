package source

import (
	"strings"
	"testing"
)

// Titles above the names, and files without names.
func TestFirstLine(t *testing.T) {
	for _, tt := range []struct {
		name, in, header string
		opt              Options
		row              string // the first one
		line             int    // of the header, where it is told
		none             bool
	}{
		{name: "a title", in: "Sales report March\n\nday,shop,units\n2024-03-01,York,3\n2024-03-02,Leeds,4\n", header: "day|shop|units", row: "2024-03-01|York|3", line: 3},
		{name: "a title as wide as the table", in: "Sales report,,,\nPrinted,2024-03-05,,\nday,shop,units,price\na,York,3,1\nb,Leeds,4,2\nc,Hull,4,2\n", header: "day|shop|units|price", row: "a|York|3|1", line: 3},
		{name: "semicolons, and commas in the title", in: "Report, by shop\nshop;units\nYork;3\nHull;4\nYork;5\n", header: "shop|units", row: "York|3", line: 2},
		{name: "names in the first line", in: "day,shop,units\n2024-03-01,York,3\n2024-03-02,Leeds,4\n", header: "day|shop|units", row: "2024-03-01|York|3"},
		{name: "no names", in: "2024-03-01,York,3\n2024-03-02,Leeds,4\n2024-03-02,Hull,4\n2024-03-03,Hull,1\n", header: "column_1|column_2|column_3", row: "2024-03-01|York|3", none: true},
		{name: "no names, one number", in: "apple,3.5\npear,2\nplum,7\nfig,1\n", header: "column_1|column_2", row: "apple|3.5", none: true},
		{name: "no names, only texts that come again", in: "York,red\nHull,blue\nYork,red\nHull,red\nYork,blue\n", header: "column_1|column_2", row: "York|red", none: true},
		{name: "said to be names", in: "apple,3.5\npear,2\nplum,7\nfig,1\n", opt: Options{HeaderRow: 1}, header: "apple|3.5", row: "pear|2", line: 1},
		{name: "years are names", in: "shop,2021,2022\nYork,3,4\nHull,5,6\nLeeds,7,8\n", header: "shop|2021|2022", row: "York|3|4"},
		{name: "weeks are names", in: "shop,1,2,3\nYork,3,4,4\nHull,5,6,2\nLeeds,7,8,9\n", header: "shop|1|2|3", row: "York|3|4|4"},
		{name: "a name above numbers", in: "2,amount\n5,3\n6,4\n7,8\n", header: "2|amount", row: "5|3"},
		{name: "all texts", in: "name,city\nAda,York\nBo,Hull\nCy,Leeds\n", header: "name|city", row: "Ada|York"},
		{name: "names repeated below", in: "kind,shop\nbar,York\nkind,shop\ncan,Hull\nkind,shop\nbar,York\n", header: "kind|shop", row: "bar|York"},
		{name: "one text again", in: "size\nL\nsize\nM\nS\nL\n", header: "size", row: "L"},
		{name: "few rows", in: "1,x\n2,y\n", header: "1|x", row: "2|y"},
		{name: "one column", in: "Report\n3\n4\n5\n6\n", header: "Report", row: "3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, strings.NewReader(tt.in), tt.opt)
			if got.err != nil || strings.Join(got.header, "|") != tt.header || got.rows[0] != tt.row || got.info.HeaderRow != tt.line || got.info.NoHeader != tt.none {
				t.Errorf("%v: header %q in line %d (none: %v), then %q", got.err, got.header, got.info.HeaderRow, got.info.NoHeader, got.rows)
			}
			if told := len(got.info.Notes) > 0; told != (tt.line > 1 || tt.none) {
				t.Errorf("told: %q", got.info.Notes)
			}
		})
	}
}
