package synth

import (
	"math"
	"slices"
	"strings"

	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// context returns the columns of n's owner that come along with its rows, as
// the owner calls them: its own, and those that came along with it.
func (n *sheet) context() (names []string) {
	if n.owner == nil {
		return nil
	}
	p := n.owner.parent
	for _, name := range p.names {
		if !p.summed(name) {
			names = append(names, name)
		}
	}
	for _, name := range p.m.Context {
		names = append(names, through(p.m.OwnerColumn, name))
	}
	return names
}

// learnable says whether a column that n sees tells a model anything: no key,
// and not text of very many levels.
func (n *sheet) learnable(name string) bool {
	c := n.column(name, nil)
	return c != nil && c.Role != table.Key && (c.Kind != table.Text || c.Role != table.FreeText && len(c.Levels) <= contextLevels)
}

// wantsColumn is Early's column of what is wanted of a key.
func wantsColumn(key string) string { return "? " + key }

// unclassed stands for the class of a row whose class is missing, and for all
// rows where there are no classes; unwanted for no row. That is a level and no
// missing cell, as what follows from a missing cell is not told.
const (
	unclassed = "(any)"
	unwanted  = "(none)"
)

// reference completes ref: its class, its windows' times and what comes along.
// others are columns at rows that a class may tell something about.
func (l *setLearner) reference(n *sheet, ref *Reference, rows []int32, known []*table.Column) {
	e := n.edge(ref.Column)
	p := e.parent
	need := map[string]bool{}
	for _, s := range n.m.Steps {
		for _, name := range s.From {
			if key, rest, ok := strings.Cut(name, sep); ok && key == ref.Column {
				need[rest] = true
			}
		}
	}
	for _, name := range p.names {
		if need[name] || !isHidden(name) && p.learnable(name) && !p.summed(name) {
			ref.Carry = append(ref.Carry, name)
			delete(need, name)
		}
	}
	for _, name := range p.m.Context {
		if name = through(p.m.OwnerColumn, name); need[name] {
			ref.Carry = append(ref.Carry, name)
		}
	}
	if ref.Time != "" {
		var times []float64
		for i, x := range n.column(ref.Time, allRows(n)).Num {
			if e.rows[i] >= 0 && !math.IsNaN(x) {
				times = append(times, x)
			}
		}
		ref.Times = quantiles(times, setQuantiles, max(1, l.cfg.Encode.MinCount))
	}
	most := classLevels
	if ref.Time != "" {
		most = 12 // windows are few: classes of them would be empty
	}
	step := max(1, len(rows)/6000)
	var sample []int32
	var at []int32
	for i := 0; i < len(rows); i += step {
		if r := rows[i]; e.rows[r] >= 0 && (e.told == nil || !e.told[r]) {
			sample, at = append(sample, e.rows[r]), append(at, int32(i))
		}
	}
	best := classGain
	for _, name := range ref.Carry {
		c := p.column(name, sample)
		if c.Kind != table.Text || n.toldBy(through(ref.Column, name)) {
			continue
		}
		codes, levels := coded(c)
		if levels < 2 || levels > most {
			continue
		}
		gain := 0.
		for _, o := range known {
			other, k := coded(takeOr(o, at))
			gain += information(codes, levels, other, k)
		}
		if gain > best {
			best, ref.Class = gain, name
		}
	}
	absent := false
	for i, r := range e.rows {
		absent = absent || r < 0 && (e.told == nil || !e.told[i])
	}
	ref.Always = !absent
	if absent || ref.Class != "" || ref.Told != "" {
		ref.Wants = wantsColumn(ref.Column)
	}
}

// toldBy says whether a column repeats the one of that name.
func (n *sheet) toldBy(name string) bool {
	for _, s := range n.m.Steps {
		if s.Rule.Kind == relation.Equal && s.From[0] == name {
			return true
		}
	}
	return false
}

// wants returns Early's column of what rows want of ref; nil if it says
// nothing.
func (n *sheet) wants(ref *Reference, rows []int32) *table.Column {
	if ref.Wants == "" {
		return nil
	}
	e := n.edge(ref.Column)
	cells := make([]string, len(rows))
	var class *table.Column
	if ref.Class != "" {
		up := make([]int32, len(rows))
		for i, r := range rows {
			up[i] = e.rows[r]
		}
		class = e.parent.column(ref.Class, up)
	}
	for i, r := range rows {
		cells[i] = unclassed
		if e.rows[r] < 0 || e.told != nil && e.told[r] {
			cells[i] = unwanted
		} else if class != nil && !class.Missing(i) {
			cells[i] = class.Cell(i)
		}
	}
	c := table.NewText(ref.Wants, cells, nil)
	c.Role = table.Category
	return c
}

// coded returns c in at most a hundred and some codes: levels by themselves,
// numbers in eight parts of equal mass.
func coded(c *table.Column) (codes []int, n int) {
	codes = make([]int, c.Len())
	if c.Kind == table.Text {
		place := map[int32]int{}
		for i, code := range c.Codes {
			k, ok := place[code]
			if !ok {
				k = min(len(place), classLevels)
				place[code] = k
			}
			codes[i] = k
		}
		return codes, min(len(place), classLevels+1)
	}
	sorted := slices.Clone(c.Num)
	slices.Sort(sorted)
	var edges []float64
	for k := 1; k < 8; k++ {
		if x := sorted[k*len(sorted)/8:]; len(x) > 0 && !math.IsNaN(x[0]) {
			edges = append(edges, x[0])
		}
	}
	edges = slices.Compact(edges)
	for i, x := range c.Num {
		if codes[i] = len(edges) + 1; !math.IsNaN(x) {
			codes[i], _ = slices.BinarySearch(edges, x)
		}
	}
	return codes, len(edges) + 2
}

// information is the mutual information of two codes in nats, less what
// independent ones would show; 0 if that may be all.
func information(a []int, na int, b []int, nb int) float64 {
	if len(a) == 0 {
		return 0
	}
	pair, x, y := make([]float64, na*nb), make([]float64, na), make([]float64, nb)
	for i, v := range a {
		pair[v*nb+b[i]]++
		x[v]++
		y[b[i]]++
	}
	n := float64(len(a))
	var sum float64
	ua, ub := 0, 0
	for v, m := range x {
		if m > 0 {
			ua++
			for w := range y {
				if k := pair[v*nb+w]; k > 0 {
					sum += k / n * math.Log(k*n/(m*y[w]))
				}
			}
		}
	}
	for _, m := range y {
		if m > 0 {
			ub++
		}
	}
	free := float64((ua - 1) * (ub - 1)) // 2n times it is about chi-squared
	if sum < (free+4*math.Sqrt(2*free))/(2*n) {
		return 0
	}
	return sum - free/(2*n)
}

// containsQuoted says whether a sentence names a column.
func containsQuoted(sentence, column string) bool {
	return strings.Contains(sentence, "\""+column+"\"")
}
