package app

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shoptwin/core/plan"
	"shoptwin/core/promo"
	"shoptwin/core/table"
)

// answering is a model of six items that answer to price and dip after it.
func answering(t *testing.T) *promo.Model { return answeringIn(t, "one") }

func answeringIn(t *testing.T, stores ...string) *promo.Model {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 3))
	var item, store []string
	var week, units, price, base []float64
	for i := range 6 {
		last := 0.0
		for w := range 70 {
			depth := 0.0
			if rng.Float64() < 0.25 {
				depth = []float64{0.1, 0.2, 0.3}[rng.IntN(3)]
			}
			mean := 80 * math.Exp(-(3+0.2*float64(i))*math.Log1p(-depth)+0.8*math.Log1p(-last))
			for _, name := range stores {
				item, store, week = append(item, fmt.Sprintf("p%d", i)), append(store, name), append(week, float64(w))
				units = append(units, math.Round(mean*math.Exp(0.1*rng.NormFloat64())))
				price, base = append(price, 4*(1-depth)), append(base, 4)
			}
			last = depth
		}
	}
	sales := &table.Table{Name: "sales", Columns: []*table.Column{table.NewText("product_id", item, nil), table.NewText("store_id", store, nil), table.NewNumber("week", week),
		table.NewNumber("units", units), table.NewNumber("price", price), table.NewNumber("base_price", base)}}
	panel, err := promo.NewPanel(sales, nil, nil, promo.Columns{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := promo.Fit(context.Background(), panel, promo.Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBestPlan(t *testing.T) {
	m := answering(t)
	req := PlanRequest{Plan: promo.Plan{Horizon: 12, Margin: 0.5, Offers: []promo.Offer{{Item: "p2", Week: 5, Depth: 0.3}}},
		Limits: plan.Limits{MaxPromos: 3, Gap: 1}, Shared: plan.Shared{Budget: 900},
		Own: map[string]plan.Limits{"p1": {MaxPromos: 1, MaxDepth: 0.1}}}
	for _, worst := range []float64{1, 0.25} { // of what is believed
		req.Worst = worst
		r, err := BestPlan(context.Background(), m, req, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Broken) > 0 || r.Gap > 0.01 || r.Spent > 900 || len(r.Plan.Offers) < 4 || r.Outcome.Profit.Net.Mean <= 0 {
			t.Errorf("worst %g: %d offers, gap %g, spent %g, net %g, broken %v", worst, len(r.Plan.Offers), r.Gap, r.Spent, r.Outcome.Profit.Net.Mean, r.Broken)
		}
		locked := false
		for _, o := range r.Plan.Offers {
			locked = locked || o == (promo.Offer{Item: "p2", Week: 5, Depth: 0.3})
			if o.Item == "p1" && o.Depth > 0.1 || o.Depth > 0.325 {
				t.Errorf("worst %g: %v", worst, o)
			}
		}
		if !locked {
			t.Errorf("worst %g: the locked offer is gone: %v", worst, r.Plan.Offers)
		}
		if len(r.Others) != 4 || r.Others[0].Name != "none" || r.Others[3].Name != "last" {
			t.Errorf("worst %g: beside it %v", worst, r.Others)
		}
		file := filepath.Join(t.TempDir(), "calendar.csv")
		if err := WriteCalendar(file, r); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if n := strings.Count(string(text), "\n"); err != nil || n != len(r.Plan.Offers)+1 {
			t.Errorf("the calendar has %d lines for %d offers: %v", n, len(r.Plan.Offers), err)
		}
	}
	req.Own = map[string]plan.Limits{"p0": {MinPromos: 9, Gap: 1}}
	if _, err := BestPlan(context.Background(), m, req, nil); err == nil || !strings.Contains(err.Error(), "p0: at least 9 promotions; p0: at least 1 weeks between promotions") {
		t.Errorf("a clash: %v", err)
	}
}

// A calendar that is given to start from stands beside the plan, which earns no
// less, whatever it was; one that is kept stands in it.
func TestPlanFromCalendar(t *testing.T) {
	m := answering(t)
	req := PlanRequest{Plan: promo.Plan{Horizon: 10, Margin: 0.5}, Top: 3, Limits: plan.Limits{MaxPromos: 3}}
	best, err := BestPlan(context.Background(), m, req, nil)
	if err != nil {
		t.Fatal(err)
	}
	in := func(all []promo.Offer, o promo.Offer) bool { return slices.Contains(all, o) }
	odd := promo.Offer{Item: "p5", Week: 3, Depth: 0.07}
	for _, given := range [][]promo.Offer{best.Plan.Offers, {odd}} {
		req.Given = given
		r, err := BestPlan(context.Background(), m, req, nil)
		if err != nil {
			t.Fatal(err)
		}
		last := r.Others[len(r.Others)-1]
		if last.Name != "given" || last.Offers != len(given) || len(last.Broken) > 0 || r.Profit < last.Profit-1e-9 || r.Profit > r.Bound+1e-9 {
			t.Errorf("given %d offers, profit %g, bound %g; beside it %+v", len(given), r.Profit, r.Bound, last)
		}
	}
	req.Given, req.Offers = nil, []promo.Offer{odd}
	r, err := BestPlan(context.Background(), m, req, nil)
	if err != nil || !in(r.Plan.Offers, odd) || len(r.Plan.Offers) < 2 {
		t.Errorf("kept: %v, %+v", err, r.Plan.Offers)
	}
}

// A stock of one store holds back that store alone: less than a stock of all,
// and the plan knows.
func TestPlanStockOfStore(t *testing.T) {
	m := answeringIn(t, "north", "south")
	profit := func(stock ...promo.Stock) float64 {
		r, err := BestPlan(context.Background(), m, PlanRequest{Plan: promo.Plan{Horizon: 6, Margin: 0.5, Items: []string{"p0", "p1"}, Stock: stock}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Profit > r.Bound+1e-6 {
			t.Errorf("profit %g above its bound %g", r.Profit, r.Bound)
		}
		return r.Profit
	}
	free, north, both := profit(), profit(promo.Stock{Item: "p0", Store: "north", Units: 120}), profit(promo.Stock{Item: "p0", Units: 120})
	if !(both < north-1 && north < free-1) {
		t.Errorf("profit %g, %g with little in the north, %g with as little in all", free, north, both)
	}
	if _, err := BestPlan(context.Background(), m, PlanRequest{Plan: promo.Plan{Horizon: 6, Stock: []promo.Stock{{Item: "p0", Store: "west", Units: 9}}}}, nil); err == nil || !strings.Contains(err.Error(), "west") {
		t.Errorf("a stock of a store that is none: %v", err)
	}
}
