package source

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"

	"shoptwin/core"
)

// zipOf packs names and contents, in turns.
func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for i := 0; i < len(files); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Deflate})
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestZip(t *testing.T) {
	jan, feb := "id,qty\n1,2\n2,3\n", "Qty,ID\n5,3\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("销售.csv")
	if err != nil {
		t.Fatal(err)
	}
	workbook := string(sheetOf(t, [][]any{{"id", "qty"}, {7, 8}}))
	for _, tt := range []struct {
		name    string
		in      []byte
		opt     Options
		header  string
		rows    string
		rejects int
		note    string
		kind    core.Kind
		says    string // of the error
	}{
		{name: "one member", in: zipOf(t, "jan.csv", jan), header: "id|qty", rows: "1|2¶2|3"},
		{name: "one of any name", in: zipOf(t, "export", jan), header: "id|qty", rows: "1|2¶2|3"},
		{name: "clutter of other systems", in: zipOf(t, "__MACOSX/._jan.csv", "\x00", ".DS_Store", "x", "data/", "", "data/jan.csv", jan), header: "id|qty", rows: "1|2¶2|3"},
		{name: "packed twice", in: zipOf(t, "jan.csv.gz", string(gzipped([]byte(jan)))), header: "id|qty", rows: "1|2¶2|3"},
		{name: "a zip in gzip", in: gzipped(zipOf(t, "jan.csv", jan)), header: "id|qty", rows: "1|2¶2|3"},
		{name: "a workbook", in: zipOf(t, "jan.xlsx", workbook), header: "id|qty", rows: "7|8"},
		{name: "one shape", in: zipOf(t, "jan.csv", jan, "feb.csv", feb, "mar.jsonl", `{"id":9,"qty":1}`, "apr.xlsx", workbook),
			header: "file|id|qty", rows: "jan.csv|1|2¶jan.csv|2|3¶feb.csv|3|5¶mar.jsonl|9|1¶apr.xlsx|7|8"},
		{name: "with a column file", in: zipOf(t, "a.csv", "file,x\n1,2\n", "b.csv", "file,x\n3,4\n"), header: "file_2|file|x", rows: "a.csv|1|2¶b.csv|3|4"},
		{name: "an empty one and a picture", in: zipOf(t, "a.csv", jan, "b.csv", "", "c.png", "\x89PNG", "d.csv", feb), header: "file|id|qty", rows: "a.csv|1|2¶a.csv|2|3¶d.csv|3|5", note: "b.csv"},
		{name: "a month without rows", in: zipOf(t, "a.csv", "id,qty\n", "d.csv", feb), header: "file|id|qty", rows: "d.csv|3|5"},
		{name: "ragged lines", in: zipOf(t, "a.csv", jan+"1\n", "d.csv", feb+"1,2,3\n"), header: "file|id|qty", rows: "a.csv|1|2¶a.csv|2|3¶d.csv|3|5", rejects: 2},
		{name: "chosen", in: zipOf(t, "x/jan.csv", jan, "shops.csv", "shop\nLyon\n"), opt: Options{Member: "shops.csv"}, header: "shop", rows: "Lyon"},
		{name: "chosen by its last name", in: zipOf(t, "x/jan.csv", jan, "shops.csv", "shop\nLyon\n"), opt: Options{Member: "Jan.csv"}, header: "id|qty", rows: "1|2¶2|3"},
		{name: "a Chinese name", in: zipOf(t, gbk, jan, "b.csv", jan), header: "file|id|qty", rows: "销售.csv|1|2¶销售.csv|2|3¶b.csv|1|2¶b.csv|2|3"},
		{name: "all of other shapes", in: zipOf(t, "jan.csv", jan, "shops.csv", "ID,shop\n1,Lyon\n"), opt: Options{Union: true}, header: "file|id|qty|shop", rows: "jan.csv|1|2¶jan.csv|2|3¶shops.csv|1|∅|Lyon"},
		{name: "names that climb", in: zipOf(t, "../../etc/x.csv", jan, "jan.csv", jan), header: "id|qty", rows: "1|2¶2|3", note: "../../etc/x.csv"},

		{name: "other shapes", in: zipOf(t, "jan.csv", jan, "feb.csv", feb, "shops.csv", "id,shop\n1,Lyon\n"), kind: core.Invalid, says: `shops.csv lacks "qty" and has "shop"`},
		{name: "only names that climb", in: zipOf(t, "/etc/x.csv", jan), kind: core.Invalid, says: "/etc/x.csv"},
		{name: "a member that is not there", in: zipOf(t, "jan.csv", jan), opt: Options{Member: "x"}, kind: core.NotFound, says: `"x"`},
		{name: "no table", in: zipOf(t, "a.png", "x", "b.pdf", "y"), kind: core.Unsupported, says: "without a table"},
		{name: "a zip in a zip", in: zipOf(t, "a.csv", string(zipOf(t, "b.csv", jan))), kind: core.Unsupported, says: "inside a zip"},
		{name: "no files", in: zipOf(t), kind: core.Invalid, says: "is empty"},
		{name: "all empty", in: zipOf(t, "a.csv", "", "b.csv", ""), kind: core.Invalid, says: "2 files are empty"},
		{name: "a PDF in it", in: zipOf(t, "a.csv", "%PDF-1.4"), kind: core.Unsupported, says: "shop.zip/a.csv is a PDF"},
		{name: "a bomb", in: zipOf(t, "a.csv", "x,y\n"+strings.Repeat(strings.Repeat("x", 1<<20)+",1\n", 130)), kind: core.Invalid, says: "bomb"},
		{name: "cut short", in: zipOf(t, "jan.csv", jan)[:90], kind: core.Invalid, says: "damaged"},
	} {
		for _, at := range []bool{false, true} {
			if at && tt.in[0] == 0x1f || !at && tt.name == "a bomb" { // which takes a second
				continue
			}
			t.Run(fmt.Sprint(tt.name, ", in any order ", at), func(t *testing.T) {
				opt := tt.opt
				opt.Name = "shop.zip"
				if at {
					opt.At, opt.Size = bytes.NewReader(tt.in), int64(len(tt.in))
				}
				got := read(t, bytes.NewReader(tt.in), opt)
				if tt.says != "" {
					if core.KindOf(got.err) != tt.kind || !strings.Contains(fmt.Sprint(got.err), tt.says) || !strings.Contains(fmt.Sprint(got.err), "shop.zip") {
						t.Errorf("%v (%v), want %v saying %q", got.err, core.KindOf(got.err), tt.kind, tt.says)
					}
					return
				}
				if got.err != nil || strings.Join(got.header, "|") != tt.header || strings.Join(got.rows, "¶") != tt.rows || len(got.rejects) != tt.rejects {
					t.Errorf("%v\nheader %q\nrows %q\nrejects %v", got.err, got.header, got.rows, got.rejects)
				}
				if got.info.Rows != int64(len(got.rows)) || got.info.Rejected != int64(tt.rejects) {
					t.Errorf("counted %d and %d", got.info.Rows, got.info.Rejected)
				}
				if notes := strings.Join(got.info.Notes, " "); !strings.Contains(notes, tt.note) {
					t.Errorf("notes %q", notes)
				}
			})
		}
	}
}

