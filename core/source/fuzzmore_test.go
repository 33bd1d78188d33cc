package source

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func FuzzXML(f *testing.F) {
	for _, s := range []string{
		`<a><b x="1"><c>2</c></b><b x="3"/></a>`, `<?xml version="1.0" encoding="GBK"?><l><r k="` + "\xc6\xbb" + `"/><r/></l>`,
		`<!DOCTYPE l [<!ENTITY a "b">]><l><r>&a;</r></l>`, "<l><r><![CDATA[x]]></r><r>y</r>", `<s:l xmlns:s="u"><s:r/><s:r>1</s:r></s:l>`, "<a><a><a>1</a></a></a>",
		"<l><r>1</r><r><v>1</v><v>2</v></r></l>", "<l>\x00</l>", "<l/>",
	} {
		f.Add([]byte(s), "")
		f.Add([]byte(s), "r")
	}
	f.Fuzz(func(t *testing.T, b []byte, record string) { check(t, b, Options{Name: "x.xml", Record: record}) })
}

// FuzzZip packs two members, and damages the archive at one place.
func FuzzZip(f *testing.F) {
	f.Add("a.csv", []byte("a,b\n1,2\n"), "b.csv", []byte("b,a\n3,4\n"), 0, byte(0), false)
	f.Add("../a.csv", []byte("a\n1\n"), "b.json", []byte(`[{"a":1}]`), 30, byte(1), true)
	f.Add("a.xml", []byte("<a><b>1</b></a>"), "\xc6\xbb.csv", []byte("b\n1\n"), 99, byte(0xff), true)
	f.Add("x", []byte("PK\x03\x04"), "", []byte{}, 5, byte(8), false)
	f.Fuzz(func(t *testing.T, n1 string, b1 []byte, n2 string, b2 []byte, at int, flip byte, union bool) {
		if len(n1) > 1000 || len(n2) > 1000 || strings.HasSuffix(n1, "/") || strings.HasSuffix(n2, "/") { // no zip has a folder with content
			return
		}
		z := zipOf(t, n1, string(b1), n2, string(b2))
		if at >= 0 && at < len(z) {
			z[at] ^= flip
		}
		check(t, z, Options{Name: "x.zip", Union: union, Size: int64(len(z)), At: bytes.NewReader(z)})
	})
}

// FuzzExcel puts any XML where a workbook has its sheet, its book or its
// styles.
func FuzzExcel(f *testing.F) {
	book := excelize.NewFile()
	if err := book.SetSheetRow("Sheet1", "A1", &[]any{"id", "name"}); err != nil {
		f.Fatal(err)
	}
	if err := book.SetSheetRow("Sheet1", "A2", &[]any{1, "x"}); err != nil {
		f.Fatal(err)
	}
	if err := book.MergeCell("Sheet1", "A2", "A3"); err != nil {
		f.Fatal(err)
	}
	parts := []string{"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"}
	texts := map[string]string{}
	all := append([]string{"[Content_Types].xml", "_rels/.rels"}, parts...)
	var buf bytes.Buffer
	if err := book.Write(&buf); err != nil {
		f.Fatal(err)
	}
	for _, name := range all {
		texts[name] = unzipped(f, buf.Bytes(), name)
	}
	for i, name := range parts {
		f.Add(uint8(i), []byte(texts[name]), 0)
	}
	f.Add(uint8(0), []byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="ZZZ99"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>`), 1)
	f.Fuzz(func(t *testing.T, which uint8, part []byte, header int) {
		if header < 0 || len(part) > 1<<16 {
			return
		}
		var files []string
		for _, name := range all {
			text := texts[name]
			if name == parts[int(which)%len(parts)] {
				text = string(part)
			}
			files = append(files, name, text)
		}
		check(t, zipOf(t, files...), Options{Name: "x.xlsx", HeaderRow: header})
	})
}
