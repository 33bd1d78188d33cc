package app

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/shop"
)

// TestShoppers asks shoppers of a small made shop about a plan: they are
// learned once, tell how real they are, and answer by kind.
func TestShoppers(t *testing.T) {
	a := open(t)
	p, err := a.CreateProject("shop")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	s, err := shop.Generate(ctx, shop.Config{Customers: 500, Active: 40, Products: 60, Promotions: 300, Events: 50, Weeks: 50}, rand.New(rand.NewPCG(2, 1)), nil)
	if err != nil {
		t.Fatal(err)
	}
	put := func(name string, text []byte) {
		path := filepath.Join(t.TempDir(), name+".csv")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{path}, As: name}, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"products", "promotions", "transactions"} {
		var text bytes.Buffer
		if err := s.WriteFile(name+".csv", &text); err != nil {
			t.Fatal(err)
		}
		put(name, text.Bytes())
	}
	if _, err := a.StartShoppers(p.ID, promo.Plan{}); core.KindOf(err) != core.NotFound {
		t.Errorf("without a response: %v", err)
	}
	req := PromoRequest{Project: p.ID, Sales: "transactions", Products: "products", Promotions: "promotions"}
	if _, err := a.FitPromo(ctx, req, nil); err != nil {
		t.Fatal(err)
	}
	best := s.Truth.Items[0].Product
	plan := promo.Plan{Horizon: 4, FeatureCost: 10, Offers: []promo.Offer{{Item: best, Week: 1, Depth: .3, Feature: true}, {Item: "P99999", Week: 2, Depth: .3}}}
	fits := 0
	ask := func(req PromoRequest) *ShoppersReply {
		t.Helper()
		r, err := a.askShoppers(ctx, req, plan, func(p core.Progress) { fits += map[string]int{"fit": 1}[p.Stage] })
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := ask(req)
	if r.Nobody || r.Realism == nil || r.Learned < 400 || r.LeftOut != 1 || fits == 0 || len(r.Realism.Elasticities) > 0 {
		t.Fatalf("%+v, %d rounds of fitting", r, fits)
	}
	// Whoever judges them, what they say is kept for the next plan.
	kept := a.keptShoppers(a.shoppers.of)
	kept.realism.Usable = true
	fits = 0
	if r = ask(req); fits != 0 || r.Answer == nil || !(r.Answer.All.Units.Added > 0) || r.Fixed < 10 {
		t.Errorf("a second plan took %d rounds of fitting and says %+v", fits, r.Answer)
	}
	kept.realism.Usable = false
	if r = ask(req); r.Answer != nil {
		t.Error("shoppers who are refused gave an answer")
	}
	lines := strings.Split(strings.TrimSpace(string(mustFile(t, s, "transactions.csv"))), "\n")
	lines[0] = strings.Replace(lines[0], "customer_id", "lane", 1)
	put("unsigned", []byte(strings.Join(lines, "\n")))
	req.Sales = "unsigned"
	if r = ask(req); !r.Nobody || r.Answer != nil {
		t.Errorf("sales without customers: %+v", r)
	}
}

func mustFile(t *testing.T, s *shop.Shop, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteFile(name, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
