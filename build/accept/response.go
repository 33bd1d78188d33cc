package main

import (
	"fmt"
	"path/filepath"
	"strings"
)

// promo: held-out last weeks of real store sales.
func (b *bench) promo() error {
	sales, products := filepath.Join(b.data, "frat", "transactions.csv.gz"), filepath.Join(b.data, "frat", "products.csv")
	var test struct {
		Scores []struct {
			Method     string
			All, Promo float64
		}
		Coverage []struct {
			Group            string
			Cover80, Cover90 float64
		}
	}
	r, err := b.result(&test, "promo", "backtest", "--sales", sales, "--products", products, "--weeks", "26")
	if err != nil {
		return err
	}
	if err := b.rolling(sales, products); err != nil {
		return err
	}
	for _, s := range test.Scores {
		if s.Method == "model" {
			b.most("frat, last 26 weeks: WMAPE of promotion weeks, model", s.Promo, .375, "")
			b.most("frat, last 26 weeks: WMAPE of all weeks, model", s.All, .345, "")
			continue
		}
		b.add("frat, last 26 weeks: WMAPE of promotion weeks, "+s.Method, fmt.Sprintf("%.3f (all weeks %.3f)", s.Promo, s.All), "beside it", true)
	}
	for _, c := range test.Coverage {
		switch {
		case c.Group == "all":
			b.within("frat: 90 % bands hold all weeks", c.Cover90, .88, .92)
		case strings.HasPrefix(c.Group, "depth"):
			b.within("frat: 90 % bands hold promotions, "+c.Group, c.Cover90, .85, .95)
		}
	}
	b.add("frat: backtest", fmt.Sprintf("%.1f s, %.0f MB", r.seconds, r.peakMB), "told", true)
	var out struct{ Outcome struct{ Baseline float64 } }
	if r, err = b.result(&out, "promo", "whatif", "--sales", sales, "--products", products); err != nil {
		return err
	}
	b.most("frat: from CSV to a first what-if", r.seconds, 90, " s")
	var fit map[string]any
	if r, err = b.result(&fit, "promo", "fit", "--sales", sales, "--products", products); err != nil {
		return err
	}
	b.most("frat: fit from CSV, all threads' seconds", r.cpu, 20, " s")
	b.add("frat: that what-if", fmt.Sprintf("baseline %.0f units", out.Outcome.Baseline), "above 0", out.Outcome.Baseline > 0)
	return nil
}

// rolling: the same from three earlier cuts, too (not in the short form).
func (b *bench) rolling(sales, products string) error {
	if b.quick {
		return nil
	}
	var all []struct {
		Cut    string
		Scores []struct {
			Method     string
			All, Promo float64
		}
		Coverage []struct {
			Group           string
			Cover90, Unsure float64
			Events          int
		}
	}
	if _, err := b.result(&all, "promo", "backtest", "--sales", sales, "--products", products, "--weeks", "26", "--windows", "4"); err != nil {
		return err
	}
	for _, w := range all {
		by, ok := []string{}, true
		for _, c := range w.Coverage {
			if strings.HasPrefix(c.Group, "depth") {
				by = append(by, fmt.Sprintf("%.3f ± %.3f (%d item-weeks)", c.Cover90, 1.645*c.Unsure, c.Events))
				ok = ok && c.Cover90 >= .85 && c.Cover90 <= .95
			}
		}
		b.add("frat, 26 weeks from "+w.Cut, fmt.Sprintf("WMAPE promotion weeks %.3f, all %.3f; 90 %% bands hold %.3f", w.Scores[0].Promo, w.Scores[0].All, w.Coverage[0].Cover90), "told", true)
		b.add("frat, 26 weeks from "+w.Cut+": 90 % bands hold promotions, by depth", strings.Join(by, ", "), "0.85 to 0.95", ok)
	}
	return nil
}
