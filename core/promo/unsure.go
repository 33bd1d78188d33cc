package promo

import (
	"math"

	"shoptwin/core/linear"
)

// common returns what is not known about each category's mean effects: by
// category, the covariance of the responses (lower triangle by rows).
//
// An item's own covariance holds its category's mean for known. Where items
// tell little of themselves all of them lean on that mean and err together,
// which a sum over items must count. With V the items' covariances and T the
// diagonal of tau, the mean's precision is that of its prior and, from each
// item, T⁻¹-T⁻¹VT⁻¹ (the two-level normal model; Gelman et al., Bayesian Data
// Analysis, 3rd ed., 15.3). The prior's variance has that of the pooled mean.
func (f *fitted) common() []float64 {
	k := f.d.k
	info := make([]float64, f.groups*k*k)
	for i, g := range f.group {
		v := f.cov[i*k*k : (i+1)*k*k]
		for a := range k {
			for b := range k {
				info[(g*k+a)*k+b] -= v[a*k+b] / (f.tau[a] * f.tau[b])
			}
			info[(g*k+a)*k+a] += 1 / f.tau[a]
		}
	}
	prior := make([]float64, k)
	for j := range prior {
		known := 1 / (priors[j].sd * priors[j].sd)
		for g := range f.groups {
			if own := info[(g*k+j)*k+j]; own > 0 {
				known += 1 / (f.omega[j] + 1/own)
			}
		}
		prior[j] = f.omega[j] + 1/known
	}
	out := make([]float64, 0, f.groups*triangle(len(responses)))
	for g := range f.groups {
		a := info[g*k*k : (g+1)*k*k]
		for j, v := range prior {
			a[j*k+j] += 1 / v
		}
		if !linear.Cholesky(a, k) { // rounding: then the prior says it
			clear(a)
			for j, v := range prior {
				a[j*k+j] = 1 / math.Sqrt(v)
			}
		}
		linear.InvertLower(a, k)
		for n, ra := range responses {
			for _, rb := range responses[:n+1] {
				sum := 0.0
				for r := max(ra, rb); r < k; r++ {
					sum += a[r*k+ra] * a[r*k+rb]
				}
				out = append(out, sum)
			}
		}
	}
	return out
}

// triangle is the number of cells in the lower triangle of n rows.
func triangle(n int) int { return n * (n + 1) / 2 }

// quadratic is x'Cx of the symmetric C with lower triangle c.
func quadratic(c, x []float64) float64 {
	sum, n := 0.0, 0
	for a := range x {
		for b := range a {
			sum += 2 * x[a] * x[b] * c[n]
			n++
		}
		sum += x[a] * x[a] * c[n]
		n++
	}
	return max(sum, 0)
}

// luck is the variance of r's net change in each measure, less other's when
// that is not nil, that does not come of the response (see [Model.lots]) and is
// not drawn. What two plans share they share: the same luck of the same offer,
// the same weeks.
//
// It holds weeks that turn out better or worse (a change scales with what would
// have sold: a good week gives more away), for all items and for single ones,
// how promotions turn out beyond regular weeks, as far as the response's own
// spread does not tell it, and offers outside what was observed.
func (r *run) luck(other *run) (v [measures]float64) {
	m, sp := r.m, &r.m.cal.spreads
	lasting := max(sp.Item[1]-sp.Item[0], 0)
	work, weeks := r.work, r.q.weeks
	if other != nil {
		for _, i := range other.work {
			if r.local[i] < 0 {
				work = append(work[:len(work):len(work)], i)
			}
		}
		weeks = max(weeks, other.q.weeks)
	}
	for _, i := range work {
		own, all := r.lucky(i, weeks, other)
		for j := range v {
			var grad [len(responses)]float64
			r.gradient(i, j, 1, &grad)
			other.gradient(i, j, -1, &grad)
			v[j] += own[j] + max(all[j]*all[j]*lasting-quadratic(m.items[i].cov, grad[:]), 0)
		}
	}
	for w := range weeks {
		a, b := r.week(w), other.week(w)
		for j := range v {
			d := a[j] - b[j]
			v[j] += d * d * sp.Week[0]
		}
	}
	return v
}

// gradient adds sign times that of item i's net in measure j, by its
// responses, to grad.
func (r *run) gradient(i, j int, sign float64, grad *[len(responses)]float64) {
	if r == nil || r.local[i] < 0 {
		return
	}
	for n := range r.kinds[r.local[i]] {
		t := &r.kinds[r.local[i]][n]
		s := &t.moments[j]
		grad[0] += sign * s[0] * t.r
		grad[1] += sign * s[0] * t.feature
		grad[2] += sign * s[0] * t.display
		grad[3] += sign * s[1]
		grad[4] += sign * s[2]
		grad[5] += sign * s[3]
	}
}

// lucky returns the variance of how item i's weeks and single promotions turn
// out, and the sum of the latter's values.
func (r *run) lucky(i, weeks int, other *run) (v, all [measures]float64) {
	sp := &r.m.cal.spreads
	excess := max(sp.ItemWeek[1]-sp.ItemWeek[0], 0.1*sp.ItemWeek[1])
	turn := sp.ItemWeek[0] + sp.Cell[0]*r.concentration(i)
	var none spot
	for w := range weeks {
		s, o := r.spot(i, w), other.spot(i, w)
		if s == nil {
			s = &none
		}
		if o == nil {
			o = &none
		}
		for j := range v {
			d, e := s.net[j]-o.net[j], s.event[j]-o.event[j]
			v[j] += d*d*turn + e*e*excess
			all[j] += e
			if s.beyond+o.beyond > 0 {
				g := s.event[j]*math.Sqrt(s.beyond) - o.event[j]*math.Sqrt(o.beyond)
				v[j] += g * g
			}
		}
	}
	return v, all
}

// concentration is the sum of squared shares of the plan's stores in item i:
// how much of what single stores are lucky by remains in their sum.
func (r *run) concentration(i int) float64 {
	m := r.m
	sum, squares := 0.0, 0.0
	for _, s := range r.q.stores {
		if n := m.bySeries[i*len(m.stores)+s]; n >= 0 {
			x := m.series[n].share
			sum, squares = sum+x, squares+x*x
		}
	}
	if sum <= 0 {
		return 1
	}
	return squares / (sum * sum)
}

// week is the net change in week w, fixed cost apart.
func (r *run) week(w int) (net [measures]float64) {
	if r != nil && w < r.q.weeks {
		net = r.weekly[w]
	}
	return net
}

// Comparison is how much better one plan is than another: the difference of
// their changes, with the chance that it is above 0.
type Comparison struct {
	Change Difference `json:"change"` // units
	Sales  Difference `json:"sales"`  // money
	Profit Difference `json:"profit"` // money
}

// Difference of two plans in one measure.
type Difference struct {
	Net    Interval `json:"net"`
	Chance float64  `json:"chance"` // that Net is above 0, in [0, 1]
}

// Compare says how much more plan p brings than plan than. Both stand on the
// same response and meet the same weeks, so their difference is surer than
// either. Plans alike differ by nothing, with a chance of 0. Errors are those
// of [Model.WhatIf]; it costs as much as two of it.
func (m *Model) Compare(p, than Plan) (*Comparison, error) {
	return m.Trial().Compare(p, than)
}

// beside is what a plan changes more than another.
func (a *run) beside(b *run) *Comparison {
	var out [measures]Difference
	luck := a.luck(b)
	for j := range out {
		out[j].Net, out[j].Chance = bandOfDraws(a.drawnNet(j, b, luck[j]))
	}
	return &Comparison{out[inUnits], out[inSales], out[inProfit]}
}
