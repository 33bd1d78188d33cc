package duck

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/source"
	"shoptwin/core/table"
)

// Cells at the ends of what numbers, dates and names can be are imported,
// profiled and read.
func TestExtremeCells(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct {
		name  string
		cells []string
		kind  table.Kind
	}{
		{"whole range", []string{"1e308", "-1e308", "5e-324", "1.7976931348623157e308"}, table.Text},
		{"large", []string{"9e99", "-9e99", "1"}, table.Number},
		{"denormal", []string{"5e-324", "0", "1e-310"}, table.Number},
		{"signs", []string{"-0", "0", "-0.0"}, table.Number},
		{"beyond", []string{"1e309", "-1e400", "3"}, table.Text},
		{"words", []string{"Infinity", "-inf", "7"}, table.Text},
		{"40 digits", []string{strings.Repeat("7", 40), strings.Repeat("8", 40)}, table.Text},
		{"40 decimals", []string{"0." + strings.Repeat("3", 40), "1." + strings.Repeat("4", 40)}, table.Number},
		{"old", []string{"1066-10-14", "1492-10-12"}, table.Time},
		{"future", []string{"9999-12-31", "9998-01-01"}, table.Time},
		{"no day", []string{"2024-02-30", "2024-13-01"}, table.Text},
	} {
		var b strings.Builder
		b.WriteString("x,k\n")
		for i := range 60 {
			fmt.Fprintf(&b, "%s,%d\n", tt.cells[i%len(tt.cells)], i)
		}
		db := open(t, "")
		imp, err := db.Import(ctx, "d", write(t, "d.csv", []byte(b.String())), source.Options{}, nil)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if imp.Columns[0].Kind != tt.kind || imp.Rows != 60 {
			t.Errorf("%s: %v, %d rows", tt.name, imp.Columns[0].Kind, imp.Rows)
		}
		p, err := db.Profile(ctx, "d")
		if err == nil {
			_, err = json.Marshal(p)
		}
		if err != nil {
			t.Errorf("%s: profile: %v", tt.name, err)
		}
		if _, rows, _, err := db.Page(ctx, "d", 0, 60); err != nil || len(rows) != 60 || rows[7][1] != "7" {
			t.Errorf("%s: page: %v", tt.name, err)
		}
		if tab, err := db.Columns(ctx, "d", nil); err != nil || tab.Check() != nil {
			t.Errorf("%s: columns: %v", tt.name, err)
		}
	}
}

func TestTooManyColumns(t *testing.T) {
	for name, text := range map[string]string{
		"d.csv":  strings.Repeat("c,", maxColumns) + "c\n" + strings.Repeat("1,", maxColumns) + "1\n",
		"d.json": "[" + manyKeys(maxColumns+1) + "]",
	} {
		db := open(t, "")
		_, err := db.Import(context.Background(), "d", write(t, name, []byte(text)), source.Options{}, nil)
		kind := core.KindOf(err) // so many new keys may fill a small memory first
		if kind != core.Full && (kind != core.Invalid || !strings.Contains(err.Error(), "columns")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// manyKeys is n objects of one key each.
func manyKeys(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{"k%d":1}`, i)
	}
	return strings.Join(all, ",")
}
