package synth

import (
	"fmt"
	"math"
	"strings"

	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// apply turns the rules into steps, windows and told keys of the sheets, and
// notes those that are kept.
func (l *setLearner) apply(rules []relation.Rule) {
	for _, n := range l.sheets {
		for _, e := range n.edges {
			if e == n.owner {
				continue
			}
			ref := &Reference{Column: e.link.Column, Member: e.parent.at, Weight: hiddenWeight(n.m.Name + "." + e.link.Column)}
			n.m.References = append(n.m.References, ref)
		}
		if n.group != nil {
			g := relation.Rule{Kind: relation.Grouped, Table: n.origin, Column: n.edges[0].link.Column, Rows: n.t.Rows()}
			for _, c := range n.group.t.Columns {
				if c.Name != g.Column {
					g.From = append(g.From, relation.Ref{Column: c.Name})
				}
			}
			l.set.Rules = append(l.set.Rules, g)
		}
	}
	left := l.keep(rules, l.tell)
	l.windows(left)
	left = l.keep(left, l.bound)
	for _, r := range left {
		l.set.Warnings = append(l.set.Warnings, fmt.Sprintf("%s holds in every row but is not kept", r))
	}
	for _, n := range l.sheets {
		n.starts()
		n.m.sortSteps()
		n.sortReferences()
	}
}

// keep offers the rules to the sheets of their table and returns those that
// none takes.
func (l *setLearner) keep(rules []relation.Rule, take func(*sheet, relation.Rule) bool) (left []relation.Rule) {
next:
	for _, r := range rules {
		for _, n := range l.sheets {
			if n.origin == r.Table && take(n, r) {
				l.set.Rules = append(l.set.Rules, r)
				continue next
			}
		}
		left = append(left, r)
	}
	return left
}

// tell makes n tell a column by r; false if it cannot.
func (l *setLearner) tell(n *sheet, r relation.Rule) bool {
	if r.Kind == relation.AtLeast || r.Kind == relation.AtMost || n.t.Column(r.Column) == nil || n.m.told()[r.Column] || n.m.stepped(r.Column) {
		return false
	}
	if r.Kind == relation.Sum || r.Kind == relation.Count {
		for _, child := range l.sheets {
			if child.origin != r.Link.Child || child.owner == nil || child.owner.parent != n || child.owner.link.Column != r.Link.Column {
				continue
			}
			s := Summed{Target: r.Column, Child: child.at, Scale: r.Scale}
			if r.Kind == relation.Sum {
				s.Column = r.From[0].Column
			}
			n.m.SumUp = append(n.m.SumUp, s)
			return true
		}
		return false
	}
	if r.Kind == relation.Equal {
		if e := n.edge(r.Column); e != nil {
			return n.tellKey(e, r)
		}
	}
	if n.work[r.Column] == nil {
		return false
	}
	s := Step{Rule: r, Target: r.Column}
	for _, ref := range r.From {
		name := n.resolve(ref)
		if name == "" || n.summed(name) {
			return false
		}
		if ref.Via == "" && n.group != nil && n.t.Column(ref.Column) == nil && l.tells(n.group, r) {
			return false // the groups' own affair
		}
		s.From = append(s.From, name)
	}
	if r.Kind == relation.Follows {
		if s.Says = n.says(s.From[0], r.Column, l.cfg.Encode.MinCount); n.work[r.Column].Kind == table.Text {
			s.Default = "other"
		}
	}
	n.m.Steps = append(n.m.Steps, s)
	return true
}

func (l *setLearner) tells(n *sheet, r relation.Rule) bool { return n.t.Column(r.Column) != nil }

// summed says whether a column, of n or further up, sums up rows: it is not
// there when rows are drawn.
func (n *sheet) summed(name string) bool {
	for _, s := range n.m.SumUp {
		if s.Target == name {
			return true
		}
	}
	key, rest, ok := strings.Cut(name, sep)
	e := n.edge(key)
	return ok && e != nil && e.parent.summed(rest)
}

// tellKey makes a key known by the row that another key names.
func (n *sheet) tellKey(e *edge, r relation.Rule) bool {
	by := n.edge(r.From[0].Via)
	if e == n.owner || by == nil {
		return false
	}
	via := by.parent.edge(r.From[0].Column)
	if via == nil || via.parent != e.parent {
		return false
	}
	for _, ref := range n.m.References {
		if ref.Column == e.link.Column && ref.Told == "" {
			ref.Told, ref.Via = by.link.Column, via.link.Column
			e.told = make([]bool, len(e.rows))
			for i, row := range by.rows {
				e.told[i] = row >= 0 && via.rows[row] >= 0
			}
			return true
		}
	}
	return false
}

// decimalGrain returns 1, 10, … such that all of x are multiples of its
// inverse; 0 if there is none up to a million.
func decimalGrain(x []float64) float64 {
	scale := 1.
	for _, v := range x {
		for math.Abs(v*scale-math.Round(v*scale)) > 1e-6 {
			if scale *= 10; scale > 1e6 {
				return 0
			}
		}
	}
	return scale
}

// told returns the columns that are not drawn.
func (m *Member) told() map[string]bool {
	told := map[string]bool{}
	for _, s := range m.Steps {
		if s.Rule.Kind != relation.AtLeast && s.Rule.Kind != relation.AtMost && !s.Rule.Drawn {
			told[s.Target] = true
		}
	}
	for _, s := range m.SumUp {
		told[s.Target] = true
	}
	return told
}

// early returns the columns that are drawn before references: times, which
// windows hang on.
func (m *Member) early() map[string]bool {
	out := map[string]bool{}
	for _, f := range m.Fields {
		if f.Kind == table.Time {
			out[f.Name] = true
		}
	}
	return out
}

// sortSteps puts steps in an order in which each finds what it needs: orders
// as they were found, early ones first, then what is told, sources before
// what follows from them.
func (m *Member) sortSteps() {
	early := m.early()
	reference := func(name string) bool {
		key, _, ok := strings.Cut(name, sep)
		return ok && key != m.OwnerColumn
	}
	var first, middle, last []Step
	later := map[string]bool{} // what a step sets
	for _, s := range m.Steps {
		if s.Rule.Kind != relation.AtLeast && s.Rule.Kind != relation.AtMost {
			later[s.Target] = true
		}
	}
	for _, s := range m.Steps {
		switch {
		case s.Rule.Kind != relation.AtLeast && s.Rule.Kind != relation.AtMost:
			last = append(last, s)
		case early[s.Target] && len(m.References) > 0 && !reference(s.From[0]):
			first = append(first, s)
		default:
			middle = append(middle, s)
		}
	}
	var sorted []Step
	done := map[string]bool{}
	for len(last) > 0 {
		before := len(last)
		var rest []Step
		for _, s := range last {
			ready := true
			for _, name := range s.From {
				ready = ready && (!later[name] || done[name])
			}
			if ready {
				sorted, done[s.Target] = append(sorted, s), true
			} else {
				rest = append(rest, s)
			}
		}
		if last = rest; len(last) == before {
			break // a circle, which Find does not leave
		}
	}
	m.EarlySteps = len(first)
	m.Steps = append(append(first, middle...), sorted...)
}

// sortReferences puts a key after the one that tells it.
func (n *sheet) sortReferences() {
	refs := n.m.References
	for range refs {
		for i := range refs {
			for j := i + 1; j < len(refs); j++ {
				if refs[i].Told == refs[j].Column {
					refs[i], refs[j] = refs[j], refs[i]
				}
			}
		}
	}
}

// says returns what each level of one column decides of another, where it has
// least rows or more.
func (n *sheet) says(from, target string, least int) map[string]string {
	all := allRows(n)
	a, b := n.column(from, all), n.column(target, all)
	rows := map[string]int{}
	count := map[[2]string]int{}
	for i := range all {
		if !a.Missing(i) {
			rows[a.Cell(i)]++
			if !b.Missing(i) {
				count[[2]string{a.Cell(i), b.Cell(i)}]++
			}
		}
	}
	out, most := map[string]string{}, map[string]int{}
	for k, c := range count {
		if rows[k[0]] >= least && c >= least && (c > most[k[0]] || c == most[k[0]] && k[1] < out[k[0]]) {
			out[k[0]], most[k[0]] = k[1], c
		}
	}
	return out
}
