package app

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/recommend"
	"shoptwin/store"
)

// Figure is a number that was told then, and is now.
type Figure struct {
	Name   string  `json:"name"` // such as profit, or a method of the leaderboard
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// printOf is the SHA-256 of what a recommender learned, without how long that
// took.
func printOf(m *recommend.Model) (string, error) {
	timeless := *m
	if m.Board != nil {
		b := *m.Board
		b.Entries = slices.Clone(b.Entries)
		for i, e := range b.Entries {
			r := *e.Result
			r.Seconds = 0
			b.Entries[i].Result = &r
		}
		timeless.Board = &b
	}
	sum := core.NewDigest()
	if err := timeless.Write(sum); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// learnedAgain says why a recommender cannot be learned again; nil if it can.
func learnedAgain(name string, r RecommenderInfo) error {
	if r.Print == "" || r.Request.Dataset == "" {
		return noChoices(name)
	}
	return nil
}

// stored returns a project's record of one kind with what is known of it.
func stored[T any](a *App, project, kind, id string) (p store.Project, rec store.Record, info T, err error) {
	if p, err = a.store.Project(project); err != nil {
		return p, rec, info, err
	}
	if rec, err = a.store.Get(p.ID, kind, id); err != nil {
		return p, rec, info, err
	}
	if err = json.Unmarshal(rec.Meta, &info); err != nil {
		err = core.Errorf(core.Internal, "%s %s cannot be read: %w", kind, id, err)
	}
	return p, rec, info, err
}

// reproduceRecommender learns again from the same events with the same choices,
// networks with as many passes as they took.
func (a *App) reproduceRecommender(ctx context.Context, project, id string, report func(core.Progress)) (Reproduced, error) {
	begun := time.Now()
	p, rec, info, err := stored[RecommenderInfo](a, project, kindRecommender, id)
	if err == nil {
		err = learnedAgain(rec.Name, info)
	}
	if err != nil {
		return Reproduced{}, err
	}
	req := info.Request
	req.Project, req.Model = p.ID, ""
	l, data, _, err := a.events(ctx, req.EventsRequest)
	if err != nil {
		return Reproduced{}, err
	}
	m, _, err := trainRecommender(ctx, l, req, &keptFits{given: info.Passes}, report)
	if err != nil {
		return Reproduced{}, err
	}
	out := Reproduced{Name: rec.Name, Before: info.Print, SameData: data == info.Data, Then: info.Machine, Now: thisMachine()}
	if out.After, err = printOf(m); err != nil {
		return Reproduced{}, err
	}
	if out.Same = out.After == out.Before; !out.Same {
		out.Figures = boardFigures(info.Board, m.Board)
	}
	out.Seconds = time.Since(begun).Seconds()
	return out, nil
}

// boardFigures are the recall@10 of methods that both boards have, those that
// differ most first.
func boardFigures(before, after *recommend.Board) []Figure {
	if before == nil || after == nil {
		return nil
	}
	var out []Figure
	for _, e := range before.Entries {
		if now := after.Of(e.Method); now != nil && now.Recall10.Mean != e.Recall10.Mean {
			out = append(out, Figure{e.Method, e.Recall10.Mean, now.Recall10.Mean})
		}
	}
	far := func(f Figure) float64 { return max(f.After-f.Before, f.Before-f.After) }
	slices.SortStableFunc(out, func(a, b Figure) int { return cmp.Compare(far(b), far(a)) })
	return out
}

// PlanFigures is what a plan was expected to do when it was kept, and by which
// response.
type PlanFigures struct {
	Response string  `json:"response"` // SHA-256
	Profit   float64 `json:"profit"`   // change of it, expected
	ProfitLo float64 `json:"profitLo"` // 90 %
	ProfitHi float64 `json:"profitHi"`
	Units    float64 `json:"units"`
	Spent    float64 `json:"spent"`
}

// figuresOf asks the project's newest response about a plan; nil where there is
// none, or the plan no longer fits it.
func (a *App) figuresOf(project string, plan promo.Plan) *PlanFigures {
	p, id, err := a.newestPromo(project)
	if err != nil {
		return nil
	}
	rec, err := a.store.Get(p.ID, kindPromo, id)
	if err != nil {
		return nil
	}
	plan.Brief = true
	o, err := a.WhatIf(p.ID, plan)
	if err != nil {
		return nil
	}
	n := o.Profit.Net
	return &PlanFigures{rec.SHA256, n.Mean, n.Lo90, n.Hi90, o.Change.Net.Mean, o.Spent}
}

// tellPlans keeps with each plan what the project's response says of it, before
// another response takes its place; a plan that was told keeps what it was told.
// It is not done with each save, as a plan is saved with every touch and the
// response is large.
func (a *App) tellPlans(project string) error {
	plans, err := a.scenarios(project)
	if err != nil {
		return err
	}
	for _, s := range plans {
		if s.Told != nil {
			continue
		}
		if s.Told = a.figuresOf(project, s.Plan); s.Told == nil {
			continue
		}
		if _, err := a.put(store.Record{ID: s.ID, Project: project, Kind: kindScenario, Name: s.Name}, s); err != nil {
			return err
		}
	}
	return nil
}

// reproducePlan reckons a kept plan again by the project's response, which may
// be a newer one.
func (a *App) reproducePlan(project, id string) (Reproduced, error) {
	begun := time.Now()
	p, _, s, err := stored[ScenarioInfo](a, project, kindScenario, id)
	if err != nil {
		return Reproduced{}, err
	}
	if _, _, err := a.newestPromo(p.ID); err != nil {
		return Reproduced{}, err
	}
	now := a.figuresOf(p.ID, s.Plan)
	if s.Told == nil { // the response is still the one it was made with
		s.Told = now
	}
	if now == nil {
		return Reproduced{}, core.Errorf(core.Invalid, "plan %s does not fit the response of today: it knows other products or stores", s.Name).WithHint("open it on the Promote screen and save it")
	}
	print := func(f *PlanFigures) string { return fmt.Sprintf("%x", core.Digest(fmt.Appendf(nil, "%v", *f))) }
	out := Reproduced{Name: s.Name, Before: print(s.Told), After: print(now), SameData: s.Told.Response == now.Response, Now: thisMachine(), Then: thisMachine()}
	if out.Same = out.Before == out.After; !out.Same {
		for _, f := range []Figure{{"profit", s.Told.Profit, now.Profit}, {"profitLo", s.Told.ProfitLo, now.ProfitLo}, {"profitHi", s.Told.ProfitHi, now.ProfitHi}, {"units", s.Told.Units, now.Units}, {"spent", s.Told.Spent, now.Spent}} {
			if f.Before != f.After {
				out.Figures = append(out.Figures, f)
			}
		}
	}
	out.Seconds = time.Since(begun).Seconds()
	return out, nil
}
