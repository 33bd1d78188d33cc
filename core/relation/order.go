package relation

import (
	"cmp"
	"math"
	"slices"

	"shoptwin/core/table"
)

// follows finds text and numbers that another column of text decides: the
// finest column first, so that what is decided hangs on columns that are not.
func (f *finder) follows() {
	type side struct {
		ref    Ref
		levels int
	}
	var from []side
	for _, i := range f.own {
		if c := f.t.Columns[i]; c.Kind == table.Text && c.Role != table.FreeText {
			from = append(from, side{Ref{Column: c.Name}, distinct(c)})
		}
	}
	for _, ref := range f.via {
		if c := f.cols[ref].col; c.Kind == table.Text && c.Role != table.FreeText {
			from = append(from, side{ref, distinct(c)})
		}
	}
	slices.SortStableFunc(from, func(a, b side) int { return cmp.Compare(b.levels, a.levels) })
	from = from[:min(len(from), maxSources)]
	var to []*table.Column
	for _, i := range f.own {
		if c := f.t.Columns[i]; c.Kind != table.Time && c.Role != table.FreeText && c.Role != table.Measure {
			to = append(to, c)
		}
	}
	slices.SortStableFunc(to, func(a, b *table.Column) int { return cmp.Compare(distinct(a), distinct(b)) })
	for _, c := range to {
		if f.target[c.Name] || f.ctx.Err() != nil {
			continue
		}
		for _, s := range from {
			// What nearly numbers the rows decides nothing that can be said.
			if s.ref.Via == "" && (f.hangs(s.ref.Column, c.Name) || f.grouped[c.Name] == s.ref.Column) || s.levels < 2 || s.levels*5 > f.t.Rows() {
				continue
			}
			src := f.cols[s.ref]
			rows, breaks, ok := decides(src, reader{col: c}, f.t.Rows())
			if !ok || !f.may(breaks, rows) {
				continue
			}
			r := Rule{Kind: Follows, Column: c.Name, From: []Ref{s.ref}, Rows: rows, Breaks: breaks}
			if f.fill(&r, reader{col: c}, []reader{src}) {
				f.add(r)
				break
			}
		}
	}
}

// decides says whether a decides b: how many rows have both, and how many
// another than the first of their level. ok is false if it may be chance:
// groups that agree by themselves.
func decides(a, b reader, rows int) (both, breaks int, ok bool) {
	type group struct {
		first string
		rows  int
	}
	groups := make(map[string]*group)
	values := map[string]int{}
	for i := range rows {
		x, has := a.text(i)
		y, also := cell(b, i)
		if !has || !also {
			continue
		}
		both++
		values[y]++
		g := groups[x]
		if g == nil {
			g = &group{first: y}
			groups[x] = g
		}
		if g.rows++; g.first != y {
			if breaks++; breaks > 2 && float64(breaks) > dirt*float64(rows) {
				return both, breaks, false
			}
		}
	}
	most := 0
	for _, n := range values {
		most = max(most, n)
	}
	share := float64(most) / float64(max(both, 1))
	var log float64
	for _, g := range groups {
		log += float64(g.rows-1) * math.Log(share)
	}
	return both, breaks, log < -30 && len(values) > 1
}

// orders finds columns that lie on one side of another in every row: starts
// before ends, ships after it was ordered. Of two own columns the later one is
// told by the earlier.
func (f *finder) orders() {
	var from []Ref
	for _, i := range f.own {
		from = append(from, Ref{Column: f.t.Columns[i].Name})
	}
	mine := len(from)
	from = append(from, f.via...)
	for z := range mine {
		name := from[z].Column
		own := f.cols[from[z]]
		if own.col.Kind == table.Text || f.target[name] && !f.repeats(name) || f.ctx.Err() != nil {
			continue
		}
		for i, ref := range from {
			other := f.cols[ref]
			if i < mine && i >= z || f.repeats(name) && (i < mine || f.repeated(name).Via == ref.Via) || other.col.Kind != own.col.Kind || i < mine && f.target[ref.Column] {
				continue
			}
			for _, kind := range []string{AtLeast, AtMost} {
				if rows, ok := f.ordered(own, other, kind); ok {
					f.rules = append(f.rules, Rule{Kind: kind, Table: f.t.Name, Column: name, From: []Ref{ref}, Rows: rows})
					break
				}
			}
		}
	}
}

// repeated returns what a column repeats by an Equal rule.
func (f *finder) repeated(name string) Ref {
	for _, r := range f.rules {
		if r.Kind == Equal && r.Column == name {
			return r.From[0]
		}
	}
	return Ref{}
}

func (f *finder) repeats(name string) bool { return f.repeated(name) != Ref{} }

// ordered says whether every row keeps the order, and shuffled ones would not.
func (f *finder) ordered(own, other reader, kind string) (rows int, ok bool) {
	sign := 1.
	if kind == AtMost {
		sign = -1
	}
	n := f.t.Rows()
	var a, b []float64
	step := max(1, n/4000)
	for i := range n {
		x, y := sign*own.num(i), sign*other.num(i)
		if math.IsNaN(x) || math.IsNaN(y) {
			continue
		}
		if rows++; x < y {
			return 0, false
		}
		if i%step == 0 {
			a, b = append(a, x), append(b, y)
		}
	}
	if rows < shown || len(a) < shown {
		return rows, false
	}
	// Each with the cell of a row half the table away, and a third.
	fails, pairs := 0, 0
	for _, shift := range []int{len(a) / 2, len(a) / 3, len(a) / 7} {
		for i := range a {
			if pairs++; a[i] < b[(i+shift)%len(a)] {
				fails++
			}
		}
	}
	return rows, float64(fails) > shuffledLess*float64(pairs)
}

// children finds columns that sum up, or count, the rows that refer to a row.
func (f *finder) children() {
	for _, l := range f.links {
		if l.Parent != f.t.Name {
			continue
		}
		child := Table(f.tables, l.Child)
		for _, i := range f.own {
			c := f.t.Columns[i]
			if c.Kind != table.Number || f.target[c.Name] {
				continue
			}
			scale := grain(c.Num)
			if scale == 0 || !spread(c.Num) {
				continue
			}
			link := l
			try := func(r Rule) bool {
				r.Table = f.t.Name // for Broken
				if r.Rows, r.Breaks = r.Broken(f.tables, f.tables, f.links); f.may(r.Breaks, r.Rows) {
					f.add(r)
					return true
				}
				return false
			}
			if scale == 1 && try(Rule{Kind: Count, Column: c.Name, Link: &link, Scale: 1}) {
				continue
			}
			for _, s := range child.Columns {
				if s.Kind == table.Number && try(Rule{Kind: Sum, Column: c.Name, From: []Ref{{Column: s.Name}}, Link: &link, Scale: scale}) {
					break
				}
			}
		}
	}
}

// spread says whether x has several values.
func spread(x []float64) bool {
	seen := map[float64]struct{}{}
	for _, v := range x {
		if !math.IsNaN(v) {
			if seen[v] = struct{}{}; len(seen) > 3 {
				return true
			}
		}
	}
	return false
}
