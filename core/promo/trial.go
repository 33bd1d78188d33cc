package promo

import (
	"encoding/binary"
	"math"
	"slices"
)

// Trial answers one plan after the other, as when somebody edits one. Items
// answer to those of their own category alone, so what was reckoned of a
// category serves until something of it changes: an edit costs its category
// and not the whole plan. A Trial is not for several goroutines at once.
type Trial struct {
	m    *Model
	kept map[string]*run // a category's part, by everything that it depends on
	used []string        // keys of kept, the latest last
}

// Trial returns one without anything in it.
func (m *Model) Trial() *Trial { return &Trial{m: m, kept: map[string]*run{}} }

// keptPlans is how many plans' parts a Trial keeps: three scenarios, and what
// one of them was before the last edits.
const keptPlans = 5

// WhatIf is [Model.WhatIf].
func (t *Trial) WhatIf(p Plan) (*Outcome, error) {
	r, err := t.run(p)
	if err != nil {
		return nil, err
	}
	return r.outcome(), nil
}

// Compare is [Model.Compare].
func (t *Trial) Compare(p, than Plan) (*Comparison, error) {
	a, err := t.run(p)
	if err != nil {
		return nil, err
	}
	b, err := t.run(than)
	if err != nil {
		return nil, err
	}
	return a.beside(b), nil
}

// run puts a plan together from the parts of its categories.
func (t *Trial) run(p Plan) (*run, error) {
	q, err := t.m.check(p)
	if err != nil {
		return nil, err
	}
	m := t.m
	touched, needed := q.groups(m)
	parts := make([]*run, 0, len(m.members))
	for g := range m.members {
		if !needed[g] && !touched[g] {
			continue
		}
		key := q.key(m, g, touched[g])
		part := t.kept[key]
		if part == nil {
			part = q.part(m, g, touched[g])
			t.kept[key] = part
		} else {
			at := slices.Index(t.used, key)
			t.used = slices.Delete(t.used, at, at+1)
		}
		t.used = append(t.used, key)
		parts = append(parts, part)
	}
	for over := len(t.used) - keptPlans*max(len(parts), 1); over > 0; over-- {
		delete(t.kept, t.used[0])
		t.used = t.used[1:]
	}
	return q.together(m, parts), nil
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

// part sums up one category alone.
func (q *planned) part(m *Model, g int, touched bool) *run {
	r := newRun(m, q)
	r.served = q.ration(m, g, touched)
	r.take(g, touched)
	r.room()
	for s := range q.stores {
		r.group(g, s, touched)
	}
	if touched {
		r.drawNets(g)
	}
	return r
}

// room makes place for what is kept of the items at work.
func (r *run) room() {
	r.net = make([]float64, len(r.work)*measures)
	r.cellNet = make([]float64, len(r.work)*r.q.weeks*measures)
}

// together adds up parts, each of one category, which may be of another plan
// that is the same there: items are where that plan has them.
func (q *planned) together(m *Model, parts []*run) *run {
	r := newRun(m, q)
	for _, p := range parts {
		for _, i := range p.work {
			r.local[i] = len(r.work)
			r.work = append(r.work, i)
		}
		r.kinds = append(r.kinds, p.kinds...)
	}
	r.room()
	for _, p := range parts {
		for _, i := range p.work {
			rows(r.net, p.net, r.local[i], p.local[i], measures)
			rows(r.cellNet, p.cellNet, r.local[i], p.local[i], q.weeks*measures)
			if q.shown[i] >= 0 {
				rows(r.cells, p.cells, q.shown[i], p.q.shown[i], q.Horizon)
			}
			if q.place[i] >= 0 {
				r.owned[q.place[i]] = p.owned[p.q.place[i]]
				rows(r.event, p.event, q.place[i], p.q.place[i], q.Horizon*measures)
				rows(r.guess, p.guess, q.place[i], p.q.place[i], q.Horizon)
			}
		}
		for j := range measures {
			r.change[j].add(p.change[j])
			r.baseline[j] += p.baseline[j]
			for d, x := range p.nets[j] {
				r.nets[j][d] += x
			}
		}
		for n, x := range p.weekly {
			r.weekly[n] += x
		}
		r.spent += p.spent
	}
	return r
}

// rows copies row number from of all rows of that width to row number to.
func rows[T any](to, from []T, at, of, width int) {
	copy(to[at*width:(at+1)*width], from[of*width:(of+1)*width])
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

// key names everything that category g's part depends on.
func (q *planned) key(m *Model, g int, touched bool) string {
	k := make(key, 0, 512)
	k.whole(g, q.Horizon, len(q.stores))
	k.numbers(q.CostChange, q.Traffic, q.Funding, q.FeatureCost, q.DisplayCost)
	k.whole(q.stores...)
	for _, i := range m.members[g] {
		if q.shown[i] >= 0 || touched {
			k.whole(i, min(q.shown[i], 0))
			k.numbers(q.margin[i])
		}
	}
	for _, l := range q.stock {
		if m.group[l.item] == g {
			k.whole(-2, l.item, l.store, l.from, l.to)
			k.numbers(l.units)
		}
	}
	for n, c := range q.cells {
		if m.group[c.item] != g {
			continue
		}
		k.whole(-1, c.item, q.source[n].Week)
		k = append(k, q.source[n].Store...)
		k.numbers(c.depth, c.feature, c.display)
	}
	return string(k)
}

type key []byte

func (k *key) whole(all ...int) {
	for _, x := range all {
		*k = binary.AppendVarint(*k, int64(x))
	}
}

func (k *key) numbers(all ...float64) {
	for _, x := range all {
		*k = binary.LittleEndian.AppendUint64(*k, math.Float64bits(x))
	}
}
