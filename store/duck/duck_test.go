package duck

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"shoptwin/core"
	"shoptwin/core/recipe"
	"shoptwin/core/source"
	"shoptwin/core/table"
)

var ctx = context.Background()

func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(path, Options{MemoryMB: 512, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// load imports CSV text as dataset name.
func load(t testing.TB, db *DB, name, text string) Imported {
	t.Helper()
	imp, err := db.Import(ctx, name, write(t, name+".csv", []byte(text)), source.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return imp
}

// dump is a dataset as lines of cells joined by |.
func dump(t testing.TB, db *DB, name string) string {
	t.Helper()
	header, rows, total, err := db.Page(ctx, name, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{strings.Join(header, "|")}
	for _, r := range rows {
		lines = append(lines, strings.Join(r, "|"))
	}
	if int(total) != len(rows) {
		t.Errorf("%s: %d rows of %d", name, len(rows), total)
	}
	return strings.Join(lines, "\n")
}

func TestInference(t *testing.T) {
	column := func(header string, cells ...string) string {
		return header + ",z\n" + strings.Join(cells, ",1\n") + ",1\n"
	}
	repeat := func(n int, cell string) (out []string) {
		for range n {
			out = append(out, cell)
		}
		return out
	}
	for _, tt := range []struct {
		name, in string
		want     table.Field
		problem  string
		shown    string // the first cell
	}{
		{"whole numbers", column("x", "1", "-2", "", "3"), table.Field{Kind: table.Number}, "", "1"},
		{"decimals", column("x", "1.5", "2", "3.25"), table.Field{Kind: table.Number, Decimals: 2}, "", "1.50"},
		{"exponents", column("x", "1e3", "2.5E-2"), table.Field{Kind: table.Number, Decimals: -1}, "", "1000"},
		{"leading zeros", column("x", "00123", "45"), table.Field{Kind: table.Text}, "", "00123"},
		{"zero point something", column("x", "0.5", "0"), table.Field{Kind: table.Number, Decimals: 1}, "", "0.5"},
		{"too large to be exact", column("x", "9007199254740993", "1"), table.Field{Kind: table.Text}, "", "9007199254740993"},
		{"too many digits to be exact", column("x", "12345678901234567890.01", "1"), table.Field{Kind: table.Text}, "", "12345678901234567890.01"},
		{"infinite", column("x", "1e999", "1"), table.Field{Kind: table.Text}, "", "1e999"},
		{"hexadecimal", column("x", "0x1F", "0x2F"), table.Field{Kind: table.Text}, "", "0x1F"},
		{"underscores", column("x", "1_000", "2_000"), table.Field{Kind: table.Text}, "", "1_000"},
		{"nearly all numbers", column("x", append(repeat(31, "5"), "twelve")...), table.Field{Kind: table.Text}, `3.1 % of the cells are not numbers, such as "twelve"`, "5"},
		{"ISO dates", column("x", "2024-03-05", "", "2024-12-31"), table.Field{Kind: table.Time, Layout: "2006-01-02"}, "", "2024-03-05"},
		{"dates and times", column("x", "2024-03-05 10:00:00", "2024-03-06"), table.Field{Kind: table.Time, Layout: "2006-01-02 15:04:05"}, "", "2024-03-05 10:00:00"},
		{"day first by evidence", column("x", "05/03/2024", "25/03/2024"), table.Field{Kind: table.Time, Layout: "02/01/2006"}, "", "05/03/2024"},
		{"month first by evidence", column("x", "3/5/2024 8:26", "3/25/2024 18:26"), table.Field{Kind: table.Time, Layout: "1/2/2006 15:04"}, "", "3/5/2024 08:26"},
		{"day and month in doubt", column("x", "05/03/2024", "06/03/2024"), table.Field{Kind: table.Time, Layout: "02/01/2006"}, "Day and month could be swapped", "05/03/2024"},
		{"six digits of a second", column("x", "2024-03-05 10:00:00.250000", "2024-03-05 10:00:01.000000"), table.Field{Kind: table.Time, Layout: "2006-01-02 15:04:05.999999"}, "", "2024-03-05 10:00:00.25"},
		{"with zone", column("x", "2024-03-05T10:00:00Z"), table.Field{Kind: table.Time, Layout: "2006-01-02T15:04:05Z"}, "", "2024-03-05T10:00:00Z"},
		{"mixed dates", column("x", "2024-03-05", "05/03/2024", "Mar 5 2024", "2024-04-05"), table.Field{Kind: table.Text}, `such as "05/03/2024" beside "2024-03-05"`, "2024-03-05"},
		{"no such day", column("x", "2024-02-30", "2024-02-31"), table.Field{Kind: table.Text}, "", "2024-02-30"},
		{"digits named date", column("order_date", "20240305", "20240306"), table.Field{Kind: table.Time, Layout: "20060102"}, "", "20240305"},
		{"digits", column("x", "20240305", "20240306"), table.Field{Kind: table.Number}, "", "20240305"},
		{"decimal commas", column("x", `"12,50"`, "7", `"1.299,90"`), table.Field{Kind: table.Number, Decimals: 2}, "", "12.50"},
		{"decimal commas but one", column("x", append(repeat(31, `"1,5"`), "twelve")...), table.Field{Kind: table.Text}, "", "1,5"},
		{"commas in doubt", column("x", `"1,250"`, `"3,999"`, "7"), table.Field{Kind: table.Text}, `several ways, such as "1,250": repair the column to number`, "1,250"},
		{"money", column("x", "￥3899.70", "12.80元", `"1,299.90"`, "6.00"), table.Field{Kind: table.Text}, `several ways, such as "￥3899.70": repair the column to number`, "￥3899.70"},
		{"minus behind", column("x", "12.50-", "7.00"), table.Field{Kind: table.Text}, `such as "12.50-": repair the column to number`, "12.50-"},
		{"zip codes", column("x", "00501", "10115", "80331"), table.Field{Kind: table.Text}, "", "00501"},
		{"all missing", column("x", "", "NA"), table.Field{Kind: table.Text}, "", ""},
		{"truth", column("x", "true", "false"), table.Field{Kind: table.Text}, "", "true"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, "")
			imp := load(t, db, "d", tt.in)
			got := imp.Columns[0]
			if got.Kind != tt.want.Kind || got.Decimals != tt.want.Decimals || got.Layout != tt.want.Layout {
				t.Errorf("got %+v, want %+v", got.Field, tt.want)
			}
			if problems := strings.Join(got.Problems, " "); tt.problem == "" && problems != "" || !strings.Contains(problems, tt.problem) {
				t.Errorf("problems %q, want %q", problems, tt.problem)
			}
			if _, rows, _, err := db.Page(ctx, "d", 0, 1); err != nil || rows[0][0] != tt.shown {
				t.Errorf("%v %q, want %q", err, rows, tt.shown)
			}
		})
	}
}

// A cell far beyond the sample decides, too.
func TestInferenceSeesAllRows(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,y,z\n")
	for i := range 9001 {
		if i == 7777 {
			b.WriteString("twelve,2024-13-01,about 3\n")
			continue
		}
		fmt.Fprintf(&b, "%d,2024-03-05,\"%d,5\"\n", i, i)
	}
	imp := load(t, open(t, ""), "d", b.String())
	for _, c := range imp.Columns {
		if c.Kind != table.Text || len(c.Problems) != 1 {
			t.Errorf("%+v", c)
		}
	}
}

// What Columns gives is what was imported.
func TestColumnsRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const rows = 5000 // more than two chunks
	num, sec, texts, missing := make([]float64, rows), make([]float64, rows), make([]string, rows), make([]bool, rows)
	for i := range num {
		num[i] = math.Round(rng.NormFloat64()*1e6) / 100
		sec[i] = float64(1600000000 + rng.IntN(1e8))
		texts[i] = strings.Repeat("é\"x,中\n"[:rng.IntN(3)], rng.IntN(9)) + fmt.Sprintf("v%d", rng.IntN(50))
		texts[i] = strings.ToValidUTF8(texts[i], "?")
		if missing[i] = rng.IntN(10) == 0; missing[i] {
			num[i], sec[i] = math.NaN(), math.NaN()
		}
	}
	want := &table.Table{Columns: []*table.Column{table.NewNumber("n", num), table.NewTime("t", "2006-01-02 15:04:05", sec), table.NewText("s", texts, missing)}}
	want.Columns[0].Decimals = 2
	var b strings.Builder
	b.WriteString("n,t,s\n")
	for i := range rows {
		for k, c := range want.Columns {
			if k > 0 {
				b.WriteByte(',')
			}
			if !c.Missing(i) {
				b.WriteString(`"` + strings.ReplaceAll(c.Cell(i), `"`, `""`) + `"`)
			}
		}
		b.WriteByte('\n')
	}
	db := open(t, filepath.Join(t.TempDir(), "data.duckdb"))
	load(t, db, "d", b.String())
	got, err := db.Columns(ctx, "d", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Check(); err != nil || got.Rows() != rows {
		t.Fatalf("%v, %d rows", err, got.Rows())
	}
	for k, c := range want.Columns {
		if got.Columns[k].Kind != c.Kind {
			t.Fatalf("column %s is %v", c.Name, got.Columns[k].Kind)
		}
		for i := range rows {
			if got.Columns[k].Cell(i) != c.Cell(i) {
				t.Fatalf("%s, row %d: %q, want %q", c.Name, i, got.Columns[k].Cell(i), c.Cell(i))
			}
		}
	}
	some, err := db.Columns(ctx, "d", []string{"s", "n"})
	if err != nil || len(some.Columns) != 2 || some.Columns[0].Name != "s" || some.Columns[1].Cell(7) != want.Columns[0].Cell(7) {
		t.Errorf("two columns: %v", err)
	}
	if _, err := db.Columns(ctx, "d", []string{"q"}); core.KindOf(err) != core.NotFound {
		t.Errorf("a column that is not there: %v", err)
	}
}

func TestRejectsAndProfile(t *testing.T) {
	db := open(t, "")
	imp := load(t, db, "d", "id,price,name\n1,2.50,milk\n2,3\n3,\"x\n4,1.00,milk\n5,,bread\n5,,bread\n")
	if imp.Rows != 4 || imp.Rejected != 2 || len(imp.SHA256) != 64 {
		t.Errorf("%+v", imp)
	}
	rejects, n, err := db.Rejects(ctx, "d", 0, 10)
	if err != nil || n != 2 || len(rejects) != 2 || rejects[0].Line != 3 || rejects[0].Raw != "2,3" || rejects[1].Column != "price" {
		t.Errorf("%v %d %+v", err, n, rejects)
	}
	if rejects, _, err = db.Rejects(ctx, "d", 1, 1); err != nil || len(rejects) != 1 || rejects[0].Line != 4 {
		t.Errorf("second page: %v %+v", err, rejects)
	}
	p, err := db.Profile(ctx, "d")
	if err != nil {
		t.Fatal(err)
	}
	price := p.Columns[1]
	if p.Rows != 4 || p.Repeated != 1 || price.Missing != 2 || *price.Mean != 1.75 || *price.Min != 1 || *price.Max != 2.5 || price.Quantiles.P50 != 1.75 {
		t.Errorf("%+v", p)
	}
	var sum int64
	for _, b := range price.Histogram {
		sum += b.Count
	}
	if sum != 2 || len(price.Histogram) > bars || len(price.Problems) != 1 {
		t.Errorf("histogram %v, problems %q", price.Histogram, price.Problems)
	}
	if top := p.Columns[2].Top; len(top) != 2 || top[0] != (ValueCount{"bread", 2}) {
		t.Errorf("top %v", top)
	}
}

// The database reaches nothing outside its own folder, and cannot be told to.
func TestSandbox(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "data.duckdb"))
	c, err := db.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	out := filepath.Join(t.TempDir(), "x.csv")
	secret := write(t, "secret.csv", []byte("a\n1\n"))
	for _, sql := range []string{
		"SELECT * FROM read_csv(" + literal(secret) + ")",
		"SELECT * FROM " + literal(secret),
		"SELECT * FROM read_text(" + literal(filepath.Join(db.dir, "..", "..", filepath.Base(filepath.Dir(secret)), "secret.csv")) + ")",
		"COPY (SELECT 1) TO " + literal(out),
		"ATTACH " + literal(filepath.Join(t.TempDir(), "other.duckdb")),
		"INSTALL httpfs", "LOAD httpfs",
		"SET enable_external_access = true",
		"SET memory_limit = '99GB'",
		"SELECT * FROM read_csv('https://localhost:1/x.csv')",
		"EXPORT DATABASE " + literal(t.TempDir()),
	} {
		if err := c.exec(ctx, sql); err == nil {
			t.Errorf("went through: %s", sql)
		}
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Error("a file was written outside")
	}
}

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p", "data.duckdb")
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	load(t, db, `odd "name'; DROP TABLE x; --`, "a\n1\n2\n")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Tables(ctx); err == nil {
		t.Error("a closed database answers")
	}
	again := open(t, path)
	if got := dump(t, again, `odd "name'; DROP TABLE x; --`); got != "a\n1\n2" {
		t.Errorf("read again: %q", got)
	}
	if err := again.SetRole(ctx, `odd "name'; DROP TABLE x; --`, "a", table.Key); err != nil {
		t.Error(err)
	}
	if cols, rows, _, err := again.Info(ctx, `odd "name'; DROP TABLE x; --`); err != nil || rows != 2 || cols[0].Role != table.Key {
		t.Errorf("%v %d %+v", err, rows, cols)
	}
	if err := again.Drop(ctx, `odd "name'; DROP TABLE x; --`); err != nil {
		t.Error(err)
	}
	if err := again.Drop(ctx, "nothing"); core.KindOf(err) != core.NotFound {
		t.Errorf("dropping nothing: %v", err)
	}
	var e *core.Error
	if _, err := Open(path, Options{}); !errors.As(err, &e) || e.Kind != core.Conflict || e.Hint == "" {
		t.Errorf("opened twice: %v", err)
	}
	other := exec.Command(os.Args[0], "-test.run", "^TestOpenElsewhere$")
	other.Env = append(os.Environ(), "DUCK_OPEN="+path)
	if out, err := other.CombinedOutput(); err != nil {
		t.Errorf("a second program: %v\n%s", err, out)
	}
	bad := write(t, "bad.duckdb", bytes.Repeat([]byte("no database "), 1000))
	if _, err := Open(bad, Options{}); !errors.As(err, &e) || e.Kind != core.Invalid || e.Hint == "" {
		t.Errorf("a file that is no database: %v", err)
	}
}

