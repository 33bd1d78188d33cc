package synth

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"strconv"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Sample returns the events of n customers. The same model, n and seed give
// the same table, whatever the number of threads, and more customers begin
// with the fewer.
func (s *Sequences) Sample(ctx context.Context, n int, seed uint64, report func(core.Progress)) (*table.Table, error) {
	out := (*table.Table)(nil)
	err := s.Range(ctx, 0, n, seed, func(t *table.Table) error {
		out = joined(out, t)
		return nil
	}, report)
	return out, err
}

// Range draws the events of customers from to to (exclusive) of a sample, and
// calls emit with tables of the events of some customers each, in order and on
// the calling goroutine. Customer i is the same in every range. Blocks of 512
// customers are drawn whatever the range; of those before it only how many
// visits and events they have, which keys are counted by.
func (s *Sequences) Range(ctx context.Context, from, to int, seed uint64, emit func(*table.Table) error, report func(core.Progress)) error {
	if from < 0 || to < from {
		return core.Errorf(core.Invalid, "customers %d to %d cannot be sampled", from, to).WithHint("ask for 0 customers or more")
	}
	if err := s.check(); err != nil {
		return err
	}
	end := (to + ownersBlock - 1) / ownersBlock * ownersBlock
	owners, err := s.Owners.Sample(end, seed)
	if err != nil {
		return err
	}
	return s.For(ctx, owners, from, to, seed, emit, report)
}

// For draws the events of given customers, from to to of a table such as
// Owners draws; see [Sequences.Range].
func (s *Sequences) For(ctx context.Context, owners *table.Table, from, to int, seed uint64, emit func(*table.Table) error, report func(core.Progress)) error {
	if err := s.check(); err != nil {
		return err
	}
	all, err := s.begins(owners)
	if err != nil {
		return err
	}
	if to > len(all) {
		return core.Errorf(core.Invalid, "customers %d to %d of %d", from, to, len(all))
	}
	if from == to {
		t, err := s.assemble(owners.Slice(0, 0), nil, 0, 0, 0, 0, rand.New(stream(seed, 0, streamLines)))
		if err != nil {
			return err
		}
		return emit(t)
	}
	var visits, lines int64
	first := from / ownersBlock
	for _, b := range all[:first*ownersBlock] {
		visits, lines = visits+int64(b.visits), lines+int64(b.events)
	}
	return s.blocks(ctx, all, first, to, seed, func(b int, drawn []drawnOwner) error {
		lo := b * ownersBlock
		hi := min(lo+ownersBlock, len(all))
		t, err := s.assemble(owners.Slice(lo, hi), drawn, max(from-lo, 0), min(to, hi)-lo, visits, lines, rand.New(stream(seed, b, streamLines)))
		if err != nil {
			return err
		}
		for _, b := range all[lo:hi] {
			visits, lines = visits+int64(b.visits), lines+int64(b.events)
		}
		if report != nil {
			report(core.Progress{Stage: "sample", Done: int64(min(hi, to) - from), Total: int64(to - from), Unit: "customers"})
		}
		return emit(t)
	})
}

