package duck

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"shoptwin/core/table"
)

// What is written to a DuckDB file is what DuckDB reads from it.
func TestWriter(t *testing.T) {
	nan := math.NaN()
	money := table.NewNumber(`price"; DROP`, []float64{1.005, nan, -2})
	money.Decimals = 2
	count := table.NewNumber("n", []float64{1 << 40, -1, nan})
	count.Decimals = 0
	x := &table.Table{Columns: []*table.Column{
		table.NewText("name", []string{"苹果 and more than twelve bytes", "", `'); DROP TABLE x; --`}, []bool{false, true, false}), money, count,
		table.NewTime("day", "2006-01-02", []float64{0, 1709596800, -86400}), table.NewTime("at", "", []float64{1709596861, nan, .25}),
	}}
	path := filepath.Join(t.TempDir(), "x.duckdb")
	w, err := NewWriter(path, `sales"; --`, x.Schema())
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for range 1500 { // over a vector's end
		if err := w.Write(x); err != nil {
			t.Fatal(err)
		}
		rows += 3
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Dir(path) + "/*")
	if err != nil || len(left) != 1 {
		t.Errorf("%v %q", err, left)
	}
	db := &DB{path: path}
	var config mapping.Config
	if mapping.CreateConfig(&config) == mapping.StateError {
		t.Fatal("config")
	}
	defer mapping.DestroyConfig(&config)
	var message string
	if mapping.OpenExt(path, &db.db, config, &message) == mapping.StateError {
		t.Fatal(message)
	}
	defer mapping.Close(&db.db)
	c, err := db.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	got, err := c.cells(ctx, `SELECT COLUMNS(*)::VARCHAR FROM "sales""; --" LIMIT 3`)
	want := "[[{苹果 and more than twelve bytes true} {1.0 true} {1099511627776 true} {1970-01-01 true} {2024-03-05 00:01:01 true}]" +
		" [{ false} { false} {-1 true} {2024-03-05 true} { false}] [{'); DROP TABLE x; -- true} {-2.0 true} { false} {1969-12-31 true} {1970-01-01 00:00:00.25 true}]]"
	if err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v\n%v\n%v", err, got, want)
	}
	if n, err := c.count(ctx, `"sales""; --"`); err != nil || n != int64(rows) {
		t.Errorf("%v, %d rows", err, n)
	}
	if _, err := NewWriter(filepath.Join(t.TempDir(), "no", "x.duckdb"), "x", x.Schema()); err == nil {
		t.Error("a folder that is not there")
	}
}
