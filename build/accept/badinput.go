package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unicode/utf16"
)

// badInput: files and machines as they should not be. Every refusal must name
// the file and a way out, exit with 1, and leave nothing behind.
func (b *bench) badInput() error {
	dir := filepath.Join(b.dir, "bad")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			fail(err)
		}
		return path
	}
	good := "customer,city,amount\n" + strings.Repeat("7,Lyon,12.50\n8,Gent,3.20\n", 200)
	parquet := append([]byte("PAR1"), bytes.Repeat([]byte{7}, 5000)...)
	refused := []struct{ name, path string }{
		{"an empty file", write("empty.csv", nil)},
		{"a header only", write("header.csv", []byte("customer,city,amount\n"))},
		{"a 100 MB single line", write("line.csv", bytes.Repeat([]byte("abcdefghi "), 10<<20))},
		{"a corrupt Parquet", write("corrupt.parquet", append(parquet, "PAR1"...))},
		{"an xlsx bomb", write("bomb.xlsx", bomb())},
		{"a directory", dir},
		{"a file that is not there", filepath.Join(dir, "nowhere.csv")},
	}
	for i, f := range refused {
		home := filepath.Join(b.dir, fmt.Sprintf("home-%d", i)) // a name that no message could take for the file's
		r, err := b.command(nil, "import", f.path, "--project", "p", "--home", home)
		if err != nil {
			return err
		}
		b.refused("bad input: "+f.name, r, filepath.Base(f.path), 1)
		b.nothingLeft("bad input: "+f.name, home)
		if r.peakMB > 1500 {
			b.most("bad input: "+f.name+", memory", r.peakMB, 1500, " MB")
		}
	}
	if err := b.unreadable(write("secret.csv", []byte(good))); err != nil {
		return err
	}
	if err := b.readAnyway(write, good); err != nil {
		return err
	}
	csv := write("good.csv", []byte(good))
	for _, check := range []func(string) error{b.fullDisk, b.secondProgram, b.interrupted} {
		if err := check(csv); err != nil {
			return err
		}
	}
	return nil
}

// refused checks one refusal: the code, and that the message names the place
// and a way out.
func (b *bench) refused(check string, r ran, names string, code int) {
	said := strings.TrimSpace(r.err)
	ok := r.code == code && strings.Contains(said, names) && strings.Contains(said, "→") && !strings.Contains(said, "goroutine")
	lines := strings.Split(said, "\n")
	b.add(check, fmt.Sprintf("exit %d: %s", r.code, strings.Join(lines[max(0, len(lines)-2):], " ")), fmt.Sprintf("exit %d, names %s and a way out", code, names), ok)
}

// nothingLeft checks that a refused import left no project behind.
func (b *bench) nothingLeft(check, home string) {
	var left struct{ Projects []map[string]any }
	if _, err := b.result(&left, "projects", "list", "--home", home); err != nil || len(left.Projects) > 0 {
		b.add(check+": what is left", fmt.Sprintf("%d projects, %v", len(left.Projects), err), "nothing", false)
	}
}

// readAnyway checks files that are odd but can be read.
func (b *bench) readAnyway(write func(string, []byte) string, good string) error {
	chinese := "客户,城市,金额\n" + strings.Repeat("7,北京,12.50\n8,上海,3.20\n", 300)
	iconv := exec.Command("iconv", "-f", "utf-8", "-t", "gbk")
	iconv.Stdin = strings.NewReader(chinese)
	gbk, err := iconv.Output()
	if err != nil {
		return err
	}
	utf := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(chinese)) {
		utf = append(utf, byte(u), byte(u>>8))
	}
	for _, f := range []struct {
		name, path     string
		rows, rejected int64
		column         string
	}{
		{"a GBK file", write("gbk.csv", gbk), 600, 0, "城市"},
		{"a UTF-16 file", write("utf16.csv", utf), 600, 0, "城市"},
		{"ragged lines", write("ragged.csv", []byte(good+"9,Rome\n10,Oslo,1.00,extra,cells\n11,Bern,4.40\n")), 401, 2, "city"},
	} {
		var p struct {
			Rows     int64
			Rejected int64
			Rejects  []struct{ Line int64 }
			Columns  []struct{ Name string }
		}
		if _, err := b.result(&p, "profile", f.path); err != nil {
			return err
		}
		names := ""
		for _, c := range p.Columns {
			names += c.Name + " "
		}
		ok := p.Rows == f.rows && p.Rejected == f.rejected && strings.Contains(names, f.column)
		for _, r := range p.Rejects {
			ok = ok && r.Line >= 402
		}
		b.add("odd input: "+f.name, fmt.Sprintf("%d rows, %d set aside, columns %s", p.Rows, p.Rejected, names), fmt.Sprintf("%d rows, %d set aside", f.rows, f.rejected), ok)
	}
	return nil
}

