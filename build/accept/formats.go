package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
)

// formats: one table, saved in every format and encoding that is read, by us
// and by others, gives the same rows, by hash of what is written again.
func (b *bench) formats() error {
	dir := filepath.Join(b.dir, "formats")
	home := filepath.Join(dir, "home")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var csv strings.Builder
	csv.WriteString("id,shop,item,qty,price,day,at,note\n")
	for i := range 500 {
		note := []string{"", "plain", "\"a, b; c\tand \"\"d\"\"\"", "=1+1", "two\nlines"}[i%5]
		if strings.Contains(note, "\n") {
			note = `"` + note + `"`
		}
		fmt.Fprintf(&csv, "%05d,%s,%s,%d,%d.%02d,2024-%02d-%02d,2024-03-05 %02d:%02d:00,%s\n", i, []string{"北京路店", "上海分店", "广州店"}[i%3],
			[]string{"可口可乐", "矿泉水", "方便面", "牛奶"}[i%4], i%17, i*7%900, i%100, 1+i%12, 1+i%28, i%24, i%60, note)
	}
	text := csv.String()
	var files []string
	put := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			fail(err)
		}
		files = append(files, path)
		return path
	}
	first := put("plain.csv", []byte(text))
	for _, enc := range []string{"gbk", "gb18030", "utf-16", "utf-16le", "utf-16be"} {
		content, err := recoded(text, enc)
		if err != nil {
			return err
		}
		put(enc+".csv", content)
	}
	put("bom.csv", append([]byte("\xef\xbb\xbf"), text...))
	put("crlf.csv", []byte(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(text, "two\nlines", "two\x01lines"), "\n", "\r\n"), "\x01", "\n")))
	put("packed.csv.gz", packed(text))
	put("packed.zip", zipped("a/plain.csv", text))
	put("twice.zip", zipped("plain.csv.gz", string(packed(text))))

	var reply map[string]any
	sum := func(path string, args ...string) (string, error) {
		name := filepath.Base(path)
		if _, err := b.result(&reply, append([]string{"import", path, "--project", "p", "--as", name, "--home", home}, args...)...); err != nil {
			return "", err
		}
		out := filepath.Join(dir, "out.csv")
		if _, err := b.result(&reply, "export", "--project", "p", "--dataset", name, "--out", out, "--home", home, "--no-formula-guard"); err != nil {
			return "", err
		}
		return hash(out)
	}
	want, err := sum(first)
	if err != nil {
		return err
	}
	for _, ending := range []string{"tsv", "tsv.gz", "json", "json.gz", "jsonl", "jsonl.gz", "parquet", "xlsx", "sqlite"} {
		path := filepath.Join(dir, "ours."+ending)
		if _, err := b.result(&reply, "export", "--project", "p", "--dataset", "plain.csv", "--out", path, "--home", home, "--no-formula-guard"); err != nil {
			return err
		}
		files = append(files, path)
	}
	packedXLSX, err := os.ReadFile(filepath.Join(dir, "ours.xlsx"))
	if err != nil {
		return err
	}
	put("book.zip", zipped("book.xlsx", string(packedXLSX)))
	put("rows.xml", []byte(asXML(text)))
	gbk, err := recoded(strings.Replace(asXML(text), "UTF-8", "GBK", 1), "gbk")
	if err != nil {
		return err
	}
	put("gbk.xml", gbk)
	semicolons := filepath.Join(dir, "semicolon.csv")
	if err := withSemicolons(text, semicolons); err != nil {
		return err
	}
	files = append(files, semicolons)
	var other []string
	for _, path := range files[1:] {
		got, err := sum(path)
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		if got != want {
			other = append(other, filepath.Base(path))
		}
	}
	b.add("one table in every format and encoding", fmt.Sprintf("%d files, other hashes: %q", len(files), other), "one hash", len(other) == 0)
	if err := b.westernAndEastern(dir, home, sum); err != nil {
		return err
	}
	return b.scripts(dir, home, want)
}

// westernAndEastern: encodings that do not hold all of that table, each with a
// text of its own.
func (b *bench) westernAndEastern(dir, home string, sum func(string, ...string) (string, error)) error {
	var other []string
	n := 0
	for _, c := range []struct{ enc, text string }{
		{"windows-1252", "id,name\n" + strings.Repeat("1,Café crème – “bio”\n2,Thé glacé\n", 40)}, {"iso-8859-1", "id,name\n" + strings.Repeat("1,Käsespätzle\n2,Würstchen\n", 40)},
		{"big5", "編號,商品\n" + strings.Repeat("1,台灣高山烏龍茶\n2,鳳梨酥禮盒\n", 40)}, {"shift_jis", "番号,商品\n" + strings.Repeat("1,りんごジュース\n2,チョコレート\n", 40)},
		{"euc-kr", "번호,상품\n" + strings.Repeat("1,신라면 다섯개\n2,바나나맛 우유\n", 40)},
	} {
		content, err := recoded(c.text, c.enc)
		if err != nil {
			return err
		}
		sums := map[string]bool{}
		for i, what := range [][]byte{[]byte(c.text), content, content} {
			path := filepath.Join(dir, fmt.Sprintf("%d.csv", i))
			if err := os.WriteFile(path, what, 0o600); err != nil {
				return err
			}
			as := filepath.Join(dir, fmt.Sprintf("%s-%d.csv", c.enc, i))
			if err := os.Rename(path, as); err != nil {
				return err
			}
			var args []string
			if i == 2 {
				args = []string{"--encoding", c.enc}
			}
			s, err := sum(as, args...)
			if err != nil {
				return err
			}
			sums[s] = true
			n++
		}
		if len(sums) > 1 {
			other = append(other, c.enc)
		}
	}
	b.add("western and eastern encodings, found and named", fmt.Sprintf("%d files, other hashes: %q", n, other), "one hash for each text", len(other) == 0)
	return nil
}

