package policy

import (
	"math"
	"slices"
)

// means replaces q and worth of the folds in which shrunken means of actions
// make DR err less, by the other folds' weighted squares of what is left of
// rewards: the part of its variance that a model can take away (Farajtabar,
// Chow and Ghavamzadeh, 2018).
func (l *Log) means(target Target, folds int, m *rewards, worth []float64) {
	n := len(l.Action)
	q, v := make([]float64, n), make([]float64, n)
	for f := range folds {
		mean := l.actionMeans(f, folds)
		for i := f; i < n; i += folds {
			q[i] = mean[l.Action[i]]
			for a, p := range target[i*l.Actions : (i+1)*l.Actions] {
				v[i] += p * mean[a]
			}
		}
	}
	loss := make([][2]float64, folds)
	for i := range n {
		w := target[i*l.Actions+l.Action[i]] / l.Propensity[i]
		a, b := w*(l.Reward[i]-m.q[i]), w*(l.Reward[i]-q[i])
		loss[i%folds][0] += a * a
		loss[i%folds][1] += b * b
	}
	better := 0
	for f := range folds {
		var trees, means float64
		for g, x := range loss {
			if g != f {
				trees, means = trees+x[0], means+x[1]
			}
		}
		if means >= trees {
			continue
		}
		better++
		for i := f; i < n; i += folds {
			m.q[i], worth[i] = q[i], v[i]
		}
	}
	if better*2 > folds {
		m.name = "means"
	}
}

// actionMeans returns each action's mean reward outside fold f, drawn to the
// mean of all as far as means differ by chance (empirical Bayes).
func (l *Log) actionMeans(f, folds int) []float64 {
	sum, count := make([]float64, l.Actions), make([]float64, l.Actions)
	var all, squares, n float64
	for i, a := range l.Action {
		if i%folds != f || folds == 1 {
			y := l.Reward[i]
			sum[a], count[a] = sum[a]+y, count[a]+1
			all, squares, n = all+y, squares+y*y, n+1
		}
	}
	mean := all / max(n, 1)
	within := squares/max(n, 1) - mean*mean // variance of a reward
	var between, spread float64             // of means about the mean of all, beyond chance
	for a, c := range count {
		if c > 0 {
			d := sum[a]/c - mean
			between += c * d * d
			spread += c - c*c/n
		}
	}
	between = (between - float64(l.Actions-1)*within) / max(spread, 1e-300)
	for a, c := range count {
		trust := 0.0
		if between > 0 {
			trust = c * between / (c*between + within)
		}
		own := mean
		if c > 0 {
			own = sum[a] / c
		}
		sum[a] = mean + trust*(own-mean)
	}
	return sum
}

// normalised is DR whose weights of what a model leaves are over their sum,
// which they are only on average (Robins, Sued, Lei-Gomez and Rotnitzky, 2007).
func (m *rewards) normalised(weight []float64) series {
	left := make([]float64, len(weight))
	for i := range left {
		left[i] = m.robust[i] - m.value[i]
	}
	return series{method: "sndr", x: left, by: weight, plus: m.value}
}

// held returns switch and DRos, and which of them and DR the log says is
// nearest to the truth. Switch trusts weights up to a bound alone; DRos makes
// w into λw/(w²+λ). Bounds are chosen among quantiles of the weights by the
// least sum of the variance and the squared mean of what is left out.
func (m *rewards) held(weight, reward []float64) (out []series, best string) {
	n := float64(len(weight))
	sorted := slices.Clone(weight)
	slices.Sort(sorted)
	error2 := func(x []float64) float64 {
		var sum, squares, left float64
		for i, v := range x {
			sum, squares = sum+v/n, squares+v*v/n
			left += (m.robust[i] - v) / n
		}
		return (squares-sum*sum)/n + left*left
	}
	least := error2(m.robust)
	best = "dr"
	for _, of := range []struct {
		name string
		hold func(w, bound float64) float64
	}{
		{"switch", func(w, bound float64) float64 {
			if w > bound {
				return 0
			}
			return w
		}},
		{"dros", func(w, bound float64) float64 { return w * bound * bound / (w*w + bound*bound) }},
	} {
		s := series{method: of.name}
		lowest := math.Inf(1)
		for _, quantile := range []float64{0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 1} {
			bound := max(sorted[int(quantile*(n-1))], 1e-12)
			x := make([]float64, len(weight))
			for i, w := range weight {
				// What DR adds to the model's value is weight times what is left.
				left := reward[i] - m.q[i]
				x[i] = m.robust[i] + (of.hold(w, bound)-w)*left
			}
			if e := error2(x); e < lowest {
				lowest, s.x = e, x
			}
		}
		out = append(out, s)
		if lowest < least {
			least, best = lowest, of.name
		}
	}
	return out, best
}
