package promo

import (
	"math"
	"math/rand/v2"
)

// The bands of a change are quantiles of so many draws of the response, in
// antithetic pairs: the second half are the first's mirror images. Every plan
// of a model meets the same draws (common random numbers), so that two plans
// differ by what they do and not by luck.
const (
	draws = 1000
	pairs = draws / 2
)

// lot is how one item's response departs from its mean in each pair of draws.
type lot struct {
	effect [len(responses)][pairs]float32 // in the order of responses; the mirror image is less this
	level  [draws]float32                 // factor on what it changes, as its level may last otherwise
}

// lots returns category g's, made when they are first asked for: the items'
// departures from their posterior means, which move together as far as the
// items lean on a mean that is not known (see [fitted.common]). They are told
// by the items' names, so that a part of the model draws what the whole does.
func (m *Model) lots(g int) []lot {
	if kept := m.lot[g].Load(); kept != nil {
		return *kept
	}
	const n = len(responses)
	size := triangle(n)
	shared := spread(m.common[g*size:][:size], n)
	var mean [n][pairs]float32
	for a, r := 0, named(m.categories[g]); a < n; a++ {
		deviates(mean[a][:], r)
	}
	out := make([]lot, len(m.members[g]))
	var own [n][pairs]float32
	level := make([]float32, pairs)
	for k, i := range m.members[g] {
		it, l := &m.items[i], &out[k]
		r := named(it.ID)
		for a := range own {
			deviates(own[a][:], r)
		}
		deviates(level, r)
		root := spread(it.cov, n)
		for a := range n {
			to := &l.effect[a]
			for b := range a + 1 {
				add(to, &own[b], root[a*n+b])
			}
			// What the mean errs by, the item leans on by its V T⁻¹.
			for c := range n {
				by := 0.0
				for b := c; b < n; b++ {
					by += it.cov[triangle(max(a, b))+min(a, b)] / m.tau[b] * shared[b*n+c]
				}
				add(to, &mean[c], by)
			}
		}
		sd := math.Sqrt(m.cal.spreads.Item[0])
		for d, z := range level {
			l.level[d] = float32(math.Exp(sd*float64(z) - sd*sd/2))
			l.level[pairs+d] = float32(math.Exp(-sd*float64(z) - sd*sd/2))
		}
	}
	m.lot[g].CompareAndSwap(nil, &out)
	return out
}

func add(to, x *[pairs]float32, by float64) {
	if f := float32(by); f != 0 {
		for d := range to {
			to[d] += f * x[d]
		}
	}
}

// named is a stream of its own for each name.
func named(name string) *rand.Rand {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return rand.New(rand.NewPCG(h, draws))
}

// deviates fills x with normal deviates of mean square 1.
func deviates(x []float32, r *rand.Rand) {
	sum := 0.0
	for d := range x {
		z := r.NormFloat64()
		x[d] = float32(z)
		sum += z * z
	}
	scale := float32(math.Sqrt(float64(len(x)) / sum))
	for d := range x {
		x[d] *= scale
	}
}

// moments is what the cells under one offer of an item say of a value by
// what others and past weeks do to them: the sums of v, v·x and v·x·x', x being
// the pull of the week, that of the weeks before, and the item's own past
// offers. Effects on these are small, so that exp(δ·x) is its second-order
// sum to some 1e-4 of what they do; effects of the offer itself are not, and
// stand apart.
type moments [measures][10]float64

// kind is one way in which an item was offered in a plan, with its cells' sums.
type kind struct {
	r, feature, display float64
	moments
}

// draw fills in what p's items change in every draw.
func (p *part) draw(lots []lot) {
	for j := range p.nets {
		p.nets[j] = make([]float64, draws)
	}
	for k, kinds := range p.kinds {
		plain := kinds[0]
		moves := plain.moments != moments{}
		for j, net := range p.net[k] {
			// What does not move with the response stands as if it were sold plain.
			for n := 1; n < len(kinds); n++ {
				net -= kinds[n].moments[j][0]
				moves = true
			}
			plain.moments[j][0] = net
		}
		if !moves {
			continue
		}
		p.drawKind(&lots[k], &plain)
		for n := 1; n < len(kinds); n++ {
			p.drawKind(&lots[k], &kinds[n])
		}
	}
}

