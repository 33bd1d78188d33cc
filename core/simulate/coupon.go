package simulate

import (
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
)

// Programme is coupons that a shop may send to single customers: each of one
// product, at one of some depths, for one week. Its zero value, but for the
// weeks, is the default.
type Programme struct {
	Items   []string  `json:"items,omitempty"`   // default the best selling product of each of the four largest categories
	Depths  []float64 `json:"depths,omitempty"`  // fractions off; default .15, .3 and .5
	Weeks   int       `json:"weeks,omitempty"`   // default 26
	Most    int       `json:"most,omitempty"`    // coupons for a customer in these weeks; default 8
	Margin  float64   `json:"margin,omitempty"`  // of the usual price; default .3
	Funding float64   `json:"funding,omitempty"` // of the discount that the supplier pays, in [0, 1]
	Contact float64   `json:"contact,omitempty"` // money for sending one
}

// Coupons lets customers of a model live through weeks in which a policy sends
// them coupons, each customer being an episode. It is a World of core/train.
//
// What a policy sees of a customer is what a shop with cards knows: how long
// ago and how often each of the programme's categories was bought, how many
// units, which part was the coupon's product or at a discount, which coupon
// was sent last. Kinds, favourites and what is at home stay hidden, so that no
// dynamic programme over states finds the best.
//
// A week brings the profit that is expected of the programme's categories, of
// a customer who has at home what this one has, beside that of the same
// customer, under the same luck, who never gets a coupon. What then happens is
// drawn; as what is expected and what is drawn are the same on average, but
// for less luck, plans are compared by fewer customers.
type Coupons struct {
	Programme
	m        *Model
	w        *world
	cats     []int // of each item
	flat     []int
	usual    [][]float64 // by category and class*weeks + week: what its items are worth, by their attractions
	episodes int
	seed     uint64
	week     int // of the world
	people   []couponed
}

// couponed is a customer with and without coupons.
type couponed struct {
	who         *shopper
	habit       []int // by category of the programme: of the shopper, or -1
	sent, plain life
	left        int // coupons
	last        int // week of the last one, in the world
	lastOf      []int
}

// life is what a customer has at home, and what the shop saw, by category of
// the programme.
type life struct {
	home   [][]bagged
	seen   []int     // week of the last purchase, or -1
	often  []float64 // purchases, fading by a twelfth a week
	units  []float64 // fading by a quarter
	own    []float64 // purchases of the coupon's product, fading as often
	deals  []float64 // the same, at a discount
	visits float64   // weeks with a purchase, fading
}

type bagged struct {
	week int
	n    float64
}

func (l *life) copy() life {
	c := *l
	c.home = make([][]bagged, len(l.home))
	for k := range l.home {
		c.home[k] = slices.Clone(l.home[k])
	}
	c.seen, c.often, c.units = slices.Clone(l.seen), slices.Clone(l.often), slices.Clone(l.units)
	c.own, c.deals = slices.Clone(l.own), slices.Clone(l.deals)
	return c
}

// NewCoupons returns a world of so many customers. Two items of one category,
// an item that m does not know and numbers outside their ranges are errors.
func (m *Model) NewCoupons(p Programme, customers int) (*Coupons, error) {
	h := m.shop
	if len(p.Depths) == 0 {
		p.Depths = []float64{.15, .3, .5}
	}
	if p.Weeks == 0 {
		p.Weeks = 26
	}
	if p.Most == 0 {
		p.Most = 8
	}
	if p.Margin == 0 {
		p.Margin = .3
	}
	if customers < 1 || p.Weeks < 1 || p.Weeks > 104 || p.Most < 1 || !(p.Margin > 0 && p.Margin <= 1) || !(p.Funding >= 0 && p.Funding <= 1) || !(p.Contact >= 0) {
		return nil, core.Errorf(core.Invalid, "coupons for %d customers over %d weeks, %d for each, margin %g, funding %g, cost %g", customers, p.Weeks, p.Most, p.Margin, p.Funding, p.Contact).
			WithHint("1 to 104 weeks, margin and funding are fractions, a coupon's cost is not below 0")
	}
	for _, d := range p.Depths {
		if !(d > 0 && d <= .95) {
			return nil, core.Errorf(core.Invalid, "a coupon of depth %g", d).WithHint("depth is a fraction off the price, up to 0.95")
		}
	}
	c := &Coupons{Programme: p, m: m, w: m.world(h.None(p.Weeks)), episodes: customers}
	if len(p.Items) == 0 {
		c.Items = m.bestOfLargest(4)
	}
	for _, id := range c.Items {
		i := slices.IndexFunc(h.items, func(it item) bool { return it.id == id })
		if i < 0 {
			return nil, core.Errorf(core.NotFound, "a coupon is of product %q, which the simulator does not know", id).WithHint("it knows %d products, those that at least %d customers bought", len(h.items), fewest)
		}
		if k := slices.Index(c.cats, h.items[i].cat); k >= 0 {
			return nil, core.Errorf(core.Invalid, "products %q and %q are both of category %q", c.Items[k], id, h.cats[h.items[i].cat].name).WithHint("name one product of each category")
		}
		c.cats, c.flat = append(c.cats, h.items[i].cat), append(c.flat, i)
	}
	for _, k := range c.cats {
		usual := make([]float64, len(c.w.market[k]))
		for at := range usual {
			for i, a := range c.w.market[k][at].a {
				usual[at] += a * c.worth(k, i, at%c.w.weeks, 0)
			}
		}
		c.usual = append(c.usual, usual)
	}
	return c, nil
}

