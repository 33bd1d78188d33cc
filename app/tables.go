package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/quality"
	"shoptwin/core/relation"
	"shoptwin/core/source"
	"shoptwin/core/synth"
	"shoptwin/core/table"
	"shoptwin/store"
)

// kindTables are models of several tables, each with its verdict.
const kindTables = "tables"

// TablesRequest learns several files that refer to each other and writes a
// synthetic file for each.
type TablesRequest struct {
	Files  []string `json:"files"`
	Keys   []string `json:"keys,omitempty"` // child.column=parent.column; others are found
	Out    string   `json:"out"`            // folder
	Format string   `json:"format,omitempty"`
	Scale  float64  `json:"scale,omitempty"` // how many times as large; 1
	Effort string   `json:"effort,omitempty"`
	Seed   uint64   `json:"seed"`
	Report string   `json:"report,omitempty"` // HTML page; "": report.html in Out
	Lang   string   `json:"lang,omitempty"`

	NoGuard bool                  `json:"noGuard,omitempty"`
	Roles   map[string]table.Role `json:"roles,omitempty"` // column or table.column
}

// TablesResult is what SynthTables made.
type TablesResult struct {
	Keys     []relation.Link       `json:"keys"` // given and found
	Rules    []relation.Rule       `json:"rules"`
	Files    []Exported            `json:"files"`
	Report   *quality.TablesReport `json:"report"`
	Warnings []string              `json:"warnings"`
	Seconds  TablesTime            `json:"seconds"`
}

// TablesTime is where the time went, in seconds.
type TablesTime struct {
	Read   float64 `json:"read"`
	Learn  float64 `json:"learn"`
	Sample float64 `json:"sample"` // and write
	Judge  float64 `json:"judge"`
}

// tableName is a file's name without its endings.
func tableName(path string) string {
	name := filepath.Base(path)
	for {
		ext := filepath.Ext(name)
		if ext == "" || ext == name || !strings.Contains(" .csv .tsv .txt .parquet .json .jsonl .xlsx .gz ", " "+strings.ToLower(ext)+" ") {
			return name
		}
		name = strings.TrimSuffix(name, ext)
	}
}

// SynthTables learns several files together, writes a synthetic file for each
// and judges keys, rules and tables.
func SynthTables(ctx context.Context, req TablesRequest, report func(core.Progress)) (TablesResult, error) {
	var out TablesResult
	begun := time.Now()
	var tables []*table.Table
	for _, path := range req.Files {
		name := tableName(path)
		roles := map[string]table.Role{}
		for column, role := range req.Roles {
			if t, rest, ok := strings.Cut(column, "."); !ok {
				roles[column] = role
			} else if t == name {
				roles[rest] = role
			}
		}
		t, err := loadSome(ctx, path, roles, report)
		if err != nil {
			return out, err
		}
		t.Name = name
		tables = append(tables, t)
	}
	out.Seconds.Read = time.Since(begun).Seconds()
	if req.Out == "" {
		return out, core.Errorf(core.Invalid, "no folder was given for the synthetic files").WithHint("name one with --out")
	}
	if err := os.MkdirAll(req.Out, 0o755); err != nil {
		return out, fileError(err, req.Out)
	}
	begun = time.Now()
	set, err := learnTables(ctx, tables, req.Keys, req.Effort, req.Seed, report)
	if err != nil {
		return out, err
	}
	out.Keys, out.Rules, out.Warnings = set.Links, set.Rules, set.Warnings
	out.Seconds.Learn = time.Since(begun).Seconds()

	begun = time.Now()
	synthetic, files, err := writeTables(ctx, set, req.Out, req.Format, req.Scale, req.Seed, req.NoGuard, true, report)
	if err != nil {
		return out, err
	}
	out.Files = files
	out.Seconds.Sample = time.Since(begun).Seconds()
	begun = time.Now()
	if out.Report, err = quality.Tables(ctx, tables, synthetic, set.Links, set.Rules, quality.Config{Seed: req.Seed}, staged(report, "judge")); err != nil {
		return out, err
	}
	out.Seconds.Judge = time.Since(begun).Seconds()
	if req.Report == "" {
		req.Report = filepath.Join(req.Out, "report.html")
	}
	if req.Lang == "" {
		req.Lang = "en"
	}
	err = WriteFile(req.Report, func(w io.Writer) error { return quality.WriteTablesHTML(w, out.Report, req.Lang) })
	out.Files = append(out.Files, Exported{Path: req.Report})
	return out, err
}

