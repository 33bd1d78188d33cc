// Package table holds a table in memory by columns: the form in which every
// model of Shoptwin gets its data and gives its samples.
package table

import (
	"math"
	"slices"
	"strconv"
	"time"

	"shoptwin/core"
)

// Kind is how the cells of a column are stored.
type Kind uint8

const (
	Number Kind = iota // float64; NaN is missing
	Text               // a code into Levels; -1 is missing
	Time               // seconds since 1970-01-01 UTC as float64; NaN is missing
)

var kindNames = []string{"number", "text", "time"}

func (k Kind) String() string                { return kindNames[k] }
func (k Kind) MarshalText() ([]byte, error)  { return []byte(kindNames[k]), nil }
func (k *Kind) UnmarshalText(b []byte) error { return unmarshal(k, kindNames, b, "kind") }

// Role is what a column means to the models. Auto leaves the choice to
// [DetectRole].
type Role uint8

const (
	Auto      Role = iota
	Key            // names a thing: customer, product, receipt
	Measure        // a quantity
	Category       // one of a limited set
	Timestamp      // when
	FreeText       // words
)

var roleNames = []string{"auto", "key", "measure", "category", "time", "text"}

func (r Role) String() string                { return roleNames[r] }
func (r Role) MarshalText() ([]byte, error)  { return []byte(roleNames[r]), nil }
func (r *Role) UnmarshalText(b []byte) error { return unmarshal(r, roleNames, b, "role") }

func unmarshal[T ~uint8](dst *T, names []string, b []byte, what string) error {
	i := slices.Index(names, string(b))
	if i < 0 {
		return core.Errorf(core.Invalid, "%s %q is none of %v", what, b, names)
	}
	*dst = T(i)
	return nil
}

// Field is the schema of one column.
type Field struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	Role Role   `json:"role"`
	// Decimals is how many digits after the point a Number is written with;
	// -1 writes as many as are needed.
	Decimals int `json:"decimals"`
	// Layout is how a Time is written, in Go's reference form; "" is RFC 3339
	// without a zone.
	Layout string `json:"layout,omitempty"`
}

// Column is a field and its cells. Exactly one of Num and Codes is used,
// depending on Kind. Columns are not changed once they are part of a Table
// that others hold.
type Column struct {
	Field
	Num    []float64 // Number, Time
	Codes  []int32   // Text: index into Levels, -1 missing
	Levels []string  // Text: the distinct values, each once
}

// Table is a named list of columns of equal length.
type Table struct {
	Name    string
	Columns []*Column
}

// NewNumber returns a Number column over num, which it keeps.
func NewNumber(name string, num []float64) *Column {
	return &Column{Field: Field{Name: name, Kind: Number, Decimals: -1}, Num: num}
}

// NewTime returns a Time column over seconds since 1970, which it keeps.
func NewTime(name, layout string, seconds []float64) *Column {
	return &Column{Field: Field{Name: name, Kind: Time, Layout: layout}, Num: seconds}
}

// NewText returns a Text column of the given cells; missing cells are those
// for which missing, if not nil, is true. Levels are in order of appearance.
func NewText(name string, cells []string, missing []bool) *Column {
	c := &Column{Field: Field{Name: name, Kind: Text}, Codes: make([]int32, len(cells))}
	index := map[string]int32{}
	for i, s := range cells {
		if missing != nil && missing[i] {
			c.Codes[i] = -1
			continue
		}
		code, ok := index[s]
		if !ok {
			code = int32(len(c.Levels))
			index[s] = code
			c.Levels = append(c.Levels, s)
		}
		c.Codes[i] = code
	}
	return c
}

// Len returns the number of cells.
func (c *Column) Len() int {
	if c.Kind == Text {
		return len(c.Codes)
	}
	return len(c.Num)
}

// Missing says whether cell i has no value.
func (c *Column) Missing(i int) bool {
	if c.Kind == Text {
		return c.Codes[i] < 0
	}
	return math.IsNaN(c.Num[i])
}

// Cell returns cell i as it is written to a text file; "" when missing.
func (c *Column) Cell(i int) string {
	if c.Missing(i) {
		return ""
	}
	switch c.Kind {
	case Text:
		return c.Levels[c.Codes[i]]
	case Time:
		return FormatTime(c.Num[i], c.Layout)
	}
	return strconv.FormatFloat(c.Num[i], 'f', c.Decimals, 64)
}

// FormatTime writes seconds since 1970 in layout, UTC.
func FormatTime(seconds float64, layout string) string {
	if layout == "" {
		layout = "2006-01-02T15:04:05"
	}
	whole := math.Floor(seconds)
	return time.Unix(int64(whole), int64((seconds-whole)*1e9)).UTC().Format(layout)
}

