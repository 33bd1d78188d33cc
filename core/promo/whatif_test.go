package promo

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"shoptwin/core"
)

func written(t testing.TB, m *Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var sample = market{items: 12, stores: 3, weeks: 80, volume: 20, noise: 0.2, dip: -0.15, cross: 0.5, seed: 21}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(a)+math.Abs(b)) }

func (e Effect) sum() float64 {
	return e.Extra + e.PriceCut + e.Taken + e.Pulled + e.Funding + e.Fixed
}

func TestWhatIfNothing(t *testing.T) {
	m := sample.fit(t)
	o, err := m.WhatIf(Plan{Horizon: 6, Items: []string{"p00", "p05"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []Effect{o.Change, o.Sales, o.Profit} {
		if e != (Effect{}) {
			t.Errorf("no offers, yet a change: %+v", e)
		}
	}
	if !near(o.Units.Mean, o.Baseline) || o.Baseline < 1 || len(o.Warnings) > 0 || len(o.Weeks) != 6 || len(o.Items) != 2 {
		t.Errorf("units %v, baseline %v, %d weeks, %d items, warnings %v", o.Units.Mean, o.Baseline, len(o.Weeks), len(o.Items), o.Warnings)
	}
}

func TestWhatIfAddsUp(t *testing.T) {
	m := sample.fit(t)
	p := Plan{Horizon: 8, Funding: 0.3, FeatureCost: 5, Items: []string{"p07"}, Offers: []Offer{
		{Item: "p00", Week: 1, Depth: 0.3, Feature: true}, {Item: "p03", Week: 1, Depth: 0.2},
		{Item: "p00", Week: 3, Depth: 0.1, Store: "s1"}, {Item: "p04", Week: 7, Depth: 0.4}}}
	o, err := m.WhatIf(p)
	if err != nil {
		t.Fatal(err)
	}
	var byItem [3]float64
	for _, it := range o.Items {
		byItem[0], byItem[1], byItem[2] = byItem[0]+it.Change, byItem[1]+it.Sales, byItem[2]+it.Profit
		units := 0.0
		for _, w := range it.Weeks {
			units += w.Units.Mean
		}
		if !near(units, it.Units.Mean) {
			t.Errorf("item %s: weeks sum to %v, not %v", it.Item, units, it.Units.Mean)
		}
	}
	for n, e := range []Effect{o.Change, o.Sales, o.Profit} {
		if !near(e.sum(), e.Net.Mean) {
			t.Errorf("measure %d: the causes sum to %v, not %v", n, e.sum(), e.Net.Mean)
		}
		if !near(byItem[n], e.Net.Mean) {
			t.Errorf("measure %d: the items' offers sum to %v, not %v", n, byItem[n], e.Net.Mean)
		}
		if !(e.Net.Lo90 < e.Net.Lo80 && e.Net.Lo80 < e.Net.Mean && e.Net.Mean < e.Net.Hi80 && e.Net.Hi80 < e.Net.Hi90) {
			t.Errorf("measure %d: %+v is out of order", n, e.Net)
		}
	}
	c := o.Change
	if !(c.Extra > 0 && c.Taken < 0 && c.Pulled < 0 && c.PriceCut == 0 && c.Funding == 0 && c.Fixed == 0) {
		t.Errorf("units: %+v", c)
	}
	if !(o.Sales.PriceCut < 0 && o.Profit.Funding > 0 && near(o.Profit.Fixed, -15) && near(o.Profit.Funding, 0.3*o.Spent)) {
		t.Errorf("sales %+v, profit %+v, spent %v", o.Sales, o.Profit, o.Spent)
	}
	units, spent := 0.0, 0.0
	for _, w := range o.Weeks {
		units, spent = units+w.Units.Mean, spent+w.Spent
		for _, i := range []Interval{w.Units, w.Sales} {
			if !(0 < i.Lo90 && i.Lo90 < i.Lo80 && i.Lo80 < i.Hi80 && i.Hi80 < i.Hi90) {
				t.Errorf("week %d: %+v is out of order", w.Week, i)
			}
		}
	}
	if !near(units, o.Units.Mean) || !near(spent, o.Spent) {
		t.Errorf("weeks sum to %v units and %v spent, not %v and %v", units, spent, o.Units.Mean, o.Spent)
	}
}

// What one store's plan changes is what the same plan changes there alone.
func TestWhatIfByStore(t *testing.T) {
	m := sample.fit(t)
	p := Plan{Horizon: 4, Offers: []Offer{{Item: "p00", Week: 0, Depth: 0.3}, {Item: "p03", Week: 2, Depth: 0.2, Feature: true}}}
	all, err := m.WhatIf(p)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, s := range m.stores {
		p.Stores = []string{s}
		one, err := m.WhatIf(p)
		if err != nil {
			t.Fatal(err)
		}
		sum += one.Change.Net.Mean
		for _, it := range one.Items {
			for _, w := range it.Weeks {
				if u := w.Units; !(u.Lo90 <= u.Lo80 && u.Lo80 <= u.Mean && u.Mean <= u.Hi80 && u.Hi80 <= u.Hi90) {
					t.Errorf("store %s, item %s, week %d: %+v is out of order", s, it.Item, w.Week, u)
				}
			}
		}
	}
	if !near(sum, all.Change.Net.Mean) {
		t.Errorf("stores sum to %v, not %v", sum, all.Change.Net.Mean)
	}
}

func TestWhatIfAgainstTruth(t *testing.T) {
	mk := sample
	m := mk.fit(t)
	o, err := m.WhatIf(Plan{Offers: []Offer{{Item: "p02", Week: 0, Depth: 0.3, Feature: true}}})
	if err != nil {
		t.Fatal(err)
	}
	want := math.Exp(mk.elasticity[2]*math.Log(0.7)+mk.feature) - 1
	got := o.Change.Extra / o.Baseline
	if math.Abs(got/want-1) > 0.15 {
		t.Errorf("30 %% off with feature adds %.2f of the baseline, true is %.2f", got, want)
	}
}

func TestWarnings(t *testing.T) {
	m := sample.fit(t)
	o, err := m.WhatIf(Plan{Offers: []Offer{{Item: "p00", Depth: 0.6}, {Item: "p00", Week: 1, Depth: 0.3, Display: true}, {Item: "p01", Week: 2, Depth: 0.2}, {Item: "p00", Week: 3, Depth: 0.3}}})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, w := range o.Warnings {
		kinds = append(kinds, fmt.Sprintf("%s %s %d", w.Kind, w.Item, w.Week))
		if w.Text == "" {
			t.Errorf("%s has no text", w.Kind)
		}
	}
	want := []string{"deeper p00 0", "display p00 1"}
	if !reflect.DeepEqual(kinds, want) {
		t.Errorf("warnings %q, want %q", kinds, want)
	}
	if !near(o.Warnings[0].Limit, float64(float32(0.4))) {
		t.Errorf("deepest observed %v", o.Warnings[0].Limit)
	}
	w := o.Items[0].Weeks
	if !w[0].Guess || !w[1].Guess || w[2].Guess || !o.Weeks[0].Guess {
		t.Errorf("guesses: %v %v %v", w[0].Guess, w[1].Guess, w[2].Guess)
	}
	rel := func(i Interval) float64 { return i.Hi90 / i.Lo90 }
	known, err := m.WhatIf(Plan{Offers: []Offer{{Item: "p00", Depth: 0.4}}})
	if err != nil {
		t.Fatal(err)
	}
	if k := known.Items[0].Weeks[0].Units; !(rel(w[0].Units) > rel(k) && rel(w[1].Units) > 1.1*rel(w[3].Units)) {
		t.Errorf("guesses %+v and %+v are no wider than %+v and %+v", w[0].Units, w[1].Units, k, w[3].Units)
	}
}

func TestWhatIfRefuses(t *testing.T) {
	m := sample.fit(t)
	for _, tt := range []struct {
		name string
		plan Plan
		kind core.Kind
		say  string
	}{
		{"unknown item", Plan{Offers: []Offer{{Item: "tea"}}}, core.NotFound, `item "tea"`},
		{"unknown shown item", Plan{Items: []string{"tea"}}, core.NotFound, "known are 12"},
		{"unknown store", Plan{Stores: []string{"moon"}}, core.NotFound, `store "moon"`},
		{"store outside the plan", Plan{Stores: []string{"s0"}, Offers: []Offer{{Item: "p00", Store: "s1", Depth: 0.1}}}, core.Invalid, "not among"},
		{"unknown offer store", Plan{Offers: []Offer{{Item: "p00", Store: "moon", Depth: 0.1}}}, core.NotFound, `store "moon"`},
		{"depth above 0.9", Plan{Offers: []Offer{{Item: "p00", Depth: 20}}}, core.Invalid, "fraction"},
		{"depth not a number", Plan{Offers: []Offer{{Item: "p00", Depth: math.NaN()}}}, core.Invalid, "fraction"},
		{"negative week", Plan{Offers: []Offer{{Item: "p00", Week: -1, Depth: 0.1}}}, core.Invalid, "week -1"},
		{"after the horizon", Plan{Horizon: 2, Offers: []Offer{{Item: "p00", Week: 2, Depth: 0.1}}}, core.Invalid, "lengthen"},
		{"three years", Plan{Horizon: 156}, core.Invalid, "104"},
		{"negative horizon", Plan{Horizon: -1}, core.Invalid, "104"},
		{"funding above 1", Plan{Funding: 7}, core.Invalid, "funding"},
		{"margin of unknown", Plan{Margins: map[string]float64{"tea": 0.1}}, core.NotFound, "tea"},
		{"margin of 1", Plan{Margins: map[string]float64{"p00": 1}}, core.Invalid, "p00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := m.WhatIf(tt.plan)
			if o != nil || core.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.say) {
				t.Errorf("%v, %v; want kind %v with %q", o, err, tt.kind, tt.say)
			}
		})
	}
}

func TestCurve(t *testing.T) {
	m := sample.fit(t)
	for _, store := range []string{"", "s1"} {
		for _, it := range m.items {
			last, dots := 0.0, 0
			for _, c := range m.Curve(it.ID, store, true, false) {
				if c.Observed {
					dots++
					continue
				}
				u := c.Units
				if !(u.Mean > last && u.Lo90 <= u.Lo80 && u.Lo80 <= u.Mean && u.Mean <= u.Hi80 && u.Hi80 <= u.Hi90) {
					t.Fatalf("item %s, store %q, depth %v: %+v after %v", it.ID, store, c.Depth, u, last)
				}
				if c.Guess != (c.Depth > it.maxDepth+0.02) {
					t.Errorf("item %s, depth %v: guess %v, deepest %v", it.ID, c.Depth, c.Guess, it.maxDepth)
				}
				last = u.Mean
			}
			if dots != 80 {
				t.Errorf("item %s has %d dots", it.ID, dots)
			}
		}
	}
	if m.Curve("tea", "", false, false) != nil || m.Curve("p00", "moon", false, false) != nil {
		t.Error("a curve of nothing")
	}
}

func TestView(t *testing.T) {
	m := sample.fit(t)
	v := m.View(10)
	if len(v.Items) != 12 || len(v.Stores) != 3 || len(v.Weeks) != 10 || v.Weeks[9] != "week 80" || v.FirstAhead != "week 81" {
		t.Fatalf("%d items, %d stores, weeks %v, then %s", len(v.Items), len(v.Stores), v.Weeks, v.FirstAhead)
	}
	share := 0.0
	for _, s := range v.Stores {
		share += s.Share
	}
	if math.Abs(share-1) > 1e-6 || len(v.Items[0].History) != 10 || !near(v.Items[0].Base, 2) || v.Items[0].Units < v.Items[11].Units {
		t.Errorf("shares sum to %v; first item %+v", share, v.Items[0])
	}
}

func TestRoundTrip(t *testing.T) {
	m := sample.fit(t)
	b := written(t, m)
	again, err := Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if string(written(t, again)) != string(b) {
		t.Error("written again, the file differs")
	}
	p := Plan{Horizon: 5, Offers: []Offer{{Item: "p00", Week: 1, Depth: 0.3, Feature: true}}}
	x, err := m.WhatIf(p)
	if err != nil {
		t.Fatal(err)
	}
	y, err := again.WhatIf(p)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(x, y) {
		t.Error("the model read back answers differently")
	}
	if !reflect.DeepEqual(m.View(0), again.View(0)) || !reflect.DeepEqual(m.Elasticities(), again.Elasticities()) {
		t.Error("the model read back shows something else")
	}
	for n := 0; n < len(b); n += 97 {
		if _, err := Read(bytes.NewReader(b[:n])); err == nil {
			t.Fatalf("the first %d bytes are read as a model", n)
		}
		c := bytes.Clone(b)
		c[n] ^= 4
		if _, err := Read(bytes.NewReader(c)); err == nil {
			t.Fatalf("a model with byte %d changed is read", n)
		}
	}
}

func FuzzReadModel(f *testing.F) {
	m := (&market{items: 2, stores: 1, weeks: 20, volume: 5, seed: 1}).fit(f)
	b := written(f, m)
	f.Add(b[len(magic) : len(b)-8])
	f.Fuzz(func(t *testing.T, payload []byte) {
		if m := (&decoder{b: payload}).model(); m != nil {
			m.index()
			m.View(0)
		}
	})
}

func BenchmarkWhatIf(b *testing.B) {
	m := (&market{items: 36, stores: 6, weeks: 60, volume: 20, noise: 0.2, seed: 9}).fit(b)
	p := Plan{Horizon: 12}
	for i := range 12 {
		p.Offers = append(p.Offers, Offer{Item: itemName(i), Week: i, Depth: 0.2, Feature: i%2 == 0})
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		if _, err := m.WhatIf(p); err != nil {
			b.Fatal(err)
		}
	}
}
