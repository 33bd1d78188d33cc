package source

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"shoptwin/core"
)

// check reads b and breaks when a promise of Read is broken: no panic, rows no
// wider than the header, valid text, counts that agree, errors for people.
func check(t *testing.T, b []byte, opt Options) {
	var header []string
	var rows, rejects int64
	opt.MaxLine = 1 << 12
	info, err := Read(context.Background(), bytes.NewReader(b), opt, Sink{
		Header: func(names []string) error {
			if len(names) < len(header) {
				t.Fatalf("header shrank from %q to %q", header, names)
			}
			header = append(header[:0], names...)
			seen := map[string]bool{}
			for _, n := range names {
				low := strings.ToLower(n)
				if n == "" || seen[low] || !utf8.ValidString(n) {
					t.Fatalf("header %q", names)
				}
				seen[low] = true
			}
			return nil
		},
		Row: func(_ int64, cells [][]byte) error {
			if len(cells) > len(header) {
				t.Fatalf("%d cells under %d columns", len(cells), len(header))
			}
			for _, c := range cells {
				if !utf8.Valid(c) || bytes.IndexByte(c, 0) >= 0 || c != nil && len(bytes.TrimSpace(c)) == 0 {
					t.Fatalf("cell %q", c)
				}
			}
			rows++
			return nil
		},
		Reject: func(j Reject) error {
			if j.Reason == "" || j.Line < 1 || !utf8.ValidString(j.Raw) || len(j.Raw) > 3*rawLimit {
				t.Fatalf("reject %+v", j)
			}
			rejects++
			return nil
		},
	}, nil)
	if info.Rejected != rejects || err == nil && info.Rows != rows {
		t.Fatalf("counted %d and %d, saw %d and %d", info.Rows, info.Rejected, rows, rejects)
	}
	if err != nil && core.KindOf(err) == core.Internal {
		t.Fatalf("%v is not for people", err)
	}
	if err == nil && rows == 0 {
		t.Fatal("no rows and no error")
	}
}

func FuzzDelimited(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "a;b\r\n\"x;y\";2\r3;4", "a\tb\n\"un\nclosed,2\n", "\xff\xfea\x00,\x00b\x00\n\x00", "sep=;\n1;2",
		"名称,b\n\xc6\xbb\xb9\xfb,2\n", "a,b\n1,\x00\n", "\"a\"\"b\",c\n\"\",\n", "a,a,A,\n1,2,3,4\n\r\r\n5,6,7,8", "\xef\xbb\xbfa|b\n1|2",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		check(t, b, Options{Name: "x.csv"})
		inBlocks(t, b, Options{Name: "x.csv", MaxLine: 1 << 9}, 7)
	})
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`[{"a":1},{"b":[{}]}]`, "{\"a\":1}\n{\"a\":\"\\u0000\"}\n", `{"data":[{"a":1}]}`, `{"a":"\ud800"}`, `[1,{"a":"]"}`, `{"":{"a":"\\"}}`, `[{}]`, `[{},1]`,
	} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, lines bool) {
		name := "x.json"
		if lines {
			name = "x.jsonl"
		}
		check(t, b, Options{Name: name})
	})
}

func FuzzAny(f *testing.F) {
	f.Add(gzipped([]byte("a,b\n1,2\n")))
	f.Add([]byte("PK\x03\x04 no zip"))
	f.Add([]byte{0, 'a', 0, ',', 0, 'b', 0, '\n', 0, '1', 0, ',', 0, '2'})
	f.Fuzz(func(t *testing.T, b []byte) { check(t, b, Options{}) })
}
