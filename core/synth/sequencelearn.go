package synth

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/table"
)

// SequenceRows are events ready to be learned from: as codes, customer by
// customer.
type SequenceRows struct {
	s      *Sequences
	parts  *parts
	owners [][]uint16 // codes of each customer
	start  []float64
	codes  []uint16 // of visits, by slot
	lines  []uint16 // of lines, by slot after those of visits
	item   []int32  // of lines

	// Learn are the windows to learn from, Aside those of customers set aside
	// to judge by, which may be none.
	Learn, Aside []Window
}

// Window is up to Config.Window visits of one customer.
type Window struct{ owner, visit int32 }

// Streams of random numbers beside those of a block.
const (
	streamOwners uint64 = iota + 32
	streamAside
	streamEvents
	streamLines
	streamVisits
)

// PrepareSequences takes events apart and learns everything but the network:
// the customers by trees, the columns' codes, the calendar. The model it
// returns has no weights yet.
func PrepareSequences(ctx context.Context, events *table.Table, cfg SequenceConfig, seed uint64) (*Sequences, *SequenceRows, error) {
	cfg = cfg.WithDefaults()
	if err := events.Check(); err != nil {
		return nil, nil, core.Wrap(err, "cannot learn from table %q", events.Name)
	}
	p, err := takeApart(events, cfg)
	if err != nil {
		return nil, nil, err
	}
	s := &Sequences{Config: cfg, Fields: events.Schema(), Seed: seed, Events: len(p.rows), roles: p.roles, pause: p.pause}
	s.findItem(p)
	if err := s.fitOwners(ctx, p, seed); err != nil {
		return nil, nil, err
	}
	s.Mean = p.mostMean(cfg.Encode.MinCount)
	r := &SequenceRows{s: s, parts: p}
	if err := s.fitGauges(r); err != nil {
		return nil, nil, err
	}
	if err := s.fitLines(r, seed); err != nil {
		return nil, nil, err
	}
	r.windows(seed)
	return s, r, nil
}

// findItem chooses the column of items: the one named, or that of products
// with most levels.
func (s *Sequences) findItem(p *parts) {
	if s.Config.Item != "" {
		return
	}
	best, most := -1, 64.
	for i, c := range p.events.Columns {
		n, name := len(c.Levels), strings.ToLower(c.Name)
		if p.roles[i] != isLine || c.Kind != table.Text || n*5 > len(p.rows) || c.Role == table.FreeText || c.Role == table.Key {
			continue
		}
		weight := float64(n)
		for _, word := range []string{"product", "item", "stock", "article", "sku"} {
			if strings.Contains(name, word) {
				weight = 1e6 + float64(n)
			}
		}
		if weight > most && n > 64 {
			best, most = i, weight
		}
	}
	if best >= 0 {
		s.Config.Item = p.events.Columns[best].Name
		p.roles[best] = isItem
	}
}

// inner returns a column name that no field has.
func (s *Sequences) inner(name string) string {
	for slices.ContainsFunc(s.Fields, func(f table.Field) bool { return f.Name == name }) {
		name += "*"
	}
	return name
}

// OwnerTable returns the table of customers that the model draws first, from
// events: the customer's key, what is the same in all its events, when it is
// first seen, and how many visits and events it has.
func (p *parts) ownerTable(s *Sequences) *table.Table {
	n := len(p.owner) - 1
	from := make([]int32, n+1)
	for o, v := range p.owner {
		from[o] = p.visit[v]
	}
	t := &table.Table{Name: "customers"}
	var start *table.Column
	for i, c := range p.events.Columns {
		switch p.roles[i] {
		case isOwner, isAttribute:
			col := *p.column(i, from)
			if p.roles[i] == isOwner {
				col.Role = table.Key
			}
			t.Columns = append(t.Columns, &col)
		case isTime:
			start = &table.Column{Field: c.Field}
		}
	}
	visits, events := make([]float64, n), make([]float64, n)
	for o := range n {
		start.Num = append(start.Num, p.time[p.owner[o]])
		visits[o], events[o] = float64(p.owner[o+1]-p.owner[o]), float64(from[o+1]-from[o])
	}
	start.Name, start.Role = s.inner(startColumn), table.Measure
	if start.Kind == table.Time {
		start.Role = table.Timestamp
	}
	a, b := table.NewNumber(s.inner(visitsColumn), visits), table.NewNumber(s.inner(eventsColumn), events)
	a.Role, b.Role, a.Decimals, b.Decimals = table.Measure, table.Measure, 0, 0
	t.Columns = append(t.Columns, start, a, b)
	return t
}

