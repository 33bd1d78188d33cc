package shop

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"shoptwin/core/table"
)

// The web shop: where a visit comes from and on what.
var (
	channels = []string{"web", "app", "newsletter", "search engine"}
	devices  = []string{"phone", "computer", "tablet"}
	actions  = []string{"search", "view", "cart", "purchase"}
	// devices by channel
	deviceOf = [][]float64{{.3, .58, .12}, {.86, 0, .14}, {.55, .35, .1}, {.5, .42, .08}}
	// mean log seconds by action, and what a phone adds
	spent      = [4]float64{2.1, 3.3, 1.5, 4.2}
	phoneSpent = [4]float64{.15, -.35, .1, .35}
)

// Readiness by hour of the day on a phone, a computer and a tablet.
var hours = [3][24]float64{
	{.6, .3, .2, .1, .1, .3, 1, 2.2, 2.6, 2, 1.8, 2, 3, 2.6, 1.9, 1.8, 2.2, 3, 3.6, 4.2, 5, 4.8, 3.4, 1.6},
	{.2, .1, .1, .1, .1, .1, .3, .9, 2, 3.6, 4.2, 4, 3.4, 3.6, 3.8, 3.6, 3, 2.2, 1.8, 2, 2.4, 2, 1.1, .5},
	{.4, .2, .1, .1, .1, .1, .4, .9, 1.2, 1.5, 1.6, 1.6, 1.8, 1.8, 1.7, 1.8, 2, 2.4, 3.2, 4.6, 6, 6.2, 4, 1.4},
}

type click struct {
	time, price, seconds      float64
	customer, session, action int32
	row, channel, device      int32
	deal                      bool
}

// clicks makes n events of the web shop in the last weeks of the history,
// ordered by time.
//
// A session is one household's, on one channel and device, about one or two
// categories it buys. It may begin with a search, looks at a few products by
// their attraction in that week, puts some into the cart - rather those on
// promotion, those cheap for their category, and rather on a computer - and
// then buys what is in the cart or leaves it.
func (m *market) clicks(n, weeks int, plan []offer, first time.Time, customers, products *table.Column, rng *rand.Rand) *table.Table {
	from := max(0, weeks-26)
	often := make([]float64, len(m.segment)) // running sum
	sum := 0.
	for h := range often {
		sum += math.Exp(1.1 * rng.NormFloat64())
		often[h] = sum
	}
	popular := make([]float64, len(m.cats))
	for k, c := range m.cats {
		popular[k] = c.bought * c.rate[2]
	}
	var events []click
	session := int32(0)
	for len(events) < n {
		h, _ := slices.BinarySearch(often, sum*rng.Float64())
		h = min(h, len(often)-1)
		session++
		g := int(m.segment[h])
		channel := pick([]float64{.34, .36, .12, .18}, rng.Float64())
		device := pick(deviceOf[channel], rng.Float64())
		week := from + rng.IntN(weeks-from)
		d := pick([]float64{.13, .12, .12, .13, .15, .16, .19}, rng.Float64())
		hour := hours[device]
		if d >= 5 && device != 1 { // weekends begin later and spread over the day
			for x := range hour {
				hour[x] = .5*hour[x] + 1.2*b2f(x >= 9 && x <= 21)
			}
		}
		now := float64(first.Unix()) + day*float64(7*week+d) + 3600*float64(pick(hour[:], total(hour[:])*rng.Float64())) + float64(rng.IntN(3600))
		do := func(action, row int, price float64, deal bool) {
			s := math.Exp(spent[action] + .6*rng.NormFloat64() + phoneSpent[action]*b2f(device == 0) + .2*b2f(deal && action == 1))
			s = math.Max(1, math.Round(s*10)/10)
			events = append(events, click{math.Floor(now), price, s, int32(h), session, int32(action), int32(row), int32(channel), int32(device), deal})
			now += s + 1
		}
		type want struct {
			row   int
			price float64
			deal  bool
		}
		var cart []want
		for range 1 + rng.IntN(2) {
			k := pick(popular, total(popular)*rng.Float64())
			for try := 0; try < 4 && m.rate[h*len(m.cats)+k] == 0; try++ {
				k = pick(popular, total(popular)*rng.Float64())
			}
			c := m.cats[k]
			weights := make([]float64, len(c.items))
			for i := range weights {
				weights[i] = math.Pow(c.attraction(g, i, plan[(m.first[k]+i)*weeks+week]), .8)
			}
			whole := total(weights)
			looks := 1 + poisson(1.4+.5*b2f(device == 1), rng)
			for look := range looks {
				i := pick(weights, whole*rng.Float64())
				it, o := c.items[i], plan[(m.first[k]+i)*weeks+week]
				price := math.Round(it.price*(1-o.depth)*100) / 100
				deal := o.row > 0
				if look == 0 && rng.Float64() < []float64{.55, .4, .15, .3}[channel] {
					do(0, it.row, price, deal)
				}
				do(1, it.row, price, deal)
				x := -1.3 + .8*b2f(deal) + 1.5*o.depth - .5*math.Log(it.price/c.middling) + .35*b2f(device == 1) + .3*b2f(channel == 2)
				if rng.Float64() < 1/(1+math.Exp(-x)) {
					do(2, it.row, price, deal)
					cart = append(cart, want{it.row, price, deal})
				}
			}
		}
		x := -.5 + .5*b2f(device == 1) + .6*b2f(channel == 1) + .25*float64(len(cart))
		if rng.Float64() < 1/(1+math.Exp(-x)) {
			for _, w := range cart {
				if rng.Float64() < .8+.1*b2f(w.deal) {
					do(3, w.row, w.price, w.deal)
				}
			}
		}
	}
	events = events[:n]
	slices.SortStableFunc(events, func(a, b click) int { return cmp.Compare(a.time, b.time) })
	return clickTable(events, customers.Levels, products.Levels)
}