// Files that say how many rows each gave.
func TestParts(t *testing.T) {
	part := func(name, text string) Part {
		return Part{Name: name, Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	}
	var header []string
	var last core.Progress
	info, err := ReadParts(context.Background(), []Part{part("a.csv", "id,x\n1,NA\n"), part("b.csv", "id,x\n1\n2,5\n")}, Options{Name: "shops"}, Sink{
		Header: func(names []string) error { header = names; return nil },
		Row:    func(int64, [][]byte) error { return nil },
		Reject: func(j Reject) error {
			if j.Line != 2 || j.Reason != "b.csv: 1 cells instead of 2" {
				t.Errorf("%+v", j)
			}
			return nil
		},
	}, func(p core.Progress) { last = p })
	if err != nil || len(header) != 3 || fmt.Sprint(info.Files) != "[{a.csv utf-8 1 0} {b.csv utf-8 1 1}]" || info.Missing["NA"] != 1 || last.Total != 21 {
		t.Errorf("%v %q %+v, progress %+v", err, header, info, last)
	}
}

// Names are the same in a union when strings.EqualFold says so.
func TestFold(t *testing.T) {
	for r := rune(1); r < 0x1e944; r++ {
		if upper := unicode.ToUpper(r); strings.EqualFold(string(r), string(upper)) != (fold(string(r)) == fold(string(upper))) {
			t.Errorf("%q and %q", r, upper)
		}
	}
	for _, pair := range [][2]string{{"Straße", "STRASSE"}, {"K", "k"}, {"Umsatz", "umſatz"}, {"商品", "商品"}, {"a", "b"}} {
		if got := fold(pair[0]) == fold(pair[1]); got != strings.EqualFold(pair[0], pair[1]) {
			t.Errorf("%q and %q: %v", pair[0], pair[1], got)
		}
	}
}
