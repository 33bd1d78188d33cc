package main

import (
	"maps"
	"math"
	"slices"

	"shoptwin/core/shop"
	"shoptwin/core/table"
)

const weekSeconds = 7 * 86400.

// sold is what the receipts say of one product.
type sold struct {
	price, cost float64
	category    string
	units       []float64
	offers      []int     // action by week, 0 for none
	season      []float64 // of the category
	usual       float64   // units a week without promotion, at a season of 1
}

// newDeals reads off the receipts what each promotion brought: its product's
// units beside usual ones, less what the log says that an extra unit takes from
// other products and later weeks; lost is that share.
func newDeals(s *shop.Shop, clean *table.Table) (deals []deal, actions []action, lost float64) {
	weeks, first := s.Config.Weeks, float64(s.Config.Start.Unix())
	actions = []action{{}}
	number := map[action]int{{}: 0}
	products := map[string]*sold{}
	truth := map[string]*shop.ItemTruth{}
	for i := range s.Truth.Items {
		truth[s.Truth.Items[i].Product] = &s.Truth.Items[i]
	}
	id, price, cost, category := s.Products.Column("product_id"), s.Products.Column("price"), s.Products.Column("cost"), s.Products.Column("category")
	for i := range s.Products.Rows() {
		if truth[id.Cell(i)] != nil {
			products[id.Cell(i)] = &sold{price: price.Num[i], cost: cost.Num[i], category: category.Cell(i), units: make([]float64, weeks), offers: make([]int, weeks)}
		}
	}
	var all []*sold // in the truth's order: sums are to be the same in every run
	for _, t := range s.Truth.Items {
		all = append(all, products[t.Product])
	}
	groups := map[string][]float64{}
	at, what, quantity := s.Transactions.Column("date"), s.Transactions.Column("product_id"), s.Transactions.Column("quantity")
	for i, q := range quantity.Num {
		p, w := products[what.Cell(i)], int((at.Num[i]-first)/weekSeconds)
		p.units[w] += q
		if groups[p.category] == nil {
			groups[p.category] = make([]float64, weeks)
		}
		groups[p.category][w] += q
	}
	type entry struct {
		p         *sold
		id        string
		do        int
		week, end int
		funded    float64
	}
	var log []entry
	c := func(name string) *table.Column { return clean.Column(name) }
	for i := range clean.Rows() {
		p := products[c("product_id").Cell(i)]
		if p == nil {
			continue
		}
		a := action{math.Round(c("depth").Num[i]*100) / 100, c("feature").Num[i] > 0, c("display").Num[i] > 0}
		if _, ok := number[a]; !ok {
			number[a] = len(actions)
			actions = append(actions, a)
		}
		e := entry{p: p, id: c("product_id").Cell(i), do: number[a], week: int((c("start_date").Num[i] - first) / weekSeconds), end: int((c("end_date").Num[i]-first)/weekSeconds) + 1}
		e.funded = map[string]float64{"supplier": 1, "shared": .5}[c("funding").Cell(i)]
		if e.week < 0 || e.end > weeks || e.end <= e.week {
			continue
		}
		for w := e.week; w < e.end; w++ {
			p.offers[w] = e.do
		}
		log = append(log, e)
	}
	seasons := map[string][]float64{}
	for name, x := range groups {
		seasons[name] = smooth(x)
	}
	for _, p := range all {
		if p.season = seasons[p.category]; p.season == nil {
			p.season = smooth(make([]float64, weeks))
		}
		got, want := .5, .5
		for w, u := range p.units {
			if p.offers[w] == 0 {
				got, want = got+u, want+p.season[w]
			}
		}
		p.usual = got / want
	}
	lost = lostShare(all, groups, len(actions))
	for _, e := range log {
		p, n := e.p, float64(e.end-e.week)
		base, units := 0., 0.
		for w := e.week; w < e.end; w++ {
			base += p.usual * p.season[w]
			units += p.units[w]
		}
		a, margin := actions[e.do], p.price-p.cost
		d := deal{product: e.id, week: e.week, funded: e.funded, done: e.do, weeks: n, scale: base * p.price}
		off := p.price * a.depth
		d.reward = (units*(margin-off+e.funded*off) - base*margin - lost*(units-base)*margin - n*support(a)) / d.scale
		sin, cos := math.Sincos(2 * math.Pi * float64(e.week) / 52)
		d.state = []float32{float32(math.Log(p.price)), float32(p.cost / p.price), float32(math.Log(base / n)), float32(sin), float32(cos), float32(e.funded), float32(n)}
		t := truth[e.id]
		season := 0.
		for w := e.week; w < e.end; w++ {
			season += s.Truth.Season[seasonOf(s, t.Category)].Factor[w%52]
		}
		for _, a := range actions {
			lift := liftOf(&s.Truth, t, a)
			usual := t.Units * season
			o := outcome{sales: usual * lift * p.price * (1 - a.depth)}
			if a != (action{}) {
				off := p.price * a.depth
				o.offered = usual * lift
				o.benefit = usual*lift*(margin-off+e.funded*off) - usual*margin - (t.Taken+t.Pulled)*usual*(lift-1)*margin - n*support(a)
			}
			d.truth = append(d.truth, o)
		}
		deals = append(deals, d)
	}
	return deals, actions, lost
}

