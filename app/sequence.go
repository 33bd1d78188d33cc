package app

import (
	"context"
	"io"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/quality"
	"shoptwin/core/source"
	"shoptwin/core/synth"
	"shoptwin/core/table"
	"shoptwin/core/train"
)

// SequenceChoice says that a table's rows are events of customers, who are
// learned and drawn whole; see [synth.Sequences]. Owner "" says that they are
// not.
type SequenceChoice struct {
	Owner     string `json:"owner"`
	Time      string `json:"time,omitempty"` // "": the only column of times
	Basket    string `json:"basket,omitempty"`
	Item      string `json:"item,omitempty"`
	Customers int    `json:"customers,omitempty"` // to draw; 0: as many as there are
	Model     string `json:"model,omitempty"`     // file to keep what was learned in
}

// columns returns the choice for a table: a time that was not named is found.
func (c SequenceChoice) columns(t *table.Table) (SequenceChoice, error) {
	if t.Column(c.Owner) == nil {
		return c, core.Errorf(core.NotFound, "table %q has no column %q, which should name the customer", t.Name, c.Owner)
	}
	if c.Time != "" {
		return c, nil
	}
	for _, col := range t.Columns {
		if col.Kind == table.Time {
			if c.Time != "" {
				return c, core.Errorf(core.Invalid, "table %q has several columns of times, %q and %q", t.Name, c.Time, col.Name).WithHint("name the one that orders the events: --time COLUMN")
			}
			c.Time = col.Name
		}
	}
	if c.Time == "" {
		return c, core.Errorf(core.Invalid, "table %q has no column of times", t.Name).WithHint("name the column that orders the events: --time COLUMN; it may hold numbers")
	}
	return c, nil
}

// synthSequences is [SynthFile] for events of customers: they are set aside,
// learned and drawn whole.
func synthSequences(ctx context.Context, req SynthRequest, report func(core.Progress)) (SynthResult, error) {
	out := SynthResult{Engine: "sequences"}
	in, err := Load(ctx, req.File, source.Options{}, req.Roles, report)
	if err != nil {
		return out, err
	}
	c, err := req.Sequence.columns(in)
	if err != nil {
		return out, err
	}
	real, holdout := in, (*table.Table)(nil)
	if req.Holdout != "" {
		if holdout, err = Load(ctx, req.Holdout, source.Options{}, req.Roles, report); err != nil {
			return out, err
		}
	} else {
		real, holdout = SplitOwners(in, c.Owner, holdoutShare, req.Seed)
	}
	cfg, err := synth.SequenceEffort(req.Effort, real.Rows())
	if err != nil {
		return out, err
	}
	cfg.Owner, cfg.Time, cfg.Basket, cfg.Item = c.Owner, c.Time, c.Basket, c.Item
	m, err := train.Sequences(ctx, real, cfg, rand.New(rand.NewPCG(req.Seed, 2)), train.Options{}, report)
	if err != nil {
		return out, err
	}
	out.Steps, out.Warnings = m.Config.Steps, m.Warnings()
	if c.Model != "" {
		if err := WriteFile(c.Model, m.Write); err != nil {
			return out, err
		}
		out.Files = append(out.Files, Exported{Path: c.Model})
	}
	customers := c.Customers
	if customers <= 0 {
		customers = m.Owners.TrainRows
	}
	for _, path := range []string{req.Out, req.Also} {
		if path == "" {
			continue
		}
		file, err := exportEvents(ctx, m, customers, req.Seed, path, req.NoGuard, staged(report, "export"))
		if err != nil {
			return out, err
		}
		out.Files, out.Rows = append(out.Files, file), file.Rows
	}
	synthetic, err := m.Sample(ctx, min(customers, m.Owners.TrainRows), req.Seed, staged(report, "sample"))
	if err != nil {
		return out, err
	}
	out.Report, err = judgeSequences(ctx, real, holdout, synthetic, m.Config, req, report)
	if err == nil && req.Report != "" {
		out.Files = append(out.Files, Exported{Path: req.Report})
	}
	return out, err
}

// judgeSequences judges rows as those of any table, and customers as such.
func judgeSequences(ctx context.Context, real, holdout, synthetic *table.Table, cfg synth.SequenceConfig, req SynthRequest, report func(core.Progress)) (*quality.Report, error) {
	r, err := quality.Evaluate(ctx, real, holdout, synthetic, quality.Config{Target: req.Target, Seed: req.Seed}, staged(report, "judge"))
	if err != nil {
		return nil, err
	}
	r.Sequence, err = quality.CompareSequences(real, holdout, synthetic, quality.SequenceColumns{Owner: cfg.Owner, Time: cfg.Time, Basket: cfg.Basket, Item: cfg.Item})
	if err != nil || req.Report == "" {
		return r, err
	}
	lang := req.Lang
	if lang == "" {
		lang = "en"
	}
	return r, WriteFile(req.Report, func(w io.Writer) error { return quality.WriteHTML(w, r, lang) })
}

// exportEvents draws customers straight into a file.
func exportEvents(ctx context.Context, m *synth.Sequences, customers int, seed uint64, path string, noGuard bool, report func(core.Progress)) (Exported, error) {
	return exportFile(path, "", "synthetic", noGuard, func(emit func(*table.Table) error) error {
		return m.Range(ctx, 0, customers, seed, emit, report)
	})
}

// SplitOwners sets a share of the customers aside, with all their events. Rows
// without a customer are in neither part.
func SplitOwners(t *table.Table, owner string, share float64, seed uint64) (real, holdout *table.Table) {
	c := t.Column(owner)
	group := make(map[string]int)
	of := make([]int, t.Rows())
	for i := range of {
		of[i] = -1
		if c.Missing(i) {
			continue
		}
		key := c.Cell(i)
		g, ok := group[key]
		if !ok {
			g = len(group)
			group[key] = g
		}
		of[i] = g
	}
	aside := make([]bool, len(group))
	for _, g := range rand.New(rand.NewPCG(seed, 1)).Perm(len(group))[:int(share*float64(len(group)))] {
		aside[g] = true
	}
	var in, out []int
	for i, g := range of {
		switch {
		case g < 0:
		case aside[g]:
			out = append(out, i)
		default:
			in = append(in, i)
		}
	}
	return t.Take(in), t.Take(out)
}
