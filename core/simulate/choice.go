package simulate

import (
	"math"

	"shoptwin/core"
)

// choice is how the customers of each class choose among one category's items
// in a week: item j with chance A_j/S, 1+loyal times as much for the
// customer's own favourite, where
//
//	A_j = exp(alpha[class][j] + moved[class] effect[j].price off + effect[j].feature + effect[j].display).
//
// Classes differ in tastes and in how price moves them, favourites within a
// class are as likely as items are liked: a mixed logit with discrete mixing
// (Kamakura and Russell 1989), fitted by expectation maximisation.
type choice struct {
	Alpha  [][]float64  // by class, then item
	Effect [][3]float64 // by item: price, feature, display
	Mean   [3]float64   // of Effect
	Spread [3]float64   // its variance over items
	Loyal  float64
	taste  float64 // variance of Alpha over classes
}

// events are one category's purchases in the order of customers.
type events struct {
	first []int32 // of each customer; one more at the end
	week  []int16
	item  []int16
	n     []uint8
}

// eventsOf lists the purchases of each category.
func eventsOf(h *History) []events {
	out := make([]events, len(h.cats))
	core.Parallel(len(h.cats), func(k int) {
		e, c := &out[k], h.cats[k]
		for _, p := range h.people {
			e.first = append(e.first, int32(len(e.week)))
			for _, l := range p.lines {
				if j := int(l.item) - c.first; j >= 0 && j < c.n {
					e.week, e.item, e.n = append(e.week, l.week), append(e.item, int16(j)), append(e.n, l.quantity)
				}
			}
		}
		e.first = append(e.first, int32(len(e.week)))
	})
	return out
}

// market is what one category's offers are to one class in one week.
type market struct {
	a   []float64 // attraction by item
	sum float64
}

// draws returns the attractions in week w of offers (by item and week, items
// from first on).
func (c *choice) draws(class int, moved float64, offers []offer, weeks, w int, m *market) {
	m.sum = 0
	m.a = m.a[:0]
	for j, alpha := range c.Alpha[class] {
		u := alpha
		if o := offers[j*weeks+w]; o != (offer{}) {
			u += c.moves(j, moved, o)
		}
		a := math.Exp(math.Min(u, 30))
		m.a = append(m.a, a)
		m.sum += a
	}
}

// moves is what an offer adds to an item's utility.
func (c *choice) moves(j int, moved float64, o offer) float64 {
	e := &c.Effect[j]
	u := moved * e[0] * o.off
	if o.feature {
		u += e[1]
	}
	if o.display {
		u += e[2]
	}
	return u
}

// favours returns the chances of each item to be the favourite.
func (c *choice) favours(class int) []float64 {
	m := market{}
	c.draws(class, 0, make([]offer, len(c.Effect)), 1, 0, &m)
	for j := range m.a {
		m.a[j] /= m.sum
	}
	return m.a
}

func newChoice(e *events, class []uint8, classes, items int) *choice {
	c := &choice{Effect: make([][3]float64, items), Mean: [3]float64{2, .2, .2}, Spread: [3]float64{.2, .05, .05}, Loyal: 2, taste: .3}
	count := make([][]float64, classes+1)
	for g := range count {
		count[g] = make([]float64, items)
	}
	for p := range class {
		for i := e.first[p]; i < e.first[p+1]; i++ {
			count[class[p]][e.item[i]]++
			count[classes][e.item[i]]++
		}
	}
	all := 0.0
	for _, n := range count[classes] {
		all += n
	}
	for g := range classes {
		n := 0.0
		for _, x := range count[g] {
			n += x
		}
		alpha := make([]float64, items)
		for j := range alpha {
			alpha[j] = math.Log((count[g][j] + 20*(count[classes][j]+.5)/(all+.5)) / (n + 20))
		}
		c.Alpha = append(c.Alpha, alpha)
	}
	for j := range c.Effect {
		c.Effect[j] = c.Mean
	}
	return c
}

