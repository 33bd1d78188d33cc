package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"shoptwin/core"
)

// result is all that a file gives; a missing cell is ∅.
type result struct {
	info    Info
	header  []string
	rows    []string // cells joined by |
	rejects []Reject
	err     error
}

func read(t testing.TB, r io.Reader, opt Options) result {
	t.Helper()
	var out result
	out.info, out.err = Read(context.Background(), r, opt, Sink{
		Header: func(names []string) error { out.header = append([]string(nil), names...); return nil },
		Row: func(_ int64, cells [][]byte) error {
			texts := make([]string, len(cells))
			for i, c := range cells {
				if texts[i] = string(c); c == nil {
					texts[i] = "∅"
				}
			}
			out.rows = append(out.rows, strings.Join(texts, "|"))
			return nil
		},
		Reject: func(j Reject) error { out.rejects = append(out.rejects, j); return nil },
	}, nil)
	return out
}

func TestDelimited(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		opt      Options
		header   string
		rows     []string
		rejects  []string // line: column: reason
	}{
		{name: "plain", in: "a,b\n1,2\n3,4\n", header: "a|b", rows: []string{"1|2", "3|4"}},
		{name: "no end of line at the end", in: "a,b\n1,2", header: "a|b", rows: []string{"1|2"}},
		{name: "semicolon with decimal commas", in: "a;b\n1,5;2,5\n3,5;4,5\n", header: "a|b", rows: []string{"1,5|2,5", "3,5|4,5"}},
		{name: "tab", in: "a\tb\n1\t2,3\n", header: "a|b", rows: []string{"1|2,3"}},
		{name: "pipe", in: "a|b\n1|2\n", header: "a|b", rows: []string{"1|2"}},
		{name: "sep line of Excel", in: "sep=;\r\na;b\r\n1;2\r\n1;\r\n", header: "a|b", rows: []string{"1|2", "1|∅"}},
		{name: "named delimiter", in: "a:b\n1:2\n", opt: Options{Delimiter: ':'}, header: "a|b", rows: []string{"1|2"}},
		{name: "one column", in: "a\n1\n2\n", header: "a", rows: []string{"1", "2"}},
		{name: "mixed line ends", in: "a,b\r\n1,2\n3,4\r5,6\r\n", header: "a|b", rows: []string{"1|2", "3|4", "5|6"}},
		{name: "blank lines", in: "\n\na,b\n\n1,2\n\r\n", header: "a|b", rows: []string{"1|2"}},
		{name: "quoted", in: "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"\",\"l1\nl2\"\n", header: "a|b", rows: []string{`x, y|say "hi"`, "∅|l1\nl2"}},
		{name: "quote inside a cell that is not quoted", in: "a,b\n12\" monitor,5\" disk\nx,y\n", header: "a|b", rows: []string{`12" monitor|5" disk`, "x|y"}},
		{name: "stray quotes cost one line each", in: "a,b\n1,\"abc\n2,x\n3,y\n", header: "a|b",
			rows: []string{"2|x", "3|y"}, rejects: []string{"2: b: " + openQuote}},
		{name: "a stray quote meets another", in: "a,b\n1,\"abc\n2,\"def\n3,y\n", header: "a|b",
			rows: []string{"3|y"}, rejects: []string{"2: b: " + afterQuote, "3: b: " + openQuote}},
		{name: "text after a quote", in: "a,b\n\"x\"y,1\n2,3\n", header: "a|b", rows: []string{"2|3"}, rejects: []string{"2: a: " + afterQuote}},
		{name: "ragged", in: "a,b,c\n1,2\n1,2,3,4\n1,2,3\n1,2,3,,\n", header: "a|b|c", rows: []string{"1|2|3", "1|2|3"},
			rejects: []string{"2: : 2 cells instead of 3", "3: : 4 cells instead of 3"}},
		{name: "ragged over several lines costs one", in: "a,b\n\"x\ny\"\n1,2\n", header: "a|b", rows: []string{"1|2"},
			rejects: []string{"2: : 1 cells instead of 2", "3: : 1 cells instead of 2"}},
		{name: "NUL", in: "a,b\n1,x\x00y\n1,2\n", header: "a|b", rows: []string{"1|2"}, rejects: []string{"2: b: a NUL byte"}},
		{name: "missing words", in: "a,b\nNA,n/a\nnull,-\n ,?\nNaN,x-y\n-1,None\n", header: "a|b", rows: []string{"∅|∅", "∅|∅", "∅|∅", "∅|x-y", "-1|∅"}},
		{name: "header repeated, empty, in other case", in: "id,,ID,x \n1,2,3,4\n", header: "id|column_2|ID_2|x", rows: []string{"1|2|3|4"}},
		{name: "no header", in: "1,2\n3,4\n", opt: Options{NoHeader: true}, header: "column_1|column_2", rows: []string{"1|2", "3|4"}},
		{name: "long line", in: "a,b\n1," + strings.Repeat("x", 400<<10) + "\n3,4\n", opt: Options{MaxLine: 300 << 10}, header: "a|b",
			rows: []string{"3|4"}, rejects: []string{fmt.Sprintf("2: : the line is longer than %d bytes", 300<<10)}},
		{name: "byte order mark", in: "\ufeffa,b\n1,2\n", header: "a|b", rows: []string{"1|2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			whole := read(t, strings.NewReader(tt.in), tt.opt)
			if whole.err != nil {
				t.Fatal(whole.err)
			}
			if got := strings.Join(whole.header, "|"); got != tt.header {
				t.Errorf("header %q, want %q", got, tt.header)
			}
			if got, want := strings.Join(whole.rows, "¶"), strings.Join(tt.rows, "¶"); got != want {
				t.Errorf("rows %.300q, want %.300q", got, want)
			}
			var rejects []string
			for _, j := range whole.rejects {
				rejects = append(rejects, fmt.Sprintf("%d: %s: %s", j.Line, j.Column, j.Reason))
			}
			if got, want := strings.Join(rejects, "¶"), strings.Join(tt.rejects, "¶"); got != want {
				t.Errorf("rejects %q, want %q", got, want)
			}
			if whole.info.Rows != int64(len(tt.rows)) || whole.info.Rejected != int64(len(tt.rejects)) {
				t.Errorf("counted %d and %d", whole.info.Rows, whole.info.Rejected)
			}
			// However the bytes come, the rows are the same.
			small := read(t, iotest.OneByteReader(strings.NewReader(tt.in)), tt.opt)
			if fmt.Sprint(small.rows, small.rejects, small.header) != fmt.Sprint(whole.rows, whole.rejects, whole.header) {
				t.Errorf("byte by byte: %.300q, %d rejects", small.rows, len(small.rejects))
			}
		})
	}
}

