package shop

import (
	"math"
	"testing"
)

// weekly returns the units of every product that sells by week.
func weekly(s *Shop) map[string][]float64 {
	out := map[string][]float64{}
	date, product, quantity := s.Transactions.Column("date"), s.Transactions.Column("product_id"), s.Transactions.Column("quantity")
	for i, q := range quantity.Num {
		id := product.Cell(i)
		if out[id] == nil {
			out[id] = make([]float64, s.Config.Weeks)
		}
		out[id][int(date.Num[i]-float64(s.Config.Start.Unix()))/(7*86400)] += q
	}
	return out
}

// poissonFit regresses y on the rows of x by iterated least squares, and
// returns the coefficients and their quasi-Poisson standard errors.
func poissonFit(x [][]float64, y []float64) (beta, se []float64) {
	p := len(x[0])
	beta = make([]float64, p)
	mean := 0.
	for _, v := range y {
		mean += v / float64(len(y))
	}
	beta[0] = math.Log(mean)
	var inv [][]float64
	pearson := 0.
	for range 25 {
		a := make([][]float64, p) // [X'WX | X'(y-mu) | I]
		for i := range a {
			a[i] = make([]float64, 2*p+1)
			a[i][p+1+i] = 1
		}
		pearson = 0
		for r, row := range x {
			eta := 0.
			for i, v := range row {
				eta += v * beta[i]
			}
			mu := math.Exp(math.Min(eta, 20))
			pearson += (y[r] - mu) * (y[r] - mu) / mu
			for i, v := range row {
				for j, w := range row {
					a[i][j] += mu * v * w
				}
				a[i][p] += v * (y[r] - mu)
			}
		}
		for i := range p {
			a[i][i] += 1e-9
			d := a[i][i]
			for j := range a[i] {
				a[i][j] /= d
			}
			for k := range p {
				if f := a[k][i]; k != i {
					for j := range a[k] {
						a[k][j] -= f * a[i][j]
					}
				}
			}
		}
		inv = a
		for i := range p {
			beta[i] += a[i][p]
		}
	}
	se = make([]float64, p)
	over := math.Max(1, pearson/float64(len(y)-p))
	for i := range se {
		se[i] = math.Sqrt(over * inv[i][p+1+i])
	}
	return beta, se
}

// TestIdentified fits each of the best sellers alone and expects the truth
// back: the promotions must identify it.
func TestIdentified(t *testing.T) {
	s, err := Generate(t.Context(), Config{Active: 300, Products: 1000, Promotions: 3000, Events: 1000, Customers: 2000}, seeded(5), nil)
	if err != nil {
		t.Fatal(err)
	}
	units, first := weekly(s), float64(s.Config.Start.Unix())
	state := map[string][]offer{}
	p := s.Promotions
	for i := range p.Rows() {
		id := p.Column("product_id").Cell(i)
		if state[id] == nil {
			state[id] = make([]offer, s.Config.Weeks)
		}
		from, to := (p.Column("start_date").Num[i]-first)/(7*day), (p.Column("end_date").Num[i]-first)/(7*day)
		for w := int(from); w <= int(to) && w < s.Config.Weeks; w++ {
			state[id][w] = offer{depth: p.Column("depth").Num[i], feature: p.Column("feature").Num[i] == 1, display: p.Column("display").Num[i] == 1}
		}
	}
	season := map[string][]float64{}
	for _, x := range s.Truth.Season {
		season[x.Category] = x.Factor
	}
	var wrong, covered, bias, n float64
	for _, it := range s.Truth.Items[:30] {
		var x [][]float64
		for w, o := range state[it.Product] {
			before := 0.
			for l := 1; l <= min(4, w); l++ {
				before += state[it.Product][w-l].depth
			}
			x = append(x, []float64{1, math.Log(1 - o.depth), b2f(o.feature), b2f(o.display), math.Log(season[it.Category][w%52]), before})
		}
		beta, se := poissonFit(x, units[it.Product])
		off := (beta[1] - it.Elasticity) / -it.Elasticity
		wrong, bias, n = wrong+math.Abs(off), bias+off, n+1
		if math.Abs(beta[1]-it.Elasticity) < 1.645*se[1] {
			covered++
		}
	}
	if wrong/n > .15 || math.Abs(bias/n) > .1 || covered/n < .75 {
		t.Errorf("elasticities off by %.3f of their size, bias %.3f, 90 %% intervals cover %.2f", wrong/n, bias/n, covered/n)
	}
}
