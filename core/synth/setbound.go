package synth

import (
	"math"
	"strings"

	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// bound keeps an order: by drawing the distance, by the windows of rows that
// are referred to, or by moving what lies on the wrong side.
func (l *setLearner) bound(n *sheet, r relation.Rule) bool {
	if r.Kind != relation.AtLeast && r.Kind != relation.AtMost {
		return false
	}
	target, anchor := n.resolve(relation.Ref{Column: r.Column}), n.resolve(r.From[0])
	if target == "" || anchor == "" || n.summed(anchor) || n.summed(target) {
		return false
	}
	if ref, time, rest := n.window(r); ref != nil && ref.Time == time {
		if r.Kind == relation.AtLeast {
			ref.From = append(ref.From, rest)
		} else {
			ref.Until = append(ref.Until, rest)
		}
		return true
	}
	own := n.work[target]
	if own == nil || n.m.stepped(target) {
		return false
	}
	if n.group != nil && n.group.bound(l, r) {
		return true
	}
	r.Scale = decimalGrain(own.Num)
	s := Step{Rule: r, Target: target, From: []string{anchor}}
	// The anchor must be there where the column is, or distances say nothing.
	lost := 0
	all := allRows(n)
	a := n.column(anchor, all)
	for i, x := range own.Num {
		if !math.IsNaN(x) && math.IsNaN(a.Num[i]) {
			lost++
		}
	}
	s.Gap = float64(lost) <= .01*float64(len(own.Num)) && !n.m.gapped(target)
	n.m.Steps = append(n.m.Steps, s)
	return true
}

// starts gives n's groups the first of each time that their rows have within
// a short while: the rows' times are then drawn as the distance from it.
func (n *sheet) starts() {
	for _, name := range append([]string{}, n.names...) {
		c := n.work[name]
		if n.group == nil || c.Kind != table.Time || n.m.told()[name] || n.m.gapped(name) {
			continue
		}
		first := &table.Column{Field: c.Field, Num: make([]float64, n.group.m.Rows)}
		first.Name = hiddenStart(name)
		for i := range first.Num {
			first.Num[i] = math.NaN()
		}
		rows := n.edges[0].rows
		lo, hi := math.Inf(1), math.Inf(-1)
		for i, x := range c.Num {
			if f := first.Num[rows[i]]; math.IsNaN(f) || x < f {
				first.Num[rows[i]] = x
			}
			if !math.IsNaN(x) {
				lo, hi = min(lo, x), max(hi, x)
			}
		}
		var within, present float64
		for i, x := range c.Num {
			if !math.IsNaN(x) {
				within += x - first.Num[rows[i]]
				present++
			}
		}
		if within > startShare*(hi-lo)*present {
			continue
		}
		n.group.add(first)
		r := relation.Rule{Kind: relation.AtLeast, Table: n.origin, Column: name, Scale: decimalGrain(c.Num)}
		n.m.Steps = append(n.m.Steps, Step{Rule: r, Target: name, From: []string{through(n.edges[0].link.Column, first.Name)}, Gap: true})
	}
}

// window returns the reference that r says something about as to when its
// rows are open, the time that they are open for, as n calls it, and the column
// of the other table; nil if r is of another sort. A time that the owner's row
// tells is the owner's.
func (n *sheet) window(r relation.Rule) (ref *Reference, time, column string) {
	time = n.resolve(relation.Ref{Column: r.Column})
	key, rest, _ := strings.Cut(n.resolve(r.From[0]), sep)
	if time == "" || rest == "" || strings.Contains(rest, sep) || n.field(time).Kind != table.Time {
		return nil, "", ""
	}
	for _, s := range n.m.Steps {
		if s.Target == time && s.Rule.Kind == relation.Equal && !s.Rule.Drawn && n.owner != nil && strings.HasPrefix(s.From[0], n.m.OwnerColumn+sep) {
			time = s.From[0]
		}
	}
	if n.m.told()[time] {
		return nil, "", ""
	}
	return n.m.reference(key), time, rest
}

// windows settles for each reference which time its rows are open for: the one
// that most rules speak of.
func (l *setLearner) windows(rules []relation.Rule) {
	for _, n := range l.sheets {
		votes := map[*Reference]map[string]int{}
		for _, r := range rules {
			if n.origin != r.Table || r.Kind != relation.AtLeast && r.Kind != relation.AtMost {
				continue
			}
			ref, time, _ := n.window(r)
			if ref == nil {
				continue
			}
			if votes[ref] == nil {
				votes[ref] = map[string]int{}
			}
			if votes[ref][time]++; votes[ref][time] > votes[ref][ref.Time] {
				ref.Time = time
			}
		}
	}
}

func (n *sheet) bound(l *setLearner, r relation.Rule) bool {
	return n.t.Column(r.Column) != nil && l.bound(n, r)
}

func allRows(n *sheet) []int32 {
	rows := make([]int32, n.t.Rows())
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

// stepped says whether a step tells target, always or where it can.
func (m *Member) stepped(target string) bool {
	for _, s := range m.Steps {
		if s.Target == target && s.Rule.Kind != relation.AtLeast && s.Rule.Kind != relation.AtMost {
			return true
		}
	}
	return false
}

func (m *Member) gapped(target string) bool {
	for _, s := range m.Steps {
		if s.Target == target && s.Gap {
			return true
		}
	}
	return false
}
