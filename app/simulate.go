package app

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/simulate"
	"shoptwin/core/source"
	"shoptwin/core/table"
)

// SimulateRequest asks for shoppers who live through a plan.
type SimulateRequest struct {
	Sales      string `json:"sales"` // files, or datasets of Project
	Products   string `json:"products,omitempty"`
	Promotions string `json:"promotions,omitempty"`
	Project    string `json:"project,omitempty"`

	Columns   simulate.Columns `json:"columns"`
	Plan      string           `json:"plan,omitempty"`      // table of promotions, or a JSON scenario of offers after history; "" is the past
	Customers int              `json:"customers,omitempty"` // to draw; 0: as many as there are
	Seed      uint64           `json:"seed,omitempty"`
	Out       string           `json:"out,omitempty"`    // file for their receipt lines
	Log       string           `json:"log,omitempty"`    // file for their behaviour
	Anyway    bool             `json:"anyway,omitempty"` // use a simulator that its judge refuses
}

// SimulateReply says how real the shoppers are and what they did.
type SimulateReply struct {
	Customers  int               `json:"customers"` // learned from and judged by
	Products   int               `json:"products"`
	Categories int               `json:"categories"`
	Weeks      int               `json:"weeks"`
	Realism    *simulate.Realism `json:"realism,omitempty"`

	// Units is in place of Realism where sales name no customers; then
	// products are drawn in stores, and With and Without stay empty.
	Units *simulate.UnitsReport `json:"units,omitempty"`

	PlanWeeks int              `json:"planWeeks"`
	Drawn     int              `json:"drawn"` // customers who lived through the plan
	With      simulate.Summary `json:"with"`  // the plan
	Without   simulate.Summary `json:"without"`
	Files     []Exported       `json:"files"`
	Notes     []string         `json:"notes"`
}

// Simulate learns shoppers from files, or from datasets of a project, judges
// them by customers that were not learned from, and lets new ones live through
// the plan and through its weeks without any promotion. A simulator that its
// judge refuses writes nothing: the error says why.
func (a *App) Simulate(ctx context.Context, req SimulateRequest, report func(core.Progress)) (*SimulateReply, error) {
	return simulatePlan(ctx, req, func(name string) (*table.Table, error) {
		p, d, err := a.dataset(req.Project, name)
		if err != nil {
			return nil, err
		}
		return a.columns(ctx, p, d, nil)
	}, report)
}

// SimulateFiles is [App.Simulate] of files, without a project.
func SimulateFiles(ctx context.Context, req SimulateRequest, report func(core.Progress)) (*SimulateReply, error) {
	return simulatePlan(ctx, req, func(path string) (*table.Table, error) {
		return Load(ctx, path, source.Options{}, nil, report)
	}, report)
}

