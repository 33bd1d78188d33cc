package simulate

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/linear"
)

// Units draws weekly units of products in stores: Poisson about a log-linear
// answer to price, feature, display, the discounts of two weeks before, season
// and trend, each item's effects being drawn towards its category's. Beyond
// that, products miss as they missed in weeks that a fit had not seen: by a
// factor that stays, and by one that is new every week.
type Units struct {
	sales *Sales
	cut   int // weeks that were learned from
	coef  [][]float64
	level []float64 // by series: ln units at usual price; NaN is not sold

	lasting []float64    // ln of factors that stay, one product each
	weekly  [2][]float64 // ln of a week's factors, without and with promotion
	lumps   float64      // variance over mean of a cell, at least 1
}

const (
	effects   = 5 // price, feature, display, two lags
	harmonic  = 3
	unitTerms = effects + 2*harmonic + 1
	half      = 13. // weeks after which a miss counts half in a level
)

// FitUnits learns from the weeks before cut; the last 26 of these (a quarter,
// where there are few) teach how far a forecast misses. O(cells × effects²).
func FitUnits(ctx context.Context, s *Sales, cut int) (*Units, error) {
	if cut < 40 || cut > s.weeks {
		return nil, core.Errorf(core.Invalid, "%d of %d weeks are to be learned from", cut, s.weeks).WithHint("learn from at least 40 weeks")
	}
	ahead := min(26, cut/4)
	early := s.fitMeans(cut - ahead)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	u := s.fitMeans(cut)
	early.misses(ahead)
	u.lasting, u.weekly, u.lumps = early.lasting, early.weekly, early.lumps
	return u, ctx.Err()
}

// terms fills x with the effects of week w.
func (s *Sales) terms(x []float64, q *series, w, cut int) {
	x[0], x[1], x[2], x[3], x[4] = q.off[w], q.feature[w], q.display[w], 0, 0
	for l := 1; l <= 2; l++ {
		if w >= l && q.off[w-l] == q.off[w-l] {
			x[2+l] = q.off[w-l]
		}
	}
	for k := range harmonic {
		sin, cos := math.Sincos(2 * math.Pi * float64(k+1) * (s.start/7 + float64(w)) / 52.18)
		x[effects+2*k], x[effects+2*k+1] = sin, cos
	}
	x[unitTerms-1] = math.Min(0, float64(w-cut)/52.18) // the trend stops at the cut
}

// fitMeans fits expected units by penalised Poisson regression with a level
// for each series.
func (s *Sales) fitMeans(cut int) *Units {
	u := &Units{sales: s, cut: cut, level: make([]float64, len(s.series))}
	byItem := make([][]int, len(s.items))
	for n, q := range s.series {
		sum, k := .0, .0
		for _, y := range q.units[:cut] {
			if y == y {
				sum, k = sum+y, k+1
			}
		}
		u.level[n] = math.NaN()
		if sum > 0 {
			u.level[n] = math.Log(sum / k)
			byItem[q.item] = append(byItem[q.item], n)
		}
	}
	groups := slices.Max(s.category) + 1
	prior := make([][]float64, groups)
	for g := range prior {
		prior[g] = make([]float64, unitTerms)
		copy(prior[g], []float64{2, .3, .3, -.1, -.05})
	}
	for range s.items {
		u.coef = append(u.coef, make([]float64, unitTerms))
	}
	for i := range u.coef {
		copy(u.coef[i], prior[s.category[i]])
	}
	for round := range 12 {
		core.Parallel(len(s.items), func(i int) { u.improve(i, byItem[i], prior[s.category[i]]) })
		if round < 3 {
			continue
		}
		for g := range prior {
			sum, n := make([]float64, unitTerms), 0.0
			for i, c := range u.coef {
				if s.category[i] == g && len(byItem[i]) > 0 {
					n++
					for j, x := range c {
						sum[j] += x
					}
				}
			}
			for j := range sum {
				if n > 0 {
					prior[g][j] = sum[j] / n
				}
			}
		}
	}
	u.recent()
	return u
}

