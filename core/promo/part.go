package promo

import (
	"encoding/binary"
	"math"
)

// part is one category's part of a plan, the sum of its weeks.
type part struct {
	head   string              // what every week depends on beside its offers
	offers []string            // by week of the horizon
	weeks  []*week             // those of the horizon and, with offers, those that still feel it
	items  []int               // at work: all of the category, or without offers those shown
	kinds  [][]kind            // by item at work: sums of its cells, by kind of offer; plain weeks first
	net    [][measures]float64 // by item at work, fixed cost apart
	owned  [][measures]float64 // by item at work: what its offers do
	nets   [measures][]float64 // by draw: net, fixed cost apart; nil without offers
}

// week is one week of a category, over the plan's stores. Parts of plans that
// are alike in it share it.
type week struct {
	spots    []spot // by item at work
	kinds    []felt
	change   [measures]causes
	baseline [measures]float64
	net      [measures]float64   // fixed cost apart
	later    [][measures]float64 // by store of the plan: what offers of weeks before take, not yet told by whose
	spent    float64
}

// spot is one item in one week, over the plan's stores.
type spot struct {
	cellSum
	net    [measures]float64 // fixed cost apart
	owned  [measures]float64 // what its own offers do here and to neighbours in this week
	event  [measures]float64 // promoted value
	beyond float64           // variance of going beyond what was observed
}

// felt is a kind of offer of the item at work number item, also none where it
// feels others.
type felt struct {
	item int
	kind
}

// cellSum is what is shown of an item in a week.
type cellSum struct {
	units, baseline                 float64
	asked, wide, room               float64 // units as if there were enough, the cells' variance of that, and what is there at most
	value, base                     [measures]float64
	noise, itemWeek, itemAll, shock [measures]float64 // see spreads; noise is a variance, the rest standard deviations
	spent, depth, weight            float64
	feature, display, guess         bool
	promoted                        float64 // expected units on offer
}

// causes of a change, as in [Effect].
type causes struct{ extra, cut, taken, pulled, short, funding, fixed float64 }

func (c causes) net() float64 {
	return c.extra + c.cut + c.taken + c.pulled + c.short + c.funding + c.fixed
}

func (c *causes) add(d causes) {
	c.extra += d.extra
	c.cut += d.cut
	c.taken += d.taken
	c.short += d.short
	c.pulled += d.pulled
	c.funding += d.funding
	c.fixed += d.fixed
}

// part sums up category g. Weeks that are alike in last, which may be nil, are
// taken from there: same head, same offers in the week and in those before it
// that it remembers.
func (q *planned) part(m *Model, g int, touched bool, head string, offers []string, last *part) *part {
	p := &part{head: head, offers: offers, items: q.atWork(m, g, touched)}
	weeks := q.Horizon
	if touched {
		weeks = q.weeks
	}
	p.weeks = make([]*week, weeks)
	s := newSum(m, q, g, touched, p.items)
	if s.served = q.ration(m, g, touched); s.served == nil && last != nil {
		for w := range p.weeks {
			if w < len(last.weeks) && p.alike(last, w, m.lags) {
				p.weeks[w] = last.weeks[w]
			}
		}
	}
	for from := 0; from < weeks; from++ {
		to := from
		for to < weeks && p.weeks[to] == nil {
			to++
		}
		if to > from {
			s.weeks(p.weeks[from:to], from)
			from = to
		}
	}
	p.add()
	if touched {
		p.share(m, q)
		p.draw(m.lots(g))
	}
	return p
}

// atWork lists the items of category g that are computed.
func (q *planned) atWork(m *Model, g int, touched bool) []int {
	if touched {
		return m.members[g]
	}
	var out []int
	for _, i := range m.members[g] {
		if q.shown[i] >= 0 {
			out = append(out, i)
		}
	}
	return out
}

// alike says whether week w of p is last's.
func (p *part) alike(last *part, w, lags int) bool {
	for v := max(w-lags, 0); v <= min(w, len(p.offers)-1); v++ {
		if p.offers[v] != last.offers[v] {
			return false
		}
	}
	return true
}

