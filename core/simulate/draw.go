package simulate

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
)

// shopper is one drawn customer.
type shopper struct {
	class  int
	size   int
	home   int
	habits []habit
}

// habit is a category that a shopper buys.
type habit struct {
	cat, favourite int
	rate           float64
}

// world is a plan as shoppers see it, with weeks before it that only fill
// their cupboards.
type world struct {
	m      *Model
	lead   int // weeks before the plan
	weeks  int // those included
	offers []offer
	market [][]market    // by category: class*weeks + week
	pull   [][][]float64 // by category: the same, by favourite; factor on the hazard
	season [][]float64   // by category, by week: hazard of rate 1 at usual prices, nothing at home
	stock  []*stock
	usual  [][][]float64 // by category and class: chances of favourites
}

const leadWeeks = 30

// world lays out p; before it come weeks of the past, or of itself when it is
// the past.
func (m *Model) world(p *Plan) *world {
	h := m.shop
	w := &world{m: m, lead: leadWeeks, weeks: leadWeeks + p.weeks}
	first := int(math.Floor((p.start-h.start)/7)) - leadWeeks // in weeks of the past
	w.offers = make([]offer, len(h.items)*w.weeks)
	for i := range h.items {
		for t := range w.weeks {
			var o offer
			switch at := first + t; {
			case t >= leadWeeks:
				o = p.offers[i*p.weeks+t-leadWeeks]
			case at >= 0 && at < h.weeks:
				o = h.offers[i*h.weeks+at]
			case at < 0:
				o = h.offers[i*h.weeks+(h.weeks+at%h.weeks)%h.weeks]
			}
			w.offers[i*w.weeks+t] = o
		}
	}
	n := len(h.cats)
	w.market, w.pull, w.season = make([][]market, n), make([][][]float64, n), make([][]float64, n)
	w.stock, w.usual = make([]*stock, n), make([][][]float64, n)
	core.Parallel(n, func(k int) {
		c, cat := m.choices[k], h.cats[k]
		offers := w.offers[cat.first*w.weeks : (cat.first+cat.n)*w.weeks]
		w.market[k] = c.tabulate(m.Moved, offers, w.weeks).m
		w.pull[k] = c.pulls(m.Moved, offers, w.weeks)
		for _, row := range w.pull[k] {
			for f, x := range row {
				row[f] = math.Exp(m.needs[k].Theta * x)
			}
		}
		w.stock[k] = m.needs[k].stock()
		w.season[k] = make([]float64, w.weeks)
		for t := range w.weeks {
			w.season[k][t] = m.needs[k].Rate * math.Exp(m.needs[k].season(first+t))
		}
		for g := range c.Alpha {
			w.usual[k] = append(w.usual[k], c.favours(g))
		}
	})
	return w
}

// season is the week's factor in logarithms; of a week outside history that of
// the same weeks of other years, 0 when history has no year.
func (n *need) season(w int) float64 {
	if w >= 0 && w < len(n.Week) {
		return n.Week[w]
	}
	sum, k := 0.0, 0.0
	for v, x := range n.Week {
		if off := ((w-v)%52 + 52) % 52; len(n.Week) >= 52 && (off <= 2 || off >= 50) {
			sum, k = sum+x, k+1
		}
	}
	return sum / math.Max(1, k)
}

// shopper draws a customer, of the class and size at the place x of all, in
// [0, 1).
func (w *world) shopper(x float64, rng *rand.Rand) *shopper {
	m := w.m
	s := &shopper{}
	for g, row := range m.homes.Share {
		for z, p := range row {
			if p > 0 {
				s.class, s.size = g, z
				if x -= p; x < 0 {
					break
				}
			}
		}
		if x < 0 {
			break
		}
	}
	s.home = pick(m.trips.Home[s.class], rng.Float64())
	for k, n := range m.needs {
		o := n.Odds * m.homes.Odds[s.size]
		if rng.Float64()*(1+o) >= o {
			continue
		}
		rate := m.homes.Rates[pick(m.homes.Chance[s.size], rng.Float64())]
		s.habits = append(s.habits, habit{k, pick(w.usual[k][s.class], rng.Float64()), rate})
	}
	return s
}

// customer is the i-th of those that seed gives. Classes and sizes follow one
// another evenly, so that few customers are as mixed as many.
func (w *world) customer(seed uint64, i int) *shopper {
	rng := rand.New(rand.NewPCG(seed, uint64(2*i)))
	_, x := math.Modf(float64(seed%1009)/1009 + float64(i)*math.Phi)
	return w.shopper(x, rng)
}

