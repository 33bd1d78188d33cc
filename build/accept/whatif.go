package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"shoptwin/core/promo"
)

// whatIf: a large plan of real products, computed in browsers as in the page,
// beside the same computed natively.
func (b *bench) whatIf() error {
	model := filepath.Join(b.dir, "frat.model")
	var fit map[string]any
	if _, err := b.result(&fit, "promo", "fit", "--sales", filepath.Join(b.data, "frat", "transactions.csv.gz"),
		"--products", filepath.Join(b.data, "frat", "products.csv"), "--out", model); err != nil {
		return err
	}
	f, err := os.Open(model)
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := promo.Read(f)
	if err != nil {
		return err
	}
	plan := largePlan(m)
	text, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	file := filepath.Join(b.dir, "plan.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	native, err := m.WhatIf(plan)
	if err != nil {
		return err
	}
	size := fmt.Sprintf("%d products x %d weeks x %d stores, 1,000 draws", len(native.Items), len(native.Weeks), len(m.View(1).Stores))
	for _, engine := range []struct{ name, arg string }{{"Chromium", "chromium"}, {"WebKitGTK", "webkit"}} {
		if err := b.whatIfIn(engine.name, engine.arg, size, model, file, native); err != nil {
			return err
		}
	}
	return nil
}

// whatIfIn has a browser answer the plan in a worker, as the page does.
func (b *bench) whatIfIn(name, engine, size, model, plan string, native *promo.Outcome) error {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	defer stop()
	r, err := run(ctx, nil, "frontend", "node", "e2e/edit.mjs", model, plan, engine)
	if err != nil {
		return err
	}
	if r.code != 0 {
		return fmt.Errorf("the plan in %s: %s", name, strings.TrimSpace(r.err))
	}
	type times struct{ Best, Median, Worst float64 }
	var page struct {
		Reply      struct{ Result promo.Outcome }
		Anew, Edit times
	}
	if err := json.Unmarshal([]byte(r.out), &page); err != nil {
		return err
	}
	b.most(size+" in "+name+", all anew, best of 15", page.Anew.Best, 100, " ms")
	b.most(size+" in "+name+", one cell edited, best of 45", page.Edit.Best, 16, " ms")
	b.add(size+" in "+name+": medians and worst, all anew and one cell",
		fmt.Sprintf("%.1f and %.1f ms, %.1f and %.1f ms", page.Anew.Median, page.Anew.Worst, page.Edit.Median, page.Edit.Worst), "told", true)
	n, worst := 0, 0.0
	apartBy(reflect.ValueOf(page.Reply.Result), reflect.ValueOf(*native), func(d float64) { n, worst = n+1, max(worst, d) })
	b.add(fmt.Sprintf("native and in %s: %d numbers differ by at most", name, n), fmt.Sprintf("%.1e of themselves", worst), "at most 1e-05", n > 10_000 && worst <= 1e-5)
	return nil
}

// largePlan offers every product three times in half a year.
func largePlan(m *promo.Model) promo.Plan {
	p := promo.Plan{Horizon: 26}
	for i, it := range m.View(1).Items[:min(58, len(m.View(1).Items))] {
		p.Items = append(p.Items, it.Item)
		for k := range 3 {
			p.Offers = append(p.Offers, promo.Offer{Item: it.Item, Week: (3*i + 9*k) % 26, Depth: 0.2, Feature: i%2 == 1})
		}
	}
	return p
}

// apartBy tells every number of a how far it lies from that of b, as a part of
// the larger; what lies below a millionth is compared with that.
func apartBy(a, b reflect.Value, tell func(float64)) {
	switch a.Kind() {
	case reflect.Float64:
		x, y := a.Float(), b.Float()
		tell(math.Abs(x-y) / max(math.Abs(x), math.Abs(y), 1e-6))
	case reflect.Struct:
		for n := range a.NumField() {
			apartBy(a.Field(n), b.Field(n), tell)
		}
	case reflect.Slice:
		if a.Len() != b.Len() {
			tell(1)
			return
		}
		for n := range a.Len() {
			apartBy(a.Index(n), b.Index(n), tell)
		}
	default:
		if !a.Equal(b) {
			tell(1)
		}
	}
}
