package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

type tablesRun struct {
	Report struct {
		Keys []struct {
			Key struct {
				Child, Column, Parent string
			}
			Broken      int
			Valid       float64
			Cardinality float64
		}
		Rules []struct {
			Text         string
			Rows, Broken int
		}
		Tables []struct {
			Name   string
			Report scores
		}
	}
}

// related: the made shop's tables, cleaned by the demo's recipes, learned
// together: customers, products, their promotions, receipts' lines, clicks.
func (b *bench) related() error {
	seeds := 3
	if b.quick {
		seeds = 1
	}
	shop := filepath.Join(b.dir, "related")
	if r, err := b.command(nil, "shop", "--out", shop, "--quiet"); err != nil || r.code != 0 {
		return fmt.Errorf("shoptwin shop: exit %d: %s %v", r.code, r.err, err)
	}
	if b.quick { // a fortieth of the receipts and a tenth of the clicks
		for file, part := range map[string]int{"transactions.csv": 40, "behaviour.csv": 10} {
			if err := cutFile(filepath.Join(shop, file), part); err != nil {
				return err
			}
		}
	}
	home := filepath.Join(b.dir, "related-home")
	var reply map[string]any
	args := []string{"import", "--project", "shop", "--home", home}
	for _, name := range []string{"customers", "products", "promotions", "transactions", "behaviour"} {
		args = append(args, filepath.Join(shop, name+".csv"))
	}
	if _, err := b.result(&reply, args...); err != nil {
		return err
	}
	for _, recipe := range []string{"app/recipes/assortment.json", "app/recipes/calendar.json", "app/recipes/receipts.json", "app/recipes/clicks.json"} {
		if _, err := b.result(&reply, "prepare", "--project", "shop", "--recipe", recipe, "--home", home); err != nil {
			return err
		}
	}
	numbers := map[string][]float64{}
	overall := map[string][]float64{}
	var order, took, peak = []string{}, []float64{}, []float64{}
	broken, ruled := 0, map[string]int{}
	for seed := 1; seed <= seeds; seed++ {
		var out tablesRun
		r, err := b.result(&out, "train", "--project", "shop", "--dataset", "customers,assortment,calendar,receipts,clicks", "--seed", strconv.Itoa(seed), "--home", home)
		if err != nil {
			return err
		}
		took, peak = append(took, r.seconds), append(peak, r.peakMB)
		for _, k := range out.Report.Keys {
			name := k.Key.Child + "." + k.Key.Column + " in " + k.Key.Parent
			if seed == 1 {
				order = append(order, name)
			}
			broken += k.Broken
			numbers[name] = append(numbers[name], k.Cardinality)
		}
		for _, rule := range out.Report.Rules {
			ruled[rule.Text] += rule.Broken
		}
		for _, t := range out.Report.Tables {
			overall[t.Name] = append(overall[t.Name], t.Report.Overall)
		}
	}
	what := fmt.Sprintf("tables, median of %d: ", seeds)
	b.add(what+"keys that name no row", strconv.Itoa(broken), "0", broken == 0 && len(order) == 6)
	for _, name := range order {
		bar := .97
		if b.quick { // of a fortieth of the rows chance alone keeps less
			bar = .95
		}
		b.least(what+"numbers of rows of "+name, median(numbers[name]), bar)
	}
	for _, rule := range []string{"amount = quantity × unit_price − discount", "date ≥ promotion_id.start_date", "date ≤ promotion_id.end_date", "department ← category"} {
		found, rows := false, 0
		for text, n := range ruled {
			if strings.HasSuffix(text, ": "+rule) {
				found, rows = true, rows+n
			}
		}
		b.add(what+rule, fmt.Sprintf("found %v, %d rows break it", found, rows), "found, 0", found && rows == 0)
	}
	sum := 0
	for _, n := range ruled {
		sum += n
	}
	b.add(what+fmt.Sprintf("all %d rules", len(ruled)), fmt.Sprintf("%d rows break one", sum), "0", sum == 0)
	for _, name := range []string{"customers", "assortment", "calendar", "receipts", "clicks"} {
		b.add(what+"Overall of "+name, fmt.Sprintf("%.4f", median(overall[name])), "told", len(overall[name]) > 0)
	}
	b.add(what+"learn, sample, judge", fmt.Sprintf("%.0f s, %.0f MB", median(took), median(peak)), "told", true)
	return nil
}

// cutFile keeps the first of so many parts of a file's lines.
func cutFile(path string, parts int) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := strings.SplitAfter(string(content), "\n")
	return os.WriteFile(path, []byte(strings.Join(lines[:1+len(lines)/parts], "")), 0o600)
}
