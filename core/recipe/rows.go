package recipe

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// The steps that drop rows, or keep and name columns.

func (s *Step) dropDuplicates(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	if len(cols) == 0 {
		return nil, core.Errorf(core.Invalid, "the table has no columns").WithHint("select some first")
	}
	out := &Compiled{Fields: c.Fields, Rows: true, Light: true}
	// The rows to drop are few: a view that leaves them out costs little. Only
	// rows whose hash is not alone are compared cell by cell.
	drop := ""
	keep := map[string]string{"": "min(_row)", "first": "min(_row)", "last": "max(_row)",
		"complete": "min({'missing': -" + filled(c.Fields) + ", '_row': _row})._row"}[s.Keep]
	if c.Temp != nil && c.Draft { // of so few, grouping all is less work than to find who is suspected
		if drop, err = c.Temp(fmt.Sprintf("SELECT _row FROM %[1]s ANTI JOIN (SELECT %[2]s AS _row FROM %[1]s GROUP BY %[3]s) AS first USING (_row)", c.In, keep, identList(cols))); err != nil {
			return nil, err
		}
	} else if c.Temp != nil {
		hashed, err := c.Temp(fmt.Sprintf("SELECT _row, hash(%s) AS h FROM %s", identList(cols), c.In))
		if err != nil {
			return nil, err
		}
		suspects, err := c.Temp(fmt.Sprintf("SELECT _row FROM %[1]s SEMI JOIN (SELECT h FROM %[1]s GROUP BY h HAVING count(*) > 1) AS twice USING (h)", hashed))
		if err != nil {
			return nil, err
		}
		if drop, err = c.Temp(fmt.Sprintf("SELECT _row FROM %[3]s ANTI JOIN (SELECT %[4]s AS _row FROM %[1]s SEMI JOIN %[3]s USING (_row) GROUP BY %[2]s) AS first USING (_row)",
			c.In, identList(cols), suspects, keep)); err != nil {
			return nil, err
		}
	}
	out.SQL = project(c.Fields, nil) + " FROM " + c.In + " ANTI JOIN " + drop + " USING (_row)"
	by := "in all columns"
	if len(s.Columns) > 0 {
		by = "in " + names(cols)
	}
	out.Say = func(e Effect) string {
		if s.Keep == "last" || s.Keep == "complete" {
			return fmt.Sprintf("%s rows equal to another %s were dropped; the %s were kept.", count(e.RowsBefore-e.RowsAfter), by,
				map[string]string{"last": "last ones", "complete": "most complete ones"}[s.Keep])
		}
		return fmt.Sprintf("%s rows equal to an earlier one %s were dropped.", count(e.RowsBefore-e.RowsAfter), by)
	}
	return out, nil
}

func (s *Step) dropMissing(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	conditions := []string{"true"}
	for _, f := range cols {
		conditions = append(conditions, Ident(f.Name)+" IS NOT NULL")
	}
	in := "any column"
	if len(s.Columns) > 0 {
		in = names(cols)
	}
	return &Compiled{
		SQL: project(c.Fields, nil) + " FROM " + c.In + " WHERE " + strings.Join(conditions, " AND "), Fields: c.Fields, Rows: true, Light: true,
		Say: func(e Effect) string {
			return fmt.Sprintf("%s rows with a missing cell in %s were dropped.", count(e.RowsBefore-e.RowsAfter), in)
		},
	}, nil
}

// limit is the range a column may have; infinite where it is open.
type limit struct{ lo, hi float64 }