// tables are a category's markets by class and week, and ln(S + loyal A) and
// its inverse by favourite.
type tables struct {
	m      []market // class*weeks + week
	ln     [][]float64
	favour [][]float64 // by class: ln chance
}

func (c *choice) tabulate(moved []float64, offers []offer, weeks int) *tables {
	t := &tables{m: make([]market, len(c.Alpha)*weeks), ln: make([][]float64, len(c.Alpha)*weeks)}
	for g := range c.Alpha {
		f := c.favours(g)
		for j := range f {
			f[j] = math.Log(f[j] + 1e-300)
		}
		t.favour = append(t.favour, f)
		for w := range weeks {
			m := &t.m[g*weeks+w]
			c.draws(g, moved[g], offers, weeks, w, m)
			ln := make([]float64, len(m.a))
			for j, a := range m.a {
				ln[j] = math.Log(m.sum + c.Loyal*a)
			}
			t.ln[g*weeks+w] = ln
		}
	}
	return t
}

// weigh fills q with the chances of each item to be the favourite of a
// customer of class g, given its purchases, and returns the logarithm of their
// likelihood.
func (c *choice) weigh(t *tables, e *events, p, g, weeks int, q []float64) float64 {
	copy(q, t.favour[g])
	base, boost := 0.0, math.Log1p(c.Loyal)
	for i := e.first[p]; i < e.first[p+1]; i++ {
		at := g*weeks + int(e.week[i])
		j := e.item[i]
		base += math.Log(t.m[at].a[j])
		for f, x := range t.ln[at] {
			q[f] -= x
		}
		q[j] += boost
	}
	top, sum := odds(q)
	for f := range q {
		q[f] /= sum
	}
	return base + top + math.Log(sum)
}

// sums are what the M step needs of the purchases.
type sums struct {
	chosen [][]float64 // class*weeks + week, by item
	by     [][]float64 // the same, purchases by their customers' favourites
	own    float64     // purchases of the favourite
}

func (c *choice) gather(t *tables, e *events, class []uint8, weeks int) *sums {
	items := len(c.Effect)
	s := &sums{chosen: make([][]float64, len(t.m)), by: make([][]float64, len(t.m))}
	for i := range s.chosen {
		s.chosen[i], s.by[i] = make([]float64, items), make([]float64, items)
	}
	q := make([]float64, items)
	for p := range class {
		if e.first[p] == e.first[p+1] {
			continue
		}
		g := int(class[p])
		c.weigh(t, e, p, g, weeks, q)
		for i := e.first[p]; i < e.first[p+1]; i++ {
			at := g*weeks + int(e.week[i])
			s.chosen[at][e.item[i]]++
			s.own += q[e.item[i]]
			by := s.by[at]
			for f, x := range q {
				by[f] += x
			}
		}
	}
	return s
}