// TestOpenElsewhere is the second program of TestOpen.
func TestOpenElsewhere(t *testing.T) {
	path := os.Getenv("DUCK_OPEN")
	if path == "" {
		path = filepath.Join(t.TempDir(), "data.duckdb")
		open(t, path)
	}
	var e *core.Error
	if _, err := Open(path, Options{}); !errors.As(err, &e) || e.Kind != core.Conflict || e.Hint == "" {
		t.Errorf("%v", err)
	}
}

// A killed run's temporary files are gone after the next start.
func TestSweep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.duckdb")
	if err := os.MkdirAll(filepath.Join(path+".tmp", "parquet-1"), 0o700); err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	if left, err := os.ReadDir(db.dir); err != nil || len(left) != 0 {
		t.Errorf("%v %v", err, left)
	}
}

func TestExplain(t *testing.T) {
	db := &DB{path: "/home/p/data.duckdb"}
	for _, tt := range []struct {
		says string
		kind core.Kind
	}{
		{"IO Error: Could not write file: No space left on device", core.Full},
		{"Out of Memory Error: failed to offload data block of size 256.0 KiB (21.3 MiB/21.5 MiB used).", core.Full},
		{"Out of Memory Error: could not allocate block", core.Full},
		{"INTERRUPT Error: Interrupted!", core.Cancelled},
		{"IO Error: Could not set lock on file: Conflicting lock is held", core.Conflict},
		{"IO Error: The file exists, but it is not a valid DuckDB database file!", core.Invalid},
		{"FATAL Error: database has been invalidated because of a previous fatal error", core.Invalid},
		{"IO Error: Cannot open file: Permission denied", core.Invalid},
		{"Binder Error: no such column", core.Internal},
	} {
		var e *core.Error
		if err := db.explain(tt.says, mapping.ErrorTypeInvalid); !errors.As(err, &e) || e.Kind != tt.kind || e.Hint == "" && tt.kind != core.Internal && tt.kind != core.Cancelled {
			t.Errorf("%s: %v (%v)", tt.says, err, e.Kind)
		}
	}
}

