package main

import (
	"math"
	"strconv"
	"unicode/utf8"

	"shoptwin/core/promo"
)

// The JSON of the boundary is written by hand and not by encoding/json: that
// package is 0.7 MB of the module, and in a page takes several times as long
// as the what-if itself. The tests hold it to what encoding/json says.

// digits of a number that the page is told: more than can be drawn or read.
const digits = 9

// A writer appends JSON. Commas come by themselves. Its small methods are kept
// out of line, where they are called from a hundred places of a module that is
// fetched.
type writer struct{ b []byte }

//go:noinline
func (w *writer) comma() {
	if n := len(w.b); n > 0 && w.b[n-1] != '{' && w.b[n-1] != '[' && w.b[n-1] != ':' {
		w.b = append(w.b, ',')
	}
}

func (w *writer) open(bracket byte) {
	w.comma()
	w.b = append(w.b, bracket)
}

func (w *writer) shut(bracket byte) { w.b = append(w.b, bracket) }

//go:noinline
func (w *writer) key(name string) {
	w.comma()
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

// number writes x; null when it is not finite.
//
//go:noinline
func (w *writer) number(x float64) {
	w.comma()
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		w.b = append(w.b, "null"...)
	case x == math.Trunc(x) && math.Abs(x) < 1e15:
		w.b = strconv.AppendInt(w.b, int64(x), 10)
	default:
		w.b = strconv.AppendFloat(w.b, x, 'g', digits, 64)
	}
}

//go:noinline
func (w *writer) bool(v bool) {
	w.comma()
	w.b = strconv.AppendBool(w.b, v)
}

//go:noinline
func (w *writer) text(s string) {
	w.comma()
	w.b = append(w.b, '"')
	for _, r := range s { // bytes that are not UTF-8 become U+FFFD
		switch {
		case r == '"' || r == '\\':
			w.b = append(w.b, '\\', byte(r))
		case r < 0x20:
			w.b = append(w.b, `\u00`...)
			w.b = append(w.b, "0123456789abcdef"[r>>4], "0123456789abcdef"[r&15])
		default:
			w.b = utf8.AppendRune(w.b, r)
		}
	}
	w.b = append(w.b, '"')
}

//go:noinline
func (w *writer) n(name string, x float64) { w.key(name); w.number(x) }

//go:noinline
func (w *writer) t(name, s string) { w.key(name); w.text(s) }

//go:noinline
func (w *writer) flag(name string, v bool) { w.key(name); w.bool(v) }

//go:noinline
func (w *writer) object(name string, f func()) {
	if name != "" {
		w.key(name)
	}
	w.open('{')
	f()
	w.shut('}')
}

// list writes n values. It knows no types, as one copy for each would be a
// hundredth of the module.
func (w *writer) list(name string, n int, one func(i int)) {
	if name != "" {
		w.key(name)
	}
	w.open('[')
	for i := range n {
		one(i)
	}
	w.shut(']')
}

func (w *writer) texts(name string, all []string) {
	w.list(name, len(all), func(i int) { w.text(all[i]) })
}

//go:noinline
func (w *writer) interval(name string, v promo.Interval) {
	w.object(name, func() {
		w.n("mean", v.Mean)
		w.n("lo80", v.Lo80)
		w.n("hi80", v.Hi80)
		w.n("lo90", v.Lo90)
		w.n("hi90", v.Hi90)
	})
}

func (w *writer) effect(name string, e promo.Effect) {
	w.object(name, func() {
		w.n("extra", e.Extra)
		w.n("priceCut", e.PriceCut)
		w.n("taken", e.Taken)
		w.n("pulled", e.Pulled)
		w.n("short", e.Short)
		w.n("funding", e.Funding)
		w.n("fixed", e.Fixed)
		w.interval("net", e.Net)
		w.n("chance", e.Chance)
	})
}

func (w *writer) comparison(c *promo.Comparison) {
	w.object("", func() {
		w.difference("change", c.Change)
		w.difference("sales", c.Sales)
		w.difference("profit", c.Profit)
	})
}

