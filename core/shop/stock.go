package shop

import "math"

const (
	rates     = 4  // never, seldom, middling, often
	fullest   = 14 // units at home beyond which none is counted
	visits    = .93
	onMission = 2.  // readiness in the categories of this week's kind of trip
	offOthers = .8  // and in all others: the mean over missions is 1
	after     = 8   // weeks of dip
	steps     = 512 // of the tables over the pull
	lowPull   = -1.5
	highPull  = 2.5
)

// stock is a distribution over the units at home, 0 to fullest.
type stock [fullest + 1]float64

// buys returns the chance that a household of rate r with n units at home buys
// in a week, when the week's offers draw it pull times as much as base prices:
// it visits, and 1-exp(-readiness) of those who visit buy.
func (c *category) buys(r, n int, pull float64) float64 {
	h := c.rate[r] * math.Exp(-c.full*float64(n)) * pull
	return -visits * (math.Expm1(-h*onMission) + (missions-1)*math.Expm1(-h*offOthers)) / missions
}

// taking returns the chances of buying q = 1 + Poisson(more) units; taking[q]
// for q from 0, the last one holding the tail.
func taking(more float64) stock {
	var p stock
	term, left := math.Exp(-more), 1.
	for q := 1; q < fullest; q++ {
		p[q] = term
		left -= term
		term *= more / float64(q)
	}
	p[fullest] = math.Max(0, left)
	return p
}

// more returns the mean units beyond the first at a price of ratio times base.
func (c *category) more(ratio float64) float64 { return c.many * math.Pow(ratio, -c.bulk) }

// keeps returns keeps[n][m], the chance that of n units m are left after a
// week's use: each is used with chance c.use.
func (c *category) keeps() (k [fullest + 1]stock) {
	k[0][0] = 1
	for n := 1; n <= fullest; n++ {
		for m := 0; m <= n; m++ {
			if m > 0 {
				k[n][m] += k[n-1][m-1] * (1 - c.use)
			}
			if m < n {
				k[n][m] += k[n-1][m] * c.use
			}
		}
	}
	return k
}

// added returns the mean of f over the units at home after q more than n.
func added(f *stock, n int, q *stock) (mean float64) {
	for k := 1; k <= fullest; k++ {
		mean += q[k] * f[min(n+k, fullest)]
	}
	return mean
}

// settled returns the distribution of the units at home at the start of a
// week, a long time without promotions, for households of rate r.
func (c *category) settled(r int) stock {
	keeps, q := c.keeps(), taking(c.many)
	pi := stock{1}
	for range 400 {
		var bought, next stock
		for n, p := range pi {
			b := c.buys(r, n, 1)
			bought[n] += p * (1 - b)
			for k := 1; k <= fullest; k++ {
				bought[min(n+k, fullest)] += p * b * q[k]
			}
		}
		for n, p := range bought {
			for m := 0; m <= n; m++ {
				next[m] += p * keeps[n][m]
			}
		}
		gap := 0.
		for n := range next {
			gap += math.Abs(next[n] - pi[n])
		}
		if pi = next; gap < 1e-12 {
			break
		}
	}
	return pi
}

// response tabulates, over ln pull, what households of one rate do.
type response struct {
	buy   [steps + 1]float64 // chance to buy in the week
	plain [after][steps + 1]float64
	deal  [after][steps + 1]float64
}

// respond returns the response of rate r: in buy the chance of a purchase, in
// plain and deal what one purchase adds to or takes from the category's units
// in each of the weeks after, times that chance, when the quantity is that of
// base price or of ratio times base.
func (c *category) respond(r int, pi stock, ratio float64) *response {
	t := &response{}
	keeps := c.keeps()
	q, more := taking(c.many), taking(c.more(ratio))
	// later[n]: units expected k weeks later, n at home after this week's purchase.
	var chance, next stock
	for n := range chance {
		chance[n] = c.buys(r, n, 1)
		next[n] = chance[n] * (1 + c.many)
	}
	var plain, deal [after]stock
	for k := range after {
		var later stock
		for n := range later {
			for m := 0; m <= n; m++ {
				later[n] += keeps[n][m] * next[m]
			}
		}
		for n := range later {
			plain[k][n] = added(&later, n, &q) - later[n]
			deal[k][n] = added(&later, n, &more) - later[n]
		}
		for n := range next {
			next[n] = (1-chance[n])*later[n] + chance[n]*added(&later, n, &q)
		}
	}
	for s := range t.buy {
		pull := math.Exp(lowPull + (highPull-lowPull)*float64(s)/steps)
		for n, p := range pi {
			if p < 1e-15 {
				continue
			}
			p *= c.buys(r, n, pull)
			t.buy[s] += p
			for k := range after {
				t.plain[k][s] += p * plain[k][n]
				t.deal[k][s] += p * deal[k][n]
			}
		}
	}
	return t
}

// place returns where ln pull lies in the tables.
func place(lnPull float64) (s int, share float64) {
	x := (lnPull - lowPull) / (highPull - lowPull) * steps
	s = min(max(int(x), 0), steps-1)
	return s, x - float64(s)
}

func between(t *[steps + 1]float64, s int, share float64) float64 {
	return t[s] + share*(t[s+1]-t[s])
}
