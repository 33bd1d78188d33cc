package synth

import (
	"encoding/binary"
	"io"
	"math"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/table"
)

// fitLines learns the columns of visits and of lines, lays the network out and
// codes everything.
func (s *Sequences) fitLines(r *SequenceRows, seed uint64) (err error) {
	p := r.parts
	var visitCodes, lineCodes [][]uint16
	visits := &table.Table{Name: "visits"}
	owners := make([]int32, len(p.time))
	for v := range owners {
		owners[v] = p.whose[p.visit[v]]
	}
	for i := range p.events.Columns {
		if p.roles[i] == isVisit {
			visits.Columns = append(visits.Columns, p.lines(i, p.visit, owners, s.Config.Encode.MinCount))
		}
		if p.roles[i] == isBasket {
			if s.basket, err = encode.FitKey(p.events.Columns[i]); err != nil {
				return err
			}
		}
	}
	if len(visits.Columns) > 0 {
		if s.Visits, err = encode.Fit(visits, s.Config.Encode, rand.New(stream(seed, 0, streamVisits))); err != nil {
			return core.Wrap(err, "learning the columns of visits")
		}
		if visitCodes, err = s.Visits.Codes(visits); err != nil {
			return err
		}
	}
	lines := p.lineTable(s)
	if len(lines.Columns) == 0 {
		// A column without variety stands for lines that have none.
		lines.Columns = append(lines.Columns, table.NewNumber(s.inner(pauseColumn), make([]float64, len(p.rows))))
	}
	if s.Lines, err = encode.FitKnown(lines, s.itemNames(), s.Config.Encode, rand.New(stream(seed, 0, streamLines))); err != nil {
		return core.Wrap(err, "learning the columns of events")
	}
	all, err := s.Lines.Codes(lines)
	if err != nil {
		return err
	}
	for b, known := range s.Lines.IsKnown(s.itemNames()) {
		if !known {
			lineCodes = append(lineCodes, all[b])
		}
	}
	s.Items = s.vocabulary()
	s.lay()
	if r.owners, r.start, err = s.ownerCodes(p.ownerTable(s)); err != nil {
		return err
	}
	r.item = s.itemsOf(lines)
	r.code(visitCodes, lineCodes)
	return nil
}

// itemNames returns the column of items, as a list.
func (s *Sequences) itemNames() []string {
	for i, f := range s.Fields {
		if s.roles[i] == isItem {
			return []string{f.Name}
		}
	}
	return nil
}

// vocabulary returns the items that can be chosen.
func (s *Sequences) vocabulary() []string {
	for _, name := range s.itemNames() {
		for i := range s.Lines.Columns {
			if c := &s.Lines.Columns[i]; c.Field.Name == name && c.Form == encode.Modelled && len(c.Parts) == 1 {
				return c.Parts[0].Levels
			}
		}
	}
	return nil
}

// lay makes the plan from the encoders.
func (s *Sequences) lay() {
	var gauges [gaugeCount]int
	for g := range gauges {
		gauges[g] = s.gauges[g].width()
	}
	var visit, line []int
	if s.Visits != nil {
		visit = s.Visits.Widths()
	}
	known := s.Lines.IsKnown(s.itemNames())
	for b, w := range s.Lines.Widths() {
		if !known[b] {
			line = append(line, w)
		}
	}
	s.plan = newPlan(s.Owners.Encoder.Widths(), gauges, visit, line, len(s.Items), s.Config.Wide)
}

// ownerCodes returns the codes of customers by customer, and their starts.
func (s *Sequences) ownerCodes(t *table.Table) ([][]uint16, []float64, error) {
	codes, err := s.Owners.Encoder.Codes(t)
	if err != nil {
		return nil, nil, err
	}
	out := make([][]uint16, t.Rows())
	for o := range out {
		for _, c := range codes {
			out[o] = append(out[o], c[o])
		}
	}
	return out, t.Column(s.inner(startColumn)).Num, nil
}

// itemsOf returns the item of each line, -1 for what cannot be chosen.
func (s *Sequences) itemsOf(lines *table.Table) []int32 {
	item := make([]int32, lines.Rows())
	for i := range item {
		item[i] = -1
	}
	for _, name := range s.itemNames() {
		c, index := lines.Column(name), map[string]int32{}
		for i, l := range s.Items {
			index[l] = int32(i)
		}
		for i, l := range c.Codes {
			if l < 0 {
				continue
			}
			if at, ok := index[c.Levels[l]]; ok {
				item[i] = at
			}
		}
	}
	return item
}

