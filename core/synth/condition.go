package synth

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/table"
)

// condition holds where a column's cell is one of some levels, within one of
// some ranges, or missing.
type condition struct {
	column  string
	levels  map[string]bool // of text
	ranges  [][2]float64    // of numbers and times, both ends included
	missing bool
}

// condition understands "column=what": see [Want].
func (m *Model) condition(s string) (condition, error) {
	var learned *encode.Column
	what := ""
	for i := range m.Encoder.Columns {
		c := &m.Encoder.Columns[i]
		if rest, ok := strings.CutPrefix(s, c.Field.Name+"="); ok && (learned == nil || len(c.Field.Name) > len(learned.Field.Name)) {
			learned, what = c, rest
		}
	}
	if learned == nil {
		return condition{}, core.Errorf(core.NotFound, "%q names no column of the model", s).WithHint("write column=value, column=value|value, column=from..to, or column= for missing cells")
	}
	if learned.Form == encode.LeftOut {
		return condition{}, core.Errorf(core.Unsupported, "column %q is free text, which the model does not draw", learned.Field.Name)
	}
	field := learned.Field
	c := condition{column: field.Name}
	if field.Kind == table.Text {
		c.levels = map[string]bool{}
	}
	for one := range strings.SplitSeq(what, "|") {
		switch {
		case one == "":
			c.missing = true
		case field.Kind == table.Text:
			if learned.Form == encode.Modelled && !slices.Contains(learned.Parts[0].Levels, one) {
				return c, core.Errorf(core.NotFound, "column %q has no %q that the model remembers", field.Name, one).
					WithHint("ask for a value that is not rare, as it is written in the table")
			}
			c.levels[one] = true
		default:
			lo, hi, err := span(field, one)
			if err != nil {
				return c, err
			}
			c.ranges = append(c.ranges, [2]float64{lo, hi})
		}
	}
	return c, nil
}

// span understands a number or a moment, a range of them, or one that is open
// on one side: "18", "18..25", "65..", "..2024-03-31".
func span(f table.Field, s string) (lo, hi float64, err error) {
	bound := func(s string) (from, to float64, ok bool) {
		if f.Kind == table.Number {
			x, err := strconv.ParseFloat(s, 64)
			return x, x, err == nil && !math.IsNaN(x)
		}
		return moment(s, f.Layout)
	}
	from, to, isRange := strings.Cut(s, "..")
	ok := from != "" || to != ""
	lo, hi = math.Inf(-1), math.Inf(1)
	if from != "" && ok {
		var end float64
		if lo, end, ok = bound(from); !isRange {
			hi = end
		}
	}
	if to != "" && ok {
		_, hi, ok = bound(to)
	}
	if ok && lo <= hi {
		return lo, hi, nil
	}
	if f.Kind == table.Number {
		return 0, 0, core.Errorf(core.Invalid, "column %q: %q is neither a number nor a range of numbers", f.Name, s).WithHint("write the lower one first: %s=18..25, or %s=65..", f.Name, f.Name)
	}
	return 0, 0, core.Errorf(core.Invalid, "column %q: %q is neither a date nor a range of dates", f.Name, s).WithHint("write the earlier one first: %s=2024-01-01..2024-03-31, or %s=2024-03", f.Name, f.Name)
}

// layouts are how a moment may be written, and how long it is.
var layouts = []struct {
	layout string
	next   func(time.Time) time.Time
}{
	{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
	{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006-01-02 15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
	{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
	{"2006-01-02 15:04:05", func(t time.Time) time.Time { return t.Add(time.Second) }},
	{"2006-01-02T15:04:05", func(t time.Time) time.Time { return t.Add(time.Second) }},
}

// moment returns the first and the last millisecond of a year, month, day,
// minute or second, in seconds since 1970.
func moment(s, own string) (from, to float64, ok bool) {
	seconds := func(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
	for _, l := range layouts {
		if t, err := time.Parse(l.layout, s); err == nil {
			return seconds(t), seconds(l.next(t)) - .001, true
		}
	}
	t, err := time.Parse(own, s)
	if own == "" || err != nil {
		return 0, 0, false
	}
	if next := t.AddDate(0, 0, 1); !strings.Contains(own, "15") && !strings.Contains(own, "03") {
		return seconds(t), seconds(next) - .001, true
	}
	return seconds(t), seconds(t), true
}

// mark clears those of met whose row of t does not meet c.
func (c *condition) mark(t *table.Table, met []bool) {
	col := t.Column(c.column)
	if col == nil {
		clear(met)
		return
	}
	if col.Kind == table.Text {
		levels := make([]bool, len(col.Levels))
		for i, l := range col.Levels {
			levels[i] = c.levels[l]
		}
		for r, code := range col.Codes {
			if code < 0 {
				met[r] = met[r] && c.missing
			} else {
				met[r] = met[r] && levels[code]
			}
		}
		return
	}
	for r, x := range col.Num {
		in := c.missing && math.IsNaN(x)
		for _, span := range c.ranges {
			in = in || x >= span[0] && x <= span[1]
		}
		met[r] = met[r] && in
	}
}
