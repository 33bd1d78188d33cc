package duck

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/source"
)

func TestFolder(t *testing.T) {
	db := open(t, "")
	dir := filepath.Join(t.TempDir(), "sales")
	put := func(name, text string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("2024/01.csv", "id,qty\n1,2\n2,x\n3\n")
	put("2024/02.csv", "QTY;ID\n4;3\n")
	put("readme.pdf", "%PDF")
	put(".hidden.csv", "a\n1\n")
	imp, err := db.Import(ctx, "sales", dir, source.Options{}, nil)
	if err != nil || imp.Rows != 3 || imp.Rejected != 1 || len(imp.Info.Files) != 2 || imp.SHA256 == "" {
		t.Fatalf("%v %+v", err, imp)
	}
	header, rows, _, err := db.Page(ctx, "sales", 0, 9)
	if err != nil || strings.Join(header, "|") != "file|id|qty" || strings.Join(rows[2], "|") != "2024/02.csv|3|4" {
		t.Errorf("%v %q %q", err, header, rows)
	}
	if !strings.Contains(strings.Join(imp.Info.Notes, " "), "readme.pdf") {
		t.Errorf("notes %q", imp.Info.Notes)
	}
	rejects, _, err := db.Rejects(ctx, "sales", 0, 9)
	if err != nil || len(rejects) != 1 || !strings.HasPrefix(rejects[0].Reason, "2024/01.csv: ") || rejects[0].Line != 4 {
		t.Errorf("%v %+v", err, rejects)
	}
	fails := func(says string) {
		t.Helper()
		_, err := db.Import(ctx, "again", dir, source.Options{}, nil)
		if core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	put("2024/03.csv", "id,quantity\n1,2\n")
	fails(`2024/03.csv lacks "qty" and has "quantity"`)
	if imp, err := db.Import(ctx, "all", dir, source.Options{Union: true}, nil); err != nil || imp.Rows != 4 || len(imp.Columns) != 4 {
		t.Errorf("%v %+v", err, imp)
	}
	if runtime.GOOS == "windows" {
		return
	}
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("id,qty\n8,9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "2024", "04.csv")); err != nil {
		t.Fatal(err)
	}
	fails("04.csv is a link that leads out of the folder")
	if tables, err := db.Tables(ctx); err != nil || len(tables) != 2 {
		t.Errorf("%v %q", err, tables)
	}
}

// Parquet files of one shape are one table, in the order of their names.
func TestParquetFolder(t *testing.T) {
	db := open(t, "")
	dir := filepath.Join(t.TempDir(), "sales")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	plain, done := plainConn(t, "", 500)
	defer done()
	put := func(name, sql string) {
		t.Helper()
		if err := plain.exec(ctx, "COPY ("+sql+") TO "+literal(filepath.Join(dir, name))+" (FORMAT parquet)"); err != nil {
			t.Fatal(err)
		}
	}
	put("b.parquet", "SELECT 3 AS id, 'York' AS city, 'x' AS file")
	put("a.parquet", "SELECT 'Hull' AS CITY, range AS ID, NULL AS file FROM range(2)")
	imp, err := db.Import(ctx, "sales", dir, source.Options{}, nil)
	if err != nil || imp.Rows != 3 || len(imp.Info.Files) != 2 || imp.Info.Files[0].Rows != 2 || imp.SHA256 == "" {
		t.Fatalf("%v %+v", err, imp)
	}
	header, rows, _, err := db.Page(ctx, "sales", 0, 9)
	if got := strings.Join(header, "|") + " " + strings.Join(rows[0], "|") + " " + strings.Join(rows[2], "|"); err != nil || got != "file_2|CITY|ID|file a.parquet|Hull|0| b.parquet|York|3|x" {
		t.Errorf("%v %q", err, got)
	}
	put("c.parquet", "SELECT 4 AS id, 'Bath' AS town")
	if _, err := db.Import(ctx, "again", dir, source.Options{}, nil); core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), `c.parquet has "id", "town"`) {
		t.Error(err)
	}
	if imp, err := db.Import(ctx, "all", dir, source.Options{Union: true}, nil); err != nil || imp.Rows != 4 || len(imp.Columns) != 5 {
		t.Errorf("%v %+v", err, imp)
	}
	if err := os.WriteFile(filepath.Join(dir, "d.csv"), []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Import(ctx, "mixed", dir, source.Options{}, nil); core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), "3 Parquet files and 1 others") {
		t.Error(err)
	}
}