// code sets the codes of visits and lines by slot.
func (r *SequenceRows) code(visit, line [][]uint16) {
	p, plan, m := r.parts, r.s.plan, r.s.moments()
	for v := range p.time {
		x := p.measure(v, m)
		for k := range plan.visits {
			switch s := &plan.slots[k]; {
			case s.block >= 0:
				r.codes = append(r.codes, visit[s.block][v])
			case s.width == 0 || math.IsNaN(x[s.gauge]):
				r.codes = append(r.codes, none)
			default:
				r.codes = append(r.codes, r.s.gauges[s.gauge].code(x[s.gauge]))
			}
		}
	}
	for i := range p.rows {
		for k := plan.visits; k < len(plan.slots); k++ {
			if b := plan.slots[k].block; b >= 0 {
				r.lines = append(r.lines, line[b][i])
			} else {
				r.lines = append(r.lines, none)
			}
		}
	}
}

// maxJudged is how many windows are set aside at most.
const maxJudged = 400

// windows cuts customers into windows, and sets some customers aside.
func (r *SequenceRows) windows(seed uint64) {
	n := len(r.owners)
	aside := make([]bool, n)
	if n >= 100 {
		order := rand.New(stream(seed, 0, streamAside)).Perm(n)
		for _, o := range order[:min(int(r.s.Config.HoldOut*float64(n)), maxJudged)] {
			aside[o] = true
		}
	}
	for o := range int32(n) {
		for v := r.parts.owner[o]; v < r.parts.owner[o+1]; v += int32(r.s.Config.Window) {
			if w := (Window{o, v}); aside[o] {
				r.Aside = append(r.Aside, w)
			} else {
				r.Learn = append(r.Learn, w)
			}
		}
	}
}

// SequenceBatch is some windows as the network takes them. Visits lie by
// time: row t·Windows + w is visit t of window w.
type SequenceBatch struct {
	Windows, Steps int
	Lengths        []int32    // visits of each window
	Input          Features   // of visits
	Heads          []Features // of each slot's rows: visits, or lines
	Targets        [][]int32  // likewise: the code; -1: none
	Visit          []int32    // of each line, its visit's row
	From, Marked   []int32    // see [nn.Choice]
	Total          int        // lines of all the windows

	trail *trail
	spare []Features // rows as they are made, window by window
	place [][]int32  // and where each belongs
}

// Batch returns one for so many windows and lines.
func (r *SequenceRows) Batch(windows, lines int) *SequenceBatch {
	p := r.s.plan
	b := &SequenceBatch{Windows: windows, Steps: r.s.Config.Window, Lengths: make([]int32, windows), Visit: make([]int32, lines),
		Heads: make([]Features, len(p.slots)), Targets: make([][]int32, len(p.slots)), trail: newTrail(p, r.s.moments()),
		spare: make([]Features, p.visits+1), place: make([][]int32, p.visits+1)}
	for k := range p.slots {
		n := lines
		if k < p.visits {
			n = windows * b.Steps
		}
		b.Targets[k] = make([]int32, n)
		b.Heads[k].From = make([]int32, n+1)
	}
	b.Input.From = make([]int32, windows*b.Steps+1)
	b.From = make([]int32, lines*choiceKinds+1)
	return b
}

// Fill sets b to the given windows and a choice of their lines. It depends on
// the arguments and rng's state only.
func (r *SequenceRows) Fill(b *SequenceBatch, windows []Window, rng *rand.Rand) {
	plan, p := r.s.plan, r.parts
	for k := range b.Targets {
		for i := range b.Targets[k] {
			b.Targets[k][i] = -1
		}
		if k >= plan.visits {
			b.Heads[k].reset()
		}
	}
	for i := range b.spare {
		b.spare[i].reset()
		b.place[i] = b.place[i][:0]
	}
	clear(b.Visit)
	b.From, b.Marked = append(b.From[:0], 0), b.Marked[:0]
	total := 0
	for _, w := range windows {
		_, hi := r.span(w)
		total += int(p.visit[hi] - p.visit[w.visit])
	}
	room := len(b.Visit)
	b.Total = total
	f := &filling{r, b, rng, total, min(room, total), 0}
	for i, w := range windows {
		f.window(i, w)
	}
	for ; f.at < room; f.at++ { // lines that are not there
		for k := plan.visits; k < len(plan.slots); k++ {
			b.Heads[k].end()
		}
		for range choiceKinds {
			b.From = append(b.From, int32(len(b.Marked)))
		}
	}
	for i := range b.spare {
		into := &b.Input
		if i < plan.visits {
			into = &b.Heads[i]
		}
		into.arrange(&b.spare[i], b.place[i], b.Windows*b.Steps)
	}
}

