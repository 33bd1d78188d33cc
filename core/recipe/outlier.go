package recipe

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// outliers finds cells far from the others of their column by a rule of two
// limits, or rows far from the others by an isolation forest, and drops their
// rows, moves the cells to the limit, or marks the rows.
func (s *Step) outliers(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	for _, f := range cols {
		if f.Kind != table.Number && !c.loose {
			return nil, notNumber(f)
		}
	}
	if s.By == "forest" {
		return s.isolated(c, cols)
	}
	limits, err := s.fences(c, cols)
	if err != nil {
		return nil, err
	}
	if s.Then == "clip" {
		return moved(c, cols, limits, s.By != "range")
	}
	var outside, said []string
	for i, f := range cols {
		if sql := limits[i].outside(Ident(f.Name)); sql != "" {
			outside = append(outside, "coalesce("+sql+", false)")
		}
		said = append(said, f.Name+" "+limits[i].String())
	}
	if len(outside) == 0 {
		outside = []string{"false"}
	}
	return s.dropOrMark(c, strings.Join(outside, " OR "), c.In, strings.Join(said, "; "))
}

// dropOrMark leaves out the rows of from for which the condition holds, or
// says so in a column.
func (s *Step) dropOrMark(c *Compiler, condition, from, said string) (*Compiled, error) {
	if s.Then != "mark" {
		return &Compiled{SQL: project(c.Fields, nil) + " FROM " + from + " WHERE NOT (" + condition + ")", Fields: c.Fields, Rows: true, Light: true,
			Say: func(e Effect) string {
				return fmt.Sprintf("%s rows were dropped as outliers: %s.", count(e.RowsBefore-e.RowsAfter), said)
			}}, nil
	}
	as := s.As
	if as == "" {
		as = "outlier"
	}
	f, err := newField(c.Fields, as, table.Text)
	if err != nil {
		return nil, err
	}
	n, err := c.counts(1, "SELECT CAST(count(*) FILTER ("+condition+") AS VARCHAR) FROM "+from)
	if err != nil {
		return nil, err
	}
	fields := append(append([]table.Field(nil), c.Fields...), f)
	return &Compiled{SQL: project(fields, map[string]string{f.Name: "CASE WHEN " + condition + " THEN 'true' ELSE 'false' END"}) + " FROM " + from,
		Fields: fields, Changed: n[0], Light: true, Say: func(e Effect) string {
			return fmt.Sprintf("%s rows were marked in %s: %s.", count(e.CellsChanged), f.Name, said)
		}}, nil
}

// newField is a column that the table does not have yet.
func newField(fields []table.Field, name string, kind table.Kind) (table.Field, error) {
	name, err := freshName(name)
	if err != nil {
		return table.Field{}, err
	}
	if old, err := find(fields, name); err == nil {
		return table.Field{}, core.Errorf(core.Invalid, "there is a column %q already", old.Name).WithHint("choose another name")
	}
	f := table.Field{Name: name, Kind: kind}
	if kind == table.Number {
		f.Decimals = -1
	}
	return f, nil
}

// outside is SQL that says whether x lies beyond the limit, "" when it is open.
func (l limit) outside(x string) string {
	var out []string
	if !math.IsInf(l.lo, -1) {
		out = append(out, x+" < "+number(l.lo))
	}
	if !math.IsInf(l.hi, 1) {
		out = append(out, x+" > "+number(l.hi))
	}
	return strings.Join(out, " OR ")
}

// fences returns the limits of each column: as given, the quartiles moved out
// by factor (1.5) times their distance (Tukey 1977), or the median and factor
// (3.5) times the median of distances from it, scaled by 1.4826 to the standard
// deviation of a normal distribution (Iglewicz and Hoaglin 1993). Where half of
// the cells are equal the latter has no width, and no limit.
func (s *Step) fences(c *Compiler, cols []table.Field) ([]limit, error) {
	limited := *s
	switch {
	case s.By == "range":
		if s.Min == nil && s.Max == nil {
			return nil, core.Errorf(core.Invalid, "there are no limits").WithHint("give min, max or both")
		}
	case s.By != "mad":
		limited.IQR = s.Factor
		if s.Factor == 0 {
			limited.IQR = 1.5
		}
	default:
		out := make([]limit, len(cols))
		factor := s.Factor
		if factor == 0 {
			factor = 3.5
		}
		for i, f := range cols {
			out[i] = limit{math.Inf(-1), math.Inf(1)}
			x := Ident(f.Name)
			row, err := c.ask(2, fmt.Sprintf(`SELECT CAST(any_value(m) AS VARCHAR), CAST(quantile_cont(abs(%[1]s - m), 0.5) AS VARCHAR)
				FROM %[2]s, (SELECT quantile_cont(%[1]s, 0.5) AS m FROM %[2]s)`, x, c.In))
			if err != nil {
				return nil, err
			}
			m, err1 := strconv.ParseFloat(row[0], 64)
			d, err2 := strconv.ParseFloat(row[1], 64)
			if err1 == nil && err2 == nil && d > 0 {
				out[i] = limit{m - factor*1.4826*d, m + factor*1.4826*d}
			}
		}
		return out, nil
	}
	return limited.limits(c, cols)
}
