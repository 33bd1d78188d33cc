package export

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shoptwin/core/table"
)

func FuzzDelimited(f *testing.F) {
	for _, s := range []string{"", "a", "=1", `"`, "a\"b,c", "\t", "\r", "\n", "'=", " x", "日本", "\xff", `\.`, "-\r\n-"} {
		f.Add(s, "b", true)
	}
	f.Fuzz(delimitedBack)
}

// delimitedBack writes a and b as cells of CSV and TSV and reads them back.
func delimitedBack(t *testing.T, a, b string, guard bool) {
	x := &table.Table{Columns: []*table.Column{table.NewText("a", []string{a, b}, nil), table.NewText("b", []string{b, a}, nil)}}
	for _, format := range []Format{CSV, TSV} {
		in := csv.NewReader(bytes.NewReader(write(t, x, Options{Format: format, NoFormulaGuard: !guard}, 1)))
		if format == TSV {
			in.Comma = '\t'
		}
		rows, err := in.ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatalf("%q, %q: %d rows, %v", a, b, len(rows), err)
		}
		for i, want := range [][2]string{{a, b}, {b, a}} {
			for j, s := range want {
				s = strings.ReplaceAll(guarded(s, guard), "\r\n", "\n")
				got := rows[i+1][j]
				if got != s {
					t.Fatalf("%q, want %q", got, s)
				}
				if guard && got != "" && strings.ContainsRune("=+-@\t\r", rune(got[0])) {
					t.Fatalf("%q is not guarded", got)
				}
			}
		}
	}
}

// TestHardText does what FuzzDelimited does, with short texts of letters that
// mean something to somebody.
func TestHardText(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	letters := []string{`"`, ",", "\t", "\r", "\n", "=", "+", "-", "@", "'", " ", "a", "\\", ".", "é", "\u2028", "\xff", "\x00"}
	text := func() (s string) {
		for range rng.IntN(5) {
			s += letters[rng.IntN(len(letters))]
		}
		return s
	}
	for range 5000 {
		delimitedBack(t, text(), text(), rng.IntN(2) == 0)
	}
}

func FuzzXLSXText(f *testing.F) {
	for _, s := range []string{"a", "_x0041_", "_x005F_x0041_", "<&>\"'", "\r\n", "\x00", "\ufffe", "\xff", "😀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if utf16Len(s) > 1000 {
			return
		}
		x := &table.Table{Columns: []*table.Column{table.NewText("a", []string{s}, nil)}}
		book, err := excelize.OpenReader(bytes.NewReader(write(t, x, Options{Format: XLSX}, 1)))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		want := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
				return 0xfffd
			}
			return r
		}, s)
		if got, _ := book.GetCellValue("Sheet1", "A2"); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}
