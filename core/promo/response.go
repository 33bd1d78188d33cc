package promo

import (
	"math"
	"math/rand/v2"

	"shoptwin/core/linear"
)

// Response is how one item answers over the stores of a plan, for planners.
type Response struct {
	Item, Name, Category string
	Stores               int       // of the plan that sell it
	Units                []float64 // without promotion, by week: those of the plan and the ones after it that remember it
	Base, Cost           float64   // of one unit, over stores by their usual units
	MaxDepth             float64   // deepest observed
	Featured, Displayed  bool      // whether ever observed
	Beliefs              []Belief

	model   *Model
	item    int
	crowded []crowded
}

// Belief is one draw of an item's response.
type Belief struct {
	coef []float64 // in the order of [responses]
}

// crowded is a neighbour in one store, and what the item weighs among the
// others there.
type crowded struct{ share, profit, weight, now, later float64 }

// Responses returns the response of the items of plan p, whose offers play no
// part; draws of each from its posterior, or its mean alone when draws is 0.
// Stores, horizon, traffic and margins are the plan's, errors those of
// [Model.WhatIf].
func (m *Model) Responses(p Plan, draws int, rng *rand.Rand) ([]Response, error) {
	p.Offers = nil
	q, err := m.check(p)
	if err != nil {
		return nil, err
	}
	out := make([]Response, len(q.items))
	for n, i := range q.items {
		it := &m.items[i]
		r := &out[n]
		*r = Response{Item: it.ID, Name: it.Name, Category: it.Category, MaxDepth: it.maxDepth, model: m, item: i,
			Featured: it.seen&featured != 0, Displayed: it.seen&displayed != 0, Units: make([]float64, q.weeks)}
		r.sum(q)
		mean := make([]float64, len(responses))
		for a, j := range responses {
			mean[a] = it.coef[j]
		}
		if draws == 0 {
			r.Beliefs = []Belief{{mean}}
		}
		l := spread(it.cov, len(responses))
		z := make([]float64, len(responses))
		for range draws {
			for a := range z {
				z[a] = rng.NormFloat64()
			}
			b := make([]float64, len(responses))
			for a := range b {
				b[a] = mean[a] + dot(l[a*len(responses):][:a+1], z)
			}
			b[0] = min(b[0], -0.05)
			b[5] = min(b[5], 0)
			r.Beliefs = append(r.Beliefs, Belief{b})
		}
	}
	return out, nil
}

// spread is the Cholesky factor of the matrix with lower triangle c, n×n.
func spread(c []float64, n int) []float64 {
	for ridge := 0.0; ; ridge = max(10*ridge, 1e-9) {
		l, at := make([]float64, n*n), 0
		for a := range n {
			for b := range a + 1 {
				l[a*n+b] = c[at]
				at++
			}
			l[a*n+a] += ridge
		}
		if linear.Cholesky(l, n) {
			return l
		}
	}
}

// sum adds up the stores of q.
func (r *Response) sum(q *planned) {
	m, i := r.model, r.item
	it := &m.items[i]
	var weight float64
	season := make([]float64, q.weeks)
	for w := range season {
		season[w] = m.season(it, w)
	}
	for _, store := range q.stores {
		n := m.bySeries[i*len(m.stores)+store]
		if n < 0 {
			continue
		}
		r.Stores++
		s := &m.series[n]
		level := math.Exp(s.level) * (1 + q.Traffic)
		for w, x := range season {
			if w < m.lags {
				x *= s.after[w]
			}
			r.Units[w] += level * x
		}
		weight += s.share
		r.Base += s.share * s.base
		r.Cost += s.share * m.cost(q, i, s)
		r.neighbours(q, store, s)
	}
	if weight > 0 {
		r.Base, r.Cost = r.Base/weight, r.Cost/weight
	}
	for n := range r.crowded {
		r.crowded[n].share /= weight
	}
}

// cost of one unit of item i in a store.
func (m *Model) cost(q *planned, i int, s *seriesModel) float64 {
	cost := m.items[i].Cost
	if x := q.margin[i]; x == x {
		cost = s.base * (1 - x)
	}
	return cost * (1 + q.CostChange)
}

// neighbours notes the other items of the category in a store where the item
// sells as own.
func (r *Response) neighbours(q *planned, store int, own *seriesModel) {
	m := r.model
	members, total := m.members[m.group[r.item]], 0.0
	for _, j := range members {
		if n := m.bySeries[j*len(m.stores)+store]; n >= 0 {
			total += m.series[n].share
		}
	}
	for _, j := range members {
		n := m.bySeries[j*len(m.stores)+store]
		if j == r.item || n < 0 {
			continue
		}
		s := &m.series[n]
		rest := total - s.share
		if rest <= 1e-9*total {
			continue
		}
		r.crowded = append(r.crowded, crowded{share: s.share, profit: s.base - m.cost(q, j, s), weight: own.share / rest,
			now: m.items[j].coef[xPull], later: m.items[j].coef[xPast]})
	}
}

// Lift is the factor on units of a week with that offer. Beyond the deepest
// discount observed it goes on with the category's slope.
func (r *Response) Lift(b Belief, depth float64, feature, display bool) float64 {
	x, edge := math.Log1p(-depth), math.Log1p(-r.MaxDepth)
	y := b.coef[0] * max(x, edge)
	if x < edge {
		y += r.model.slope[r.model.group[r.item]].mean * (x - edge)
	}
	if feature {
		y += b.coef[1]
	}
	if display {
		y += b.coef[2]
	}
	return math.Exp(y)
}

// Dip is the factor on units of the week that is so many weeks, from 1 to
// Lags, after one with that depth.
func (r *Response) Dip(b Belief, weeks int, depth float64) float64 {
	return math.Exp(b.coef[5] * faded[weeks] * -math.Log1p(-depth))
}

// Lags is how many weeks a promotion is remembered.
func (r *Response) Lags() int { return r.model.lags }

// Taken is the profit that the item's neighbours lose to an offer, in its week
// and in those after it, for each unit that the item sells without promotion,
// at their base prices and usual units.
func (r *Response) Taken(depth float64, feature, display bool) float64 {
	it := &r.model.items[r.item]
	up := r.Lift(Belief{[]float64{it.coef[xPrice], it.coef[xFeature], it.coef[xDisplay]}}, depth, feature, display) - 1
	sum := 0.0
	for _, c := range r.crowded {
		pull := math.Log1p(c.weight * up)
		sum -= c.share * c.profit * math.Expm1(c.now*pull)
		for l := 1; l <= r.model.lags; l++ {
			sum -= c.share * c.profit * math.Expm1(c.later*faded[l]*pull)
		}
	}
	return sum
}