// drawKind adds what one kind of offer of an item brings: the factor by which
// its own effects move it, times the sums of what others move.
func (p *part) drawKind(l *lot, k *kind) {
	price, feature, display := &l.effect[0], &l.effect[1], &l.effect[2]
	pull, past, lag := &l.effect[3], &l.effect[4], &l.effect[5]
	units, sales, profit := (*[draws]float64)(p.nets[inUnits]), (*[draws]float64)(p.nets[inSales]), (*[draws]float64)(p.nets[inProfit])
	s, t, u := &k.moments[inUnits], &k.moments[inSales], &k.moments[inProfit]
	var factor [pairs]float64
	for d := range factor {
		factor[d] = float64(price[d])*k.r + float64(feature[d])*k.feature + float64(display[d])*k.display
	}
	exps(factor[:])
	for d, up := range factor {
		down := float64(l.level[pairs+d]) / up
		up *= float64(l.level[d])
		a, b, c := float64(pull[d]), float64(past[d]), float64(lag[d])
		aa, ab, bb, ac, bc, cc := a*a, a*b, b*b, a*c, b*c, c*c
		even := s[0] + aa*s[4] + ab*s[5] + bb*s[6] + ac*s[7] + bc*s[8] + cc*s[9]
		odd := a*s[1] + b*s[2] + c*s[3]
		units[d] += up * (even + odd)
		units[pairs+d] += down * (even - odd)
		even = t[0] + aa*t[4] + ab*t[5] + bb*t[6] + ac*t[7] + bc*t[8] + cc*t[9]
		odd = a*t[1] + b*t[2] + c*t[3]
		sales[d] += up * (even + odd)
		sales[pairs+d] += down * (even - odd)
		even = u[0] + aa*u[4] + ab*u[5] + bb*u[6] + ac*u[7] + bc*u[8] + cc*u[9]
		odd = a*u[1] + b*u[2] + c*u[3]
		profit[d] += up * (even + odd)
		profit[pairs+d] += down * (even - odd)
	}
}

// drawnNet returns the net change in measure j, less other's when that is not
// nil, and what it is in every draw, each with its luck, of that variance. The
// other way round all of it has the other sign.
func (r *run) drawnNet(j int, other *run, luck float64) (mean float64, out []float64) {
	out = make([]float64, draws)
	mean = r.change[j].net()
	fixed := r.change[j].fixed
	if other != nil {
		mean -= other.change[j].net()
		fixed -= other.change[j].fixed
	}
	sd := math.Copysign(math.Sqrt(luck), mean)
	z := r.m.turn
	for d := range out {
		out[d] = r.nets[j][d] + fixed
		if other != nil {
			out[d] -= other.nets[j][d]
		}
		if d < pairs {
			out[d] += sd * float64(z[d])
		} else {
			out[d] -= sd * float64(z[d-pairs])
		}
	}
	return mean, out
}

// bandOfDraws is the interval about mean that holds the middle 80 and 90 % of
// x, and the share of x above 0. x is reordered.
func bandOfDraws(mean float64, x []float64) (Interval, float64) {
	above, most := 0, 0.0
	for _, v := range x {
		if v > 0 {
			above++
		}
		if v = math.Abs(v); v > most {
			most = v
		}
	}
	if most < 1e-9 { // nothing but rounding
		return Interval{}, 0
	}
	// Quantile p of n lies between the places np-1 and np (Hazen, 1914).
	at := func(p float64) float64 {
		k := int(p*float64(len(x)) + 0.5)
		hi := place(x, k)
		lo := x[0]
		for _, v := range x[:k] {
			if v > lo {
				lo = v
			}
		}
		return (lo + hi) / 2
	}
	i := Interval{Mean: mean}
	i.Lo90, i.Lo80 = min(at(0.05), mean), min(at(0.1), mean)
	i.Hi80, i.Hi90 = max(at(0.9), mean), max(at(0.95), mean)
	return i, float64(above) / float64(len(x))
}

// place moves the k-th smallest of x to place k, smaller ones before it and
// larger ones behind (Hoare's selection), and returns it.
func place(x []float64, k int) float64 {
	for lo, hi := 0, len(x)-1; lo < hi; {
		pivot := x[k]
		i, j := lo, hi
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for pivot < x[j] {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		if j < k {
			lo = i
		}
		if k < i {
			hi = j
		}
	}
	return x[k]
}
