package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// harm: files and folders that want to do harm: bombs, names that lead
// elsewhere, links, entities, names that are statements, cells that are
// formulas. Each is refused with words, or harmless.
func (b *bench) harm() error {
	dir := filepath.Join(b.dir, "harm")
	if err := os.MkdirAll(filepath.Join(dir, "links"), 0o755); err != nil {
		return err
	}
	put := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			fail(err)
		}
		return path
	}
	long := "x,y\n" + strings.Repeat(strings.Repeat("1", 1<<16)+",1\n", 16)
	megabytes := func(n int) string { return strings.Repeat(long, n) }
	secret := put("secret.csv", []byte("password\ngeheim\n"))
	if err := os.Symlink(secret, filepath.Join(dir, "links", "a.csv")); err != nil {
		return err
	}
	var many []string
	bomb := megabytes(40)
	for i := range 8 {
		many = append(many, fmt.Sprintf("%d.csv", i), bomb)
	}
	for _, c := range []struct{ name, path, names string }{
		{"a zip bomb of one file", put("one.zip", zipped("a.csv", megabytes(140))), "bomb"},
		{"a zip bomb of many files", put("many.zip", zipped(many...)), "many.zip"},
		{"a zip in a zip", put("inner.zip", zipped("a.csv", string(zipped("b.csv", "a\n1\n")))), "inside a zip"},
		{"a gzip bomb", put("bomb.csv.gz", packedMB(140)), "honest"},
		{"a zip whose names climb", put("climb.zip", zipped("../../tmp/shoptwin-evil.csv", "a\n1\n", "/tmp/shoptwin-evil.csv", "a\n1\n", `..\..\evil.csv`, "a\n1\n")), "climb.zip"},
		{"a folder with a link out of it", filepath.Join(dir, "links"), "a.csv"},
		{"XML that laughs", put("laugh.xml", []byte(`<!DOCTYPE l [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l><r>&b;</r><r>&b;</r></l>`)), "laugh.xml"},
		{"XML that reads files", put("file.xml", []byte(`<!DOCTYPE l [<!ENTITY a SYSTEM "file://`+secret+`">]><l><r>&a;</r><r>x</r></l>`)), "file.xml"},
		{"XML of a million levels", put("deep.xml", []byte(strings.Repeat("<a>", 1_000_000))), "deep.xml"},
		{"JSON of a million levels", put("deep.json", []byte(strings.Repeat("[{\"a\":", 1_000_000))), "deep.json"},
		{"a database that is text", put("text.sqlite", []byte("SQLite format 3\x00 and nothing else")), "text.sqlite"},
	} {
		home := filepath.Join(dir, "home")
		r, err := b.command(nil, "import", c.path, "--project", "p", "--home", home, "--quiet")
		if err != nil {
			return err
		}
		b.refused("harm: "+c.name, r, c.names, 1)
		if strings.Contains(r.err+r.out, "geheim") || r.seconds > 30 || r.peakMB > 1500 {
			b.add("harm: "+c.name+": bounds", fmt.Sprintf("%.0f s, %.0f MB, %s", r.seconds, r.peakMB, r.err), "30 s, 1,500 MB, no secret", false)
		}
		b.nothingLeft("harm: "+c.name, home)
	}
	for _, path := range []string{"/tmp/shoptwin-evil.csv", filepath.Join(dir, "evil.csv")} {
		if _, err := os.Stat(path); err == nil {
			b.add("harm: a file outside", path, "none", false)
		}
	}
	return b.harmless(dir, put)
}

// harmless: what is read, and does nothing.
func (b *bench) harmless(dir string, put func(string, []byte) string) error {
	home := filepath.Join(dir, "home2")
	name := `a"; DROP TABLE main.x; --`
	text := "\"" + strings.ReplaceAll(name, `"`, `""`) + "\",\"b' OR '1'='1\",=cmd\n=1+1,@SUM(A1),\"=HYPERLINK(\"\"http://evil\"\")\"\n-2,+3,\"\tx\"\n'); DROP TABLE x; --,\"\\'); DROP TABLE x; --\",plain\n"
	path := put(`x'; DROP TABLE x; --.csv`, []byte(text))
	var reply map[string]any
	for _, as := range []string{"x", name} {
		if _, err := b.result(&reply, "import", path, "--project", "p", "--as", as, "--home", home); err != nil {
			return err
		}
	}
	again := map[string]bool{}
	cells := 0
	for i, from := range []string{"x", name} {
		endings := []string{"csv", "tsv", "xlsx", "sqlite", "parquet", "sql", "mysql.sql", "duckdb"}
		if i > 0 { // the same cells under another name
			endings = []string{"csv", "sqlite", "duckdb", "sql"}
		}
		for _, ending := range endings {
			out := filepath.Join(dir, fmt.Sprintf("out%d.%s", i, ending))
			if _, err := b.result(&reply, "export", "--project", "p", "--dataset", from, "--out", out, "--home", home); err != nil {
				return err
			}
			switch ending {
			case "csv", "tsv":
				content, err := os.ReadFile(out)
				if err != nil {
					return err
				}
				for _, line := range strings.Split(string(content), "\n") {
					for _, cell := range strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == '\t' }) {
						if cell = strings.TrimPrefix(cell, `"`); cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
							cells++
						}
					}
				}
				again[string(bytes.ReplaceAll(content, []byte("\t"), []byte(",")))] = true
			case "xlsx", "sqlite", "parquet":
				if _, err := b.result(&reply, "import", out, "--project", "p", "--as", fmt.Sprint(ending, i), "--home", home); err != nil {
					return err
				}
				back := filepath.Join(dir, "back.csv")
				if _, err := b.result(&reply, "export", "--project", "p", "--dataset", fmt.Sprint(ending, i), "--out", back, "--home", home); err != nil {
					return err
				}
				content, err := os.ReadFile(back)
				if err != nil {
					return err
				}
				want, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("out%d.csv", i)))
				if err != nil {
					return err
				}
				if !bytes.Equal(content, want) {
					b.add("harm: formulas and statements by way of "+ending, fmt.Sprintf("%q", content), fmt.Sprintf("%q", want), false)
				}
			}
		}
	}
	var show struct {
		Datasets []struct {
			Name string
			Rows int64
		}
	}
	if _, err := b.result(&show, "projects", "show", "p", "--home", home); err != nil {
		return err
	}
	ok := len(show.Datasets) == 6
	for _, d := range show.Datasets {
		ok = ok && d.Rows == 3
	}
	b.add("harm: names that are statements", fmt.Sprintf("%+v", show.Datasets), "6 tables of 3 rows", ok)
	b.add("harm: cells that are formulas, written to CSV and TSV", fmt.Sprintf("%d cells that would run", cells), "none", cells == 0)
	return nil
}

// packedMB is a gzip file that unpacks to so many megabytes.
func packedMB(n int) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = z.Write([]byte("a,b\n")) // into memory
	line := []byte(strings.Repeat("1", 1<<16) + ",1\n")
	for range n * 16 {
		_, _ = z.Write(line)
	}
	_ = z.Close()
	return buf.Bytes()
}
