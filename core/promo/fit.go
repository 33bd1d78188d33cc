package promo

import (
	"context"
	"math"

	"shoptwin/core"
	"shoptwin/core/linear"
)

// fitted is what was learned from the weeks before cut: units of series s in
// week w are expected to be exp(level[s] + coef of its item · row).
type fitted struct {
	d     *design
	coef  []float64 // item*k
	vars  []float64 // item*k: posterior variances
	cov   []float64 // item*k*k: posterior covariances, after the last round
	alpha []float64 // by item: variance of units is mu + alpha mu²
	phi   []float64 // by item: variance of item-weeks over that of independent cells
	level []float64 // by series; NaN without units in history

	group  []int
	groups int
	mean   []float64 // category*k: where the items' effects are drawn to
	pooled []float64 // k: where the categories' are drawn to
	size   []float64 // by item: its place among the category's, see [fitted.sizes]
	bySize float64   // how the neighbours' pull changes with it
	tau    []float64 // k: variance of items about their category
	omega  []float64 // k: variance of categories about the pooled
	sure   []float64 // category*k: posterior variances of the means
}

// prior is where an effect starts, how far items may differ at first, and
// which signs make sense: +1, -1, or 0 for both.
type prior struct {
	mean, sd float64
	sign     int
}

var priors = [effects]prior{
	xPrice:   {-2, 0.7, -1},
	xBase:    {-1, 0.5, 0},
	xFeature: {0.2, 0.3, 1},
	xDisplay: {0.2, 0.3, 1},
	xPull:    {-0.2, 0.3, -1},   // neighbours are drawn to, this is left
	xPast:    {-0.03, 0.05, -1}, // what was bought of them is still at home
	xLag:     {-0.05, 0.1, -1},
	xSeason:  {0, 0.1, 0}, {0, 0.1, 0}, {0, 0.1, 0}, {0, 0.1, 0}, {0, 0.1, 0}, {0, 0.1, 0},
	xTrend: {0, 0.15, 0},
}

// fit learns by iteratively reweighted least squares on the quasi-likelihood
// with log link and variance mu + alpha mu² (Poisson where counts are small,
// constant relative error where they are large), series levels profiled out.
// Items' effects are normal about their category's, and these about the
// pooled ones (empirical Bayes).
func fit(ctx context.Context, d *design, cfg Config, report func(core.Progress)) (*fitted, error) {
	p, k := d.p, d.k
	f := &fitted{d: d,
		coef: make([]float64, len(p.items)*k), vars: make([]float64, len(p.items)*k), cov: make([]float64, len(p.items)*k*k),
		alpha: make([]float64, len(p.items)), phi: make([]float64, len(p.items)),
		level: make([]float64, len(p.series)),
		tau:   make([]float64, k), omega: make([]float64, k), pooled: make([]float64, k),
	}
	f.group, f.groups = p.groups()
	f.mean = make([]float64, f.groups*k)
	for j, q := range priors {
		f.pooled[j], f.tau[j], f.omega[j] = q.mean, q.sd*q.sd, q.sd*q.sd/2
		for g := range f.groups {
			f.mean[g*k+j] = q.mean
		}
		for i := range p.items {
			f.coef[i*k+j] = q.mean
		}
	}
	first := f.firstSeries()
	f.sizes(first)
	work := make([]itemWork, len(p.items))
	for i := range work {
		work[i] = itemWork{h: make([]float64, k*k), rhs: make([]float64, k)}
		f.alpha[i], f.phi[i] = 0.1, 1
	}
	d.pulls(f.coef)
	core.Parallel(len(p.series), f.settle)
	for round := range cfg.Rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		core.Parallel(len(p.items), func(i int) { f.normal(i, first[i], first[i+1], &work[i]) })
		f.dispersion(work)
		for range 3 {
			f.shrink(work)
		}
		f.update(first)
		d.pulls(f.coef)
		if report != nil {
			report(core.Progress{Stage: "fit", Done: int64(round + 1), Total: int64(cfg.Rounds), Unit: "rounds"})
		}
	}
	core.Parallel(len(p.series), f.settle)
	f.recent(first, cfg.HalfLife)
	return f, nil
}

// itemWork is what one round learns from one item's cells.
type itemWork struct {
	h   []float64 // k*k: weighted cross products about the series' means
	rhs []float64 // h·coef + score

	n                int
	over, squares    float64 // moments of alpha
	clustered, plain float64 // moments of phi
}

