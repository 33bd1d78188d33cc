package app

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shoptwin/core/plan"
	"shoptwin/core/promo"
	"shoptwin/core/table"
)

// apartIn is a model of items that are in one category or, if alone, in one
// each, so that they take nothing from each other; p1 is not sold in the east.
func apartIn(t *testing.T, alone bool, items int) *promo.Model {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 3))
	var item, store, pid, category []string
	var week, units, price, base, feature []float64
	for i := range items {
		pid = append(pid, fmt.Sprintf("p%d", i))
		category = append(category, map[bool]string{true: pid[i], false: "one"}[alone])
		last := 0.0
		for w := range 60 {
			depth := 0.0
			if rng.Float64() < 0.3 {
				depth = []float64{0.1, 0.2, 0.3}[rng.IntN(3)]
			}
			mean := 90 * math.Exp(-3*math.Log1p(-depth)+0.9*math.Log1p(-last))
			for s, name := range []string{"east", "north", "south"} {
				if i == 1 && s == 0 {
					continue
				}
				item, store, week = append(item, pid[i]), append(store, name), append(week, float64(w))
				units = append(units, math.Round(mean*[]float64{0.5, 1, 2}[s]*math.Exp(0.1*rng.NormFloat64())))
				price, base = append(price, 4*(1-depth)), append(base, 4)
				feature = append(feature, map[bool]float64{true: 1}[depth > 0.15 && w%2 == 0])
			}
			last = depth
		}
	}
	sales := &table.Table{Name: "sales", Columns: []*table.Column{table.NewText("product_id", item, nil), table.NewText("store_id", store, nil), table.NewNumber("week", week),
		table.NewNumber("units", units), table.NewNumber("price", price), table.NewNumber("base_price", base), table.NewNumber("feature", feature)}}
	products := &table.Table{Name: "products", Columns: []*table.Column{table.NewText("product_id", pid, nil), table.NewText("category", category, nil)}}
	panel, err := promo.NewPanel(sales, products, nil, promo.Columns{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := promo.Fit(context.Background(), panel, promo.Config{Lags: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Offers of single stores stand in the plan as they were given; what the plan
// says that it earns over no promotion is what the what-if says of it, and no
// calendar around them that keeps the rules earns more by the what-if.
func TestPlanAroundOffersOfStores(t *testing.T) {
	m := apartIn(t, true, 2)
	north := promo.Offer{Item: "p0", Store: "north", Week: 2, Depth: 0.25}
	for _, tt := range []struct {
		name   string
		offers []promo.Offer
		ask    func(*PlanRequest)
		gone   bool // the first offer does not hold
	}{
		{name: "one store", offers: []promo.Offer{north}},
		{name: "two stores, other weeks", offers: []promo.Offer{north, {Item: "p0", Store: "south", Week: 3, Depth: 0.3}, {Item: "p0", Store: "south", Week: 4, Depth: 0.1}}},
		{name: "every store", offers: []promo.Offer{north, {Item: "p0", Store: "south", Week: 2, Depth: 0.3}, {Item: "p0", Store: "east", Week: 1, Depth: 0.2}}},
		{name: "alike in two", offers: []promo.Offer{north, {Item: "p0", Store: "east", Week: 2, Depth: 0.25}}},
		{name: "featured", offers: []promo.Offer{{Item: "p0", Store: "north", Week: 1, Depth: 0.25, Feature: true}}, ask: func(r *PlanRequest) { r.FeatureCost = 40; r.Feature = true; r.Depths = []float64{0.25} }},
		{name: "before one that is locked for all", offers: []promo.Offer{{Item: "p0", Week: 2, Depth: 0.1}, north}},
		{name: "after which one for all came", offers: []promo.Offer{north, {Item: "p0", Week: 2, Depth: 0.1}}, gone: true},
		{name: "two promotions apart", offers: []promo.Offer{north}, ask: func(r *PlanRequest) { r.MaxPromos, r.Gap = 2, 1 }},
		{name: "weeks closed, depths shallow", offers: []promo.Offer{north}, ask: func(r *PlanRequest) { r.Closed, r.MaxDepth = []int{2, 3}, 0.2 }},
		{name: "budget", offers: []promo.Offer{north}, ask: func(r *PlanRequest) { r.Budget = 900 }},
		{name: "of a neighbour that is not sold everywhere", offers: []promo.Offer{{Item: "p1", Store: "north", Week: 2, Depth: 0.3}, {Item: "p1", Store: "east", Week: 1, Depth: 0.3}}, ask: func(r *PlanRequest) { r.FeatureCost = 9; r.Feature = true; r.Depths = []float64{0.2} }},
		{name: "two stores of the plan", offers: []promo.Offer{north}, ask: func(r *PlanRequest) { r.Stores = []string{"south", "north"} }},
		{name: "the only store", offers: []promo.Offer{north}, ask: func(r *PlanRequest) { r.Stores = []string{"north"} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			planned := tt.offers[0].Item
			req := PlanRequest{Plan: promo.Plan{Horizon: 5, Margin: 0.55, Items: []string{planned}}, Depths: []float64{0.2, 0.3}, Draws: -1}
			if tt.ask != nil {
				tt.ask(&req)
			}
			free := req
			base, err := planProblem(m, &free)
			if err != nil {
				t.Fatal(err)
			}
			nothing := base.Value(plan.Calendar{make([]int, 5)}).Profit
			req.Offers = tt.offers
			r, err := BestPlan(context.Background(), m, req, nil)
			if err != nil {
				t.Fatal(err)
			}
			for n, o := range tt.offers {
				if slices.Contains(r.Plan.Offers, o) == (n == 0 && tt.gone) {
					t.Errorf("%+v among %+v", o, r.Plan.Offers)
				}
			}
			net := r.Outcome.Profit.Net.Mean
			if off := r.Profit - nothing - net; math.Abs(off) > 1e-6*math.Abs(net) {
				t.Errorf("the plan brings %.6f more, by the what-if %.6f", r.Profit-nothing, net)
			}
			if r.Bound < r.Profit-1e-9*r.Profit || len(r.Broken) > 0 {
				t.Errorf("profit %g, bound %g, broken %q", r.Profit, r.Bound, r.Broken)
			}
			for _, o := range r.Others {
				if off := o.Profit - nothing - o.Net.Mean; math.Abs(off) > 1e-6*r.Profit {
					t.Errorf("%s brings %.6f more, by the what-if %.6f", o.Name, o.Profit-nothing, o.Net.Mean)
				}
			}
			p, err := planProblem(m, &req)
			if err != nil {
				t.Fatal(err)
			}
			best, tried := math.Inf(-1), 0
			p.calendars(func(c plan.Calendar) {
				if broken := p.Broken(c); len(broken) > 0 && (len(broken) > 1 || req.Budget == 0) {
					return
				}
				with := req.Plan
				with.Offers, with.Brief = p.withOffers(req.Plan, c).Offers, true
				out, err := m.WhatIf(with)
				if err != nil {
					t.Fatal(err)
				}
				tried++
				if req.Budget == 0 || out.Spent <= req.Budget {
					best = max(best, out.Profit.Net.Mean)
				}
			})
			if r.Bound < (nothing+best)*(1-1e-9) {
				t.Errorf("bound %.6f, the best brings %.6f", r.Bound, nothing+best)
			}
			if req.Budget > 0 { // what is chosen of the calendars met may miss the best of all
				if net > best*(1+1e-6) || nothing+net < 0.98*(nothing+best) || r.Outcome.Spent > req.Budget {
					t.Errorf("%.6f is the best of %d calendars, the plan's %.6f, which spends %g", best, tried, net, r.Outcome.Spent)
				}
			} else if math.Abs(best-net) > 1e-6*math.Abs(best) {
				t.Errorf("%.6f is the best of %d calendars, the plan's %.6f", best, tried, net)
			}
		})
	}
}

// calendars calls f with each calendar of one item.
func (p *planning) calendars(f func(plan.Calendar)) {
	c := plan.Calendar{make([]int, p.Weeks)}
	for {
		f(c)
		at := 0
		for ; at < p.Weeks; at++ {
			if c[0][at]++; c[0][at] < len(p.Options) {
				break
			}
			c[0][at] = 0
		}
		if at == p.Weeks {
			return
		}
	}
}

// What stores' offers take from neighbours, at usual sales, and what their stock
// holds back is in the plan.
func TestOffersOfStoresAmongNeighbours(t *testing.T) {
	m := apartIn(t, false, 3)
	north := promo.Offer{Item: "p0", Store: "north", Week: 2, Depth: 0.3}
	gain := func(offers ...promo.Offer) (planned, whatIf float64) {
		t.Helper()
		req := PlanRequest{Plan: promo.Plan{Horizon: 6, Margin: 0.5, Offers: offers}, Depths: []float64{0.1}, Limits: plan.Limits{Closed: []int{0, 1, 2, 3, 4, 5}}, Draws: -1}
		r, err := BestPlan(context.Background(), m, req, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r.Profit, r.Outcome.Profit.Net.Mean
	}
	none, _ := gain()
	with, net := gain(north)
	out, err := m.WhatIf(promo.Plan{Horizon: 6, Margin: 0.5, Offers: []promo.Offer{north}})
	if err != nil {
		t.Fatal(err)
	}
	if taken := out.Profit.Taken; taken >= 0 || math.Abs(with-none-net) > 0.05*math.Abs(taken) {
		t.Errorf("the plan brings %g more, by the what-if %g, of which neighbours lose %g", with-none, net, taken)
	}
	stock := func(stock ...promo.Stock) float64 {
		t.Helper()
		req := PlanRequest{Plan: promo.Plan{Horizon: 6, Margin: 0.5, Offers: []promo.Offer{north}, Stock: stock, Items: []string{"p0"}}, Draws: -1}
		r, err := BestPlan(context.Background(), m, req, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Profit > r.Bound+1e-6 || !slices.Contains(r.Plan.Offers, north) {
			t.Errorf("profit %g above its bound %g, or %+v without the offer", r.Profit, r.Bound, r.Plan.Offers)
		}
		return r.Profit
	}
	free, little := stock(), stock(promo.Stock{Item: "p0", Store: "north", Units: 200})
	south, both := stock(promo.Stock{Item: "p0", Store: "south", Units: 200}), stock(promo.Stock{Item: "p0", Units: 200})
	if !(both < south-1 && south < little-1 && little < free-1) {
		t.Errorf("profit %g; %g with little in the north, %g in the south, %g in all", free, little, south, both)
	}
}

// Offers of stores that cannot stand are refused in clear words.
func TestOffersOfStoresRefused(t *testing.T) {
	m := apartIn(t, true, 2)
	north := promo.Offer{Item: "p0", Store: "north", Week: 2, Depth: 0.3}
	for _, tt := range []struct {
		name  string
		req   PlanRequest
		wants []string
	}{
		{"more than the budget", PlanRequest{Plan: promo.Plan{Offers: []promo.Offer{north}}, Shared: plan.Shared{Budget: 20}}, []string{"these rules cannot be kept together: the offers of single stores stand; at most 20.00 is spent"}},
		{"a store that is none", PlanRequest{Plan: promo.Plan{Offers: []promo.Offer{{Item: "p0", Store: "west", Week: 1, Depth: 0.1}}}}, []string{`store "west" has no sales`}},
		{"a store that is not planned", PlanRequest{Plan: promo.Plan{Stores: []string{"south", "east"}, Offers: []promo.Offer{north}}}, []string{`store "north", which is not among the plan's stores`}},
		{"an item that is not planned", PlanRequest{Plan: promo.Plan{Items: []string{"p1"}, Offers: []promo.Offer{north}}}, []string{`"p0", which is not among the plan's items`}},
		{"a week after the last", PlanRequest{Plan: promo.Plan{Offers: []promo.Offer{{Item: "p0", Store: "north", Week: 9, Depth: 0.1}}}}, []string{"week 9"}},
		{"deeper than can be", PlanRequest{Plan: promo.Plan{Offers: []promo.Offer{{Item: "p0", Store: "north", Week: 1, Depth: 0.95}}}}, []string{"depth 0.95"}},
	} {
		tt.req.Horizon = 5
		_, err := BestPlan(context.Background(), m, tt.req, nil)
		for _, want := range tt.wants {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
	}
}

// The offers of single stores of a calendar to start from are taken together,
// if the plan earns more with them, or left; locked ones stand in both. A saved
// calendar is read back with its stores.
func TestStartWithOffersOfStores(t *testing.T) {
	m := apartIn(t, true, 2)
	locked := promo.Offer{Item: "p1", Store: "south", Week: 1, Depth: 0.15}
	for _, tt := range []struct {
		name  string
		given []promo.Offer
		taken bool
	}{
		{"that earn", []promo.Offer{{Item: "p0", Week: 0, Depth: 0.3}, {Item: "p0", Store: "north", Week: 2, Depth: 0.3}}, true},
		{"that lose", []promo.Offer{{Item: "p0", Store: "north", Week: 2, Depth: 0.7}, {Item: "p0", Store: "east", Week: 3, Depth: 0.3}}, false},
	} {
		req := PlanRequest{Plan: promo.Plan{Horizon: 5, Margin: 0.6, Offers: []promo.Offer{locked}}, Given: tt.given, Limits: plan.Limits{MaxPromos: 1}, Draws: -1}
		r, err := BestPlan(context.Background(), m, req, nil)
		if err != nil {
			t.Fatal(err)
		}
		last := r.Others[len(r.Others)-1]
		if last.Name != "given" || last.Offers != len(tt.given)+1 || r.Profit < last.Profit-1e-9 || r.Profit > r.Bound+1e-9 || len(last.Broken) > 0 {
			t.Errorf("%s: profit %g, bound %g, beside it %+v", tt.name, r.Profit, r.Bound, last)
		}
		if in := slices.Contains(r.Plan.Offers, tt.given[1]); in != tt.taken || !slices.Contains(r.Plan.Offers, locked) {
			t.Errorf("%s: taken %v, %+v", tt.name, in, r.Plan.Offers)
		}
		file := filepath.Join(t.TempDir(), "calendar.csv")
		if err := WriteCalendar(file, r); err != nil {
			t.Fatal(err)
		}
		back, err := ReadCalendar(context.Background(), m, file)
		order := func(o []promo.Offer) []promo.Offer {
			return slices.SortedFunc(slices.Values(o), func(a, b promo.Offer) int {
				return cmp.Or(cmp.Compare(a.Item, b.Item), a.Week-b.Week, cmp.Compare(a.Store, b.Store))
			})
		}
		if err != nil || !slices.Equal(order(back.Offers), order(r.Plan.Offers)) {
			t.Errorf("%s: saved %+v, read %+v: %v", tt.name, r.Plan.Offers, back, err)
		}
	}
	req := PlanRequest{Plan: promo.Plan{Horizon: 5, Margin: 0.6}, Given: []promo.Offer{{Item: "p0", Store: "north", Week: 2, Depth: 0.3}}, Shared: plan.Shared{Budget: 20}}
	r, err := BestPlan(context.Background(), m, req, nil)
	if err != nil || len(r.Others[len(r.Others)-1].Broken) != 1 || slices.Contains(r.Plan.Offers, req.Given[0]) {
		t.Errorf("a start that costs more than the budget: %+v, %v", r, err)
	}
}
