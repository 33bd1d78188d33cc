// Package main is Shoptwin's inference inside a page: the promotion response
// and the synthesizer, read from their saved models. The page, in a worker,
// puts bytes into the input buffer, calls an exported function with their
// number, and reads JSON from the output buffer:
//
//	{"result":…} or {"error":{"kind":…,"message":…,"hint":…}}
//
// The exports are plain WebAssembly functions (go:wasmexport) and not
// syscall/js values, whose calls cost some hundred times more.
package main

import (
	"bytes"
	"encoding/json"
	"errors"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// page holds the models that are loaded.
type page struct {
	promo *promo.Model
	synth *synth.Model
}

// maxSample bounds one preview, in rows: it is a look, not an export.
const maxSample = 10_000

// loadPromo reads the response model's bytes.
func (p *page) loadPromo(model []byte) (any, error) {
	m, err := promo.Read(bytes.NewReader(model))
	if err != nil {
		return nil, err
	}
	p.promo = m
	return struct{}{}, nil
}

// panel answers {"weeks":n} with the history that screens show.
func (p *page) panel(in []byte) (any, error) {
	ask, err := read[struct{ Weeks int }](in)
	if err != nil {
		return nil, err
	}
	if p.promo == nil {
		return nil, noModel("promotion response")
	}
	return p.promo.View(ask.Weeks), nil
}

// whatIf answers a promo.Plan with its promo.Outcome.
func (p *page) whatIf(in []byte) (any, error) {
	plan, err := read[promo.Plan](in)
	if err != nil {
		return nil, err
	}
	if p.promo == nil {
		return nil, noModel("promotion response")
	}
	return p.promo.WhatIf(plan)
}

// curve answers {"item","store","feature","display"} with units by depth.
func (p *page) curve(in []byte) (any, error) {
	ask, err := read[struct {
		Item, Store      string
		Feature, Display bool
	}](in)
	if err != nil {
		return nil, err
	}
	if p.promo == nil {
		return nil, noModel("promotion response")
	}
	return p.promo.Curve(ask.Item, ask.Store, ask.Feature, ask.Display)
}

// loadSynth reads the synthesizer's bytes.
func (p *page) loadSynth(model []byte) (any, error) {
	m, err := synth.Read(bytes.NewReader(model))
	if err != nil {
		return nil, err
	}
	p.synth = m
	return struct{}{}, nil
}

// sample answers {"rows":n,"seed":s} with {"header","rows","total"}: n
// synthetic rows as text, the same that the program gives for that seed.
func (p *page) sample(in []byte) (any, error) {
	ask, err := read[struct {
		Rows int
		Seed uint64
	}](in)
	switch {
	case err != nil:
		return nil, err
	case p.synth == nil:
		return nil, noModel("synthesizer")
	case ask.Rows < 0 || ask.Rows > maxSample:
		return nil, core.Errorf(core.Invalid, "%d rows were asked for; a page shows 0 to %d", ask.Rows, maxSample).
			WithHint("export larger samples from Shoptwin")
	}
	t, err := p.synth.Sample(ask.Rows, ask.Seed)
	if err != nil {
		return nil, err
	}
	return rows(t), nil
}

func rows(t *table.Table) any {
	header := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = c.Name
	}
	cells := make([][]string, t.Rows())
	for r := range cells {
		cells[r] = make([]string, len(t.Columns))
		for i, c := range t.Columns {
			cells[r][i] = c.Cell(r)
		}
	}
	return struct {
		Header []string   `json:"header"`
		Rows   [][]string `json:"rows"`
		Total  int        `json:"total"`
	}{header, cells, len(cells)}
}

func noModel(what string) error {
	return core.Errorf(core.NotFound, "no %s is loaded in this page", what).WithHint("open the project again")
}

// read parses one JSON value; unknown keys are a mistake of ours that should
// show, not be passed over.
func read[T any](in []byte) (T, error) {
	var v T
	d := json.NewDecoder(bytes.NewReader(in))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, core.Errorf(core.Invalid, "the page asked in a form that is not understood: %w", err).
			WithHint("the page and the program are of different versions: please reinstall")
	}
	return v, nil
}

// answer runs f and writes what comes of it as the page reads it. A panic in
// f is our own fault; it is answered too, so that the worker lives on.
func answer(f func([]byte) (any, error), in []byte) (out []byte) {
	defer func() {
		if r := recover(); r != nil {
			out = failure(core.Errorf(core.Internal, "computing in the page failed: %v", r))
		}
	}()
	result, err := f(in)
	if err != nil {
		return failure(err)
	}
	out, err = json.Marshal(struct {
		Result any `json:"result"`
	}{result})
	if err != nil {
		return failure(core.Errorf(core.Internal, "the answer cannot be written as JSON: %w", err))
	}
	return out
}

func failure(err error) []byte {
	type problem struct {
		Kind    string `json:"kind"`
		Message string `json:"message"`
		Hint    string `json:"hint"`
	}
	p := problem{Kind: core.KindOf(err).String(), Message: err.Error()}
	if e := (*core.Error)(nil); errors.As(err, &e) {
		p.Message, p.Hint = e.Message, e.Hint
	}
	out, _ := json.Marshal(struct { // three strings: cannot fail
		Error problem `json:"error"`
	}{p})
	return out
}
