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
	"errors"
	"fmt"

	"shoptwin/core"
	"shoptwin/core/promo"
)

// page holds the models that are loaded. Built with the tag whatif or kin it is
// the part that a report carries: promotions alone, or what belongs together.
type page struct {
	promo *promo.Model
	trial *promo.Trial
	others
}

// A function reads its question from in and writes the answer's JSON, one
// value, to w.
type function func(in []byte, w *writer) error

// loadPromo reads the response model's bytes.
func (p *page) loadPromo(in []byte, w *writer) error {
	m, err := promo.Read(bytes.NewReader(in))
	if err != nil {
		return err
	}
	p.promo, p.trial = m, m.Trial()
	w.bool(true)
	return nil
}

// panel answers {"weeks":n} with the promo.PanelView of so many weeks.
func (p *page) panel(in []byte, w *writer) error {
	weeks, r := 0, &reader{b: in}
	r.object(func(key string) {
		switch key {
		case "weeks":
			weeks = r.whole()
		default:
			r.unknown(key)
		}
	})
	if err := p.response(r); err != nil {
		return err
	}
	v := p.promo.View(weeks)
	w.panel(&v)
	return nil
}

// whatIf answers a promo.Plan with its promo.Outcome.
func (p *page) whatIf(in []byte, w *writer) error {
	r := &reader{b: in}
	plan := r.plan()
	if err := p.response(r); err != nil {
		return err
	}
	o, err := p.trial.WhatIf(plan)
	if err != nil {
		return err
	}
	w.outcome(o)
	return nil
}

// compare answers {"plan","than"}, two promo.Plans, with their
// promo.Comparison.
func (p *page) compare(in []byte, w *writer) error {
	var plan, than promo.Plan
	r := &reader{b: in}
	r.object(func(key string) {
		switch key {
		case "plan":
			plan = r.plan()
		case "than":
			than = r.plan()
		default:
			r.unknown(key)
		}
	})
	if err := p.response(r); err != nil {
		return err
	}
	c, err := p.trial.Compare(plan, than)
	if err != nil {
		return err
	}
	w.comparison(c)
	return nil
}

// curve answers {"item","store","feature","display"} with promo.CurvePoints.
func (p *page) curve(in []byte, w *writer) error {
	var item, store string
	var feature, display bool
	r := &reader{b: in}
	r.object(func(key string) {
		switch key {
		case "item":
			item = r.text()
		case "store":
			store = r.text()
		case "feature":
			feature = r.bool()
		case "display":
			display = r.bool()
		default:
			r.unknown(key)
		}
	})
	if err := p.response(r); err != nil {
		return err
	}
	w.curve(p.promo.Curve(item, store, feature, display))
	return nil
}

// response returns what keeps a question to the response from its answer.
func (p *page) response(r *reader) error {
	if err := r.end(); err != nil {
		return err
	}
	if p.promo == nil {
		return noModel("promotion response")
	}
	return nil
}

func noModel(what string) error {
	return core.Errorf(core.NotFound, "no %s is loaded in this page", what).WithHint("open the project again")
}

// answer runs f and appends to out what comes of it, as the page reads it. A
// panic in f is our own fault; it is answered too, so that the worker lives
// on.
func answer(f function, in, out []byte) (answered []byte) {
	defer func() {
		if v := recover(); v != nil {
			answered = failure(core.Errorf(core.Internal, "computing in the page failed: %s", fmt.Sprint(v)), out)
		}
	}()
	w := &writer{out}
	w.open('{')
	w.key("result")
	if err := f(in, w); err != nil {
		return failure(err, out)
	}
	w.shut('}')
	return w.b
}

func failure(err error, out []byte) []byte {
	message, hint := err.Error(), ""
	if e := (*core.Error)(nil); errors.As(err, &e) {
		message, hint = e.Message, e.Hint
	}
	w := &writer{out}
	w.object("", func() {
		w.object("error", func() {
			w.t("kind", core.KindOf(err).String())
			w.t("message", message)
			w.t("hint", hint)
		})
	})
	return w.b
}
