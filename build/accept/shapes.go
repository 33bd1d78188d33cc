package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"shoptwin/core/source"
)

// shapes: workbooks as people make them, folders of files of one shape, and
// files with and without a line of names.
func (b *bench) shapes() error {
	if err := b.workbooks(); err != nil {
		return err
	}
	if err := b.folders(); err != nil {
		return err
	}
	return b.headings()
}

// tableRead is what source makes of a file.
type tableRead struct {
	info source.Info
	rows []string
}

func readTable(content []byte, opt source.Options) (out tableRead, err error) {
	opt.Size, opt.At = int64(len(content)), bytes.NewReader(content)
	out.info, err = source.Read(context.Background(), bytes.NewReader(content), opt, source.Sink{
		Header: func([]string) error { return nil },
		Row: func(_ int64, cells [][]byte) error {
			var texts []string
			for _, c := range cells {
				texts = append(texts, string(c))
			}
			out.rows = append(out.rows, strings.Join(texts, "|"))
			return nil
		},
		Reject: func(source.Reject) error { return nil },
	}, nil)
	return out, err
}

// book is a made workbook and what its table should be read as.
type book struct {
	content []byte
	sheet   string
	header  string
	rows    []string
	what    string // for people, when it was read otherwise
}

// makeBook makes a workbook of many sheets. Its table stands below up to eight
// lines of a title and the like, has one or two lines of names, the upper of
// which are merged, and shops merged over their rows.
func makeBook(rng *rand.Rand) (out book, err error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing was written to disk
	set := func(sheet string, column, row int, v any) {
		name, e := excelize.CoordinatesToCellName(column, row)
		if e == nil {
			e = f.SetCellValue(sheet, name, v)
		}
		if err == nil {
			err = e
		}
	}
	join := func(sheet string, left, top, right, bottom int) {
		from, _ := excelize.CoordinatesToCellName(left, top) // of numbers above 0
		to, _ := excelize.CoordinatesToCellName(right, bottom)
		if e := f.MergeCell(sheet, from, to); err == nil {
			err = e
		}
	}
	sheets := 1 + rng.IntN(30)
	at := rng.IntN(sheets)
	for k := range sheets {
		name := fmt.Sprintf("%s %d", []string{"Notes", "说明", "Q"}[rng.IntN(3)], k+1)
		if _, e := f.NewSheet(name); err == nil {
			err = e
		}
		set(name, 1, 1, "see the other sheets")
		if k == at {
			out.sheet = name
		}
	}
	s := out.sheet
	set(s, 1, 1, nil)
	titles, twoLines, mergedShops := rng.IntN(9), rng.IntN(3) == 0, rng.IntN(2) == 0
	for i := range titles {
		if rng.IntN(3) > 0 {
			set(s, 1, i+1, []string{"Sales report", "销售报表", "printed 2024-03-05", "all shops, in €"}[rng.IntN(4)])
			if rng.IntN(2) == 0 {
				join(s, 1, i+1, 5, i+1)
			}
		}
	}
	line := titles + 1
	names := []string{"shop", "item", "qty", "price", "day"}
	if rng.IntN(2) == 0 {
		names = []string{"门店", "商品", "数量", "单价", "日期"}
	}
	if twoLines {
		set(s, 1, line, names[0])
		join(s, 1, line, 1, line+1)
		set(s, 2, line, names[1])
		join(s, 2, line, 2, line+1)
		group := "2024"
		set(s, 3, line, group)
		join(s, 3, line, 5, line)
		for k := 2; k < 5; k++ {
			set(s, k+1, line+1, names[k])
			names[k] = group + " " + names[k]
		}
		line++
	} else {
		for k, name := range names {
			set(s, k+1, line, name)
		}
	}
	out.header = strings.Join(names, "|")
	style, e := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err == nil {
		err = e
	}
	shop, left := "", 0
	for i := range 6 + rng.IntN(60) {
		row := line + 1 + i
		first := left == 0
		if first {
			shop, left = []string{"York", "Lyon", "北京路店", "Gent"}[rng.IntN(4)], 1
			if mergedShops {
				left = 1 + rng.IntN(5)
			}
			set(s, 1, row, shop)
			if left > 1 {
				join(s, 1, row, 1, row+left-1)
			}
		}
		left--
		item, qty, price := []string{"tea", "jam", "矿泉水", "oil"}[rng.IntN(4)], 1+rng.IntN(50), float64(rng.IntN(900))/4
		day := time.Date(2024, 1, 1+rng.IntN(365), 0, 0, 0, 0, time.UTC)
		set(s, 2, row, item)
		set(s, 3, row, qty)
		priced := ""
		if rng.IntN(8) > 0 {
			set(s, 4, row, price)
			priced = fmt.Sprint(price)
		}
		set(s, 5, row, day)
		cell, _ := excelize.CoordinatesToCellName(5, row)
		if e := f.SetCellStyle(s, cell, cell, style); err == nil {
			err = e
		}
		out.rows = append(out.rows, strings.Join([]string{shop, item, fmt.Sprint(qty), priced, day.Format("2006-01-02")}, "|"))
	}
	if e := f.DeleteSheet("Sheet1"); err == nil {
		err = e
	}
	var buf bytes.Buffer
	if e := f.Write(&buf); err == nil {
		err = e
	}
	out.content = buf.Bytes()
	out.what = fmt.Sprintf("%d sheets, names in line %d, two lines: %v, merged shops: %v", sheets, line, twoLines, mergedShops)
	return out, err
}

