package encode

import (
	"fmt"
	"regexp"
	"testing"

	"shoptwin/core/table"
)

// Products of few rows get fresh codes that look like theirs, repeat as they
// do and name no real product; towns of few rows are "other".
func TestRareCodesAreFresh(t *testing.T) {
	r := source(5)
	const rows = 6000
	product, town, often := make([]string, rows), make([]string, rows), map[string]int{}
	for i := range rows {
		id := r.IntN(40)
		if i%2 == 0 {
			id = 100 + r.IntN(1500) // about two rows each
		}
		product[i] = fmt.Sprintf("P%05d", id)
		if id%97 == 96 {
			product[i] = fmt.Sprintf("P%05d-B", id)
		}
		often[product[i]]++
		town[i] = "Lyon"
		if i%8 == 0 {
			town[i] = "Saint " + string(rune('A'+r.IntN(26))) + string(rune('a'+r.IntN(26))) + string(rune('a'+r.IntN(26)))
		}
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("product", product, nil), table.NewText("town", town, nil)}}
	e, err := Fit(tab, Config{}, source(1))
	if err != nil {
		t.Fatal(err)
	}
	form, fresh, other := regexp.MustCompile(`^P\d{5}$`), map[string]int{}, 0
	const blocks = 3
	for b := range blocks {
		codes, err := e.Codes(tab)
		if err != nil {
			t.Fatal(err)
		}
		out, err := e.DecodeRows(codes, rows, int64(b*rows), source(uint64(b)))
		if err != nil {
			t.Fatal(err)
		}
		if err := out.Check(); err != nil {
			t.Fatal(err)
		}
		here := map[string]bool{}
		for i := range rows {
			cell := out.Columns[0].Cell(i)
			if often[cell] >= 5 {
				continue
			}
			if often[cell] > 0 || !form.MatchString(cell) || fresh[cell] > 0 && !here[cell] {
				t.Fatalf("block %d: %q, real %d times, drawn %d times before", b, cell, often[cell], fresh[cell])
			}
			fresh[cell]++
			here[cell] = true
		}
		for i := range rows {
			if out.Columns[1].Cell(i) == "other" {
				other++
			}
		}
	}
	rare, rareRows, freshRows := 0, 0, 0
	for _, n := range often {
		if n < 5 {
			rare, rareRows = rare+1, rareRows+n
		}
	}
	for _, n := range fresh {
		freshRows += n
	}
	if a, b := float64(rareRows)/float64(rare), float64(freshRows)/float64(len(fresh)); freshRows != blocks*rareRows || b < .8*a || b > 1.25*a {
		t.Errorf("%d rows of rare products, %d fresh; %.2f rows a product, fresh %.2f", rareRows, freshRows, a, b)
	}
	if other == 0 {
		t.Error("no town is written as other")
	}
	b, err := e.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var again Encoder
	if err := again.UnmarshalBinary(b); err != nil {
		t.Error(err)
	}
}
