package promo

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// A trial says of each of many edited plans what a what-if from nothing says.
func TestTrial(t *testing.T) {
	m := sample.fit(t)
	rng := rand.New(rand.NewPCG(4, 4))
	tr := m.Trial()
	p := Plan{Horizon: 8, Items: []string{"p03", "p00", "p07", "p02"}, Funding: 0.1}
	for n := range 60 {
		switch k := rng.IntN(8); {
		case k < 5:
			o := Offer{Item: p.Items[rng.IntN(len(p.Items))], Week: rng.IntN(8), Depth: float64(rng.IntN(6)) / 20, Feature: rng.IntN(3) == 0}
			if rng.IntN(4) == 0 {
				o.Store = "s1"
			}
			p.Offers = append(append([]Offer{}, p.Offers...), o)
		case k == 5 && len(p.Offers) > 0:
			p.Offers = append([]Offer{}, p.Offers[1:]...)
		case k == 6:
			p.Items = append(append([]string{}, p.Items[1:]...), p.Items[0])
		default:
			p.Funding, p.Traffic, p.FeatureCost = float64(n%3)/10, float64(n%2)/20, float64(n%2)
		}
		got, err := tr.WhatIf(p)
		if err != nil {
			t.Fatal(err)
		}
		want, err := m.WhatIf(p)
		if err != nil {
			t.Fatal(err)
		}
		if at := apart("", reflect.ValueOf(*got), reflect.ValueOf(*want)); at != "" {
			t.Fatalf("after %d edits: %s", n+1, at)
		}
	}
	for g, kept := range tr.kept {
		if len(kept) > keptPlans {
			t.Errorf("%d parts are kept of category %d", len(kept), g)
		}
	}
	other := p
	other.Offers = nil
	got, err := tr.Compare(p, other)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Compare(p, other)
	if err != nil {
		t.Fatal(err)
	}
	if at := apart("", reflect.ValueOf(*got), reflect.ValueOf(*want)); at != "" {
		t.Error(at)
	}
	p.Offers = []Offer{{Item: "p00", Week: 99}}
	if _, err := tr.WhatIf(p); err == nil {
		t.Error("an offer beyond the horizon is no error")
	}
}

// An offer that does nothing changes nothing, though it shows its item, also to
// a trial that knows the plan without it.
func TestIdleOffer(t *testing.T) {
	m := sample.fit(t)
	tr := m.Trial()
	p := Plan{Horizon: 6, Items: []string{"p00", "p01"}}
	for _, offers := range [][]Offer{nil, {{Item: "p00", Week: 2}}, {{Item: "p01", Week: 2, Depth: 0.2}}, {{Item: "p01", Week: 2, Depth: 0.2}, {Item: "p00", Store: "s1"}}} {
		p.Offers = offers
		got, err := tr.WhatIf(p)
		if err != nil {
			t.Fatal(err)
		}
		p.Offers = slices.DeleteFunc(slices.Clone(offers), func(o Offer) bool { return o.Depth == 0 })
		want, err := m.WhatIf(p)
		if err != nil {
			t.Fatal(err)
		}
		if at := apart("", reflect.ValueOf(*got), reflect.ValueOf(*want)); at != "" {
			t.Errorf("with %d offers: %s", len(offers), at)
		}
	}
}

// An edit reckons the weeks that feel it and no others.
func TestTrialKeepsWeeks(t *testing.T) {
	m := sample.fit(t)
	tr := m.Trial()
	p := Plan{Horizon: 12, Offers: []Offer{{Item: "p00", Week: 1, Depth: 0.2}, {Item: "p00", Week: 5, Depth: 0.2}}}
	if _, err := tr.WhatIf(p); err != nil {
		t.Fatal(err)
	}
	p.Offers = []Offer{p.Offers[0], {Item: "p00", Week: 5, Depth: 0.3}}
	if _, err := tr.WhatIf(p); err != nil {
		t.Fatal(err)
	}
	kept := tr.kept[m.group[m.itemAt["p00"]]]
	for w := range kept[1].weeks {
		if same := kept[0].weeks[w] == kept[1].weeks[w]; same != (w < 5 || w > 5+m.lags) {
			t.Errorf("week %d is reckoned anew: %v", w, !same)
		}
	}
}

// Sums of series are right to 1e-11 on either side of where they end.
func TestSeries(t *testing.T) {
	for x := -0.9; x < 2; x += 0.00173 {
		for _, f := range []struct {
			name string
			got  func([]float64)
			want func(float64) float64
		}{{"exp", exps, math.Exp}, {"log1p", log1ps, math.Log1p}} {
			at := []float64{x}
			if f.got(at); math.Abs(at[0]-f.want(x)) > 1e-11*math.Abs(f.want(x)) {
				t.Errorf("%s(%v) is %v", f.name, x, at[0])
			}
		}
	}
}

// apart names the first place where a and b differ by more than rounding.
func apart(at string, a, b reflect.Value) string {
	switch a.Kind() {
	case reflect.Float64:
		if x, y := a.Float(), b.Float(); math.Abs(x-y) > 1e-9*(1+math.Abs(x)+math.Abs(y)) {
			return at + " differs"
		}
	case reflect.Struct:
		for n := range a.NumField() {
			if s := apart(at+"."+a.Type().Field(n).Name, a.Field(n), b.Field(n)); s != "" {
				return s
			}
		}
	case reflect.Slice:
		if a.Len() != b.Len() {
			return at + " differs in length"
		}
		for n := range a.Len() {
			if s := apart(at+"[]", a.Index(n), b.Index(n)); s != "" {
				return s
			}
		}
	default:
		if !a.Equal(b) {
			return at + " differs"
		}
	}
	return ""
}
