package recipe

import (
	"fmt"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// The steps that give columns another shape, or their levels numbers.

// curves are functions of a number as SQL over %[1]s; where there is no value
// the cell is missing.
var curves = map[string]string{
	"log":        "CASE WHEN %[1]s > 0 THEN ln(%[1]s) END",
	"log1p":      "CASE WHEN %[1]s > -1 THEN ln(1 + %[1]s) END",
	"signed_log": "sign(%[1]s) * ln(1 + abs(%[1]s))",
	"sqrt":       "CASE WHEN %[1]s >= 0 THEN sqrt(%[1]s) END",
	"square":     "%[1]s * %[1]s",
	"reciprocal": "CASE WHEN %[1]s <> 0 THEN 1 / %[1]s END",
}

// transform replaces numbers by a function of them, or by their place among
// all of the column: the share of cells below, half of those equal counted, and
// for normal the quantile of a standard normal distribution of that share.
func (s *Step) transform(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	out := &Compiled{Fields: c.Fields, Costly: c.Ask != nil && curves[s.With] == ""}
	from, replaced := c.In, map[string]string{}
	var lost, changed []string
	for i, f := range cols {
		if f.Kind != table.Number && !c.loose {
			return nil, notNumber(f)
		}
		x := Ident(f.Name)
		sql := curves[s.With]
		if sql != "" {
			sql = fmt.Sprintf(sql, x)
		} else if c.Temp != nil { // each different value once
			made, err := c.Temp(fmt.Sprintf("SELECT v, (sum(n) OVER (ORDER BY v ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - n / 2) / sum(n) OVER () AS q FROM (SELECT %[1]s AS v, CAST(count(*) AS DOUBLE) AS n FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s)", x, c.In))
			if err != nil {
				return nil, err
			}
			v, q := Ident(fmt.Sprintf("_row v %d", i)), Ident(fmt.Sprintf("_row q %d", i))
			from += fmt.Sprintf(" LEFT JOIN (SELECT v AS %s, q AS %s FROM %s) ON %s = %[1]s", v, q, made, x)
			sql = q
			if s.With == "normal" {
				sql = normalQuantile(q)
			}
		}
		replaced[f.Name] = sql
		if sql != "" {
			lost = append(lost, fmt.Sprintf("count(%s) - count(%s)", x, sql))
			changed = append(changed, "count("+x+")")
		}
		f.Decimals = -1
		out.Fields = replaceField(out.Fields, f)
	}
	missing := int64(0)
	if c.Ask != nil {
		n, err := c.counts(2, fmt.Sprintf("SELECT CAST(%s AS VARCHAR), CAST(%s AS VARCHAR) FROM %s", strings.Join(changed, " + "), strings.Join(lost, " + "), from))
		if err != nil {
			return nil, err
		}
		out.Changed, missing = n[0], n[1]
	}
	out.SQL = project(out.Fields, replaced) + " FROM " + from
	out.Say = func(e Effect) string {
		say := fmt.Sprintf("%s cells of %s were transformed by %s", count(e.CellsChanged), names(cols), s.With)
		if missing > 0 {
			say += fmt.Sprintf("; %s have no value there and are missing", count(missing))
		}
		return say + "."
	}
	return out, nil
}

// normalQuantile is SQL for the standard normal quantile of p in (0, 1), by
// Acklam's rational approximation, to 1.2e-9 of the value.
func normalQuantile(p string) string {
	poly := func(x string, coefficients ...float64) string {
		sql := number(coefficients[0])
		for _, k := range coefficients[1:] {
			sql = "(" + sql + " * " + x + " + " + number(k) + ")"
		}
		return sql
	}
	tail := func(q string) string {
		return "(" + poly(q, -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783) +
			" / " + poly(q, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1) + ")"
	}
	q := "(" + p + " - 0.5)"
	r := "(" + q + " * " + q + ")"
	middle := "(" + q + " * " + poly(r, -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239) +
		" / " + poly(r, -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1) + ")"
	return fmt.Sprintf("CASE WHEN %[1]s < 0.02425 THEN %[2]s WHEN %[1]s > 0.97575 THEN -%[3]s ELSE %[4]s END", p,
		tail("sqrt(-2 * ln("+p+"))"), tail("sqrt(-2 * ln(1 - "+p+"))"), middle)
}

// ordinal writes levels as numbers from 0: in the order of parts, or of
// their names, or the most frequent first. Levels that the list does not have
// are missing.
func (s *Step) ordinal(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	if len(s.Parts) > 0 && s.By != "" {
		return nil, core.Errorf(core.Invalid, "the order is given twice, by parts and by").WithHint("choose one of them")
	}
	out := &Compiled{Fields: c.Fields}
	from, replaced := c.In, map[string]string{}
	var said []string
	for i, f := range cols {
		if f.Kind != table.Text && !c.loose {
			return nil, core.Errorf(core.Invalid, "column %q holds %s, which has an order already", f.Name, f.Kind).WithHint("leave it out of the step")
		}
		x := Ident(f.Name)
		if len(s.Parts) > 0 {
			sql := "CASE " + x
			for k, level := range s.Parts {
				sql += fmt.Sprintf(" WHEN %s THEN %s", Literal(level), number(float64(k)))
			}
			replaced[f.Name] = sql + " END"
		} else if c.Temp != nil {
			order := "v"
			if s.By == "count" {
				order = "n DESC, v"
			}
			made, err := c.Temp(fmt.Sprintf("SELECT v, CAST(row_number() OVER (ORDER BY %[3]s) - 1 AS DOUBLE) AS code FROM (SELECT %[1]s AS v, count(*) AS n FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s)", x, c.In, order))
			if err != nil {
				return nil, err
			}
			v, code := Ident(fmt.Sprintf("_row v %d", i)), Ident(fmt.Sprintf("_row code %d", i))
			from += fmt.Sprintf(" LEFT JOIN (SELECT v AS %s, code AS %s FROM %s) ON %s = %[1]s", v, code, made, x)
			replaced[f.Name] = code
		}
		f.Kind, f.Role, f.Decimals = table.Number, table.Category, 0
		out.Fields = replaceField(out.Fields, f)
		if c.Ask == nil {
			continue
		}
		n, err := c.counts(3, fmt.Sprintf("SELECT CAST(count(%[1]s) AS VARCHAR), CAST(count(DISTINCT %[2]s) AS VARCHAR), CAST(count(%[1]s) - count(%[2]s) AS VARCHAR) FROM %[3]s", x, replaced[f.Name], from))
		if err != nil {
			return nil, err
		}
		out.Changed += n[0]
		said = append(said, fmt.Sprintf("%s: %s levels became numbers, %s cells with other levels are missing", f.Name, count(n[1]), count(n[2])))
	}
	out.SQL = project(out.Fields, replaced) + " FROM " + from
	out.Say = func(Effect) string { return strings.Join(said, "; ") + "." }
	return out, nil
}

// drop leaves columns out.
func (s *Step) drop(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	var kept []table.Field
	for _, f := range c.Fields {
		if !contains(cols, f.Name) {
			kept = append(kept, f)
		}
	}
	if len(kept) == 0 {
		return nil, core.Errorf(core.Invalid, "no column would be left").WithHint("keep at least one")
	}
	return &Compiled{SQL: project(kept, nil) + " FROM " + c.In, Fields: kept, Say: func(Effect) string {
		return fmt.Sprintf("%d columns were left out: %s.", len(cols), names(cols))
	}}, nil
}