// limits returns the range of each column: as given, or the quartiles moved
// out by iqr times their distance.
func (s *Step) limits(c *Compiler, cols []table.Field) ([]limit, error) {
	out := make([]limit, len(cols))
	for i, f := range cols {
		if f.Kind != table.Number {
			return nil, notNumber(f)
		}
		out[i] = limit{math.Inf(-1), math.Inf(1)}
		if s.Min != nil {
			out[i].lo = *s.Min
		}
		if s.Max != nil {
			out[i].hi = *s.Max
		}
		if s.IQR == 0 {
			continue
		}
		x := Ident(f.Name)
		row, err := c.ask(2, fmt.Sprintf("SELECT CAST(quantile_cont(%[1]s, 0.25) AS VARCHAR), CAST(quantile_cont(%[1]s, 0.75) AS VARCHAR) FROM %[2]s", x, c.In))
		if err != nil {
			return nil, err
		}
		q1, err1 := strconv.ParseFloat(row[0], 64)
		q3, err3 := strconv.ParseFloat(row[1], 64)
		if err1 != nil || err3 != nil { // all cells are missing
			continue
		}
		out[i] = limit{q1 - s.IQR*(q3-q1), q3 + s.IQR*(q3-q1)}
	}
	return out, nil
}

func notNumber(f table.Field) error {
	e := core.Errorf(core.Invalid, "column %q holds %s, not numbers", f.Name, f.Kind)
	if f.Kind == table.Text {
		return e.WithHint(`repair it first: {"do": "repair", "columns": [%q], "to": "number"}`, f.Name)
	}
	return e.WithHint("leave it out of the step")
}

func (l limit) String() string {
	switch {
	case math.IsInf(l.lo, -1):
		return "above " + show(l.hi)
	case math.IsInf(l.hi, 1):
		return "below " + show(l.lo)
	}
	return "outside " + show(l.lo) + " to " + show(l.hi)
}

func (s *Step) dropOutliers(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	limits, err := s.limits(c, cols)
	if err != nil {
		return nil, err
	}
	conditions := []string{"true"}
	var said []string
	for i, f := range cols {
		if l := limits[i]; !math.IsInf(l.lo, -1) {
			conditions = append(conditions, fmt.Sprintf("(%[1]s IS NULL OR %[1]s >= %[2]s)", Ident(f.Name), number(l.lo)))
		}
		if l := limits[i]; !math.IsInf(l.hi, 1) {
			conditions = append(conditions, fmt.Sprintf("(%[1]s IS NULL OR %[1]s <= %[2]s)", Ident(f.Name), number(l.hi)))
		}
		said = append(said, f.Name+" "+limits[i].String())
	}
	return &Compiled{
		SQL: project(c.Fields, nil) + " FROM " + c.In + " WHERE " + strings.Join(conditions, " AND "), Fields: c.Fields, Rows: true, Light: true,
		Say: func(e Effect) string {
			return fmt.Sprintf("%s rows were dropped as outliers: %s.", count(e.RowsBefore-e.RowsAfter), strings.Join(said, "; "))
		},
	}, nil
}

func (s *Step) filter(c *Compiler) (*Compiled, error) {
	sql, k, err := compileExpression(s.Where, c.Fields, c.loose)
	if err != nil {
		return nil, core.Wrap(err, "where %q", shorten(s.Where))
	}
	if k != kBool {
		return nil, core.Errorf(core.Invalid, "where %q is %s, not true or false", shorten(s.Where), k).WithHint("compare it with something, such as quantity > 0")
	}
	return &Compiled{
		SQL: project(c.Fields, nil) + " FROM " + c.In + " WHERE " + sql, Fields: c.Fields, Rows: true, Light: true,
		Say: func(e Effect) string {
			return fmt.Sprintf("%s of %s rows were kept: %s.", count(e.RowsAfter), count(e.RowsBefore), shorten(s.Where))
		},
	}, nil
}

