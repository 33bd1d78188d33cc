package synth

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// SetConfig is what was chosen; the zero value is the default.
type SetConfig struct {
	Config      // of every table's trees
	MaxRows int `json:"maxRows,omitempty"` // rows of a table that are learned from, chosen by chance; 150,000. Numbers of rows are counted in all.
}

const (
	setRows       = 150_000
	setQuantiles  = 2000  // of times and of weights
	startShare    = .02   // of a time's range that it may go on within a group
	setBatch      = 16384 // rows that a batch of owners has, about
	contextMost   = 36    // columns of the owner that come along
	contextLevels = 500   // of text among them
	classLevels   = 128   // of a column that classes are of
	classGain     = .01   // nats that it must tell about the others
)

// LearnSet learns tables that refer to each other by links; see [Set]. What
// holds in every row is found first ([relation.Find]) and kept.
//
// It returns an error if a key is missing, a parent's key has a value twice,
// keys go round in a circle or to their own table, or a table has fewer rows
// than may be remembered. report, if not nil, is called on the calling
// goroutine; once ctx is cancelled LearnSet stops within a moment and returns
// ctx's error. Same tables, links, cfg and rng state, same set, whatever the
// number of threads.
//
// Time is that of trees for every table; memory is that of the tables and a
// training of MaxRows rows.
func LearnSet(ctx context.Context, tables []*table.Table, links []relation.Link, cfg SetConfig, rng *rand.Rand, report func(core.Progress)) (*Set, error) {
	cfg.Engine = "tree"
	cfg.Config = cfg.WithDefaults()
	if cfg.MaxRows <= 0 {
		cfg.MaxRows = setRows
	}
	for _, t := range tables {
		if err := t.Check(); err != nil {
			return nil, core.Wrap(err, "cannot learn from table %q", t.Name)
		}
	}
	dangling, err := relation.Check(tables, links)
	if err != nil {
		return nil, err
	}
	s := &Set{Links: links, Seed: rng.Uint64()}
	for i, n := range dangling {
		if n > 0 {
			s.Warnings = append(s.Warnings, fmt.Sprintf("key %s: %d cells name no row; they count as missing", links[i], n))
		}
	}
	list, err := sheets(tables, links)
	if err != nil {
		return nil, err
	}
	l := &setLearner{ctx: ctx, cfg: cfg, set: s, sheets: list, report: report, total: int64(len(list) + 1)}
	rules, err := relation.Find(ctx, tables, links)
	if err != nil {
		return nil, err
	}
	l.done()
	for _, n := range list {
		n.own()
		l.keys(n)
		s.Members = append(s.Members, n.m)
	}
	l.apply(rules)
	for _, n := range list {
		if err := l.counts(n); err != nil {
			return nil, err
		}
	}
	for _, n := range list {
		if err := l.learn(n); err != nil {
			return nil, core.Wrap(err, "table %q", n.m.Name)
		}
		l.done()
	}
	return s, s.check()
}

type setLearner struct {
	ctx    context.Context
	cfg    SetConfig
	set    *Set
	sheets []*sheet
	report func(core.Progress)
	step   int64
	total  int64
}

func (l *setLearner) done() {
	l.step++
	if l.report != nil {
		l.report(core.Progress{Stage: "train", Done: l.step, Total: l.total, Unit: "tables"})
	}
}

// stream is the random source of one part of the learning.
func (l *setLearner) stream(n *sheet, part uint64) *rand.Rand {
	return rand.New(rand.NewPCG(mix(l.set.Seed+part), mix(uint64(n.at))))
}