func (f *fitted) firstSeries() []int {
	p := f.d.p
	first := make([]int, len(p.items)+1)
	for _, k := range p.series {
		first[k.item+1]++
	}
	for i := range p.items {
		first[i+1] += first[i]
	}
	return first
}

// normal sums the normal equations of item i, its series being lo to hi.
func (f *fitted) normal(i, lo, hi int, work *itemWork) {
	p, d, k := f.d.p, f.d, f.d.k
	b := f.coef[i*k : (i+1)*k]
	clear(work.h)
	score := make([]float64, k)
	x := make([]float64, k)
	swx := make([]float64, k) // of the series: weighted sum of the rows
	weekScore, weekWeight := make([]float64, d.cut), make([]float64, d.cut)
	work.n, work.over, work.squares, work.clustered, work.plain = 0, 0, 0, 0, 0
	alpha := f.alpha[i]
	for s := lo; s < hi; s++ {
		clear(swx)
		sw, swz := 0.0, 0.0
		if math.IsNaN(f.level[s]) {
			continue
		}
		for w := range d.cut {
			y := float64(p.units[s*p.weeks+w])
			if y != y {
				continue
			}
			d.row(x, s, w)
			mu := math.Exp(min(max(f.level[s]+dot(x, b), -12), 12))
			wt := mu / (1 + alpha*mu)
			z := (y - mu) / mu
			sw += wt
			swz += wt * z
			for a, xa := range x {
				if xa == 0 {
					continue
				}
				wx := wt * xa
				swx[a] += wx
				score[a] += wx * z
				h := work.h[a*k : a*k+a+1]
				for c := range h {
					h[c] += wx * x[c]
				}
			}
			weekScore[w] += wt * z
			weekWeight[w] += wt
			q := 1 / (1 + alpha*mu)
			work.n++
			work.over += q * q * ((y-mu)*(y-mu) - mu)
			work.squares += q * q * mu * mu
		}
		if sw == 0 {
			continue
		}
		for a := range k {
			m := swx[a] / sw
			score[a] -= m * swz
			h := work.h[a*k : a*k+a+1]
			for c := range h {
				h[c] -= m * swx[c]
			}
		}
	}
	for w, v := range weekWeight {
		work.clustered += weekScore[w] * weekScore[w]
		work.plain += v
	}
	for a := range k {
		for c := range a {
			work.h[c*k+a] = work.h[a*k+c]
		}
	}
	for a := range k {
		work.rhs[a] = score[a] + dot(work.h[a*k:(a+1)*k], b)
	}
}

// dispersion sets alpha and phi of each item, drawn to the pooled ones as if
// those had been seen on 50 cells and 20 weeks more.
func (f *fitted) dispersion(work []itemWork) {
	var over, squares, clustered, plain, n, mean float64
	for _, w := range work {
		over, squares, n = over+w.over, squares+w.squares, n+float64(w.n)
		clustered, plain = clustered+w.clustered, plain+w.plain
	}
	if squares == 0 || plain == 0 {
		return
	}
	alpha, phi := max(over/squares, 0), clustered/plain
	mean = squares / n
	for i, w := range work {
		f.alpha[i] = min(max((w.over+50*alpha*mean)/(w.squares+50*mean), 1e-4), 4)
		weeks := float64(f.d.cut)
		own := 1.0
		if w.plain > 0 {
			own = w.clustered / w.plain * weeks / max(weeks-float64(f.d.k), weeks/4)
		}
		f.phi[i] = max(1, (weeks*own+20*phi)/(weeks+20))
	}
}

// shrink is one step: the posterior of each item's effects, then means and
// spreads.
//
// A category's mean is what the items say of it when their own departures are
// integrated out (generalised least squares): where items tell little of
// themselves, means of their posteriors would hardly leave their start.
func (f *fitted) shrink(work []itemWork) {
	k := f.d.k
	core.Parallel(len(work), func(i int) {
		a := make([]float64, k*k)
		b := f.coef[i*k : (i+1)*k]
		mean := f.mean[f.group[i]*k:][:k]
		cov := f.cov[i*k*k : (i+1)*k*k]
		vars := f.vars[i*k : (i+1)*k]
		clear(cov)
		for j := range a {
			a[j] = work[i].h[j] / f.phi[i]
		}
		for j := range k {
			a[j*k+j] += 1 / f.tau[j]
			b[j] = work[i].rhs[j]/f.phi[i] + (mean[j]+f.sized(i, j))/f.tau[j]
		}
		if !linear.Cholesky(a, k) {
			copy(b, mean)
			b[xPull] += f.sized(i, xPull)
			copy(vars, f.tau)
			for j, v := range f.tau {
				cov[j*k+j] = v
			}
			return
		}
		linear.Solve(a, b, k)
		linear.InvertLower(a, k)
		for r := range k {
			row := a[r*k : r*k+r+1]
			for j, x := range row {
				for l, y := range row[:j+1] {
					cov[j*k+l] += x * y
				}
			}
		}
		for j := range k {
			vars[j] = cov[j*k+j]
			for l := range j {
				cov[l*k+j] = cov[j*k+l]
			}
		}
	})
	f.means(work)
	f.slopeOfSize(work)
	for j := range k {
		f.spread(j, priors[j])
	}
}

