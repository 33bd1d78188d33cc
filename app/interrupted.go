package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"shoptwin/core"
	"shoptwin/core/recipe"
	"shoptwin/store"
)

// Interrupted is a job that was under way when the program was killed, or
// closed. Nothing half-made of it was kept.
type Interrupted struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind"` // as of Job
	Title string    `json:"title"`
	Begun time.Time `json:"begun"`
	// GoesOn says that [App.GoOn] can take it up. Jobs that name files of this
	// machine are begun again by a person alone.
	GoesOn bool `json:"goesOn"`
	// Kept says that a training goes on where it was, and not from the start.
	Kept bool `json:"kept"`
}

// underway is kept of a job from its first moment to its last.
type underway struct {
	Kind    string          `json:"kind"`
	Title   string          `json:"title"`
	Begun   time.Time       `json:"begun"`
	Request json.RawMessage `json:"request,omitempty"`
}

type work = func(context.Context, func(core.Progress)) (any, error)

// lasting is do, noted in the project while it runs. A note that outlives its
// program tells of an interrupted job; one that cannot be kept is no reason not
// to work.
func (a *App) lasting(kind, project, title string, do work, again []any) work {
	return func(ctx context.Context, report func(core.Progress)) (any, error) {
		note := underway{Kind: kind, Title: title, Begun: now()}
		if len(again) > 0 {
			note.Request, _ = json.Marshal(again[0]) // a request is plain data
		}
		a.noting.Lock()
		rec, err := a.put(store.Record{Project: project, Kind: kindUnderway, Name: title}, note)
		if err == nil {
			a.running[rec.ID] = true
		}
		a.noting.Unlock()
		if err != nil {
			return do(ctx, report)
		}
		result, err := do(ctx, report)
		a.noting.Lock()
		defer a.noting.Unlock()
		if err == nil || !a.jobs.ending() {
			_ = a.store.Delete(project, kindUnderway, rec.ID)
		}
		delete(a.running, rec.ID)
		return result, err
	}
}

// Interrupted lists the jobs of a project that an earlier program did not
// bring to an end, oldest first.
func (a *App) Interrupted(project string) ([]Interrupted, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	a.noting.Lock()
	notes, err := a.store.List(p.ID, kindUnderway)
	notes = slices.DeleteFunc(notes, func(rec store.Record) bool { return a.running[rec.ID] })
	a.noting.Unlock()
	if err != nil {
		return nil, err
	}
	pauses, err := a.store.List(p.ID, kindPause)
	if err != nil {
		return nil, err
	}
	out := []Interrupted{}
	for _, rec := range notes {
		var note underway
		if json.Unmarshal(rec.Meta, &note) != nil {
			continue
		}
		i := Interrupted{ID: rec.ID, Kind: note.Kind, Title: note.Title, Begun: note.Begun, GoesOn: len(note.Request) > 0}
		for _, pause := range pauses {
			i.Kept = i.Kept || note.Kind == "train" && pause.Name == note.Title
		}
		out = append(out, i)
	}
	return out, nil
}

// GoOn takes an interrupted job up and returns the id of the new one: a
// training goes on from what was kept of it, others begin again. Unsupported
// for one that does not say GoesOn.
func (a *App) GoOn(project, id string) (string, error) {
	p, note, err := a.note(project, id)
	if err != nil {
		return "", err
	}
	start := map[string]func() (string, error){
		"train":     request(note, a.StartTrain),
		"promo":     request(note, a.StartPromo),
		"recommend": request(note, a.StartRecommend),
		"prepare":   request(note, func(r *recipe.Recipe) (string, error) { return a.StartPrepare(p.ID, r) }),
	}[note.Kind]
	if start == nil || len(note.Request) == 0 {
		return "", core.Errorf(core.Unsupported, "%s (%s) cannot be taken up", note.Title, note.Kind).WithHint("begin it again where it was begun")
	}
	job, err := start()
	if err != nil {
		return "", err
	}
	return job, a.store.Delete(p.ID, kindUnderway, id)
}

func request[T any](note underway, start func(T) (string, error)) func() (string, error) {
	return func() (string, error) {
		var req T
		if err := json.Unmarshal(note.Request, &req); err != nil {
			return "", core.Errorf(core.Invalid, "what was asked for cannot be read any more: %w", err).WithHint("begin it again where it was begun")
		}
		return start(req)
	}
}

// Forget drops the note of an interrupted job. What a training kept stays: the
// same training begun again goes on from it.
func (a *App) Forget(project, id string) error {
	p, _, err := a.note(project, id)
	if err != nil {
		return err
	}
	return a.store.Delete(p.ID, kindUnderway, id)
}

func (a *App) note(project, id string) (p store.Project, note underway, err error) {
	if p, err = a.store.Project(project); err != nil {
		return p, note, err
	}
	rec, err := a.store.Get(p.ID, kindUnderway, id)
	if err != nil {
		return p, note, err
	}
	a.noting.Lock()
	now := a.running[id]
	a.noting.Unlock()
	if now {
		return p, note, core.Errorf(core.Conflict, "%s is under way", rec.Name).WithHint("pause or cancel it among the jobs")
	}
	err = json.Unmarshal(rec.Meta, &note)
	return p, note, err
}
