package relation

import (
	"context"
	"math"
	"slices"

	"shoptwin/core/table"
)

// Limits of the search for rules.
const (
	dirt         = 1e-4 // share of rows that may break a rule
	aloneMost    = .01  // share of rows that may have a value where a rule has none to tell
	shown        = 50   // rows, or distinct results, that must show a rule
	sampleRows   = 400  // looked at first: most wrong rules fail there
	maxNumbers   = 14   // columns of numbers of one table, refs included, for formulas
	maxSources   = 300  // columns that may decide others
	shuffledLess = .05  // share of rows in which an order must fail if rows were shuffled
)

// finder looks for the rules of one table.
type finder struct {
	ctx     context.Context
	tables  []*table.Table
	links   []Link
	t       *table.Table
	own     []int // columns that rules may speak of: no keys
	via     []Ref // columns of rows that keys name
	cols    map[Ref]reader
	target  map[string]bool // has a rule that tells it
	sources map[string][]string
	rules   []Rule
	grouped map[string]string // columns that are one value for each value of a group's key
}

// Find returns the rules that hold in every row of tables, but for one in ten
// thousand, and are not chance. A column has at most one rule that tells its
// value, and none tells another in a circle. Orders (AtLeast, AtMost) come
// besides, for columns that nothing tells.
//
// O(rows) for each true rule; wrong ones fail in their first rows.
func Find(ctx context.Context, tables []*table.Table, links []Link) ([]Rule, error) {
	var all []Rule
	for _, t := range tables {
		f := &finder{ctx: ctx, tables: tables, links: links, t: t, cols: map[Ref]reader{}, target: map[string]bool{}, sources: map[string][]string{}}
		if t.Rows() < shown {
			continue
		}
		f.gather()
		f.children()
		f.equals()
		f.formulas()
		f.follows()
		f.orders()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		all = append(all, f.rules...)
	}
	return all, nil
}

func (f *finder) gather() {
	key := map[string]bool{}
	for _, l := range f.links {
		if l.Parent == f.t.Name {
			key[l.Key] = true
		}
		if l.Child == f.t.Name {
			key[l.Column] = true
		}
	}
	if g := Groups(f.t, key); g != nil {
		f.grouped = map[string]string{}
		for _, c := range g.Columns {
			f.grouped[c] = g.Key
		}
	}
	for i, c := range f.t.Columns {
		if !key[c.Name] {
			f.own = append(f.own, i)
		}
		f.cols[Ref{Column: c.Name}] = reader{col: c}
	}
	for _, l := range f.links {
		if l.Child != f.t.Name {
			continue
		}
		parent := Table(f.tables, l.Parent)
		rows := Match(f.t.Column(l.Column), parent.Column(l.Key))
		for _, c := range parent.Columns {
			if c.Name != l.Key {
				ref := Ref{l.Column, c.Name}
				f.via = append(f.via, ref)
				f.cols[ref] = reader{c, rows}
			}
		}
	}
}

// add notes a rule that tells its column.
func (f *finder) add(r Rule) {
	r.Table = f.t.Name
	f.rules = append(f.rules, r)
	f.target[r.Column] = true
	for _, ref := range r.From {
		if ref.Via == "" {
			f.sources[r.Column] = append(f.sources[r.Column], ref.Column)
		}
	}
}

// hangs says whether column a is told by b, in any number of steps.
func (f *finder) hangs(a, b string) bool {
	if a == b {
		return true
	}
	for _, s := range f.sources[a] {
		if f.hangs(s, b) {
			return true
		}
	}
	return false
}

func (f *finder) may(breaks, rows int) bool {
	return rows >= shown && float64(breaks) <= dirt*float64(rows)
}

// equals finds columns that repeat one of a row that a key names, keys among
// them: the product of a line is its promotion's.
func (f *finder) equals() {
	for _, c := range f.t.Columns {
		if f.target[c.Name] || f.ctx.Err() != nil {
			continue
		}
		for _, ref := range f.via {
			from := f.cols[ref]
			if from.col.Kind != c.Kind || ref.Via == c.Name {
				continue
			}
			own := reader{col: c}
			if n, bad := equal(own, from, min(sampleRows, f.t.Rows())); bad*20 > n {
				continue
			}
			rows, breaks := equal(own, from, f.t.Rows())
			if !f.may(breaks, rows) || !varied(own, from, f.t.Rows()) {
				continue
			}
			r := Rule{Kind: Equal, Column: c.Name, From: []Ref{ref}, Rows: rows, Breaks: breaks}
			if f.isKey(c.Name) || f.fill(&r, own, []reader{from}) {
				f.add(r)
				break
			}
		}
	}
}

func (f *finder) isKey(column string) bool {
	return slices.ContainsFunc(f.links, func(l Link) bool { return l.Child == f.t.Name && l.Column == column })
}

