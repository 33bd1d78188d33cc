package relation

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

func text(name string, cells ...string) *table.Column {
	missing := make([]bool, len(cells))
	for i, s := range cells {
		missing[i] = s == ""
	}
	return table.NewText(name, cells, missing)
}

func numbered(name, prefix string, n int) *table.Column {
	cells := make([]string, n)
	for i := range cells {
		cells[i] = fmt.Sprintf("%s%03d", prefix, i)
	}
	return text(name, cells...)
}

func tab(name string, columns ...*table.Column) *table.Table {
	return &table.Table{Name: name, Columns: columns}
}

func TestParse(t *testing.T) {
	l, err := Parse("orders.customer=customers.id")
	if err != nil || l != (Link{"orders", "customer", "customers", "id"}) || l.String() != "orders.customer=customers.id" {
		t.Errorf("%v, %v", l, err)
	}
	for s, kind := range map[string]core.Kind{"orders.customer": core.Invalid, "a=b.c": core.Invalid, "a.=b.c": core.Invalid, "lines.order+no=orders.order+no": core.Unsupported} {
		if _, err := Parse(s); core.KindOf(err) != kind {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestMatch(t *testing.T) {
	rows := Match(text("c", "b", "", "x", "a"), text("id", "a", "b", ""))
	if !slices.Equal(rows, []int32{1, -1, -2, 0}) {
		t.Errorf("text: %v", rows)
	}
	rows = Match(table.NewNumber("c", []float64{7, math.NaN(), 8}), table.NewNumber("id", []float64{9, 7}))
	if !slices.Equal(rows, []int32{1, -1, -2}) {
		t.Errorf("numbers: %v", rows)
	}
}

// What cannot be learned is refused in words that name the place and the way
// out.
func TestCheck(t *testing.T) {
	a := tab("a", text("id", "1", "2", "3"), text("b", "x", "y", "x"))
	b := tab("b", text("id", "x", "y", "z"), text("c", "k", "k", ""), text("a", "1", "1", "2"))
	twice := tab("twice", text("id", "p", "q", "p"))
	c := tab("c", text("id", "k", "l", "m"), text("t", "p", "q", "q"), table.NewNumber("n", []float64{1, 2, 3}), table.NewTime("day", "", []float64{1, 2, 3}))
	tables := []*table.Table{a, b, c, twice}
	link := func(s string) Link {
		l, err := Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, tt := range []struct {
		name  string
		links []string
		kind  core.Kind
		say   []string
	}{
		{"well", []string{"a.b=b.id", "b.c=c.id"}, 0, nil},
		{"no such table", []string{"a.b=z.id"}, core.NotFound, []string{"z", "a, b, c, twice"}},
		{"no such column", []string{"a.z=b.id"}, core.NotFound, []string{`"a"`, `"z"`}},
		{"other kind", []string{"c.n=a.id"}, core.Invalid, []string{"number", "text"}},
		{"time", []string{"c.day=a.id"}, core.Unsupported, []string{"time"}},
		{"itself", []string{"a.b=a.id"}, core.Unsupported, []string{"refers to itself", "leave this key out"}},
		{"twice", []string{"c.t=twice.id"}, core.Invalid, []string{"row 3", `"p"`, "row 1", "drop"}},
		{"circle", []string{"a.b=b.id", "b.a=a.id"}, core.Unsupported, []string{"a → b → a"}},
		{"nothing in common", []string{"a.b=c.id"}, core.Invalid, []string{"no cell"}},
		{"two parents for one column", []string{"b.c=c.id", "b.c=c.t"}, core.Invalid, []string{`"c"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var links []Link
			for _, s := range tt.links {
				links = append(links, link(s))
			}
			_, err := Check(tables, links)
			if (err != nil) != (tt.say != nil) || err != nil && core.KindOf(err) != tt.kind {
				t.Fatalf("%v", err)
			}
			for _, s := range tt.say {
				said := err.Error()
				var e *core.Error
				if asError(err, &e) {
					said += " " + e.Hint
				}
				if !strings.Contains(said, s) {
					t.Errorf("%q does not say %q", said, s)
				}
			}
		})
	}
	if lost, err := Check([]*table.Table{a, tab("b", text("id", "x"))}, []Link{link("a.b=b.id")}); err != nil || lost[0] != 1 {
		t.Errorf("a cell that names no row: %v, %v", lost, err)
	}
}

func asError(err error, e **core.Error) bool {
	x, ok := err.(*core.Error)
	*e = x
	return ok
}

func TestDetect(t *testing.T) {
	n := 40
	cells := func(prefix string, mod int) []string {
		out := make([]string, 3*n)
		for i := range out {
			out[i] = fmt.Sprintf("%s%03d", prefix, i%mod)
		}
		return out
	}
	count := make([]float64, 3*n)
	for i := range count {
		count[i] = float64(i % 7)
	}
	ids := make([]float64, n)
	for i := range ids {
		ids[i] = float64(i)
	}
	tables := []*table.Table{
		tab("customers.csv", numbered("id", "C", n)),
		tab("products", numbered("product_id", "P", n), text("city", cells("P", n)[:n]...)),
		tab("stores", table.NewNumber("id", ids)),
		tab("orders", text("customer_id", cells("C", n)...), text("product_id", cells("P", 20)...), table.NewNumber("quantity", count), text("note", cells("P", 9)...)),
	}
	var got []string
	for _, l := range Detect(tables, nil) {
		got = append(got, l.String())
	}
	// quantity lies in stores.id, and note in product_id: their names do not agree.
	want := []string{"orders.customer_id=customers.csv.id", "orders.product_id=products.product_id"}
	if !slices.Equal(got, want) {
		t.Errorf("found %v", got)
	}
	if again := Detect(tables, []Link{{"orders", "customer_id", "products", "product_id"}}); len(again) != 1 {
		t.Errorf("beside a declared key: %v", again)
	}
}

func TestGroups(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var receipt, store, item []string
	for r := range 60 {
		s := fmt.Sprint("s", rng.IntN(4))
		for k := range 1 + rng.IntN(4) {
			receipt, store, item = append(receipt, fmt.Sprintf("R%03d", r)), append(store, s), append(item, fmt.Sprint("i", rng.IntN(9)))
			if k == 2 && r%20 == 0 {
				store[len(store)-1] = "" // a missing cell tells nothing else
			}
		}
	}
	lines := tab("lines", text("receipt_id", receipt...), text("store", store...), text("item", item...))
	g := Groups(lines, nil)
	if g == nil || g.Key != "receipt_id" || !slices.Equal(g.Columns, []string{"store"}) {
		t.Fatalf("%+v", g)
	}
	if g := Groups(lines, map[string]bool{"receipt_id": true}); g != nil {
		t.Errorf("a key to another table is no group by itself: %+v", g)
	}
}

// The rules of made tables are found, chance is not, and what breaks them is
// counted.
func TestRules(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const items, lines = 60, 800
	price, from, until := make([]float64, items), make([]float64, items), make([]float64, items)
	kind, family := make([]string, items), make([]string, items)
	for i := range items {
		price[i] = math.Round(100*(1+9*rng.Float64())) / 100
		k := rng.IntN(6)
		kind[i], family[i] = fmt.Sprint("k", k), fmt.Sprint("f", k/2)
		from[i] = float64(rng.IntN(300)) * 86400
		until[i] = from[i] + float64(rng.IntN(40))*86400
	}
	item := tab("items", numbered("item_id", "I", items), text("kind", kind...), text("family", family...), table.NewNumber("price", price),
		table.NewTime("from", "", from), table.NewTime("until", "", until))
	var id []string
	q, p, off, amount, day := make([]float64, lines), make([]float64, lines), make([]float64, lines), make([]float64, lines), make([]float64, lines)
	count := make([]float64, items)
	for i := range lines {
		k := rng.IntN(items)
		count[k]++
		id = append(id, fmt.Sprintf("I%03d", k))
		q[i], p[i] = float64(1+rng.IntN(5)), price[k]
		off[i] = math.Round(100*rng.Float64()) / 100
		amount[i] = math.Round(100*(q[i]*p[i]-off[i])) / 100
		day[i] = from[k] + math.Floor(rng.Float64()*(until[k]-from[k]+86400)/86400)*86400
		day[i] = min(day[i], until[k])
	}
	amount[7] = math.NaN()
	item.Columns = append(item.Columns, table.NewNumber("lines", count))
	line := tab("lines", text("item_id", id...), table.NewNumber("quantity", q), table.NewNumber("price", p), table.NewNumber("off", off),
		table.NewNumber("amount", amount), table.NewTime("day", "", day))
	tables := []*table.Table{item, line}
	links := []Link{{"lines", "item_id", "items", "item_id"}}
	rules, err := Find(context.Background(), tables, links)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rules {
		got = append(got, r.String())
		if rows, broken := r.Broken(tables, tables, links); broken != 0 || rows == 0 {
			t.Errorf("%s: %d of %d real rows break it", r, broken, rows)
		}
	}
	want := []string{
		"items: lines = # lines", "items: family ← kind", "items: until ≥ from",
		"lines: price = item_id.price", "lines: amount = quantity × price − off", "lines: day ≥ item_id.from", "lines: day ≤ item_id.until",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nexpected\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// Each rule notices a row that breaks it.
	other := &table.Table{Name: "lines"}
	for _, c := range line.Columns {
		all := make([]int, lines)
		for i := range all {
			all[i] = i
		}
		other.Columns = append(other.Columns, c.Take(all))
	}
	other.Column("amount").Num[0]++
	other.Column("price").Num[1] += .5
	other.Column("day").Num[2] -= 86400 * 400
	other.Column("day").Num[3] += 86400 * 400
	twisted := &table.Table{Name: "items"}
	for _, c := range item.Columns {
		all := make([]int, items)
		for i := range all {
			all[i] = i
		}
		twisted.Columns = append(twisted.Columns, c.Take(all))
	}
	twisted.Column("family").Codes[0] = (twisted.Column("family").Codes[0] + 1) % 3
	twisted.Column("until").Num[4] = twisted.Column("from").Num[4] - 1
	twisted.Column("lines").Num[5]++
	for _, r := range rules {
		if _, broken := r.Broken([]*table.Table{twisted, other}, tables, links); broken == 0 {
			t.Errorf("%s: the broken row was not noticed", r)
		}
	}
}