// span returns the visits of w.
func (r *SequenceRows) span(w Window) (lo, hi int32) {
	return w.visit, min(w.visit+int32(r.s.Config.Window), r.parts.owner[w.owner+1])
}

// arrange sets f to n rows, those of from at their places, the others empty.
func (f *Features) arrange(from *Features, place []int32, n int) {
	which := make([]int32, n)
	for i, at := range place {
		which[at] = int32(i) + 1
	}
	f.reset()
	for _, i := range which {
		if i > 0 {
			lo, hi := from.From[i-1], from.From[i]
			f.IDs = append(f.IDs, from.IDs[lo:hi]...)
			f.Weights = append(f.Weights, from.Weights[lo:hi]...)
		}
		f.end()
	}
}

// filling is a batch on the way.
type filling struct {
	r    *SequenceRows
	b    *SequenceBatch
	rng  *rand.Rand
	left int // lines still to come
	want int // of these to take
	at   int // lines taken
}

// window replays a customer up to the end of the i-th window.
func (f *filling) window(i int, w Window) {
	r, b, p, plan := f.r, f.b, f.r.parts, f.r.s.plan
	t, slots := b.trail, len(plan.slots)-plan.visits
	lo, hi := r.span(w)
	b.Lengths[i] = hi - lo
	from, to := p.owner[w.owner], p.owner[w.owner+1]
	t.begin(r.owners[w.owner], r.start[w.owner], int(to-from), int(p.visit[to]-p.visit[from]))
	for v := from; v < hi; v++ {
		if v > from {
			t.next()
		}
		row := (v-lo)*int32(b.Windows) + int32(i)
		if v >= lo {
			t.input(&b.spare[plan.visits])
			b.place[plan.visits] = append(b.place[plan.visits], row)
		}
		codes := r.codes[int(v)*plan.visits : int(v+1)*plan.visits]
		for k, c := range codes {
			if v >= lo && c != none && plan.modelled(k) {
				t.head(&b.spare[k], k, nil, -1)
				b.place[k] = append(b.place[k], row)
				b.Targets[k][row] = int32(c)
			}
			t.codes[k] = c
			t.reach(k, p.time[v])
		}
		t.size = int(p.visit[v+1] - p.visit[v])
		for l := p.visit[v]; l < p.visit[v+1]; l++ {
			line := r.lines[int(l)*slots : int(l+1)*slots]
			if v >= lo {
				if f.rng.IntN(f.left) < f.want { // selection sampling, Knuth 3.4.2 S
					f.line(line, r.item[l], row)
					f.want--
				}
				f.left--
			}
			t.add(line, r.item[l])
		}
	}
}

// line takes a line of the visit in that row.
func (f *filling) line(codes []uint16, item int32, row int32) {
	b, plan := f.b, f.r.s.plan
	b.Visit[f.at] = row
	for k := plan.visits; k < len(plan.slots); k++ {
		b.trail.head(&b.Heads[k], k, codes, item)
		if k == plan.item {
			b.Targets[k][f.at] = item
		} else {
			b.Targets[k][f.at] = int32(codes[k-plan.visits])
		}
	}
	b.From, b.Marked = b.trail.marks(b.From, b.Marked)
	f.at++
}

// reach says that slot k of a visit at that time is known.
func (t *trail) reach(k int, time float64) {
	switch {
	case k >= gaugeClock || t.m.days == nil:
		t.now = time
	case k == gaugeDays && t.m.day(time) > t.m.day(t.now):
		t.now = daySeconds * t.m.day(time)
	}
}

// Digest writes what is learned from to sum: a checkpoint of a training must
// meet the same again.
func (r *SequenceRows) Digest(sum io.Writer) {
	for _, x := range []any{r.start, r.parts.time, r.parts.visit, r.codes, r.lines, r.item} {
		binary.Write(sum, binary.LittleEndian, x)
	}
	for _, o := range r.owners {
		binary.Write(sum, binary.LittleEndian, o)
	}
}