func (w *writer) difference(key string, d promo.Difference) {
	w.object(key, func() {
		w.interval("net", d.Net)
		w.n("chance", d.Chance)
	})
}

func (w *writer) outcome(o *promo.Outcome) {
	w.object("", func() {
		w.list("weeks", len(o.Weeks), func(i int) {
			v := &o.Weeks[i]
			w.object("", func() {
				w.n("week", float64(v.Week))
				w.t("label", v.Label)
				w.n("baseline", v.Baseline)
				w.n("baselineProfit", v.BaselineProfit)
				w.interval("units", v.Units)
				w.interval("sales", v.Sales)
				w.interval("profit", v.Profit)
				w.n("spent", v.Spent)
				w.n("lost", v.Lost)
				w.flag("guess", v.Guess)
			})
		})
		w.list("items", len(o.Items), func(i int) {
			v := &o.Items[i]
			w.object("", func() {
				w.t("item", v.Item)
				w.t("name", v.Name)
				w.t("category", v.Category)
				w.n("baseline", v.Baseline)
				w.interval("units", v.Units)
				w.n("change", v.Change)
				w.n("sales", v.Sales)
				w.n("profit", v.Profit)
				w.n("lost", v.Lost)
				w.list("weeks", len(v.Weeks), func(i int) {
					c := &v.Weeks[i]
					w.object("", func() {
						w.n("week", float64(c.Week))
						w.n("depth", c.Depth)
						w.flag("feature", c.Feature)
						w.flag("display", c.Display)
						w.n("baseline", c.Baseline)
						w.interval("units", c.Units)
						w.n("lost", c.Lost)
						w.flag("guess", c.Guess)
					})
				})
			})
		})
		w.n("baseline", o.Baseline)
		w.n("baselineSales", o.BaselineSales)
		w.n("baselineProfit", o.BaselineProfit)
		w.interval("units", o.Units)
		w.effect("change", o.Change)
		w.effect("sales", o.Sales)
		w.effect("profit", o.Profit)
		w.n("spent", o.Spent)
		w.n("offerCount", float64(o.OfferCount))
		w.n("lost", o.Lost)
		w.list("warnings", len(o.Warnings), func(i int) {
			v := &o.Warnings[i]
			w.object("", func() {
				w.t("kind", v.Kind)
				if v.Item != "" {
					w.t("item", v.Item)
				}
				if v.Store != "" {
					w.t("store", v.Store)
				}
				w.n("week", float64(v.Week))
				if v.Limit != 0 {
					w.n("limit", v.Limit)
				}
				w.t("text", v.Text)
			})
		})
	})
}

func (w *writer) panel(v *promo.PanelView) {
	w.object("", func() {
		w.list("items", len(v.Items), func(i int) {
			it := &v.Items[i]
			w.object("", func() {
				w.t("item", it.Item)
				w.t("name", it.Name)
				w.t("category", it.Category)
				w.n("base", it.Base)
				w.n("cost", it.Cost)
				w.n("maxDepth", it.MaxDepth)
				w.n("units", it.Units)
				w.n("elasticity", it.Elasticity)
				w.list("history", len(it.History), func(i int) {
					h := &it.History[i]
					w.object("", func() {
						w.n("units", h.Units)
						w.n("sales", h.Sales)
						w.n("depth", h.Depth)
						w.flag("feature", h.Feature)
						w.flag("display", h.Display)
					})
				})
			})
		})
		w.list("stores", len(v.Stores), func(i int) {
			s := &v.Stores[i]
			w.object("", func() {
				w.t("store", s.Store)
				w.n("share", s.Share)
			})
		})
		w.texts("weeks", v.Weeks)
		w.t("firstAhead", v.FirstAhead)
		w.texts("notes", v.Notes)
	})
}

func (w *writer) curve(points []promo.CurvePoint) {
	w.list("", len(points), func(i int) {
		p := &points[i]
		w.object("", func() {
			w.n("depth", p.Depth)
			w.interval("units", p.Units)
			w.flag("guess", p.Guess)
			w.flag("observed", p.Observed)
			w.flag("feature", p.Feature)
			w.flag("display", p.Display)
		})
	})
}
