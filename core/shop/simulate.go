package shop

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

// line is one line of a receipt.
type line struct {
	household int32
	item      int32 // flat
	offer     int32 // index into offers
	quantity  uint8
	store     uint8
}

// run is one stretch of weeks to simulate.
type run struct {
	weeks  int
	offers []offer // by flat item and week
	calm   bool    // no seasons and no shocks: the world of Truth
}

// Lognormal shocks that nobody sees, by week: of the chain, of a category's
// readiness to buy, of an item's attraction.
const (
	chainShock    = .02
	categoryShock = .04
	itemShock     = .04
)

// offered is what one week offers in one category.
type offered struct {
	attraction [segments][]float64
	total      [segments]float64
	most       [segments]float64 // largest pull on any household
	ready      [rates][fullest + 1]float64
	more       []float64 // mean units beyond the first
}

// simulate lives through r and hands each day's lines to emit, households in
// ascending order; cupboards are left as the last week leaves them. The same
// household's lines of one day are one receipt.
func (m *market) simulate(ctx context.Context, r run, rng *rand.Rand, emit func(week, day int, lines []line), report func(core.Progress)) {
	households := len(m.segment)
	keeps := make([][fullest + 1]stock, len(m.cats))
	buyers := make([][]uint8, households) // the categories a household buys
	for k, c := range m.cats {
		keeps[k] = c.keeps()
	}
	for h := range buyers {
		for k := range m.cats {
			if m.rate[h*len(m.cats)+k] > 0 {
				buyers[h] = append(buyers[h], uint8(k))
			}
		}
	}
	week := make([]offered, len(m.cats))
	var days [7][]line
	for w := range r.weeks {
		if ctx.Err() != nil {
			return // the caller looks too
		}
		m.offer(week, r, w, rng)
		for d := range days {
			days[d] = days[d][:0]
		}
		for h := range households {
			trips, day, store := m.trips(h, rng)
			mission := rng.IntN(missions)
			g := m.segment[h]
			for _, k := range buyers[h] {
				c, o, at := m.cats[k], &week[k], h*len(m.cats)+int(k)
				n := m.cupboard[at]
				if trips > 0 {
					ready := o.ready[m.rate[at]][n] * offOthers
					if mission == c.mission {
						ready *= onMission / offOthers
					}
					if need := rng.ExpFloat64(); need < ready*o.most[g] {
						f := m.favourite[at]
						all := o.total[g] + c.loyal*o.attraction[g][f]
						all0 := m.total[k][g] + c.loyal*m.base[k][g][f]
						if need < ready*math.Pow(all/all0, c.theta) {
							i := int(f)
							if x := all * rng.Float64(); x < o.total[g] {
								i = pick(o.attraction[g], x)
							}
							q := 1 + poisson(o.more[i], rng)
							t := rng.IntN(trips)
							flat := m.first[k] + i
							days[day[t]] = append(days[day[t]], line{int32(h), int32(flat), int32(flat*r.weeks + w), uint8(q), store[t]})
							n = uint8(min(int(n)+q, fullest))
						}
					}
				}
				if n > 0 {
					m.cupboard[at] = uint8(pick(keeps[k][n][:n+1], rng.Float64()))
				}
			}
		}
		for d := range days {
			emit(w, d, days[d])
		}
		if report != nil {
			report(core.Progress{Stage: "shop", Done: int64(w + 1), Total: int64(r.weeks), Unit: "weeks"})
		}
	}
}

var weekday = [7]float64{.1, .1, .12, .13, .18, .24, .13}

// trips returns how often household h shops this week, on which days, each at
// most once, in ascending order, and where.
func (m *market) trips(h int, rng *rand.Rand) (n int, day [3]int, store [3]uint8) {
	if rng.Float64() >= visits {
		return 0, day, store
	}
	n = 1 + pick([]float64{.74, .22, .04}, rng.Float64())
	for t := range n {
		for again := true; again; {
			day[t], again = pick(weekday[:], rng.Float64()), false
			for s := range t {
				again = again || day[s] == day[t]
			}
		}
		store[t] = m.store[h]
		if rng.Float64() < .15 {
			store[t] = uint8(rng.IntN(m.stores))
		}
	}
	return n, day, store
}

