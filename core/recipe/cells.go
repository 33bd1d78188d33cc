package recipe

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// The steps that change cells.

func (s *Step) clip(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	limits, err := s.limits(c, cols)
	if err != nil {
		return nil, err
	}
	return moved(c, cols, limits, s.IQR != 0)
}

// moved puts cells beyond the limits on them. Limits that were reckoned are
// rounded inwards: a whole number stays whole.
func moved(c *Compiler, cols []table.Field, limits []limit, reckoned bool) (*Compiled, error) {
	replaced := map[string]string{}
	changed := []string{"0"}
	var said []string
	for i, f := range cols {
		x, l := Ident(f.Name), limits[i]
		if reckoned && f.Decimals >= 0 {
			p := math.Pow(10, float64(f.Decimals))
			l = limit{math.Ceil(l.lo*p) / p, math.Floor(l.hi*p) / p}
		}
		if outside := l.outside(x); outside != "" {
			sql := "CASE"
			if !math.IsInf(l.lo, -1) {
				sql += fmt.Sprintf(" WHEN %s < %s THEN %[2]s", x, number(l.lo))
			}
			if !math.IsInf(l.hi, 1) {
				sql += fmt.Sprintf(" WHEN %s > %s THEN %[2]s", x, number(l.hi))
			}
			replaced[f.Name] = sql + " ELSE " + x + " END"
			changed = append(changed, "count(*) FILTER ("+outside+")")
		}
		said = append(said, f.Name+" "+l.String())
	}
	n, err := c.counts(1, "SELECT CAST("+strings.Join(changed, " + ")+" AS VARCHAR) FROM "+c.In)
	if err != nil {
		return nil, err
	}
	return &Compiled{
		SQL: project(c.Fields, replaced) + " FROM " + c.In, Fields: c.Fields, Changed: n[0], Light: true,
		Say: func(e Effect) string {
			return fmt.Sprintf("%s cells were moved to the limit: %s.", count(e.CellsChanged), strings.Join(said, "; "))
		},
	}, nil
}

func (s *Step) fill(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	keys, err := s.per(c, cols)
	if err != nil {
		return nil, err
	}
	out := &Compiled{Fields: c.Fields}
	from := c.In
	replaced := map[string]string{}
	var said []string
	for i, f := range cols {
		x := Ident(f.Name)
		n, err := c.counts(2, fmt.Sprintf("SELECT CAST(count(*) - count(%[1]s) AS VARCHAR), CAST(count(%[1]s) AS VARCHAR) FROM %[2]s", x, c.In))
		if err != nil {
			return nil, err
		}
		missing, present := n[0], n[1]
		value, shown := "NULL", ""
		if s.With != "constant" && s.With != "mode" && s.With != "previous" && s.With != "model" && f.Kind != table.Number && !c.loose {
			return nil, notNumber(f)
		}
		if s.With == "constant" {
			value, shown, err = constant(f, string(*s.Value))
		} else if c.Ask != nil && present == 0 {
			return nil, core.Errorf(core.Invalid, "column %q has no %s: all its cells are missing", f.Name, s.With).WithHint("fill it with a constant or leave it out")
		}
		switch s.With {
		case "mean", "median", "mode":
			if c.Ask != nil {
				value, shown, err = c.typical(f, s.With)
			}
			if err == nil && len(keys) > 0 && c.Temp != nil {
				var own string
				if own, from, err = c.grouped(f, s.With, keys, from, i); err == nil {
					value = "coalesce(" + own + ", " + value + ")"
					shown = "the " + s.With + " of their " + names(keys) + ", or where that is missing " + shown
				}
			}
		case "interpolate", "previous", "model":
			var patch string
			if s.With == "model" {
				patch, shown, err = s.byModel(c, f)
			} else {
				var order string
				patch, order, err = s.neighbours(c, f, keys)
				shown = "a line between the neighbours by " + order
				if s.With == "previous" {
					shown = "the value before by " + order
				}
				if len(keys) > 0 {
					shown += " within " + names(keys)
				}
			}
			if err != nil || patch == "" {
				break
			}
			value = Ident("_row value " + strconv.Itoa(i))
			from += fmt.Sprintf(" LEFT JOIN %s AS p%d(_row, %s) USING (_row)", patch, i, value)
			n, err = c.counts(1, "SELECT CAST(count(*) AS VARCHAR) FROM "+patch)
			missing = sum(n)
		}
		if err != nil {
			return nil, err
		}
		replaced[f.Name] = "coalesce(" + x + ", " + value + ")"
		out.Changed += missing
		said = append(said, fmt.Sprintf("%s: %s cells with %s", f.Name, count(missing), shown))
	}
	out.SQL = project(c.Fields, replaced) + " FROM " + from
	out.Say = func(Effect) string { return "Missing cells were filled; " + strings.Join(said, "; ") + "." }
	return out, nil
}

