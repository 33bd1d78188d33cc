package synth

import (
	"math"
)

// none is the code of what is not there: the gap before the first visit, the
// time of day of a second visit on the same day.
const none = 1<<16 - 1

// trail is a customer's history on the way: what training replays and drawing
// adds to, and what features are made of.
type trail struct {
	p     *plan
	m     moments
	owner []uint16

	visits, events int     // left, of this visit on
	first          bool    // no visit before
	time, now      float64 // of the visit before, and of this one as far as it is known
	before, codes  []uint16

	size, lines int // of this basket: wanted, so far
	basket      basket
	prior       basket // the visit before's
	last        []uint16
	lastItem    int32
	secondItem  int32

	seen, in       []int32 // items of visits before, and of this basket, each once
	seenBit, inBit []uint64
}

// basket is the lines of one visit.
type basket struct {
	items []int32
	codes []uint16 // by line
}

func newTrail(p *plan, m moments) *trail {
	words := (p.items + 63) / 64
	t := &trail{p: p, m: m, seenBit: make([]uint64, words), inBit: make([]uint64, words)}
	t.before, t.codes = make([]uint16, p.visits), make([]uint16, p.visits)
	t.last = make([]uint16, len(p.slots)-p.visits)
	return t
}

// begin starts a customer.
func (t *trail) begin(owner []uint16, start float64, visits, events int) {
	t.owner, t.visits, t.events, t.first, t.time, t.now = owner, visits, events, true, start, start
	for i := range t.codes {
		t.codes[i], t.before[i] = none, none
	}
	for i := range t.last {
		t.last[i] = none
	}
	t.lastItem, t.secondItem = -1, -1
	t.basket.items, t.basket.codes = t.basket.items[:0], t.basket.codes[:0]
	t.prior.items, t.prior.codes = t.prior.items[:0], t.prior.codes[:0]
	t.seen, t.in = t.seen[:0], t.in[:0]
	clear(t.seenBit)
	clear(t.inBit)
	t.lines = 0
}

// next ends a visit and makes ready for another.
func (t *trail) next() {
	t.visits--
	t.events -= t.lines
	t.first, t.time = false, t.now
	t.before, t.codes = t.codes, t.before
	for i := range t.codes {
		t.codes[i] = none
	}
	t.prior, t.basket = t.basket, t.prior
	t.basket.items, t.basket.codes = t.basket.items[:0], t.basket.codes[:0]
	for _, i := range t.in {
		if t.seenBit[i/64]>>(i%64)&1 == 0 {
			t.seenBit[i/64] |= 1 << (i % 64)
			t.seen = append(t.seen, i)
		}
		t.inBit[i/64] &^= 1 << (i % 64)
	}
	t.in, t.lines = t.in[:0], 0
}

// add notes a line; item is -1 for what cannot be chosen.
func (t *trail) add(codes []uint16, item int32) {
	t.lines++
	t.basket.items = append(t.basket.items, item)
	t.basket.codes = append(t.basket.codes, codes...)
	copy(t.last, codes)
	t.lastItem, t.secondItem = item, t.lastItem
	if item >= 0 && t.inBit[item/64]>>(item%64)&1 == 0 {
		t.inBit[item/64] |= 1 << (item % 64)
		t.in = append(t.in, item)
	}
}

// counts adds how much is left.
func (t *trail) counts(f *Features, at int) {
	f.ramp(at, float64(t.visits))
	f.ramp(at+rampWidth, float64(t.events))
	f.ramp(at+2*rampWidth, float64(t.events)/float64(max(1, t.visits)))
	f.ramp(at+3*rampWidth, t.m.last-t.m.day(t.now))
}

// moment adds where in the table's time the moment lies, and its weekday.
func (t *trail) moment(f *Features, at int) {
	day := t.m.day(t.now)
	y := 0.
	if t.m.last > t.m.first {
		y = min(max((day-t.m.first)/(t.m.last-t.m.first), 0), .9999) * (dateWidth - 1)
	}
	i := int(y)
	part := float32(y - float64(i))
	f.add(at+i, 1-part)
	f.add(at+i+1, part)
	if t.m.days != nil {
		f.add(at+dateWidth+int(math.Mod(math.Mod(day+3, 7)+7, 7)), 1)
	}
}

// input adds the features that the history state takes in before a visit.
func (t *trail) input(f *Features) {
	p, at := t.p, t.p.input
	for b, w := 0, at.owner; b < len(p.owner); b++ {
		f.add(w+int(t.owner[b]), 1)
		w += p.owner[b]
	}
	t.counts(f, at.counts)
	t.moment(f, at.moment)
	if t.first {
		f.add(at.first, 1)
	}
	f.codes(at.before, p, t.before, 0, p.visits, 1)
	slots := len(p.slots) - p.visits
	n := len(t.prior.items)
	from := max(0, n-lately)
	if n == 0 {
		f.end()
		return
	}
	for l := from; l < n; l++ {
		f.codes(at.mean, p, t.prior.codes[l*slots:(l+1)*slots], p.visits, len(p.slots), 1/float32(n-from))
		if i := t.prior.items[l]; i >= 0 {
			f.add(at.items+int(i), float32(1/math.Sqrt(float64(n-from))))
		}
	}
	f.end()
}

// head adds the features of slot k: line are the codes of this line so far,
// item its item if that is drawn before.
func (t *trail) head(f *Features, k int, line []uint16, item int32) {
	p, at := t.p, &t.p.slots[k].sees
	t.moment(f, at.moment)
	known := p.visits
	if k < p.visits {
		known = k
		t.counts(f, at.counts)
		f.codes(at.before, p, t.before, 0, p.visits, 1)
	}
	f.codes(at.visit, p, t.codes, 0, known, 1)
	if k < p.visits {
		f.end()
		return
	}
	f.ramp(at.place, float64(t.size-t.lines-1))
	f.ramp(at.place+rampWidth, float64(t.lines))
	if t.lines == 0 {
		f.add(at.place+2*rampWidth, 1)
	}
	f.codes(at.line, p, line, p.visits, k, 1)
	f.codes(at.last, p, t.last, p.visits, len(p.slots), 1)
	n := len(t.basket.items)
	from := max(0, n-lately)
	if k == p.item {
		if t.lastItem >= 0 {
			f.add(at.lasts+int(t.lastItem), 1)
		}
		if t.secondItem >= 0 {
			f.add(at.lasts+p.items+int(t.secondItem), 1)
		}
		for _, i := range t.basket.items[from:] {
			if i >= 0 {
				f.add(at.basket+int(i), float32(1/math.Sqrt(float64(n-from))))
			}
		}
		f.end()
		return
	}
	if item >= 0 && k > p.item {
		f.add(at.own+int(item), 1)
	}
	slots := len(p.slots) - p.visits
	for l := from; l < n; l++ {
		if c := t.basket.codes[l*slots+k-p.visits]; c != none {
			f.add(at.mean+int(c), 1/float32(n-from))
		}
	}
	f.end()
}

// marks appends the things that are marked, and where the kinds end.
func (t *trail) marks(from, marked []int32) ([]int32, []int32) {
	marked = append(marked, t.in...)
	from = append(from, int32(len(marked)))
	marked = append(marked, t.seen...)
	from = append(from, int32(len(marked)))
	if t.lastItem >= 0 {
		marked = append(marked, t.lastItem)
	}
	return append(from, int32(len(marked))), marked
}
