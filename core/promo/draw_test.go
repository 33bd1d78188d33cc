package promo

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A draw's change is what a model with that response answers.
func TestDrawsAreAnswers(t *testing.T) {
	m := sample.fit(t)
	for i := range m.items { // what neighbours draw is reckoned at the mean
		m.items[i].coef[xPull], m.items[i].coef[xPast] = 0, 0
	}
	for n := range m.series { // nor do draws ask what history's last weeks did otherwise
		clear(m.series[n].lag)
		clear(m.series[n].pull)
	}
	m.categories, m.members = nil, nil
	m.index()
	p := Plan{Horizon: 8, Funding: 0.3, DisplayCost: 2, Offers: []Offer{{Item: "p04", Week: 1, Depth: 0.4, Feature: true}, {Item: "p04", Week: 3, Depth: 0.1}, {Item: "p04", Week: 4, Display: true}}}
	r, err := m.Trial().run(p)
	if err != nil {
		t.Fatal(err)
	}
	i := m.itemAt["p04"]
	g := m.group[i]
	l := m.lots(g)[slices.Index(m.members[g], i)]
	mean := slices.Clone(m.items[i].coef)
	for _, d := range []int{0, 7, pairs + 7, draws - 1} {
		for a, at := range responses {
			x := float64(l.effect[a][d%pairs])
			if d >= pairs {
				x = -x
			}
			m.items[i].coef[at] = mean[at] + x
		}
		m.items[i].coef[xPull], m.items[i].coef[xPast] = 0, 0
		m.categories, m.members = nil, nil
		m.index()
		o, err := m.WhatIf(p)
		if err != nil {
			t.Fatal(err)
		}
		for j, e := range []Effect{o.Change, o.Sales, o.Profit} {
			want := (e.Net.Mean - e.Fixed) * float64(l.level[d])
			var others float64 // neighbours' departures, their effects being none at the mean
			for k, n := range m.members[g] {
				if n != i {
					others += neighbour(r, m, g, k, j, d)
				}
			}
			if got := r.nets[j][d] - others; math.Abs(got-want) > 2e-3*math.Abs(want) {
				t.Errorf("draw %d, measure %d: %v, a model of that response says %v", d, j, got, want)
			}
		}
	}
}

// neighbour is what draw d changes of the category's k-th item.
func neighbour(r *run, m *Model, g, k, j, d int) float64 {
	i := m.members[g][k]
	l := m.lots(g)[k]
	s := r.kinds[r.local[i]][0].moments[j]
	x := [2]float64{float64(l.effect[3][d%pairs]), float64(l.effect[4][d%pairs])}
	if d >= pairs {
		x[0], x[1] = -x[0], -x[1]
	}
	sum := r.net[r.local[i]][j] + s[1]*x[0] + s[2]*x[1] + s[4]*x[0]*x[0] + s[5]*x[0]*x[1] + s[6]*x[1]*x[1]
	return sum * float64(l.level[d])
}

// The draws spread as the posterior says, and are the same again.
func TestLots(t *testing.T) {
	m := sample.fit(t)
	for g := range m.members {
		lots := m.lots(g)
		for k, i := range m.members[g] {
			want := m.items[i].cov[0] + m.leaning(i)
			got := 0.0
			for _, x := range lots[k].effect[0] {
				got += float64(x) * float64(x) / pairs
			}
			if math.Abs(got/want-1) > 0.25 {
				t.Errorf("item %d: the draws' variance of price is %.4f, the posterior's %.4f", i, got, want)
			}
		}
		m.lot[g].Store(nil)
		if again := m.lots(g); again[0] != lots[0] {
			t.Errorf("category %d draws otherwise a second time", g)
		}
	}
}

func TestPlace(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for range 200 {
		x := make([]float64, 1+rng.IntN(60))
		for i := range x {
			x[i] = float64(rng.IntN(20))
		}
		sorted := slices.Sorted(slices.Values(x))
		if k := rng.IntN(len(x)); place(x, k) != sorted[k] || slices.Max(x[:k+1]) != sorted[k] {
			t.Fatalf("place %d of %v", k, sorted)
		}
	}
	x := make([]float64, draws)
	for i, n := range rng.Perm(draws) {
		x[i] = float64(n) - 99.5
	}
	i, chance := bandOfDraws(400, x)
	if want := (Interval{400, 0, 800, -50, 850}); i != want || chance != 0.9 {
		t.Errorf("%+v, %v", i, chance)
	}
}