func (b *bench) workbooks() error {
	n := 600
	if b.quick {
		n = 60
	}
	rng := rand.New(rand.NewPCG(5, 1))
	var other []string
	slowest := 0.0
	for range n {
		made, err := makeBook(rng)
		if err != nil {
			return err
		}
		begun := time.Now()
		got, err := readTable(made.content, source.Options{Name: "book.xlsx", Sheet: made.sheet})
		slowest = max(slowest, time.Since(begun).Seconds())
		if err != nil || strings.Join(got.info.Header, "|") != made.header || !slices.Equal(got.rows, made.rows) {
			other = append(other, fmt.Sprintf("%s (%v, %d rows of %d, %q)", made.what, err, len(got.rows), len(made.rows), got.info.Header))
		}
	}
	figure := fmt.Sprintf("%d of %d, the slowest in %.0f ms", n-len(other), n, 1e3*slowest)
	if len(other) > 0 {
		figure += ", not: " + strings.Join(other[:min(3, len(other))], "; ")
	}
	b.add("workbooks of up to 30 sheets, names in lines 1 to 10, merged cells: read as they were made", figure, "all", len(other) == 0)
	return nil
}

// folders: a table cut into files, as CSV and as Parquet, is one table again.
func (b *bench) folders() error {
	parts, rows := 12, 5000
	if b.quick {
		parts, rows = 4, 300
	}
	home := filepath.Join(b.dir, "folders")
	csvs, parquets := filepath.Join(home, "csv"), filepath.Join(home, "parquet")
	for _, d := range []string{csvs, parquets} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
	}
	var reply map[string]any
	for k := range parts {
		var text strings.Builder
		text.WriteString("id,shop,price,day\n")
		for i := range rows {
			fmt.Fprintf(&text, "%05d,%s,%d.%02d,2024-%02d-%02d\n", k*rows+i, []string{"York", "北京路店", ""}[i%3], i%90, i*7%100, 1+k%12, 1+i%28)
		}
		name := fmt.Sprintf("part%02d", k)
		path := filepath.Join(csvs, name+".csv")
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			return err
		}
		for _, args := range [][]string{
			{"import", path, "--project", "p", "--as", name, "--home", home},
			{"export", "--project", "p", "--dataset", name, "--out", filepath.Join(parquets, name+".parquet"), "--home", home},
		} {
			if _, err := b.result(&reply, args...); err != nil {
				return err
			}
		}
	}
	texts := map[string]string{}
	for _, dir := range []string{csvs, parquets} {
		name := filepath.Base(dir)
		out := filepath.Join(home, name+".csv")
		for _, args := range [][]string{
			{"import", dir, "--project", "p", "--as", name, "--home", home},
			{"export", "--project", "p", "--dataset", name, "--out", out, "--home", home},
		} {
			if _, err := b.result(&reply, args...); err != nil {
				return err
			}
		}
		content, err := os.ReadFile(out)
		if err != nil {
			return err
		}
		texts[name] = strings.ReplaceAll(string(content), ".parquet,", ".csv,")
	}
	lines := strings.Count(texts["csv"], "\n")
	ok := texts["csv"] == texts["parquet"] && lines == parts*rows+1 && strings.HasPrefix(texts["csv"], "file,id,shop,price,day\npart00.csv,00000,York,")
	b.add("a folder of CSV files, and one of Parquet files of the same rows", fmt.Sprintf("%d rows of %d files; the same table: %v", lines-1, parts, texts["csv"] == texts["parquet"]), fmt.Sprintf("%d rows, the same", parts*rows), ok)
	return nil
}