// offer fills week, one entry a category, for week w.
func (m *market) offer(week []offered, r run, w int, rng *rand.Rand) {
	shock := func(sd float64) float64 {
		if r.calm {
			return 1
		}
		return math.Exp(sd*rng.NormFloat64() - sd*sd/2)
	}
	chain := shock(chainShock)
	for k, c := range m.cats {
		o := &week[k]
		if o.more == nil {
			o.more = make([]float64, len(c.items))
			for g := range segments {
				o.attraction[g] = make([]float64, len(c.items))
			}
		}
		season := chain * shock(categoryShock)
		if !r.calm {
			season *= c.factor[w%52]
		}
		for rate := range rates {
			for n := range o.ready[rate] {
				o.ready[rate][n] = season * c.rate[rate] * math.Exp(-c.full*float64(n))
			}
		}
		o.total = [segments]float64{}
		for i := range c.items {
			of := r.offers[(m.first[k]+i)*r.weeks+w]
			o.more[i] = c.more(1 - of.depth)
			luck := shock(itemShock)
			for g := range segments {
				a := m.base[k][g][i]
				if of != (offer{}) {
					a = c.attraction(g, i, of)
				}
				o.attraction[g][i] = a * luck
				o.total[g] += a * luck
			}
		}
		for g := range segments {
			most := 0.
			for i, a := range o.attraction[g] {
				most = math.Max(most, (o.total[g]+c.loyal*a)/(m.total[k][g]+c.loyal*m.base[k][g][i]))
			}
			o.most[g] = math.Pow(most, c.theta)
		}
	}
}

// poisson draws by inversion, at most fullest-1: for means of a unit or two.
func poisson(mean float64, rng *rand.Rand) int {
	x, term := rng.Float64(), math.Exp(-mean)
	for k := 0; ; k++ {
		if x -= term; x < 0 || k == fullest-1 {
			return k
		}
		term *= mean / float64(k+1)
	}
}

// receipts gathers the lines of a run as the transaction table.
type receipts struct {
	first                            float64 // seconds of the first Monday
	customer, product, store, promo  []int32
	receipt                          []int32
	date, quantity, unit, off, total []float64
	last                             int32
	offers                           []offer
	rows                             []int // product row by flat item
	price                            []float64
}

func (t *receipts) add(week, weekDay int, lines []line) {
	before := int32(-1)
	for _, l := range lines {
		if l.household != before {
			before = l.household
			t.last++
		}
		o := t.offers[l.offer]
		q, price := float64(l.quantity), t.price[l.item]
		off := math.Round(q*price*o.depth*100) / 100
		t.receipt = append(t.receipt, t.last-1)
		t.date = append(t.date, t.first+day*float64(7*week+weekDay))
		t.store = append(t.store, int32(l.store))
		t.customer = append(t.customer, l.household)
		t.product = append(t.product, int32(t.rows[l.item]))
		t.quantity = append(t.quantity, q)
		t.unit = append(t.unit, price)
		t.off = append(t.off, off)
		t.total = append(t.total, math.Round((q*price-off)*100)/100)
		t.promo = append(t.promo, o.row-1)
	}
}

func (t *receipts) table(customers, stores int, products, promotions *table.Column) *table.Table {
	text := func(name string, codes []int32, levels []string) *table.Column {
		return &table.Column{Field: table.Field{Name: name, Kind: table.Text}, Codes: codes, Levels: levels}
	}
	return &table.Table{Name: "transactions", Columns: []*table.Column{
		text("receipt_id", t.receipt, numbered("R", 7, int(t.last))),
		table.NewTime("date", dayForm, t.date),
		text("store", t.store, numbered("S", 1, stores)),
		text("customer_id", t.customer, numbered("C", 5, customers)),
		text("product_id", t.product, products.Levels),
		whole("quantity", t.quantity),
		money("unit_price", t.unit), money("discount", t.off), money("amount", t.total),
		text("promotion_id", t.promo, promotions.Levels),
	}}
}

// numbered returns prefix1 to prefixn, zero-padded to digits.
func numbered(prefix string, digits, n int) []string {
	out := make([]string, n)
	for i := range out {
		s := strconv.Itoa(i + 1)
		for len(s) < digits {
			s = "0" + s
		}
		out[i] = prefix + s
	}
	return out
}

// monday returns the Monday of t's week, midnight UTC.
func monday(t time.Time) time.Time {
	t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
}