func (s *Step) derive(c *Compiler) (*Compiled, error) {
	sql, k, err := compileExpression(s.Expr, c.Fields, c.loose)
	if err != nil {
		return nil, core.Wrap(err, "column %q, expr %q", s.As, shorten(s.Expr))
	}
	name, err := freshName(s.As)
	if err != nil {
		return nil, err
	}
	f := table.Field{Name: name, Kind: table.Text}
	switch k {
	case kNumber:
		f.Kind, f.Decimals = table.Number, -1
		sql = "CASE WHEN " + Sound(sql) + " THEN " + sql + " END"
	case kTime:
		f.Kind, f.Layout = table.Time, "2006-01-02 15:04:05"
	case kBool:
		sql = "CASE WHEN " + sql + " THEN 'true' WHEN NOT " + sql + " THEN 'false' END"
	case kMissing:
		return nil, core.Errorf(core.Invalid, "column %q would be missing everywhere", s.As).WithHint("give an expression that has a value")
	}
	out := &Compiled{Fields: c.Fields, Light: true}
	replaced := map[string]string{f.Name: sql}
	word := "added"
	if old, err := find(c.Fields, f.Name); err == nil {
		word = "replaced"
		f.Name = old.Name
		replaced = map[string]string{f.Name: sql}
	}
	detail := "NULL"
	switch k {
	case kTime:
		detail = "coalesce(bool_and(date_trunc('day', x) = x), false)"
	case kNumber:
		detail = DecimalsOf("x")
	}
	row, err := c.ask(2, fmt.Sprintf("SELECT CAST(count(x) AS VARCHAR), CAST(%s AS VARCHAR) FROM (SELECT %s AS x FROM %s)", detail, sql, c.In))
	if err != nil {
		return nil, err
	}
	out.Changed, _ = strconv.ParseInt(row[0], 10, 64)
	if f.Kind == table.Time && row[1] == "true" {
		f.Layout = "2006-01-02"
	}
	if f.Kind == table.Number {
		if f.Decimals, err = strconv.Atoi(row[1]); err != nil {
			f.Decimals = -1
		}
	}
	out.Fields = replaceField(c.Fields, f)
	out.SQL = project(out.Fields, replaced) + " FROM " + c.In
	out.Say = func(e Effect) string {
		return fmt.Sprintf("Column %s was %s as %s; it has a value in %s of %s rows.", f.Name, word, shorten(s.Expr), count(e.CellsChanged), count(e.RowsAfter))
	}
	return out, nil
}

func freshName(name string) (string, error) {
	trimmed := strings.TrimSpace(name)
	if trimmed == "" || strings.EqualFold(trimmed, "_row") || len(trimmed) > 200 ||
		strings.ContainsFunc(trimmed, func(r rune) bool { return r < ' ' || r == '\ufffd' }) {
		return "", core.Errorf(core.Invalid, "%q cannot be a column's name", name).WithHint("choose another")
	}
	return trimmed, nil
}

func (s *Step) selectColumns(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	left := len(c.Fields) - len(cols)
	return &Compiled{SQL: project(cols, nil) + " FROM " + c.In, Fields: cols, Light: true, Say: func(Effect) string {
		return fmt.Sprintf("%d columns were kept and %d left out.", len(cols), max(left, 0))
	}}, nil
}

func (s *Step) rename(c *Compiler) (*Compiled, error) {
	fields := append([]table.Field(nil), c.Fields...)
	list := []string{"_row"}
	used := map[string]bool{}
	for i, f := range fields {
		if to, ok := s.Names[f.Name]; ok {
			name, err := freshName(to)
			if err != nil {
				return nil, err
			}
			used[f.Name] = true
			fields[i].Name = name
		}
		list = append(list, Ident(f.Name)+" AS "+Ident(fields[i].Name))
	}
	for from := range s.Names {
		if !used[from] && !c.loose {
			_, err := find(c.Fields, from)
			if err == nil {
				err = core.Errorf(core.NotFound, "there is no column %q in this case of its letters", from).WithHint("the columns are %s", nameList(c.Fields))
			}
			return nil, err
		}
	}
	if err := distinctNames(fields); err != nil {
		return nil, err
	}
	return &Compiled{SQL: "SELECT " + strings.Join(list, ", ") + " FROM " + c.In, Fields: fields, Light: true, Say: func(Effect) string {
		return fmt.Sprintf("%d columns have new names.", len(used))
	}}, nil
}

func distinctNames(fields []table.Field) error {
	seen := map[string]bool{}
	for _, f := range fields {
		low := strings.ToLower(f.Name)
		if seen[low] {
			return core.Errorf(core.Invalid, "two columns would be named %q", f.Name).WithHint("choose another name")
		}
		seen[low] = true
	}
	return nil
}

// count writes a number of things as people read it.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func show(x float64) string { return strconv.FormatFloat(x, 'g', 8, 64) }

func shorten(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}
