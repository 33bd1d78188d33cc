package recipe

import (
	"fmt"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// union puts the rows of other tables behind these, columns by their names. A
// column that only one table has is missing in the others; as names a column
// that says which table a row is of.
func (s *Step) union(c *Compiler) (*Compiled, error) {
	out := &Compiled{Fields: slices.Clone(c.Fields), Rows: true, Costly: c.Ask != nil}
	others := make([][]table.Field, len(s.Tables))
	var added []string
	for i, name := range s.Tables {
		fields, err := c.Lookup(name)
		if err != nil {
			return nil, err
		}
		others[i] = fields
		for _, f := range fields {
			have, err := find(out.Fields, f.Name)
			if err != nil {
				out.Fields = append(out.Fields, f)
				added = append(added, f.Name)
				continue
			}
			if have.Kind != f.Kind && !c.loose {
				return nil, core.Errorf(core.Invalid, "column %q holds %s here, %s in %s", have.Name, have.Kind, f.Kind, name).
					WithHint("repair one of the columns so that both are of the same type")
			}
			if have.Decimals >= 0 && (f.Decimals < 0 || f.Decimals > have.Decimals) {
				have.Decimals = f.Decimals
			}
			out.Fields = replaceField(out.Fields, have)
		}
	}
	source := ""
	if s.As != "" {
		f, err := newField(out.Fields, s.As, table.Text)
		if err != nil {
			return nil, err
		}
		out.Fields, source = append(out.Fields, f), f.Name
	}
	if c.Ask == nil {
		return out, nil
	}
	row := func(fields []table.Field, offset int64, from, label string) string {
		list := []string{fmt.Sprintf("_row + %d AS _row", offset)}
		for _, f := range out.Fields {
			x := "NULL"
			if f.Name == source {
				x = Literal(label)
			} else if have, err := find(fields, f.Name); err == nil {
				x = Ident(have.Name)
			}
			list = append(list, fmt.Sprintf("CAST(%s AS %s) AS %s", x, sqlType(f.Kind), Ident(f.Name)))
		}
		return "SELECT " + strings.Join(list, ", ") + " FROM " + from
	}
	all := []string{row(c.Fields, 0, c.In, "this table")}
	next, err := c.counts(1, "SELECT CAST(coalesce(max(_row) + 1, 0) AS VARCHAR) FROM "+c.In)
	if err != nil {
		return nil, err
	}
	offset := next[0]
	for i, name := range s.Tables {
		all = append(all, row(others[i], offset, c.Table(name), name))
		n, err := c.counts(1, "SELECT CAST(coalesce(max(_row) + 1, 0) AS VARCHAR) FROM "+c.Table(name))
		if err != nil {
			return nil, err
		}
		offset += n[0]
	}
	out.SQL = strings.Join(all, " UNION ALL ")
	out.Say = func(e Effect) string {
		say := fmt.Sprintf("%s rows of %s were put behind %s", count(e.RowsAfter-e.RowsBefore), strings.Join(s.Tables, ", "), count(e.RowsBefore))
		if len(added) > 0 {
			say += "; columns that were not here before: " + strings.Join(added, ", ")
		}
		return say + "."
	}
	return out, nil
}

func sqlType(k table.Kind) string {
	return [...]string{table.Number: "DOUBLE", table.Text: "VARCHAR", table.Time: "TIMESTAMP"}[k]
}