// Take returns a new column with the cells at rows, in that order. Levels are
// shared.
func (c *Column) Take(rows []int) *Column {
	out := &Column{Field: c.Field, Levels: c.Levels}
	if c.Kind == Text {
		out.Codes = make([]int32, len(rows))
		for i, r := range rows {
			out.Codes[i] = c.Codes[r]
		}
		return out
	}
	out.Num = make([]float64, len(rows))
	for i, r := range rows {
		out.Num[i] = c.Num[r]
	}
	return out
}

// ByLevel returns for each cell of a text column what read makes of its level;
// NaN where the cell is missing. Each level is read once.
func (c *Column) ByLevel(read func(level string) float64) []float64 {
	levels := make([]float64, len(c.Levels))
	for i, s := range c.Levels {
		levels[i] = read(s)
	}
	out := make([]float64, len(c.Codes))
	for i, code := range c.Codes {
		out[i] = math.NaN()
		if code >= 0 {
			out[i] = levels[code]
		}
	}
	return out
}

// Slice returns cells lo to hi (exclusive), sharing memory with c.
func (c *Column) Slice(lo, hi int) *Column {
	out := &Column{Field: c.Field, Levels: c.Levels}
	if c.Kind == Text {
		out.Codes = c.Codes[lo:hi:hi]
	} else {
		out.Num = c.Num[lo:hi:hi]
	}
	return out
}

// Append appends the cells of d, a column of the same kind. Levels that c lacks
// are added to a copy of its own, as others may share them. O(cells of d, and
// levels of both where these differ).
func (c *Column) Append(d *Column) {
	if c.Kind != Text {
		c.Num = append(c.Num, d.Num...)
		return
	}
	if slices.Equal(c.Levels, d.Levels) {
		c.Codes = append(c.Codes, d.Codes...)
		return
	}
	index := make(map[string]int32, len(c.Levels))
	for l, name := range c.Levels {
		index[name] = int32(l)
	}
	c.Levels = slices.Clone(c.Levels)
	place := make([]int32, len(d.Levels))
	for l, name := range d.Levels {
		at, ok := index[name]
		if !ok {
			at = int32(len(c.Levels))
			c.Levels = append(c.Levels, name)
		}
		place[l] = at
	}
	for _, l := range d.Codes {
		if l >= 0 {
			l = place[l]
		}
		c.Codes = append(c.Codes, l)
	}
}

// Rows returns the number of rows; 0 without columns.
func (t *Table) Rows() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].Len()
}

// Column returns the column of that name, or nil.
func (t *Table) Column(name string) *Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Schema returns the fields of t in order.
func (t *Table) Schema() []Field {
	fields := make([]Field, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = c.Field
	}
	return fields
}

// Take returns a new table with the given rows, in that order.
func (t *Table) Take(rows []int) *Table {
	return t.each(func(c *Column) *Column { return c.Take(rows) })
}

// Slice returns rows lo to hi (exclusive), sharing memory with t.
func (t *Table) Slice(lo, hi int) *Table {
	return t.each(func(c *Column) *Column { return c.Slice(lo, hi) })
}

func (t *Table) each(f func(*Column) *Column) *Table {
	out := &Table{Name: t.Name, Columns: make([]*Column, len(t.Columns))}
	for i, c := range t.Columns {
		out.Columns[i] = f(c)
	}
	return out
}

// Select returns a table of the named columns in that order, sharing memory.
func (t *Table) Select(names ...string) (*Table, error) {
	out := &Table{Name: t.Name}
	for _, name := range names {
		c := t.Column(name)
		if c == nil {
			return nil, core.Errorf(core.NotFound, "table %q has no column %q", t.Name, name)
		}
		out.Columns = append(out.Columns, c)
	}
	return out, nil
}

// Check returns an error if t breaks the package's promises: columns of
// unequal length, a name used twice or empty, a code outside Levels, an
// infinite number.
func (t *Table) Check() error {
	seen := map[string]bool{}
	for _, c := range t.Columns {
		switch {
		case c.Name == "":
			return core.Errorf(core.Invalid, "table %q: a column has no name", t.Name)
		case seen[c.Name]:
			return core.Errorf(core.Invalid, "table %q: two columns are named %q", t.Name, c.Name)
		case c.Len() != t.Rows():
			return core.Errorf(core.Invalid, "table %q: column %q has %d cells, the first has %d", t.Name, c.Name, c.Len(), t.Rows())
		}
		seen[c.Name] = true
		for i, code := range c.Codes {
			if code < -1 || int(code) >= len(c.Levels) {
				return core.Errorf(core.Invalid, "table %q, row %d, column %q: code %d, but there are %d levels", t.Name, i+1, c.Name, code, len(c.Levels))
			}
		}
		for i, x := range c.Num {
			if math.IsInf(x, 0) {
				return core.Errorf(core.Invalid, "table %q, row %d, column %q: an infinite number", t.Name, i+1, c.Name)
			}
		}
	}
	return nil
}
