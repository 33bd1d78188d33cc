package encode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"shoptwin/core/table"
)

// Fresh keys look like the real ones and are none of them.
func TestKeysAreFresh(t *testing.T) {
	const rows = 3000
	hex := func(r *rand.Rand, n int) string {
		s := make([]byte, n)
		for i := range s {
			s[i] = "0123456789abcdef"[r.IntN(16)]
		}
		return string(s)
	}
	for _, tt := range []struct {
		name string
		draw func(r *rand.Rand, i int) string
		like string
	}{
		{"counted", func(r *rand.Rand, i int) string { return fmt.Sprintf("C%06d", i+1) }, `^C\d{6}$`},
		{"counted, unpadded", func(r *rand.Rand, i int) string { return fmt.Sprintf("order-%d", 3*i) }, `^order-[1-9]\d{3,4}$`},
		{"digits", func(r *rand.Rand, i int) string { return fmt.Sprint(536365 + i) }, `^[6-9]\d{5}$`},
		{"shared digits", func(r *rand.Rand, i int) string { return fmt.Sprintf("A77%04d", i) }, `^A\d{6}$`},
		{"uuid", func(r *rand.Rand, i int) string {
			return hex(r, 8) + "-" + hex(r, 4) + "-4" + hex(r, 3) + "-" + hex(r, 12)
		}, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{12}$`},
		{"no form", func(r *rand.Rand, i int) string { return fmt.Sprint(i, "/", hex(r, 1+r.IntN(6))) }, `^I+\d{7}$`},
		{"two forms", func(r *rand.Rand, i int) string { return []string{"", "C"}[r.IntN(2)] + fmt.Sprint(536365+i) }, `^I+\d{7}$`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := source(4)
			cells, real := make([]string, rows), map[string]bool{}
			for i := range cells {
				cells[i] = tt.draw(r, i)
				real[cells[i]] = true
			}
			tab := &table.Table{Columns: []*table.Column{table.NewText("id", cells, nil)}}
			e, _ := roundTrip(t, tab, Config{})
			like, seen := regexp.MustCompile(tt.like), map[string]bool{}
			for b := range 3 {
				out, err := e.DecodeRows(nil, rows, int64(b*rows), source(uint64(b)))
				if err != nil {
					t.Fatal(err)
				}
				for i := range rows {
					cell := out.Columns[0].Cell(i)
					if !like.MatchString(cell) || real[cell] || seen[cell] {
						t.Fatalf("key %q: like the others %v, real %v, seen before %v", cell, like.MatchString(cell), real[cell], seen[cell])
					}
					seen[cell] = true
				}
			}
		})
	}
}

func TestKeysOfNumbers(t *testing.T) {
	for _, from := range []float64{1, 12346, -5000, 1 << 53} {
		ids := make([]float64, 3000)
		for i := range ids {
			ids[i] = from + 2*float64(i)
		}
		ids[7] = math.NaN()
		tab := &table.Table{Columns: []*table.Column{table.NewNumber("customer_id", ids)}}
		_, out := roundTrip(t, tab, Config{})
		got := present(out.Columns[0].Num)
		slices.Sort(got)
		if n := len(slices.Compact(got)); n < 2998 || n > 3000 {
			t.Errorf("from %g: %d different keys, expected 2999", from, n)
		}
		for _, x := range got {
			if slices.Contains(ids, x) {
				t.Errorf("from %g: real key %g", from, x)
			}
		}
	}
}

// A key that repeats does so as often as the real one.
func TestKeysRepeat(t *testing.T) {
	r := source(8)
	var cells []string
	for c := 0; len(cells) < 20000; c++ {
		for range 1 + int(r.ExpFloat64()*5) {
			cells = append(cells, fmt.Sprintf("C%05d", c))
		}
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("customer_id", cells, nil)}}
	e, out := roundTrip(t, tab, Config{})
	if len(e.Warnings) != 1 {
		t.Errorf("warnings %q", e.Warnings)
	}
	sizes := func(c *table.Column) (x []float64) {
		for _, share := range shares(c) {
			x = append(x, math.Round(share*float64(c.Len())))
		}
		return x
	}
	a, b := sizes(tab.Columns[0]), sizes(out.Columns[0])
	if d := ks(a, b); d > .03 {
		t.Errorf("rows of a key: KS distance %.3f", d)
	}
	if ratio := float64(len(b)) / float64(len(a)); math.Abs(ratio-1) > .03 {
		t.Errorf("%d keys, really %d", len(b), len(a))
	}
}

func TestRoundUp(t *testing.T) {
	for n, want := range map[int64]int64{1: 1, 9: 9, 10: 10, 11: 20, 99: 100, 100000: 100000, 99813: 100000, 540001: 600000} {
		if got := roundUp(n); got != want {
			t.Errorf("roundUp(%d) = %d, expected %d", n, got, want)
		}
	}
}

func TestAffineIsOneToOne(t *testing.T) {
	for _, space := range []uint64{1, 2, 26, 1000, 36 * 36, 62 * 26} {
		seen := map[uint64]bool{}
		for i := range space {
			seen[affine(i, space)] = true
		}
		if uint64(len(seen)) != space {
			t.Errorf("%d values of %d", len(seen), space)
		}
	}
}
