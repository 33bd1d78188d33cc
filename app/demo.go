package app

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/shop"
)

// SampleName is the name of the project that Demo makes.
const SampleName = "Sample shop"

// beingMade is its name until it is whole.
const beingMade = SampleName + " (being made)"

// DemoResult is what the main job made and found.
type DemoResult struct {
	Project  string                `json:"project"`
	Datasets []Dataset             `json:"datasets"`
	Run      RunInfo               `json:"run"`
	Backtest *promo.BacktestReport `json:"backtest"`
	WhatIf   *promo.Outcome        `json:"whatIf"`
	Plan     promo.Plan            `json:"plan"`
	Files    []string              `json:"files"`
	Ready    float64               `json:"ready"` // seconds until promotions could be tried
	Seconds  float64               `json:"seconds"`
}

// WriteShop makes the sample shop and writes its files and truth.json into
// dir.
func WriteShop(ctx context.Context, dir string, cfg shop.Config, seed uint64, report func(core.Progress)) ([]string, error) {
	s, err := shop.Generate(ctx, cfg, rand.New(rand.NewPCG(seed, 0)), staged(report, "shop"))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fileError(err, dir)
	}
	var files []string
	for _, name := range s.FileNames() {
		if err := ctx.Err(); err != nil {
			return files, err
		}
		path := filepath.Join(dir, name)
		if err := WriteFile(path, func(w io.Writer) error { return s.WriteFile(name, w) }); err != nil {
			return files, err
		}
		files = append(files, path)
	}
	return files, nil
}

// Demo runs the whole main job on the made sample shop: import, prepare,
// what-if, train, sample, judge and export, as a stored project. A sample
// project from before is replaced once promotions can be tried in the new one;
// cancelled after that, it stays without a twin.
func (a *App) Demo(ctx context.Context, seed uint64, report func(core.Progress)) (DemoResult, error) {
	return a.mainJob(ctx, shop.Config{}, "balanced", seed, report)
}

func (a *App) mainJob(ctx context.Context, cfg shop.Config, effort string, seed uint64, report func(core.Progress)) (out DemoResult, err error) {
	begun := time.Now()
	if seed == 0 {
		seed = 1
	}
	release, ok := a.claims.take("", SampleName)
	if !ok {
		return out, core.Errorf(core.Conflict, "the sample shop is being made already").WithHint("wait for it, or cancel that job first")
	}
	defer release()
	if old, err := a.store.Project(beingMade); err == nil {
		// An earlier attempt was killed; what it left is of no use.
		if err := a.deleteProject(old); err != nil {
			return out, err
		}
	}
	p, err := a.store.CreateProject(beingMade)
	if err != nil {
		return out, err
	}
	inWork, _ := a.claims.take("", p.ID)
	defer inWork()
	ready := false
	defer func() {
		if err != nil && !ready {
			a.deleteProject(p)
		}
	}()
	out.Project = p.ID

	dir, err := os.MkdirTemp(a.store.Dir(p.ID), filesPrefix)
	if err != nil {
		return out, fileError(err, a.store.Dir(p.ID))
	}
	defer os.RemoveAll(dir)
	if _, err = WriteShop(ctx, dir, cfg, seed, report); err != nil {
		return out, err
	}
	files := []string{"transactions.csv", "products.csv", "promotions.csv", "behaviour.csv"}
	for i := range files {
		files[i] = filepath.Join(dir, files[i])
	}
	if _, err = a.Import(ctx, ImportRequest{Project: p.ID, Files: files}, report); err != nil {
		return out, err
	}
	recipes, err := demoRecipes()
	if err != nil {
		return out, err
	}
	for _, r := range recipes {
		if _, err = a.Prepare(ctx, p.ID, r, report); err != nil {
			return out, err
		}
	}
	info, err := a.FitPromo(ctx, PromoRequest{Project: p.ID, Sales: "receipts", Products: "assortment", Promotions: "calendar"}, report)
	if err != nil {
		return out, err
	}
	out.Backtest = info.Backtest
	if err = a.demoScenarios(p.ID, &out, staged(report, "what-if")); err != nil {
		return out, err
	}
	// Promotions can be tried from here on, long before the twin is learned:
	// so the project gets its name, and stays whatever becomes of the rest.
	if err = a.replaceSample(p.ID); err != nil {
		return out, err
	}
	ready, out.Ready = true, time.Since(begun).Seconds()
	out.Run, err = a.Train(ctx, TrainRequest{Project: p.ID, Dataset: "shopping", Effort: effort, Seed: seed}, report)
	if err != nil {
		return out, err
	}
	for _, format := range []string{"csv", "parquet"} {
		file, err := a.Export(ctx, ExportRequest{Project: p.ID, Run: out.Run.ID, Format: format}, report)
		if err != nil {
			return out, err
		}
		out.Files = append(out.Files, file.Path)
	}
	page := filepath.Join(a.store.Dir(p.ID), "out", "report.html")
	if err = WriteFile(page, func(w io.Writer) error { return a.ReportHTML(p.ID, out.Run.ID, "en", w) }); err != nil {
		return out, err
	}
	out.Files = append(out.Files, page)
	out.Datasets, err = a.datasets(p.ID)
	out.Seconds = time.Since(begun).Seconds()
	return out, err
}

// replaceSample gives the new sample project its name, in the place of the one
// before; one that is being worked on stays, and the new one gets a number.
func (a *App) replaceSample(id string) error {
	if err := a.DeleteProject(SampleName); err != nil && core.KindOf(err) != core.NotFound && core.KindOf(err) != core.Conflict {
		return err
	}
	_, err := a.RenameProject(id, SampleName)
	for n := 2; core.KindOf(err) == core.Conflict && n < 100; n++ {
		_, err = a.RenameProject(id, fmt.Sprintf("%s %d", SampleName, n))
	}
	return err
}

// demoScenarios keeps a first plan as A, and as B what of it pays.
func (a *App) demoScenarios(project string, out *DemoResult, report func(core.Progress)) error {
	m, err := a.response(project)
	if err != nil {
		return err
	}
	plan := FirstPlan(m, 12)
	report(core.Progress{Total: 1, Unit: "plans"})
	if out.WhatIf, err = m.WhatIf(plan); err != nil {
		return err
	}
	report(core.Progress{Done: 1, Total: 1, Unit: "plans"})
	out.Plan = plan
	if _, err = a.SaveScenario(project, ScenarioInfo{Name: "A", Title: "A first plan", Plan: plan}); err != nil {
		return err
	}
	pays, err := PayingPlan(m, plan)
	if err != nil {
		return err
	}
	_, err = a.SaveScenario(project, ScenarioInfo{Name: "B", Title: "Offers that pay", Plan: pays})
	return err
}
