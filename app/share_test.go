package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/promo"
)

// TestWhatIfHTML: the page carries the plans and a response that answers, and
// nothing of the receipts: no customer, no receipt, no note, no week.
func TestWhatIfHTML(t *testing.T) {
	a := open(t)
	if _, err := a.CreateProject(`Tom's </script><b>shop`); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	var csv strings.Builder
	csv.WriteString("receipt_id,date,store_id,product_id,qty,price,base_price,customer,note\n")
	for i := range 4000 {
		depth := []float64{0, 0, 0, .2}[rng.IntN(4)]
		fmt.Fprintf(&csv, "receipt-%d,2024-%02d-%02d,s%d,p%d,%d,%.2f,5.00,customer-%d,seen by nobody\n", i, 1+i/400, 1+rng.IntN(28), rng.IntN(2), rng.IntN(5), 1+rng.IntN(3), 5*(1-depth), rng.IntN(50))
	}
	csv.WriteString("receipt-x,2024-03-03,s0,the only caviar,1,977.13,977.13,customer-x,once\n")
	file := filepath.Join(t.TempDir(), "sales.csv")
	if err := os.WriteFile(file, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	const project = `Tom's </script><b>shop`
	ctx := context.Background()
	if _, err := a.Import(ctx, ImportRequest{Project: project, Files: []string{file}, As: "sales"}, nil); err != nil {
		t.Fatal(err)
	}
	shell := []byte("<html>" + string(sharedMark) + "</html>")
	if err := a.WhatIfHTML(project, "en", shell, &bytes.Buffer{}); core.KindOf(err) != core.NotFound {
		t.Errorf("before a fit: %v", err)
	}
	if _, err := a.FitPromo(ctx, PromoRequest{Project: project, Sales: "sales", Backtest: 6}, nil); err != nil {
		t.Fatal(err)
	}
	plan := promo.Plan{Horizon: 6, Items: []string{"p1", "the only caviar"}, Offers: []promo.Offer{{Item: "p1", Week: 2, Depth: .2}, {Item: "the only caviar", Week: 1, Depth: .1}}}
	if _, err := a.SaveScenario(project, ScenarioInfo{Name: "A", Title: "</script><script>alert(1)</script>", Plan: plan}); err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := a.WhatIfHTML(project, "en", shell, &page); err != nil {
		t.Fatal(err)
	}
	text := page.String()
	if strings.Count(text, "</script>") != 1 || strings.Contains(text, "<b>") {
		t.Errorf("a name leaves its place: %.300s", text)
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, `<html><script type="application/json" id="shoptwin-report">`), "</script></html>")
	var out shared
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(out.Promo))
	if err != nil {
		t.Fatal(err)
	}
	var model bytes.Buffer
	if _, err := model.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"receipt-", "customer", "nobody", "once", "caviar", "977", "2024-03-03"} {
		if strings.Contains(text, secret) || strings.Contains(model.String(), secret) {
			t.Errorf("%q is in the page", secret)
		}
	}
	m, err := promo.Read(&model)
	if err != nil {
		t.Fatal(err)
	}
	if v := m.View(0); len(v.Weeks) > 0 || len(v.Items) != 5 {
		t.Errorf("%d weeks of history, %d products", len(v.Weeks), len(v.Items))
	}
	got := out.Scenarios[0].Plan
	if len(out.Scenarios) != 1 || len(got.Offers) != 1 || len(got.Items) != 1 || out.Backtest == nil || out.Backtest.Weeks != 6 {
		t.Errorf("%+v", out)
	}
	there, err := m.WhatIf(got)
	if err != nil {
		t.Fatal(err)
	}
	here, err := a.WhatIf(project, got)
	if err != nil {
		t.Fatal(err)
	}
	if x, y := there.Items[0].Change, here.Items[0].Change; math.Abs(x-y) > .01*math.Abs(y) || x == 0 { // caviar is no neighbour any more
		t.Errorf("the page says %g, the program %g", x, y)
	}
	for _, bad := range []struct {
		lang  string
		shell []byte
		kind  core.Kind
	}{{"fr", shell, core.Invalid}, {"en", []byte("<html>"), core.Unsupported}} {
		if err := a.WhatIfHTML(project, bad.lang, bad.shell, &bytes.Buffer{}); core.KindOf(err) != bad.kind {
			t.Errorf("%v", err)
		}
	}
}
