package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"shoptwin/core/shop"
	"shoptwin/core/simulate"
)

// smallShop is the made shop of the short forms.
var smallShop = shop.Config{Customers: 700, Active: 240, Products: 400, Promotions: 2200, Events: 1000, Weeks: 78}

// shoppers: learned from the made shop, judged by customers who were not
// learned from and by the shop's truth; medians of three shops.
func (b *bench) shoppers() error {
	if b.quick {
		return b.shoppersOf("a small made shop", smallShop, 1)
	}
	if err := b.shoppersOf("a made shop of 2,500 customers and 300 products", shop.Config{Active: 300, Products: 1000, Promotions: 3000, Events: 1000}, 3); err != nil {
		return err
	}
	return b.shoppersOf("the made shop", shop.Config{}, 3) // some minutes each
}

func (b *bench) shoppersOf(name string, cfg shop.Config, seeds uint64) error {
	ctx := context.Background()
	var auc, off, bias, items, weekly, chance, gaps, baskets, returns, cpu []float64
	for seed := range seeds {
		s, err := shop.Generate(ctx, cfg, rand.New(rand.NewPCG(seed, 30)), nil)
		if err != nil {
			return err
		}
		h, err := simulate.NewHistory(s.Transactions, s.Products, s.Promotions, simulate.Columns{})
		if err != nil {
			return err
		}
		rng := rand.New(rand.NewPCG(seed, 31))
		learn, held := h.Split(.7, rng)
		begun := cpuSeconds()
		m, err := simulate.Fit(ctx, learn, simulate.Config{}, rng, nil)
		if err != nil {
			return err
		}
		cpu = append(cpu, cpuSeconds()-begun)
		r, err := m.Judge(ctx, held, h, rng, nil)
		if err != nil {
			return err
		}
		auc, weekly, chance = append(auc, r.AUC), append(weekly, r.Weekly), append(chance, r.Chance)
		gaps, baskets, returns = append(gaps, r.Gaps), append(baskets, r.Baskets), append(returns, r.Returns)
		wrong, side, n := elasticityErrors(r, s.Truth.Items)
		off, bias, items = append(off, wrong), append(bias, side), append(items, n)
		fmt.Fprintf(os.Stderr, "  seed %d: AUC %.3f, elasticities %.3f, weekly %.3f (chance %.3f), %s\n", seed, r.AUC, wrong, r.Weekly, r.Chance, strings.Join(r.Why, "; "))
	}
	what := fmt.Sprintf("shoppers of %s, median of %d: ", name, len(auc))
	bar := func(name string, got []float64, most float64) {
		if b.quick { // 210 customers judge, and no product sells 20 units a week
			b.add(what+name, fmt.Sprintf("%.3f", median(got)), fmt.Sprintf("told; at most %g in the full form", most), true)
			return
		}
		b.most(what+name, median(got), most, "")
	}
	bar("two-sample AUC of trajectories", auc, .60)
	bar(fmt.Sprintf("error of the elasticities of %.0f products against the truth", median(items)), off, .10)
	bar("weekly units of categories, MAPE", weekly, .10)
	b.add(what+"beside it", fmt.Sprintf("bias of elasticities %+.3f; chance alone makes a MAPE of %.3f; distances of gaps %.3f, receipts %.3f, returns to a category %.3f; %.0f CPU s",
		median(bias), median(chance), median(gaps), median(baskets), median(returns), median(cpu)), "told", true)
	return nil
}

// elasticityErrors compares eligible products with the truth; where none is
// eligible, the best sellers.
func elasticityErrors(r *simulate.Realism, items []shop.ItemTruth) (off, bias, n float64) {
	truth := map[string]float64{}
	for _, x := range items {
		truth[x.Product] = x.Elasticity
	}
	for _, any := range []bool{false, true} {
		for i, e := range r.Elasticities {
			if e.Eligible || any && i < 30 {
				d := e.Mean/truth[e.Item] - 1
				off, bias, n = off+math.Abs(d), bias+d, n+1
			}
		}
		if n > 0 {
			break
		}
	}
	return off / n, bias / n, n
}