// add sums p's weeks up by item.
func (p *part) add() {
	n := len(p.items)
	p.kinds, p.net, p.owned = make([][]kind, n), make([][measures]float64, n), make([][measures]float64, n)
	kinds := make([]kind, 2*n)
	for k := range p.kinds {
		p.kinds[k] = kinds[2*k:][:1:2]
	}
	for _, w := range p.weeks {
		for k := range w.spots {
			s, net, owned := &w.spots[k], &p.net[k], &p.owned[k]
			for j := range measures {
				net[j] += s.net[j]
				owned[j] += s.owned[j]
			}
		}
		for n := range w.kinds {
			k := &w.kinds[n]
			p.kinds[k.item] = merge(p.kinds[k.item], &k.kind)
		}
	}
}

// share tells what offers of weeks before take in each store to the items on
// offer there, as far as these draw.
func (p *part) share(m *Model, q *planned) {
	drew, lift := make([]float64, len(p.items)), make([]float64, len(p.items))
	for sp, store := range q.stores {
		var later [measures]float64
		for _, w := range p.weeks {
			l := &w.later[sp]
			later[0], later[1], later[2] = later[0]+l[0], later[1]+l[1], later[2]+l[2]
		}
		all := 0.0
		for k, i := range p.items {
			drew[k] = 0
			place := q.place[i]
			if place < 0 {
				continue
			}
			if sp == 0 || q.single[place] {
				lift[k] = q.lift(i, sp)
			}
			if n := m.bySeries[i*len(m.stores)+store]; n >= 0 {
				drew[k] = m.series[n].share * lift[k]
				all += drew[k]
			}
		}
		if all == 0 {
			continue
		}
		for k, x := range drew {
			for j := range later {
				p.owned[k][j] += later[j] * x / all
			}
		}
	}
}

// groups says which categories hold offers, and which hold items that are shown.
func (q *planned) groups(m *Model) (touched, needed []bool) {
	touched, needed = make([]bool, len(m.members)), make([]bool, len(m.members))
	for _, c := range q.cells {
		touched[m.group[c.item]] = true
	}
	for _, i := range q.items {
		needed[m.group[i]] = true
	}
	return touched, needed
}

// keys name everything that the parts depend on: by category what its weeks
// share, and the offers of each week.
func (q *planned) keys(m *Model, touched, needed []bool) (heads []string, offers [][]string) {
	heads, offers = make([]string, len(m.members)), make([][]string, len(m.members))
	k := make(key, 0, 1024)
	for g := range heads {
		if !touched[g] && !needed[g] {
			continue
		}
		k = k[:0]
		for _, x := range [...]float64{float64(q.Horizon), float64(len(q.stores)), q.CostChange, q.Traffic, q.Funding, q.FeatureCost, q.DisplayCost} {
			k.add(x)
		}
		for _, s := range q.stores {
			k.add(float64(s))
		}
		for _, i := range m.members[g] {
			if q.shown[i] >= 0 || touched[g] {
				k.add(float64(i))
				k.add(float64(min(q.shown[i], 0)))
				k.add(q.margin[i])
			}
		}
		for _, l := range q.stock {
			if m.group[l.item] == g {
				for _, x := range [...]float64{-1, float64(l.item), float64(l.store), float64(l.from), float64(l.to), l.units} {
					k.add(x)
				}
			}
		}
		heads[g], offers[g] = string(k), make([]string, q.Horizon)
	}
	for n := range q.cells {
		c, of := &q.cells[n], q.source[n]
		k = k[:0]
		for _, x := range [...]float64{float64(c.item), float64(len(of.Store)), c.depth, c.feature, c.display} {
			k.add(x)
		}
		offers[m.group[c.item]][of.Week] += string(append(k, of.Store...))
	}
	return heads, offers
}

type key []byte

//go:noinline
func (k *key) add(x float64) { *k = binary.LittleEndian.AppendUint64(*k, math.Float64bits(x)) }

// merge adds a kind to those of its item.
func merge(kinds []kind, k *kind) []kind {
	for n := range kinds {
		if b := &kinds[n]; b.r == k.r && b.feature == k.feature && b.display == k.display {
			for j := range b.moments {
				to, x := &b.moments[j], &k.moments[j]
				for i := range to {
					to[i] += x[i]
				}
			}
			return kinds
		}
	}
	return append(kinds, *k)
}
