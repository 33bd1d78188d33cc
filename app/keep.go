package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"shoptwin/core/quality"
	"shoptwin/store"
)

// keepModel keeps what was learned, by the name of the run that it is of.
func (a *App) keepModel(p store.Project, d Dataset, engine string, config any, write func(io.Writer) error) (store.Record, error) {
	var file bytes.Buffer
	if err := write(&file); err != nil {
		return store.Record{}, err
	}
	chosen, err := json.Marshal(config)
	if err != nil {
		return store.Record{}, err
	}
	name, err := a.nextRun(p.ID)
	if err != nil {
		return store.Record{}, err
	}
	return a.putBytes(store.Record{Project: p.ID, Kind: kindModel, Name: name, Parents: []string{d.ID}},
		ModelInfo{Name: name, Engine: engine, Dataset: d.Name, Config: chosen}, &file)
}

// nextRun is the first "run N" above all that are there or lie in the trash.
func (a *App) nextRun(project string) (string, error) {
	last := 0
	for _, list := range []func(string, string) ([]store.Record, error){a.store.List, a.store.Removed} {
		all, err := list(project, kindModel)
		if err != nil {
			return "", err
		}
		for _, rec := range all {
			n := 0
			if _, err := fmt.Sscanf(rec.Name, "run %d", &n); err == nil {
				last = max(last, n)
			}
		}
	}
	return fmt.Sprintf("run %d", last+1), nil
}

// keepRun keeps a run of that model and the verdict on it.
func (a *App) keepRun(p store.Project, d Dataset, model store.Record, run RunInfo, verdict *quality.Report) (RunInfo, error) {
	page, err := json.Marshal(verdict)
	if err != nil {
		return RunInfo{}, err
	}
	run.Name, run.Dataset, run.Model, run.Scores = model.Name, d.Name, model.ID, scores(verdict)
	rec, err := a.putBytes(store.Record{Project: p.ID, Kind: kindRun, Name: run.Name, Parents: []string{model.ID, d.ID}}, run, bytes.NewReader(page))
	if err != nil {
		return RunInfo{}, err
	}
	run.ID, run.Created = rec.ID, rec.Created
	return run, nil
}
