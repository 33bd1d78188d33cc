package synth

import "math"

// plan is the form of the network of sequences: which columns are drawn in
// which order, and what each sees.
//
// It draws slots, first those of a visit (days, later, clock, the visit's own
// columns, size), then those of a line (columns of few values, the item, the
// others). Each has a head: from the history state h and features of the
// moment, y = relu(h·U + u + b + features·B), logits y·V + v. The state is
// that of an LSTM over visits, whose inputs are features of the visit before.
type plan struct {
	owner  []int // widths of the customers' blocks
	slots  []slot
	visits int // of slots are a visit's
	items  int
	item   int // the slot of the item; -1: none
	input  inputs
}

// slot is one thing to draw.
type slot struct {
	width int
	gauge int // gaugeDays and so on; -1: none
	block int // of Visits or Lines; -1: a gauge or the item
	dim   int // of y
	sees  views
}

// inputs and views say where features begin in the matrix that they index;
// -1: not seen.
type inputs struct {
	size                         int
	owner, counts, moment, first int
	before, mean, items          int
}

type views struct {
	size                    int
	counts, moment, visit   int
	before                  int
	place, line, last, mean int
	own, lasts, basket      int
}

// Features are ramps over a number's logarithm, two of whose points a number
// lies between.
const (
	rampWidth   = 28
	countsWidth = 4 * rampWidth // visits left, events left, their ratio, days left
	dateWidth   = 32
	momentWidth = dateWidth + 7
	placeWidth  = 2*rampWidth + 1
	lately      = 64 // items and lines of a basket that features speak of at most
	choiceKinds = 3  // kinds of marks: in the basket, had before, the last
	narrowDim   = 48 // of a head but the item's
	inputDim    = 64
	widestLead  = 16 // of columns that come before the item
)

// newPlan lays the network out. widths are those of the codes of customers,
// gauges, the visits' own columns and lines.
func newPlan(owner []int, gauges [gaugeCount]int, visit, line []int, items int, wide int) *plan {
	p := &plan{owner: owner, items: items, item: -1}
	for g := range gaugeSize {
		p.slots = append(p.slots, slot{width: gauges[g], gauge: g, block: -1})
	}
	for b, w := range visit {
		p.slots = append(p.slots, slot{width: w, gauge: -1, block: b})
	}
	p.slots = append(p.slots, slot{width: gauges[gaugeSize], gauge: gaugeSize, block: -1})
	p.visits = len(p.slots)
	for b, w := range line {
		if w <= widestLead {
			p.slots = append(p.slots, slot{width: w, gauge: -1, block: b})
		}
	}
	if items > 0 {
		p.item = len(p.slots)
		p.slots = append(p.slots, slot{width: items, gauge: -1, block: -1})
	}
	for b, w := range line {
		if w > widestLead {
			p.slots = append(p.slots, slot{width: w, gauge: -1, block: b})
		}
	}
	at := 0
	room := func(n int) int {
		at += n
		return at - n
	}
	p.input = inputs{owner: room(sumInts(owner)), counts: room(countsWidth), moment: room(momentWidth), first: room(1),
		before: room(p.span(0, p.visits)), mean: room(p.span(p.visits, len(p.slots))), items: room(items)}
	p.input.size = at
	for k := range p.slots {
		s := &p.slots[k]
		s.dim = narrowDim
		at = 0
		v := views{counts: -1, before: -1, place: -1, line: -1, last: -1, mean: -1, own: -1, lasts: -1, basket: -1}
		v.moment, v.visit = room(momentWidth), room(p.span(0, p.visits))
		if k < p.visits {
			v.counts, v.before = room(countsWidth), room(p.span(0, p.visits))
		} else {
			lines := p.span(p.visits, len(p.slots))
			v.place, v.line, v.last = room(placeWidth), room(lines), room(lines)
			if k == p.item {
				s.dim = wide
				v.lasts, v.basket = room(2*items), room(items)
			} else {
				v.mean = room(s.width)
				v.own = room(items)
			}
		}
		v.size = max(at, 1)
		s.sees = v
	}
	return p
}

