package duck

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"shoptwin/core"
	"shoptwin/core/source"
)

// The fixed pipeline: a dirty file of receipts is imported, repaired, rid of
// duplicates, filled, clipped, joined, grouped and written; ours beside
// DuckDB's reader and one statement of SQL.
//
//	SHOPTWIN_ROWS=1000000 go test ./store/duck -run '^$' -bench Pipeline -benchtime 1x

// dirtyFile writes rows of receipts; one in fifty stands twice, one in ten
// thousand has a cell too many and is set aside.
func dirtyFile(t testing.TB, path string, rows int) (ragged int) {
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	rng := rand.New(rand.NewPCG(1, uint64(rows)))
	w.WriteString("receipt,date,customer,product,quantity,price,city\n")
	line, last, lastRagged := []byte{}, []byte{}, 0
	cities := []string{"York", "Leeds", " Hull", "New York", "", "上海"}
	for i := range rows {
		if i > 0 && rng.IntN(50) == 0 {
			w.Write(last)
			ragged += lastRagged
			continue
		}
		line = strconv.AppendInt(line[:0], int64(i/3), 10)
		day := time.Date(2024, 1, 1+rng.IntN(365), 0, 0, 0, 0, time.UTC)
		line = append(line, ',')
		switch rng.IntN(10) {
		case 0:
			line = day.AppendFormat(line, "02/01/2006")
		case 1:
			line = day.AppendFormat(line, "Jan 02 2006")
		default:
			line = day.AppendFormat(line, "2006-01-02")
		}
		line = append(line, ',')
		if rng.IntN(20) > 0 {
			line = strconv.AppendInt(append(line, 'c'), int64(rng.IntN(rows/20+1)), 10)
		}
		line = strconv.AppendInt(append(line, ",p"...), int64(rng.IntN(5000)), 10)
		line = append(line, ',')
		if rng.IntN(30) > 0 {
			line = strconv.AppendInt(line, int64(1+rng.IntN(12)), 10)
		}
		price := rng.ExpFloat64() * 20
		line = append(line, ',')
		switch rng.IntN(20) {
		case 0:
			line = strconv.AppendFloat(append(line, '$'), price, 'f', 2, 64)
		case 1:
			line = append(line, "n/a"...)
		case 2:
			line = strconv.AppendFloat(append(line, `"1,`...), 100+price, 'f', 2, 64)
			line = append(line, '"')
		default:
			line = strconv.AppendFloat(line, price, 'f', 2, 64)
		}
		line = append(append(line, ','), cities[rng.IntN(len(cities))]...)
		lastRagged = 0
		if rng.IntN(10_000) == 0 {
			line = append(line, ",more"...)
			lastRagged = 1
		}
		ragged += lastRagged
		line = append(line, '\n')
		last = append(last[:0], line...)
		w.Write(line)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return ragged
}

func productFile() string {
	text := "product,category,cost\n"
	for i := range 5000 {
		text += fmt.Sprintf("p%d,g%d,%d.50\n", i, i%40, i%90)
	}
	return text
}

const pipeline = `{"name": "pipeline", "from": "receipts", "steps": [
	{"do": "repair", "columns": ["price"], "to": "number"},
	{"do": "repair", "columns": ["date"], "to": "date", "day_first": true},
	{"do": "drop_duplicates"},
	{"do": "fill", "columns": ["quantity"], "with": "median"},
	{"do": "fill", "columns": ["price"], "with": "mean"},
	{"do": "clip", "columns": ["price"], "iqr": 3},
	{"do": "join", "table": "products", "on": ["product"]},
	{"do": "aggregate", "per": ["category", "date"], "to": "month", "make": ["spent = sum price", "units = sum quantity", "customers = distinct customer", "lines = rows"]}]}`

// plain is the same in SQL, as one would write it for DuckDB.
const plain = `CREATE TABLE out AS WITH
raw AS MATERIALIZED (SELECT receipt, date, customer, product, quantity, price, city FROM read_csv('%s', all_varchar = true, header = true, delim = ',', quote = '"', store_rejects = true)),
typed AS (SELECT CAST(receipt AS BIGINT) AS receipt, CAST(coalesce(try_strptime(date, '%%Y-%%m-%%d'), try_strptime(date, '%%d/%%m/%%Y'), try_strptime(date, '%%b %%d %%Y')) AS TIMESTAMP) AS date,
	customer, product, CAST(quantity AS DOUBLE) AS quantity, TRY_CAST(regexp_replace(price, '[$,]', '', 'g') AS DOUBLE) AS price, city FROM raw),
once AS MATERIALIZED (SELECT DISTINCT * FROM typed),
middle AS (SELECT quantile_cont(quantity, 0.5) AS quantity, avg(price) AS price FROM once),
filled AS MATERIALIZED (SELECT once.* REPLACE (coalesce(once.quantity, middle.quantity) AS quantity, coalesce(once.price, round(middle.price, 2)) AS price) FROM once, middle),
fence AS (SELECT quantile_cont(price, 0.25) AS a, quantile_cont(price, 0.75) AS b FROM filled),
clipped AS (SELECT filled.* REPLACE (least(greatest(price, a - 3 * (b - a)), b + 3 * (b - a)) AS price) FROM filled, fence)
SELECT category, date_trunc('month', date) AS date, sum(price) AS spent, sum(quantity) AS units, count(DISTINCT customer) AS customers, count(*) AS lines
FROM clipped LEFT JOIN read_csv('%s', header = true) USING (product) GROUP BY ALL ORDER BY ALL`

func whole(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// receipts is the pipeline's files and what a run may take.
type receipts struct {
	dir, file, products  string
	rows, ragged, memory int
}

func makeReceipts(t testing.TB) receipts {
	dir := t.TempDir()
	r := receipts{dir: dir, file: filepath.Join(dir, "receipts.csv"), rows: whole("SHOPTWIN_ROWS", 20_000), memory: whole("SHOPTWIN_MEMORY", 2048)}
	r.products = write(t, "products.csv", []byte(productFile()))
	r.ragged = dirtyFile(t, r.file, r.rows)
	return r
}

// ours imports the files and runs the recipe; every row is accounted for.
// trace, if not nil, sees the statements.
func (r receipts) ours(t testing.TB, trace func(string) func()) string {
	path := filepath.Join(r.dir, "ours.duckdb")
	defer os.Remove(path)
	db, err := Open(path, Options{MemoryMB: r.memory})
	if err != nil {
		t.Fatal(err)
	}
	db.trace = trace
	defer func() { _ = db.Close() }()
	imp, err := db.Import(ctx, "receipts", r.file, source.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if imp.Rows+imp.Rejected != int64(r.rows) || imp.Rejected != int64(r.ragged) {
		t.Errorf("%d rows in, %d kept and %d rejected of %d", r.rows, imp.Rows, imp.Rejected, r.ragged)
	}
	if _, err := db.Import(ctx, "products", r.products, source.Options{}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Run(ctx, parse(t, pipeline), "out", nil); err != nil {
		t.Fatal(err)
	}
	return digest(t, db)
}

// digest is the result in rows of text.
func digest(t testing.TB, db *DB) string {
	_, rows, _, err := db.Page(ctx, "out", 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for _, row := range rows {
		fmt.Fprintln(sum, strings.Join(row, "|"))
	}
	return fmt.Sprintf("%d rows %x", len(rows), sum.Sum(nil)[:4])
}

// same makes one call of the statements of ours, the files read by DuckDB.
func (r receipts) same(t testing.TB, statements []string) {
	files := []string{r.file, r.products}
	all := []string{"CREATE SCHEMA shoptwin", "CREATE SCHEMA rejects", "CREATE SCHEMA samples", "CREATE TABLE shoptwin.datasets(name VARCHAR, info VARCHAR)"}
	for _, sql := range statements {
		switch {
		case strings.HasPrefix(sql, "CREATE TEMP TABLE stage("):
			header, columns := "product,category,cost", []string{"row_number() OVER () - 1 AS _row"}
			if files[0] == r.file {
				header = "receipt,date,customer,product,quantity,price,city"
			}
			for k, name := range strings.Split(header, ",") {
				columns = append(columns, fmt.Sprintf("%s AS c%d", name, k))
			}
			sql = fmt.Sprintf("CREATE OR REPLACE TEMP TABLE stage AS SELECT %s FROM read_csv('%s', all_varchar = true, header = true, delim = ',', quote = '\"', store_rejects = true, nullstr = ['', 'n/a'])", strings.Join(columns, ", "), files[0])
			files = files[1:]
		case strings.HasPrefix(sql, "CREATE TEMP TABLE rejected("):
			sql = strings.Replace(sql, "CREATE TEMP", "CREATE OR REPLACE TEMP", 1)
		}
		all = append(all, sql)
	}
	r.plainly(t, strings.Join(all, ";\n"))
}

func (r receipts) plainly(t testing.TB, sql string) {
	path := filepath.Join(r.dir, "plain.duckdb")
	defer os.Remove(path)
	c, done := plainConn(t, path, r.memory)
	defer done()
	if err := c.exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}

// Every row of the pipeline is accounted for, and the result does not depend
// on threads; the rivals run.
func TestPipeline(t *testing.T) {
	r := makeReceipts(t)
	var statements []string
	first := r.ours(t, func(sql string) func() { statements = append(statements, sql); return func() {} })
	if again := r.ours(t, nil); again != first {
		t.Errorf("%s, then %s", first, again)
	}
	r.same(t, statements)
	r.plainly(t, fmt.Sprintf(plain, r.file, r.products))
}

func seconds() (wall, cpu float64) {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // no time then
	return float64(time.Now().UnixMicro()) / 1e6, float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// BenchmarkPipeline runs ours and its rivals in turn, SHOPTWIN_TURNS times, and
// reports medians, of each and of the turns' ratios; or, with SHOPTWIN_ALONE,
// ours only. SHOPTWIN_LEAN=0 leaves the lean statement out.
func BenchmarkPipeline(b *testing.B) {
	r := makeReceipts(b)
	var statements []string
	record := func(sql string) func() { statements = append(statements, sql); return func() {} }
	if os.Getenv("SHOPTWIN_ALONE") != "" {
		for b.Loop() {
			r.ours(b, nil)
		}
		return
	}
	racers := []struct {
		name string
		run  func()
		wall []float64
		cpu  []float64
	}{
		{name: "ours", run: func() { statements = nil; r.ours(b, record) }}, // statements of the last turn, for the next
		{name: "same", run: func() { r.same(b, statements) }},
		{name: "lean", run: func() { r.plainly(b, fmt.Sprintf(plain, r.file, r.products)) }},
	}
	if os.Getenv("SHOPTWIN_LEAN") == "0" {
		racers = racers[:2]
	}
	for b.Loop() {
		for range whole("SHOPTWIN_TURNS", 1) {
			for i := range racers {
				wall, cpu := seconds()
				racers[i].run()
				w, c := seconds()
				fmt.Fprintf(os.Stderr, "%s: %.1f s, %.1f s of a processor\n", racers[i].name, w-wall, c-cpu) // ten million rows take their time
				racers[i].wall, racers[i].cpu = append(racers[i].wall, w-wall), append(racers[i].cpu, c-cpu)
			}
		}
	}
	var ratios, cpus []float64
	for i, wall := range racers[0].wall {
		ratios = append(ratios, wall/racers[1].wall[i])
		cpus = append(cpus, racers[0].cpu[i]/racers[1].cpu[i])
	}
	slices.Sort(ratios)
	slices.Sort(cpus)
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(cpus[len(cpus)/2], "cpu-ratio")
	for _, one := range racers {
		slices.Sort(one.wall)
		slices.Sort(one.cpu)
		b.ReportMetric(one.wall[len(one.wall)/2], one.name+"-s")
		b.ReportMetric(one.cpu[len(one.cpu)/2], one.name+"-cpu-s")
	}
	b.ReportMetric(float64(r.ragged), "rejected")
}

// plainConn is a connection to DuckDB as it comes, which may read files.
func plainConn(t testing.TB, path string, memory int) (*conn, func()) {
	t.Helper()
	db := &DB{path: path, dir: path + ".tmp"}
	var config mapping.Config
	mapping.CreateConfig(&config)
	defer mapping.DestroyConfig(&config)
	mapping.SetConfig(config, "memory_limit", fmt.Sprint(memory)+"MiB")
	mapping.SetConfig(config, "threads", fmt.Sprint(core.Threads()))
	var message string
	if mapping.OpenExt(path, &db.db, config, &message) == mapping.StateError {
		t.Fatal(message)
	}
	c, err := db.connect()
	if err != nil {
		t.Fatal(err)
	}
	return c, func() {
		c.close()
		mapping.Close(&db.db)
		_ = os.RemoveAll(db.dir)
	}
}
