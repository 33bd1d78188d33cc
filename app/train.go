package app

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/quality"
	"shoptwin/core/synth"
	"shoptwin/core/table"
	"shoptwin/core/train"
	"shoptwin/store"
)

const (
	holdoutShare = 0.2   // of a dataset's rows, kept from the training to judge it
	maxHoldout   = 50000 // rows are enough to judge with
	pilotSteps   = 24    // timed to turn minutes into steps
)

// Train learns a synthesizer from a dataset, keeps it, samples as many rows
// as were learned from, judges them against rows set aside beforehand, and
// keeps the verdict as a run. A training that was stopped goes on where it
// was when the same request comes again.
func (a *App) Train(ctx context.Context, req TrainRequest, report func(core.Progress)) (RunInfo, error) {
	started := time.Now()
	p, d, err := a.dataset(req.Project, req.Dataset)
	if err != nil {
		return RunInfo{}, err
	}
	t, err := a.columns(ctx, p, d, req.Columns)
	if err != nil {
		return RunInfo{}, err
	}
	if req.Seed == 0 {
		req.Seed = 1
	}
	if req.Sequence.Owner != "" {
		return a.trainSequences(ctx, p, d, t, req, report)
	}
	asked := asRequest(req, d)
	real, holdout := split(t, req.Seed)
	c := &curve{report: report}
	var before *synth.Model
	if req.Continue != "" {
		_, old, err := a.run(req.Project, req.Continue)
		if err != nil {
			return RunInfo{}, err
		}
		if before, err = a.synthesizer(p, old.Model); err != nil {
			return RunInfo{}, err
		}
		req.Engine = before.Config.Engine
	}
	engine, rake, why, err := choose(ctx, req.Engine, false, real, req.Seed, report)
	if err != nil {
		return RunInfo{}, err
	}
	m, err := learn(ctx, real, learning{
		engine: engine, effort: req.Effort, minutes: req.Minutes, seed: req.Seed, rake: rake, pause: a.checkpoint(p, d, req),
		privacy: req.Privacy, roles: givenRoles(d.Columns, d.Rows), gan: req.GAN, before: before,
	}, c.add)
	if err != nil {
		return RunInfo{}, err
	}
	model, err := a.keepModel(p, d, m.Config.Engine, m.Config, m.Write)
	if err != nil {
		return RunInfo{}, err
	}
	rows := req.Rows
	if rows <= 0 {
		rows = real.Rows()
	}
	// More rows than there are real ones say no more, and fill the memory.
	synthetic, err := sample(ctx, m, min(rows, real.Rows()), req.Seed, report)
	if err != nil {
		return RunInfo{}, err
	}
	verdict, err := quality.Evaluate(ctx, real, holdout, synthetic, quality.Config{Target: req.Target, Seed: req.Seed}, staged(report, "judge"))
	if err != nil {
		return RunInfo{}, err
	}
	verdict.Guarantee = m.Guarantee
	steps := m.Config.Steps
	if !bySteps(m.Config.Engine) {
		steps = 0
	}
	return a.keepRun(p, d, model, RunInfo{
		Seconds: time.Since(started).Seconds(), Seed: req.Seed, Rows: rows, Steps: steps, Curve: c.points,
		Engine: m.Config.Engine, Why: also(also(why, troubled(m)), news(before, m)),
		Request: asked, Rake: rake, Data: fingerprint(t), Machine: thisMachine(),
	}, verdict)
}

// asRequest is a request as a run keeps it: by the dataset's id, as names change.
func asRequest(req TrainRequest, d Dataset) *TrainRequest {
	req.Project, req.Dataset = "", d.ID
	return &req
}

// split sets rows aside for the judge, chosen by seed.
func split(t *table.Table, seed uint64) (real, holdout *table.Table) {
	n := t.Rows()
	aside := min(int(float64(n)*holdoutShare), maxHoldout)
	order := rand.New(rand.NewPCG(seed, 1)).Perm(n)
	return t.Take(order[aside:]), t.Take(order[:aside])
}

// pause is where a training leaves off. With a checkpoint goes how many steps
// there are in all: where minutes were given, that was measured.
type pause struct {
	load func() (checkpoint []byte, steps int, err error) // nil without a checkpoint
	save func(checkpoint []byte, steps int) error
	drop func()
}