// means sets the categories' means and the pooled one.
func (f *fitted) means(work []itemWork) {
	k := f.d.k
	info, say := make([]float64, f.groups*k*k), make([]float64, f.groups*k)
	for i, g := range f.group {
		v := f.cov[i*k*k : (i+1)*k*k]
		a, s := info[g*k*k:(g+1)*k*k], say[g*k:(g+1)*k]
		for j := range k {
			for l := range j + 1 {
				a[j*k+l] -= v[j*k+l] / (f.tau[j] * f.tau[l])
			}
			a[j*k+j] += 1 / f.tau[j]
			s[j] += dot(v[j*k:(j+1)*k], work[i].rhs) / (f.phi[i] * f.tau[j])
			s[j] += f.sized(i, xPull) * v[j*k+xPull] / (f.tau[j] * f.tau[xPull])
		}
		s[xPull] -= f.sized(i, xPull) / f.tau[xPull]
	}
	f.sure = f.sure[:0]
	for g := range f.groups {
		a, m := info[g*k*k:(g+1)*k*k], f.mean[g*k:(g+1)*k]
		for j := range k {
			a[j*k+j] += 1 / f.omega[j]
			m[j] = say[g*k+j] + f.pooled[j]/f.omega[j]
		}
		if !linear.Cholesky(a, k) {
			copy(m, f.pooled)
			f.sure = append(f.sure, f.omega...)
			continue
		}
		linear.Solve(a, m, k)
		linear.InvertLower(a, k)
		for j := range k {
			v := 0.0
			for r := j; r < k; r++ {
				v += a[r*k+j] * a[r*k+j]
			}
			f.sure = append(f.sure, v)
			m[j] = signed(m[j], priors[j].sign)
		}
	}
	const trust = 1 // the start counts as one category
	for j, q := range priors {
		sum := trust * q.mean
		for g := range f.groups {
			sum += f.mean[g*k+j]
		}
		f.pooled[j] = signed(sum/(float64(f.groups)+trust), q.sign)
	}
}

// spread updates the variances of effect j, by MacKay's fixed point: squares
// over how many of them the data determine. An inverse gamma prior worth 4
// items keeps a variance that few items tell of near its start.
func (f *fitted) spread(j int, pr prior) {
	k := f.d.k
	const worth = 4.0
	between, groups := worth*pr.sd*pr.sd/2, worth
	for g := range f.groups {
		e := f.mean[g*k+j] - f.pooled[j]
		between += e * e
		groups += max(1-f.sure[g*k+j]/f.omega[j], 0)
	}
	f.omega[j] = max(between/groups, 1e-6)
	within, items := worth*pr.sd*pr.sd, worth
	for i, g := range f.group {
		e := f.coef[i*k+j] - f.mean[g*k+j] - f.sized(i, j)
		within += e * e
		items += max(1-f.vars[i*k+j]/f.tau[j], 0)
	}
	f.tau[j] = max(within/items, 1e-6)
	if j == xPast || j == xLag { // what single items tell of these is mostly noise
		f.tau[j] = min(f.tau[j], pr.sd*pr.sd/4)
	}
}

func signed(x float64, sign int) float64 {
	switch {
	case sign > 0:
		return max(x, 0)
	case sign < 0:
		return min(x, 0)
	}
	return x
}

// update bounds the items' effects by their signs and moves the levels along.
func (f *fitted) update(first []int) {
	k := f.d.k
	core.Parallel(len(f.group), func(i int) {
		b := f.coef[i*k : (i+1)*k]
		for j := range b {
			if j >= 0 {
				b[j] = min(max(signed(b[j], priors[j].sign), -12), 12)
			}
		}
		b[xPrice] = min(b[xPrice], -0.05)
		for s := first[i]; s < first[i+1]; s++ {
			f.settle(s)
		}
	})
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}
