package app

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Reproduced is what came of doing a training again.
type Reproduced struct {
	Name     string   `json:"name"`
	Same     bool     `json:"same"` // to the last byte
	Before   string   `json:"before"`
	After    string   `json:"after"`
	SameData bool     `json:"sameData"`
	Then     *Machine `json:"then"`
	Now      *Machine `json:"now"`
	Seconds  float64  `json:"seconds"`
	// Figures that came out differently, of recommenders and plans.
	Figures []Figure `json:"figures,omitempty"`
}

// repeatable says why a run cannot be done again; nil if it can.
func repeatable(r RunInfo) error {
	switch {
	case r.Request == nil:
		return noChoices(r.Name)
	case private(r.Engine) && r.Request.Privacy.NoiseSeed == 0:
		return core.Errorf(core.Unsupported, "the noise of %s came from the system and was kept nowhere: that is what protects the rows", r.Name).
			WithHint("train again with the same choices; scores will be near, not equal")
	case r.Request.Continue != "":
		return core.Errorf(core.Unsupported, "%s went on from another run", r.Name).WithHint("reproduce that one, then go on from it")
	}
	return nil
}

// Reproduce trains a run's model, fits a response, learns a recommender or
// reckons a plan again, from the same data with the same choices and seed, and
// compares the SHA-256 of what comes out with that of the first time. It keeps
// nothing.
func (a *App) Reproduce(ctx context.Context, project, kind, id string, report func(core.Progress)) (Reproduced, error) {
	switch kind {
	case kindPromo:
		return a.reproducePromo(ctx, project, id, report)
	case kindRecommender:
		return a.reproduceRecommender(ctx, project, id, report)
	case kindScenario:
		return a.reproducePlan(project, id)
	}
	begun := time.Now()
	p, r, err := a.run(project, id)
	if err != nil {
		return Reproduced{}, err
	}
	if err := repeatable(r); err != nil {
		return Reproduced{}, err
	}
	req := *r.Request
	p, d, err := a.dataset(p.ID, req.Dataset)
	if err != nil {
		return Reproduced{}, err
	}
	t, err := a.columns(ctx, p, d, req.Columns)
	if err != nil {
		return Reproduced{}, err
	}
	model, err := a.store.Get(p.ID, kindModel, r.Model)
	if err != nil {
		return Reproduced{}, err
	}
	out := Reproduced{Name: r.Name, Before: model.SHA256, SameData: fingerprint(t) == r.Data, Then: r.Machine, Now: thisMachine()}
	write, err := again(ctx, t, d, r, req, report)
	if err != nil {
		return Reproduced{}, err
	}
	sum := core.NewDigest()
	if err := write(sum); err != nil {
		return Reproduced{}, err
	}
	out.After = hex.EncodeToString(sum.Sum(nil))
	out.Same, out.Seconds = out.After == out.Before, time.Since(begun).Seconds()
	return out, nil
}

// again learns what a run learned and returns what writes its model.
func again(ctx context.Context, t *table.Table, d Dataset, r RunInfo, req TrainRequest, report func(core.Progress)) (func(io.Writer) error, error) {
	if req.Sequence.Owner != "" {
		choice, err := req.Sequence.columns(t)
		if err != nil {
			return nil, err
		}
		real, _ := SplitOwners(t, choice.Owner, holdoutShare, req.Seed)
		m, err := learnSequences(ctx, real, choice, req.Effort, req.Seed, nil, report)
		if err != nil {
			return nil, err
		}
		return m.Write, nil
	}
	real, _ := split(t, req.Seed)
	l := learning{
		engine: r.Engine, effort: req.Effort, seed: req.Seed, rake: r.Rake,
		privacy: req.Privacy, roles: givenRoles(d.Columns, d.Rows), gan: req.GAN,
	}
	if req.Minutes > 0 {
		l.steps = r.Steps // as many as the minutes came to
	}
	m, err := learn(ctx, real, l, report)
	if err != nil {
		return nil, err
	}
	return m.Write, nil
}

func (a *App) reproducePromo(ctx context.Context, project, id string, report func(core.Progress)) (Reproduced, error) {
	begun := time.Now()
	p, rec, info, err := stored[PromoInfo](a, project, kindPromo, id)
	if err != nil {
		return Reproduced{}, err
	}
	if info.Request == nil {
		return Reproduced{}, noChoices(rec.Name)
	}
	req := *info.Request
	req.Project = p.ID
	fit, err := a.fitPromo(ctx, req, report)
	if err != nil {
		return Reproduced{}, err
	}
	out := Reproduced{Name: rec.Name, Before: rec.SHA256, After: fmt.Sprintf("%x", core.Digest(fit.file.Bytes())), SameData: fit.info.Data == info.Data, Then: info.Machine, Now: thisMachine()}
	out.Same, out.Seconds = out.After == out.Before, time.Since(begun).Seconds()
	return out, nil
}

// StartReproduce runs [App.Reproduce] as a job.
func (a *App) StartReproduce(project, kind, id string) (string, error) {
	title := ""
	if kind == kindRun {
		_, r, err := a.run(project, id)
		if err != nil {
			return "", err
		}
		if err := repeatable(r); err != nil {
			return "", err
		}
		title = r.Name
	}
	return a.start("reproduce", project, title, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.Reproduce(ctx, project, kind, id, report)
	})
}
