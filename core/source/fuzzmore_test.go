package source

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
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

// A workbook of two rows, by hand: what excelize writes brings styles and
// themes along, whose 10 kB each run would read and no change would matter in.
var smallBook = map[string]string{
	"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
	"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
	"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
	"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	"xl/worksheets/sheet1.xml":   `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c t="inlineStr"><is><t>day</t></is></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" s="1"><v>45000.5</v></c></row></sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells></worksheet>`,
	"xl/styles.xml":              `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="170" formatCode="dd.mm.yyyy hh:mm"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs></styleSheet>`,
	"xl/sharedStrings.xml":       `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>id</t></si><si><r><t>na</t></r><r><t>me</t></r></si></sst>`,
}

// FuzzExcel puts any XML where a workbook has its sheet, its book, its styles,
// its texts or the way to its sheets.
func FuzzExcel(f *testing.F) {
	parts := []string{"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"}
	if got := read(f, bytes.NewReader(bookOf(f, "", "")), Options{Name: "x.xlsx"}); got.err != nil || strings.Join(got.rows, "") != "1|2023-03-15 12:00:00" || strings.Join(got.header, "|") != "id|day" {
		f.Fatalf("the workbook itself: %v %q %q", got.err, got.header, got.rows)
	}
	for i, name := range parts {
		f.Add(uint8(i), []byte(smallBook[name]), 0, false)
	}
	f.Add(uint8(0), []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="ZZZ99"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>`), 1, false)
	f.Add(uint8(0), []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="3"><c t="b"><v>1</v></c><c><v>x</v></c></row><row><c r="XFD4"><f>1+1</f><v>2</v></c></row><row r="2"/></sheetData></worksheet>`), 0, true)
	f.Add(uint8(1), []byte(strings.Replace(smallBook["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="1"/><sheets><sheet name="T" sheetId="2" state="hidden" r:id="r1"/>`, 1)), 0, true)
	f.Fuzz(func(t *testing.T, which uint8, part []byte, header int, all bool) {
		if header < 0 || len(part) > 1<<16 {
			return
		}
		opt := Options{Name: "x.xlsx", HeaderRow: header}
		if all {
			opt.Sheet = AllSheets
		}
		check(t, bookOf(t, parts[int(which)%len(parts)], string(part)), opt)
	})
}

// bookOf is the small workbook with one part instead of its own, unpacked: to
// pack it would take longer than to read it.
func bookOf(t testing.TB, name, part string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, n := range slices.Sorted(maps.Keys(smallBook)) {
		text := smallBook[n]
		if n == name {
			text = part
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: n, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(w, text)
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
