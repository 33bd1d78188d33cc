package simulate

import "math"

// slopes sums the score and the information of a round.
type slopes struct {
	g          [4]float64 // ln Rate, Theta, Full, Use
	h          [4][4]float64
	week, info []float64
}

// round is one step of expectation and maximisation of a category. It returns
// by customer and size the ln likelihood, the expected number of customers by
// size and rate among those who buy here, and by size.
func (n *need) round(h *History, d *bought, class []uint8, homes *homes, size [][]float64) (likely []float64, rates [][]float64, part []float64) {
	weeks, skip := h.weeks, burn(h.weeks)
	likely, part = make([]float64, len(class)*sizes), make([]float64, sizes)
	for range sizes {
		rates = append(rates, make([]float64, len(homes.Rates)))
	}
	b, did, slope := make([]float64, weeks), make([]bool, weeks), make([][2]float64, weeks)
	s := &slopes{week: make([]float64, weeks), info: make([]float64, weeks)}
	t := n.stock()
	odds, like := make([]float64, sizes), make([]float64, len(homes.Rates))
	for z := range odds {
		odds[z] = n.Odds * homes.Odds[z] / (1 + n.Odds*homes.Odds[z])
	}
	post := make([]float64, len(homes.Rates))
	// Those who never bought here are all alike within a class.
	type idle struct {
		like []float64
		zero float64
		mean float64 // summed over customers
	}
	never := make([]idle, len(d.none))
	for g := range never {
		n.flat(d.none[g], b)
		clear(did)
		never[g].like = make([]float64, len(homes.Rates))
		never[g].zero = n.likelihoods(homes.Rates, b[skip:], did[skip:], never[g].like)
	}
	for p, g := range class {
		bought := d.pull[p] != nil
		like, zero := like, never[g].zero
		if bought {
			n.hazards(d, p, t, b, did, slope)
			zero = n.likelihoods(homes.Rates, b[skip:], did[skip:], like)
		} else {
			like = never[g].like
		}
		clear(post)
		for z, x := range size[p] {
			sum := 0.0
			for i, c := range homes.Chance[z] {
				sum += c * like[i]
			}
			all := odds[z]*sum + (1-odds[z])*zero
			likely[p*sizes+z] = math.Log(all + 1e-300)
			if x < 1e-6 || all <= 0 {
				continue
			}
			part[z] += x * odds[z] * sum / all
			for i, c := range homes.Chance[z] {
				v := x * odds[z] * c * like[i] / all
				rates[z][i] += v
				post[i] += v
			}
		}
		mean := 0.0
		for i, v := range post {
			mean += v * homes.Rates[i]
		}
		d.mean[p] = mean
		if bought {
			s.add(mean, b, did, slope, skip, func(w int) float64 { return float64(d.pull[p][w]) })
		} else {
			never[g].mean += mean
		}
	}
	clear(did)
	clear(slope)
	for g := range never {
		n.flat(d.none[g], b)
		s.add(never[g].mean, b, did, slope, skip, func(w int) float64 { return d.none[g][w] })
	}
	n.step(s, skip)
	return likely, rates, part
}

// add counts a customer's weeks, or those of many who never bought.
func (s *slopes) add(mean float64, b []float64, did []bool, slope [][2]float64, skip int, pull func(w int) float64) {
	for w := skip; w < len(b); w++ {
		l := mean * b[w]
		miss := -l
		if did[w] {
			miss = 1 - l/2 + l*l/12 // l/(e^l-1)
		}
		s.week[w] += miss
		s.info[w] += l
		z := [4]float64{1, pull(w), slope[w][0], slope[w][1]}
		for r := range z {
			s.g[r] += z[r] * miss
			for q := range r + 1 {
				s.h[r][q] += z[r] * z[q] * l
			}
		}
	}
}

// likelihoods fills like with the likelihood of a customer's weeks by rate, up
// to a factor, and returns that of never buying.
func (n *need) likelihoods(rates, b []float64, did []bool, like []float64) (zero float64) {
	idle, any := 0.0, false
	clear(like)
	for w, x := range b {
		if !did[w] {
			idle += x
			continue
		}
		any = true
		for i, m := range rates {
			l := m * x
			// ln(1-e^-l), to what 1e-6 of it is for hazards below 2
			like[i] += math.Log(l) - l/2 + l*l/24
		}
	}
	top := math.Inf(-1)
	for i, m := range rates {
		like[i] -= m * idle
		top = math.Max(top, like[i])
	}
	if !any {
		top = 0
		zero = 1
	}
	for i := range like {
		like[i] = math.Exp(like[i] - top)
	}
	return zero
}

// step moves the parameters by Newton's method, weeks by themselves.
func (n *need) step(s *slopes, skip int) {
	const firm = 100 // what a week's neighbours weigh beside its own purchases
	mean, all := 0.0, 0.0
	smooth := make([]float64, len(n.Week))
	for w := range n.Week {
		k := 0.0
		for v := max(skip, w-3); v <= min(len(n.Week)-1, w+3); v++ {
			if v != w {
				x := 1 / float64(1+abs(v-w))
				smooth[w] += x * n.Week[v]
				k += x
			}
		}
		smooth[w] /= k
	}
	for w := skip; w < len(n.Week); w++ {
		x := (s.week[w] - firm*(n.Week[w]-smooth[w])) / (s.info[w] + firm)
		n.Week[w] += math.Max(-.3, math.Min(.3, x))
		mean += n.Week[w] * s.info[w]
		all += s.info[w]
	}
	mean /= math.Max(all, 1e-9)
	for w := range n.Week {
		if w < skip { // cupboards are not known yet
			n.Week[w] = n.Week[skip]
			if v := w + 52; v+2 < len(n.Week) { // the same weeks of the year after
				n.Week[w] = (n.Week[v-1] + n.Week[v] + n.Week[v+1]) / 3
			}
		}
		n.Week[w] -= mean
	}
	usual := [4]float64{0, .5, 1, .3}
	weak := [4]float64{0, 6, 1, 25} // priors: inverse variances
	now := [4]float64{0, n.Theta, n.Full, n.Use}
	for r := range usual {
		s.g[r] -= weak[r] * (now[r] - usual[r])
		s.h[r][r] += weak[r] + 1e-6
		for q := range r {
			s.h[q][r] = s.h[r][q]
		}
	}
	x := solve4(s.h, s.g)
	limit := [4]float64{.3, .2, .3, .05}
	for r := range x {
		x[r] = math.Max(-limit[r], math.Min(limit[r], x[r]))
	}
	n.Rate *= math.Exp(.7 * x[0]) // what the weeks moved in common is in it already
	n.Theta = math.Max(0, math.Min(1.5, n.Theta+x[1]))
	n.Full = math.Max(0, math.Min(5, n.Full+x[2]))
	n.Use = math.Max(.02, math.Min(.95, n.Use+x[3]))
}

func abs(x int) int { return max(x, -x) }
