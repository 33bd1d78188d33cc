package app

import (
	"archive/zip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"shoptwin/core"
)

// Several tables together, for the page: training and export as jobs, and what
// was judged without the tables' whole reports.

// TablesInfo is a [TablesRun] in short.
type TablesInfo struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	Created  time.Time    `json:"created"`
	Seconds  float64      `json:"seconds"`
	Seed     uint64       `json:"seed"`
	Tables   []TableScore `json:"tables"`
	Keys     []KeyInfo    `json:"keys"`
	Rules    []RuleInfo   `json:"rules"`
	Warnings []string     `json:"warnings"`
}

// TableScore is how true one table came out: shares, 1 being the best.
type TableScore struct {
	Name    string  `json:"name"`
	Rows    int     `json:"rows"` // real ones
	Overall float64 `json:"overall"`
}

// KeyInfo is how a key came out: the share of cells that name a row, and the KS
// complement of how many rows each parent has.
type KeyInfo struct {
	Key         string  `json:"key"` // child.column → parent.column
	Valid       float64 `json:"valid"`
	Cardinality float64 `json:"cardinality"`
}

// RuleInfo is a rule found in the real tables, and in how many synthetic rows it
// does not hold.
type RuleInfo struct {
	Rule   string `json:"rule"`
	Rows   int    `json:"rows"`
	Broken int    `json:"broken"`
}

// TablesModels lists a project's models of several tables, newest first.
func (a *App) TablesModels(project string) ([]TablesInfo, error) {
	runs, err := a.TablesRuns(project)
	if err != nil {
		return nil, err
	}
	out := make([]TablesInfo, 0, len(runs))
	for _, r := range runs {
		out = append(out, r.info())
	}
	return out, nil
}

func (r TablesRun) info() TablesInfo {
	t := TablesInfo{ID: r.ID, Name: r.Name, Created: r.Created, Seconds: r.Seconds, Seed: r.Seed, Warnings: append([]string{}, r.Warnings...),
		Tables: []TableScore{}, Keys: []KeyInfo{}, Rules: []RuleInfo{}}
	if r.Report == nil {
		return t
	}
	for _, one := range r.Report.Tables {
		t.Tables = append(t.Tables, TableScore{Name: one.Name, Rows: one.Report.Real.Rows, Overall: one.Report.Overall})
	}
	for _, k := range r.Report.Keys {
		t.Keys = append(t.Keys, KeyInfo{Key: k.Key.Child + "." + k.Key.Column + " → " + k.Key.Parent + "." + k.Key.Key, Valid: k.Valid, Cardinality: k.Cardinality})
	}
	for _, rule := range r.Report.Rules {
		t.Rules = append(t.Rules, RuleInfo{Rule: rule.Text, Rows: rule.Rows, Broken: rule.Broken})
	}
	return t
}

// StartTrainTables runs [App.TrainTables] as a job, whose result is a
// [TablesInfo].
func (a *App) StartTrainTables(req TablesTraining) (string, error) {
	if len(req.Datasets) < 2 {
		return "", core.Errorf(core.Invalid, "several tables together are two or more").WithHint("choose the tables that refer to each other")
	}
	return a.start("tables", req.Project, strings.Join(req.Datasets, ", "), func(ctx context.Context, report func(core.Progress)) (any, error) {
		r, err := a.TrainTables(ctx, req, report)
		return r.info(), err
	})
}

// TablesExport asks for a sample of a model of several tables.
type TablesExport struct {
	Project string  `json:"project"`
	Run     string  `json:"run,omitempty"`    // "": the newest
	Format  string  `json:"format,omitempty"` // of each file; csv
	Scale   float64 `json:"scale,omitempty"`  // how many times as large; 1
	Seed    uint64  `json:"seed,omitempty"`   // 0: the model's
	NoGuard bool    `json:"noGuard,omitempty"`
	Path    string  `json:"path,omitempty"` // of the zip file; "": in the project's folder
}

// StartExportTables writes a zip file with a synthetic file for each table and
// the report, as a job, whose result is an [Exported].
func (a *App) StartExportTables(req TablesExport) (string, error) {
	return a.start("export", req.Project, "tables", func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.exportTables(ctx, req, report)
	})
}

func (a *App) exportTables(ctx context.Context, req TablesExport, report func(core.Progress)) (out Exported, err error) {
	p, err := a.store.Project(req.Project)
	if err != nil {
		return out, err
	}
	home := filepath.Join(a.store.Dir(p.ID), "out")
	if err := os.MkdirAll(home, 0o755); err != nil {
		return out, fileError(err, home)
	}
	dir, err := os.MkdirTemp(home, "tables-*")
	if err != nil {
		return out, fileError(err, home)
	}
	defer os.RemoveAll(dir)
	files, err := a.ExportTables(ctx, p.ID, req.Run, dir, req.Format, req.Scale, req.Seed, req.NoGuard, report)
	if err != nil {
		return out, err
	}
	if out.Path = req.Path; out.Path == "" {
		out.Path = filepath.Join(home, "synthetic-tables.zip")
	}
	err = WriteFile(out.Path, func(w io.Writer) error {
		z := zip.NewWriter(w)
		for _, f := range files {
			out.Rows += f.Rows
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := pack(z, f.Path); err != nil {
				return err
			}
		}
		return z.Close()
	})
	if err != nil {
		return out, err
	}
	if info, err := os.Stat(out.Path); err == nil {
		out.Size = info.Size()
	}
	return out, nil
}

// pack adds a file to z under its bare name.
func pack(z *zip.Writer, path string) error {
	in, err := os.Open(path)
	if err != nil {
		return fileError(err, path)
	}
	defer in.Close()
	w, err := z.Create(filepath.Base(path))
	if err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}
