package simulate

import (
	"context"
	"math"

	"shoptwin/core"
)

// Answer is what drawn customers do under a plan and without any promotion in
// the same weeks, under the same luck, brought to the size of the shop.
type Answer struct {
	Weeks     int     `json:"weeks"`
	Customers float64 `json:"customers"` // of the shop
	Drawn     int     `json:"drawn"`     // who lived through both
	Kinds     []Kind  `json:"kinds"`     // who cares least about price first
	All       Kind    `json:"all"`
}

// Kind is the customers of one kind, or all of them. Money is in the
// receipts' currency.
type Kind struct {
	Share  float64 `json:"share"`  // of the customers
	Moved  float64 `json:"moved"`  // how much price moves them beside the mean customer, 1
	Joined float64 `json:"joined"` // share of them who buy on promotion under the plan
	Units  Change  `json:"units"`
	Sales  Change  `json:"sales"`
	Margin Change  `json:"margin"` // sales less cost of the goods, and what suppliers pay of the discounts
}

// Change is a sum without promotions and what the plan adds to it. Between Lo
// and Hi lie nine in ten shops with as many customers like these: the luck of
// who they are and what they need, not what may be wrong with the model.
type Change struct {
	Without float64 `json:"without"`
	Added   float64 `json:"added"`
	Lo      float64 `json:"lo"`
	Hi      float64 `json:"hi"`
}

// Answer lets drawn customers, at most 10,000, live through p and through its
// weeks without promotions. cost is what one unit of an item costs the shop;
// funding the share of the discounts that suppliers pay. shop is how many
// customers the shop has.
func (m *Model) Answer(ctx context.Context, p *Plan, shop int, cost func(item string) float64, funding float64, seed uint64, report func(core.Progress)) (*Answer, error) {
	drawn := min(max(4*shop, 2000), 10_000)
	with, err := m.Draw(ctx, p, drawn, seed, report)
	if err != nil {
		return nil, err
	}
	without, err := m.Draw(ctx, p.Empty(), drawn, seed, report)
	if err != nil {
		return nil, err
	}
	costs := make([]float64, len(m.shop.items))
	for i, it := range m.shop.items {
		costs[i] = cost(it.id)
	}
	type sums struct {
		n, joined float64
		without   [3]float64
		added     [3]moments
	}
	of := make([]sums, m.Config.Classes)
	for i := range with.people {
		a, b := &with.people[i], &without.people[i]
		s := &of[a.class]
		x, joined := with.worth(a, costs, funding)
		y, _ := without.worth(b, costs, funding)
		s.n++
		s.joined += b2f(joined)
		for k := range x {
			s.without[k] += y[k]
			s.added[k].add(x[k] - y[k])
		}
	}
	scale := float64(shop) / float64(drawn)
	out := &Answer{Weeks: p.weeks, Customers: float64(shop), Drawn: drawn, Kinds: []Kind{}}
	kind := func(s sums, moved float64) Kind {
		k := Kind{Share: s.n / float64(drawn), Moved: moved, Joined: s.joined / math.Max(1, s.n)}
		for i, c := range []*Change{&k.Units, &k.Sales, &k.Margin} {
			c.Without, c.Added = scale*s.without[i], scale*s.added[i].sum
			// So many customers of the shop, seen through those who were drawn.
			half := 1.645 * math.Sqrt(s.added[i].squares/math.Max(1, s.n)-math.Pow(s.added[i].sum/math.Max(1, s.n), 2)) *
				math.Sqrt(s.n*scale*(1+scale))
			if half != half {
				half = 0
			}
			c.Lo, c.Hi = c.Added-half, c.Added+half
		}
		return k
	}
	var all sums
	for _, g := range ranked(m.Moved) {
		s := of[g]
		if s.n == 0 {
			continue
		}
		out.Kinds = append(out.Kinds, kind(s, m.Moved[g]))
		all.n += s.n
		all.joined += s.joined
		for k := range s.without {
			all.without[k] += s.without[k]
			all.added[k].n += s.added[k].n
			all.added[k].sum += s.added[k].sum
			all.added[k].squares += s.added[k].squares
		}
	}
	out.All = kind(all, 1)
	return out, nil
}

// worth is the units, the money paid and the margin of a customer's lines, and
// whether one was bought on promotion.
func (h *History) worth(p *person, costs []float64, funding float64) (sum [3]float64, joined bool) {
	for _, l := range p.lines {
		o, price, q := h.offers[int(l.item)*h.weeks+int(l.week)], h.items[l.item].price, float64(l.quantity)
		paid := price * math.Exp(-o.off)
		sum[0] += q
		sum[1] += q * paid
		sum[2] += q * (paid - costs[l.item] + funding*(price-paid))
		joined = joined || o != offer{}
	}
	return sum, joined
}

// Price is the usual price of an item's unit; 0 of one that h does not know.
func (h *History) Price(item string) float64 {
	for _, it := range h.items {
		if it.id == item {
			return it.price
		}
	}
	return 0
}

// Knows says which of the offers are of items that h knows.
func (h *History) Knows(offers []Offer) (known []Offer) {
	ids := make(map[string]bool, len(h.items))
	for _, it := range h.items {
		ids[it.id] = true
	}
	for _, o := range offers {
		if ids[o.Item] {
			known = append(known, o)
		}
	}
	return known
}
