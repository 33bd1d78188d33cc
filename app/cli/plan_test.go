package cli

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// weekly writes sales of three items over 60 weeks, one of five at price; what
// a cell would hold passes through change, "" leaves its row out.
func weekly(t *testing.T, price float64, change func(week int, units string) string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("product_id,week,units,price\n")
	for i := range 3 {
		for w := range 60 {
			units, paid := 30+(w*7+i*3)%11, 2.0
			if (w+i)%5 == 0 {
				units, paid = units*2, price
			}
			if u := change(w, fmt.Sprint(units)); u != "" {
				fmt.Fprintf(&b, "p%d,%d,%s,%g\n", i, w, u, paid)
			}
		}
	}
	return file(t, "sales.csv", b.String())
}

// Data and wishes that no plan can be made of are answered in clear words.
func TestPlansOfBadInput(t *testing.T) {
	same := func(_ int, units string) string { return units }
	fine, flat := weekly(t, 1.6, same), weekly(t, 2, same)
	for _, tt := range []struct {
		name, args string
		code       int
		says       []string
	}{
		{"one price only", "fit --sales " + flat, 0, []string{"no item was ever below its base price"}},
		{"a plan where nothing was ever on promotion", "plan --weeks 6 --sales " + flat, 0, []string{"3 of 3 items were never below their base price", "unless guesses are allowed"}},
		{"units below zero", "fit --sales " + weekly(t, 1.6, func(w int, u string) string { return map[bool]string{true: "-4", false: u}[w%9 == 3] }), 0, []string{"21 of 180 rows left out: no units, or less than none (returns)"}},
		{"all units below zero", "fit --sales " + weekly(t, 1.6, func(int, string) string { return "-4" }), 1, []string{"none of 180 rows can be used; 180 of 180 rows left out: no units, or less than none (returns)"}},
		{"nothing sold at all", "fit --sales " + weekly(t, 1.6, func(int, string) string { return "0" }), 1, nil},
		{"weeks without a row", "fit --sales " + weekly(t, 1.6, func(w int, u string) string { return map[bool]string{true: "", false: u}[w%4 == 1] }), 0, []string{"weeks of series without a row"}},
		{"deeper than ever", "whatif --offer p1,2,0.6 --sales " + fine, 0, []string{"p1 was never more than 20% off: at 60% the forecast is a guess"}},
		{"rules that clash", "plan --weeks 6 --min-promos 4 --max-promos 2 --sales " + fine, 1, []string{"cannot be kept together: p", ": at least 4 promotions", ": at most 2 promotions", "loosen one"}},
		{"a budget that locked offers exceed", "plan --weeks 6 --min-promos 3 --budget 1 --sales " + fine, 1, []string{"cannot be kept together", "at least 3 promotions", "at most 1.00 is spent on promotions"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := do(append([]string{"promo"}, append(strings.Fields(tt.args), "--quiet")...)...)
			if code != tt.code {
				t.Fatalf("exit %d: %s %s", code, out, errs)
			}
			for _, s := range tt.says {
				if !strings.Contains(out+errs, s) {
					t.Errorf("does not say %q: %s %s", s, out, errs)
				}
			}
			if code != 0 && !strings.Contains(errs, "→") {
				t.Errorf("no way out: %s", errs)
			}
		})
	}
}

// A calendar in a file is kept in the plan, or stands beside it as a start.
func TestPlanCalendar(t *testing.T) {
	sales := weekly(t, 1.6, func(_ int, units string) string { return units })
	calendar := file(t, "planned.csv", "Product;Week number;Discount\np1;2;20 %\np9;2;20 %\np2;28;10 %\n")
	for _, tt := range []struct {
		flag string
		says []string
	}{
		{"--calendar", []string{"set aside: line 3", "p1", "2: 20%", "28: 10%", "over 29 weeks"}},
		{"--start", []string{"set aside: line 3", "given", "over 29 weeks"}},
	} {
		code, out, errs := do("promo", "plan", "--sales", sales, tt.flag, calendar, "--max-promos", "2", "--quiet")
		if code != 0 {
			t.Fatalf("%s: exit %d: %s %s", tt.flag, code, out, errs)
		}
		for _, s := range tt.says {
			if !strings.Contains(out+errs, s) {
				t.Errorf("%s does not say %q: %s %s", tt.flag, s, out, errs)
			}
		}
	}
	if code, _, errs := do("promo", "plan", "--sales", sales, "--items", "p0", "--calendar", calendar, "--quiet"); code != 1 || !strings.Contains(errs, "add the item to the plan") {
		t.Errorf("an offer of an item that is not planned: exit %d, %s", code, errs)
	}
}

// An offer of one store in a file is kept there, and the chain planned around it.
func TestPlanCalendarOfStore(t *testing.T) {
	var b strings.Builder
	b.WriteString("product_id,store_id,week,units,price\n")
	for i := range 2 {
		for w := range 60 {
			for s, store := range []string{"north", "south"} {
				units, paid := 30*(s+1)+(w*7+i*3)%11, 2.0
				if (w+i)%5 == 0 {
					units, paid = units*3, 1.6
				}
				fmt.Fprintf(&b, "p%d,%s,%d,%d,%g\n", i, store, w, units, paid)
			}
		}
	}
	sales := file(t, "sales.csv", b.String())
	calendar := file(t, "planned.csv", "product,store,week number,discount\np1,north,2,15 %\n")
	saved := file(t, "plan.csv", "")
	code, out, errs := do("promo", "plan", "--sales", sales, "--calendar", calendar, "--margin", "0.6", "--weeks", "6", "--max-promos", "1", "--out", saved, "--quiet")
	if code != 0 {
		t.Fatalf("exit %d: %s %s", code, out, errs)
	}
	for _, s := range []string{"2: 15% in north", "offers of single stores stand as they were given (1)", "none       1 "} {
		if !strings.Contains(out, s) {
			t.Errorf("does not say %q: %s", s, out)
		}
	}
	text, err := os.ReadFile(saved)
	if err != nil || !strings.Contains(string(text), "category,store,week") || !strings.Contains(string(text), ",north,week 62,2,0.15,") || !strings.Contains(string(text), ",all,") {
		t.Errorf("saved: %s, %v", text, err)
	}
	calendar = file(t, "planned.csv", "product,store,week number,discount\np1,west,2,15 %\n")
	if code, out, errs := do("promo", "plan", "--sales", sales, "--calendar", calendar, "--quiet"); code == 0 || !strings.Contains(out+errs, "no store of the history is called that") {
		t.Errorf("a store that is none: exit %d, %s %s", code, out, errs)
	}
}