func sum(n []int64) (total int64) {
	for _, x := range n {
		total += x
	}
	return total
}

// constant reads a value as a cell of the column f, as SQL.
func constant(f table.Field, v string) (sql, shown string, err error) {
	switch f.Kind {
	case table.Number:
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
			return "", "", core.Errorf(core.Invalid, "column %q holds numbers, and %q is none", f.Name, v).WithHint("give a number such as 0")
		}
		return number(x), show(x), nil
	case table.Time:
		t, ok := timeLiteral(v)
		if !ok {
			return "", "", core.Errorf(core.Invalid, "column %q holds times, and %q is none", f.Name, v).WithHint("write it as 2024-03-05")
		}
		return t, v, nil
	}
	if strings.ContainsRune(v, 0) {
		return "", "", core.Errorf(core.Invalid, "column %q: the value holds a NUL", f.Name).WithHint("choose another value")
	}
	return Literal(v), strconv.Quote(v), nil
}

// typical is the column's mean, median or mode as SQL.
func (c *Compiler) typical(f table.Field, with string) (sql, shown string, err error) {
	x := Ident(f.Name)
	switch with {
	case "mode":
		row, err := c.ask(1, fmt.Sprintf("SELECT CAST(%[1]s AS VARCHAR) FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY count(*) DESC, %[1]s LIMIT 1", x, c.In))
		if err != nil {
			return "", "", err
		}
		kind := map[table.Kind]string{table.Number: "DOUBLE", table.Text: "VARCHAR", table.Time: "TIMESTAMP"}[f.Kind]
		return "CAST(" + Literal(row[0]) + " AS " + kind + ")", "the most frequent value, " + shorten(row[0]), nil
	case "median":
		row, err := c.ask(1, fmt.Sprintf("SELECT CAST(quantile_cont(%s, 0.5) AS VARCHAR) FROM %s", x, c.In))
		if err != nil {
			return "", "", err
		}
		m, err := strconv.ParseFloat(row[0], 64)
		return number(m), "the median, " + show(m), err
	}
	m, err := c.mean(x)
	if err != nil {
		return "", "", err
	}
	if f.Decimals >= 0 {
		m, err = strconv.ParseFloat(strconv.FormatFloat(m, 'f', f.Decimals, 64), 64)
	}
	return number(m), "the mean, " + show(m), err
}

// moments returns mean and standard deviation (of a sample) of x.
func (c *Compiler) moments(x string) (mean, deviation float64, err error) {
	if c.Ask == nil {
		return 0, 1, nil
	}
	if mean, err = c.mean(x); err != nil {
		return 0, 0, err
	}
	s, n, largest, err := c.total("((" + x + " - " + number(mean) + ") * (" + x + " - " + number(mean) + "))")
	return mean, math.Sqrt(s * largest / math.Max(n-1, 1)), err
}

func (c *Compiler) mean(x string) (float64, error) {
	if c.Ask == nil {
		return 0, nil
	}
	s, n, largest, err := c.total(x)
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strconv.FormatFloat(s/n*largest, 'g', 15, 64), 64) // 2.3, not 2.3000000000000003
}

// total returns the sum of x in units of the largest value, and how many there
// are: a sum of whole numbers, which does not depend on the order in which
// threads add, and agrees to about 1e-15 of the largest.
func (c *Compiler) total(x string) (sum, n, largest float64, err error) {
	row, err := c.ask(1, fmt.Sprintf("SELECT CAST(max(abs(%s)) AS VARCHAR) FROM %s", x, c.In))
	if err != nil {
		return 0, 0, 0, err
	}
	if largest, err = strconv.ParseFloat(row[0], 64); err != nil || largest == 0 {
		return 0, 1, 0, nil
	}
	if row, err = c.ask(2, fmt.Sprintf("SELECT CAST(sum(CAST(round(%s / %s * 1e15) AS HUGEINT)) AS VARCHAR), CAST(count(%s) AS VARCHAR) FROM %s", x, number(largest), x, c.In)); err != nil {
		return 0, 0, 0, err
	}
	if sum, err = strconv.ParseFloat(row[0], 64); err == nil {
		n, err = strconv.ParseFloat(row[1], 64)
	}
	return sum / 1e15, n, largest, err
}
