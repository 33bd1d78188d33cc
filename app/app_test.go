package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/shop"
	"shoptwin/core/source"
	"shoptwin/core/table"
)

func open(t *testing.T) *App {
	t.Helper()
	a, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// small is a shop that goes through the main job in seconds.
var small = shop.Config{Customers: 300, Weeks: 40, Products: 600, Active: 120, Promotions: 500, Events: 3000}

func TestMainJob(t *testing.T) {
	a := open(t)
	made, least := small, .9
	if testing.Short() { // as under the race detector, which takes ten times as long
		made = shop.Config{Customers: 120, Weeks: 30, Products: 300, Active: 60, Promotions: 200, Events: 1000}
		least = .85 // of so few rows
	}
	var stages []string
	out, err := a.mainJob(context.Background(), made, "quick", 7, func(p core.Progress) {
		if len(stages) == 0 || stages[len(stages)-1] != p.Stage {
			stages = append(stages, p.Stage)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(stages, " "), "shop import prepare backtest fit what-if train sample judge export"; got != want {
		t.Errorf("stages %s, want %s", got, want)
	}
	if s := out.Run.Scores; s["overall"] < least || s["overall"] > 1 || s["ceiling"] < least || s["tstr"] < .6 {
		t.Errorf("scores %v", s)
	}
	for _, file := range out.Files {
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
	if out.WhatIf.Baseline <= 0 || len(out.WhatIf.Weeks) != out.Plan.Horizon {
		t.Errorf("what-if: baseline %v over %d weeks", out.WhatIf.Baseline, len(out.WhatIf.Weeks))
	}

	// the project can be opened again, and shows all of it
	v, err := a.OpenProject(SampleName)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Datasets) != 8 || len(v.Runs) != 1 || len(v.Models) != 1 || v.Promo == nil || len(v.Scenarios) != 2 {
		t.Errorf("%d datasets, %d runs, %d models, promo %v, %d scenarios", len(v.Datasets), len(v.Runs), len(v.Models), v.Promo, len(v.Scenarios))
	}
	for _, d := range v.Datasets {
		if d.Recipe != nil && (len(d.Effects) != len(d.Recipe.Steps) || len(d.Parents) == 0) {
			t.Errorf("%s: %d effects of %d steps, parents %v", d.Name, len(d.Effects), len(d.Recipe.Steps), d.Parents)
		}
	}
	var page bytes.Buffer
	if err := a.ReportHTML(v.ID, "", "zh-CN", &page); err != nil || !strings.Contains(page.String(), "<svg") {
		t.Errorf("report of %d bytes: %v", page.Len(), err)
	}
	again, err := a.WhatIf(v.ID, v.Scenarios[0].Plan)
	if err != nil || again.Profit.Net != out.WhatIf.Profit.Net {
		t.Errorf("the stored model answers %+v, the fresh one %+v (%v)", again.Profit.Net, out.WhatIf.Profit.Net, err)
	}
	if found, err := a.Check(); err != nil || len(found) > 0 {
		t.Errorf("check: %v, %v", found, err)
	}
	if err := a.DeleteProject(v.ID); err != nil {
		t.Error(err)
	}
	if left, _ := a.Projects(); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestExportIsTheSameForTheSameSeed(t *testing.T) {
	a := open(t)
	project := trained(t, a)
	dir := t.TempDir()
	var files [2]string
	for i := range files {
		path := filepath.Join(dir, string(rune('a'+i))+".csv")
		if _, err := a.Export(context.Background(), ExportRequest{Project: project, Rows: 700, Seed: 3, Path: path}, nil); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = string(text)
	}
	if files[0] != files[1] {
		t.Error("the same seed gave other rows")
	}
	rows, err := csv.NewReader(strings.NewReader(files[0])).ReadAll()
	if err != nil || len(rows) != 701 {
		t.Errorf("%d lines, %v", len(rows), err)
	}
}

func TestExportThatFailsLeavesNothing(t *testing.T) {
	a := open(t)
	project := trained(t, a)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := a.Export(ctx, ExportRequest{Project: project, Rows: 2_000_000, Path: filepath.Join(dir, "x.csv")}, func(core.Progress) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// trained returns a project with one quickly trained model.
func trained(t *testing.T, a *App) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("city,amount\n")
	for i := range 400 {
		text.WriteString([]string{"Lyon,3\n", "Gent,8\n", "Bari,8\n"}[i%3])
	}
	p, err := a.CreateProject("p")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: p.ID, Files: []string{write(t, "d.csv", text.String())}}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Train(context.Background(), TrainRequest{Project: p.ID, Dataset: "d", Effort: "quick", Seed: 2}, nil); err != nil {
		t.Fatal(err)
	}
	return p.ID
}

func TestStoppedTrainingGoesOn(t *testing.T) {
	ctx := context.Background()
	var text strings.Builder
	text.WriteString("city,amount\n")
	for i := range 900 {
		text.WriteString([]string{"Lyon,3\n", "Gent,8\n", "Bari,9\n"}[i*i%3])
	}
	file := write(t, "d.csv", text.String())
	run := func(stopAt int64) (steps []int64, sha string) {
		a := open(t)
		if _, err := a.CreateProject("p"); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Import(ctx, ImportRequest{Project: "p", Files: []string{file}}, nil); err != nil {
			t.Fatal(err)
		}
		req := TrainRequest{Project: "p", Dataset: "d", Effort: "quick", Seed: 5}
		if stopAt > 0 {
			ctx, stop := context.WithCancel(ctx)
			_, err := a.Train(ctx, req, func(p core.Progress) {
				if p.Stage == "train" && p.Done >= stopAt {
					stop()
				}
			})
			if core.KindOf(err) != core.Cancelled {
				t.Fatalf("stopped with %v", err)
			}
		}
		if _, err := a.Train(ctx, req, func(p core.Progress) {
			if p.Stage == "train" {
				steps = append(steps, p.Done)
			}
		}); err != nil {
			t.Fatal(err)
		}
		v, err := a.OpenProject("p")
		if err != nil || len(v.Models) != 1 {
			t.Fatalf("%d models, %v", len(v.Models), err)
		}
		if rest, _ := a.store.List(v.ID, kindPause); len(rest) > 0 {
			t.Errorf("%d checkpoints left", len(rest))
		}
		return steps, v.Models[0].SHA256
	}
	_, whole := run(0)
	steps, resumed := run(120)
	if steps[0] < 100 {
		t.Errorf("began again at step %d", steps[0])
	}
	if whole != resumed {
		t.Error("a stopped and resumed training gave another model")
	}
}

func TestImportNamesAndRoles(t *testing.T) {
	a := open(t)
	p, _ := a.CreateProject("p")
	sales := write(t, "sales.csv", "receipt_id,product_id,quantity\n1,a,2\n2,b,1\n")
	req := ImportRequest{Project: p.ID, Files: []string{sales}}
	for _, want := range []string{"sales", "sales_2"} {
		d, err := a.Import(context.Background(), req, nil)
		if err != nil || d[0].Name != want || d[0].Role != "transactions" {
			t.Fatalf("%+v, %v", d, err)
		}
	}
	req.As = "sales"
	if _, err := a.Import(context.Background(), req, nil); core.KindOf(err) != core.Conflict {
		t.Errorf("a taken name: %v", err)
	}
	d, err := a.SetRole(p.ID, "sales", "quantity", table.Category)
	if err != nil || d.Columns[2].Role != table.Category {
		t.Errorf("%+v, %v", d.Columns, err)
	}
	if err := a.DeleteDataset(p.ID, "sales"); err != nil {
		t.Error(err)
	}
	_, err = a.Rows(p.ID, "sales", 0, 10)
	if core.KindOf(err) != core.NotFound || !strings.Contains(err.Error(), "sales_2") {
		t.Errorf("a deleted dataset: %v", err)
	}
}

func TestLoadRefusesWithAWayOut(t *testing.T) {
	for name, path := range map[string]string{
		"empty":     write(t, "empty.csv", ""),
		"header":    write(t, "header.csv", "a,b\n"),
		"folder":    t.TempDir(),
		"not there": filepath.Join(t.TempDir(), "none.csv"),
	} {
		_, err := Load(context.Background(), path, source.Options{}, nil, nil)
		var e *core.Error
		if !errors.As(err, &e) || e.Hint == "" || e.Kind == core.Internal || !strings.Contains(e.Message, filepath.Base(path)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPromoColumnsGivenGoBeforeThoseDetected(t *testing.T) {
	sales := &table.Table{Columns: []*table.Column{
		table.NewText("sku", []string{"a"}, nil), table.NewNumber("week", []float64{1}),
		table.NewNumber("units", []float64{1}), table.NewNumber("price", []float64{1}),
	}}
	_, err := promoPanel([3]*table.Table{sales}, &promo.Columns{Units: "nothing"})
	if err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("a column that is not there: %v", err)
	}
}
