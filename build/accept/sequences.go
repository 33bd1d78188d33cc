package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"shoptwin/core/export"
	"shoptwin/core/recipe"
	"shoptwin/core/source"
	"shoptwin/core/table"
	"shoptwin/store/duck"
)

// sequenced is what the program says of customers with events.
type sequenced struct {
	Report struct {
		Sequence struct {
			Owners                 int
			Order, Whole, Constant float64
			Privacy                *struct{ Nearer, Member float64 }
			Metrics                []struct {
				Name           string
				Score, Ceiling float64
			}
		}
	}
}

// sequences: customers' invoice lines, learned and drawn as whole customers;
// the same without retuning on Ta-Feng's baskets and the made shop's behaviour
// log. The program sets a fifth of the customers aside.
func (b *bench) sequences() error {
	lines, behaviour, err := b.sequenceFiles(context.Background())
	if err != nil {
		return err
	}
	seeds := 3
	if b.quick {
		seeds = 1
	}
	for _, e := range []struct {
		name string
		args []string
		bars map[string]float64
	}{
		{"online_retail", []string{lines, "--owner", "CustomerID", "--time", "InvoiceDate", "--basket", "InvoiceNo", "--item", "StockCode"},
			map[string]float64{"lengths": .95, "gaps": .95, "amounts": .95, "popularity": .8, "co-purchase": .8}},
		{"tafeng", []string{filepath.Join(b.data, "tafeng", "baskets.csv.gz"), "--owner", "customer", "--time", "basket", "--item", "item"}, nil},
		{"behaviour", []string{behaviour, "--owner", "customer_id", "--time", "time", "--basket", "session_id", "--item", "product_id"}, nil},
	} {
		if b.quick && e.bars == nil {
			continue
		}
		n := seeds
		if e.bars == nil {
			n = 1
		}
		got, ceiling := map[string][]float64{}, map[string][]float64{}
		var order, nearer, member, took, peak []float64
		for seed := 1; seed <= n; seed++ {
			args := append([]string{"synth"}, e.args...)
			args = append(args, "--out", filepath.Join(b.dir, "events.parquet"), "--seed", strconv.Itoa(seed))
			if b.quick {
				args = append(args, "--effort", "quick")
			}
			var out sequenced
			r, err := b.result(&out, args...)
			if err != nil {
				return err
			}
			s := out.Report.Sequence
			for _, m := range s.Metrics {
				got[m.Name], ceiling[m.Name] = append(got[m.Name], m.Score), append(ceiling[m.Name], m.Ceiling)
			}
			if s.Privacy != nil {
				nearer, member = append(nearer, s.Privacy.Nearer), append(member, s.Privacy.Member)
			}
			order, took, peak = append(order, min(s.Order, s.Whole, s.Constant)), append(took, r.seconds), append(peak, r.peakMB)
		}
		what := fmt.Sprintf("sequences %s, median of %d: ", e.name, n)
		for _, name := range []string{"lengths", "visits", "gaps", "basket sizes", "amounts", "basket amounts", "customer amounts", "lags", "popularity", "co-purchase", "returns"} {
			bar := e.bars[name]
			if got[name] == nil {
				continue
			}
			figure := fmt.Sprintf("%.3f (customers set aside %.3f)", median(got[name]), median(ceiling[name]))
			if bar == 0 || b.quick { // a few hundred customers have no hundred pairs to rank
				b.add(what+name, figure, "told", true)
			} else {
				b.add(what+name, figure, fmt.Sprintf("at least %g", bar), median(got[name]) >= bar)
			}
		}
		b.least(what+"order, baskets and constant columns kept", median(order), 1)
		b.add(what+"customers nearer to those learned from; attacker's AUC", fmt.Sprintf("%.3f; %.3f", median(nearer), median(member)), "told", true)
		b.add(what+"learn, calibrate, sample, judge, write", fmt.Sprintf("%.0f s, %.0f MB", median(took), median(peak)), "told", true)
	}
	return nil
}

// logRecipe cleans the made shop's behaviour log and keeps who and which
// session it was.
const logRecipe = `{
  "name": "log", "from": "behaviour",
  "steps": [
    {"do": "drop_duplicates"},
    {"do": "repair", "columns": ["time"], "to": "date", "day_first": true},
    {"do": "repair", "columns": ["price", "seconds", "on_promotion"], "to": "number"},
    {"do": "drop_missing", "columns": ["time", "customer_id", "session_id", "action", "product_id", "price"]},
    {"do": "filter", "where": "price > 0 and price < 500"},
    {"do": "select", "columns": ["customer_id", "session_id", "time", "action", "product_id", "channel", "device", "price", "on_promotion", "seconds"]}
  ]
}`

// sequenceFiles writes online_retail's cleaned lines, a tenth of the customers
// with -quick, and the made shop's cleaned behaviour log.
func (b *bench) sequenceFiles(ctx context.Context) (lines, behaviour string, err error) {
	db, err := duck.Open("", duck.Options{})
	if err != nil {
		return "", "", err
	}
	defer db.Close()
	shop := filepath.Join(b.dir, "sequenced shop")
	if r, err := b.command(nil, "shop", "--out", shop, "--quiet"); err != nil || r.code != 0 {
		return "", "", fmt.Errorf("shoptwin shop: %v %s", err, r.err)
	}
	var paths []string
	for _, src := range []struct{ name, file, recipe, owner string }{
		{"online_retail", filepath.Join(b.data, "online_retail", "online_retail.parquet"), fmt.Sprintf(retailRecipe, retailSteps), "CustomerID"},
		{"behaviour", filepath.Join(shop, "behaviour.csv"), logRecipe, "customer_id"},
	} {
		if _, err := db.Import(ctx, src.name, src.file, source.Options{Name: filepath.Base(src.file)}, nil); err != nil {
			return "", "", err
		}
		r, err := recipe.Parse(strings.NewReader(src.recipe))
		if err != nil {
			return "", "", err
		}
		if _, err := db.Run(ctx, r, r.Name, nil); err != nil {
			return "", "", err
		}
		t, err := db.Columns(ctx, r.Name, nil)
		if err != nil {
			return "", "", err
		}
		if b.quick {
			t = tenth(t, src.owner)
		}
		path := filepath.Join(b.dir, src.name+" events.parquet")
		if err := writeTable(path, t, export.Options{Format: export.Parquet}); err != nil {
			return "", "", err
		}
		paths = append(paths, path)
	}
	return paths[0], paths[1], nil
}

// tenth keeps every tenth customer.
func tenth(t *table.Table, owner string) *table.Table {
	c, index := t.Column(owner), map[string]int{}
	var rows []int
	for i := range t.Rows() {
		who := c.Cell(i)
		if _, ok := index[who]; !ok {
			index[who] = len(index)
		}
		if index[who]%10 == 0 {
			rows = append(rows, i)
		}
	}
	return t.Take(rows)
}
