package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// onlineRetail: from the invoice lines of a real shop to clean tables of lines,
// customers and products by stored recipes; then the same recipes on the
// second half of the year, which they have not seen.
func (b *bench) onlineRetail() error {
	file := filepath.Join(b.data, "online_retail", "online_retail.parquet")
	home := filepath.Join(b.dir, "onlineretail")
	defer os.RemoveAll(home)
	project := []string{"--project", "retail", "--home", home}
	var imported struct {
		Datasets []struct {
			Rows, Rejected int64
			Columns        []struct{ Name, Kind string }
		}
	}
	r, err := b.result(&imported, append([]string{"import", file, "--as", "lines"}, project...)...)
	if err != nil {
		return err
	}
	total, cpu, kept := r.seconds, r.cpu, map[string]int64{}
	type made struct {
		Rows    int64
		Effects []struct {
			RowsBefore, RowsAfter int64
			Matched, FanOut       int64
		}
		Fit struct {
			Problems []struct{ What, Say string }
		}
	}
	again := func(args ...string) (out made, err error) {
		r, err = b.result(&out, append(append([]string{"prepare"}, args...), project...)...)
		total, cpu = total+r.seconds, cpu+r.cpu
		return out, err
	}
	prepare := func(recipe map[string]any) (made, error) {
		path := filepath.Join(b.dir, fmt.Sprint(recipe["name"], ".json"))
		text, err := json.Marshal(recipe)
		if err == nil {
			err = os.WriteFile(path, text, 0o644)
		}
		if err != nil {
			return made{}, err
		}
		return again("--recipe", path)
	}
	for _, recipe := range retailRecipes("lines", "") {
		out, err := prepare(recipe)
		if err != nil {
			return err
		}
		kept[fmt.Sprint(recipe["name"])] = out.Rows
	}
	b.timed("online_retail: from file to clean, joined tables of lines, customers and products", fmt.Sprintf("%.1f s (%.1f s of a processor)", total, cpu), "at most 15 s", total <= 15)
	b.add("online_retail: what came of it", fmt.Sprintf("%d lines of %d, %d customers, %d products", kept["clean"], imported.Datasets[0].Rows, kept["customers"], kept["products"]),
		"more than 300,000 lines, 4,000 customers, 3,000 products", kept["clean"] > 300_000 && kept["customers"] > 4000 && kept["products"] > 3000)
	b.add("online_retail: rows in = kept + rejected", fmt.Sprintf("%d + %d", imported.Datasets[0].Rows, imported.Datasets[0].Rejected), "531,282", imported.Datasets[0].Rows+imported.Datasets[0].Rejected == 531_282)

	// The halves of the year, as one would get them as two files.
	begun := total
	when := "InvoiceDate"
	for name, where := range map[string]string{"first": when + " < '2011-06-01'", "second": when + " >= '2011-06-01'"} {
		if _, err := prepare(map[string]any{"name": name, "from": "lines", "steps": []any{map[string]any{"do": "filter", "where": where}}}); err != nil {
			return err
		}
	}
	for _, recipe := range retailRecipes("first", "1") {
		if _, err := prepare(recipe); err != nil {
			return err
		}
	}
	for _, one := range [][2]string{{"clean", "second"}, {"customers", "clean2"}, {"products", "clean2"}, {"joined", "clean2"}} {
		out, err := again("--replay", one[0]+"1", "--on", one[1], "--as", one[0]+"2", "--tables", "customers1=customers2,products1=products2")
		if err != nil {
			return fmt.Errorf("replaying %s: %w", one[0], err)
		}
		said := ""
		for _, p := range out.Fit.Problems {
			said += "; " + p.Say
		}
		b.add("online_retail: "+one[0]+" made again of the second half", fmt.Sprintf("%d rows%s", out.Rows, said), "it is made", out.Rows > 0)
	}
	b.add("online_retail: both halves", fmt.Sprintf("%.1f s", total-begun), "told", true)
	return nil
}

// retailRecipes are the recipes over a table of invoice lines: clean lines,
// their customers, their products, and lines with both joined. suffix stands
// behind their names.
func retailRecipes(from, suffix string) []map[string]any {
	type m = map[string]any
	steps := func(list ...m) []any {
		out := make([]any, len(list))
		for i := range list {
			out[i] = list[i]
		}
		return out
	}
	return []m{
		{"name": "clean" + suffix, "from": from, "steps": steps(
			m{"do": "drop_duplicates"},
			m{"do": "drop_missing", "columns": []string{"CustomerID", "InvoiceDate"}},
			m{"do": "filter", "where": "Quantity > 0 and UnitPrice > 0"},
			m{"do": "clean_text", "columns": []string{"Description"}, "clean": []string{"trim", "collapse", "upper"}},
			m{"do": "fill", "columns": []string{"Description"}, "with": "mode", "per": []string{"StockCode"}},
			m{"do": "outliers", "columns": []string{"Quantity"}, "by": "iqr", "factor": 20, "then": "clip"},
			m{"do": "merge", "columns": []string{"Country"}, "by": "rare", "count": 500},
			m{"do": "derive", "as": "amount", "expr": "round(Quantity * UnitPrice, 2)"})},
		{"name": "customers" + suffix, "from": "clean" + suffix, "steps": steps(
			m{"do": "aggregate", "per": []string{"CustomerID"}, "make": []string{"spent = sum amount", "invoices = distinct InvoiceNo", "first_day = min InvoiceDate", "last_day = max InvoiceDate", "home = mode Country"}})},
		{"name": "products" + suffix, "from": "clean" + suffix, "steps": steps(
			m{"do": "aggregate", "per": []string{"StockCode"}, "make": []string{"name = mode Description", "sold = sum Quantity", "usual_price = mean UnitPrice", "buyers = distinct CustomerID"}})},
		{"name": "joined" + suffix, "from": "clean" + suffix, "steps": steps(
			m{"do": "join", "table": "customers" + suffix, "on": []string{"CustomerID"}},
			m{"do": "join", "table": "products" + suffix, "on": []string{"StockCode"}})},
	}
}
