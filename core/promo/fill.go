package promo

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"shoptwin/core"
)

// compact drops items and stores without rows, names the series, and leaves
// out the slowest items when the panel would not fit in memory.
func (p *Panel) compact(rows []row) ([]row, error) {
	sold := make([]float64, len(p.items))
	for _, r := range rows {
		sold[r.item] += 1 + r.units
	}
	type pair struct{ item, store int32 }
	seen := map[pair]bool{}
	for _, r := range rows {
		seen[pair{r.item, r.store}] = true
	}
	perItem := make([]int, len(p.items))
	for k := range seen {
		perItem[k.item]++
	}
	order := make([]int, len(p.items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sold[b], sold[a]) })
	keep, cells := 0, 0
	for _, i := range order {
		if sold[i] == 0 || cells+perItem[i]*p.weeks > maxCells {
			break
		}
		cells += perItem[i] * p.weeks
		keep++
	}
	if keep == 0 {
		return nil, core.Errorf(core.Unsupported, "%d stores x %d weeks are too many for one item", len(p.stores), p.weeks).WithHint("take fewer stores or weeks")
	}
	if keep < len(order) && sold[order[keep]] > 0 {
		p.note("the %d slowest items left out: the panel holds at most %d weeks of sales", len(order)-keep, maxCells)
	}
	newItem := make([]int32, len(p.items))
	for i := range newItem {
		newItem[i] = -1
	}
	items := make([]item, keep)
	for n, i := range order[:keep] {
		newItem[i], items[n] = int32(n), p.items[i]
	}
	p.items = items

	kept := rows[:0]
	usedStore := make([]bool, len(p.stores))
	for _, r := range rows {
		if r.item = newItem[r.item]; r.item >= 0 {
			usedStore[r.store] = true
			kept = append(kept, r)
		}
	}
	newStore := make([]int32, len(p.stores))
	var stores []string
	for s, used := range usedStore {
		if used {
			newStore[s] = int32(len(stores))
			stores = append(stores, p.stores[s])
		}
	}
	p.stores = stores
	for i := range kept {
		kept[i].store = newStore[kept[i].store]
	}
	for k := range seen {
		if n := newItem[k.item]; n >= 0 {
			p.series = append(p.series, seriesKey{n, newStore[k.store]})
		}
	}
	slices.SortFunc(p.series, func(a, b seriesKey) int {
		return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.store, b.store))
	})
	return kept, nil
}

// sums of the rows of one cell.
type sums struct {
	units, paid float64 // paid is money
	base        float64 // weight times base price
	weight      float64
	rows        int32
	flags       uint8
}

// fill makes the cells of the panel.
func (p *Panel) fill(rows []row, receipts bool, cal *offers) {
	n := len(p.series) * p.weeks
	p.units, p.lp, p.lb, p.flags = make([]float32, n), make([]float32, n), make([]float32, n), make([]uint8, n)
	at := make([]int32, len(p.items)*len(p.stores))
	for s, k := range p.series {
		at[int(k.item)*len(p.stores)+int(k.store)] = int32(s)
	}
	if receipts {
		rows = p.plausible(rows)
	}
	cells := make([]sums, n)
	price := make([]float64, n)
	repeated := 0
	for _, r := range rows {
		i := int(at[int(r.item)*len(p.stores)+int(r.store)])*p.weeks + int(r.week)
		c := &cells[i]
		if !receipts && c.rows == 1 && c.units == r.units && math.Abs(price[i]-r.paid) < 1e-9 {
			repeated++
			continue
		}
		weight := max(r.units, 1e-3) // a week without sales still has its price
		c.units += r.units
		c.paid += weight * r.paid
		c.weight += weight
		c.rows++
		if r.base == r.base {
			c.base += weight * r.base
		} else {
			c.base = math.NaN()
		}
		c.flags |= r.flags
		price[i] = r.paid
	}
	if repeated > 0 {
		p.note("%d rows left out: the same item, store, week, units and price twice", repeated)
	}
	uncertain := 0
	base := make([]float64, p.weeks)
	paid := make([]float64, p.weeks)
	for s, k := range p.series {
		row := cells[s*p.weeks : (s+1)*p.weeks]
		derive := false
		for w, c := range row {
			base[w], paid[w] = math.NaN(), math.NaN()
			if c.rows > 0 {
				paid[w] = c.paid / c.weight
				base[w] = c.base / c.weight
				derive = derive || base[w] != base[w]
			}
		}
		if derive {
			upperPrices(base, paid)
		}
		carry(base)
		for w, c := range row {
			i := s*p.weeks + w
			p.lb[i] = float32(math.Log(base[w]))
			p.units[i] = float32(math.NaN())
			if c.rows > 0 {
				p.units[i] = float32(c.units)
				p.lp[i] = ratio(paid[w] / base[w])
				p.flags[i] = c.flags
			}
			if o, ok := cal.at(k.item, k.store, w); ok && (o.days >= 4 || c.rows == 0) {
				p.lp[i] = ratio(1 - float64(o.depth))
				p.flags[i] |= o.flags
			} else if cal != nil && c.rows > 0 && p.lp[i] < -0.03 {
				// On offer by its price, yet the calendar does not say how:
				// whether it was featured is not known, so the week teaches nothing.
				p.flags[i] |= unsure
				uncertain++
			}
		}
	}
	if uncertain > 0 {
		p.note("%d weeks of series left out: sold below base price, but in no promotion of the calendar", uncertain)
	}
	if receipts {
		p.zeros()
	} else if gaps := p.gaps(); gaps > 0 {
		p.note("%d weeks of series without a row, between others that have one: not taken for weeks without sales, which are rows of zero units", gaps)
	}
	for i, f := range p.flags {
		if f&unsure != 0 {
			p.units[i], p.flags[i] = float32(math.NaN()), f&^unsure
		}
	}
}

