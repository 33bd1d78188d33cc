package synth

import (
	"math"
	"strings"

	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// sheet is a table being learned: one that was given, what is left of it when
// its groups were taken out, or these groups.
type sheet struct {
	m      *Member
	at     int // among the members
	origin string
	t      *table.Table
	group  *sheet // the groups of these rows; nil: none
	edges  []*edge
	owner  *edge
	work   map[string]*table.Column // columns that are learned or told, hidden ones among them
	names  []string                 // of work, in order
}

// edge is a key of a sheet: rows[i] is the row of parent that row i names,
// negative for none.
type edge struct {
	link   relation.Link
	parent *sheet
	rows   []int32
	told   []bool // rows in which another key tells this one; nil: none
}

func (n *sheet) edge(column string) *edge {
	for _, e := range n.edges {
		if e.link.Column == column {
			return e
		}
	}
	return nil
}

// sheets splits tables into sheets, each after those it refers to.
func sheets(tables []*table.Table, links []relation.Link) ([]*sheet, error) {
	order, err := relation.Order(tables, links)
	if err != nil {
		return nil, err
	}
	var out []*sheet
	of := map[string]*sheet{} // by table
	for _, i := range order {
		t := tables[i]
		keys := map[string]bool{}
		for _, l := range links {
			keys[l.Column] = keys[l.Column] || l.Child == t.Name
			keys[l.Key] = keys[l.Key] || l.Parent == t.Name
		}
		n := &sheet{origin: t.Name, t: t, m: &Member{Name: t.Name, Fields: t.Schema(), Rows: t.Rows(), Owner: -1}, work: map[string]*table.Column{}}
		for _, l := range links {
			if l.Child == t.Name {
				parent := of[l.Parent]
				n.edges = append(n.edges, &edge{link: l, parent: parent, rows: relation.Match(t.Column(l.Column), relation.Table(tables, l.Parent).Column(l.Key))})
			}
		}
		if g := relation.Groups(t, keys); g != nil {
			out = append(out, n.split(g))
		}
		of[t.Name] = n
		out = append(out, n)
	}
	for i, n := range out {
		n.at = i
	}
	return out, nil
}

// split takes the groups out of n and returns them as a sheet of their own. A
// row without the group's key is a group by itself.
func (n *sheet) split(g *relation.Group) *sheet {
	key := n.t.Column(g.Key)
	rows := make([]int32, n.t.Rows()) // group of each row
	of := make([]int32, len(key.Levels))
	for i := range of {
		of[i] = -1
	}
	groups := int32(0)
	for i, c := range key.Codes {
		if c >= 0 && of[c] >= 0 {
			rows[i] = of[c]
			continue
		}
		if rows[i] = groups; c >= 0 {
			of[c] = groups
		}
		groups++
	}
	name := n.origin + sep + g.Key
	h := &sheet{origin: n.origin, t: &table.Table{Name: name}, work: map[string]*table.Column{}}
	h.m = &Member{Name: name, Hidden: true, Rows: int(groups), Owner: -1}
	rest := &table.Table{Name: n.t.Name}
	moved := map[string]bool{}
	for _, c := range g.Columns {
		moved[c] = true
	}
	for _, c := range n.t.Columns {
		if !moved[c.Name] && c != key {
			rest.Columns = append(rest.Columns, c)
			continue
		}
		first := make([]int, groups)
		for i := range first {
			first[i] = -1
		}
		blank, told := 0, 0
		for i, r := range rows {
			if first[r] < 0 && !c.Missing(i) {
				first[r] = i
			}
		}
		for i, r := range rows {
			if first[r] >= 0 {
				if told++; c.Missing(i) {
					blank++
				}
			}
		}
		if blank > 0 && c != key {
			n.m.Blanks = append(n.m.Blanks, Blank{c.Name, float64(blank) / float64(told)})
		}
		h.t.Columns = append(h.t.Columns, takeOr(c, first))
		h.m.Fields = append(h.m.Fields, c.Field)
	}
	var edges []*edge
	for _, e := range n.edges {
		if !moved[e.link.Column] {
			edges = append(edges, e)
			continue
		}
		up := &edge{link: e.link, parent: e.parent, rows: make([]int32, groups)}
		for i := range up.rows {
			up.rows[i] = -1
		}
		for i, r := range rows {
			if e.rows[i] >= 0 {
				up.rows[r] = e.rows[i]
			}
		}
		h.edges = append(h.edges, up)
	}
	n.t, n.group = rest, h
	if len(rest.Columns) == 0 {
		rest.Columns = []*table.Column{table.NewNumber("", make([]float64, len(rows)))}
	}
	up := &edge{link: relation.Link{Child: n.origin, Column: g.Key, Parent: name, Key: g.Key}, parent: h, rows: rows}
	n.edges = append([]*edge{up}, edges...)
	return h
}

// takeOr is Take with missing cells for rows below 0.
func takeOr[I int | int32](c *table.Column, rows []I) *table.Column {
	out := &table.Column{Field: c.Field, Levels: c.Levels}
	if c.Kind == table.Text {
		out.Codes = make([]int32, len(rows))
		for i, r := range rows {
			if out.Codes[i] = -1; r >= 0 {
				out.Codes[i] = c.Codes[r]
			}
		}
		return out
	}
	out.Num = make([]float64, len(rows))
	for i, r := range rows {
		if out.Num[i] = math.NaN(); r >= 0 {
			out.Num[i] = c.Num[r]
		}
	}
	return out
}

// own chooses which of n's keys owns its rows: its groups, or of the tables it
// mostly names a row of, the one whose rows have the most even numbers of
// rows. Popular products have many lines, orders have a few.
func (n *sheet) own() {
	if n.group != nil {
		n.owner = n.edges[0]
		return
	}
	least := math.Inf(1)
	for _, e := range n.edges {
		count := tally(e, nil)
		var sum, squares, present float64
		for _, c := range count {
			sum += float64(c)
			squares += float64(c) * float64(c)
		}
		for _, r := range e.rows {
			if r >= 0 {
				present++
			}
		}
		if present < .5*float64(len(e.rows)) || sum == 0 {
			continue
		}
		mean := sum / float64(len(count))
		if spread := (squares/float64(len(count)) - mean*mean) / mean; spread < least {
			least, n.owner = spread, e
		}
	}
}

// tally returns how many rows name each row of e's parent, but for those that
// are told.
func tally(e *edge, told []bool) []int32 {
	count := make([]int32, e.parent.m.Rows)
	for i, r := range e.rows {
		if r >= 0 && (told == nil || !told[i]) {
			count[r]++
		}
	}
	return count
}

// add gives n a column to learn.
func (n *sheet) add(c *table.Column) {
	if _, ok := n.work[c.Name]; !ok {
		n.names = append(n.names, c.Name)
	}
	n.work[c.Name] = c
}

// resolve returns what n calls a column of a rule, "" if it is not among what
// n sees. The columns of a group count as the rows' own.
func (n *sheet) resolve(ref relation.Ref) string {
	if ref.Via == "" {
		if n.t.Column(ref.Column) != nil {
			return ref.Column
		}
	} else if e := n.edge(ref.Via); e != nil {
		if name := e.parent.resolve(relation.Ref{Column: ref.Column}); name != "" {
			return through(ref.Via, name)
		}
		return ""
	}
	if n.group != nil {
		if name := n.group.resolve(ref); name != "" {
			return through(n.edges[0].link.Column, name)
		}
	}
	return ""
}

// column returns the cells of rows in a column that n sees; nil if it sees no
// such column. Negative rows are missing.
func (n *sheet) column(name string, rows []int32) *table.Column {
	if c := n.work[name]; c != nil {
		return takeOr(c, rows)
	}
	if c := n.t.Column(name); c != nil {
		return takeOr(c, rows)
	}
	key, rest, ok := strings.Cut(name, sep)
	if !ok {
		return nil
	}
	e := n.edge(key)
	if e == nil {
		return nil
	}
	up := make([]int32, len(rows))
	for i, r := range rows {
		if up[i] = -1; r >= 0 {
			up[i] = e.rows[r]
		}
	}
	c := e.parent.column(rest, up)
	if c != nil {
		c.Name = name
	}
	return c
}

// kind returns the field of a column that n sees.
func (n *sheet) field(name string) table.Field {
	if c := n.column(name, nil); c != nil {
		return c.Field
	}
	return table.Field{}
}