// loadNamed loads tables; one of no name stays nil.
func loadNamed(load func(string) (*table.Table, error), names ...string) ([]*table.Table, error) {
	out := make([]*table.Table, len(names))
	for i, name := range names {
		if name == "" {
			continue
		}
		var err error
		if out[i], err = load(name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// loadFiles is loadNamed of files.
func loadFiles(ctx context.Context, report func(core.Progress), paths ...string) ([]*table.Table, error) {
	return loadNamed(func(path string) (*table.Table, error) {
		return Load(ctx, path, source.Options{}, nil, report)
	}, paths...)
}

func simulatePlan(ctx context.Context, req SimulateRequest, load func(string) (*table.Table, error), report func(core.Progress)) (*SimulateReply, error) {
	tables, err := loadNamed(load, req.Sales, req.Products, req.Promotions)
	if err != nil {
		return nil, err
	}
	if !simulate.HasCustomers(tables[0], req.Columns) {
		return simulateUnits(ctx, req, tables[0], tables[1])
	}
	h, err := simulate.NewHistory(tables[0], tables[1], tables[2], req.Columns)
	if err != nil {
		return nil, err
	}
	p := h.Past()
	if req.Plan != "" {
		if p, err = readPlan(ctx, h, req, report); err != nil {
			return nil, err
		}
	}
	rng := rand.New(rand.NewPCG(req.Seed, 11))
	m, realism, err := learnShoppers(ctx, h, rng, report)
	if err != nil {
		return nil, err
	}
	out := &SimulateReply{Customers: h.Customers(), Products: h.Items(), Categories: h.Categories(), Weeks: h.Weeks(), Realism: realism, Notes: append([]string{}, h.Notes()...), Files: []Exported{}}
	if refused := out.Realism.Refuse(); refused != nil && !req.Anyway {
		return nil, refused
	}
	out.Drawn, out.PlanWeeks = req.Customers, p.Weeks()
	if out.Drawn == 0 {
		out.Drawn = h.Customers()
	}
	with, err := m.Draw(ctx, p, out.Drawn, req.Seed, report)
	if err != nil {
		return nil, err
	}
	without, err := m.Draw(ctx, p.Empty(), out.Drawn, req.Seed, report)
	if err != nil {
		return nil, err
	}
	out.With, out.Without = with.Summary(), without.Summary()
	lines, log := with.Tables()
	for _, f := range []struct {
		path string
		t    *table.Table
	}{{req.Out, lines}, {req.Log, log}} {
		if f.path == "" {
			continue
		}
		file, err := exportFile(f.path, "", f.t.Name, false, func(emit func(*table.Table) error) error { return emit(f.t) })
		if err != nil {
			return nil, err
		}
		out.Files = append(out.Files, file)
	}
	return out, nil
}

// readPlan reads promotions from a table, or offers of coming weeks from JSON.
func readPlan(ctx context.Context, h *simulate.History, req SimulateRequest, report func(core.Progress)) (*simulate.Plan, error) {
	if !strings.EqualFold(filepath.Ext(req.Plan), ".json") {
		t, err := Load(ctx, req.Plan, source.Options{}, nil, report)
		if err != nil {
			return nil, err
		}
		return h.NewPlan(t, req.Columns)
	}
	weeks, offers, err := readScenario(req.Plan)
	if err != nil {
		return nil, err
	}
	return h.Ahead(weeks, offers)
}

// readScenario reads offers of the weeks after history.
func readScenario(path string) (weeks int, offers []simulate.Offer, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, nil, fileError(err, path)
	}
	var scenario promo.Plan
	if err := json.Unmarshal(text, &scenario); err != nil {
		return 0, nil, core.Errorf(core.Invalid, "%s: %s", path, strings.TrimPrefix(err.Error(), "json: ")).
			WithHint(`a scenario is such as {"horizon": 8, "offers": [{"item": "P00012", "week": 2, "depth": 0.2}]}`)
	}
	return scenario.Horizon, everywhere(scenario.Offers), nil
}

// everywhere returns offers as shoppers see them, who know no single stores.
func everywhere(offers []promo.Offer) (out []simulate.Offer) {
	for _, o := range offers {
		out = append(out, simulate.Offer{Item: o.Item, Week: o.Week, Depth: o.Depth, Feature: o.Feature, Display: o.Display})
	}
	return out
}

// simulateUnits draws products in stores: judged by the last weeks, which the
// judged model did not learn from, then learned from all.
func simulateUnits(ctx context.Context, req SimulateRequest, sales, products *table.Table) (*SimulateReply, error) {
	s, err := simulate.NewSales(sales, products, req.Columns)
	if err != nil {
		return nil, err
	}
	weeks, offers := 13, []simulate.Offer(nil)
	switch ext := filepath.Ext(req.Plan); {
	case req.Plan == "":
	case strings.EqualFold(ext, ".json"):
		if weeks, offers, err = readScenario(req.Plan); err != nil {
			return nil, err
		}
	default:
		return nil, core.Errorf(core.Unsupported, "%s: for sales without customers a plan is a JSON scenario of offers after history", req.Plan).
			WithHint(`such as {"horizon": 8, "offers": [{"item": "1111009477", "week": 2, "depth": 0.2}]}`)
	}
	before, err := simulate.FitUnits(ctx, s, s.Weeks()-min(26, s.Weeks()/4))
	if err != nil {
		return nil, err
	}
	out := &SimulateReply{Products: s.Items(), Weeks: s.Weeks(), Notes: []string{}, Files: []Exported{}}
	if out.Units, err = before.Judge(ctx, 400, req.Seed); err != nil {
		return nil, err
	}
	if refused := out.Units.Refuse(); refused != nil && !req.Anyway {
		return nil, refused
	}
	if req.Out == "" {
		return out, nil
	}
	u, err := simulate.FitUnits(ctx, s, s.Weeks())
	if err != nil {
		return nil, err
	}
	made, err := u.Draw(weeks, offers, req.Seed)
	if err != nil {
		return nil, err
	}
	file, err := exportFile(req.Out, "", made.Name, false, func(emit func(*table.Table) error) error { return emit(made) })
	out.Files = append(out.Files, file)
	return out, err
}
