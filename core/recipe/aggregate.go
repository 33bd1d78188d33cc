package recipe

import (
	"fmt"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// aggregate makes one row of the rows that are equal in per; times among per
// are cut to the start of their day, week, month, quarter or year first. What
// is made stands in make: "name = function column", the function one of sum,
// mean, min, max, count, std (of numbers), min, max, first, last (of any),
// distinct (how many values) and mode; "name = rows" counts rows. Groups stand
// in the order of their first rows.
func (s *Step) aggregate(c *Compiler) (*Compiled, error) {
	keys, err := c.columns(s.Per)
	if err != nil {
		return nil, err
	}
	out := &Compiled{Rows: true, Costly: c.Ask != nil}
	list, by := []string{"min(_row) AS _row"}, []string{}
	for _, k := range keys {
		x := Ident(k.Name)
		if k.Kind == table.Time && s.To != "" {
			x, k.Layout = truncated(x, s.To), "2006-01-02"
		}
		list, by = append(list, x+" AS "+Ident(k.Name)), append(by, x)
		out.Fields = append(out.Fields, k)
	}
	for _, text := range s.Make {
		f, sql, err := s.made(c, text)
		if err != nil {
			return nil, err
		}
		if f, err = renamed(out.Fields, f); err != nil {
			return nil, err
		}
		list = append(list, sql+" AS "+Ident(f.Name))
		out.Fields = append(out.Fields, f)
	}
	out.SQL = "SELECT " + strings.Join(list, ", ") + " FROM " + c.In + " GROUP BY " + strings.Join(by, ", ")
	grain := names(keys)
	if s.To != "" {
		grain += " and " + s.To
	}
	out.Say = func(e Effect) string {
		return fmt.Sprintf("%s rows became %s, one for each %s.", count(e.RowsBefore), count(e.RowsAfter), grain)
	}
	return out, nil
}

// renamed checks the name of a new column.
func renamed(fields []table.Field, f table.Field) (table.Field, error) {
	g, err := newField(fields, f.Name, f.Kind)
	f.Name = g.Name
	return f, err
}

// made reads "name = function column" and returns the column and its SQL.
func (s *Step) made(c *Compiler, text string) (table.Field, string, error) {
	name, rest, ok := strings.Cut(text, "=")
	function, column, _ := strings.Cut(strings.TrimSpace(rest), " ")
	column = strings.TrimSpace(column)
	f := table.Field{Name: strings.TrimSpace(name), Kind: table.Number}
	if function == "rows" && column == "" {
		return f, double("count(*)"), nil
	}
	if !ok || column == "" {
		return f, "", core.Errorf(core.Invalid, "make: %q is not clear", text).WithHint(`write "name = function column", such as "spent = sum amount", or "visits = rows"`)
	}
	of, err := c.field(column)
	if err != nil {
		return f, "", core.Wrap(err, "make %q", text)
	}
	x := Ident(of.Name)
	same := of
	same.Name = f.Name
	switch function {
	case "distinct":
		return f, double("count(DISTINCT " + x + ")"), nil
	case "count":
		return f, double("count(" + x + ")"), nil
	case "min", "max":
		return same, function + "(" + x + ")", nil
	case "first":
		return same, "arg_min(" + x + ", _row) FILTER (" + x + " IS NOT NULL)", nil
	case "last":
		return same, "arg_max(" + x + ", _row) FILTER (" + x + " IS NOT NULL)", nil
	case "mode": // of equals the first in order
		return same, fmt.Sprintf("list_reduce([{'n': 0, 'v': CAST(NULL AS %[1]s)}] || list_transform(map_entries(histogram(%[2]s)), lambda e: {'n': CAST(e.value AS INTEGER), 'v': e.key}), lambda a, b: CASE WHEN b.n > a.n THEN b ELSE a END).v",
			map[table.Kind]string{table.Number: "DOUBLE", table.Text: "VARCHAR", table.Time: "TIMESTAMP"}[of.Kind], x), nil
	case "sum", "mean", "std":
		if of.Kind != table.Number && !c.loose {
			return f, "", core.Wrap(notNumber(of), "make %q", text)
		}
		whole, scale, err := c.fixed(of)
		if err != nil {
			return f, "", err
		}
		sql, decimals, err := overall(function, of, whole, scale, "")
		f.Decimals, f.Role = decimals, table.Measure
		return f, sql, err
	}
	return f, "", core.Errorf(core.Invalid, "make %q: there is no function %q", text, function).
		WithHint("the functions are rows, count, distinct, sum, mean, std, min, max, first, last, mode")
}
