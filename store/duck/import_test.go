package duck

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shoptwin/core"
	"shoptwin/core/source"
)

// An import that fails leaves nothing, one that is stopped ends soon.
func TestImportIsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.duckdb")
	db := open(t, path)
	load(t, db, "d", "a\n1\n")
	if _, err := db.Import(ctx, "D", write(t, "x.csv", []byte("a\n1\n")), source.Options{}, nil); core.KindOf(err) != core.Conflict {
		t.Errorf("a name in other case: %v", err)
	}
	huge := write(t, "huge.csv", bytes.Repeat([]byte("123456,some text or other,2024-03-05\n"), 2_000_000))
	stop, cancel := context.WithCancel(ctx)
	start := time.Time{}
	_, err := db.Import(stop, "big", huge, source.Options{NoHeader: true}, func(p core.Progress) {
		if p.Done > 20<<20 && start.IsZero() {
			start = time.Now()
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || time.Since(start) > 3*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	cut := gzipped([]byte("a,b\n" + strings.Repeat("1,2\n", 200000)))
	if _, err := db.Import(ctx, "cut", write(t, "cut.csv.gz", cut[:len(cut)-100]), source.Options{}, nil); core.KindOf(err) != core.Invalid {
		t.Errorf("a file cut short: %v", err)
	}
	if names, err := db.Tables(ctx); err != nil || strings.Join(names, " ") != "d" {
		t.Errorf("%v %q", err, names)
	}
	c, err := db.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	rows, err := c.cells(ctx, "SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY 1")
	if err != nil || fmt.Sprint(rows) != "[[{main.d true}] [{rejects.d true}] [{shoptwin.datasets true}]]" {
		t.Errorf("left behind: %v %v", err, rows)
	}
}

func gzipped(b []byte) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, _ = w.Write(b) // into memory
	_ = w.Close()
	return buf.Bytes()
}

func TestBadFiles(t *testing.T) {
	db := open(t, "")
	secret := write(t, "secret.csv", []byte("a\n1\n"))
	if err := os.Chmod(secret, 0); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, path string
		kind       core.Kind
	}{
		{"empty", write(t, "empty.csv", nil), core.Invalid},
		{"header only", write(t, "header.csv", []byte("a,b\n")), core.Invalid},
		{"folder", t.TempDir(), core.Invalid},
		{"not there", filepath.Join(t.TempDir(), "no.csv"), core.NotFound},
		{"cut Parquet", write(t, "cut.parquet", []byte("PAR1xxxxxxxxxxxxx")), core.Invalid},
		{"corrupt Parquet", write(t, "bad.parquet", []byte("PAR1"+strings.Repeat("x", 200)+"\x10\x00\x00\x00PAR1")), core.Invalid},
		{"corrupt Parquet, packed", write(t, "bad.parquet.gz", gzipped([]byte("PAR1"+strings.Repeat("x", 200)+"\x10\x00\x00\x00PAR1"))), core.Invalid},
		{"unreadable", secret, core.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := db.Import(ctx, "x", tt.path, source.Options{}, nil)
			if tt.name == "unreadable" && os.Geteuid() == 0 {
				if err == nil { // nothing is unreadable to root
					err = db.Drop(ctx, "x")
				}
				if err != nil {
					t.Error(err)
				}
				return
			}
			var e *core.Error
			if !errors.As(err, &e) || e.Kind != tt.kind || e.Hint == "" || !strings.Contains(e.Message, filepath.Base(tt.path)) {
				t.Errorf("%v (%v)", err, core.KindOf(err))
			}
		})
	}
	if names, err := db.Tables(ctx); err != nil || len(names) != 0 {
		t.Errorf("%v %q", err, names)
	}
}

// Parquet's types come as ours; gzipped it is the same.
func TestParquet(t *testing.T) {
	db := open(t, "")
	file := filepath.Join(db.dir, "made.parquet")
	c, err := db.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if err := c.exec(ctx, `COPY (SELECT 1::INTEGER AS i, 9007199254740993::BIGINT AS big, 12::BIGINT AS small, 1.50::DECIMAL(10,2) AS money, 0.1::FLOAT AS f,
		2.25::DOUBLE AS d, true AS yes, DATE '2024-03-05' AS day, TIMESTAMP '2024-03-05 10:00:00' AS moment, [1, 2] AS list, {'a': 1} AS struct,
		'NA' AS none, '05/03/2024' AS told, 'nan'::DOUBLE AS nan, '00123' AS code
		UNION ALL SELECT 2, 1, 13, 2.75, 0.5, 3, false, DATE '2024-03-06', TIMESTAMP '2024-03-05 11:30:00', NULL, NULL, 'x', '25/03/2024', 1, '7') TO `+literal(file)+` (FORMAT parquet)`); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := "i|big|small|money|f|d|yes|day|moment|list|struct|none|told|nan|code\n" +
		`1|9007199254740993|12|1.50|0.1|2.25|true|2024-03-05|2024-03-05 10:00:00|[1,2]|{"a":1}||05/03/2024||00123` + "\n" +
		`2|1|13|2.75|0.5|3.00|false|2024-03-06|2024-03-05 11:30:00|||x|25/03/2024|1|7`
	link := filepath.Join(t.TempDir(), "link.parquet")
	plain := write(t, "p.parquet", b)
	to, err := filepath.Rel(filepath.Dir(link), plain)
	if err == nil {
		err = os.Symlink(to, link)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"plain": plain, "linked": link, "packed": write(t, "p.parquet.gz", gzipped(b))} {
		imp, err := db.Import(ctx, name, path, source.Options{}, nil)
		if err != nil || imp.Info.Format != "parquet" || imp.Info.Gzip != (name == "packed") {
			t.Fatalf("%s: %v %+v", name, err, imp.Info)
		}
		if got := dump(t, db, name); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}