// The same recipe gives the same cells, whatever the number of threads.
func TestReproducible(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	b.WriteString("k,x,y\n")
	for range 300000 {
		if rng.IntN(20) == 0 {
			fmt.Fprintf(&b, "k%d,,%d\n", rng.IntN(5000), rng.IntN(100))
		} else {
			fmt.Fprintf(&b, "k%d,%v,%d\n", rng.IntN(5000), rng.NormFloat64()*1000, rng.IntN(100))
		}
	}
	r, err := recipe.Parse(strings.NewReader(`{"from": "d", "steps": [{"do": "fill", "columns": ["x"], "with": "mean"}, {"do": "standardise", "columns": ["x"]},
		{"do": "drop_duplicates", "columns": ["k", "y"]}, {"do": "onehot", "columns": ["k"], "levels": 3}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var first *table.Table
	for _, threads := range []int{1, 2, 4} {
		db, err := Open("", Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		load(t, db, "d", b.String())
		if _, err := db.Run(ctx, r, "out", nil); err != nil {
			t.Fatal(err)
		}
		got, err := db.Columns(ctx, "out", nil)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		}
		for k, c := range got.Columns {
			for i, x := range c.Num {
				if math.Float64bits(x) != math.Float64bits(first.Columns[k].Num[i]) {
					t.Fatalf("%d threads, %s, row %d: %v and %v", threads, c.Name, i, x, first.Columns[k].Num[i])
				}
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
