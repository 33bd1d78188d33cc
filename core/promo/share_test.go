package promo

import (
	"bytes"
	"math"
	"testing"
)

// TestShared: what a report carries answers as the model does, and holds no
// week of history and no product that was hardly ever observed.
func TestShared(t *testing.T) {
	m := sample.fit(t)
	s := m.Shared()
	if len(s.past) != 0 || s.kept != 0 || len(m.past) == 0 {
		t.Errorf("%d weeks of history are shared, the model has %d left", len(s.past), len(m.past))
	}
	again, err := Read(bytes.NewReader(written(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	for _, plan := range []Plan{
		{Horizon: 8, Items: []string{"p03"}, Offers: []Offer{{Item: "p00", Week: 1, Depth: .3, Feature: true}, {Item: "p07", Week: 2, Depth: .1}}},
		{Horizon: 4, Funding: .4, Traffic: .05, Offers: []Offer{{Item: "p05", Week: 0, Depth: .45}}},
	} {
		want, err := m.WhatIf(plan)
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.WhatIf(plan)
		if err != nil {
			t.Fatal(err)
		}
		if !near(got.Profit.Net.Mean, want.Profit.Net.Mean) || !near(got.Units.Lo90, want.Units.Lo90) || !near(got.Baseline, want.Baseline) {
			t.Errorf("shared: %+v, the model: %+v", got.Profit, want.Profit)
		}
	}
	if v := again.View(12); len(v.Weeks) != 0 || len(v.Items) != len(m.View(0).Items) || len(v.Items[0].History) != 0 {
		t.Errorf("%d weeks, %d items", len(v.Weeks), len(v.Items))
	}
	for _, c := range again.Curve("p00", "", false, false) {
		if c.Observed {
			t.Fatalf("an observed point is shared: %+v", c)
		}
	}
}

func TestSharedForgetsRare(t *testing.T) {
	m := sample.fit(t)
	rare := *m
	rare.series = append([]seriesModel(nil), m.series...)
	for i := range rare.series {
		if rare.items[rare.series[i].item].ID == "p04" {
			rare.series[i].weeks = 1
		}
	}
	s := rare.Shared()
	file := written(t, s)
	if bytes.Contains(file, []byte("p04")) || !bytes.Contains(file, []byte("p05")) {
		t.Error("a product of three weeks is in the file, or another is not")
	}
	if s.Knows(Offer{Item: "p04"}) || !s.Knows(Offer{Item: "p05"}) || s.Knows(Offer{Item: "p05", Store: "nowhere"}) {
		t.Error("what it knows is not what it holds")
	}
	again, err := Read(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	plan := Plan{Horizon: 4, Offers: []Offer{{Item: "p05", Week: 0, Depth: .2}}}
	want, err := m.WhatIf(plan)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.WhatIf(plan)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := got.Items[0].Change, want.Items[0].Change; math.Abs(a-b) > 1e-6*(1+math.Abs(b)) {
		t.Errorf("the product's own change is %g, was %g", a, b)
	}
}