// clickTable numbers the events, and the sessions by their first event.
func clickTable(events []click, customers, products []string) *table.Table {
	n := len(events)
	code := func(name string, levels []string, of func(click) int32) *table.Column {
		c := &table.Column{Field: table.Field{Name: name, Kind: table.Text}, Codes: make([]int32, n), Levels: levels}
		for i, e := range events {
			c.Codes[i] = of(e)
		}
		return c
	}
	number := func(of func(click) float64) []float64 {
		x := make([]float64, n)
		for i, e := range events {
			x[i] = of(e)
		}
		return x
	}
	sessions := map[int32]int32{}
	for _, e := range events {
		if _, ok := sessions[e.session]; !ok {
			sessions[e.session] = int32(len(sessions))
		}
	}
	next := int32(-1)
	seconds := table.NewNumber("seconds", number(func(e click) float64 { return e.seconds }))
	seconds.Decimals = 1
	return &table.Table{Name: "behaviour", Columns: []*table.Column{
		code("event_id", numbered("E", 6, n), func(click) int32 { next++; return next }),
		table.NewTime("time", timeForm, number(func(e click) float64 { return e.time })),
		code("customer_id", customers, func(e click) int32 { return e.customer }),
		code("session_id", numbered("V", 6, len(sessions)), func(e click) int32 { return sessions[e.session] }),
		code("action", actions, func(e click) int32 { return e.action }),
		code("product_id", products, func(e click) int32 { return e.row }),
		code("channel", channels, func(e click) int32 { return e.channel }),
		code("device", devices, func(e click) int32 { return e.device }),
		money("price", number(func(e click) float64 { return e.price })),
		whole("on_promotion", number(func(e click) float64 { return b2f(e.deal) })),
		seconds,
	}}
}

func total(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

func b2f(b bool) float64 { return float64(b2i(b)) }