// What encoding/csv writes is read back cell by cell.
func TestRoundTripCSV(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	pieces := []string{"a", "ö", "中", "\"", ",", "\n", ";", " ", "x", "1", "'"}
	for range 200 {
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		width := 2 + rng.IntN(4)
		head := make([]string, width)
		for i := range head {
			head[i] = fmt.Sprintf("h%d", i)
		}
		_ = w.Write(head) // into memory
		var want []string
		for range 1 + rng.IntN(30) {
			row := make([]string, width)
			for i := range row {
				for range rng.IntN(6) {
					row[i] += pieces[rng.IntN(len(pieces))]
				}
				row[i] = "v" + row[i]
			}
			_ = w.Write(row)
			want = append(want, strings.Join(row, "|"))
		}
		w.Flush()
		got := read(t, bytes.NewReader(buf.Bytes()), Options{Delimiter: ','})
		if got.err != nil || strings.Join(got.rows, "¶") != strings.Join(want, "¶") {
			t.Fatalf("%v\nwrote %q\nread  %q\nfrom %q", got.err, want, got.rows, buf.String())
		}
	}
}

func TestEncodings(t *testing.T) {
	chinese := "编号,名称,城市\n1,苹果汁饮料,北京\n2,全脂牛奶,上海\n3,巧克力饼干,广州\n"
	french := "id,name\n1,Café crème\n2,Thé glacé à la pêche\n3,Pâté de forêt\n"
	japan := "番号,名前\n1,りんごジュース\n2,ぎゅうにゅうとチョコレート\n3,おにぎり\n"
	late := "id,name\n" + strings.Repeat("1,plain\n", 30000) + "2,苹果汁饮料和全脂牛奶\n"
	for _, tt := range []struct {
		name, text, named, want string
		enc                     encoding.Encoding
		bom                     string
	}{
		{"utf-8", chinese, "", "utf-8", encoding.Nop, ""},
		{"utf-8 with mark", chinese, "", "utf-8", encoding.Nop, "\xef\xbb\xbf"},
		{"GBK", chinese, "", "gb18030", simplifiedchinese.GBK, ""},
		{"GB18030", chinese, "", "gb18030", simplifiedchinese.GB18030, ""},
		{"GBK named", chinese, "GBK", "gb18030", simplifiedchinese.GBK, ""},
		{"GBK after 240 kB of ASCII", late, "", "gb18030", simplifiedchinese.GBK, ""},
		{"UTF-16LE", chinese, "", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), ""},
		{"UTF-16BE", chinese, "", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.UseBOM), ""},
		{"UTF-16LE without mark", french, "", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), ""},
		{"windows-1252", french, "", "windows-1252", charmap.Windows1252, ""},
		{"Shift JIS", japan, "", "shift_jis", japanese.ShiftJIS, ""},
		{"Shift JIS named", japan, "shift_jis", "shift_jis", japanese.ShiftJIS, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := tt.enc.NewEncoder().Bytes([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			want := read(t, strings.NewReader(tt.text), Options{})
			got := read(t, strings.NewReader(tt.bom+string(b)), Options{Encoding: tt.named})
			if got.err != nil || got.info.Encoding != tt.want {
				t.Errorf("%v, encoding %q", got.err, got.info.Encoding)
			}
			if strings.Join(got.rows, "¶") != strings.Join(want.rows, "¶") || strings.Join(got.header, "¶") != strings.Join(want.header, "¶") {
				t.Errorf("header %q, last row %q", got.header, got.rows[max(len(got.rows)-1, 0):])
			}
		})
	}
	t.Run("one broken name in UTF-8", func(t *testing.T) {
		got := read(t, strings.NewReader(chinese+"4,\xc3\x28,x\n"+strings.Repeat("5,牛奶,上海\n", 10)), Options{})
		if len(got.rows) != 13 || len(got.rejects) != 1 || got.rejects[0].Line != 5 || got.rejects[0].Column != "名称" {
			t.Errorf("%d rows, rejects %v, %v", len(got.rows), got.rejects, got.err)
		}
	})
}

