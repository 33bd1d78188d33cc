package remote

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shoptwin/core"
	"shoptwin/core/source"
)

// made makes an SQLite file by statements.
func made(t testing.TB, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop #1?.db")
	db, err := sql.Open("sqlite", "file:"+strings.NewReplacer("#", "%23", "?", "%3f").Replace(filepath.ToSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll reads all rows as text; a missing cell is ∅.
func readAll(ctx context.Context, path string, what Choice) (header string, rows []string, info source.Info, err error) {
	a, err := ParseAddress(path)
	if err != nil {
		return "", nil, info, err
	}
	db, err := Open(ctx, a, "")
	if err != nil {
		return "", nil, info, err
	}
	defer db.Close()
	info, sum, err := db.Read(ctx, what, source.Sink{
		Header: func(names []string) error { header = strings.Join(names, "|"); return nil },
		Row: func(_ int64, cells [][]byte) error {
			var b strings.Builder
			for i, c := range cells {
				if i > 0 {
					b.WriteByte('|')
				}
				if c == nil {
					b.WriteString("∅")
				}
				b.Write(c)
			}
			rows = append(rows, b.String())
			return nil
		},
		Reject: func(source.Reject) error { return nil },
	}, nil)
	if err == nil && len(sum) != 64 {
		err = fmt.Errorf("hash %q", sum)
	}
	return header, rows, info, err
}

func TestSQLite(t *testing.T) {
	ctx := context.Background()
	path := made(t,
		`CREATE TABLE sales(id INTEGER, price NUMERIC, name TEXT, day DATE, at DATETIME, yes BOOLEAN, photo BLOB, any)`,
		`INSERT INTO sales VALUES (9007199254740993, 1.5, 'Café "x"', '2024-03-05', '2024-03-05 14:30:00', 1, x'00ff', 1e300), (NULL, NULL, '', NULL, NULL, 0, NULL, 'NA'), (2, 12345678.25, '苹果', '2024-03-06', '2024-03-06 00:00:00', NULL, x'', 'text')`,
		`CREATE TABLE "we""ird; DROP TABLE sales; --"("a""b; --" TEXT)`,
		`INSERT INTO "we""ird; DROP TABLE sales; --" VALUES ('x')`,
		`CREATE VIEW "cheap" AS SELECT id FROM sales WHERE price < 2`,
	)
	header, rows, info, err := readAll(ctx, path, Choice{Table: "sales"})
	want := `9007199254740993|1.5|Café "x"|2024-03-05|2024-03-05 14:30:00|true|\x00ff|1e+300` +
		"¶∅|∅|∅|∅|∅|false|∅|∅¶2|12345678.25|苹果|2024-03-06|2024-03-06 00:00:00|∅|∅|text"
	if err != nil || header != "id|price|name|day|at|yes|photo|any" || strings.Join(rows, "¶") != want {
		t.Errorf("%v\n%s\n%s", err, header, strings.Join(rows, "¶"))
	}
	if info.Format != "sqlite" || info.Rows != 3 || info.Missing["NA"] != 1 {
		t.Errorf("%+v", info)
	}
	header, rows, _, err = readAll(ctx, path, Choice{Table: `we"ird; DROP TABLE sales; --`})
	if err != nil || header != `a"b; --` || strings.Join(rows, "") != "x" {
		t.Errorf("%v %q %q", err, header, rows)
	}
	_, rows, _, err = readAll(ctx, path, Choice{Query: "SELECT count(*) FROM sales ; "})
	if err != nil || strings.Join(rows, "") != "3" {
		t.Errorf("%v %q", err, rows)
	}
	_, rows, _, err = readAll(ctx, path, Choice{Table: "CHEAP"})
	if err != nil || strings.Join(rows, "") != "9007199254740993" {
		t.Errorf("%v %q", err, rows)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	for _, tt := range []struct {
		what Choice
		says string
	}{
		{Choice{}, "holds 3 tables"},
		{Choice{Table: "nope"}, "cheap, sales"},
		{Choice{Table: "sales; DROP TABLE sales"}, "has no table"},
		{Choice{Table: "sales", Query: "SELECT 1"}, "only one"},
		{Choice{Query: "DELETE FROM sales"}, "readonly"},
		{Choice{Query: "DROP TABLE sales"}, "readonly"},
		{Choice{Query: "SELECT * FROM sales; DELETE FROM sales"}, "readonly"},
		{Choice{Query: "ATTACH '" + other + "' AS o"}, "attached"},
		{Choice{Query: "SELEC 1"}, "syntax"},
		{Choice{Query: "SELECT * FROM sales WHERE 1=0"}, "no rows"},
	} {
		_, _, _, err := readAll(ctx, path, tt.what)
		var e *core.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.says) || e.Hint == "" {
			t.Errorf("%+v: %v, want %q and a way out", tt.what, err, tt.says)
		}
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("a query made another file")
	}
	if _, rows, _, err := readAll(ctx, path, Choice{Table: "sales"}); err != nil || len(rows) != 3 {
		t.Errorf("after all that: %v, %d rows", err, len(rows))
	}
}

func TestBrokenSQLite(t *testing.T) {
	whole, err := os.ReadFile(made(t, "CREATE TABLE t(a)", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT 'row ' || i FROM n"))
	if err != nil {
		t.Fatal(err)
	}
	zeroed := bytes.Clone(whole)
	clear(zeroed[4096:8192])
	for name, b := range map[string][]byte{"cut": whole[:len(whole)/2], "a page of zeros": zeroed, "only its mark": whole[:16], "none": []byte("a,b\n1,2\n")} {
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, _, err := readAll(context.Background(), path, Choice{})
		var e *core.Error
		if !errors.As(err, &e) || e.Kind == core.Internal || e.Hint == "" || !strings.Contains(err.Error(), "x.db") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddress(t *testing.T) {
	for _, tt := range []struct{ in, kind, shown, says string }{
		{"postgres://li@shop.example/sales", "postgres", "postgres://li@shop.example:5432/sales", ""},
		{"postgresql://li@127.0.0.1:5433/sales?sslmode=require", "postgres", "postgres://li@127.0.0.1:5433/sales", ""},
		{"MariaDB://li@[::1]/sales", "mysql", "mysql://li@[::1]:3306/sales", ""},
		{"sqlserver://sa@host?database=shop&encrypt=true", "sqlserver", "sqlserver://sa@host:1433/shop", ""},
		{"/data/shop.db", "sqlite", "shop.db", ""},
		{"sqlite:///data/shop.db", "sqlite", "shop.db", ""},
		{"postgres://li:geheim@host/db", "", "", "leave it out"},
		{"postgres://li@host/db?password=geheim", "", "", `"password"`},
		{"mysql://li@host/db?allowAllFiles=true", "", "", "allowAllFiles"},
		{"postgres://li:geheim@host:port/db", "", "", "cannot be read"},
		{"postgres://li:ge%zzheim@host/db", "", "", "cannot be read"},
	} {
		a, err := ParseAddress(tt.in)
		switch {
		case tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "geheim")):
			t.Errorf("%s: %v", tt.in, err)
		case tt.says == "" && (err != nil || a.Kind != tt.kind || a.String() != tt.shown):
			t.Errorf("%s: %v %+v", tt.in, err, a)
		}
	}
}

// A server that answers nonsense, or nothing, and one that is not there.
func TestNoServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("HTTP/1.0 400 no\r\n\r\ngeheim"))
			_ = c.Close()
		}
	}()
	for _, scheme := range []string{"postgres", "mysql", "sqlserver"} {
		for _, host := range []string{l.Addr().String(), "127.0.0.1:1"} {
			a, err := ParseAddress(scheme + "://li@" + host + "/db")
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
			db, err := Open(ctx, a, "geheim")
			cancel()
			if err == nil {
				db.Close()
			}
			var e *core.Error
			if !errors.As(err, &e) || e.Hint == "" || strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), host) {
				t.Errorf("%s at %s: %v", scheme, host, err)
			}
		}
	}
}

