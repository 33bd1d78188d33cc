package promo

import (
	"context"
	"math"
	"testing"
)

func TestDecompose(t *testing.T) {
	mk := market{items: 9, stores: 3, weeks: 80, volume: 30, noise: 0.1, dip: -0.15, cross: 0.5, seed: 5}
	d, err := Decompose(context.Background(), mk.panel(t), 20, Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var sum Parts
	for _, it := range d.Items {
		sum.add(it.Parts)
		if p := it.Parts; math.Abs(p.Baseline+p.Uplift+p.Pulled+p.Taken+p.Halo+p.Rest-p.Units) > 1e-6*p.Units {
			t.Errorf("%s: the parts of %g units sum to something else: %+v", it.Name, p.Units, p)
		}
	}
	p := d.Total
	if math.Abs(sum.Units-p.Units) > 1e-6 || len(d.Categories) != 3 || d.Weeks != 20 || d.From != "week 61" {
		t.Errorf("%d weeks from %s, %d categories, %g units in items, %g in all", d.Weeks, d.From, len(d.Categories), sum.Units, p.Units)
	}
	// Usual units are 30 about exp(.4²/2) of stores' levels: the base is known within a tenth.
	want := 0.0
	for _, level := range mk.level {
		want += 20 * math.Exp(level)
	}
	if math.Abs(p.Baseline/want-1) > 0.15 || p.Uplift < 0.1*want || p.Pulled > -0.005*want || p.Taken > -0.005*want || math.Abs(p.Rest) > 0.05*p.Units {
		t.Errorf("of %g usual units: %+v", want, p)
	}
	if _, err := Decompose(context.Background(), mk.panel(t), 81, Config{}, nil); err == nil {
		t.Error("81 weeks of 80, and no error")
	}
}