// varied says whether at least shown rows have another value than the
// commonest, where both cells are there.
func varied(a, b reader, rows int) bool {
	count := map[string]int{}
	n, most := 0, 0
	for i := range rows {
		s, ok := cell(a, i)
		if _, also := cell(b, i); ok && also {
			n++
			count[s]++
			most = max(most, count[s])
			if n-most >= shown && n > 2*shown {
				return true
			}
		}
	}
	return n-most >= shown
}

// fill completes a rule with what stands in rows where it has nothing to
// tell; false if that is more than a rule leaves open.
func (f *finder) fill(r *Rule, own reader, from []reader) bool {
	silent, told := 0, 0
	alone := map[string]int{}
	loose, first, value := 0, "", math.NaN()
	for i := range f.t.Rows() {
		have, ok := cell(own, i)
		all := true
		for _, c := range from {
			_, also := cell(c, i)
			all = all && also
		}
		switch {
		case all && ok:
			told++
		case all:
			silent++
		case ok:
			loose++
			if len(alone) < shown {
				alone[have]++
			} else if _, is := alone[have]; is {
				alone[have]++
			}
		}
	}
	r.Missing = float64(silent) / float64(max(1, told+silent))
	if float64(loose) <= aloneMost*float64(f.t.Rows()) {
		return true
	}
	for s, n := range alone {
		if n > alone[first] || n == alone[first] && s < first {
			first = s
		}
	}
	if own.col.Kind == table.Text || float64(loose-alone[first]) > aloneMost*float64(loose) {
		r.Drawn = true
		return told > loose
	}
	for i := range f.t.Rows() {
		if s, ok := cell(own, i); ok && s == first {
			value = own.num(i)
			break
		}
	}
	r.Alone = &value
	return true
}

// formulas finds numbers that are computed from others, the later column
// first, from few and own columns rather than from many.
func (f *finder) formulas() {
	var from []Ref
	for _, i := range f.own {
		if f.t.Columns[i].Kind == table.Number && len(from) < maxNumbers {
			from = append(from, Ref{Column: f.t.Columns[i].Name})
		}
	}
	mine := len(from)
	for _, ref := range f.via {
		if f.cols[ref].col.Kind == table.Number && len(from) < maxNumbers {
			from = append(from, ref)
		}
	}
	for z := mine - 1; z >= 0; z-- {
		if name := from[z].Column; !f.target[name] && f.ctx.Err() == nil {
			if r, ok := f.formula(from, z); ok {
				f.add(r)
			}
		}
	}
}

func (f *finder) formula(from []Ref, z int) (Rule, bool) {
	own := f.cols[from[z]]
	scale := grain(own.col.Num)
	if scale == 0 {
		return Rule{}, false
	}
	ok := func(i int) bool { return i != z && (from[i].Via != "" || !f.hangs(from[i].Column, from[z].Column)) }
	for _, op := range []string{"x+y", "x-y", "x*y", "x*y-w", "x*y+w", "x*y*w"} {
		for x := range from {
			for y := range from {
				if !ok(x) || !ok(y) || x == y || op != "x-y" && x > y {
					continue
				}
				for w := range from {
					three := len(op) > 3
					if !three && w > 0 {
						break
					}
					if three && (!ok(w) || w == x || w == y || op == "x*y*w" && w < y) {
						continue
					}
					refs := []Ref{from[x], from[y]}
					if three {
						refs = append(refs, from[w])
					}
					r := Rule{Kind: Formula, Column: from[z].Column, From: refs, Op: op, Scale: scale}
					if f.holds(&r, own) {
						return r, true
					}
				}
			}
		}
	}
	return Rule{}, false
}

func (f *finder) holds(r *Rule, own reader) bool {
	from := make([]reader, len(r.From))
	for j, ref := range r.From {
		from[j] = f.cols[ref]
	}
	distinct := map[float64]struct{}{}
	rows, breaks := 0, 0
	var v [3]float64
	for i := range f.t.Rows() {
		for j, c := range from {
			v[j] = c.num(i)
		}
		want, have := compute(r.Op, v[0], v[1], v[2]), own.num(i)
		if math.IsNaN(want) || math.IsNaN(have) {
			continue
		}
		if rows++; off(want, have, r.Scale) {
			if breaks++; rows < 10_000 && breaks > 1 || float64(breaks) > dirt*float64(f.t.Rows()) {
				return false
			}
		} else if len(distinct) < shown && have != 0 {
			distinct[have] = struct{}{}
		}
	}
	r.Rows, r.Breaks = rows, breaks
	return f.may(breaks, rows) && len(distinct) >= shown && f.fill(r, own, from)
}

// grain returns 1, 10, 100, … such that all numbers are whole multiples of
// its inverse; 0 if there is none up to a million.
func grain(x []float64) float64 {
	scale := 1.
	for i := range x {
		for math.Abs(x[i]*scale-math.Round(x[i]*scale)) > 1e-6 {
			if scale *= 10; scale > 1e6 {
				return 0
			}
		}
	}
	return scale
}