func sumInts(x []int) (sum int) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// span is the width of the codes of slots from to to, the item left out.
func (p *plan) span(from, to int) (n int) {
	for k := from; k < to; k++ {
		if k != p.item {
			n += p.slots[k].width
		}
	}
	return n
}

// Shape is a matrix of the network of sequences.
type Shape struct {
	Name       string
	Rows, Cols int
	FanIn      int // of what it is multiplied with; 0: it begins with zeros
}

// Where heads begin among the matrices, and how many they have.
const (
	firstHead     = 5
	headWeights   = 6
	choiceWeights = 2 // more, of the item's
)

// modelled says whether slot k has a head.
func (p *plan) modelled(k int) bool { return p.slots[k].width > 1 }

// shapes lists the network's matrices. Of a head they are U, u, B, b, V, v,
// and of the item also G and g, the worth of marks.
func (p *plan) shapes(c SequenceConfig) []Shape {
	h := c.Hidden
	out := []Shape{{"input", p.input.size, inputDim, 16}, {"input bias", 1, inputDim, 0},
		{"Wx", inputDim, 4 * h, h}, {"Wh", h, 4 * h, h}, {"gate bias", 1, 4 * h, 0}}
	for k := range p.slots {
		s := &p.slots[k]
		if !p.modelled(k) {
			continue
		}
		out = append(out, Shape{"U", h, s.dim, h}, Shape{"u", 1, s.dim, 0}, Shape{"B", s.sees.size, s.dim, 16}, Shape{"b", 1, s.dim, 0},
			Shape{"V", s.dim, s.width, s.dim}, Shape{"v", 1, s.width, 0})
		if k == p.item {
			out = append(out, Shape{"G", s.dim, choiceKinds, s.dim}, Shape{"g", 1, choiceKinds, 0})
		}
	}
	return out
}

// Features are those of some rows, for [nn.FeatureBag]: row r has IDs and
// Weights From[r] to From[r+1].
type Features struct {
	From, IDs []int32
	Weights   []float32
}

func (f *Features) reset() {
	f.From, f.IDs, f.Weights = append(f.From[:0], 0), f.IDs[:0], f.Weights[:0]
}

func (f *Features) add(id int, weight float32) {
	f.IDs, f.Weights = append(f.IDs, int32(id)), append(f.Weights, weight)
}

func (f *Features) end() { f.From = append(f.From, int32(len(f.IDs))) }

// ramp adds a number of 0 or more on its logarithmic scale.
func (f *Features) ramp(at int, x float64) {
	y := min(2*math.Log2(1+max(x, 0)), rampWidth-1.001)
	i := int(y)
	part := float32(y - float64(i))
	f.add(at+i, 1-part)
	f.add(at+i+1, part)
}

// codes adds the codes of slots from to to, of which those at out are known.
func (f *Features) codes(at int, p *plan, codes []uint16, from, to int, weight float32) {
	for k := from; k < to; k++ {
		if k == p.item {
			continue
		}
		if w := p.slots[k].width; w > 0 {
			if c := codes[k-from]; int(c) < w {
				f.add(at+int(c), weight)
			}
			at += w
		}
	}
}

// Shapes lists the network's matrices, in the order of Weights.
func (s *Sequences) Shapes() []Shape { return s.plan.shapes(s.Config) }

// Slots lists the heads in order: which slot each is of, and what it needs.
func (s *Sequences) Slots() []SlotShape {
	var out []SlotShape
	for k := range s.plan.slots {
		if w := &s.plan.slots[k]; s.plan.modelled(k) {
			out = append(out, SlotShape{Slot: k, Dim: w.dim, Width: w.width, Line: k >= s.plan.visits, Choice: k == s.plan.item})
		}
	}
	return out
}

// SlotShape is a head of the network.
type SlotShape struct {
	Slot, Dim, Width int
	Line             bool // its rows are lines, not visits
	Choice           bool // of an item
}

// Sizes of the network that are the same for all sequences.
const (
	SequenceInput = inputDim
	SequenceMarks = choiceKinds
)
