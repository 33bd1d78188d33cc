package relation

import (
	"fmt"
	"math"
	"strings"

	"shoptwin/core/table"
)

// Kind of a [Rule].
const (
	Equal   = "equal"   // Column has the value of From[0]
	Follows = "follows" // Column is decided by From[0], as category decides department
	Formula = "formula" // Column is computed from numbers, by Op
	AtLeast = "atleast" // Column is at least From[0]
	AtMost  = "atmost"  // Column is at most From[0]
	Sum     = "sum"     // Column is the sum of From[0].Column over the rows that refer to this one by Link
	Count   = "count"   // Column is the number of these rows
	Grouped = "grouped" // the columns of From have one value for each value of Column
)

// Ref names a column of a rule: one of the table itself, or with Via, a
// foreign key of the table, one of the row that it names.
type Ref struct {
	Via    string `json:"via,omitempty"`
	Column string `json:"column"`
}

func (r Ref) String() string {
	if r.Via != "" {
		return r.Via + "." + r.Column
	}
	return r.Column
}

// Rule holds in every row of a table. A row in which a cell is missing that it
// speaks of breaks nothing.
type Rule struct {
	Kind   string `json:"kind"`
	Table  string `json:"table"`
	Column string `json:"column"`
	From   []Ref  `json:"from,omitempty"`
	Op     string `json:"op,omitempty"` // of a Formula: x+y, x-y, x*y, x*y-w, x*y+w or x*y*w
	Link   *Link  `json:"link,omitempty"`

	Scale   float64 `json:"scale,omitempty"`   // Formula, Sum: results are whole multiples of 1/Scale
	Missing float64 `json:"missing,omitempty"` // share of rows without a value though it could be told
	// Alone is what stands where the row is missing that From would be found
	// in; nil: nothing does.
	Alone *float64 `json:"alone,omitempty"`
	// Drawn says that where From is missing anything may stand.
	Drawn bool `json:"drawn,omitempty"`

	Rows   int `json:"rows"`   // real rows that show it
	Breaks int `json:"breaks"` // real rows that break it: dirt, at most one in ten thousand
}

// String writes r as a person would: "amount = quantity * price - discount".
func (r Rule) String() string {
	from := make([]string, len(r.From))
	for i, f := range r.From {
		from[i] = f.String()
	}
	own := r.Table + ": " + r.Column
	switch r.Kind {
	case Equal:
		return own + " = " + from[0]
	case Follows:
		return own + " ← " + from[0]
	case Formula:
		s := r.Op
		for i, v := range []string{"x", "y", "w"} {
			if i < len(from) {
				s = strings.ReplaceAll(s, v, fmt.Sprintf("{%d}", i))
			}
		}
		for i := range from {
			s = strings.ReplaceAll(s, fmt.Sprintf("{%d}", i), from[i])
		}
		s = strings.NewReplacer("*", " × ", "+", " + ").Replace(s)
		if len(from) > 0 {
			if i := strings.LastIndex(r.Op, "-"); i >= 0 {
				last := from[len(from)-1]
				s = strings.TrimSuffix(s, "-"+last) + " − " + last
			}
		}
		return own + " = " + s
	case AtLeast:
		return own + " ≥ " + from[0]
	case AtMost:
		return own + " ≤ " + from[0]
	case Sum:
		return own + " = Σ " + r.Link.Child + "." + from[0]
	case Count:
		return own + " = # " + r.Link.Child
	}
	return own + " → " + strings.Join(from, ", ")
}

// compute is what a formula gives.
func compute(op string, x, y, w float64) float64 {
	switch op {
	case "x+y":
		return x + y
	case "x-y":
		return x - y
	case "x*y":
		return x * y
	case "x*y-w":
		return x*y - w
	case "x*y+w":
		return x*y + w
	}
	return x * y * w
}

// Compute returns what formula r gives for the values of From, rounded to its
// grain; NaN if one of them is missing.
func (r Rule) Compute(from ...float64) float64 {
	var v [3]float64
	copy(v[:], from)
	return math.Round(compute(r.Op, v[0], v[1], v[2])*r.Scale) / r.Scale
}

// off says whether have is not the want of a grain of 1/scale.
func off(want, have, scale float64) bool {
	return math.Abs(want-have) > .5/scale+1e-9*max(1, math.Abs(want))
}

// reader is a column as a rule sees it: row i's cell, through a key or not.
type reader struct {
	col  *table.Column
	rows []int32 // nil: the table's own
}

func (c reader) num(i int) float64 {
	if c.rows != nil {
		if i = int(c.rows[i]); i < 0 {
			return math.NaN()
		}
	}
	return c.col.Num[i]
}

// text returns the cell of a column of text; ok is false if it is missing.
func (c reader) text(i int) (string, bool) {
	if c.rows != nil {
		if i = int(c.rows[i]); i < 0 {
			return "", false
		}
	}
	if code := c.col.Codes[i]; code >= 0 {
		return c.col.Levels[code], true
	}
	return "", false
}