// scripts: the SQL scripts run on the servers they are for, and what stands
// there is the same table.
func (b *bench) scripts(dir, home, want string) error {
	if err := os.Setenv("SHOPTWIN_PASSWORD", password); err != nil {
		return err
	}
	defer os.Unsetenv("SHOPTWIN_PASSWORD")
	for _, c := range []struct {
		start  func() (*liveServer, error)
		ending []string
	}{{startPostgres, []string{"sql"}}, {startMariaDB, []string{"sql", "mysql.sql"}}} {
		err := func() error {
			s, err := c.start()
			defer s.end()
			if err != nil {
				return err
			}
			var other []string
			for i, ending := range c.ending {
				var reply map[string]any
				path := filepath.Join(dir, fmt.Sprintf("script%d.%s", i, ending))
				const name = "plain.csv"
				if _, err := b.result(&reply, "export", "--project", "p", "--dataset", name, "--out", path, "--home", home); err != nil {
					return err
				}
				script, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				q := map[bool]string{true: "`", false: `"`}[s.name == "MariaDB"]
				if err := s.sql("DROP TABLE IF EXISTS " + q + name + q + ";\n" + string(script)); err != nil {
					return err
				}
				as := s.name + ending
				if _, err := b.result(&reply, "import", s.address, "--table", name, "--project", "p", "--as", as, "--home", home); err != nil {
					return err
				}
				out := filepath.Join(dir, "out.csv")
				if _, err := b.result(&reply, "export", "--project", "p", "--dataset", as, "--out", out, "--home", home, "--no-formula-guard"); err != nil {
					return err
				}
				got, err := hash(out)
				if err != nil {
					return err
				}
				if got != want {
					other = append(other, ending)
				}
			}
			b.add("SQL script run by "+s.name+" and imported from there", fmt.Sprintf("%d scripts, other hashes: %q", len(c.ending), other), "the same hash", len(other) == 0)
			return nil
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

// recoded is text in another encoding, as iconv writes it.
func recoded(text, enc string) ([]byte, error) {
	if strings.HasPrefix(enc, "utf-16") {
		var out []byte
		if enc == "utf-16" {
			out = []byte{0xff, 0xfe}
		}
		for _, u := range utf16.Encode([]rune(text)) {
			if enc == "utf-16be" {
				out = append(out, byte(u>>8), byte(u))
			} else {
				out = append(out, byte(u), byte(u>>8))
			}
		}
		return out, nil
	}
	iconv := exec.Command("iconv", "-f", "utf-8", "-t", enc)
	iconv.Stdin = strings.NewReader(text)
	return iconv.Output()
}

func packed(text string) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = z.Write([]byte(text)) // into memory
	_ = z.Close()
	return buf.Bytes()
}

// zipped packs names and contents, in turns.
func zipped(files ...string) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			fail(err)
		}
		_, _ = w.Write([]byte(files[i+1])) // into memory
	}
	_ = z.Close()
	return buf.Bytes()
}

// records cuts our own CSV text, in which only the last cell is quoted.
func records(text string) (header []string, rows [][]string) {
	for _, line := range strings.Split(strings.ReplaceAll(strings.TrimSpace(text), "two\nlines", "two\x01lines"), "\n") {
		cells := strings.SplitN(line, ",", 8)
		last := strings.ReplaceAll(cells[7], "two\x01lines", "two\nlines")
		if strings.HasPrefix(last, `"`) {
			last = strings.ReplaceAll(last[1:len(last)-1], `""`, `"`)
		}
		cells[7] = last
		rows = append(rows, cells)
	}
	return rows[0], rows[1:]
}

func asXML(text string) string {
	header, rows := records(text)
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?><sales>`)
	for _, row := range rows {
		out.WriteString(`<sale id="` + row[0] + `">`)
		for i, cell := range row[1:] {
			var escaped bytes.Buffer
			_ = xml.EscapeText(&escaped, []byte(cell)) // into memory
			out.WriteString("<" + header[i+1] + ">" + escaped.String() + "</" + header[i+1] + ">")
		}
		out.WriteString("</sale>\n")
	}
	return out.String() + "</sales>"
}

func withSemicolons(text, path string) error {
	header, rows := records(text)
	var out strings.Builder
	for _, row := range slices.Concat([][]string{header}, rows) {
		for i, cell := range row {
			if i > 0 {
				out.WriteByte(';')
			}
			if strings.ContainsAny(cell, ";\"\n") {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			out.WriteString(cell)
		}
		out.WriteByte('\n')
	}
	return os.WriteFile(path, []byte(out.String()), 0o600)
}
