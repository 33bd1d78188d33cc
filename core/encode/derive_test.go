package encode

import (
	"fmt"
	"math"
	"testing"

	"shoptwin/core/table"
)

// What follows from another column in the real table does so in the sample,
// whatever the codes.
func TestRulesAreKept(t *testing.T) {
	r := source(11)
	const rows = 4000
	product, category, department, code := make([]string, rows), make([]string, rows), make([]string, rows), make([]float64, rows)
	price, noise := make([]float64, rows), make([]string, rows)
	gone := make([]bool, rows)
	for i := range rows {
		p := r.IntN(120)
		gone[i] = r.IntN(10) == 0
		product[i] = fmt.Sprint("product ", p)
		category[i] = fmt.Sprint("category ", p%11)
		department[i] = fmt.Sprint("department ", p%11%3)
		code[i] = float64(100 + p%11) // names the category, too
		price[i] = float64(199+p*p) / 100
		noise[i] = fmt.Sprint("noise ", r.IntN(3))
		if gone[i] { // says nothing about the others
			category[i], department[i], code[i], price[i] = "category 0", "department 0", 100, float64(r.IntN(9))
		}
	}
	tab := &table.Table{Columns: []*table.Column{
		table.NewText("department", department, nil), table.NewText("category", category, nil),
		table.NewNumber("code", code), table.NewText("product", product, gone),
		table.NewNumber("price", price), table.NewText("noise", noise, nil),
	}}
	e, out := roundTrip(t, tab, Config{})
	if got := fmt.Sprint(e.BlockNames()); got != "[product noise]" {
		t.Errorf("blocks %s", got)
	}
	for _, tt := range []struct{ from, to string }{{"product", "category"}, {"product", "price"}, {"product", "code"}, {"product", "department"}} {
		rule := map[string]string{}
		a, b := tab.Column(tt.from), tab.Column(tt.to)
		for i := range rows {
			if !a.Missing(i) {
				rule[a.Cell(i)] = b.Cell(i)
			}
		}
		a, b = out.Column(tt.from), out.Column(tt.to)
		for i := range rows {
			if !a.Missing(i) && rule[a.Cell(i)] != b.Cell(i) {
				t.Fatalf("row %d: %s %q with %s %q", i, tt.from, a.Cell(i), tt.to, b.Cell(i))
			}
		}
		if d := variation(tab.Column(tt.to), b); d > .12 {
			t.Errorf("%s: total variation %.3f", tt.to, d)
		}
	}
}

// Of two names for the same thing the first is learned, the second follows.
func TestTwoNames(t *testing.T) {
	r := source(12)
	a, b := make([]string, 500), make([]float64, 500)
	for i := range a {
		k := r.IntN(7)
		a[i], b[i] = fmt.Sprint("level ", k), float64(k*k)
		if k == 0 {
			b[i] = math.NaN()
		}
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("a", a, nil), table.NewNumber("b", b)}}
	e, out := roundTrip(t, tab, Config{})
	if got := fmt.Sprint(e.BlockNames()); got != "[a]" {
		t.Errorf("blocks %s", got)
	}
	for i := range a {
		var k int
		fmt.Sscanf(out.Columns[0].Cell(i), "level %d", &k)
		if got, want := out.Columns[1].Cell(i), fmt.Sprint(k*k); k == 0 && got != "" || k > 0 && got != want {
			t.Fatalf("row %d: a is level %d, b %q", i, k, got)
		}
	}
}

// Chance is no rule: a rare flag that happens to agree within every level.
func TestChanceIsNoRule(t *testing.T) {
	level, flag := make([]string, 300), make([]string, 300)
	for i := range level {
		level[i], flag[i] = fmt.Sprint("level ", i/10), "no"
		if i/10 == 3 {
			flag[i] = "yes"
		}
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("level", level, nil), table.NewText("flag", flag, nil)}}
	if e, _ := roundTrip(t, tab, Config{}); len(e.Widths()) != 2 {
		t.Errorf("blocks %v", e.BlockNames())
	}
}