// into makes a training keep where it is and go on from what was kept, with as
// many steps. A damaged checkpoint begins again. p may be nil.
func (p *pause) into(opt *train.Options, steps *int) error {
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 { // GOMEMLIMIT
		opt.Memory = limit
	}
	if p == nil {
		return nil
	}
	opt.Every = 200
	opt.Save = func(b []byte) error { return p.save(b, *steps) }
	resume, n, err := p.load()
	if core.KindOf(err) == core.Invalid {
		return nil
	}
	if resume != nil {
		opt.Resume, *steps = resume, n
	}
	return err
}

type learning struct {
	engine, effort string
	minutes        float64
	steps          int // in place of what minutes and effort come to; 0: these decide
	seed           uint64
	rake           bool
	pause          *pause
	privacy        PrivacyChoice
	gan            GANChoice
	before         *synth.Model          // that is trained on; nil: none
	roles          map[string]table.Role // that somebody gave
}

// engine fits one kind of synthesizer. One that does not go by steps takes no
// options.
type engine func(context.Context, *table.Table, synth.Config, *rand.Rand, train.Options, func(core.Progress)) (*synth.Model, error)

var engines = map[string]engine{
	"gan":            train.GAN,
	"autoregressive": train.Autoregressive,
	"vae":            train.VAE,
	"tree": func(ctx context.Context, t *table.Table, cfg synth.Config, rng *rand.Rand, _ train.Options, report func(core.Progress)) (*synth.Model, error) {
		return synth.Trees(ctx, t, cfg, rng, report)
	},
	"dpgan": train.DPGAN,
	"marginal": func(ctx context.Context, t *table.Table, cfg synth.Config, rng *rand.Rand, _ train.Options, report func(core.Progress)) (*synth.Model, error) {
		return synth.Marginal(ctx, t, cfg, rng, report)
	},
}

// bySteps says whether an engine learns step by step, as many as are wanted.
func bySteps(engine string) bool { return engine != "tree" && !private(engine) }

// learn trains one synthesizer. With minutes given it times the first steps
// and takes as many as fit; then the steps, not the minutes, are what a
// repeated run would have to name.
func learn(ctx context.Context, t *table.Table, l learning, report func(core.Progress)) (*synth.Model, error) {
	cfg, err := synth.Effort(l.engine, l.effort, t.Rows())
	if err != nil {
		return nil, err
	}
	cfg.Rake = l.rake
	l.gan.into(&cfg)
	if l.before != nil {
		if cfg, err = train.Continued(l.before, cfg); err != nil {
			return nil, err
		}
	}
	fit, ok := engines[cfg.Engine]
	if !ok {
		names := append(slices.Sorted(maps.Keys(engines)), auto)
		return nil, core.Errorf(core.Unsupported, "there is no engine %q", cfg.Engine).WithHint("choose one of %s", strings.Join(names, ", "))
	}
	if private(cfg.Engine) {
		l.privacy.into(&cfg)
		m, err := fit(ctx, undetected(t, l.roles), cfg, l.privacy.noise(), train.Options{}, staged(report, "train"))
		if err == nil {
			err = silent(m)
		}
		return m, err
	}
	cfg.Encode.Person = l.privacy.Person
	opt := train.Options{Continue: l.before}
	if err := l.pause.into(&opt, &cfg.Steps); err != nil {
		return nil, err
	}
	if l.steps > 0 {
		cfg.Steps = l.steps
	}
	if l.minutes > 0 && opt.Resume == nil && bySteps(cfg.Engine) {
		if cfg.Steps, err = stepsWithin(ctx, t, cfg, fit, l); err != nil {
			return nil, err
		}
	}
	m, err := fit(ctx, t, cfg, rand.New(rand.NewPCG(l.seed, 2)), opt, staged(report, "train"))
	if opt.Resume != nil && core.KindOf(err) == core.Invalid {
		// Another version of the program wrote the checkpoint, or it is
		// damaged. It must not stand in the way for ever.
		l.pause.drop()
		return learn(ctx, t, l, report)
	}
	if err != nil {
		return nil, err
	}
	if l.pause != nil {
		l.pause.drop()
	}
	return m, nil
}

