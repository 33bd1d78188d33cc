package source

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func TestLinesThatAddUp(t *testing.T) {
	row := func(s string) (cells [][]byte) {
		for c := range strings.SplitSeq(s, ",") {
			cells = append(cells, []byte(c))
		}
		return cells
	}
	for s, want := range map[string]bool{
		"合计,,,12,99.5":               true,
		"Total:,,,12,99.5":           true,
		",Grand Total,,12,":          true,
		" subtotal ,,3":              true,
		"总计：,,,,":                    true,
		"Total,,190,￥1 299.50":       true,
		"Total,,190,1999 new":        false,
		"Total,a,b,12,99.5":          false, // a brand that is called so
		"Total Body Lotion,,,12,9.5": false,
		"Total,12":                   false,
		"2024-01-02,milk,,1,":        false,
		",,,,":                       false,
	} {
		if got := addsUp(row(s)); got != want {
			t.Errorf("%q adds up: %v", s, got)
		}
	}
}

// The line is set aside with its reason, by itself and among many blocks.
func TestSumsAreSetAside(t *testing.T) {
	for _, n := range []int{20, 200_000} {
		var in strings.Builder
		in.WriteString("day,product,units,amount\n")
		for i := range n {
			fmt.Fprintf(&in, "2024-01-02,milk,%d,1.5\n", i)
		}
		in.WriteString("Total,,190,30.00\n")
		var rejects []Reject
		info, err := Read(context.Background(), strings.NewReader(in.String()), Options{Name: "a.csv"}, Sink{
			Header: func([]string) error { return nil }, Row: func(int64, [][]byte) error { return nil },
			Reject: func(j Reject) error { rejects = append(rejects, j); return nil },
		}, nil)
		if err != nil || info.Rows != int64(n) || len(rejects) != 1 || rejects[0].Reason != sumLine || rejects[0].Line != int64(n+2) || rejects[0].Raw != "Total,,190,30.00" {
			t.Errorf("%d rows: kept %d, rejected %+v, error %v", n, info.Rows, rejects, err)
		}
	}
}

func BenchmarkAddsUp(b *testing.B) {
	rows := [][][]byte{{[]byte("2024-01-02"), []byte("milk"), []byte("3")}, {[]byte("sugar"), []byte("milk"), []byte("3")}}
	for i := 0; b.Loop(); i++ {
		if addsUp(rows[i&1]) {
			b.Fatal("it is none")
		}
	}
}