// worth is the profit that is expected of a purchase of item i of category k
// in week t, with a coupon of -ln(1-depth) = cut.
func (c *Coupons) worth(k, i, t int, cut float64) float64 {
	flat, n := c.m.shop.cats[k].first+i, c.m.needs[k]
	was := c.w.offers[flat*c.w.weeks+t].off
	paid := math.Exp(-was)
	return (1 + n.Many*math.Exp(n.Bulk*(was+cut))) * c.m.shop.items[flat].price * (paid - (1 - c.Margin) + (1-c.Funding)*paid*math.Expm1(-cut))
}

// bestOfLargest names the most liked product of each of the n categories with
// the most purchases expected.
func (m *Model) bestOfLargest(n int) (items []string) {
	size := make([]float64, len(m.needs))
	for k, x := range m.needs {
		size[k] = -x.Rate * x.Odds / (1 + x.Odds)
	}
	for _, k := range ranked(size)[:min(n, len(size))] {
		liked := make([]float64, m.shop.cats[k].n)
		for g := range m.homes.Share {
			for j, x := range m.choices[k].favours(g) {
				for _, share := range m.homes.Share[g] {
					liked[j] -= x * share
				}
			}
		}
		items = append(items, m.shop.items[m.shop.cats[k].first+ranked(liked)[0]].id)
	}
	return items
}

// Sizes returns the customers, the weeks, the numbers of a state and the
// actions: none, then each product at each depth.
func (c *Coupons) Sizes() (episodes, steps, features, actions int) {
	return c.episodes, c.Weeks, shared + perItem*len(c.Items), 1 + len(c.Items)*len(c.Depths)
}

// What a state holds: of the customer, then of each product.
const (
	shared  = 4
	perItem = 9
)

// Begin draws the customers, and lets them live until the programme begins.
func (c *Coupons) Begin(seed uint64) {
	c.seed, c.week = seed, leadWeeks
	c.people = make([]couponed, c.episodes)
	core.Parallel((c.episodes+63)/64, func(b int) {
		for e := 64 * b; e < min(64*b+64, c.episodes); e++ {
			p := &c.people[e]
			*p = couponed{who: c.w.customer(seed, e), left: c.Most, last: -99, habit: slices.Repeat([]int{-1}, len(c.cats)), lastOf: slices.Repeat([]int{-99}, len(c.cats))}
			for i, hb := range p.who.habits {
				if k := slices.Index(c.cats, hb.cat); k >= 0 {
					p.habit[k] = i
				}
			}
			n := len(c.cats)
			p.plain = life{home: make([][]bagged, n), seen: slices.Repeat([]int{-1}, n), often: make([]float64, n), units: make([]float64, n), own: make([]float64, n), deals: make([]float64, n)}
			for t := range c.w.lead {
				c.pass(p, &p.plain, e, t, 0)
			}
			p.sent = p.plain.copy()
		}
	})
}