// fratUnits: 54 products in 77 stores, through the program.
func (b *bench) fratUnits() error {
	seeds := []string{"1", "2", "3"}
	if b.quick {
		seeds = seeds[:1]
	}
	var held, offers, width, wmape []float64
	for _, seed := range seeds {
		var out struct {
			Units struct{ Held, Offers, Width, WMAPE float64 }
			Files []struct{ Rows int }
		}
		made := filepath.Join(b.dir, "frat units "+seed+".parquet")
		if _, err := b.result(&out, "promo", "simulate", "--sales", filepath.Join(b.data, "frat", "transactions.csv.gz"), "--products", filepath.Join(b.data, "frat", "products.csv"),
			"--seed", seed, "--out", made, "--anyway"); err != nil {
			return err
		}
		if len(out.Files) != 1 || out.Files[0].Rows < 13*1000 {
			return fmt.Errorf("frat: simulated files %+v", out.Files)
		}
		held, offers = append(held, out.Units.Held), append(offers, out.Units.Offers)
		width, wmape = append(width, out.Units.Width), append(wmape, out.Units.WMAPE)
	}
	b.least(fmt.Sprintf("frat, last 26 weeks not learned from: 90 %% bands hold a product's weeks, median of %d", len(held)), median(held), .85)
	b.add("frat: beside it", fmt.Sprintf("of weeks on promotion %.3f; half a band is %.2f of its middle; WMAPE of the middle %.3f", median(offers), median(width), median(wmape)), "told", true)
	return nil
}

// notSimulated: a small shop through the program, its logs, and clear words
// where nothing can be learned.
func (b *bench) notSimulated() error {
	cfg := shop.Config{Customers: 400, Active: 40, Products: 60, Promotions: 300, Events: 50, Weeks: 60}
	s, err := shop.Generate(context.Background(), cfg, rand.New(rand.NewPCG(4, 30)), nil)
	if err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(b.dir, "simulate "+name+".csv") }
	best := s.Truth.Items[0].Product
	one := s.Transactions.Column("customer_id").Cell(0)
	var lines strings.Builder
	lines.WriteString("customer_id,date,product_id,quantity,unit_price\n")
	for i := range 300 {
		fmt.Fprintf(&lines, "%s,2024-%02d-05,%s,1,2.50\n", one, i%12+1, best)
	}
	for name, text := range map[string]string{
		"no lines": "customer_id,date,product_id,quantity,unit_price\n",
		"one":      lines.String(),
		"plan":     "product_id,start_date,end_date,depth,feature,display\n" + best + ",2024-03-04,2024-03-10,0.3,1,0\n",
		"unknown":  "product_id,start_date,end_date,depth\nP99999,2024-03-04,2024-03-10,0.3\n",
	} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	plain, err := s.Transactions.Select("customer_id", "date", "product_id", "quantity", "unit_price")
	if err != nil {
		return err
	}
	if err := writeTable(at("lines"), s.Transactions, plainCSV); err != nil {
		return err
	}
	if err := writeTable(at("plain"), plain, plainCSV); err != nil {
		return err
	}
	if err := writeTable(at("products"), s.Products, plainCSV); err != nil {
		return err
	}
	if err := writeTable(at("promotions"), s.Promotions, plainCSV); err != nil {
		return err
	}
	args := func(sales string, more ...string) []string {
		return append([]string{"promo", "simulate", "--sales", at(sales), "--products", at("products")}, more...)
	}
	var out struct {
		With, Without struct{ Units, Offered float64 }
		Files         []struct{ Rows int }
	}
	if _, err := b.result(&out, args("lines", "--promotions", at("promotions"), "--plan", at("plan"), "--customers", "3000", "--anyway",
		"--out", at("made"), "--log", filepath.Join(b.dir, "simulate log.parquet"))...); err != nil {
		return err
	}
	b.add("a plan that never ran: receipts and behaviour of 3,000 shoppers", fmt.Sprintf("%.0f units, %.0f of them on offer; %.0f without the offer; %+v rows", out.With.Units, out.With.Offered, out.Without.Units, out.Files),
		"more units with it", out.With.Units > out.Without.Units && out.With.Offered > 0 && len(out.Files) == 2 && out.Files[1].Rows > out.Files[0].Rows)
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"no transactions", args("no lines", "--promotions", at("promotions")), "no rows"},
		{"one customer", args("one", "--promotions", at("promotions")), "has 1 customers"},
		{"no promotions", args("plain"), "no product was ever on promotion"},
		{"a plan with an unknown product", args("lines", "--promotions", at("promotions"), "--plan", at("unknown")), `offers product "P99999"`},
	} {
		r, err := b.command(nil, append(tt.args, "--quiet")...)
		if err != nil {
			return err
		}
		b.add("simulate, "+tt.name, strings.ReplaceAll(strings.TrimSpace(r.err), "\n", " "), "clear words", r.code != 0 && strings.Contains(r.err, tt.want))
	}
	return nil
}