func support(a action) (cost float64) {
	if a.feature {
		cost += featureCost
	}
	if a.display {
		cost += displayCost
	}
	return cost
}

func seasonOf(s *shop.Shop, category string) int {
	for i, x := range s.Truth.Season {
		if x.Category == category {
			return i
		}
	}
	return 0
}

// liftOf is the truth's factor on units; depths and support multiply.
func liftOf(t *shop.Truth, x *shop.ItemTruth, a action) float64 {
	lift := 1.
	for i, d := range t.Depths {
		if math.Abs(d-a.depth) < 1e-9 {
			lift = x.Lift[i]
		}
	}
	if a.feature {
		lift *= x.Feature
	}
	if a.display {
		lift *= x.Display
	}
	return lift
}

// smooth is a category's weeks beside their mean, over seven weeks.
func smooth(x []float64) []float64 {
	out, mean := make([]float64, len(x)), 0.
	for w := range x {
		n := 0.
		for v := max(0, w-3); v <= min(len(x)-1, w+3); v++ {
			out[w] += x[v] + .1
			n++
		}
		out[w] /= n
		mean += out[w] / float64(len(x))
	}
	for w := range out {
		out[w] /= mean
	}
	return out
}

// lostShare regresses categories' units, beside usual ones, on the extra units
// that their offers are expected to bring by the mean lift of each action, in
// the week itself and in the four after. What is missing from 1 is lost.
func lostShare(products []*sold, groups map[string][]float64, actions int) float64 {
	got, want := make([]float64, actions), make([]float64, actions)
	for _, p := range products {
		for w, a := range p.offers {
			got[a] += math.Round(p.units[w])
			want[a] += p.usual * p.season[w]
		}
	}
	// By category and week: units beyond the seven weeks about, and extra units.
	const lags = 5
	var h [lags][lags]float64
	var g [lags]float64
	extra := map[string][]float64{}
	for name, x := range groups {
		extra[name] = make([]float64, len(x))
	}
	for _, p := range products {
		if extra[p.category] == nil {
			continue
		}
		for w, a := range p.offers {
			if a > 0 {
				extra[p.category][w] += p.usual * p.season[w] * (got[a]/math.Max(want[a], 1e-9) - 1)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		x := groups[name]
		// Seasons are cut off both sides alike, so that they do not count.
		y, e := around(x), around(extra[name])
		for w := lags; w < len(x); w++ {
			for i := range lags {
				g[i] += e[w-i] * y[w]
				for k := range lags {
					h[i][k] += e[w-i] * e[w-k]
				}
			}
		}
	}
	sum := 0.
	for _, v := range solved(h, g) {
		sum += v
	}
	return math.Max(0, math.Min(1, 1-sum))
}

// around is x less its mean over the 13 weeks about.
func around(x []float64) []float64 {
	out := make([]float64, len(x))
	for w := range x {
		sum, n := 0., 0.
		for v := max(0, w-6); v <= min(len(x)-1, w+6); v++ {
			sum, n = sum+x[v], n+1
		}
		out[w] = x[w] - sum/n
	}
	return out
}

func solved(h [5][5]float64, g [5]float64) (x [5]float64) {
	for i := range h {
		d := h[i][i] + 1e-9
		for k := i + 1; k < len(h); k++ {
			f := h[k][i] / d
			for j := i; j < len(h); j++ {
				h[k][j] -= f * h[i][j]
			}
			g[k] -= f * g[i]
		}
	}
	for i := len(h) - 1; i >= 0; i-- {
		x[i] = g[i]
		for j := i + 1; j < len(h); j++ {
			x[i] -= h[i][j] * x[j]
		}
		x[i] /= h[i][i] + 1e-9
	}
	return x
}
