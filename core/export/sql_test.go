package export

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"shoptwin/core/table"
)

// A script makes the same table again, whatever its names and texts hold.
func TestScript(t *testing.T) {
	x := sample()
	x.Columns = append(x.Columns, table.NewText(`a" TEXT); DROP TABLE "x`, []string{`'); DROP TABLE x; --`, `\'); DROP TABLE x; --`, "nul\x00", "''", `"`, "`"}, nil))
	many := &table.Table{}
	for _, c := range x.Columns {
		rows := make([]int, 1300)
		for i := range rows {
			rows[i] = i % 6
		}
		many.Columns = append(many.Columns, c.Take(rows))
	}
	name := `sales"; DROP TABLE x; --`
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE x(a)"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(string(write(t, many, Options{Format: SQL, Table: name}, 700))); err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(`SELECT * FROM "sales""; DROP TABLE x; --"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		cells := make([]sql.NullString, len(many.Columns))
		places := make([]any, len(cells))
		for i := range cells {
			places[i] = &cells[i]
		}
		if err := rows.Scan(places...); err != nil {
			t.Fatal(err)
		}
		for i, c := range many.Columns {
			if cells[i].Valid == c.Missing(n) {
				t.Fatalf("row %d, column %q: %v", n, c.Name, cells[i])
			}
			if want := strings.ReplaceAll(c.Cell(n), "\x00", "\uFFFD"); c.Kind == table.Text && cells[i].String != want {
				t.Fatalf("row %d, column %q: %q, want %q", n, c.Name, cells[i].String, want)
			}
		}
		n++
	}
	if rows.Err() != nil || n != 1300 {
		t.Errorf("%v, %d rows", rows.Err(), n)
	}
	if _, err := db.Exec("SELECT * FROM x"); err != nil {
		t.Error("the other table is gone")
	}
}

func TestDialects(t *testing.T) {
	x := &table.Table{Columns: []*table.Column{table.NewText("a`]\"", []string{`\'`}, nil), table.NewTime("t", "", []float64{0}), table.NewNumber("n", []float64{.5})}}
	for dialect, want := range map[string][]string{
		"":          {`"a` + "`]" + `"""`, "TIMESTAMP", "DOUBLE PRECISION", `/*!40101 ALTER TABLE "data" MODIFY "t" DATETIME(6) */;`, `('\''', '1970-01-01 00:00:00', 0.5)`, "NO_BACKSLASH_ESCAPES"},
		"mysql":     {"`a``]\"`", "DATETIME(6)", "DOUBLE", `('\''',`, "NO_BACKSLASH_ESCAPES"},
		"sqlserver": {"[a`]]\"]", "DATETIME2", "FLOAT", `(N'\''',`},
	} {
		got := string(write(t, x, Options{Format: SQL, Dialect: dialect}, 9))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %s in\n%s", dialect, w, got)
			}
		}
	}
	if _, err := New(nil, x.Schema(), Options{Format: SQL, Dialect: "x"}); err == nil {
		t.Error("a dialect that is not there")
	}
	for name, want := range map[string]string{"a.sql": "", "a.mysql.sql": "mysql", "a.MSSQL.sql.gz": "sqlserver"} {
		if got := DialectOf(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
