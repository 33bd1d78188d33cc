package encode

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// fit is [FitContext].
func fit(ctx context.Context, t *table.Table, known []string, cfg Config, rng *rand.Rand) (*Encoder, error) {
	cfg = cfg.WithDefaults()
	if err := t.Check(); err != nil {
		return nil, core.Wrap(err, "cannot learn from table %q", t.Name).WithHint("repair or drop that column first")
	}
	rows := t.Rows()
	if rows < cfg.MinCount {
		return nil, core.Errorf(core.Invalid, "table %q has %d rows; fewer than %d cannot be imitated without copying them", t.Name, rows, cfg.MinCount).
			WithHint("bring more rows, or set MinCount to 1 if the rows are no secret")
	}
	e := &Encoder{Config: cfg, Table: t.Name, Rows: rows, Columns: make([]Column, len(t.Columns))}
	var err error
	if e.who, err = e.persons(t); err != nil {
		return nil, err
	}
	defer func() { e.who = nil }()
	for i, c := range t.Columns {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e.Columns[i] = e.fitColumn(c)
		e.Columns[i].known = slices.Contains(known, c.Name)
	}
	if !slices.ContainsFunc(e.Columns, func(c Column) bool { return c.Form != LeftOut }) {
		return nil, core.Errorf(core.Invalid, "table %q has no column that can be imitated", t.Name).
			WithHint("free text is left out; give a column another role if it is none")
	}
	t = e.since(t)
	e.compute(t)
	e.derive(ctx, t)
	e.narrow(ctx, t, rng)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.settle(t)
	for i := range e.Columns {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := &e.Columns[i]
		codes := c.encode(t.Columns[i])
		for j := range c.Parts {
			p := &c.Parts[j]
			p.weigh(codes[j])
			p.Free = p.Free || p.Width() < 2
		}
	}
	if err := e.index(); err != nil {
		return nil, err
	}
	if err := e.relate(ctx, t, rng); err != nil {
		return nil, err
	}
	return e, nil
}

// index lists the parts and puts them in an order in which they can be drawn.
// It returns an error if there is none.
func (e *Encoder) index() error {
	e.parts, e.blocks, e.order = nil, nil, nil
	var modelled []bool
	for i := range e.Columns {
		c := &e.Columns[i]
		for j := range c.Parts {
			e.parts = append(e.parts, &c.Parts[j])
			modelled = append(modelled, c.Form == Modelled)
			if !c.Parts[j].Free {
				e.blocks = append(e.blocks, &c.Parts[j])
			}
		}
	}
	const under, done = 1, 2
	state := make([]uint8, len(e.parts))
	var visit func(k int) bool
	visit = func(k int) bool {
		if state[k] != 0 {
			return state[k] == done
		}
		if !modelled[k] {
			return false
		}
		state[k] = under
		if g := e.parts[k].Given; g != nil {
			for _, c := range g.By {
				if c.Part < 0 || c.Part >= len(e.parts) || !modelled[c.Part] || (c.Fine || e.parts[c.Part].Free) && !visit(c.Part) {
					return false
				}
			}
		}
		state[k] = done
		e.order = append(e.order, k)
		return true
	}
	for k := range e.parts {
		if modelled[k] && !visit(k) {
			return core.Errorf(core.Internal, "the columns cannot be drawn in any order")
		}
	}
	return nil
}

// firstPart returns the index of column i's first part.
func (e *Encoder) firstPart(i int) (k int) {
	for j := range e.Columns[:i] {
		k += len(e.Columns[j].Parts)
	}
	return k
}

// follower says whether part k is a second or third one of its column.
func (e *Encoder) follower(k int) bool {
	for i := range e.Columns {
		n := len(e.Columns[i].Parts)
		if k < n {
			return k > 0
		}
		k -= n
	}
	return false
}

func (e *Encoder) warn(format string, args ...any) {
	e.Warnings = append(e.Warnings, fmt.Sprintf(format, args...))
}

// fitColumn learns one column; its bins may still be too many.
func (e *Encoder) fitColumn(c *table.Column) Column {
	out := Column{Field: c.Field}
	s := survey(c)
	if out.Field.Role == table.Auto {
		out.Field.Role = table.DetectRole(c.Field, s.distinct, s.present, s.words)
	}
	role := out.Field.Role
	missing := s.present < c.Len()
	switch {
	case s.present < e.Config.MinCount:
		out.Form = Empty
		if s.present > 0 {
			e.warn("column %q has a value in only %d rows; it is left empty", c.Name, s.present)
		}
		return out
	case role == table.FreeText && c.Kind == table.Text:
		out.Form = LeftOut
		e.warn("column %q holds free text and is left out", c.Name)
		return out
	case role == table.Key && c.Kind != table.Time:
		if key := fitKey(c, s, e.Config); key != nil {
			out.Form, out.Key = Keyed, key
			if key.Repeat != nil {
				e.warn("column %q is a key that repeats: it gets fresh values that repeat as often, without ties to other columns; give it the role category to keep its values", c.Name)
			}
			return out
		}
	}
	switch c.Kind {
	case table.Text:
		out.Parts = make([]Part, 1)
		out.Parts[0], out.Key = e.fitLevels(c, s)
	case table.Time:
		out.Parts, out.Days = fitTime(c.Num, e.Config)
	default:
		whole := e.Config.Bins * 3 / 2
		if role == table.Category {
			whole = max(whole, e.Config.MaxLevels)
		}
		out.Parts = []Part{fitNumbers(present(c.Num), e.Config, whole, Value)}
	}
	for j := range out.Parts {
		out.Parts[j].Missing = missing
	}
	return out
}

// facts are what a first pass over a column tells.
type facts struct {
	present, distinct int
	words             float64 // mean words a cell of text
	count             []int64 // rows of each level of text
}

func survey(c *table.Column) facts {
	var s facts
	if c.Kind != table.Text {
		seen := map[float64]struct{}{}
		for _, x := range c.Num {
			if !math.IsNaN(x) {
				s.present++
				seen[x] = struct{}{}
			}
		}
		s.distinct = len(seen)
		return s
	}
	s.count = make([]int64, len(c.Levels))
	for _, code := range c.Codes {
		if code >= 0 {
			s.count[code]++
			s.present++
		}
	}
	for l, n := range s.count {
		if n > 0 {
			s.distinct++
			s.words += float64(n) * float64(len(strings.Fields(c.Levels[l])))
		}
	}
	s.words /= float64(max(1, s.present))
	return s
}

// present returns a copy of x without its missing values.
func present(x []float64) []float64 {
	out := make([]float64, 0, len(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	return out
}