// blocks draws the blocks from first on that customers up to last need,
// several at a time, and hands them to next in order.
func (s *Sequences) blocks(ctx context.Context, all []begins, first, last int, seed uint64, next func(b int, drawn []drawnOwner) error) error {
	type result struct {
		drawn []drawnOwner
		err   error
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	end := (last + ownersBlock - 1) / ownersBlock
	threads := max(1, min(runtime.GOMAXPROCS(0), end-first))
	idle := make(chan *walker, threads)
	for range threads {
		idle <- s.newWalker()
	}
	results := make([]chan result, end-first)
	for i := range results {
		results[i] = make(chan result, 1)
	}
	open := make(chan struct{}, 2*threads) // bounds what waits to be handed over
	go func() {
		for b := first; b < end; b++ {
			select {
			case open <- struct{}{}:
			case <-ctx.Done():
				return
			}
			w := <-idle
			go func() {
				lo := b * ownersBlock
				drawn, err := w.draw(ctx, all[lo:min(lo+ownersBlock, len(all))], lo, seed)
				idle <- w
				results[b-first] <- result{drawn, err}
			}()
		}
	}()
	for b := first; b < end; b++ {
		var r result
		select {
		case r = <-results[b-first]:
		case <-ctx.Done():
			return ctx.Err()
		}
		if r.err != nil {
			return r.err
		}
		if err := next(b, r.drawn); err != nil {
			return err
		}
		<-open
	}
	return nil
}

// begins reads a table of customers.
func (s *Sequences) begins(owners *table.Table) ([]begins, error) {
	codes, start, err := s.ownerCodes(owners)
	if err != nil {
		return nil, err
	}
	m := s.moments()
	out := make([]begins, len(start))
	visits, events := owners.Column(s.inner(visitsColumn)).Num, owners.Column(s.inner(eventsColumn)).Num
	for o := range out {
		at := start[o]
		if math.IsNaN(at) {
			at = m.first
			if m.days != nil {
				at *= daySeconds
			}
		}
		v, n := max(1, int(visits[o])), events[o]
		if s.Mean > 0 { // the highest bins of both are wide, and are drawn from apart
			n = min(n, s.Mean*float64(v))
		}
		out[o] = begins{codes[o], at, v, max(v, int(n))}
	}
	return out, nil
}

// assemble puts customers from to to of a block together as a table. visits
// and lines are how many there were before the block. What columns beside the
// drawn ones hold depends on the whole block.
func (s *Sequences) assemble(owners *table.Table, drawn []drawnOwner, from, to int, visits, lines int64, rng *rand.Rand) (*table.Table, error) {
	p := s.plan
	slots := len(p.slots) - p.visits
	var whose, visitOf []int32 // of lines
	var visitCodes [][]uint16
	if s.Visits != nil {
		visitCodes = make([][]uint16, len(s.Visits.Widths()))
	}
	var lineCodes [][]uint16
	var items []int32
	var times, next []float64 // of visits
	lo, hi := 0, 0            // lines that are asked for
	drawnLines := make([][]uint16, slots)
	for o := range drawn {
		d := &drawn[o]
		if o == from {
			lo = len(whose)
		}
		at := 0
		for v, n := range d.size {
			for k := range p.visits {
				if b := p.slots[k].block; b >= 0 {
					visitCodes[b] = append(visitCodes[b], d.codes[v*p.visits+k])
				}
			}
			for range n {
				whose, visitOf = append(whose, int32(o)), append(visitOf, int32(len(times)))
				for k := range slots {
					drawnLines[k] = append(drawnLines[k], d.lines[at*slots+k])
				}
				at++
			}
			times = append(times, d.time[v])
			next = append(next, math.Inf(1))
			if v > 0 {
				next[len(next)-2] = d.time[v]
			}
		}
		items = append(items, d.item...)
		if o < to {
			hi = len(whose)
		}
	}
	names := s.itemNames()
	known := &table.Table{}
	if len(names) > 0 {
		c := &table.Column{Field: table.Field{Name: names[0], Kind: table.Text, Role: table.Category}, Levels: s.Items, Codes: items}
		if c.Codes == nil {
			c.Codes = []int32{}
		}
		known.Columns = append(known.Columns, c)
	}
	lineCodes, err := s.Lines.KnownCodes(known, len(whose))
	if err != nil {
		return nil, err
	}
	place, b := map[int]int{}, 0
	for i, is := range s.Lines.IsKnown(names) {
		if !is {
			place[b] = i
			b++
		}
	}
	for k := range slots {
		if b := p.slots[p.visits+k].block; b >= 0 {
			if lineCodes[place[b]] = drawnLines[k]; drawnLines[k] == nil {
				lineCodes[place[b]] = []uint16{}
			}
		}
	}
	lineTable, err := s.Lines.DecodeKnown(lineCodes, known, len(whose), lines, rng)
	if err != nil {
		return nil, err
	}
	visitTable := &table.Table{}
	if s.Visits != nil {
		if visitTable, err = s.Visits.DecodeRows(visitCodes, len(times), visits, rng); err != nil {
			return nil, err
		}
	}
	out := &table.Table{Name: s.Lines.Table}
	for i, f := range s.Fields {
		var c *table.Column
		switch s.roles[i] {
		case isOwner, isAttribute:
			if c = owners.Column(f.Name); c != nil {
				c = c.Take(widened(whose))
			}
		case isVisit:
			if c = visitTable.Column(f.Name); c != nil {
				c = c.Take(widened(visitOf))
			}
		case isTime:
			c = &table.Column{Num: make([]float64, len(whose))}
			pause := lineTable.Column(s.inner(pauseColumn))
			for l, v := range visitOf {
				if c.Num[l] = times[v]; s.pause && l > 0 && visitOf[l-1] == v {
					c.Num[l] = c.Num[l-1] + max(0, pause.Num[l])
					if n := next[v]; c.Num[l] > n { // the next visit has begun
						c.Num[l] = n
					}
				}
			}
		case isBasket:
			number := make([]int64, len(visitOf))
			for l, v := range visitOf {
				number[l] = visits + int64(v)
			}
			c = s.basket.Column(f, number)
		case isItem:
			if c = lineTable.Column(f.Name); c != nil && f.Kind == table.Number {
				c = asNumber(c)
			}
		default:
			c = lineTable.Column(f.Name)
		}
		if c == nil {
			continue // free text
		}
		c = c.Slice(lo, hi)
		c.Field = f
		out.Columns = append(out.Columns, c)
	}
	return out, nil
}

func widened(x []int32) []int {
	out := make([]int, len(x))
	for i, v := range x {
		out[i] = int(v)
	}
	return out
}

// asNumber reads the numbers of a column of text.
func asNumber(c *table.Column) *table.Column {
	level := make([]float64, len(c.Levels))
	for i, l := range c.Levels {
		var err error
		if level[i], err = strconv.ParseFloat(l, 64); err != nil {
			level[i] = math.NaN()
		}
	}
	out := &table.Column{Num: make([]float64, len(c.Codes))}
	for i, l := range c.Codes {
		if out.Num[i] = math.NaN(); l >= 0 {
			out.Num[i] = level[l]
		}
	}
	return out
}

// joined appends the rows of t to those of all.
func joined(all, t *table.Table) *table.Table {
	if all == nil {
		return t
	}
	for i, c := range all.Columns {
		c.Append(t.Columns[i])
	}
	return all
}
