package source

import (
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/simplifiedchinese"

	"shoptwin/core"
)

func TestXML(t *testing.T) {
	orders := `<?xml version="1.0"?><export at="2024"><shop>Lyon</shop><orders>
	<order id="1"><customer><name>Li</name><city>Paris</city></customer><line sku="a" qty="2"/><line sku="b" qty="1"/></order>
	<order id="2"><customer><name>Bo &amp; Co</name></customer><line sku="a" qty="5"/></order>
	<order id="3"/><!-- none --></orders></export>`
	for _, tt := range []struct {
		name, in, record string
		header           string
		rows             []string
		found, note      string
	}{
		{name: "found by what repeats", in: orders, header: "export.at|export.shop|id|customer.name|customer.city|line.sku|line.qty", found: "export/orders/order",
			rows: []string{`2024|Lyon|1|Li|Paris|["a","b"]|["2","1"]`, "2024|Lyon|2|Bo & Co|∅|a|5", "2024|Lyon|3"}, note: `"line.sku" stands up to 2 times`},
		{name: "chosen", in: orders, record: "line", header: "export.at|export.shop|order.id|sku|qty", found: "export/orders/order/line",
			rows: []string{"2024|Lyon|1|a|2", "2024|Lyon|1|b|1", "2024|Lyon|2|a|5"}},
		{name: "chosen by its path", in: orders, record: "/export/orders/order/customer", header: "export.at|export.shop|order.id|name|city", found: "export/orders/order/customer",
			rows: []string{"2024|Lyon|1|Li|Paris", "2024|Lyon|2|Bo & Co"}},
		{name: "rows of values", in: "<a><v>1</v><v>2</v><v/></a>", header: "v", rows: []string{"1", "2", "∅"}, found: "a/v"},
		{name: "one record", in: "<a><id>1</id><b>x</b></a>", header: "id|b", rows: []string{"1|x"}, found: "a"},
		{name: "one record in a list", in: "<list><a><id>1</id><b>x</b></a></list>", header: "id|b", rows: []string{"1|x"}, found: "list/a"},
		{name: "namespaces", in: `<s:list xmlns:s="u:s"><s:a k="1"/><s:a k="2"/></s:list>`, header: "k", rows: []string{"1", "2"}, found: "list/a"},
		{name: "attribute and element of one name", in: `<l><a id="1"><id>x</id></a><a id="2"/></l>`, header: "id", rows: []string{`["1","x"]`, "2"}, found: "l/a", note: `"id" stands up to 2 times`},
		{name: "new columns later", in: `<l><a><x>1</x></a><a><y>2</y></a></l>`, header: "x|y", rows: []string{"1", "∅|2"}, found: "l/a"},
		{name: "CDATA and text around parts", in: `<l><a>say <b>x</b><![CDATA[<hi>]]></a><a>n</a></l>`, header: "b|a", rows: []string{"x|say <hi>", "∅|n"}, found: "l/a"},
		{name: "entities that are declared", in: `<!DOCTYPE l [<!ENTITY a "aaaa">]><l><a k="1">x</a><a k="2">y</a></l>`, header: "k|a", rows: []string{"1|x", "2|y"}, found: "l/a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, strings.NewReader(tt.in), Options{Name: "x.xml", Record: tt.record})
			trim := func(rows []string) string {
				out := make([]string, len(rows))
				for i, r := range rows {
					out[i] = strings.TrimRight(r, "|∅")
				}
				return strings.Join(out, "¶")
			}
			if got.err != nil || strings.Join(got.header, "|") != tt.header || trim(got.rows) != trim(tt.rows) || got.info.Record != tt.found {
				t.Errorf("%v\nheader %q\nrows %q\nrecord %q", got.err, got.header, got.rows, got.info.Record)
			}
			if notes := strings.Join(got.info.Notes, " "); !strings.Contains(notes, tt.note) {
				t.Errorf("notes %q", notes)
			}
			small := read(t, iotest.OneByteReader(strings.NewReader(tt.in)), Options{Name: "x.xml", Record: tt.record})
			if small.err != nil || strings.Join(small.rows, "¶") != strings.Join(got.rows, "¶") {
				t.Errorf("byte by byte: %v %q", small.err, small.rows)
			}
		})
	}
	t.Run("the encoding it says", func(t *testing.T) {
		b, err := simplifiedchinese.GBK.NewEncoder().String(`<?xml version="1.0" encoding="GBK"?><l><商品 名="茶"/><商品 名="水"/></l>`)
		if err != nil {
			t.Fatal(err)
		}
		got := read(t, strings.NewReader(b), Options{Name: "x"})
		if got.err != nil || got.info.Encoding != "gb18030" || strings.Join(got.rows, "") != "茶水" {
			t.Errorf("%v %q %q", got.err, got.info.Encoding, got.rows)
		}
	})
}

// What is broken, or wants to be a bomb, is said with its line.
func TestBadXML(t *testing.T) {
	laughs := `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l><r>&b;</r><r>x</r></l>`
	for _, tt := range []struct {
		name, in, record string
		says             string
	}{
		{"a billion laughs", laughs, "", "line 1: not valid XML"},
		{"a file from outside", `<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l><r>&a;</r><r>x</r></l>`, "", "not valid XML"},
		{"cut short", "<l>\n<r>1</r>\n<r>2", "", "not valid XML after 0 rows"},
		{"tags that do not match", "<l>\n<r>1</r>\n<r>2</x></l>", "", "line 3"},
		{"too deep", strings.Repeat("<a>", 5000), "", "x.xml"},
		{"one endless value", "<l><r>1</r><r>" + strings.Repeat("x", 3<<20) + "</r></l>", "", "longer than"},
		{"one endless record", "<l><r>1</r><r>" + strings.Repeat("<v>1234567890</v>", 300_000) + "</r></l>", "r", "longer than"},
		{"no such record", "<l><r>1</r></l>", "order", `no element "order"`},
		{"nothing but a root", "<l/>", "", "x.xml"},
		{"no XML", "a,b\n1,2\n", "", "x.xml"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, strings.NewReader(tt.in), Options{Name: "x.xml", Record: tt.record})
			if k := core.KindOf(got.err); got.err == nil || k != core.Invalid && k != core.NotFound || !strings.Contains(fmt.Sprint(got.err), tt.says) {
				t.Errorf("%v (%v), want %q", got.err, k, tt.says)
			}
		})
	}
}
