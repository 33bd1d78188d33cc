package synth

import (
	"context"
	"math"
	"math/rand/v2"

	"shoptwin/core/nn"
)

// A block is drawn slot by slot: so many customers go through the network at
// once, and who is done makes room for the next.
const (
	ownersBlock = 512
	ownersWide  = 64
)

// drawnOwner is one customer's events.
type drawnOwner struct {
	codes []uint16 // of visits, by slot
	time  []float64
	size  []int
	lines []uint16 // codes of lines, by slot
	item  []int32
}

// walker draws the visits and lines of a block of customers on one goroutine.
type walker struct {
	s      *Sequences
	m      moments
	ties   [][]pull
	sum    []float32 // of ties, zero but within tie
	tiedTo []int32

	active []*walk
	free   []*walk

	f          Features
	h, c, x, y []float32
	logits, g  []float32
	lstm       nn.LSTM
	from, mark []int32
}

type pull struct {
	item int32
	by   float32
}

// walk is one customer under way.
type walk struct {
	t     *trail
	rng   *rand.PCG
	h, c  []float32
	out   *drawnOwner
	visit int
	line  []uint16
	item  int32
}

func (s *Sequences) newWalker() *walker {
	w := &walker{s: s, m: s.moments(), ties: make([][]pull, len(s.Items)), sum: make([]float32, len(s.Items))}
	for _, t := range s.Ties {
		w.ties[t.A] = append(w.ties[t.A], pull{t.B, t.By})
		w.ties[t.B] = append(w.ties[t.B], pull{t.A, t.By})
	}
	h, p := s.Config.Hidden, s.plan
	w.lstm = nn.LSTM{In: inputDim, Hidden: h}
	wide, dim := 1, inputDim
	for k := range p.slots {
		wide, dim = max(wide, p.slots[k].width), max(dim, p.slots[k].dim)
	}
	w.h, w.c = make([]float32, ownersWide*h), make([]float32, ownersWide*h)
	w.x, w.y = make([]float32, ownersWide*inputDim), make([]float32, ownersWide*dim)
	w.logits, w.g = make([]float32, ownersWide*wide), make([]float32, ownersWide*choiceKinds)
	for range ownersWide {
		w.free = append(w.free, &walk{t: newTrail(p, w.m), h: make([]float32, h), c: make([]float32, h), line: make([]uint16, len(p.slots)-p.visits)})
	}
	return w
}

// begins is how a customer begins.
type begins struct {
	codes          []uint16
	start          float64
	visits, events int
}

