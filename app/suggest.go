package app

import (
	"context"
	"slices"

	"shoptwin/core"
	"shoptwin/store"
)

const kindPlan = "plan"

// keptPlans is how many suggestions are kept of a project.
const keptPlans = 8

// Suggestion is a plan that a project's response was asked for.
type Suggestion struct {
	ID      string      `json:"id"`
	Request PlanRequest `json:"request"`
	PlanReply
}

// StartPlan runs [BestPlan] on the project's newest response as a job, whose
// result holds the id of the [App.Suggestion].
func (a *App) StartPlan(project string, req PlanRequest) (string, error) {
	p, _, err := a.newestPromo(project)
	if err != nil {
		return "", err
	}
	all, err := a.promos(p.ID)
	if err != nil {
		return "", err
	}
	return a.start("plan", p.ID, all[len(all)-1].Sales, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.suggest(ctx, p, req, report)
	})
}

// suggest plans and keeps the plan; the oldest of many are forgotten.
func (a *App) suggest(ctx context.Context, p store.Project, req PlanRequest, report func(core.Progress)) (map[string]string, error) {
	m, err := a.response(p.ID)
	if err != nil {
		return nil, err
	}
	s := Suggestion{Request: req}
	r, err := BestPlan(ctx, m, req, report)
	if err != nil {
		return nil, err
	}
	s.PlanReply = *r
	s.Outcome = nil // the page computes it
	rec, err := a.put(store.Record{Project: p.ID, Kind: kindPlan, Name: "plan"}, s)
	if err != nil {
		return nil, err
	}
	old, err := a.store.List(p.ID, kindPlan)
	if err != nil {
		return nil, err
	}
	for _, r := range old[:max(0, len(old)-keptPlans)] {
		if err := a.store.Delete(p.ID, kindPlan, r.ID); err != nil {
			return nil, err
		}
	}
	return map[string]string{"id": rec.ID}, nil
}

// Suggestion returns a plan that [App.StartPlan] found, without its outcome.
func (a *App) Suggestion(project, id string) (Suggestion, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return Suggestion{}, err
	}
	all, err := list(a, p.ID, kindPlan, func(rec store.Record, s *Suggestion) { s.ID = rec.ID })
	if err != nil {
		return Suggestion{}, err
	}
	at := slices.IndexFunc(all, func(s Suggestion) bool { return s.ID == id })
	if at < 0 {
		return Suggestion{}, core.Errorf(core.NotFound, "project %q has no suggested plan %q any more", p.Name, id).WithHint("ask for it again")
	}
	return all[at], nil
}
