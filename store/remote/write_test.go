package remote

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core/table"
)

// What is written to an SQLite file is read from it again.
func TestWriter(t *testing.T) {
	nan := math.NaN()
	money := table.NewNumber("price", []float64{1.126, nan, -2})
	money.Decimals = 2
	count := table.NewNumber(`n"; DROP TABLE x; --`, []float64{1 << 40, -1, nan})
	count.Decimals = 0
	x := &table.Table{Columns: []*table.Column{
		table.NewText("name", []string{"苹果", "", `'); DROP TABLE x; --`}, []bool{false, true, false}), money, count,
		table.NewTime("day", "2006-01-02", []float64{0, 1709596800, -86400}), table.NewTime("at", "2006-01-02 15:04:05", []float64{1709596861, nan, 0}),
	}}
	path := filepath.Join(t.TempDir(), "x.db")
	w, err := NewWriter(path, `sales"; --`, x.Schema())
	if err == nil {
		err = w.Write(x)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	header, rows, _, err := readAll(context.Background(), path, Choice{})
	want := "苹果|1.13|1099511627776|1970-01-01|2024-03-05 00:01:01¶∅|∅|-1|2024-03-05|∅¶'); DROP TABLE x; --|-2|∅|1969-12-31|1970-01-01 00:00:00"
	if err != nil || header != `name|price|n"; DROP TABLE x; --|day|at` || strings.Join(rows, "¶") != want {
		t.Errorf("%v %s\n%s\n%s", err, header, strings.Join(rows, "¶"), want)
	}
	if _, err := NewWriter(filepath.Join(t.TempDir(), "no", "x.db"), "x", x.Schema()); err == nil {
		t.Error("a folder that is not there")
	}
}
