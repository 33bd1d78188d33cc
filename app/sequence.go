package app

import (
	"context"
	"io"
	"math"
	"math/rand/v2"
	"time"

	"shoptwin/core"
	"shoptwin/core/quality"
	"shoptwin/core/source"
	"shoptwin/core/synth"
	"shoptwin/core/table"
	"shoptwin/core/train"
	"shoptwin/store"
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
	out := SynthResult{Engine: sequenceEngine}
	in, err := Load(ctx, req.File, source.Options{}, req.Roles, report)
	if err != nil {
		return out, err
	}
	c, err := req.Sequence.columns(in)
	if err != nil {
		return out, err
	}
	real, holdout, err := heldOut(ctx, in, req, func() (*table.Table, *table.Table) { return SplitOwners(in, c.Owner, holdoutShare, req.Seed) }, report)
	if err != nil {
		return out, err
	}
	m, err := learnSequences(ctx, real, c, req.Effort, req.Seed, nil, report)
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
	synthetic, err := m.Sample(ctx, min(customers, m.Owners.TrainRows), req.Seed, staged(report, "sample"))
	if err != nil {
		return out, err
	}
	if out.Report, err = judgeSequences(ctx, real, holdout, synthetic, m.Config, req, report); err != nil {
		return out, err // rows that nobody could judge are not written
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
	if req.Report != "" {
		out.Files = append(out.Files, Exported{Path: req.Report})
	}
	return out, nil
}

// learnSequences learns customers; pause may be nil.
func learnSequences(ctx context.Context, t *table.Table, c SequenceChoice, effort string, seed uint64, pause *pause, report func(core.Progress)) (*synth.Sequences, error) {
	cfg, err := synth.SequenceEffort(effort, t.Rows())
	if err != nil {
		return nil, err
	}
	cfg.Owner, cfg.Time, cfg.Basket, cfg.Item = c.Owner, c.Time, c.Basket, c.Item
	var opt train.Options
	if err := pause.into(&opt, &cfg.Steps); err != nil {
		return nil, err
	}
	m, err := train.Sequences(ctx, t, cfg, rand.New(rand.NewPCG(seed, 2)), opt, report)
	if opt.Resume != nil && core.KindOf(err) == core.Invalid { // of another version, or damaged
		pause.drop()
		return learnSequences(ctx, t, c, effort, seed, pause, report)
	}
	if err != nil {
		return nil, err
	}
	if pause != nil {
		pause.drop()
	}
	return m, nil
}

// trainSequences is [App.Train] for events of customers.
func (a *App) trainSequences(ctx context.Context, p store.Project, d Dataset, t *table.Table, req TrainRequest, report func(core.Progress)) (RunInfo, error) {
	started := time.Now()
	if req.Continue != "" || req.Minutes > 0 {
		return RunInfo{}, core.Errorf(core.Unsupported, "customers with events are learned anew, in as many steps as the effort says").WithHint("leave out Continue and Minutes, and choose quick, balanced or best")
	}
	choice, err := req.Sequence.columns(t)
	if err != nil {
		return RunInfo{}, err
	}
	real, holdout := SplitOwners(t, choice.Owner, holdoutShare, req.Seed)
	c := &curve{report: report}
	m, err := learnSequences(ctx, real, choice, req.Effort, req.Seed, a.checkpoint(p, d, req), c.add)
	if err != nil {
		return RunInfo{}, err
	}
	model, err := a.keepModel(p, d, sequenceEngine, m.Config, m.Write)
	if err != nil {
		return RunInfo{}, err
	}
	customers := choice.Customers
	if customers <= 0 {
		customers = m.Owners.TrainRows
	}
	drawn := min(customers, m.Owners.TrainRows) // more say no more, and fill the memory
	synthetic, err := m.Sample(ctx, drawn, req.Seed, staged(report, "sample"))
	if err != nil {
		return RunInfo{}, err
	}
	verdict, err := judgeSequences(ctx, real, holdout, synthetic, m.Config, SynthRequest{Target: req.Target, Seed: req.Seed}, report)
	if err != nil {
		return RunInfo{}, err
	}
	return a.keepRun(p, d, model, RunInfo{
		Seconds: time.Since(started).Seconds(), Seed: req.Seed, Rows: synthetic.Rows() * customers / drawn, Customers: customers, Steps: m.Config.Steps,
		Curve: c.points, Engine: sequenceEngine, Why: sentences(m.Warnings()),
		Request: asRequest(req, d), Data: fingerprint(t), Machine: thisMachine(),
	}, verdict)
}

// sequenceEngine is what learns customers with events, in words of a run.
const sequenceEngine = "sequences"

// sequences returns the model of a run of customers.
func (a *App) sequences(p store.Project, run RunInfo) (*synth.Sequences, error) {
	r, err := a.store.OpenBytes(p.ID, run.Model)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return synth.ReadSequences(r)
}

// exportCustomers is [App.Export] for a run of customers.
func (a *App) exportCustomers(ctx context.Context, p store.Project, run RunInfo, req ExportRequest, report func(core.Progress)) (Exported, error) {
	if len(req.Where)+len(req.Shares) > 0 || req.Share > 0 {
		return Exported{}, core.Errorf(core.Unsupported, "%s draws customers, of whom no kinds can be asked for yet", run.Name).WithHint("leave out Where and Share, and filter what is written")
	}
	m, err := a.sequences(p, run)
	if err != nil {
		return Exported{}, err
	}
	n := req.Customers
	if n <= 0 {
		n = max(1, int(math.Round(float64(req.Rows)*float64(run.Customers)/float64(max(1, run.Rows)))))
	}
	return exportFile(req.Path, req.Format, "synthetic", req.NoGuard, func(emit func(*table.Table) error) error {
		return m.Range(ctx, req.From, req.From+n, req.Seed, emit, report)
	})
}

// sampleCustomers is [App.SampleRows] for a run of customers: the first events
// of the first of them.
func (a *App) sampleCustomers(p store.Project, run RunInfo, n int, seed uint64) (Page, error) {
	m, err := a.sequences(p, run)
	if err != nil {
		return Page{}, err
	}
	t, err := m.Sample(context.Background(), min(n, 64), seed, nil)
	if err != nil {
		return Page{}, err
	}
	return pageOf(t.Slice(0, min(n, t.Rows()))), nil
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