// headings: the first lines of real files and of made ones, with their names
// and without.
func (b *bench) headings() error {
	made := 400
	if b.quick {
		made = 80
	}
	var texts []string
	err := filepath.WalkDir(b.data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".csv") {
			return err
		}
		text, err := firstLines(path, 200)
		texts = append(texts, text)
		return err
	})
	if err != nil {
		return err
	}
	real := len(texts)
	rng := rand.New(rand.NewPCG(5, 2))
	for range made {
		texts = append(texts, madeTable(rng))
	}
	var lost, taken []string
	for i, text := range texts {
		first, rest, _ := strings.Cut(text, "\n")
		where := fmt.Sprintf("file %d: %.60q", i, first)
		with, err := readTable([]byte(text), source.Options{Name: "x.csv"})
		if err != nil || with.info.NoHeader || with.info.HeaderRow > 1 {
			lost = append(lost, where)
		}
		without, err := readTable([]byte(rest), source.Options{Name: "x.csv"})
		if err != nil || !without.info.NoHeader {
			taken = append(taken, fmt.Sprintf("file %d: %.60q", i, rest))
		}
	}
	say := func(missed []string) string {
		s := fmt.Sprintf("%d of %d files, %d of them real", len(texts)-len(missed), len(texts), real)
		if len(missed) > 0 {
			s += ", not " + strings.Join(missed[:min(3, len(missed))], "; ")
		}
		return s
	}
	b.add("a line of names is taken for one", say(lost), "all", len(lost) == 0)
	b.add("a file without one: its first line is a row", say(taken), "19 in 20", 20*len(taken) <= len(texts))
	return nil
}

// firstLines reads the beginning of a file, which may be packed.
func firstLines(path string, n int) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return "", err
		}
	}
	var out strings.Builder
	for in := bufio.NewReader(r); n > 0; n-- {
		line, err := in.ReadString('\n')
		out.WriteString(line)
		if err != nil {
			break
		}
	}
	return out.String(), nil
}

// madeTable is a small table of a shop, of some of these columns in any order;
// at least one is no text.
func madeTable(rng *rand.Rand) string {
	type column struct {
		name string
		cell func(i int) string
	}
	all := []column{
		{"receipt", func(i int) string { return fmt.Sprint(10_000 + i/3) }},
		{"quantity", func(int) string { return fmt.Sprint(1 + rng.IntN(30)) }},
		{"单价", func(int) string { return fmt.Sprintf("%d.%02d", rng.IntN(90), rng.IntN(100)) }},
		{"date", func(int) string { return fmt.Sprintf("2024-%02d-%02d", 1+rng.IntN(12), 1+rng.IntN(28)) }},
		{"下单时间", func(int) string {
			return fmt.Sprintf("%02d/%02d/2024 %02d:%02d", 1+rng.IntN(28), 1+rng.IntN(12), rng.IntN(24), rng.IntN(60))
		}},
		{"store", func(int) string { return []string{"York", "Lyon", "北京路店"}[rng.IntN(3)] }},
		{"product_name", func(int) string { return []string{"green tea", "Jam", "矿泉水 500ml", "oil"}[rng.IntN(4)] }},
		{"member?", func(int) string { return []string{"Y", "N"}[rng.IntN(2)] }},
		{"sku", func(int) string { return fmt.Sprintf("A-%04d", rng.IntN(5000)) }},
	}
	data := all[rng.IntN(5)]
	rng.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	columns := all[:2+rng.IntN(5)]
	if !slices.ContainsFunc(columns, func(c column) bool { return c.name == data.name }) {
		columns = append(slices.Clone(columns), data)
	}
	comma := []string{",", ";", "\t"}[rng.IntN(3)]
	var out strings.Builder
	for i := range 12 + rng.IntN(100) {
		for k, c := range columns {
			text := c.name
			if i > 0 {
				text = c.cell(i)
			}
			if i > 0 && rng.IntN(20) == 0 {
				text = ""
			}
			out.WriteString(map[bool]string{true: comma}[k > 0] + text)
		}
		out.WriteByte('\n')
	}
	return out.String()
}
