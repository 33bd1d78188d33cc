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
	replaced := map[string]string{}
	changed := []string{"0"}
	var said []string
	for i, f := range cols {
		x, l := Ident(f.Name), limits[i]
		if s.IQR != 0 && f.Decimals >= 0 { // a whole number stays whole
			p := math.Pow(10, float64(f.Decimals))
			l = limit{math.Ceil(l.lo*p) / p, math.Floor(l.hi*p) / p}
		}
		sql, outside := "CASE", []string{}
		if !math.IsInf(l.lo, -1) {
			sql += fmt.Sprintf(" WHEN %s < %s THEN %[2]s", x, number(l.lo))
			outside = append(outside, x+" < "+number(l.lo))
		}
		if !math.IsInf(l.hi, 1) {
			sql += fmt.Sprintf(" WHEN %s > %s THEN %[2]s", x, number(l.hi))
			outside = append(outside, x+" > "+number(l.hi))
		}
		if len(outside) > 0 {
			replaced[f.Name] = sql + " ELSE " + x + " END"
			changed = append(changed, "count(*) FILTER ("+strings.Join(outside, " OR ")+")")
		}
		said = append(said, f.Name+" "+l.String())
	}
	n, err := c.counts(1, "SELECT CAST("+strings.Join(changed, " + ")+" AS VARCHAR) FROM "+c.In)
	if err != nil {
		return nil, err
	}
	return &Compiled{
		SQL: project(c.Fields, replaced) + " FROM " + c.In, Fields: c.Fields, Changed: n[0],
		Say: func(e Effect) string {
			return fmt.Sprintf("%s cells were moved to the limit: %s.", count(e.CellsChanged), strings.Join(said, "; "))
		},
	}, nil
}

// currencies are signs and words that stand beside amounts of money.
const currencies = `[\s$€£¥₹元]|USD|EUR|GBP|CNY|RMB|JPY`

// toNumber is SQL that reads text as people write numbers: with currency
// signs, thousands parted by the other sign (or a space or apostrophe), percent
// as a fraction, brackets for negative amounts. NULL when that is in doubt.
func toNumber(x, decimal string) string {
	point, comma := `\.`, `,`
	if decimal == "," {
		point, comma = `,`, `\.`
	}
	t := "regexp_replace(upper(" + x + "), " + Literal(currencies) + ", '', 'g')"
	t = "regexp_replace(" + t + `, '^\((.*)\)$', '-\1')`
	form := `[+-]?(\d+|\d{1,3}([` + comma + `'’]\d{3})+)?(` + point + `\d*)?%?`
	plain := "regexp_replace(" + t + ", " + Literal("[%'’"+comma+"]") + ", '', 'g')"
	if decimal == "," {
		plain = "replace(" + plain + ", ',', '.')"
	}
	cast := "TRY_CAST(" + plain + " AS DOUBLE)"
	loose := "CASE WHEN regexp_full_match(" + t + ", " + Literal(form) + ") AND isfinite(" + cast + ") THEN CASE WHEN ends_with(" + t + ", '%') THEN " + cast + " / 100 ELSE " + cast + " END END"
	if decimal == "," {
		return loose
	}
	return "coalesce(" + ToNumber(x) + ", " + loose + ")"
}

