package app

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shoptwin/core/plan"
	"shoptwin/core/promo"
	"shoptwin/store"
)

// planned opens an app with a project whose response is that of answering.
func planned(t *testing.T) (*App, string) {
	t.Helper()
	return plannedBy(t, answering(t))
}

func plannedBy(t *testing.T, m *promo.Model) (*App, string) {
	t.Helper()
	a := open(t)
	p, err := a.CreateProject("shop")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	if _, err := a.putBytes(store.Record{Project: p.ID, Kind: kindPromo, Name: "sales"}, PromoInfo{Sales: "sales"}, &file); err != nil {
		t.Fatal(err)
	}
	return a, p.ID
}

func TestSuggestion(t *testing.T) {
	a, project := planned(t)
	if _, err := a.StartPlan("none", PlanRequest{}); err == nil {
		t.Error("a plan of no project was begun")
	}
	req := PlanRequest{Plan: promo.Plan{Horizon: 8, Margin: 0.5, Offers: []promo.Offer{{Item: "p2", Week: 5, Depth: 0.3}}},
		Without: []Slot{{"p0", 0}, {"p0", 1}}, Limits: plan.Limits{MaxPromos: 2}, Shared: plan.Shared{Budget: 700}, Draws: 2}
	ask := func(req PlanRequest) (Job, Suggestion) {
		t.Helper()
		id, err := a.StartPlan(project, req)
		if err != nil {
			t.Fatal(err)
		}
		j := await(t, &a.jobs, id, func(j Job) bool { return j.State.ended() })
		var made struct{ ID string }
		if j.State != Done {
			return j, Suggestion{}
		}
		if err := json.Unmarshal(j.Result, &made); err != nil {
			t.Fatal(err)
		}
		s, err := a.Suggestion(project, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		return j, s
	}
	_, s := ask(req)
	if len(s.Plan.Offers) < 4 || len(s.Broken) > 0 || s.Outcome != nil || s.Request.Budget != 700 || len(s.Labels) != 8 || s.Bound < s.Profit || s.Spent > 700 {
		t.Errorf("%d offers, broken %v, outcome %v, request %+v, profit %g of %g, spent %g", len(s.Plan.Offers), s.Broken, s.Outcome, s.Request.Shared, s.Profit, s.Bound, s.Spent)
	}
	for _, o := range s.Plan.Offers {
		if o.Item == "p0" && o.Week < 2 {
			t.Errorf("an offer where none was locked: %+v", o)
		}
	}
	if !slices.Contains(s.Plan.Offers, req.Offers[0]) {
		t.Errorf("the locked offer is gone: %+v", s.Plan.Offers)
	}
	if none := s.Others[0]; none.Ahead.Net.Mean <= 0 || none.Ahead.Chance < 0.5 {
		t.Errorf("ahead of no promotion by %+v", none.Ahead)
	}
	for range keptPlans + 1 {
		ask(req)
	}
	if all, err := a.store.List(project, kindPlan); err != nil || len(all) != keptPlans {
		t.Errorf("%d suggestions are kept: %v", len(all), err)
	}
	if _, err := a.Suggestion(project, s.ID); err == nil {
		t.Error("the first suggestion is still there")
	}

	// Rules that clash are named, with the way out.
	req.MinPromos, req.MaxPromos = 6, 2
	j, _ := ask(req)
	if j.Error == nil || !strings.Contains(j.Error.Message, ": at least 6 promotions") || !strings.Contains(j.Error.Message, ": at most 2 promotions") || !strings.Contains(j.Error.Hint, "loosen one") {
		t.Errorf("a clash: %+v", j.Error)
	}
}

// Locked offers deeper than any limit keep the others free when guesses are
// allowed.
func TestLockedDepthIsNoLimit(t *testing.T) {
	m := answering(t)
	r, err := BestPlan(context.Background(), m, PlanRequest{Plan: promo.Plan{Horizon: 6, Items: []string{"p5"}, Margin: 0.7, Offers: []promo.Offer{{Item: "p5", Week: 5, Depth: 0.1}}},
		Guess: true, Depths: []float64{0.3}, Draws: 2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Plan.Offers, func(o promo.Offer) bool { return o.Depth == 0.3 }) {
		t.Errorf("a locked offer of 10 %% keeps out those of 30 %%: %+v", r.Plan.Offers)
	}
}

func TestSaveCalendar(t *testing.T) {
	a, project := planned(t)
	p := promo.Plan{Horizon: 4, Items: []string{"p0", "p1"}, Offers: []promo.Offer{{Item: "p1", Week: 3, Depth: 0.2, Display: true}, {Item: "p0", Week: 1, Depth: 0.1}}}
	for _, format := range []string{"csv", "xlsx"} {
		e, err := a.SaveCalendar(CalendarRequest{Project: project, Plan: p, Name: "plan B / spring", Format: format})
		if err != nil {
			t.Fatal(err)
		}
		if e.Rows != 2 || e.Size == 0 || filepath.Base(e.Path) != "plan_B___spring."+format {
			t.Errorf("%+v", e)
		}
		if _, err := a.DownloadPath(project, filepath.Base(e.Path)); err != nil {
			t.Error(err)
		}
		if text, err := os.ReadFile(e.Path); format == "csv" && (err != nil || !strings.Contains(string(text), "p1,p1,") || !strings.Contains(string(text), ",0.2,display,")) {
			t.Errorf("%v: %s", err, text)
		}
	}
	if _, err := a.SaveCalendar(CalendarRequest{Project: project, Plan: p, Name: "x", Format: "doc"}); err == nil {
		t.Error("a format that nobody knows was written")
	}
}

// What the page asks for, with an offer of one store and one for all in a locked
// cell, comes back with both, the store's after the other.
func TestSuggestionAroundStore(t *testing.T) {
	a, project := plannedBy(t, apartIn(t, false, 3))
	var req PlanRequest
	if err := json.Unmarshal([]byte(`{"horizon": 6, "margin": 0.5, "items": ["p0", "p1"], "maxPromos": 2, "draws": 2, "offers": [
		{"item": "p0", "week": 2, "depth": 0.1}, {"item": "p0", "store": "north", "week": 2, "depth": 0.3}, {"item": "p1", "store": "south", "week": 4, "depth": 0.2}]}`), &req); err != nil {
		t.Fatal(err)
	}
	id, err := a.StartPlan(project, req)
	if err != nil {
		t.Fatal(err)
	}
	j := await(t, &a.jobs, id, func(j Job) bool { return j.State.ended() })
	var made struct{ ID string }
	if err := json.Unmarshal(j.Result, &made); err != nil {
		t.Fatalf("%v: %+v", err, j)
	}
	s, err := a.Suggestion(project, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	last := -1
	for _, o := range req.Offers {
		at := slices.Index(s.Plan.Offers, o)
		if at <= last {
			t.Errorf("%+v is number %d of %+v", o, at, s.Plan.Offers)
		}
		last = at
	}
	if len(s.Notes) == 0 || !strings.Contains(s.Notes[0], "offers of single stores stand as they were given (2)") || s.Profit > s.Bound {
		t.Errorf("notes %q, profit %g, bound %g", s.Notes, s.Profit, s.Bound)
	}
}
