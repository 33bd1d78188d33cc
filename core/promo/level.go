package promo

import (
	"math"

	"shoptwin/core"
)

// settle solves the level of series s for the present effects, by three
// Newton steps from the ratio of sums; NaN without a single unit.
func (f *fitted) settle(s int) {
	p, d, k := f.d.p, f.d, f.d.k
	i := int(p.series[s].item)
	b, alpha := f.coef[i*k:(i+1)*k], f.alpha[i]
	x := make([]float64, k)
	rate, units := make([]float64, 0, d.cut), make([]float64, 0, d.cut)
	sumRate, sumUnits := 0.0, 0.0
	for w := range d.cut {
		if y := float64(p.units[s*p.weeks+w]); y == y {
			d.row(x, s, w)
			r := math.Exp(min(max(dot(x, b), -8), 8))
			rate, units = append(rate, r), append(units, y)
			sumRate, sumUnits = sumRate+r, sumUnits+y
		}
	}
	f.level[s] = math.NaN()
	if sumUnits == 0 {
		return
	}
	level := math.Log(sumUnits / sumRate)
	for range 3 {
		scale := math.Exp(level)
		g, h := 0.0, 0.0
		for t, r := range rate {
			mu := scale * r
			wt := mu / (1 + alpha*mu)
			g += wt * (units[t] - mu) / mu
			h += wt
		}
		level += min(max(g/h, -1), 1)
	}
	f.level[s] = level
}

// How much the recent weeks must tell before a level follows them half way:
// an item's level moves by about a tenth in a season (1/0.1² = 100), a
// series' about its item's by a fifth (1/0.2² = 25). Chosen on weeks 79 to
// 130 of a panel whose last weeks are the published test; the result is the
// same within 1 % from 10 to 60.
const (
	itemTrust   = 100
	seriesTrust = 25
)

// recent moves levels to where the last weeks were: first the item's over all
// stores, then the series'. Residuals count half after halfLife weeks, and
// are drawn to none as if by the noise of alpha and Poisson.
func (f *fitted) recent(first []int, halfLife float64) {
	p, d, k := f.d.p, f.d, f.d.k
	decay := math.Exp2(-1 / halfLife)
	weeks := make([]float64, d.cut)
	for w := range weeks {
		weeks[w] = math.Pow(decay, float64(d.cut-1-w))
	}
	core.Parallel(len(p.items), func(i int) {
		b, alpha := f.coef[i*k:(i+1)*k], f.alpha[i]
		x := make([]float64, k)
		n := first[i+1] - first[i]
		units, expected, info := make([]float64, n), make([]float64, n), make([]float64, n)
		var allUnits, allExpected, allInfo float64
		for s := first[i]; s < first[i+1]; s++ {
			if math.IsNaN(f.level[s]) {
				continue
			}
			for w := range d.cut {
				y := float64(p.units[s*p.weeks+w])
				if y != y || weeks[w] < 1e-4 {
					continue
				}
				d.row(x, s, w)
				mu := math.Exp(f.level[s] + dot(x, b))
				q := weeks[w] / (1 + alpha*mu)
				units[s-first[i]] += q * y
				expected[s-first[i]] += q * mu
				info[s-first[i]] += weeks[w] * mu / (1 + alpha*mu)
			}
			allUnits += units[s-first[i]]
			allExpected += expected[s-first[i]]
			allInfo += info[s-first[i]]
		}
		if allExpected == 0 {
			return
		}
		shift := math.Log((allUnits+1e-3)/(allExpected+1e-3)) * allInfo / (allInfo + itemTrust*f.phi[i])
		scale := math.Exp(shift)
		for s := first[i]; s < first[i+1]; s++ {
			if math.IsNaN(f.level[s]) || expected[s-first[i]] == 0 {
				continue
			}
			j := s - first[i]
			own := math.Log((units[j] + 0.1) / (scale*expected[j] + 0.1))
			f.level[s] += shift + own*info[j]/(info[j]+seriesTrust)
		}
	})
}