// stepsWithin times a few steps and says how many fit into the minutes, at
// least a tenth and at most five times what the effort asks for.
func stepsWithin(ctx context.Context, t *table.Table, cfg synth.Config, fit engine, l learning) (int, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	begun := time.Now()
	var first, last time.Time
	var a, b int64
	_, err := fit(ctx, t, cfg, rand.New(rand.NewPCG(l.seed, 2)), train.Options{}, func(p core.Progress) {
		now := time.Now()
		if first.IsZero() && p.Done > 0 {
			first, a = now, p.Done
		}
		last, b = now, p.Done
		if p.Done >= pilotSteps && b > a {
			stop()
		}
	})
	if err != nil && (!errors.Is(err, context.Canceled) || b <= a) {
		return 0, err
	}
	if b <= a {
		return cfg.Steps, nil
	}
	step := last.Sub(first).Seconds() / float64(b-a)
	spent := time.Since(begun).Seconds() + first.Sub(begun).Seconds()
	steps := int((l.minutes*60 - spent) / step)
	return min(max(steps, cfg.Steps/10), cfg.Steps*5), nil
}

// sample draws n synthetic rows into memory.
func sample(ctx context.Context, m *synth.Model, n int, seed uint64, report func(core.Progress)) (*table.Table, error) {
	var out *table.Table
	err := m.Chunks(ctx, n, seed, n, func(t *table.Table) error { out = t; return nil }, staged(report, "sample"))
	return out, err
}

// curve keeps what training shows, thinned like a job's.
type curve struct {
	job
	report func(core.Progress)
	points []CurvePoint
}

func (c *curve) add(p core.Progress) {
	if len(p.Value) > 0 {
		c.stride = max(c.stride, 1)
		c.addPoint(CurvePoint{Step: p.Done, Value: p.Value})
		c.points = c.Curve
	}
	if c.report != nil {
		c.report(p)
	}
}

// checkpoint keeps the state of an unfinished training of this very request.
func (a *App) checkpoint(p store.Project, d Dataset, req TrainRequest) *pause {
	key, _ := json.Marshal(struct {
		TrainRequest
		SHA256 string
		ID     string
	}{req, d.SHA256, d.ID})
	find := func() (rec store.Record, ok bool, err error) {
		all, err := a.store.List(p.ID, kindPause)
		for _, r := range all {
			if r.Name == d.Name && bytes.Equal(r.Meta, key) {
				return r, true, err
			}
		}
		return rec, false, err
	}
	return &pause{
		load: func() ([]byte, int, error) {
			rec, ok, err := find()
			if err != nil || !ok {
				return nil, 0, err
			}
			r, err := a.store.OpenBytes(p.ID, rec.ID)
			if err != nil {
				return nil, 0, err
			}
			defer r.Close()
			b, err := io.ReadAll(r)
			if err != nil {
				return nil, 0, err
			}
			if len(b) < 8 {
				return nil, 0, core.Errorf(core.Invalid, "the checkpoint is cut off")
			}
			return b[8:], int(binary.LittleEndian.Uint64(b)), nil
		},
		save: func(b []byte, steps int) error {
			rec, _, err := find()
			if err != nil {
				return err
			}
			rec.Project, rec.Kind, rec.Name, rec.Meta, rec.Parents = p.ID, kindPause, d.Name, key, []string{d.ID}
			head := binary.LittleEndian.AppendUint64(nil, uint64(steps))
			_, err = a.store.PutBytes(rec, io.MultiReader(bytes.NewReader(head), bytes.NewReader(b)))
			return err
		},
		drop: func() {
			if rec, ok, _ := find(); ok {
				a.store.Delete(p.ID, kindPause, rec.ID)
			}
		},
	}
}

// putBytes stores v as the meta data of a record with bytes.
func (a *App) putBytes(rec store.Record, v any, r io.Reader) (store.Record, error) {
	meta, err := json.Marshal(v)
	if err != nil {
		return rec, err
	}
	rec.Meta = meta
	return a.store.PutBytes(rec, r)
}

func (a *App) runs(project string) ([]RunInfo, error) {
	return list(a, project, kindRun, func(rec store.Record, r *RunInfo) { r.ID, r.Created = rec.ID, rec.Created })
}

// scores picks the figures that a list of runs shows.
func scores(r *quality.Report) map[string]float64 {
	s := map[string]float64{"overall": r.Overall, "shape": r.Shape, "trend": r.Trend, "floor": r.Floor.Overall, "copies": float64(r.Privacy.Copies)}
	if r.Ceiling != nil {
		s["ceiling"] = r.Ceiling.Overall
	}
	if r.Utility != nil {
		s["tstr"], s["trtr"] = r.Utility.TSTR, r.Utility.TRTR
	}
	for name, p := range map[string]*float64{"c2st": r.Detection.C2ST, "c2holdout": r.Detection.C2Holdout, "dcr": r.Privacy.DCRShare} {
		if p != nil {
			s[name] = *p
		}
	}
	return s
}
