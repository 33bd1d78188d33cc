package encode

import (
	"math"
	"testing"

	"shoptwin/core/table"
)

// A promotion ends 6 or 13 days after its start, on a Sunday; an invoice is
// written days before or after, which says nothing; a check comes hours later.
func TestTimesAfterOthers(t *testing.T) {
	r := source(3)
	const rows = 3000
	day := func(n int) float64 { return float64(19000+n) * daySeconds }
	start, end, invoice := make([]float64, rows), make([]float64, rows), make([]float64, rows)
	opened, checked := make([]float64, rows), make([]float64, rows)
	for i := range rows {
		monday := 7*r.IntN(150) + 6 // day 19006 is a Monday
		start[i], invoice[i] = day(monday), day(r.IntN(1000))
		end[i] = day(monday + 6 + 7*r.IntN(2))
		opened[i] = day(monday) + float64(r.IntN(80000))
		checked[i] = opened[i] + float64(60*(1+r.IntN(600)))
		if r.IntN(10) == 0 {
			end[i] = math.NaN()
		}
	}
	tab := &table.Table{Columns: []*table.Column{
		table.NewTime("end", "2006-01-02", end), table.NewTime("start", "2006-01-02", start), table.NewTime("invoice", "2006-01-02", invoice),
		table.NewTime("opened", "2006-01-02 15:04:05", opened), table.NewTime("checked", "2006-01-02 15:04:05", checked),
	}}
	e, out := roundTrip(t, tab, Config{})
	for name, base := range map[string]string{"end": "start", "checked": "opened", "start": "", "invoice": "", "opened": ""} {
		for i := range e.Columns {
			if c := &e.Columns[i]; c.Field.Name == name {
				if got := c.isSince(); got != (base != "") || got && e.Columns[c.Formula.X].Field.Name != base {
					t.Errorf("%s: %+v", name, c.Formula)
				}
			}
		}
	}
	gone := 0
	for i := range out.Rows() {
		days := (out.Column("end").Num[i] - out.Column("start").Num[i]) / daySeconds
		if math.IsNaN(days) {
			gone++
		} else if days != 6 && days != 13 {
			t.Fatalf("row %d: %g days", i, days)
		}
		if s := out.Column("checked").Num[i] - out.Column("opened").Num[i]; s < 60 || s > 36600 || math.Mod(s, 60) != 0 {
			t.Fatalf("row %d: %g seconds", i, s)
		}
	}
	if gone < rows/20 || gone > rows/5 {
		t.Errorf("%d of %d rows without an end", gone, rows)
	}
	if _, err := e.Codes(&table.Table{Columns: tab.Columns[:1]}); err == nil {
		t.Error("an end without a start was taken")
	}
}