func gzipped(b []byte) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, _ = w.Write(b) // into memory
	_ = w.Close()
	return buf.Bytes()
}

// Every bad file has an error that names it and a way out.
func TestBadInput(t *testing.T) {
	part := gzipped([]byte("a,b\n" + strings.Repeat("1,2\n", 5000)))
	bomb := bytes.Repeat(gzipped([]byte("a,b\n"+strings.Repeat("x", 1<<20)+",1\n")), 140)
	for _, tt := range []struct {
		name string
		in   []byte
		opt  Options
		kind core.Kind
		says string
	}{
		{"empty", nil, Options{}, core.Invalid, "is empty"},
		{"empty gzip", gzipped(nil), Options{}, core.Invalid, "is empty"},
		{"white space", []byte(" \n\r\n  "), Options{}, core.Invalid, "is empty"},
		{"header only", []byte("a,b\n"), Options{}, core.Invalid, "no rows"},
		{"only ragged lines", []byte("a,b\n1\n1,2,3\n"), Options{}, core.Invalid, "line 2: 1 cells instead of 2"},
		{"a line that never ends", bytes.Repeat([]byte("x"), 3<<20), Options{}, core.Invalid, "line 1: the line is longer"},
		{"gzip cut short", part[:len(part)/2], Options{}, core.Invalid, "end in the middle"},
		{"gzip broken", append(append([]byte{}, part[:20]...), bytes.Repeat([]byte{7}, 40)...), Options{}, core.Invalid, "shop.csv"},
		{"gzip bomb", bomb, Options{}, core.Invalid, "no honest table"},
		{"unknown encoding", []byte("a,b\n1,2\n"), Options{Encoding: "klingon"}, core.Invalid, "klingon"},
		{"unquoted header", []byte("\"a,b\n1,2\n"), Options{}, core.Invalid, "line 1"},
		{"PDF", []byte("%PDF-1.7 …"), Options{}, core.Unsupported, "PDF"},
		{"old Excel", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Options{}, core.Unsupported, ".xls"},
		{"zip", []byte("PK\x05\x06" + strings.Repeat("\x00", 18)), Options{Name: "shop.zip"}, core.Invalid, "shop.zip"},
		{"Parquet", []byte("PAR1xxxx"), Options{}, core.Unsupported, "Parquet"},
		{"JSON cut short", []byte(`[{"a":1},{"a":`), Options{Name: "shop.json"}, core.Invalid, "ends in the middle"},
		{"JSON with no rows", []byte(`[]`), Options{Name: "shop.json"}, core.Invalid, "no rows"},
		{"JSON of numbers", []byte(`[1,2]`), Options{Name: "shop.json"}, core.Invalid, "not an object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.opt.Name == "" {
				tt.opt.Name = "shop.csv"
			}
			err := read(t, bytes.NewReader(tt.in), tt.opt).err
			var e *core.Error
			if !errors.As(err, &e) || e.Kind != tt.kind || !strings.Contains(e.Message, tt.says) {
				t.Fatalf("%v (%v), want %v saying %q", err, core.KindOf(err), tt.kind, tt.says)
			}
			if e.Hint == "" && e.Kind != core.Unsupported {
				t.Errorf("%v names no way out", err)
			}
		})
	}
}

