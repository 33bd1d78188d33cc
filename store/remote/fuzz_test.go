package remote

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"shoptwin/core"
)

// FuzzSQLite damages a small database at two places: it is read, or refused
// with words, within seconds.
func FuzzSQLite(f *testing.F) {
	whole, err := os.ReadFile(made(f, "CREATE TABLE t(a, b TEXT)", "CREATE VIEW v AS SELECT a FROM t", "INSERT INTO t VALUES (1, 'x'), (NULL, x'00'), (2.5, 'yy')", "CREATE INDEX i ON t(a)"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(16, byte(1), 100, byte(13), "t")
	f.Add(4096, byte(0), 4103, byte(0xff), "v")
	f.Add(60, byte(200), 8190, byte(7), "")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, at1 int, to1 byte, at2 int, to2 byte, table string) {
		b := append([]byte{}, whole...)
		for _, c := range []struct {
			at int
			to byte
		}{{at1, to1}, {at2, to2}} {
			if c.at >= 16 && c.at < len(b) {
				b[c.at] = c.to
			}
		}
		path := filepath.Join(dir, "x.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, _, _, err := readAll(ctx, path, Choice{Table: table})
		var e *core.Error
		if err != nil && (!errors.As(err, &e) || e.Kind == core.Internal || e.Hint == "") {
			t.Fatal(err)
		}
	})
}