// read finds the column of ref for the rows of t; false if it is not there.
func read(tables []*table.Table, links []Link, t *table.Table, ref Ref) (reader, bool) {
	if ref.Via == "" {
		c := t.Column(ref.Column)
		return reader{col: c}, c != nil
	}
	for _, l := range links {
		if l.Child != t.Name || l.Column != ref.Via {
			continue
		}
		parent := Table(tables, l.Parent)
		if parent == nil || t.Column(l.Column) == nil || parent.Column(l.Key) == nil || parent.Column(ref.Column) == nil {
			break
		}
		return reader{parent.Column(ref.Column), Match(t.Column(l.Column), parent.Column(l.Key))}, true
	}
	return reader{}, false
}

// Broken counts the rows of r's table, among tables, that r speaks of, and
// those that break it. real are the tables that it was found in: what follows
// from what is theirs to say, as is that a value never seen there may be
// anything, though always the same. O(rows).
func (r Rule) Broken(tables, real []*table.Table, links []Link) (rows, broken int) {
	t := Table(tables, r.Table)
	if t == nil || t.Column(r.Column) == nil {
		return 0, 0
	}
	own := reader{col: t.Column(r.Column)}
	var from []reader
	if r.Kind != Sum && r.Kind != Count {
		for _, ref := range r.From {
			c, ok := read(tables, links, t, ref)
			if !ok {
				return 0, 0
			}
			from = append(from, c)
		}
	}
	switch r.Kind {
	case Equal:
		return equal(own, from[0], t.Rows())
	case AtLeast, AtMost:
		for i := range t.Rows() {
			d := own.num(i) - from[0].num(i)
			if r.Kind == AtMost {
				d = -d
			}
			if !math.IsNaN(d) {
				if rows++; d < -1e-9*max(1, math.Abs(own.num(i))) {
					broken++
				}
			}
		}
	case Formula:
		var v [3]float64
		for i := range t.Rows() {
			for j := range from {
				v[j] = from[j].num(i)
			}
			want, have := compute(r.Op, v[0], v[1], v[2]), own.num(i)
			if !math.IsNaN(want) && !math.IsNaN(have) {
				if rows++; off(want, have, r.Scale) {
					broken++
				}
			}
		}
	case Follows:
		said := map[string]string{}
		if rt := Table(real, r.Table); rt != nil && rt != t {
			if c, ok := read(real, links, rt, r.From[0]); ok && rt.Column(r.Column) != nil {
				said = pairs(c, reader{col: rt.Column(r.Column)}, rt.Rows())
			}
		} else {
			said = pairs(from[0], own, t.Rows())
		}
		for i := range t.Rows() {
			a, ok := cell(from[0], i)
			b, also := cell(own, i)
			if !ok || !also {
				continue
			}
			rows++
			if is, known := said[a]; !known {
				said[a] = b
			} else if is != b {
				broken++
			}
		}
	case Grouped:
		for j := range from {
			first := map[string]string{}
			for i := range t.Rows() {
				key, ok := cell(own, i)
				v, also := cell(from[j], i)
				if !ok || !also {
					continue
				}
				if rows++; first[key] == "" {
					first[key] = v
				} else if first[key] != v {
					broken++
				}
			}
		}
	case Sum, Count:
		return r.children(tables, t)
	}
	return rows, broken
}

// children checks a sum or a count.
func (r Rule) children(tables []*table.Table, t *table.Table) (rows, broken int) {
	child := Table(tables, r.Link.Child)
	if child == nil || child.Column(r.Link.Column) == nil || t.Column(r.Link.Key) == nil {
		return 0, 0
	}
	total := make([]float64, t.Rows())
	var of []float64
	if r.Kind == Sum {
		c := child.Column(r.From[0].Column)
		if c == nil || c.Kind != table.Number {
			return 0, 0
		}
		of = c.Num
	}
	for i, p := range Match(child.Column(r.Link.Column), t.Column(r.Link.Key)) {
		switch {
		case p < 0:
		case of == nil:
			total[p]++
		case !math.IsNaN(of[i]):
			total[p] += of[i]
		}
	}
	scale := max(r.Scale, 1)
	for i, have := range t.Column(r.Column).Num {
		if !math.IsNaN(have) {
			if rows++; off(total[i], have, scale) {
				broken++
			}
		}
	}
	return rows, broken
}

// equal counts the rows in which both cells are there, and those in which
// they differ.
func equal(a, b reader, rows int) (both, differ int) {
	for i := range rows {
		if a.col.Kind == table.Text {
			x, ok := a.text(i)
			y, also := b.text(i)
			if ok && also {
				if both++; x != y {
					differ++
				}
			}
			continue
		}
		if d := a.num(i) - b.num(i); !math.IsNaN(d) {
			if both++; d != 0 {
				differ++
			}
		}
	}
	return both, differ
}

// cell writes a cell; false if it is missing.
func cell(c reader, i int) (string, bool) {
	if c.col.Kind == table.Text {
		return c.text(i)
	}
	x := c.num(i)
	if math.IsNaN(x) {
		return "", false
	}
	return fmt.Sprint(x), true
}

// pairs returns the commonest value of b for each of a.
func pairs(a, b reader, rows int) map[string]string {
	count := map[[2]string]int{}
	for i := range rows {
		x, ok := cell(a, i)
		y, also := cell(b, i)
		if ok && also {
			count[[2]string{x, y}]++
		}
	}
	out, most := map[string]string{}, map[string]int{}
	for k, n := range count {
		if n > most[k[0]] || n == most[k[0]] && k[1] < out[k[0]] {
			out[k[0]], most[k[0]] = k[1], n
		}
	}
	return out
}