// keys finds what numbers n's rows, and lists the columns to learn.
func (l *setLearner) keys(n *sheet) {
	isKey := func(name string) bool {
		for _, k := range l.set.Links {
			if k.Parent == n.m.Name && k.Key == name {
				return true
			}
		}
		return n.m.Hidden && n.t.Name == n.origin+sep+name
	}
	for _, e := range n.edges {
		n.m.Foreign = append(n.m.Foreign, Foreign{e.link.Column, e.parent.at, e.link.Key})
	}
	if n.owner != nil {
		n.m.Owner, n.m.OwnerColumn = n.owner.parent.at, n.owner.link.Column
	}
	for _, c := range n.t.Columns {
		role := c.Role
		if role == table.Auto || role == table.Key {
			role = table.DetectRole(c.Field, distinctCells(c), c.Len(), words(c))
		}
		if c.Role == table.Key {
			role = table.Key
		}
		_, _, twice := relation.Twice(c)
		switch {
		case c.Name == "" || n.edge(c.Name) != nil:
		case isKey(c.Name), role == table.Key && !twice && c.Kind != table.Time:
			if k, err := encode.FitKey(c); err == nil {
				n.m.Keys = append(n.m.Keys, Naming{c.Name, k})
			}
		case role == table.FreeText && c.Kind == table.Text:
			l.set.Warnings = append(l.set.Warnings, fmt.Sprintf("table %q: column %q holds free text and is left out", n.m.Name, c.Name))
		default:
			n.add(c)
		}
	}
}

func distinctCells(c *table.Column) int {
	if c.Kind == table.Text {
		return len(c.Levels)
	}
	seen := map[float64]struct{}{}
	for _, x := range c.Num {
		seen[x] = struct{}{}
	}
	return len(seen)
}

// words is the mean number of words of a text's levels.
func words(c *table.Column) float64 {
	n := 0
	for _, s := range c.Levels {
		for i := range len(s) {
			if s[i] == ' ' {
				n++
			}
		}
	}
	return 1 + float64(n)/float64(max(1, len(c.Levels)))
}

// counts gives the owner of n's rows the column of how many there are, and
// those that are referred to that of how often they like to be.
func (l *setLearner) counts(n *sheet) error {
	for k, e := range n.edges {
		p := e.parent
		count := tally(e, e.told)
		if e != n.owner {
			weight := hiddenWeight(n.m.Name + "." + e.link.Column)
			like := popularity(count, l.stream(n, 100+uint64(k)))
			n.m.reference(e.link.Column).Likes = quantiles(slices.Clone(like), setQuantiles, l.cfg.Encode.MinCount)
			p.add(&table.Column{Field: field(weight), Num: noneIsMissing(like)})
			continue
		}
		most, sum := int32(0), 0.
		num := make([]float64, len(count))
		for i, c := range count {
			most = max(most, c)
			sum += float64(c)
			num[i] = float64(c)
		}
		p.m.CountColumns = append(p.m.CountColumns, Counted{hiddenCount(n.m.Name), n.at})
		p.add(&table.Column{Field: field(hiddenCount(n.m.Name)), Num: noneIsMissing(slices.Clone(num))})
		n.m.Span = 2*int64(most) + 16
		n.m.Orphans = (float64(n.t.Rows()) - sum) / sum
		n.m.Batch = int(min(BlockRows, max(1, setBatch/(sum/float64(len(count))))))
		if g := p; n.group == g && g.owner != nil {
			total := make([]float64, g.owner.parent.m.Rows)
			for i, r := range g.owner.rows {
				if r >= 0 {
					total[r] += num[i]
				}
			}
			g.m.Total, g.m.Parts = hiddenCount(n.m.Name+" in all"), hiddenCount(n.m.Name)
			g.owner.parent.add(&table.Column{Field: field(g.m.Total), Num: noneIsMissing(total)})
		}
	}
	// Numbers of rows grow with the depth: they must stay whole numbers.
	span, up := 1., n
	for ; up.owner != nil; up = up.owner.parent {
		span *= float64(up.m.Span)
	}
	span *= float64(up.m.Rows)
	if span > 1<<51 && len(n.m.Keys) > 0 {
		return core.Errorf(core.Unsupported, "table %q: its rows are too many and too deep to be numbered", n.m.Name).WithHint("leave out the key to its owner, %s", n.m.OwnerColumn)
	}
	return nil
}

// noneIsMissing makes zeros missing cells: a column that is mostly zero then
// has its bins where it is not.
func noneIsMissing(x []float64) []float64 {
	for i, v := range x {
		if v == 0 {
			x[i] = math.NaN()
		}
	}
	return x
}