// improve takes one step of Newton's method for an item and its levels.
func (u *Units) improve(i int, of []int, prior []float64) {
	s, c := u.sales, u.coef[i]
	// Twenty weeks of a middling store are worth what the category says.
	const firm = 30
	g, h := make([]float64, unitTerms), make([]float64, unitTerms*unitTerms)
	x := make([]float64, unitTerms)
	for j := range c {
		g[j] = -firm * (c[j] - prior[j])
		h[j*unitTerms+j] = firm
	}
	for _, n := range of {
		q := &s.series[n]
		sum, got := 0.0, 0.0
		mean := make([]float64, unitTerms)
		for w := range u.cut {
			if q.units[w] != q.units[w] {
				continue
			}
			s.terms(x, q, w, u.cut)
			mu := math.Exp(math.Min(20, u.level[n]+dot(x, c)))
			// Single weeks miss by a third whatever their size: counts weigh
			// less than Poisson's where there are many.
			v := mu / (1 + .1*mu)
			sum += v
			got += v / mu * (q.units[w] - mu)
			for j, a := range x {
				mean[j] += v * a
				g[j] += a * v / mu * (q.units[w] - mu)
				for k, b := range x[:j+1] {
					h[j*unitTerms+k] += v * a * b
				}
			}
		}
		if sum <= 0 {
			continue
		}
		for j := range mean {
			g[j] -= mean[j] * got / sum
			for k := range j + 1 {
				h[j*unitTerms+k] -= mean[j] * mean[k] / sum
			}
		}
		u.level[n] += math.Max(-1, math.Min(1, got/sum))
	}
	if !linear.Cholesky(h, unitTerms) {
		return // of numbers beyond all measure: what is firm makes it definite
	}
	linear.Solve(h, g, unitTerms)
	for j := range c {
		c[j] += math.Max(-.5, math.Min(.5, g[j]))
	}
}

// recent moves levels towards what sold last.
func (u *Units) recent() {
	x := make([]float64, unitTerms)
	for n := range u.level {
		q := &u.sales.series[n]
		got, want := 2., 2.
		for w := range u.cut {
			if y := q.units[w]; y == y && u.level[n] == u.level[n] {
				k := math.Exp2(-float64(u.cut-w) / half)
				got += k * y
				want += k * u.mean(n, w, x)
			}
		}
		u.level[n] += math.Log(got / want)
	}
}

// mean is the expected units of a cell.
func (u *Units) mean(n, w int, x []float64) float64 {
	q := &u.sales.series[n]
	u.sales.terms(x, q, w, u.cut)
	return math.Exp(math.Min(20, u.level[n]+dot(x, u.coef[q.item])))
}

// misses learns from the weeks after the cut how far products were off.
func (u *Units) misses(ahead int) {
	s := u.sales
	x := make([]float64, unitTerms)
	square, cells := 0.0, 0.0
	for i := range s.items {
		var miss []float64
		var state []int
		for w := u.cut; w < u.cut+ahead; w++ {
			got, want, promoted := 0.0, 0.0, 0.0
			for n := range s.series {
				q := &s.series[n]
				if q.item != i || q.units[w] != q.units[w] || u.level[n] != u.level[n] {
					continue
				}
				mu := u.mean(n, w, x)
				got, want = got+q.units[w], want+mu
				if q.off[w] > .05 || q.feature[w] > 0 || q.display[w] > 0 {
					promoted += mu
				}
			}
			if want > 0 {
				miss, state = append(miss, math.Log((got+1)/(want+1))), append(state, int(b2f(promoted > .1*want)))
				// What a cell misses by, beside its product's week.
				f := (got + 1) / (want + 1)
				for n := range s.series {
					q := &s.series[n]
					if q.item == i && q.units[w] == q.units[w] && u.level[n] == u.level[n] {
						mu := math.Max(.1, f*u.mean(n, w, x))
						square += (q.units[w] - mu) * (q.units[w] - mu) / mu
						cells++
					}
				}
			}
		}
		if len(miss) < 4 {
			continue
		}
		lasting := meanOf(miss)
		u.lasting = append(u.lasting, lasting)
		for k, m := range miss {
			u.weekly[state[k]] = append(u.weekly[state[k]], m-lasting)
		}
	}
	for k := range u.weekly {
		if len(u.weekly[k]) < 20 {
			u.weekly[k] = append(slices.Clone(u.weekly[0]), u.weekly[1]...)
		}
	}
	u.lumps = math.Max(1, square/math.Max(1, cells))
}

// drawn is one simulated cell.
func (u *Units) drawn(mean float64, rng *rand.Rand) float64 {
	// Lumps of units, each bought by chance.
	return math.Round(u.lumps * float64(poissonOf(mean/u.lumps, rng)))
}

// poissonOf draws from a Poisson distribution of any mean.
func poissonOf(mean float64, rng *rand.Rand) int {
	if mean > 40 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*rng.NormFloat64())))
	}
	x, term := rng.Float64(), math.Exp(-mean)
	for k := 0; ; k++ {
		if x -= term; x < 0 || k > 400 {
			return k
		}
		term *= mean / float64(k+1)
	}
}

func dot(a, b []float64) (sum float64) {
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}
