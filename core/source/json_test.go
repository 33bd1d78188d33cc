package source

import (
	"strings"
	"testing"
	"testing/iotest"
)

func TestJSON(t *testing.T) {
	many := strings.Repeat(`{"a":1}`+"\n", headerObjects+5)
	for _, tt := range []struct {
		name, file, in string
		format, header string
		rows           []string
		rejects        int
	}{
		{"lines", "x.jsonl", `{"a":1,"b":"x"}` + "\n" + `{"b":null,"a":2.50}` + "\n", "jsonl", "a|b", []string{"1|x", "2.50|∅"}, 0},
		{"lines without an ending of the name", "x", `{"a":1}` + "\n" + `{"a":2}`, "jsonl", "a", []string{"1", "2"}, 0},
		{"broken lines", "x.jsonl", `{"a":1}` + "\n" + `{"a":` + "\n" + `[1]` + "\n\n" + `{"a":3}`, "jsonl", "a", []string{"1", "3"}, 2},
		{"array", "x.json", `[ {"a":1 , "b":{"c":[1,2]}} , {"a":true,"b":[]} ]`, "json", "a|b", []string{`1|{"c":[1,2]}`, "true|[]"}, 0},
		{"array over lines", "x.json", "[\n  {\n    \"a\": \"x,y\\n\\u4e2d\"\n  },\n  {\"a\": \"\\\"\"}\n]\n", "json", "a", []string{"x,y\n中", `"`}, 0},
		{"wrapped", "x.json", `{"status":"ok","n":[1],"data":[{"a":1},{"a":2}],"end":0}`, "json", "a", []string{"1", "2"}, 0},
		{"one object", "x.json", `{"a":1,"b":"q"}`, "json", "a|b", []string{"1|q"}, 0},
		{"keys that come later", "x.json", `[{"a":1},{"b":2,"a":3}]`, "json", "a|b", []string{"1", "3|2"}, 0},
		{"key in two cases", "x.json", `[{"id":1,"ID":2}]`, "json", "id|ID_2", []string{"1|2"}, 0},
		{"elements that are none", "x.json", `[{"a":1}, 7, "x", {"a":2}]`, "json", "a", []string{"1", "2"}, 2},
		{"NUL in text", "x.jsonl", `{"a":"x\u0000"}` + "\n" + `{"a":"y"}`, "jsonl", "a", []string{"y"}, 1},
		{"broken UTF-8", "x.jsonl", "{\"a\":\"\xff\"}\n" + strings.Repeat("{\"a\":\"中文字\"}\n", 30), "jsonl", "a", strings.Split(strings.TrimSpace(strings.Repeat("中文字 ", 30)), " "), 1},
		{"more than are looked at first", "x.jsonl", many + `{"b":5}`, "jsonl", "a|b", append(strings.Split(strings.TrimSpace(strings.Repeat("1 ", headerObjects+5)), " "), "∅|5"), 0},
		{"empty key", "x.jsonl", `{"":1}`, "jsonl", "column_1", []string{"1"}, 0},
		{"missing words", "x.jsonl", `{"a":"","b":"NA"}` + "\n" + `{"a":"x"}`, "jsonl", "a|b", []string{"∅|∅", "x|∅"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, strings.NewReader(tt.in), Options{Name: tt.file})
			if got.err != nil {
				t.Fatal(got.err)
			}
			if got.info.Format != tt.format || strings.Join(got.header, "|") != tt.header || len(got.rejects) != tt.rejects {
				t.Errorf("%s, header %q, rejects %v", got.info.Format, got.header, got.rejects)
			}
			width := func(rows []string) string { // a row may end before the last columns
				out := make([]string, len(rows))
				for i, r := range rows {
					out[i] = strings.TrimRight(r, "|∅")
				}
				return strings.Join(out, "¶")
			}
			if width(got.rows) != width(tt.rows) {
				t.Errorf("rows %q, want %q", got.rows, tt.rows)
			}
			small := read(t, iotest.OneByteReader(strings.NewReader(tt.in)), Options{Name: tt.file})
			if small.err != nil || strings.Join(small.rows, "¶") != strings.Join(got.rows, "¶") {
				t.Errorf("byte by byte: %v %q", small.err, small.rows)
			}
		})
	}
}
