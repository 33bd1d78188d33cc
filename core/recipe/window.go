package recipe

import (
	"fmt"
	"math"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// The steps that look at rows around a row, within each key.

// lag adds columns of the cells lags rows before (or, below 0, after), by
// order within per; missing where there is no such row.
func (s *Step) lag(c *Compiler) (*Compiled, error) {
	cols, keys, by, err := s.window(c)
	if err != nil {
		return nil, err
	}
	lags := s.Lags
	if len(lags) == 0 {
		lags = []int{1}
	}
	out := &Compiled{Fields: append([]table.Field(nil), c.Fields...), Costly: c.Ask != nil}
	made := map[string]string{}
	for _, f := range cols {
		for _, n := range lags {
			if n == 0 || n > 10_000 || n < -10_000 {
				return nil, core.Errorf(core.Invalid, "lags cannot hold %d", n).WithHint("1 is the row before, -1 the one after")
			}
			name, function := fmt.Sprintf("%s_lag%d", f.Name, n), "lag"
			if n < 0 {
				name, function = fmt.Sprintf("%s_lead%d", f.Name, -n), "lead"
			}
			g, err := newField(out.Fields, name, f.Kind)
			if err != nil {
				return nil, err
			}
			g.Decimals, g.Layout, g.Role = f.Decimals, f.Layout, f.Role
			out.Fields = append(out.Fields, g)
			made[g.Name] = fmt.Sprintf("%s(%s, %d) OVER (%sORDER BY %s, _row)", function, Ident(f.Name), max(n, -n), partition(keys), by)
		}
	}
	return s.added(c, out, made)
}

// window returns the columns, keys and order that a step over rows needs.
func (s *Step) window(c *Compiler) (cols, keys []table.Field, by string, err error) {
	if cols, err = c.columns(s.Columns); err != nil {
		return nil, nil, "", err
	}
	if keys, err = s.per(c, nil); err != nil {
		return nil, nil, "", err
	}
	by, _, err = c.order(s.Order, table.Field{})
	return cols, keys, by, err
}

// added finishes a step that adds the last len(made) columns of out.
func (s *Step) added(c *Compiler, out *Compiled, made map[string]string) (*Compiled, error) {
	out.SQL = project(out.Fields, made) + " FROM " + c.In
	added := out.Fields[len(c.Fields):]
	out.Changed = c.Rows * int64(len(added))
	out.Say = func(Effect) string { return fmt.Sprintf("%d columns were added: %s.", len(added), names(added)) }
	return out, nil
}

// rolling adds for each column and each of make (mean, sum, min, max, count,
// std) what the last rows (this one with them), or those of the last days,
// come to. Missing cells are left out; std is missing below two.
func (s *Step) rolling(c *Compiler) (*Compiled, error) {
	cols, keys, by, err := s.window(c)
	if err != nil {
		return nil, err
	}
	if (s.Rows > 0) == (s.Days > 0) || s.Rows < 0 || s.Days < 0 {
		return nil, core.Errorf(core.Invalid, "the window is not clear").WithHint(`give rows, such as 7, or days with a time column in order`)
	}
	frame, suffix := fmt.Sprintf("ROWS BETWEEN %d PRECEDING AND CURRENT ROW", s.Rows-1), fmt.Sprint(s.Rows)
	by += ", _row"
	if s.Days > 0 {
		o, err := c.field(s.Order)
		if err != nil || o.Kind != table.Time && !c.loose {
			return nil, core.Errorf(core.Invalid, "a window of days needs a time column to go by").WithHint(`name it in order; repair it to date first if need be`)
		}
		// Up to this moment, without the one just as many days ago.
		by = "epoch_us(" + Ident(o.Name) + ")"
		frame, suffix = fmt.Sprintf("RANGE BETWEEN %d PRECEDING AND CURRENT ROW", int64(s.Days*86400e6)-1), fmt.Sprintf("%gd", s.Days)
	}
	functions := s.Make
	if len(functions) == 0 {
		functions = []string{"mean"}
	}
	out := &Compiled{Fields: append([]table.Field(nil), c.Fields...), Costly: c.Ask != nil}
	made := map[string]string{}
	for _, f := range cols {
		if f.Kind != table.Number && !c.loose {
			return nil, notNumber(f)
		}
		whole, scale, err := c.fixed(f)
		if err != nil {
			return nil, err
		}
		over := fmt.Sprintf(" OVER (%sORDER BY %s %s)", partition(keys), by, frame)
		for _, function := range functions {
			sql, decimals, err := overall(function, f, whole, scale, over)
			if err != nil {
				return nil, err
			}
			g, err := newField(out.Fields, f.Name+"_"+function+suffix, table.Number)
			if err != nil {
				return nil, err
			}
			g.Decimals, g.Role = decimals, table.Measure
			out.Fields = append(out.Fields, g)
			made[g.Name] = sql
		}
	}
	return s.added(c, out, made)
}

// aggregates of numbers that [overall] knows.
var aggregates = []string{"sum", "mean", "min", "max", "count", "std"}

// overall is an aggregate of f's column, over a window or, when over is "", a
// group. Sums are of whole numbers: no order of adding changes them. whole and
// scale are those of [Compiler.fixed].
func overall(function string, f table.Field, whole string, scale float64, over string) (sql string, decimals int, err error) {
	x := Ident(f.Name)
	total := "CAST(sum(" + whole + ")" + over + " AS DOUBLE)"
	n := "count(" + x + ")" + over
	switch function {
	case "sum":
		return total + " / " + number(scale), f.Decimals, nil
	case "mean":
		return total + " / " + number(scale) + " / nullif(" + n + ", 0)", -1, nil
	case "min", "max":
		return function + "(" + x + ")" + over, f.Decimals, nil
	case "count":
		return double(n), 0, nil
	case "std":
		squares := "CAST(sum(CAST(" + whole + " AS HUGEINT) * " + whole + ")" + over + " AS DOUBLE)"
		return fmt.Sprintf("sqrt(greatest(%[1]s - %[2]s * %[2]s / nullif(%[3]s, 0), 0) / nullif(%[3]s - 1, 0)) / %[4]s", squares, total, n, number(scale)), -1, nil
	}
	return "", 0, core.Errorf(core.Invalid, "%q is nothing to make of numbers", function).WithHint("it is one of %s", strings.Join(aggregates, ", "))
}

// truncated is SQL for the start of the day, week (Monday), month, quarter or
// year of a time.
func truncated(x, to string) string { return "date_trunc('" + to + "', " + x + ")" }

// band is SQL for the lower end of the band of width in which x lies.
func band(x string, width float64) string {
	if width <= 0 || math.IsInf(width, 0) {
		return x
	}
	return fmt.Sprintf("floor(%s / %s) * %[2]s", x, number(width))
}