// draw draws the events of customers first and on of the sample of that seed.
func (w *walker) draw(ctx context.Context, owners []begins, first int, seed uint64) ([]drawnOwner, error) {
	out := make([]drawnOwner, len(owners))
	for next := 0; ; {
		for len(w.free) > 0 && next < len(owners) {
			a, b := w.free[len(w.free)-1], owners[next]
			w.free = w.free[:len(w.free)-1]
			a.t.begin(b.codes, b.start, b.visits, b.events)
			a.rng, a.out, a.visit = stream(seed, first+next, streamEvents), &out[next], 0
			clear(a.h)
			clear(a.c)
			w.active = append(w.active, a)
			next++
		}
		if len(w.active) == 0 {
			return out, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w.visits()
		w.lines()
		still := w.active[:0]
		for _, a := range w.active {
			if t := a.t; t.lines < t.size {
				still = append(still, a)
			} else if t.visits > 1 {
				t.next()
				a.visit++
				still = append(still, a)
			} else {
				w.free = append(w.free, a)
			}
		}
		w.active = still
	}
}

// visits begins a visit for those who are between two.
func (w *walker) visits() {
	var now []*walk
	for _, a := range w.active {
		if a.t.lines == 0 {
			now = append(now, a)
		}
	}
	if len(now) == 0 {
		return
	}
	s, h := w.s, w.s.Config.Hidden
	w.f.reset()
	for i, a := range now {
		if a.visit%s.Config.Window == 0 {
			clear(a.h)
			clear(a.c)
		}
		a.t.input(&w.f)
		copy(w.h[i*h:(i+1)*h], a.h)
		copy(w.c[i*h:(i+1)*h], a.c)
	}
	n := len(now)
	bag := nn.FeatureBag{Out: inputDim, From: w.f.From, IDs: w.f.IDs, Weights: w.f.Weights}
	for i := range n {
		x := w.x[i*inputDim : (i+1)*inputDim]
		copy(x, s.Weights[1])
		bag.Add(x, s.Weights[0], i)
	}
	w.lstm.Step(w.h[:n*h], w.c[:n*h], w.x[:n*inputDim], s.Weights[2:5])
	for i, a := range now {
		copy(a.h, w.h[i*h:(i+1)*h])
		copy(a.c, w.c[i*h:(i+1)*h])
	}
	at := firstHead
	for k := range s.plan.visits {
		var of []*walk
		for _, a := range now {
			if a.needs(k) {
				of = append(of, a)
			}
		}
		w.slot(k, of, s.Weights[at:])
		if s.plan.modelled(k) {
			at += headWeights
		}
	}
	for _, a := range now {
		a.out.codes = append(a.out.codes, a.t.codes...)
		a.out.time = append(a.out.time, a.t.now)
		a.out.size = append(a.out.size, a.t.size)
	}
}

// needs says whether slot k of its visit is to be drawn.
func (a *walk) needs(k int) bool {
	t := a.t
	switch s := &t.p.slots[k]; {
	case s.gauge == gaugeDays:
		return !t.first
	case s.gauge == gaugeLater:
		return !t.first && t.m.days != nil && t.m.day(t.now) == t.m.day(t.time)
	case s.gauge == gaugeClock:
		return !t.first && t.m.days != nil && t.m.day(t.now) > t.m.day(t.time)
	}
	return true
}

// lines draws a line of everyone.
func (w *walker) lines() {
	p := w.s.plan
	at := firstHead
	for k := range p.visits {
		if p.modelled(k) {
			at += headWeights
		}
	}
	for _, a := range w.active {
		for i := range a.line {
			a.line[i] = none
		}
		a.item = -1
	}
	for k := p.visits; k < len(p.slots); k++ {
		w.slot(k, w.active, w.s.Weights[at:])
		if p.modelled(k) {
			at += headWeights
			if k == p.item {
				at += choiceWeights
			}
		}
	}
	for _, a := range w.active {
		a.t.add(a.line, a.item)
		a.out.lines = append(a.out.lines, a.line...)
		a.out.item = append(a.out.item, a.item)
	}
}

// slot draws slot k of the given customers. weights begin with its head's.
func (w *walker) slot(k int, of []*walk, weights [][]float32) {
	p := w.s.plan
	s := &p.slots[k]
	if len(of) == 0 {
		return
	}
	if p.modelled(k) {
		w.head(k, of, weights)
	}
	for i, a := range of {
		var code uint16
		logits := w.logits[i*s.width : (i+1)*s.width]
		if s.width > 1 {
			if s.gauge >= 0 {
				a.mask(k, logits, w.s.gauges[s.gauge])
			}
			weigh(logits, []int{s.width})
			code = pick(logits, a.rng)
		}
		switch {
		case k == p.item:
			a.item = int32(code)
		case k >= p.visits:
			a.line[k-p.visits] = code
		case s.gauge < 0:
			a.t.codes[k] = code
		default:
			a.measured(k, code, w.s.gauges[s.gauge])
		}
	}
}

// head sets the logits of slot k.
func (w *walker) head(k int, of []*walk, weights [][]float32) {
	p, h := w.s.plan, w.s.Config.Hidden
	s, n := &p.slots[k], len(of)
	w.f.reset()
	w.from, w.mark = append(w.from[:0], 0), w.mark[:0]
	for i, a := range of {
		a.t.head(&w.f, k, a.line, a.item)
		copy(w.h[i*h:(i+1)*h], a.h)
		if k == p.item {
			w.from, w.mark = a.t.marks(w.from, w.mark)
		}
	}
	y := w.y[:n*s.dim]
	nn.Sgemm(false, false, n, s.dim, h, 1, w.h, h, weights[0], s.dim, 0, y, s.dim)
	bag := nn.FeatureBag{Out: s.dim, From: w.f.From, IDs: w.f.IDs, Weights: w.f.Weights}
	for i := range n {
		row := y[i*s.dim : (i+1)*s.dim]
		for j := range row {
			row[j] += weights[1][j] + weights[3][j]
		}
		bag.Add(row, weights[2], i)
		for j, v := range row {
			row[j] = max(v, 0)
		}
	}
	for i := range n {
		copy(w.logits[i*s.width:(i+1)*s.width], weights[5])
	}
	nn.Sgemm(false, false, n, s.width, s.dim, 1, y, s.dim, weights[4], s.width, 1, w.logits, s.width)
	if k != p.item {
		return
	}
	for i := range n {
		copy(w.g[i*choiceKinds:(i+1)*choiceKinds], weights[7])
	}
	nn.Sgemm(false, false, n, choiceKinds, s.dim, 1, y, s.dim, weights[6], choiceKinds, 1, w.g, choiceKinds)
	choice := nn.Choice{Cols: s.width, Kinds: choiceKinds, From: w.from, Marked: w.mark}
	for i, a := range of {
		logits := w.logits[i*s.width : (i+1)*s.width]
		choice.Mark(logits, w.g[i*choiceKinds:(i+1)*choiceKinds], i)
		w.tie(logits, a.t.in)
	}
}

// tie adds what the items of a basket add to a choice.
func (w *walker) tie(logits []float32, basket []int32) {
	for _, item := range basket {
		for _, t := range w.ties[item] {
			if w.sum[t.item] == 0 {
				w.tiedTo = append(w.tiedTo, t.item)
			}
			w.sum[t.item] += t.by
		}
	}
	for _, j := range w.tiedTo {
		logits[j] += max(-tieMost, min(tieMost, w.sum[j]))
		w.sum[j] = 0
	}
	w.tiedTo = w.tiedTo[:0]
}

// never is the logit of what cannot be.
const never = -1e30

// longest is how rare a gap is, were the visits to come spread evenly, that is
// longer than any drawn.
const longest = .01

// mask takes out of slot k what would leave too little room: a size that leaves
// no event for a visit to come, and of the time up to the table's end more than
// the first of so many visits takes once in a hundred times if each may be at
// any moment. Without that, customers who came late and often crowd at the end.
func (a *walk) mask(k int, logits []float32, g *gauge) {
	t := a.t
	most := 0.
	switch t.p.slots[k].gauge {
	case gaugeDays:
		room := t.m.last - t.m.day(t.time)
		most = room * (1 - math.Pow(longest, 1/float64(max(1, t.visits))))
		if t.m.days != nil {
			most = max(most, min(room, 1))
		}
	case gaugeSize:
		most = float64(t.events - (t.visits - 1))
	case gaugeLater:
		most = daySeconds - 1 - (t.time - daySeconds*t.m.day(t.time))
	default:
		return
	}
	for c := 1; c < len(logits); c++ {
		if g.least(c) > most {
			logits[c] = never
		}
	}
}

// measured takes in the number of a gauge.
func (a *walk) measured(k int, code uint16, g *gauge) {
	t := a.t
	x := 0.
	if g != nil {
		x = g.value(code, a.rng)
		t.codes[k] = code
	}
	switch t.p.slots[k].gauge {
	case gaugeDays:
		switch {
		case t.m.days == nil:
			t.now = t.time + max(x, 0)
		case x >= 1:
			day := t.m.day(t.time)
			if at := t.m.open(day+x, day); at > day {
				t.now = daySeconds * at
				t.codes[k] = g.code(at - day)
			} else if g.width() > 0 {
				t.codes[k] = g.code(0)
			}
		}
	case gaugeLater:
		clock := t.time - daySeconds*t.m.day(t.time)
		t.now = t.time + max(0, min(x, daySeconds-1-clock))
	case gaugeClock:
		t.now += max(0, min(x, daySeconds-1))
	case gaugeSize:
		most := t.events - (t.visits - 1)
		t.size = max(1, min(int(x), most))
		if t.visits == 1 {
			t.size = t.events
		}
		if g != nil {
			t.codes[k] = g.code(float64(t.size))
		}
	}
}
