package promo

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

func fields(names ...string) []table.Field {
	out := make([]table.Field, len(names))
	for i, n := range names {
		out[i].Name = n
	}
	return out
}

func TestDetectColumns(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fields []table.Field
		want   Columns
	}{
		{"weekly by store", fields("week", "week_end_date", "store_id", "upc_id", "units", "visits", "hhs", "spend", "price", "base_price", "feature", "display", "tpr_only"),
			Columns{Item: "upc_id", Store: "store_id", Week: "week", Date: "week_end_date", Units: "units", Price: "price", Base: "base_price", Spend: "spend", Feature: "feature", Display: "display", TPR: "tpr_only"}},
		{"receipts", fields("receipt_id", "date", "store", "customer_id", "product_id", "quantity", "unit_price", "discount", "amount", "promotion_id"),
			Columns{Item: "product_id", Store: "store", Date: "date", Units: "quantity", Price: "unit_price", Spend: "amount", Discount: "discount"}},
		{"products", fields("product_id", "name", "department", "category", "brand", "pack_size", "price", "cost", "launched"),
			Columns{Item: "product_id", Name: "name", Category: "category", Price: "price", Cost: "cost"}},
		{"calendar", fields("promotion_id", "product_id", "start_date", "end_date", "depth", "feature", "display", "type", "funding"),
			Columns{Item: "product_id", Start: "start_date", End: "end_date", Depth: "depth", Feature: "feature", Display: "display"}},
		{"spelled freely", fields("StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"),
			Columns{Item: "StockCode", Name: "Description", Units: "Quantity", Date: "InvoiceDate", Price: "UnitPrice"}},
		{"nothing", fields("a", "", "b"), Columns{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := DetectColumns(tt.fields); got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestColumnsSet(t *testing.T) {
	var c Columns
	if err := c.Set("units", "stuks"); err != nil || c.Units != "stuks" {
		t.Errorf("%+v, %v", c, err)
	}
	if err := c.Set("colour", "x"); core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), "item, store") {
		t.Errorf("error %v", err)
	}
}

// weekly makes a sales table; each row is item, store, week, units, price.
func weekly(rows ...[5]any) *table.Table {
	var item, store []string
	var week, units, price []float64
	num := func(x any) float64 {
		switch v := x.(type) {
		case int:
			return float64(v)
		case float64:
			return v
		}
		return math.NaN()
	}
	for _, r := range rows {
		item, store = append(item, r[0].(string)), append(store, r[1].(string))
		week, units, price = append(week, num(r[2])), append(units, num(r[3])), append(price, num(r[4]))
	}
	missing := make([]bool, len(item))
	for i, s := range item {
		missing[i] = s == ""
	}
	return &table.Table{Name: "sales", Columns: []*table.Column{table.NewText("item", item, missing), table.NewText("store", store, nil),
		table.NewNumber("week", week), table.NewNumber("units", units), table.NewNumber("price", price)}}
}

func TestPanelOfWeeklySales(t *testing.T) {
	p, err := NewPanel(weekly(
		[5]any{"a", "s", 3, 10, 2.0}, [5]any{"a", "s", 4, 30, 1.0}, [5]any{"a", "s", 5, 10, 2.0},
		[5]any{"a", "s", 4, 30, 1.0},                             // the same row twice
		[5]any{"a", "s", 6, 2, 2.0}, [5]any{"a", "s", 6, 3, 2.0}, // two parts of one week
		[5]any{"", "s", 3, 1, 1.0}, [5]any{"a", "s", nil, 1, 1.0}, // no item, no week
		[5]any{"a", "s", 7, -4, 2.0}, [5]any{"a", "s", 7, 4, nil}, // return, no price
		[5]any{"b", "s", 9, 0, 5.0},
	), nil, nil, Columns{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Items() != 2 || p.Stores() != 1 || p.Weeks() != 7 || p.Cells() != 5 || p.Label(0) != "week 3" {
		t.Fatalf("%d items, %d stores, %d weeks from %s, %d cells", p.Items(), p.Stores(), p.Weeks(), p.Label(0), p.Cells())
	}
	if u := p.units[:4]; u[0] != 10 || u[1] != 30 || u[2] != 10 || u[3] != 5 {
		t.Errorf("units %v", u)
	}
	if math.Abs(float64(p.lp[1])-math.Log(0.5)) > 1e-6 || p.lp[0] != 0 {
		t.Errorf("price ratios %v", p.lp[:4])
	}
	want := []string{"2 of 11 rows left out: no item", "1 of 11 rows left out: no units", "1 of 11 rows left out: no price", "1 rows left out: the same"}
	for i, w := range want {
		if i >= len(p.notes) || !strings.HasPrefix(p.notes[i], w) {
			t.Errorf("notes %q lack %q", p.notes, w)
		}
	}
}

func TestPanelOfDayNumbersAndDates(t *testing.T) {
	sales := weekly([5]any{"a", "s", 14256, 1, 2.0}, [5]any{"a", "s", 14263, 1, 2.0}, [5]any{"a", "s", 14277, 1, 2.0})
	p, err := NewPanel(sales, nil, nil, Columns{})
	if err != nil || p.Weeks() != 4 {
		t.Fatalf("%+v, %v", p, err)
	}
	sales.Columns[2] = table.NewText("date", []string{"2009-01-14", "21/01/2009", "Feb 4 2009"}, nil)
	if p, err = NewPanel(sales, nil, nil, Columns{}); err != nil || p.Weeks() != 4 || p.Label(1) != "2009-01-21" {
		t.Fatalf("%+v, %v", p, err)
	}
}

// receipts of 12 weeks: item a on all days, 20 % off in week 4 by a calendar,
// item b once a fortnight.
func receipts() (sales, calendar *table.Table) {
	var date, item []string
	var quantity, price, discount, amount []float64
	sell := func(day int, id string, q, p, off float64) {
		date = append(date, table.FormatTime(float64(19723+day)*86400, "2006-01-02")) // 2024-01-01, a Monday
		item = append(item, id)
		quantity, price, discount, amount = append(quantity, q), append(price, p), append(discount, off), append(amount, q*p-off)
	}
	for day := range 12 * 7 {
		off := 0.0
		if day/7 == 4 {
			off = 0.2 * 2 * 5
		}
		sell(day, "a", 2, 5, off)
		if day%14 == 3 {
			sell(day, "b", 1, 3, 0)
		}
	}
	sell(30, "a", 999, 5, 0) // a slip of the finger
	sell(31, "a", 1, 500, 0)
	sales = &table.Table{Name: "receipts", Columns: []*table.Column{table.NewText("date", date, nil), table.NewText("product_id", item, nil),
		table.NewNumber("quantity", quantity), table.NewNumber("unit_price", price), table.NewNumber("discount", discount), table.NewNumber("amount", amount)}}
	calendar = &table.Table{Name: "promotions", Columns: []*table.Column{
		table.NewText("product_id", []string{"a", "b", "b", "zz", "a"}, nil),
		table.NewText("start_date", []string{"2024-01-29", "2024-02-05", "2024-03-01", "2024-01-01", "2024-01-01"}, nil),
		table.NewText("end_date", []string{"2024-02-04", "2024-02-11", "2024-02-01", "2024-01-07", "2024-01-07"}, nil),
		table.NewNumber("depth", []float64{0.2, 0.3, 0.1, 0.5, 7000}),
		table.NewNumber("feature", []float64{1, 0, 0, 0, 0}), table.NewNumber("display", []float64{0, 1, 0, 0, 0})}}
	return sales, calendar
}

func TestPanelOfReceipts(t *testing.T) {
	sales, calendar := receipts()
	p, err := NewPanel(sales, nil, calendar, Columns{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Weeks() != 12 || p.Label(0) != "2024-01-01" || p.Items() != 2 || p.Stores() != 1 {
		t.Fatalf("%d weeks from %s, %d items, %d stores", p.Weeks(), p.Label(0), p.Items(), p.Stores())
	}
	a, b := p.units[:12], p.units[12:]
	for w := range 12 {
		if a[w] != 14 || b[w] != float32((w+1)%2) {
			t.Errorf("week %d: %v and %v units", w, a[w], b[w])
		}
	}
	if math.Abs(float64(p.lp[4])-math.Log(0.8)) > 1e-6 || p.flags[4] != featured {
		t.Errorf("promotion: ratio %v, flags %b", p.lp[4], p.flags[4])
	}
	// A week of zero units has the calendar's price.
	if b[5] != 0 || math.Abs(float64(p.lp[12+5])-math.Log(0.7)) > 1e-6 || p.flags[12+5] != displayed {
		t.Errorf("promotion without sales: %v units, ratio %v, flags %b", b[5], p.lp[12+5], p.flags[12+5])
	}
	if math.Abs(float64(p.lb[12])-math.Log(3)) > 1e-6 {
		t.Errorf("base price %v", math.Exp(float64(p.lb[12])))
	}
}

// Below base price, but in no promotion of the calendar: how it was promoted
// is not known, so the week must not teach.
func TestPanelLeavesOutUnknownOffers(t *testing.T) {
	sales, calendar := receipts()
	p, err := NewPanel(sales, nil, calendar.Slice(1, 2), Columns{})
	if err != nil {
		t.Fatal(err)
	}
	if u := p.units[4]; u == u || p.units[3] != 14 {
		t.Errorf("units %v", p.units[:12])
	}
}

func TestPanelSaysWhatIsMissing(t *testing.T) {
	full := weekly([5]any{"a", "s", 1, 1, 1.0})
	without := func(name string) *table.Table {
		out := &table.Table{Name: "sales"}
		for _, c := range full.Columns {
			if c.Name != name {
				out.Columns = append(out.Columns, c)
			}
		}
		return out
	}
	for _, tt := range []struct {
		name  string
		sales *table.Table
		say   string
	}{
		{"no table", nil, "no rows"},
		{"no rows", full.Slice(0, 0), "no rows"},
		{"no item", without("item"), "item=COLUMN"},
		{"no units", without("units"), "units=COLUMN"},
		{"no week", without("week"), "date=COLUMN"},
		{"no price", without("price"), "price=COLUMN"},
		{"nothing usable", weekly([5]any{"a", "s", 1, nil, 1.0}), "none of 1 rows"},
		{"no week is a number", weekly([5]any{"a", "s", nil, 1, 1.0}), "no cell is a week"},
		{"weeks run wild", weekly([5]any{"a", "s", 1, 1, 1.0}, [5]any{"a", "s", 1e9, 1, 1.0}), "date=COLUMN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewPanel(tt.sales, nil, nil, Columns{})
			if core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), tt.say) {
				t.Errorf("error %v, want %q", err, tt.say)
			}
		})
	}
	if p, err := NewPanel(without("item"), nil, nil, Columns{Item: "store"}); err != nil || p.items[0].ID != "s" {
		t.Errorf("named column: %v, %v", p, err)
	}
}

// Odd panels must fit and answer, or say why not; and never with NaN.
func TestFitOdd(t *testing.T) {
	flat := func(weeks int, units func(w int) any, price func(w int) any) *table.Table {
		var rows [][5]any
		for w := range weeks {
			rows = append(rows, [5]any{"a", "s", w, units(w), price(w)})
		}
		return weekly(rows...)
	}
	always := func(x any) func(int) any { return func(int) any { return x } }
	for _, tt := range []struct {
		name  string
		sales *table.Table
		fails bool
	}{
		{"one week", flat(1, always(5), always(2.0)), false},
		{"five weeks", flat(5, always(5), always(2.0)), false},
		{"one price, one quantity", flat(60, always(5), always(2.0)), false},
		{"never sold", flat(20, always(0), always(2.0)), true},
		{"sold once", flat(60, func(w int) any { return max(0, w-58) }, always(2.0)), false},
		{"huge", flat(60, always(1e8), func(w int) any { return 2.0 - float64(w%2) }), false},
		{"gaps", flat(60, func(w int) any {
			if w%3 == 0 {
				return nil
			}
			return w
		}, func(w int) any { return 2.0 - float64(w%5/4) }), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := NewPanel(tt.sales, nil, nil, Columns{})
			if err != nil {
				t.Fatal(err)
			}
			m, err := Fit(context.Background(), p, Config{}, nil)
			if tt.fails {
				if core.KindOf(err) != core.Invalid {
					t.Fatalf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			o, err := m.WhatIf(Plan{Horizon: 3, Offers: []Offer{{Item: "a", Week: 1, Depth: 0.2, Display: true}}})
			if err != nil {
				t.Fatal(err)
			}
			if s := fmt.Sprintf("%+v", o); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
				t.Errorf("outcome %s", s)
			}
			if !(o.Change.Extra > 0) {
				t.Errorf("20 %% off adds %v", o.Change.Extra)
			}
			if s := fmt.Sprintf("%+v", m.Curve("a", "", false, false)); strings.Contains(s, "NaN") {
				t.Errorf("curve %s", s)
			}
			if _, err := Read(strings.NewReader(string(written(t, m)))); err != nil {
				t.Errorf("reading it back: %v", err)
			}
		})
	}
}

func FuzzNewPanel(f *testing.F) {
	f.Add("week", "units", "price", 3.0, 4.0, 5.0, "2024-01-05", uint8(3))
	f.Add("date", "quantity", "amount", -1.0, 1e300, math.Inf(1), "x", uint8(9))
	f.Fuzz(func(t *testing.T, c1, c2, c3 string, x, y, z float64, s string, n uint8) {
		text, a, b := make([]string, n), make([]float64, n), make([]float64, n)
		for i := range text {
			text[i] = s[:min(len(s), i)]
			a[i], b[i] = x+float64(i)*y, z/float64(i)
		}
		sales := &table.Table{Name: "fuzz", Columns: []*table.Column{table.NewText("item", text, nil), table.NewText(c1+"1", text, nil),
			table.NewNumber(c1, a), table.NewNumber(c2, b), table.NewNumber(c3, a)}}
		DetectColumns(sales.Schema())
		p, err := NewPanel(sales, sales, sales, Columns{Start: c1, Depth: c2})
		if err == nil && p.Cells() > 0 && p.Weeks()*p.Items() < 1000 {
			_, _ = Fit(context.Background(), p, Config{Rounds: 2}, nil)
		}
	})
}

// Weeks without a row between others are told of, as are histories that are
// short, and items that have no category.
func TestNotesOnWhatIsMissing(t *testing.T) {
	mk := market{items: 3, stores: 1, weeks: 20, volume: 10, seed: 2}
	sales, _ := mk.tables()
	p, err := NewPanel(sales.Slice(0, 15), nil, nil, Columns{})
	if err != nil || len(p.Notes()) != 0 {
		t.Fatalf("whole weeks: %v, %q", err, p.Notes())
	}
	var kept []int
	for i := range sales.Rows() {
		if i%5 != 2 {
			kept = append(kept, i)
		}
	}
	if p, err = NewPanel(sales.Take(kept), nil, nil, Columns{}); err != nil {
		t.Fatal(err)
	}
	if n := p.Notes(); len(n) != 1 || !strings.HasPrefix(n[0], "12 weeks of series without a row") {
		t.Errorf("notes %q", n)
	}
	m, err := Fit(context.Background(), p, Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(m.View(1).Notes, "\n")
	for _, want := range []string{"only 20 weeks of history", "no product has a category"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in %q", want, all)
		}
	}
}