func (s *Step) repair(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	out := &Compiled{Fields: c.Fields}
	from, replaced := c.In, map[string]string{}
	var said []string
	for i, f := range cols {
		goal, already := table.Number, "holds numbers already"
		if s.To == "date" {
			goal, already = table.Time, "holds dates already"
		}
		if f.Kind == goal {
			said = append(said, f.Name+" "+already)
			continue
		}
		if f.Kind != table.Text && !c.loose {
			return nil, core.Errorf(core.Invalid, "column %q holds %s and cannot become a %s", f.Name, f.Kind, s.To).WithHint("leave it out of the step")
		}
		what := "numbers"
		r := reading{text: Ident("_row text " + strconv.Itoa(i)), value: Ident("_row value " + strconv.Itoa(i)), f: f}
		if s.To == "date" {
			dayFirst, err := s.dayFirst(c, Ident(f.Name))
			if err != nil {
				return nil, err
			}
			what = "dates, month before day where in doubt"
			if dayFirst {
				what = "dates, day before month where in doubt"
			}
			err = s.readDates(c, &r, dayFirst)
			if err != nil {
				return nil, err
			}
		} else if err := s.readNumbers(c, &r); err != nil {
			return nil, err
		}
		if r.present > 0 && r.read == 0 {
			return nil, core.Errorf(core.Invalid, "column %q: not one of %s cells can be read as a %s", f.Name, count(r.present), s.To).
				WithHint("choose another column, or drop the step")
		}
		r.f.Kind, r.f.Role = goal, table.Auto
		from += fmt.Sprintf(" LEFT JOIN %s ON %s = %s", r.table, Ident(f.Name), r.text)
		replaced[f.Name] = r.value
		out.Fields = replaceField(out.Fields, r.f)
		out.Changed += r.rewritten + r.present - r.read
		said = append(said, fmt.Sprintf("%s holds %s: %s cells were rewritten, %s could not be read and are missing",
			f.Name, what, count(r.rewritten), count(r.present-r.read)))
	}
	out.SQL = project(out.Fields, replaced) + " FROM " + from
	out.Costly = len(replaced) > 0
	out.Say = func(Effect) string { return strings.Join(said, "; ") + "." }
	return out, nil
}

// reading is a column of text and what its cells are read as.
type reading struct {
	f                        table.Field
	table                    string // of each different text once, with its value
	text, value              string // the columns of table
	present, read, rewritten int64  // cells
}

func (s *Step) readNumbers(c *Compiler, r *reading) error {
	plain := "regexp_full_match(x, " + Literal(NumberForm) + ")"
	detail, err := c.read(r, toNumber("x", s.Decimal), plain, DecimalsOf("v"))
	if err != nil {
		return err
	}
	if r.f.Decimals, err = strconv.Atoi(detail); err != nil {
		r.f.Decimals = -1
	}
	return nil
}

func (s *Step) readDates(c *Compiler, r *reading, dayFirst bool) error {
	var cells [][]string
	if c.Ask != nil {
		x, err := Ident(r.f.Name), error(nil)
		if cells, err = c.Ask(fmt.Sprintf("SELECT %[1]s FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY hash(%[1]s), %[1]s LIMIT 1000", x, c.In)); err != nil {
			return err
		}
	}
	detail, err := c.read(r, toTime("x", dateForms(dayFirst, cells)), `regexp_full_match(x, '\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d)?')`,
		"coalesce(bool_and(date_trunc('day', v) = v), true)")
	r.f.Layout = "2006-01-02 15:04:05"
	if detail == "true" {
		r.f.Layout = "2006-01-02"
	}
	return err
}

// read makes r's table: each different text x of the column is read once, as
// the SQL value says. plain says which texts need no rewriting; detail is asked
// of all values v.
func (c *Compiler) read(r *reading, value, plain, detail string) (string, error) {
	r.table = c.In
	if c.Temp == nil {
		return "0", nil
	}
	x := Ident(r.f.Name)
	made, err := c.Temp(fmt.Sprintf("SELECT x, %s AS v, %s AS p, n FROM (SELECT %s AS x, count(*) AS n FROM %s GROUP BY 1) WHERE x IS NOT NULL", value, plain, x, c.In))
	if err != nil {
		return "", err
	}
	row, err := c.ask(4, fmt.Sprintf(`SELECT CAST(sum(n) AS VARCHAR), CAST(sum(n) FILTER (v IS NOT NULL) AS VARCHAR),
		CAST(sum(n) FILTER (v IS NOT NULL AND NOT p) AS VARCHAR), CAST(%s AS VARCHAR) FROM %s`, detail, made))
	if err != nil {
		return "", err
	}
	for i, n := range []*int64{&r.present, &r.read, &r.rewritten} {
		*n, _ = strconv.ParseInt(row[i], 10, 64) // a sum over nothing is NULL: 0
	}
	r.table = fmt.Sprintf("(SELECT x AS %s, v AS %s FROM %s)", r.text, r.value, made)
	return row[3], nil
}