// mostMean returns how many events a visit least customers or more have; 0
// where there are not so many customers.
func (p *parts) mostMean(least int) float64 {
	n := len(p.owner) - 1
	if n < least {
		return 0
	}
	mean := make([]float64, n)
	for o := range mean {
		a, b := p.owner[o], p.owner[o+1]
		mean[o] = float64(p.visit[b]-p.visit[a]) / float64(b-a)
	}
	slices.Sort(mean)
	return mean[n-max(least, 1)]
}

func (s *Sequences) fitOwners(ctx context.Context, p *parts, seed uint64) (err error) {
	t := p.ownerTable(s)
	cfg := Config{Engine: "tree", Encode: s.Config.Encode}
	cfg.Encode.Bins = max(cfg.Encode.Bins, 48)
	s.Owners, err = TreesKnown(ctx, t, s.Config.Context, cfg, rand.New(stream(seed, 0, streamOwners)), nil)
	if err != nil {
		return core.Wrap(err, "learning the customers")
	}
	return nil
}

// fitGauges learns what is measured of visits, and codes them.
func (s *Sequences) fitGauges(r *SequenceRows) (err error) {
	p := r.parts
	var when table.Field
	for i, c := range p.events.Columns {
		if p.roles[i] == isTime {
			when = c.Field
		}
	}
	col := &table.Column{Field: when, Num: slices.Clone(p.time)}
	if col.Role = table.Timestamp; col.Kind == table.Number {
		col.Role = table.Measure
	}
	if s.times, err = encode.Fit(&table.Table{Name: "times", Columns: []*table.Column{col}}, s.Config.Encode, nil); err != nil {
		return core.Wrap(err, "column %q", when.Name)
	}
	var x [gaugeCount][]float64
	for v := range p.time {
		for g, value := range p.measure(v, s.moments()) {
			if !math.IsNaN(value) {
				x[g] = append(x[g], value)
			}
		}
	}
	for g := range x {
		if s.gauges[g], err = newGauge(gaugeNames[g], x[g], s.Config.Encode); err != nil {
			return core.Wrap(err, "the %s of visits", gaugeNames[g])
		}
	}
	return nil
}

// measure returns the gauges' values of visit v, NaN where there is none.
func (p *parts) measure(v int, m moments) (x [gaugeCount]float64) {
	nan := math.NaN()
	x = [gaugeCount]float64{nan, nan, nan, float64(p.visit[v+1] - p.visit[v])}
	if v == 0 || p.whose[p.visit[v]] != p.whose[p.visit[v-1]] {
		return x
	}
	x[gaugeDays] = m.day(p.time[v]) - m.day(p.time[v-1])
	switch {
	case m.days == nil:
	case x[gaugeDays] > 0:
		x[gaugeClock] = p.time[v] - daySeconds*m.day(p.time[v])
	default:
		x[gaugeLater] = p.time[v] - p.time[v-1]
	}
	return x
}

// lineTable returns the columns that change from line to line.
func (p *parts) lineTable(s *Sequences) *table.Table {
	least := s.Config.Encode.MinCount
	t := &table.Table{Name: "lines"}
	if p.pause {
		var when *table.Column
		for i, c := range p.events.Columns {
			if p.roles[i] == isTime {
				when = c
			}
		}
		x := make([]float64, len(p.rows))
		for v := range p.time {
			for k := p.visit[v] + 1; k < p.visit[v+1]; k++ {
				x[k] = when.Num[p.rows[k]] - when.Num[p.rows[k-1]]
			}
		}
		c := table.NewNumber(s.inner(pauseColumn), x)
		c.Role = table.Measure
		t.Columns = append(t.Columns, c)
	}
	for i := range p.events.Columns {
		switch p.roles[i] {
		case isLine:
			t.Columns = append(t.Columns, p.lines(i, nil, p.whose, least))
		case isItem:
			c := asText(p.lines(i, nil, p.whose, least))
			c = common(c, p.whose, least)
			c.Role = table.Category
			t.Columns = append(t.Columns, c)
		}
	}
	return t
}

// asText returns c with its numbers written out.
func asText(c *table.Column) *table.Column {
	if c.Kind == table.Text {
		out := *c
		return &out
	}
	cells, gone := make([]string, c.Len()), make([]bool, c.Len())
	for i := range cells {
		cells[i], gone[i] = c.Cell(i), c.Missing(i)
	}
	return table.NewText(c.Name, cells, gone)
}
