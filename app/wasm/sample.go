//go:build !whatif

package main

import (
	"bytes"

	"shoptwin/core"
	"shoptwin/core/recommend"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// others are the models that only the app's own page needs.
type others struct {
	synth *synth.Model
	kin   *recommend.Page
}

// maxSample bounds one preview, in rows: it is a look, not an export.
const maxSample = 10_000

// loadSynth reads the synthesizer's bytes.
func (p *page) loadSynth(in []byte, w *writer) error {
	m, err := synth.Read(bytes.NewReader(in))
	if err != nil {
		return err
	}
	p.synth = m
	w.bool(true)
	return nil
}

// sample answers {"rows":n,"seed":s} with {"header","rows","total"}: n
// synthetic rows as text, the same that the program gives for that seed.
func (p *page) sample(in []byte, w *writer) error {
	rows, seed, r := 0, 0, &reader{b: in}
	r.object(func(key string) {
		switch key {
		case "rows":
			rows = r.whole()
		case "seed":
			seed = r.whole()
		default:
			r.unknown(key)
		}
	})
	err := r.end()
	switch {
	case err != nil:
		return err
	case p.synth == nil:
		return noModel("synthesizer")
	case rows < 0 || rows > maxSample || seed < 0:
		return core.Errorf(core.Invalid, "%d rows with seed %d were asked for; a page shows 0 to %d, from a seed of 0 or more", rows, seed, maxSample).
			WithHint("export larger samples from Shoptwin")
	}
	t, err := p.synth.Sample(rows, uint64(seed))
	if err != nil {
		return err
	}
	w.rows(t)
	return nil
}

// rows writes a table as text, as app.Page does.
func (w *writer) rows(t *table.Table) {
	w.object("", func() {
		w.list("header", len(t.Columns), func(i int) { w.text(t.Columns[i].Name) })
		w.key("rows")
		w.open('[')
		for r := range t.Rows() {
			w.list("", len(t.Columns), func(i int) { w.text(t.Columns[i].Cell(r)) })
		}
		w.shut(']')
		w.n("total", float64(t.Rows()))
	})
}