// loadSome is Load with those of roles that name a column of the file.
func loadSome(ctx context.Context, path string, roles map[string]table.Role, report func(core.Progress)) (*table.Table, error) {
	t, err := Load(ctx, path, source.Options{}, nil, report)
	if err != nil {
		return nil, err
	}
	for _, c := range t.Columns {
		if role, ok := roles[c.Name]; ok {
			c.Role = role
		}
	}
	return t, nil
}

// learnTables learns tables by the keys that are given and those that are
// found.
func learnTables(ctx context.Context, tables []*table.Table, keys []string, effort string, seed uint64, report func(core.Progress)) (*synth.Set, error) {
	if len(tables) < 2 {
		return nil, core.Errorf(core.Invalid, "one table is not several").WithHint("name two or more")
	}
	var links []relation.Link
	for _, k := range keys {
		l, err := relation.Parse(k)
		if err != nil {
			return nil, err
		}
		links = append(links, l)
	}
	if len(links) > 0 { // what was declared must hold before anything is sought
		if _, err := relation.Check(tables, links); err != nil {
			return nil, err
		}
	}
	if links = append(links, relation.Detect(tables, links)...); len(links) == 0 {
		return nil, core.Errorf(core.Invalid, "no key between these tables was found").
			WithHint("name one, such as --key %s.column=%s.column, or learn the tables one by one", tables[1].Name, tables[0].Name)
	}
	cfg := synth.SetConfig{}
	switch effort {
	case "", "balanced":
	case "quick":
		cfg.MaxRows, cfg.Trees = 50_000, 4
	case "best":
		cfg.MaxRows = 400_000
	default:
		return nil, core.Errorf(core.Invalid, "effort %q is not known", effort).WithHint("choose quick, balanced or best")
	}
	return synth.LearnSet(ctx, tables, links, cfg, rand.New(rand.NewPCG(seed, 3)), staged(report, "train"))
}

// writeTables writes a file for each table of a sample into dir, and returns
// the tables if they are to be kept.
func writeTables(ctx context.Context, set *synth.Set, dir, format string, scale float64, seed uint64, noGuard, keep bool, report func(core.Progress)) (kept []*table.Table, files []Exported, err error) {
	if format == "" {
		format = "csv"
	}
	sampler, err := set.Sampler(scale, seed)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range set.Tables() {
		var whole synth.Gatherer
		out, err := exportFile(filepath.Join(dir, fileName(name)+"."+format), format, name, noGuard, func(emit func(*table.Table) error) error {
			return sampler.Table(ctx, name, 0, func(t *table.Table) error {
				if keep {
					whole.Add(t)
				}
				return emit(t)
			}, staged(report, "sample"))
		})
		if err != nil {
			return nil, files, err
		}
		files, kept = append(files, out), append(kept, whole.Table())
	}
	return kept, files, nil
}

// TablesTraining asks for a model of several datasets of a project.
type TablesTraining struct {
	Project  string   `json:"project"`
	Datasets []string `json:"datasets"`
	Keys     []string `json:"keys,omitempty"`
	Effort   string   `json:"effort,omitempty"`
	Seed     uint64   `json:"seed,omitempty"`
}

