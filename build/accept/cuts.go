package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"shoptwin/core/export"
	"shoptwin/core/recipe"
	"shoptwin/core/source"
	"shoptwin/core/table"
	"shoptwin/store/duck"
)

// A cut is some rows of a table to learn from, and as many others to judge
// by, or a fifth where the whole table is learned from.
type cut struct {
	table          string
	rows           int // to learn from
	train, holdout string
	whole          bool
}

// cuts writes tables of 500, 2,000 and 10,000 rows cut from each cleaned
// table, and the tables themselves, as CSV files with holdouts. want chooses.
func (b *bench) cuts(ctx context.Context, want func(table string, rows int, whole bool) bool) ([]cut, error) {
	db, err := duck.Open("", duck.Options{})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var out []cut
	// Adult comes in two halves.
	halves := []string{b.adult("train.csv.gz"), b.adult("holdout.csv.gz")}
	var adult [2]*table.Table
	for i, file := range halves {
		name := fmt.Sprint("adult", i)
		if _, err := db.Import(ctx, name, file, source.Options{Name: filepath.Base(file)}, nil); err != nil {
			return nil, err
		}
		if adult[i], err = db.Columns(ctx, name, nil); err != nil {
			return nil, err
		}
	}
	if err := b.cut(&out, "adult", adult[0], adult[1], want); err != nil {
		return nil, err
	}
	shop := filepath.Join(b.dir, "shop")
	if r, err := b.command(nil, "shop", "--out", shop, "--quiet"); err != nil || r.code != 0 {
		return nil, fmt.Errorf("shoptwin shop: %v %s", err, r.err)
	}
	for _, src := range []struct{ name, file, recipe string }{
		{"products", filepath.Join(shop, "products.csv"), "app/recipes/assortment.json"},
		{"promotions", filepath.Join(shop, "promotions.csv"), "app/recipes/calendar.json"},
		{"transactions", filepath.Join(shop, "transactions.csv"), "app/recipes/receipts.json"},
		{"behaviour", filepath.Join(shop, "behaviour.csv"), "app/recipes/shopping.json"},
		{"online_retail", filepath.Join(b.data, "online_retail", "online_retail.parquet"), ""},
	} {
		if _, err := db.Import(ctx, src.name, src.file, source.Options{Name: filepath.Base(src.file)}, nil); err != nil {
			return nil, err
		}
		text := fmt.Sprintf(retailRecipe, retailSteps)
		if src.recipe != "" {
			file, err := os.ReadFile(src.recipe)
			if err != nil {
				return nil, err
			}
			text = string(file)
		}
		r, err := recipe.Parse(strings.NewReader(text))
		if err != nil {
			return nil, err
		}
		if _, err := db.Run(ctx, r, r.Name, nil); err != nil {
			return nil, err
		}
		t, err := db.Columns(ctx, r.Name, nil)
		if err != nil {
			return nil, err
		}
		if err := b.cut(&out, src.name, t, nil, want); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// cut writes the cuts of one table; without others a fifth of t is set aside.
func (b *bench) cut(out *[]cut, name string, t, others *table.Table, want func(string, int, bool) bool) error {
	rng := rand.New(rand.NewPCG(4, 4))
	t = t.Take(rng.Perm(t.Rows()))
	if others == nil {
		aside := min(t.Rows()/2, max(t.Rows()/5, 10_000), 50_000)
		order := rng.Perm(t.Rows())
		t, others = t.Take(order[aside:]), t.Take(order[:aside])
	}
	for _, n := range []int{500, 2000, 10_000, t.Rows()} {
		whole := n == t.Rows()
		if n > t.Rows() || !want(name, n, whole) {
			continue
		}
		c := cut{table: name, rows: n, whole: whole}
		first := make([]int, max(n, others.Rows()))
		for i := range first {
			first[i] = i
		}
		stem := filepath.Join(b.dir, fmt.Sprintf("%s-%d", name, n))
		c.train, c.holdout = stem+".csv", stem+"-holdout.csv"
		if err := writeTable(c.train, t.Take(first[:n]), plainCSV); err != nil {
			return err
		}
		if err := writeTable(c.holdout, others.Take(first[:min(n, others.Rows())]), plainCSV); err != nil {
			return err
		}
		*out = append(*out, c)
	}
	return nil
}

// plainCSV is a table as it is, text that looks like a formula included.
var plainCSV = export.Options{NoFormulaGuard: true}

func writeTable(path string, t *table.Table, opt export.Options) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := export.New(f, t.Schema(), opt)
	if err != nil {
		return err
	}
	if err := w.Write(t); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return f.Close()
}
