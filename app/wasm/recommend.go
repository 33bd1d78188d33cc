//go:build !whatif

package main

import (
	"bytes"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// maxKin bounds how many related items one answer has.
const maxKin = 100

// loadKin reads the bytes of a recommender's page.
func (p *page) loadKin(in []byte, w *writer) error {
	m, err := recommend.ReadPage(bytes.NewReader(in))
	if err != nil {
		return err
	}
	p.kin = m
	w.bool(true)
	return nil
}

// relatives answers {"items":[…],"k":n} with [{"item","label","both",
// "confidence","times"}]: what is bought together with one item, with the
// evidence, or what goes with several.
func (p *page) relatives(in []byte, w *writer) error {
	var items []string
	k, r := 10, &reader{b: in}
	r.object(func(key string) {
		switch key {
		case "items":
			items = r.texts()
		case "k":
			k = r.whole()
		default:
			r.unknown(key)
		}
	})
	err := r.end()
	switch {
	case err != nil:
		return err
	case p.kin == nil:
		return noModel("recommender")
	case k < 1 || k > maxKin:
		return core.Errorf(core.Invalid, "%d related items were asked for", k).WithHint("ask for 1 to %d", maxKin)
	}
	found := p.kin.Next(items, k)
	if len(items) == 1 {
		found = p.kin.Related(items[0], k)
	}
	w.list("", len(found), func(i int) {
		x := &found[i]
		w.object("", func() {
			w.t("item", x.Item)
			w.t("label", x.Label)
			w.n("both", float64(x.Both))
			w.n("confidence", x.Confidence)
			w.n("times", x.Times)
		})
	})
	return nil
}
