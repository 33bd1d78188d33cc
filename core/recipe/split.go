package recipe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// split says in a column (as, "part") which part a row belongs to, or keeps
// one part. Parts are "name=share", in order. By random a row's hash decides,
// with the seed; by key that of the columns, so that all rows of a customer
// fall into one part; by time the first part has the earliest rows, rows of one
// moment staying together.
func (s *Step) split(c *Compiler) (*Compiled, error) {
	cols, err := s.splitColumns(c)
	if err != nil {
		return nil, err
	}
	parts, shares, err := s.shares()
	if err != nil {
		return nil, err
	}
	from, place := c.In, fmt.Sprintf("substr(md5(%s || CAST(_row AS VARCHAR)), 1, 12)", Literal(strconv.Itoa(s.Seed)+" "))
	switch {
	case s.By == "key":
		var texts []string
		for _, f := range cols {
			texts = append(texts, "coalesce(CAST("+Ident(f.Name)+" AS VARCHAR), '')")
		}
		place = fmt.Sprintf("substr(md5(%s || %s), 1, 12)", Literal(strconv.Itoa(s.Seed)+" "), strings.Join(texts, " || chr(31) || "))
	case s.By == "time" && c.Temp != nil:
		x := Ident(cols[0].Name)
		made, err := c.Temp(fmt.Sprintf("SELECT v AS \"_row moment\", (sum(n) OVER (ORDER BY v ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - n) / sum(n) OVER () AS \"_row place\" FROM (SELECT %[1]s AS v, CAST(count(*) AS DOUBLE) AS n FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s)", x, c.In))
		if err != nil {
			return nil, err
		}
		from += fmt.Sprintf(" LEFT JOIN %s ON %s = \"_row moment\"", made, x)
		place = `"_row place"`
	}
	sql, end := "CASE", 0.0
	if s.By == "time" { // without a time a row could be of any part
		sql += " WHEN " + place + " IS NULL THEN NULL"
	}
	for i, name := range parts[:len(parts)-1] {
		end += shares[i]
		bar := number(end)
		if s.By != "time" {
			bar = fmt.Sprintf("'%012x'", int64(end*(1<<48)))
		}
		sql += fmt.Sprintf(" WHEN %s < %s THEN %s", place, bar, Literal(name))
	}
	sql += " ELSE " + Literal(parts[len(parts)-1]) + " END"
	if s.Keep != "" {
		return &Compiled{SQL: project(c.Fields, nil) + " FROM " + from + " WHERE (" + sql + ") = " + Literal(s.Keep), Fields: c.Fields, Rows: true, Costly: c.Ask != nil,
			Say: func(e Effect) string {
				return fmt.Sprintf("%s of %s rows were kept: part %s.", count(e.RowsAfter), count(e.RowsBefore), s.Keep)
			}}, nil
	}
	as := s.As
	if as == "" {
		as = "part"
	}
	f, err := newField(c.Fields, as, table.Text)
	if err != nil {
		return nil, err
	}
	f.Role = table.Category
	out := &Compiled{Fields: append(slices.Clone(c.Fields), f), Costly: c.Ask != nil}
	out.SQL = project(out.Fields, map[string]string{f.Name: sql}) + " FROM " + from
	var said []string
	for _, name := range parts {
		n, err := c.counts(1, fmt.Sprintf("SELECT CAST(count(*) AS VARCHAR) FROM %s WHERE (%s) = %s", from, sql, Literal(name)))
		if err != nil {
			return nil, err
		}
		out.Changed += n[0]
		said = append(said, name+" "+count(n[0]))
	}
	out.Say = func(e Effect) string {
		return fmt.Sprintf("Column %s says which part a row belongs to: %s.", f.Name, strings.Join(said, ", "))
	}
	return out, nil
}

func (s *Step) splitColumns(c *Compiler) ([]table.Field, error) {
	if s.By == "" || s.By == "random" {
		if len(s.Columns) > 0 {
			return nil, core.Errorf(core.Invalid, "columns mean nothing to a random split").WithHint(`split by "key" or "time"`)
		}
		return nil, nil
	}
	if len(s.Columns) == 0 {
		return nil, core.Errorf(core.Invalid, "a split by %s needs columns", s.By).WithHint("name the customer's column, or the one of times")
	}
	cols, err := c.columns(s.Columns)
	if err == nil && s.By == "time" && (len(cols) > 1 || cols[0].Kind == table.Text && !c.loose) {
		err = core.Errorf(core.Invalid, "a split by time needs one column of times or numbers").WithHint("repair the column to date first")
	}
	return cols, err
}

// shares reads parts, which must come to 1.
func (s *Step) shares() (parts []string, shares []float64, err error) {
	list := s.Parts
	if len(list) == 0 {
		list = []string{"train=0.8", "test=0.2"}
	}
	total := 0.0
	for _, text := range list {
		name, share, _ := strings.Cut(text, "=")
		name = strings.TrimSpace(name)
		x, err := strconv.ParseFloat(strings.TrimSpace(share), 64)
		if err != nil || !(x > 0) || name == "" || slices.Contains(parts, name) {
			return nil, nil, core.Errorf(core.Invalid, "parts: %q is not clear", text).WithHint(`write "train=0.8", each name once`)
		}
		parts, shares, total = append(parts, name), append(shares, x), total+x
	}
	if total < 0.999999 || total > 1.000001 {
		return nil, nil, core.Errorf(core.Invalid, "the parts come to %.4g, not 1", total).WithHint("such as train=0.8 and test=0.2")
	}
	if s.Keep != "" && !slices.Contains(parts, s.Keep) {
		return nil, nil, core.Errorf(core.Invalid, "keep: there is no part %q", s.Keep).WithHint("the parts are %s", strings.Join(parts, ", "))
	}
	return parts, shares, nil
}
