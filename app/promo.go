package app

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"time"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/table"
	"shoptwin/store"
)

func (a *App) promos(project string) ([]PromoInfo, error) {
	return list(a, project, kindPromo, func(rec store.Record, m *PromoInfo) { m.Model, m.Created = rec.ID, rec.Created })
}

func (a *App) scenarios(project string) ([]ScenarioInfo, error) {
	return list(a, project, kindScenario, func(rec store.Record, s *ScenarioInfo) { s.ID = rec.ID })
}

// Panel reads a project's datasets into a panel for the response model.
func (a *App) Panel(ctx context.Context, req PromoRequest) (panel *promo.Panel, parents []string, err error) {
	panel, parents, _, err = a.panel(ctx, req)
	return panel, parents, err
}

// panel is Panel with the fingerprint of the tables.
func (a *App) panel(ctx context.Context, req PromoRequest) (panel *promo.Panel, parents []string, data string, err error) {
	prints := core.NewDigest()
	var tables [3]*table.Table
	for i, name := range []string{req.Sales, req.Products, req.Promotions} {
		if name == "" {
			continue
		}
		p, d, err := a.dataset(req.Project, name)
		if err != nil {
			return nil, nil, "", err
		}
		if tables[i], err = a.columns(ctx, p, d, nil); err != nil {
			return nil, nil, "", err
		}
		io.WriteString(prints, fingerprint(tables[i]))
		parents = append(parents, d.ID)
	}
	panel, err = promoPanel(tables, req.Columns)
	return panel, parents, hex.EncodeToString(prints.Sum(nil)), err
}

// FitPromo fits how sales answer to promotions, on all weeks, after having
// tried the same fit on the last weeks held out.
func (a *App) FitPromo(ctx context.Context, req PromoRequest, report func(core.Progress)) (PromoInfo, error) {
	p, err := a.store.Project(req.Project)
	if err != nil {
		return PromoInfo{}, err
	}
	fit, err := a.fitPromo(ctx, req, report)
	if err != nil {
		return PromoInfo{}, err
	}
	info := fit.info
	if err := a.tellPlans(p.ID); err != nil {
		return info, err
	}
	rec, err := a.putBytes(store.Record{Project: p.ID, Kind: kindPromo, Name: req.Sales, Parents: fit.parents}, info, &fit.file)
	info.Model, info.Created = rec.ID, rec.Created
	return info, err
}

// fitted is a response as it is kept.
type fitted struct {
	info    PromoInfo
	parents []string
	file    bytes.Buffer
}

func (a *App) fitPromo(ctx context.Context, req PromoRequest, report func(core.Progress)) (*fitted, error) {
	begun := time.Now()
	panel, parents, data, err := a.panel(ctx, req)
	if err != nil {
		return nil, err
	}
	weeks := req.Backtest
	if weeks == 0 {
		weeks = min(26, panel.Weeks()/4)
	}
	asked := req
	asked.Project = ""
	out := &fitted{parents: parents, info: PromoInfo{Sales: req.Sales, Request: &asked, Data: data, Machine: thisMachine()}}
	out.info.Backtest, err = promo.Backtest(ctx, panel, weeks, promo.Config{}, staged(report, "backtest"))
	if err != nil {
		return nil, err
	}
	m, err := promo.Fit(ctx, panel, promo.Config{}, staged(report, "fit"))
	if err != nil {
		return nil, err
	}
	if err := m.Write(&out.file); err != nil {
		return nil, err
	}
	out.info.Seconds = time.Since(begun).Seconds()
	return out, nil
}

func promoPanel(tables [3]*table.Table, cols *promo.Columns) (*promo.Panel, error) {
	if tables[0] == nil {
		return nil, core.Errorf(core.Invalid, "no sales table was named").WithHint("give weekly sales or receipt lines")
	}
	var fields []table.Field
	for _, t := range tables {
		if t != nil {
			fields = append(fields, t.Schema()...)
		}
	}
	use := promo.DetectColumns(fields)
	if cols != nil {
		if err := override(&use, *cols, fields); err != nil {
			return nil, err
		}
	}
	return promo.NewPanel(tables[0], tables[1], tables[2], use)
}

// override replaces what was detected by what is given, which must be there.
func override(use *promo.Columns, given promo.Columns, fields []table.Field) error {
	text, err := json.Marshal(given) // without the empty ones
	if err != nil {
		return err
	}
	byRole := map[string]string{}
	if err := json.Unmarshal(text, &byRole); err != nil {
		return err
	}
	for role, column := range byRole {
		if !slices.ContainsFunc(fields, func(f table.Field) bool { return f.Name == column }) {
			return core.Errorf(core.NotFound, "no table has the column %q, named for %s", column, role).WithHint("check its spelling, upper and lower case included")
		}
	}
	return json.Unmarshal(text, use)
}

// PromoModel writes the project's newest response model, as it is stored,
// for computing in the page. NotFound before the first fit.
func (a *App) PromoModel(project string, w io.Writer) error {
	p, id, err := a.newestPromo(project)
	if err != nil {
		return err
	}
	r, err := a.store.OpenBytes(p.ID, id)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(w, r)
	return err
}

func (a *App) newestPromo(project string) (store.Project, string, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return p, "", err
	}
	all, err := a.promos(p.ID)
	if err != nil {
		return p, "", err
	}
	if len(all) == 0 {
		return p, "", core.Errorf(core.NotFound, "project %q has no promotion response yet", p.Name).WithHint("fit one to a sales table on the Promote screen")
	}
	return p, all[len(all)-1].Model, nil
}

// response returns the project's newest response model, read once.
func (a *App) response(project string) (*promo.Model, error) {
	p, id, err := a.newestPromo(project)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	key := p.ID + "/" + id // archives bring ids of other homes
	if m := a.models[key]; m != nil {
		return m, nil
	}
	r, err := a.store.OpenBytes(p.ID, id)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	m, err := promo.Read(r)
	if err != nil {
		return nil, err
	}
	clear(a.models) // one is enough, and they are large
	a.models[key] = m
	return m, nil
}

// WhatIf says what a plan is expected to do.
func (a *App) WhatIf(project string, plan promo.Plan) (*promo.Outcome, error) {
	m, err := a.response(project)
	if err != nil {
		return nil, err
	}
	return m.WhatIf(plan)
}

// Curve is an item's expected units by depth, with the past weeks.
func (a *App) Curve(project, item, store string, feature, display bool) ([]promo.CurvePoint, error) {
	m, err := a.response(project)
	if err != nil {
		return nil, err
	}
	return m.Curve(item, store, feature, display), nil
}

// PromoPanel is the history behind the response model, its last weeks.
func (a *App) PromoPanel(project string, weeks int) (promo.PanelView, error) {
	m, err := a.response(project)
	if err != nil {
		return promo.PanelView{}, err
	}
	return m.View(weeks), nil
}

// SaveScenario keeps a plan under its name, replacing the one of that id.
func (a *App) SaveScenario(project string, s ScenarioInfo) (ScenarioInfo, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return s, err
	}
	s.Changed, s.Told = now(), nil
	rec, err := a.put(store.Record{ID: s.ID, Project: p.ID, Kind: kindScenario, Name: s.Name}, s)
	s.ID = rec.ID
	return s, err
}

// DeleteScenario forgets a plan.
func (a *App) DeleteScenario(project, id string) error {
	p, err := a.store.Project(project)
	if err != nil {
		return err
	}
	return a.store.Delete(p.ID, kindScenario, id)
}