// pass lets week t pass for a customer, and returns the profit that was
// expected of it.
func (c *Coupons) pass(p *couponed, l *life, e, t, action int) (profit float64) {
	m, w, s := c.m, c.w, p.who
	rng := rand.New(rand.NewPCG(c.seed, 1<<63|uint64(e)<<12|uint64(t)))
	on, off := -1, 0.0
	if action > 0 {
		on, off = (action-1)/len(c.Depths), -math.Log1p(-c.Depths[(action-1)%len(c.Depths)])
		profit -= c.Contact
	}
	comes := rng.Float64() < m.homes.Visit
	ready := 1 - m.homes.Swing
	if rng.Uint64()&1 == 0 {
		ready = 1 + m.homes.Swing
	}
	l.visits *= 11. / 12
	any := false
	for x, k := range c.cats {
		l.often[x] *= 11. / 12
		l.own[x] *= 11. / 12
		l.deals[x] *= 11. / 12
		l.units[x] *= .75
		// Luck is drawn whether it is needed or not: with and without a coupon
		// it is the same.
		need, which, many := rng.Float64()*m.homes.Visit, rng.Float64(), rng.Float64()
		if p.habit[x] < 0 {
			continue
		}
		hb, n := s.habits[p.habit[x]], m.needs[k]
		full := 0.0
		for _, u := range l.home[x] {
			if t-u.week <= memory {
				full += u.n * w.stock[k].age[t-u.week][0]
			}
		}
		at := s.class*w.weeks + t
		mk := &w.market[k][at]
		loyal := m.choices[k].Loyal
		j, plus := c.flat[x]-m.shop.cats[k].first, 0.0
		if x == on {
			plus = mk.a[j] * math.Expm1(m.choices[k].moves(j, m.Moved[s.class], offer{off: off}))
		}
		all := mk.sum + loyal*mk.a[hb.favourite]
		hazard := hb.rate * w.season[k][t] * math.Exp(full) * w.pull[k][at][hb.favourite]
		fav := mk.a[hb.favourite]
		value := c.usual[x][at] + loyal*fav*c.worth(k, hb.favourite, t, 0)
		cut := 0.0
		if x == on {
			cut = off
			mine, extra := mk.a[j], plus
			if hb.favourite == j {
				mine, extra = mine*(1+loyal), extra*(1+loyal)
			}
			value += (mine+extra)*c.worth(k, j, t, cut) - mine*c.worth(k, j, t, 0)
			hazard *= math.Pow((all+extra)/all, n.Theta)
			all += extra
		}
		buys := -math.Expm1(-hazard)
		profit += value / all * (math.Min(m.homes.Visit, buys*(1-m.homes.Swing)) + math.Min(m.homes.Visit, buys*(1+m.homes.Swing))) / 2
		if !comes || need >= buys*ready {
			continue
		}
		i := choose(mk, j, plus, hb.favourite, loyal, all*which)
		flat := m.shop.cats[k].first + i
		was := w.offers[flat*w.weeks+t].off
		if x != on || i != j {
			cut = 0
		}
		q := float64(1 + poissonAt(n.Many*math.Exp(n.Bulk*(was+cut)), many))
		l.home[x] = append(l.home[x], bagged{t, q})
		if len(l.home[x]) > memory {
			l.home[x] = l.home[x][1:]
		}
		l.seen[x] = t
		l.often[x]++
		l.units[x] += q
		l.own[x] += b2f(i == j)
		l.deals[x] += b2f(was+cut > 0)
		any = true
	}
	l.visits += b2f(any)
	return profit
}

// choose returns the item at the place x of the attractions, item j having
// plus more, the favourite 1+loyal times as much.
func choose(mk *market, j int, plus float64, favourite int, loyal, x float64) int {
	for i, a := range mk.a {
		if i == j {
			a += plus
		}
		if i == favourite {
			a *= 1 + loyal
		}
		if x -= a; x < 0 {
			return i
		}
	}
	return favourite
}

// See fills what the shop knows of each customer.
func (c *Coupons) See(state []float32, can []bool) {
	_, _, n, actions := c.Sizes()
	core.Parallel((c.episodes+63)/64, func(b int) {
		for e := 64 * b; e < min(64*b+64, c.episodes); e++ {
			p, x := &c.people[e], state[e*n:(e+1)*n]
			l := &p.sent
			x[0] = float32(c.week-c.w.lead) / float32(c.Weeks)
			x[1] = float32(p.left) / float32(c.Most)
			x[2] = float32(math.Min(26, float64(c.week-p.last))) / 26
			x[3] = float32(l.visits) / 12
			for k := range c.cats {
				y := x[shared+k*perItem:][:perItem]
				gap := 26.0
				if l.seen[k] >= 0 {
					gap = math.Min(26, float64(c.week-l.seen[k]))
				}
				y[0], y[1] = float32(gap)/26, float32(math.Exp(-gap/3))
				y[2], y[3] = float32(l.often[k])/3, float32(math.Sqrt(l.often[k]))
				y[4] = float32(l.units[k]) / 3
				y[5], y[6] = float32((l.own[k]+.1)/(l.often[k]+.5)), float32((l.deals[k]+.1)/(l.often[k]+.5))
				y[7] = float32(math.Exp(-float64(c.week-p.lastOf[k]) / 3))
				y[8] = float32(math.Log(c.w.season[k][c.week] / c.m.needs[k].Rate))
			}
			for a := range actions {
				can[e*actions+a] = a == 0 || p.left > 0
			}
		}
	})
}

// Act sends what was decided, and lets the week pass.
func (c *Coupons) Act(action []int32, reward []float32) {
	core.Parallel((c.episodes+63)/64, func(b int) {
		for e := 64 * b; e < min(64*b+64, c.episodes); e++ {
			p, a := &c.people[e], int(action[e])
			reward[e] = float32(c.pass(p, &p.sent, e, c.week, a) - c.pass(p, &p.plain, e, c.week, 0))
			if a > 0 {
				p.left--
				p.last, p.lastOf[(a-1)/len(c.Depths)] = c.week, c.week
			}
		}
	})
	c.week++
}