// dateForms is the list of layouts for strptime, as SQL: those that cells show
// first, for speed. Where day and month could be swapped, the one that is meant
// stands before the other.
func dateForms(dayFirst bool, cells [][]string) string {
	swap := strings.NewReplacer("%d", "%m", "%m", "%d")
	seen := map[string]bool{}
	for _, row := range cells {
		for i := range Layouts {
			if ok, _ := Layouts[i].Fits(strings.TrimSpace(row[0])); ok {
				seen[Layouts[i].SQL] = true
				break
			}
		}
	}
	var first, last []string
	taken := map[string]bool{}
	for _, l := range Layouts {
		pair := []string{l.SQL}
		if swapped := swap.Replace(l.SQL); hasLayout(swapped) && swapped != l.SQL {
			pair = []string{l.SQL, swapped} // day first, as in Layouts
			if strings.HasPrefix(l.SQL, "%m") == dayFirst {
				pair[0], pair[1] = pair[1], pair[0]
			}
		}
		for _, form := range pair {
			if taken[form] {
				continue
			}
			taken[form] = true
			if seen[pair[0]] || len(pair) > 1 && seen[pair[1]] {
				first = append(first, Literal(form))
			} else {
				last = append(last, Literal(form))
			}
		}
	}
	return "[" + strings.Join(append(first, last...), ", ") + "]"
}

func hasLayout(sql string) bool {
	for _, l := range Layouts {
		if l.SQL == sql {
			return true
		}
	}
	return false
}

// dayFirst says whether 05/03/2024 is the fifth of March: when the step says
// so, or more cells can be read only this way than only the other way.
func (s *Step) dayFirst(c *Compiler, x string) (bool, error) {
	if s.DayFirst {
		return true, nil
	}
	n, err := c.counts(2, fmt.Sprintf(`SELECT CAST(count(*) FILTER (a > 12 AND b <= 12) AS VARCHAR), CAST(count(*) FILTER (b > 12 AND a <= 12) AS VARCHAR)
		FROM (SELECT TRY_CAST(regexp_extract(%[1]s, '^\s*(\d{1,2})[/-](\d{1,2})[/-]\d', 1) AS INTEGER) AS a,
		TRY_CAST(regexp_extract(%[1]s, '^\s*(\d{1,2})[/-](\d{1,2})[/-]\d', 2) AS INTEGER) AS b FROM %[2]s)`, x, c.In))
	if err != nil {
		return false, err
	}
	return n[0] > n[1], nil
}