// A line of 100 MB among others is set aside in bounded memory.
func TestHugeLine(t *testing.T) {
	huge := io.MultiReader(strings.NewReader("a,b\n1,2\n3,"), io.LimitReader(xs{}, 100<<20), strings.NewReader("\n4,5\n"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := read(t, huge, Options{})
	runtime.ReadMemStats(&after)
	if got.err != nil || strings.Join(got.rows, " ") != "1|2 4|5" || len(got.rejects) != 1 || got.rejects[0].Line != 3 || len(got.rejects[0].Raw) != rawLimit {
		t.Errorf("%v, rows %v, %d rejects", got.err, got.rows, len(got.rejects))
	}
	if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 20 {
		t.Errorf("took %d MB", mb)
	}
}

type xs struct{}

func (xs) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestCancelAndSinkErrors(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	rows := 0
	endless := io.MultiReader(strings.NewReader("a,b\n"), &repeat{text: "1,2\n"})
	_, err := Read(ctx, endless, Options{}, Sink{
		Header: func([]string) error { return nil },
		Row: func(int64, [][]byte) error {
			if rows++; rows == 1000 {
				cancel()
			}
			return nil
		},
		Reject: func(Reject) error { return nil },
	}, nil)
	if !errors.Is(err, context.Canceled) || rows > 1_000_000 {
		t.Errorf("%v after %d rows", err, rows)
	}
	full := errors.New("disk full")
	_, err = Read(context.Background(), strings.NewReader("a,b\n1,2\n"), Options{}, Sink{
		Header: func([]string) error { return nil },
		Row:    func(int64, [][]byte) error { return full },
		Reject: func(Reject) error { return nil },
	}, nil)
	if !errors.Is(err, full) {
		t.Errorf("a sink's error came back as %v", err)
	}
}

type repeat struct {
	text string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.text[r.at]
		r.at = (r.at + 1) % len(r.text)
	}
	return len(p), nil
}

func TestProgress(t *testing.T) {
	in := "a,b\n" + strings.Repeat("1,2\n", 1<<20)
	var seen []core.Progress
	_, err := Read(context.Background(), strings.NewReader(in), Options{Size: int64(len(in))}, Sink{
		Header: func([]string) error { return nil },
		Row:    func(int64, [][]byte) error { return nil },
		Reject: func(Reject) error { return nil },
	}, func(p core.Progress) { seen = append(seen, p) })
	if err != nil || len(seen) < 3 {
		t.Fatalf("%v, %d reports", err, len(seen))
	}
	if last := seen[len(seen)-1]; last.Done != last.Total || last.Total != int64(len(in)) {
		t.Errorf("ends with %+v", last)
	}
}