// learn fits n's models; those that n refers to have all their columns.
func (l *setLearner) learn(n *sheet) error {
	told, early := n.m.told(), n.m.early()
	gap := map[string]Step{}
	for _, s := range n.m.Steps {
		if s.Gap {
			gap[s.Target] = s
		}
	}
	rows := l.choose(n)
	n.m.Context = n.context()
	var known, first, last []string
	for _, name := range n.m.Context {
		if n.learnable(through(n.m.OwnerColumn, name)) {
			known = append(known, through(n.m.OwnerColumn, name))
		}
	}
	known = known[:min(len(known), contextMost)]
	for _, name := range n.names {
		switch {
		case told[name]:
		case early[name] && len(n.m.References) > 0:
			first = append(first, name)
		default:
			last = append(last, name)
		}
	}
	take := func(names []string) (out []*table.Column) {
		for _, name := range names {
			c := n.column(name, rows)
			if g, ok := gap[name]; ok {
				c = distance(g, c, n.column(g.From[0], rows))
			}
			c.Name = name
			out = append(out, c)
		}
		return out
	}
	base := take(known)
	if len(n.m.References) > 0 {
		n.m.EarlyKnown = slices.Clone(known)
		columns := take(first)
		for _, ref := range n.m.References {
			l.reference(n, ref, rows, append(slices.Clone(base), columns...))
			if c := n.wants(ref, rows); c != nil {
				columns = append(columns, c)
			}
		}
		var err error
		if n.m.Early, err = l.fit(n, n.m.EarlyKnown, base, columns, 1); err != nil {
			return err
		}
		for _, name := range first { // as they are when Late is drawn
			c := n.column(name, rows)
			c.Name = name
			base = append(base, c)
		}
		known = append(known, first...)
		for _, ref := range n.m.References {
			for _, name := range ref.Carry {
				if name = through(ref.Column, name); n.learnable(name) {
					known = append(known, name)
					base = append(base, take([]string{name})...)
				}
			}
		}
	}
	n.m.LateKnown = known
	var err error
	n.m.Late, err = l.fit(n, known, base, take(last), 2)
	return err
}

// choose returns the rows that n is learned from.
func (l *setLearner) choose(n *sheet) []int32 {
	rows := make([]int32, n.t.Rows())
	for i := range rows {
		rows[i] = int32(i)
	}
	if len(rows) > l.cfg.MaxRows {
		rng := l.stream(n, 10)
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		rows = rows[:l.cfg.MaxRows]
		slices.Sort(rows)
	}
	return rows
}

// fit learns columns given base, nil if there is nothing to learn.
func (l *setLearner) fit(n *sheet, known []string, base, columns []*table.Column, part uint64) (*Model, error) {
	if len(columns) == 0 {
		return nil, nil
	}
	t := &table.Table{Name: n.m.Name, Columns: append(slices.Clone(base), columns...)}
	m, err := TreesKnown(l.ctx, t, known, l.cfg.Config, l.stream(n, part), nil)
	if err != nil {
		return nil, err
	}
	for _, w := range m.Encoder.Warnings {
		// Of a column that is known its own table has spoken.
		if !slices.ContainsFunc(known, func(k string) bool { return containsQuoted(w, k) }) {
			l.set.Warnings = append(l.set.Warnings, fmt.Sprintf("table %q: %s", n.m.Name, w))
		}
	}
	return m, nil
}

// distance is what is drawn of a column that lies on one side of anchor.
func distance(s Step, c, anchor *table.Column) *table.Column {
	out := &table.Column{Field: c.Field, Num: make([]float64, c.Len())}
	out.Kind, out.Role = table.Number, table.Measure
	for i := range out.Num {
		if out.Num[i] = c.Num[i] - anchor.Num[i]; s.Rule.Kind == relation.AtMost {
			out.Num[i] = -out.Num[i]
		}
		if s.Rule.Scale > 0 {
			out.Num[i] = math.Round(out.Num[i]*s.Rule.Scale) / s.Rule.Scale
		}
	}
	return out
}
