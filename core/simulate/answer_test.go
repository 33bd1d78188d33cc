package simulate

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"
)

func TestAnswer(t *testing.T) {
	f := fitted(t)
	var offers []Offer
	for _, it := range f.all.items[:6] {
		offers = append(offers, Offer{Item: it.id, Week: 1, Depth: .4, Feature: true})
	}
	p, err := f.all.Ahead(6, offers)
	if err != nil {
		t.Fatal(err)
	}
	cost := func(id string) float64 { return .7 * f.all.Price(id) }
	ask := func(p *Plan, funding float64) *Answer {
		a, err := f.model.Answer(t.Context(), p, 700, cost, funding, 3, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := ask(p, 0)
	if !(a.All.Units.Lo > 0) || a.All.Units.Hi < a.All.Units.Lo || a.All.Joined <= 0 || a.Weeks != 6 || len(a.Kinds) != f.model.Config.Classes {
		t.Errorf("six products at 40 %% off: %+v", a)
	}
	share, units := 0., 0.
	for i, k := range a.Kinds {
		share, units = share+k.Share, units+k.Units.Added
		if i > 0 && k.Moved < a.Kinds[i-1].Moved {
			t.Error("kinds are not in order")
		}
	}
	if math.Abs(share-1) > 1e-9 || math.Abs(units-a.All.Units.Added) > 1e-6*units {
		t.Errorf("kinds are %.3f of the customers with %.2f of %.2f units", share, units, a.All.Units.Added)
	}
	if paid := ask(p, 1); paid.All.Margin.Added <= a.All.Margin.Added || paid.All.Sales != a.All.Sales {
		t.Errorf("funding moves margin from %+v to %+v", a.All.Margin, paid.All.Margin)
	}
	if none := ask(p.Empty(), 0); none.All.Units.Added != 0 || none.All.Units.Without != a.All.Units.Without {
		t.Errorf("a plan without promotions adds %+v", none.All.Units)
	}
	if !reflect.DeepEqual(a, ask(p, 0)) {
		t.Error("the same seed gives another answer")
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := f.model.Answer(ctx, p, 700, cost, 0, 3, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if got := f.all.Knows(append(offers, Offer{Item: "none"})); len(got) != 6 {
		t.Errorf("%d offers are of known items", len(got))
	}
}

func TestCoupons(t *testing.T) {
	f := fitted(t)
	c, err := f.model.NewCoupons(Programme{Funding: 1, Weeks: 6}, 200)
	if err != nil {
		t.Fatal(err)
	}
	episodes, steps, features, actions := c.Sizes()
	play := func(r Rule, seed uint64) (sum float64, last []float32) {
		state, can := make([]float32, episodes*features), make([]bool, episodes*actions)
		action, reward := make([]int32, episodes), make([]float32, episodes)
		c.Begin(seed)
		for range steps {
			c.See(state, can)
			c.Decide(r, state, can, action)
			c.Act(action, reward)
			for _, x := range reward {
				sum += float64(x)
			}
		}
		return sum, state
	}
	if none, _ := play(Rule{}, 1); none != 0 {
		t.Errorf("without coupons %g more is earned", none)
	}
	every := Rule{Every: 1, Depth: 1, Pick: PickTurn, Own: 1}
	one, state := play(every, 1)
	again, same := play(every, 1)
	other, _ := play(every, 2)
	if one <= 0 || one != again || one == other || !reflect.DeepEqual(state, same) {
		t.Errorf("coupons that suppliers pay bring %g, %g again, %g with other customers", one, again, other)
	}
	c.Contact = 1
	if dear, _ := play(every, 1); math.Abs(one-dear-float64(episodes*steps)) > 1e-2 {
		t.Errorf("%d coupons at 1 cost %g", episodes*steps, one-dear)
	}
	// Nobody gets more than the most.
	c.Most = 2
	if few, _ := play(every, 1); few < -float64(2*episodes)-50 || few > -float64(2*episodes)+one {
		t.Errorf("two coupons at 1 each bring %g", few)
	}
	for name, p := range map[string]Programme{
		"depth": {Depths: []float64{2}}, "item": {Items: []string{"none"}}, "funding": {Funding: 2},
		"one category": {Items: []string{f.all.items[0].id, f.all.items[1].id}},
	} {
		if _, err := f.model.NewCoupons(p, 10); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if r, err := c.BestRule(t.Context(), 10, 1, func(_ context.Context, w *Coupons, _ uint64, r Rule) ([]float64, error) {
		return []float64{-math.Abs(r.Since - 3), -math.Abs(r.Own - .5), 0}, nil
	}, nil); err != nil || r.Since != 3 || r.Own != .5 || c.Words(r) == "" {
		t.Errorf("the best rule is %+v (%v)", r, err)
	}
}