// live lets a shopper live through the world; lines of the weeks before the
// plan are left out, receipts count from 0. see, if not nil, is told each
// week's hazard of each habit before the week's offers count.
func (w *world) live(s *shopper, rng *rand.Rand, see func(week, habit int, hazard float64)) person {
	m := w.m
	out := person{class: uint8(s.class)}
	type unit struct {
		week int
		n    float64
	}
	home := make([][]unit, len(s.habits))
	receipt := int32(0)
	for t := range w.weeks {
		comes := rng.Float64() < m.homes.Visit
		if !comes && see == nil {
			continue
		}
		ready := 1 - m.homes.Swing
		if rng.Uint64()&1 == 0 {
			ready = 1 + m.homes.Swing
		}
		from := len(out.lines)
		for i, hb := range s.habits {
			n, k := m.needs[hb.cat], hb.cat
			x := 0.0
			for len(home[i]) > 0 && t-home[i][0].week > memory {
				home[i] = home[i][1:]
			}
			for _, u := range home[i] {
				x += u.n * w.stock[k].age[t-u.week][0]
			}
			hazard := hb.rate * w.season[k][t]
			if x != 0 {
				hazard *= math.Exp(x)
			}
			if see != nil {
				see(t, i, hazard)
			}
			hazard *= w.pull[k][s.class*w.weeks+t][hb.favourite]
			need := rng.Float64() * m.homes.Visit
			if !comes || need >= hazard*ready { // 1-exp(-hazard) is less still
				continue
			}
			if need >= -math.Expm1(-hazard)*ready {
				continue
			}
			mk := &w.market[k][s.class*w.weeks+t]
			all := mk.sum + m.choices[k].Loyal*mk.a[hb.favourite]
			j := hb.favourite
			if x := all * rng.Float64(); x < mk.sum {
				j = pick(mk.a, x)
			}
			flat := m.shop.cats[k].first + j
			q := 1 + poisson(n.Many*math.Exp(n.Bulk*w.offers[flat*w.weeks+t].off), rng)
			home[i] = append(home[i], unit{t, float64(q)})
			if t >= w.lead {
				out.lines = append(out.lines, line{week: int16(t - w.lead), item: int32(flat), quantity: uint8(min(q, mostQuantity))})
			}
		}
		if len(out.lines) > from {
			receipt = m.trips.walk(out.lines[from:], s, receipt, rng)
		}
	}
	return out
}

// walk puts a week's lines on trips, sorts them and numbers the receipts.
func (t *trips) walk(lines []line, s *shopper, receipt int32, rng *rand.Rand) int32 {
	times := 1 + pick(t.Times, rng.Float64())
	var day [mostTrips]int8
	var store [mostTrips]int16
	for i := range times {
		for again := true; again; {
			day[i] = int8(pick(t.Day[:], rng.Float64()))
			again = slices.Contains(day[:i], day[i])
			if t.Day[day[i]] == 0 || i >= 5 {
				again = false
			}
		}
		store[i] = int16(s.home)
		if elsewhere := 1 - t.Store[s.home]; elsewhere > 1e-9 && rng.Float64() >= t.Own {
			x := elsewhere * rng.Float64()
			for k, p := range t.Store {
				if k != s.home {
					if store[i], x = int16(k), x-p; x < 0 {
						break
					}
				}
			}
		}
	}
	for i := range lines {
		k := rng.IntN(times)
		lines[i].day, lines[i].store, lines[i].receipt = day[k], store[k], int32(k)
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.receipt, b.receipt))
	})
	last := int32(-1)
	for i := range lines {
		if lines[i].receipt != last {
			last = lines[i].receipt
			receipt++
		}
		lines[i].receipt = receipt - 1
	}
	return receipt
}

// poisson draws by inversion, at most mostQuantity.
func poisson(mean float64, rng *rand.Rand) int { return poissonAt(mean, rng.Float64()) }

// poissonAt is the quantile x in [0, 1), at most mostQuantity.
func poissonAt(mean, x float64) int {
	term := math.Exp(-mean)
	for k := 0; ; k++ {
		if x -= term; x < 0 || k == mostQuantity {
			return k
		}
		term *= mean / float64(k+1)
	}
}

// Draw lets so many new customers live through p; those who never buy are
// among them. The same seed gives the same customers whatever the plan: plans
// are compared on the same people. O(customers × categories × weeks).
func (m *Model) Draw(ctx context.Context, p *Plan, customers int, seed uint64, report func(core.Progress)) (*History, error) {
	if customers < 1 {
		return nil, core.Errorf(core.Invalid, "%d customers are to be drawn", customers).WithHint("draw at least one")
	}
	if len(p.offers) != len(m.shop.items)*p.weeks {
		return nil, core.Errorf(core.Invalid, "the plan is of another shop").WithHint("make it from the history the model was fitted to")
	}
	w := m.world(p)
	out := *m.shop
	out.start, out.weeks, out.offers, out.notes = p.start, p.weeks, p.offers, nil
	out.people = make([]person, customers)
	const block = 64
	for lo := 0; lo < customers; lo += 16 * block {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hi := min(customers, lo+16*block)
		core.Parallel((hi-lo+block-1)/block, func(b int) {
			for i := lo + b*block; i < min(hi, lo+(b+1)*block); i++ {
				out.people[i] = w.live(w.customer(seed, i), rand.New(rand.NewPCG(seed, uint64(2*i+1))), nil)
			}
		})
		if report != nil {
			report(core.Progress{Stage: "sample", Done: int64(hi), Total: int64(customers), Unit: "customers"})
		}
	}
	next := int32(0)
	for p := range out.people {
		last := int32(0)
		for i := range out.people[p].lines {
			l := &out.people[p].lines[i]
			last = l.receipt + 1
			l.receipt += next
		}
		next += last
	}
	return &out, nil
}
