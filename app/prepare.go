package app

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/recipe"
	"shoptwin/core/table"
	"shoptwin/store"
)

// Draft is a recipe that is being written: a step may be switched off, and is
// kept all the same. What runs is [Draft.Recipe].
type Draft struct {
	ID      string      `json:"id,omitempty"`
	Name    string      `json:"name"`
	From    string      `json:"from"`
	Steps   []DraftStep `json:"steps"`
	Changed time.Time   `json:"changed,omitzero"`
}

// DraftStep is a step, and whether it is switched off.
type DraftStep struct {
	recipe.Step
	Off bool `json:"off,omitempty"`
}

// Recipe returns the steps that are on, and where each stands in the draft.
func (d Draft) Recipe() (r *recipe.Recipe, at []int) {
	r = &recipe.Recipe{Name: d.Name, From: d.From}
	for i, s := range d.Steps {
		if !s.Off {
			r.Steps, at = append(r.Steps, s.Step), append(at, i)
		}
	}
	return r, at
}

// Misfit is a step that does not go with the tables it names.
type Misfit struct {
	Step    int      `json:"step"` // from 0; -1 when it is the table that the recipe starts from
	Problem *Problem `json:"problem"`
}

// Recipes lists the recipes that were saved in a project, the newest first.
func (a *App) Recipes(project string) ([]Draft, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	out, err := a.drafts(p, kindRecipe)
	slices.Reverse(out)
	return out, err
}

func (a *App) drafts(p store.Project, kind string) ([]Draft, error) {
	return list(a, p.ID, kind, func(rec store.Record, d *Draft) { d.ID = rec.ID })
}

// SaveRecipe keeps a recipe under its name; one of that name, in any case of
// its letters, is replaced.
func (a *App) SaveRecipe(project string, d Draft) (Draft, error) {
	d.Name = strings.TrimSpace(d.Name)
	if d.Name == "" {
		return d, core.Errorf(core.Invalid, "the recipe has no name").WithHint("give it one")
	}
	return a.keepDraft(project, kindRecipe, d, func(old Draft) bool { return strings.EqualFold(old.Name, d.Name) })
}

// KeepDraft keeps the recipe that is being written, so that it is there when
// the project is opened again. A project has one.
func (a *App) KeepDraft(project string, d Draft) error {
	_, err := a.keepDraft(project, kindDraft, d, func(Draft) bool { return true })
	return err
}

func (a *App) keepDraft(project, kind string, d Draft, replaces func(Draft) bool) (Draft, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return d, err
	}
	all, err := a.drafts(p, kind)
	if err != nil {
		return d, err
	}
	d.ID, d.Changed = "", now()
	for _, old := range all {
		if replaces(old) {
			d.ID = old.ID
		}
	}
	rec, err := a.put(store.Record{ID: d.ID, Project: p.ID, Kind: kind, Name: d.Name, Created: d.Changed}, d)
	d.ID = rec.ID
	return d, err
}

// OpenDraft returns the recipe that was being written; nil when there is none.
func (a *App) OpenDraft(project string) (*Draft, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	all, err := a.drafts(p, kindDraft)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[len(all)-1], nil
}

// DeleteRecipe forgets a saved recipe. Tables made by it stay.
func (a *App) DeleteRecipe(project, id string) error {
	p, err := a.store.Project(project)
	if err != nil {
		return err
	}
	return a.store.Delete(p.ID, kindRecipe, id)
}

// StartRecipe runs the steps of a draft that are on, as [App.Prepare] does, as
// a job.
func (a *App) StartRecipe(project string, d Draft) (string, error) {
	r, _ := d.Recipe()
	return a.StartPrepare(project, r)
}

// ReadRecipe reads a recipe from JSON as people write it; "off" switches a
// step off. Errors name the line or the step.
func (a *App) ReadRecipe(text string) (Draft, error) {
	var d Draft
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil || dec.Decode(new(json.RawMessage)) != io.EOF {
		// The same text as a recipe says better what is wrong.
		if _, perr := recipe.Parse(strings.NewReader(text)); perr != nil {
			return Draft{}, perr
		}
		return Draft{}, core.Errorf(core.Invalid, "this is not a recipe").WithHint(`a recipe is {"name": …, "from": …, "steps": [{"do": …}]}`)
	}
	r, _ := d.Recipe()
	b, err := json.Marshal(r)
	if err != nil {
		return Draft{}, err
	}
	if _, err = recipe.Parse(bytes.NewReader(b)); err != nil {
		return Draft{}, err
	}
	d.ID = ""
	return d, nil
}

// CheckRecipe says which steps do not go with the tables of a project, as far
// as that can be said without reading rows: those that are on, each behind the
// steps before it that do.
func (a *App) CheckRecipe(project string, d Draft) ([]Misfit, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	_, misfits, err := a.fitting(p, d)
	return misfits, err
}

// fitting returns the draft with the steps that do not fit switched off.
func (a *App) fitting(p store.Project, d Draft) (Draft, []Misfit, error) {
	all, err := a.datasets(p.ID)
	if err != nil {
		return d, nil, err
	}
	lookup := func(name string) ([]table.Field, error) {
		for _, t := range all {
			if t.Name == name {
				fields := make([]table.Field, len(t.Columns))
				for i, c := range t.Columns {
					fields[i] = c.Field
				}
				return fields, nil
			}
		}
		_, _, err := a.dataset(p.ID, name)
		return nil, err
	}
	misfits := []Misfit{}
	if _, err := lookup(d.From); err != nil {
		return d, []Misfit{{-1, ProblemOf(err)}}, nil
	}
	d.Steps = slices.Clone(d.Steps)
	kept := &recipe.Recipe{Name: d.Name, From: d.From}
	for i := range d.Steps {
		if d.Steps[i].Off {
			continue
		}
		with := *kept
		with.Steps = append(slices.Clone(kept.Steps), d.Steps[i].Step)
		if err := with.Check(lookup); err != nil {
			d.Steps[i].Off = true
			misfits = append(misfits, Misfit{i, unplaced(err)})
			continue
		}
		kept = &with
	}
	return d, misfits, nil
}

// unplaced is the problem without the words that name its step, which stands
// beside it anyway.
func unplaced(err error) *Problem {
	p := ProblemOf(err)
	if _, rest, ok := strings.Cut(p.Message, "): "); ok && strings.HasPrefix(p.Message, "step ") {
		p.Message = rest
	}
	return p
}