func TestShape(t *testing.T) {
	for _, tt := range []struct {
		kind     kind
		in, want []string
	}{
		{truth, []string{"t", "f"}, []string{"true", "false"}},
		{moment, []string{"2024-03-05 06:30:00", "infinity"}, []string{"2024-03-05 06:30:00", "infinity"}},
		{moment, []string{"2024-03-05 06:30:00.25", "2024-03-05 06:30:00"}, []string{"2024-03-05 06:30:00.25", "2024-03-05 06:30:00.000"}},
		{zoned, []string{"2024-03-05 06:30:00+00", "0044-03-15 00:00:00+00 BC"}, []string{"2024-03-05T06:30:00Z", "0044-03-15 00:00:00+00 BC"}},
		{money, []string{"$1,234.50", "-$0.01"}, []string{"1234.50", "-0.01"}},
		{raw, []string{"\x00a"}, []string{`\x0061`}},
		{bits, []string{"\x01\x00", "\x00"}, []string{"256", "0"}},
		{moment, []string{"0000-00-00 00:00:00"}, []string{""}},
	} {
		s := shaper{kind: tt.kind}
		for i, in := range tt.in {
			if got := s.shape([]byte(in)); string(got) != tt.want[i] {
				t.Errorf("%q: %q, want %q", in, got, tt.want[i])
			}
		}
	}
	when := time.Date(2024, 3, 5, 6, 30, 0, 500, time.FixedZone("", 3600))
	for _, tt := range []struct {
		v    any
		k    kind
		want string
	}{
		{int64(-5), plain, "-5"}, {0.1, plain, "0.1"}, {float32(0.1), plain, "0.1"}, {1e300, plain, "1e+300"}, {123456789.125, plain, "123456789.125"},
		{true, plain, "true"}, {when, plain, "2024-03-05"}, {when, moment, "2024-03-05 06:30:00.0000005"}, {when, zoned, "2024-03-05 05:30:00.0000005"},
	} {
		if got, ok := textOf(tt.v, tt.k, nil); !ok || string(got) != tt.want {
			t.Errorf("%v: %q, want %q", tt.v, got, tt.want)
		}
	}
}
