package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"shoptwin/core/promo"
	"shoptwin/core/shop"
)

// truth: effects fitted to made shops against those they were made with: to
// the dirty files as a person would, and in this process to clean ones of
// three seeds, planned without and with a look at the season.
func (b *bench) truth() error {
	dir := filepath.Join(b.dir, "shop")
	var reply map[string]any
	if _, err := b.result(&reply, "shop", "--out", dir); err != nil {
		return err
	}
	var truth struct {
		Items []struct {
			Product    string
			Elasticity float64
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &truth); err != nil {
		return err
	}
	known := map[string]float64{}
	for _, item := range truth.Items {
		known[item.Product] = item.Elasticity
	}
	home := filepath.Join(b.dir, "demo")
	r, err := b.result(&reply, "demo", "--home", home)
	if err != nil {
		return err
	}
	b.most("demo: the main job on the made shop", r.seconds, 300, " s")
	b.add("demo: peak memory", fmt.Sprintf("%.0f MB", r.peakMB), "told", true)
	var fit struct {
		Elasticities []struct {
			Item             string
			Mean, Lo90, Hi90 float64
			Eligible         bool
		}
	}
	if _, err := b.result(&fit, "promo", "fit", "--project", "Sample shop", "--sales", "receipts", "--products", "assortment", "--promotions", "calendar", "--home", home); err != nil {
		return err
	}
	var off, held, n float64
	for _, e := range fit.Elasticities {
		want, ok := known[e.Item]
		if !ok || !e.Eligible {
			continue
		}
		n++
		off += math.Abs(e.Mean-want) / math.Abs(want)
		if e.Lo90 <= want && want <= e.Hi90 {
			held++
		}
	}
	if n == 0 {
		return fmt.Errorf("no item of the made shop is eligible")
	}
	b.most(fmt.Sprintf("made shop, dirty files: mean error of %g own elasticities", n), off/n, .15, "")
	b.within("made shop, dirty files: 90 % intervals hold the truth", held/n, .85, .95)
	return b.effects()
}

// effects: medians of three seeds.
func (b *bench) effects() error {
	seeds, cfg := 3, shop.Config{Events: 1000}
	if b.quick {
		seeds, cfg.Active, cfg.Products, cfg.Promotions = 1, 500, 1600, 5000
	}
	got := map[string][]float64{}
	for seed := range seeds {
		for _, high := range []float64{0, 4} {
			cfg.HighSeason = high
			s, err := shop.Generate(context.Background(), cfg, rand.New(rand.NewPCG(uint64(seed+1), 1)), nil)
			if err != nil {
				return err
			}
			e, err := fitted(s)
			if err != nil {
				return err
			}
			for name, x := range e {
				if high > 0 {
					name = "confounded " + name
				}
				got[name] = append(got[name], x)
			}
		}
	}
	m := func(name string) float64 { return median(got[name]) }
	place := "made shop, 104 weeks, median of 3: "
	told := func(check string, x float64) { b.add(place+check, fmt.Sprintf("%.3f", x), "told", true) }
	most := func(check string, x, bar float64) {
		if b.quick { // of a small shop and one seed it says little
			b.add("made shop, small: "+check, fmt.Sprintf("%.3f", x), fmt.Sprintf("told; at most %g in the full form", bar), true)
			return
		}
		b.most(place+check, x, bar, "")
	}
	most(fmt.Sprintf("error of %.0f own elasticities", m("items")), m("own"), .10)
	most("error of cross elasticities, three nearest substitutes", m("cross"), .25)
	most("error of what the rest of the category loses, by category", m("taken"), .25)
	most("error of the dip: share of extra units pulled forward, whole chain", m("dip"), .25)
	if b.quick {
		told("90 % intervals hold own elasticities", m("held"))
	} else {
		b.within(place+"90 % intervals hold own elasticities", m("held"), .86, .94)
	}
	told("error of the dip by category, of which one tells little", m("dip by category"))
	told("promotions in high season: error of own elasticities", m("confounded own"))
	told("promotions in high season: 90 % intervals hold own elasticities", m("confounded held"))
	model, plain := math.Abs(m("confounded bias")), math.Abs(m("confounded plain"))
	b.add(place+"promotions in high season: bias of own elasticities", fmt.Sprintf("%+.3f; a plain regression's %+.3f", m("confounded bias"), m("confounded plain")),
		"smaller than the plain one's", b.quick || model < plain)
	told("without that: bias", m("bias"))
	told("without that: a plain regression's bias", m("plain"))
	return nil
}

// fitted compares a response fitted to s with the truth, over the products of
// which enough is seen to be read for themselves.
func fitted(s *shop.Shop) (map[string]float64, error) {
	panel, err := promo.NewPanel(s.Transactions, s.Products, s.Promotions, promo.Columns{})
	if err != nil {
		return nil, err
	}
	m, err := promo.Fit(context.Background(), panel, promo.Config{}, nil)
	if err != nil {
		return nil, err
	}
	known, near := map[string]shop.ItemTruth{}, map[string][]shop.CrossTruth{}
	for _, it := range s.Truth.Items {
		known[it.Product] = it
	}
	for _, c := range s.Truth.Cross {
		near[c.Price] = append(near[c.Price], c)
	}
	history := weekly(s)
	type parts struct{ extra, taken, pulled, ofExtra, ofTaken, ofPulled float64 }
	var all parts
	category := map[string]*parts{}
	out := map[string]float64{}
	pairs := 0.0
	for _, e := range m.Elasticities() {
		t, ok := known[e.Item]
		if !ok || !e.Eligible {
			continue
		}
		off := (e.Mean - t.Elasticity) / -t.Elasticity
		out["items"]++
		out["own"] += math.Abs(off)
		out["bias"] += off
		out["plain"] += (history[e.Item].slope() - t.Elasticity) / -t.Elasticity
		if e.Lo90 <= t.Elasticity && t.Elasticity <= e.Hi90 {
			out["held"]++
		}
		plan := promo.Plan{Horizon: 1, Offers: []promo.Offer{{Item: e.Item, Depth: .2}}}
		for _, c := range near[e.Item] {
			plan.Items = append(plan.Items, c.Product)
		}
		o, err := m.WhatIf(plan)
		if err != nil {
			return nil, err
		}
		for k, c := range near[e.Item] {
			w := o.Items[k].Weeks[0]
			out["cross"] += math.Abs(math.Log(w.Units.Mean/w.Baseline)/math.Log(.8)-c.Elasticity) / c.Elasticity
			pairs++
		}
		if category[t.Category] == nil {
			category[t.Category] = &parts{}
		}
		extra := t.Units * (math.Pow(.8, t.Elasticity) - 1)
		for _, p := range []*parts{&all, category[t.Category]} {
			p.extra, p.taken, p.pulled = p.extra+o.Change.Extra, p.taken-o.Change.Taken, p.pulled-o.Change.Pulled
			p.ofExtra, p.ofTaken, p.ofPulled = p.ofExtra+extra, p.ofTaken+extra*t.Taken, p.ofPulled+extra*t.Pulled
		}
	}
	if out["items"] == 0 {
		return nil, fmt.Errorf("no item of the made shop is eligible")
	}
	for _, name := range []string{"own", "bias", "plain", "held"} {
		out[name] /= out["items"]
	}
	out["cross"] /= pairs
	for _, p := range category {
		out["taken"] += p.ofExtra * math.Abs(p.taken/p.extra-p.ofTaken/p.ofExtra) / all.ofTaken
		out["dip by category"] += p.ofExtra * math.Abs(p.pulled/p.extra-p.ofPulled/p.ofExtra) / all.ofPulled
	}
	out["dip"] = math.Abs(all.pulled/all.extra*all.ofExtra/all.ofPulled - 1)
	return out, nil
}

// weeks are a product's in the whole chain: rows of 1, ln price over base,
// feature, display and, last, ln units.
type weeks [][5]float64

// slope is a plain regression's elasticity: least squares of ln units on ln
// price, feature and display, without a season.
func (w weeks) slope() float64 {
	var a [4][5]float64
	for _, x := range w {
		for i := range a {
			for j := range a[i] {
				a[i][j] += x[i] * x[j]
			}
		}
	}
	for i := range a {
		a[i][i] += 1e-9
		for r := range a {
			if r == i {
				continue
			}
			f := a[r][i] / a[i][i]
			for j := range a[r] {
				a[r][j] -= f * a[i][j]
			}
		}
	}
	return a[1][4] / a[1][1]
}

// weekly gathers a shop's products.
func weekly(s *shop.Shop) map[string]weeks {
	const week = 7 * 86400
	start := float64(s.Config.Start.Unix())
	out := map[string]weeks{}
	of := func(id string) weeks {
		if out[id] == nil {
			out[id] = make(weeks, s.Config.Weeks)
			for w := range out[id] {
				out[id][w][0] = 1
			}
		}
		return out[id]
	}
	t := s.Transactions
	for i, at := range t.Column("date").Num {
		of(t.Column("product_id").Cell(i))[int((at-start)/week)][4] += t.Column("quantity").Num[i]
	}
	p := s.Promotions
	for i, from := range p.Column("start_date").Num {
		x := of(p.Column("product_id").Cell(i))
		for w := int((from - start) / week); w < len(x) && start+float64(w)*week <= p.Column("end_date").Num[i]; w++ {
			x[w][1], x[w][2], x[w][3] = math.Log1p(-p.Column("depth").Num[i]), p.Column("feature").Num[i], p.Column("display").Num[i]
		}
	}
	for id, x := range out {
		sold := x[:0]
		for _, row := range x {
			if row[4] > 0 {
				row[4] = math.Log(row[4])
				sold = append(sold, row)
			}
		}
		out[id] = sold
	}
	return out
}