func ratio(x float64) float32 {
	return float32(math.Log(min(max(x, 0.1), 1.2)))
}

// plausible leaves out receipt lines with a price or a quantity far from the
// item's own: a price ten times off, a quantity over 50 times the median and
// over 100.
func (p *Panel) plausible(rows []row) []row {
	prices, quantities := make([][]float64, len(p.items)), make([][]float64, len(p.items))
	for _, r := range rows {
		prices[r.item] = append(prices[r.item], r.paid)
		quantities[r.item] = append(quantities[r.item], r.units)
	}
	midPrice, midUnits := make([]float64, len(p.items)), make([]float64, len(p.items))
	for i := range p.items {
		midPrice[i], midUnits[i] = median(prices[i]), median(quantities[i])
	}
	kept := rows[:0]
	for _, r := range rows {
		x := r.paid / midPrice[r.item]
		if x > 10 || x < 0.1 || r.units > 50*midUnits[r.item] && r.units > 100 {
			continue
		}
		kept = append(kept, r)
	}
	if n := len(rows) - len(kept); n > 0 {
		p.note("%d receipt lines left out: a price or a quantity far from the item's own", n)
	}
	return kept
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	return x[len(x)/2]
}

// upperPrices sets base to the upper quartile of the prices within 8 weeks.
func upperPrices(base, paid []float64) {
	window := make([]float64, 0, 17)
	for w := range base {
		window = window[:0]
		for v := max(0, w-8); v <= min(len(paid)-1, w+8); v++ {
			if paid[v] == paid[v] {
				window = append(window, paid[v])
			}
		}
		base[w] = math.NaN()
		if len(window) > 0 {
			slices.Sort(window)
			base[w] = window[len(window)*3/4]
		}
	}
}

// carry fills gaps with the last known value, and the start with the first.
func carry(x []float64) {
	last := math.NaN()
	for i, v := range x {
		if v == v {
			last = v
		}
		x[i] = last
	}
	for i := len(x) - 1; i >= 0; i-- {
		if x[i] == x[i] {
			last = x[i]
		}
		x[i] = last
	}
}

// gaps counts the weeks without a row between a series' first and last.
func (p *Panel) gaps() (n int) {
	for s := range p.series {
		since := -1 // weeks without a row since the last one; -1 before the first
		for _, u := range p.units[s*p.weeks : (s+1)*p.weeks] {
			switch {
			case u == u:
				n += max(since, 0)
				since = 0
			case since >= 0:
				since++
			}
		}
	}
	return n
}

// zeros makes weeks without receipts zero units, as long as the gap at either
// end is one that the item's usual sales could leave by chance.
func (p *Panel) zeros() {
	for s := range p.series {
		u := p.units[s*p.weeks : (s+1)*p.weeks]
		first, last, total := -1, -1, 0.0
		for w, x := range u {
			if x == x {
				if first < 0 {
					first = w
				}
				last = w
				total += float64(x)
			}
		}
		if first < 0 {
			continue
		}
		rate := total / float64(last-first+1)
		if float64(first)*rate < 8 {
			first = 0
		}
		if float64(len(u)-1-last)*rate < 8 {
			last = len(u) - 1
		}
		for w := first; w <= last; w++ {
			if u[w] != u[w] && !math.IsNaN(float64(p.lb[s*p.weeks+w])) {
				u[w] = 0
			}
		}
	}
}

// category is the item's, "" becoming one shared category.
func (it item) category() string { return strings.TrimSpace(it.Category) }
