package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"shoptwin/core/promo"
)

// planFile: planned promotions from a dirty file, with a stock that runs out,
// tried at the terminal; and the same plan again as a scenario in JSON.
func (b *bench) planFile() error {
	sales, products := filepath.Join(b.data, "frat", "transactions.csv.gz"), filepath.Join(b.data, "frat", "products.csv")
	calendar := filepath.Join(b.dir, "planned.csv")
	dirty := "Product;Week number;Discount;Type\n1111009477;1;20 %;feature\n1111009477;2;0,2;\n1111009497;3;15;display\n9999;1;20 %;\n1111009477;x;20 %;\n1111009497;4;lots;\n"
	if err := os.WriteFile(calendar, []byte(dirty), 0o600); err != nil {
		return err
	}
	type answer struct {
		Plan    promo.Plan
		Outcome promo.Outcome
	}
	var got, again answer
	r, err := b.result(&got, "promo", "whatif", "--sales", sales, "--products", products, "--calendar", calendar, "--weeks", "6",
		"--stock", "1111009477,1500,1,2", "--funding", "0.3", "--feature-cost", "2")
	if err != nil {
		return err
	}
	said := strings.Count(r.err, "set aside: line")
	b.add("planned.csv: six rows, three of them wrong", fmt.Sprintf("%d offers, %d rows set aside by line and reason", len(got.Plan.Offers), said), "3 and 3", len(got.Plan.Offers) == 3 && said == 3)
	o := &got.Outcome
	for _, it := range o.Items {
		if it.Item == "1111009477" {
			sold := it.Weeks[1].Units.Mean + it.Weeks[2].Units.Mean
			b.add("1,500 units in stock for two weeks", fmt.Sprintf("%.1f sold, %.0f asked for and lost", sold, it.Lost), "at most 1500, the rest is told", sold <= 1500+1e-6 && it.Lost > 0)
		}
	}
	worst := 0.0
	for _, e := range []promo.Effect{o.Change, o.Sales, o.Profit} {
		sum := e.Extra + e.PriceCut + e.Taken + e.Pulled + e.Short + e.Funding + e.Fixed
		worst = math.Max(worst, math.Abs(sum-e.Net.Mean)/math.Max(1, math.Abs(e.Net.Mean)))
	}
	b.most("causes beside the net, with stock, funding and fixed costs", worst, 1e-9, " of it")
	if !b.quick { // it fits once more
		var plan struct {
			Plan   promo.Plan
			Others []struct{ Name string }
		}
		if _, err := b.result(&plan, "promo", "plan", "--sales", sales, "--products", products, "--calendar", calendar, "--weeks", "6", "--top", "4", "--feature", "--display"); err != nil {
			return err
		}
		kept := 0
		for _, o := range got.Plan.Offers {
			if slices.Contains(plan.Plan.Offers, o) {
				kept++
			}
		}
		b.add("planned around planned.csv", fmt.Sprintf("%d of its 3 offers stand, %d others beside them", kept, len(plan.Plan.Offers)-kept), "3", kept == 3)
	}
	scenario := filepath.Join(b.dir, "scenario.json")
	if err := os.WriteFile(scenario, []byte(r.out), 0o600); err != nil {
		return err
	}
	if _, err := b.result(&again, "promo", "whatif", "--sales", sales, "--products", products, "--scenario", scenario); err != nil {
		return err
	}
	b.add("the same plan as a scenario in JSON", fmt.Sprintf("profit %+.4f and %+.4f", o.Profit.Net.Mean, again.Outcome.Profit.Net.Mean), "the same", o.Profit == again.Outcome.Profit && o.Lost == again.Outcome.Lost)
	return nil
}
