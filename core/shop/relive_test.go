package shop

import (
	"math"
	"slices"
	"testing"

	"shoptwin/core"
)

func TestRelive(t *testing.T) {
	s := small(t, 3)
	sum := func(deals []Deal, seed uint64) (units float64) {
		got, err := s.Relive(t.Context(), deals, seeded(seed))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range got.Column("quantity").Num {
			units += q
		}
		return units
	}
	// The plan of the history again sells what the history sold, but for luck.
	var past []Deal
	first := float64(s.Config.Start.Unix())
	p := s.Promotions
	sells := map[string]bool{}
	for _, x := range s.Truth.Items {
		sells[x.Product] = true
	}
	for i := range p.Rows() {
		if !sells[p.Column("product_id").Cell(i)] {
			continue
		}
		for at := p.Column("start_date").Num[i]; at <= p.Column("end_date").Num[i]; at += 7 * day {
			past = append(past, Deal{p.Column("product_id").Cell(i), int((at - first) / (7 * day)), p.Column("depth").Num[i], p.Column("feature").Num[i] > 0, p.Column("display").Num[i] > 0})
		}
	}
	past = slices.DeleteFunc(past, func(d Deal) bool { return d.Week >= s.Config.Weeks })
	was := 0.
	for _, q := range s.Transactions.Column("quantity").Num {
		was += q
	}
	again, none := sum(past, 1), sum(nil, 1)
	if math.Abs(again/was-1) > .05 || none > .97*again {
		t.Errorf("%.0f units were sold, %.0f by the same plan again, %.0f without one", was, again, none)
	}
	if sum(past, 1) != again || sum(past, 2) == again {
		t.Error("the same luck gave other receipts, or another luck the same")
	}
	item := s.Truth.Items[0].Product
	for name, bad := range map[string][]Deal{
		"unknown product": {{Product: "none"}},
		"week":            {{Product: item, Week: 30}},
		"depth":           {{Product: item, Depth: 1}},
		"twice":           {{Product: item, Depth: .1}, {Product: item, Depth: .2}},
	} {
		if _, err := s.Relive(t.Context(), bad, seeded(1)); core.KindOf(err) != core.Invalid && core.KindOf(err) != core.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}