// improve takes one step of Newton's method, by blocks: tastes, then the
// effects of each item, then loyalty. It returns how strongly each class
// should be moved more by price: gradient and curvature.
func (c *choice) improve(s *sums, moved []float64, offers []offer, weeks int) (pull [][2]float64) {
	items, classes := len(c.Effect), len(c.Alpha)
	type block struct {
		g [3]float64
		h [3][3]float64
	}
	effects := make([]block, items)
	pull = make([][2]float64, classes)
	ga, ha := make([][]float64, classes), make([][]float64, classes)
	var m market
	gl, hl := s.own*c.Loyal/(1+c.Loyal), s.own*c.Loyal/((1+c.Loyal)*(1+c.Loyal))
	for g := range classes {
		ga[g], ha[g] = make([]float64, items), make([]float64, items)
		for w := range weeks {
			at := g*weeks + w
			by, chosen := s.by[at], s.chosen[at]
			c.draws(g, moved[g], offers, weeks, w, &m)
			all, n := 0.0, 0.0
			for f, x := range by {
				if x > 0 {
					d := m.sum + c.Loyal*m.a[f]
					all += x / d
					part := c.Loyal * m.a[f] / d
					gl -= x * part
					hl -= x * part * (1 - part)
					n += x
				}
			}
			if n == 0 {
				continue
			}
			for j, a := range m.a {
				want := a * (all + c.Loyal*by[j]/(m.sum+c.Loyal*a))
				miss, v := chosen[j]-want, want*math.Max(1e-3, 1-want/n)
				ga[g][j] += miss
				ha[g][j] += v
				o := offers[j*weeks+w]
				if o == (offer{}) {
					continue
				}
				z := [3]float64{moved[g] * o.off, b2f(o.feature), b2f(o.display)}
				b := &effects[j]
				for r := range z {
					b.g[r] += z[r] * miss
					for q := range z {
						b.h[r][q] += z[r] * z[q] * v
					}
				}
				x := c.Effect[j][0] * o.off
				pull[g][0] += x * miss
				pull[g][1] += x * x * v
			}
		}
	}
	c.moveTastes(ga, ha)
	var sum, squares, weight [3]float64
	for j := range effects {
		b := &effects[j]
		for r := range 3 {
			b.g[r] -= (c.Effect[j][r] - c.Mean[r]) / c.Spread[r]
			b.h[r][r] += 1 / c.Spread[r]
		}
		step, variance := solve3(b.h, b.g)
		for r := range 3 {
			c.Effect[j][r] += math.Max(-.5, math.Min(.5, step[r]))
			wt := 1 / (c.Spread[r] + 1/math.Max(1e-9, b.h[r][r]-1/c.Spread[r]))
			sum[r] += wt * c.Effect[j][r]
			weight[r] += wt
			d := c.Effect[j][r] - c.Mean[r]
			squares[r] += d*d + variance[r]
		}
	}
	for r := range 3 {
		c.Mean[r] = sum[r] / weight[r]
		c.Spread[r] = math.Max(.01, (squares[r]+4*[3]float64{.1, .02, .02}[r])/float64(items+4))
	}
	curve := math.Max(-hl, .1*s.own+1) // of ln loyal; never so flat that a step runs away
	c.Loyal *= math.Exp(math.Max(-.3, math.Min(.3, gl/curve)))
	c.Loyal = math.Max(.01, math.Min(c.Loyal, 200))
	return pull
}

// moveTastes shifts what classes like, each towards what all like.
func (c *choice) moveTastes(g, h [][]float64) {
	items, classes := len(c.Effect), len(c.Alpha)
	off := 0.0
	for j := range items {
		mean := 0.0
		for k := range classes {
			mean += c.Alpha[k][j] / float64(classes)
		}
		for k := range classes {
			d := c.Alpha[k][j] - mean
			// A taste that nobody showed stays near those of the other items.
			step := (g[k][j] - d/c.taste - .05*c.Alpha[k][j]) / (h[k][j] + 1/c.taste + .05)
			c.Alpha[k][j] += math.Max(-.7, math.Min(.7, step))
			off += d*d + 1/(h[k][j]+1/c.taste)
		}
	}
	if classes > 1 {
		c.taste = math.Max(.01, off/float64(items*(classes-1)))
	}
	for k := range classes {
		mean := 0.0
		for _, x := range c.Alpha[k] {
			mean += x / float64(items)
		}
		for j := range c.Alpha[k] {
			c.Alpha[k][j] -= mean
		}
	}
}

// solve3 returns the solution of h x = g and the diagonal of h's inverse; h is
// symmetric and positive definite.
func solve3(h [3][3]float64, g [3]float64) (x, variance [3]float64) {
	a, b, c := h[0][0], h[0][1], h[0][2]
	d, e, f := h[1][1], h[1][2], h[2][2]
	i00, i01, i02 := d*f-e*e, c*e-b*f, b*e-c*d
	i11, i12, i22 := a*f-c*c, b*c-a*e, a*d-b*b
	det := a*i00 + b*i01 + c*i02
	x[0] = (i00*g[0] + i01*g[1] + i02*g[2]) / det
	x[1] = (i01*g[0] + i11*g[1] + i12*g[2]) / det
	x[2] = (i02*g[0] + i12*g[1] + i22*g[2]) / det
	return x, [3]float64{i00 / det, i11 / det, i22 / det}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