// bomb is a small xlsx whose sheet unpacks to 2 GB.
func bomb() []byte {
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	part := func(name, content string) io.Writer {
		w, err := z.Create(name)
		if err != nil {
			fail(err)
		}
		io.WriteString(w, content)
		return w
	}
	part("[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`)
	part("_rels/.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	part("xl/workbook.xml", `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`)
	part("xl/_rels/workbook.xml.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`)
	w := part("xl/worksheets/sheet1.xml", `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	row := strings.Repeat(`<row><c t="inlineStr"><is><t>a</t></is></c></row>`, 20000)
	for range 2100 {
		io.WriteString(w, row)
	}
	io.WriteString(w, `</sheetData></worksheet>`)
	z.Close()
	return file.Bytes()
}

// unreadable: a file that belongs to someone else.
func (b *bench) unreadable(path string) error {
	if err := os.Chmod(path, 0); err != nil {
		return err
	}
	home := filepath.Join(b.dir, "home-unreadable")
	if os.Getuid() != 0 {
		r, err := b.command(nil, "import", path, "--project", "p", "--home", home)
		if err != nil {
			return err
		}
		b.refused("bad input: an unreadable file", r, filepath.Base(path), 1)
		return nil
	}
	// root may read everything, so the program runs as nobody
	open, err := os.MkdirTemp("/tmp", "shoptwin-nobody-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(open)
	bin := filepath.Join(open, "shoptwin")
	if out, err := exec.Command("cp", b.bin, bin).CombinedOutput(); err != nil {
		return fmt.Errorf("cp: %s", out)
	}
	secret := filepath.Join(open, "secret.csv")
	if err := os.WriteFile(secret, []byte("a,b\n1,2\n"), 0); err != nil {
		return err
	}
	if err := os.Chmod(open, 0o777); err != nil {
		return err
	}
	cmd := exec.Command(bin, "import", secret, "--project", "p", "--home", filepath.Join(open, "home"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	cmd.Run()
	b.refused("bad input: an unreadable file", ran{code: cmd.ProcessState.ExitCode(), err: errs.String()}, "secret.csv", 1)
	return nil
}

// fullDisk: an import and an export onto a file system of a few megabytes.
func (b *bench) fullDisk(csv string) error {
	small := filepath.Join(b.dir, "small")
	if err := os.MkdirAll(small, 0o755); err != nil {
		return err
	}
	const script = `set -e; mount -t tmpfs -o size=%s tmpfs "$1"; code=0; "$2" %s || code=$?; echo "left: $(find "$1" -name '*.csv' -o -name '.shoptwin-*' -type f | wc -l)" >&2; exit $code`
	for _, c := range []struct{ name, size, args, names string }{
		{"import", "3m", `import "$3" --project p --home "$1/home"`, "disk"},
		{"export", "256k", `synth "$3" --out "$1/out.csv" --rows 200000 --effort quick`, "out.csv"},
	} {
		input := csv
		if c.name == "import" {
			input = filepath.Join(b.dir, "bad", "wide.csv")
			f, err := os.Create(input)
			if err != nil {
				return err
			}
			fmt.Fprintln(f, "customer,city,amount")
			for i := range 400_000 {
				fmt.Fprintf(f, "%d,town %d,%d.%02d\n", i*7919, i*31%9973, i%977, i%100)
			}
			f.Close()
		}
		flags := "-m"
		if os.Getuid() != 0 {
			flags = "-rm"
		}
		r, err := run(context.Background(), nil, "", "unshare", flags, "sh", "-c", fmt.Sprintf(script, c.size, c.args), "sh", small, b.bin, input)
		if err != nil {
			return err
		}
		left := strings.Contains(r.err, "left: 0")
		r.err = strings.TrimSpace(r.err[:max(0, strings.LastIndex(r.err, "left:"))])
		b.refused("full disk: "+c.name, r, c.names, 1)
		if !left {
			b.add("full disk: "+c.name+": what is left", r.err, "no half-written file", false)
		}
	}
	return nil
}

// secondProgram: two programs, one home.
func (b *bench) secondProgram(csv string) error {
	home := filepath.Join(b.dir, "home-shared")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	first := exec.CommandContext(ctx, b.bin, "serve", "--home", home, "--port", "0", "--json")
	out, err := first.StdoutPipe()
	if err != nil {
		return err
	}
	if err := first.Start(); err != nil {
		return err
	}
	defer first.Wait()
	defer stop()
	if _, err := out.Read(make([]byte, 1)); err != nil { // it is up when it names its address
		return fmt.Errorf("shoptwin serve did not start: %w", err)
	}
	begun := time.Now()
	r, err := b.command(nil, "import", csv, "--project", "p", "--home", home)
	if err != nil {
		return err
	}
	b.refused("a second program on the same home", r, "home-shared", 1)
	b.most("a second program is answered after", time.Since(begun).Seconds(), 5, " s")
	return nil
}

// interrupted: Ctrl-C while training; nothing is lost, and the same command
// goes on where it was.
func (b *bench) interrupted(string) error {
	home := filepath.Join(b.dir, "home-interrupted")
	var reply map[string]any
	if _, err := b.result(&reply, "import", b.adult("train.csv.gz"), "--project", "p", "--as", "adult", "--home", home); err != nil {
		return err
	}
	cmd := exec.Command(b.bin, "train", "--project", "p", "--dataset", "adult", "--effort", "best", "--home", home)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		return err
	}
	time.Sleep(8 * time.Second)
	stopped := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	cmd.Wait()
	after := time.Since(stopped).Seconds()
	r, err := b.command(nil, "projects", "check", "--home", home)
	if err != nil {
		return err
	}
	var show struct {
		Datasets []struct{ Rows int64 }
		Runs     []map[string]any
	}
	if _, err := b.result(&show, "projects", "show", "p", "--home", home); err != nil {
		return err
	}
	code := cmd.ProcessState.ExitCode()
	b.timed("Ctrl-C while training", fmt.Sprintf("exit %d after %.1f s, %d runs, check exits %d", code, after, len(show.Runs), r.code), "exit 130 within 5 s, no run, all well",
		code == 130 && after < 5 && len(show.Runs) == 0 && r.code == 0 && len(show.Datasets) == 1 && show.Datasets[0].Rows == 24421)
	return nil
}
