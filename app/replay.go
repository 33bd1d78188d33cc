package app

import (
	"context"
	"slices"

	"shoptwin/core"
	"shoptwin/core/recipe"
)

// ReplayRequest runs the recipe that made a dataset on other data.
type ReplayRequest struct {
	Project string `json:"project"`
	// Recipe is the dataset that a recipe made, whose steps are run again.
	Recipe string `json:"recipe"`
	// On is the dataset that takes the place of the one the recipe starts
	// from, or File the path of a file that is imported first.
	On   string `json:"on,omitempty"`
	File string `json:"file,omitempty"`
	As   string `json:"as,omitempty"` // name of the result
	// Tables says which datasets take the place of others that it joins.
	Tables map[string]string `json:"tables,omitempty"`
}

// Replayed is what a recipe made of other data, and what no longer fits.
type Replayed struct {
	Dataset
	Fit recipe.Fit `json:"fit"`
}

// Replay runs a stored recipe on another dataset or file, with what its steps
// found out the first time. When a step cannot run it makes nothing and
// Fit.Stops is set; a file that was imported for it stays.
func (a *App) Replay(ctx context.Context, req ReplayRequest, report func(core.Progress)) (Replayed, error) {
	p, made, err := a.dataset(req.Project, req.Recipe)
	if err != nil {
		return Replayed{}, err
	}
	if made.Recipe == nil {
		return Replayed{}, core.Errorf(core.Invalid, "dataset %q was imported, not made by a recipe", made.Name).WithHint("name one that a recipe made")
	}
	if (req.On == "") == (req.File == "") {
		return Replayed{}, core.Errorf(core.Invalid, "the data to replay the recipe on are not clear").WithHint("name a dataset, or a file to import")
	}
	on := req.On
	if req.File != "" {
		in, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{req.File}}, report)
		if err != nil {
			return Replayed{}, err
		}
		on = in[0].Name
	}
	_, from, err := a.dataset(p.ID, on)
	if err != nil {
		return Replayed{}, err
	}
	names := map[string]string{made.Recipe.From: from.Name}
	for old, other := range req.Tables {
		if !slices.Contains(made.Recipe.Tables(), old) {
			continue
		}
		_, d, err := a.dataset(p.ID, other)
		if err != nil {
			return Replayed{}, err
		}
		names[old] = d.Name
	}
	r := made.Recipe.On(names)
	db, err := a.data(p)
	if err != nil {
		return Replayed{}, err
	}
	if req.As != "" {
		r.Name = req.As
	}
	name, release, err := a.claimName(ctx, p, db, req.As, r.Name)
	if err != nil {
		return Replayed{}, err
	}
	defer release()
	effects, fit, err := db.Replay(ctx, r, made.Recipe.From, made.Effects, name, staged(report, "prepare"))
	if err != nil || fit.Stops {
		return Replayed{Fit: fit}, err
	}
	parents := []string{}
	for _, table := range r.Tables() {
		if _, d, err := a.dataset(p.ID, table); err == nil && !slices.Contains(parents, d.ID) {
			parents = append(parents, d.ID)
		}
	}
	d, err := a.keepPrepared(ctx, p, db, Dataset{Name: name, Role: made.Role, Source: "recipe " + r.Name, Recipe: r, Effects: effects, Parents: parents})
	return Replayed{d, fit}, err
}