func (s *Step) fill(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
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
		var value, shown string
		switch s.With {
		case "constant":
			value, shown, err = constant(f, string(*s.Value))
		case "mean", "median":
			if f.Kind != table.Number && !c.loose {
				return nil, notNumber(f)
			}
			fallthrough
		case "mode":
			if c.Ask == nil {
				value = "NULL"
				break
			}
			if present == 0 {
				return nil, core.Errorf(core.Invalid, "column %q has no %s: all its cells are missing", f.Name, s.With).WithHint("fill it with a constant or leave it out")
			}
			value, shown, err = c.typical(f, s.With)
		case "interpolate":
			if f.Kind != table.Number && !c.loose {
				return nil, notNumber(f)
			}
			var patch, order string
			if patch, order, err = s.interpolation(c, f); err != nil {
				return nil, err
			}
			if patch != "" {
				alias := fmt.Sprintf("p%d", i)
				value = Ident("_row value " + strconv.Itoa(i))
				from += " LEFT JOIN " + patch + " AS " + alias + "(_row, " + value + ") USING (_row)"
				filled, err := c.counts(1, "SELECT CAST(count(*) AS VARCHAR) FROM "+patch)
				if err != nil {
					return nil, err
				}
				missing = filled[0]
			} else {
				value = "NULL"
			}
			shown = "a line between the neighbours by " + order
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
	m, _, err := c.moments(x)
	if err != nil {
		return "", "", err
	}
	if f.Decimals >= 0 {
		m, err = strconv.ParseFloat(strconv.FormatFloat(m, 'f', f.Decimals, 64), 64)
	}
	return number(m), "the mean, " + show(m), err
}

// moments returns mean and standard deviation (of a sample) of x. They are
// sums of whole numbers, so that they do not depend on the order in which
// threads add, and agree to about 1e-15 of the largest value.
func (c *Compiler) moments(x string) (mean, deviation float64, err error) {
	if c.Ask == nil {
		return 0, 1, nil
	}
	sum := func(v string) (s, n, largest float64, err error) {
		row, err := c.ask(1, fmt.Sprintf("SELECT CAST(max(abs(%s)) AS VARCHAR) FROM %s", v, c.In))
		if err != nil {
			return 0, 0, 0, err
		}
		if largest, err = strconv.ParseFloat(row[0], 64); err != nil || largest == 0 {
			return 0, 1, 0, nil
		}
		if row, err = c.ask(2, fmt.Sprintf("SELECT CAST(sum(CAST(round(%s / %s * 1e15) AS HUGEINT)) AS VARCHAR), CAST(count(%s) AS VARCHAR) FROM %s", v, number(largest), v, c.In)); err != nil {
			return 0, 0, 0, err
		}
		if s, err = strconv.ParseFloat(row[0], 64); err == nil {
			n, err = strconv.ParseFloat(row[1], 64)
		}
		return s / 1e15, n, largest, err
	}
	s, n, largest, err := sum(x)
	if err != nil {
		return 0, 0, err
	}
	mean, _ = strconv.ParseFloat(strconv.FormatFloat(s/n*largest, 'g', 15, 64), 64) // 2.3, not 2.3000000000000003
	s, n, largest, err = sum("((" + x + " - " + number(mean) + ") * (" + x + " - " + number(mean) + "))")
	if err != nil {
		return 0, 0, err
	}
	return mean, math.Sqrt(s * largest / math.Max(n-1, 1)), nil
}

// interpolation makes a table of the cells that can be filled: between the
// nearest neighbours by order, or with the nearest one at the ends.
func (s *Step) interpolation(c *Compiler, f table.Field) (patch, order string, err error) {
	by, order := "CAST(_row AS DOUBLE)", "row"
	if s.Order != "" {
		o, err := c.field(s.Order)
		switch {
		case err != nil:
			return "", "", err
		case o.Kind == table.Text && !c.loose:
			return "", "", core.Errorf(core.Invalid, "order: column %q holds text", o.Name).WithHint("order by a number or time, or repair the column first")
		case o.Name == f.Name:
			return "", "", core.Errorf(core.Invalid, "order: column %q cannot order itself", o.Name).WithHint("order by another column")
		}
		by, order = Ident(o.Name), o.Name
		if o.Kind == table.Time {
			by = "(epoch_us(" + by + ") / 1e6)"
		}
	}
	if c.Temp == nil {
		return "", order, nil
	}
	v := "CASE WHEN px IS NULL THEN nx WHEN nx IS NULL OR no = po THEN px ELSE px + (nx - px) * ((o - po) / (no - po)) END"
	if f.Decimals >= 0 {
		v = fmt.Sprintf("round(%s, %d)", v, f.Decimals)
	}
	patch, err = c.Temp(fmt.Sprintf(`SELECT _row, %[1]s AS v FROM (SELECT _row, x, o,
		last_value(x IGNORE NULLS) OVER before AS px, last_value(CASE WHEN x IS NOT NULL THEN o END IGNORE NULLS) OVER before AS po,
		first_value(x IGNORE NULLS) OVER after AS nx, first_value(CASE WHEN x IS NOT NULL THEN o END IGNORE NULLS) OVER after AS no
		FROM (SELECT _row, %[2]s AS x, %[3]s AS o FROM %[4]s) WHERE o IS NOT NULL
		WINDOW before AS (ORDER BY o, _row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), after AS (ORDER BY o, _row ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))
		WHERE x IS NULL AND coalesce(px, nx) IS NOT NULL`, v, Ident(f.Name), by, c.In))
	return patch, order, err
}