// TablesRun is a model of several datasets that a project keeps, with what
// the judge said.
type TablesRun struct {
	ID       string                `json:"id"`
	Name     string                `json:"name"` // "tables 1"
	Created  time.Time             `json:"created"`
	Seconds  float64               `json:"seconds"`
	Seed     uint64                `json:"seed"`
	Datasets []string              `json:"datasets"`
	Keys     []relation.Link       `json:"keys"`
	Warnings []string              `json:"warnings"`
	Report   *quality.TablesReport `json:"report"`
}

// TrainTables learns datasets of a project together, judges a sample as large
// as they are, and keeps the model with the verdict.
func (a *App) TrainTables(ctx context.Context, req TablesTraining, report func(core.Progress)) (TablesRun, error) {
	begun := time.Now()
	if req.Seed == 0 {
		req.Seed = 1
	}
	run := TablesRun{Seed: req.Seed}
	var tables []*table.Table
	var parents []string
	var project store.Project
	for _, name := range req.Datasets {
		p, d, err := a.dataset(req.Project, name)
		if err != nil {
			return run, err
		}
		t, err := a.columns(ctx, p, d, nil)
		if err != nil {
			return run, err
		}
		t.Name, project = d.Name, p
		tables, parents, run.Datasets = append(tables, t), append(parents, d.ID), append(run.Datasets, d.Name)
	}
	set, err := learnTables(ctx, tables, req.Keys, req.Effort, req.Seed, report)
	if err != nil {
		return run, err
	}
	run.Keys, run.Warnings = set.Links, set.Warnings
	synthetic, err := set.Sample(ctx, 1, req.Seed)
	if err != nil {
		return run, err
	}
	if run.Report, err = quality.Tables(ctx, tables, synthetic, set.Links, set.Rules, quality.Config{Seed: req.Seed}, staged(report, "judge")); err != nil {
		return run, err
	}
	before, err := a.TablesRuns(project.ID)
	if err != nil {
		return run, err
	}
	run.Name, run.Seconds = fmt.Sprintf("tables %d", len(before)+1), time.Since(begun).Seconds()
	var file bytes.Buffer
	if err := set.Write(&file); err != nil {
		return run, err
	}
	rec, err := a.putBytes(store.Record{Project: project.ID, Kind: kindTables, Name: run.Name, Parents: parents}, run, &file)
	run.ID, run.Created = rec.ID, rec.Created
	return run, err
}

// TablesRuns lists the models of several tables of a project, newest first.
func (a *App) TablesRuns(project string) ([]TablesRun, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	return list(a, p.ID, kindTables, func(rec store.Record, r *TablesRun) { r.ID, r.Created = rec.ID, rec.Created })
}

// ExportTables writes a sample of a model of several tables into a folder,
// with the report; run "" takes the newest.
func (a *App) ExportTables(ctx context.Context, project, run, dir, format string, scale float64, seed uint64, noGuard bool, report func(core.Progress)) ([]Exported, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	all, err := a.TablesRuns(p.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if run != "" && r.ID != run && r.Name != run {
			continue
		}
		content, err := a.store.OpenBytes(p.ID, r.ID)
		if err != nil {
			return nil, err
		}
		defer content.Close()
		set, err := synth.ReadSet(content)
		if err != nil {
			return nil, err
		}
		if seed == 0 {
			seed = r.Seed
		}
		if dir == "" {
			dir = filepath.Join(a.store.Dir(p.ID), "out", fileName(r.Name))
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fileError(err, dir)
		}
		_, files, err := writeTables(ctx, set, dir, format, scale, seed, noGuard, false, report)
		if err != nil {
			return files, err
		}
		page := filepath.Join(dir, "report.html")
		err = WriteFile(page, func(w io.Writer) error { return quality.WriteTablesHTML(w, r.Report, "en") })
		return append(files, Exported{Path: page}), err
	}
	return nil, core.Errorf(core.NotFound, "project %q has no model of several tables %q", p.Name, run).WithHint("train one on two or more datasets: --dataset a,b,c")
}
