package synth

import (
	"math"
	"math/rand/v2"
	"strconv"

	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// field returns how the table writes a column.
func (m *Member) field(name string) (table.Field, bool) {
	for _, f := range m.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return table.Field{}, false
}

// take does step i.
func (b *portion) take(i int) {
	s := &b.m.Steps[i]
	f, _ := b.m.field(s.Target)
	from := make([]*table.Column, len(s.From))
	for j, name := range s.From {
		if from[j] = b.work[name]; from[j] == nil {
			return
		}
	}
	rng := rand.New(b.rng(useStep<<16 + uint64(i)))
	gone := func() bool { return s.Rule.Missing > 0 && rng.Float64() < s.Rule.Missing }
	out := &table.Column{Field: f}
	own := b.work[s.Target]
	defer func() {
		if s.Rule.Drawn && own != nil && out.Kind == own.Kind {
			out = patch(out, own, from)
		}
		b.work[s.Target] = out
	}()
	switch s.Rule.Kind {
	case relation.AtLeast, relation.AtMost:
		if own == nil {
			out = nil
			return
		}
		out.Num = make([]float64, b.rows())
		for i, x := range own.Num {
			out.Num[i] = s.bounded(x, from[0].Num[i])
		}
	case relation.Equal:
		if f.Kind == table.Text {
			out.Levels, out.Codes = from[0].Levels, make([]int32, b.rows())
			for i, c := range from[0].Codes {
				if out.Codes[i] = c; gone() {
					out.Codes[i] = -1
				}
			}
			break
		}
		fallthrough
	case relation.Formula:
		out.Num = make([]float64, b.rows())
		v := make([]float64, len(from))
		for i := range out.Num {
			for j, c := range from {
				v[j] = c.Num[i]
			}
			if out.Num[i] = v[0]; s.Rule.Kind == relation.Formula {
				out.Num[i] = s.Rule.Compute(v...)
			}
			switch {
			case math.IsNaN(out.Num[i]) && s.Rule.Alone != nil:
				out.Num[i] = *s.Rule.Alone
			case gone():
				out.Num[i] = math.NaN()
			}
		}
	case relation.Follows:
		b.follow(s, out, from[0], gone)
	}
}

// patch returns told with the cells of drawn where one of from is missing.
func patch(told, drawn *table.Column, from []*table.Column) *table.Column {
	silent := func(i int) bool {
		for _, c := range from {
			if c.Missing(i) {
				return true
			}
		}
		return false
	}
	if told.Kind != table.Text {
		for i := range told.Num {
			if silent(i) {
				told.Num[i] = drawn.Num[i]
			}
		}
		return told
	}
	cells, missing := make([]string, told.Len()), make([]bool, told.Len())
	for i := range cells {
		c := told
		if silent(i) {
			c = drawn
		}
		cells[i], missing[i] = c.Cell(i), c.Missing(i)
	}
	c := table.NewText(told.Name, cells, missing)
	c.Field = told.Field
	return c
}

// bounded is the value of a column that was drawn as x.
func (s *Step) bounded(x, anchor float64) float64 {
	sign := 1.
	if s.Rule.Kind == relation.AtMost {
		sign = -1
	}
	switch {
	case s.Gap:
		if x = anchor + sign*max(x, 0); s.Rule.Scale > 0 {
			x = math.Round(x*s.Rule.Scale) / s.Rule.Scale
		}
	case sign*(x-anchor) < 0:
		x = anchor
	}
	return x
}

// follow fills out with what from's levels decide.
func (b *portion) follow(s *Step, out, from *table.Column, gone func() bool) {
	of := make([]string, len(from.Levels))
	for l, level := range from.Levels {
		says, ok := s.Says[level]
		if of[l] = says; !ok {
			of[l] = s.Default
		}
	}
	if out.Kind == table.Text {
		missing := make([]bool, b.rows())
		cells := make([]string, b.rows())
		for i, c := range from.Codes {
			if missing[i] = c < 0 || gone(); !missing[i] {
				cells[i] = of[c]
				missing[i] = cells[i] == ""
			}
		}
		c := table.NewText(out.Name, cells, missing)
		out.Levels, out.Codes = c.Levels, c.Codes
		return
	}
	num := make([]float64, len(of))
	for l, says := range of {
		x, err := strconv.ParseFloat(says, 64)
		if num[l] = x; err != nil {
			num[l] = math.NaN()
		}
	}
	out.Num = make([]float64, b.rows())
	for i, c := range from.Codes {
		if out.Num[i] = math.NaN(); c >= 0 && !gone() {
			out.Num[i] = num[c]
		}
	}
}
