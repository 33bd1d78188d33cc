package plan

// prices weigh what is wanted: an item's own profit (1, or 0 where only rules
// count), a unit of budget, a unit that profit falls short of the margin
// floor, a promotion by week (nil: none).
type prices struct {
	own, budget, margin float64
	unit                float64 // of what is sold from a stock
	week                []float64
}

// of is what t is worth, but for prices of units and weeks.
func (r *prices) of(t *Totals, floor float64) float64 {
	return r.own*t.Profit - r.budget*t.Spent + r.margin*(t.Profit-floor*t.Sales)
}

// rate is what an option is worth in one place: each unit, each usual one, and
// the option itself.
type rate struct{ unit, usual, flat float64 }

// rates lists what options are worth in x, so that a week is soon reckoned.
func (x *Place) rates(p *Problem, funding float64, price *prices) []rate {
	out := make([]rate, p.ways())
	one := Place{Stores: x.Stores, Units: []float64{0}, Price: x.Price, Cost: x.Cost, Taken: x.Taken}
	for o := range out {
		worth := func(units, usual float64) float64 {
			one.Units[0] = usual
			t := one.value(p, funding, 0, o, units)
			return price.of(&t, p.MarginFloor)
		}
		flat := worth(0, 0)
		out[o] = rate{worth(1, 0) - flat, worth(0, 1) - flat, flat}
	}
	return out
}

// worth says what an item's week is worth by memory and option, for the dynamic
// programme, which asks for each of them once a week. However many stores are
// apart, that is a product and a sum, unless a stock is shared among them.
func (p *Problem) worth(it *Item, a *answer, price *prices) func(w int) func(code, o int) float64 {
	rates := make([][]rate, 1+len(it.Apart))
	for k := range rates {
		rates[k] = it.place(k).rates(p, it.Funding, price)
	}
	reckon := p.worthOfStock
	if len(it.Stock) == 0 {
		a.keep(p, it)
		reckon = p.worthOfEnough
	}
	return func(w int) func(int, int) float64 {
		of, promotion := reckon(it, a, rates, w, price), 0.0
		if price.week != nil && w < p.Weeks {
			promotion = price.week[w]
		}
		return func(code, o int) float64 {
			if o > 0 {
				return of(code, o) - promotion
			}
			return of(code, o)
		}
	}
}

// worthOfEnough lumps together the places in which the calendar's offers alone
// stand and are remembered.
func (p *Problem) worthOfEnough(it *Item, a *answer, rates [][]rate, w int, price *prices) func(code, o int) float64 {
	lump := make([]rate, a.options)
	for k := range rates {
		if k > 0 && a.feels(k, w) {
			continue
		}
		units := it.place(k).Units[w]
		for o := range lump {
			r := &rates[k][o]
			lump[o].unit += units * r.unit
			lump[o].flat += units*r.usual + r.flat
		}
	}
	kept := a.kept[w]
	return func(code, o int) float64 {
		at := code*a.options + o
		v := a.factor[at]*lump[o].unit + lump[o].flat
		if kept != nil {
			v += price.of(&kept[at], p.MarginFloor)
		}
		return v
	}
}

// worthOfStock is what the whole stock would sell in week w.
func (p *Problem) worthOfStock(it *Item, a *answer, rates [][]rate, w int, price *prices) func(code, o int) float64 {
	shelf, asked, served := it.shelf(), make([]float64, len(rates)), make([]float64, len(rates))
	for k := range served {
		served[k] = it.served(w, k)
	}
	return func(code, o int) (v float64) {
		p.asked(it, a, w, code, o, asked)
		for k, sold := range shelf.sold(w, asked) {
			r := &rates[k][a.stands(k, w, o)]
			v += sold*r.unit + it.place(k).Units[w]*r.usual + r.flat - price.unit*served[k]*asked[k]
		}
		return v
	}
}
