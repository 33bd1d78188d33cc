package recipe

import (
	"fmt"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// asOf joins each row with the last row of the other table, among those equal
// in on, whose moment is not after the row's: at names the two columns as
// "here=there". With days a match must not be older than that. A row stays one
// row; rows without a match stay too, the added cells missing.
func (s *Step) asOf(c *Compiler, out *Compiled, keys, cols []table.Field, right []table.Field, added []string) (*Compiled, error) {
	here, there, two := strings.Cut(s.At, "=")
	if !two {
		there = here
	}
	if strings.TrimSpace(here) == "" {
		return nil, core.Errorf(core.Invalid, "an as-of join needs the moments to go by").WithHint(`write "at": "date=valid_from", this table's column first`)
	}
	l, err := c.field(strings.TrimSpace(here))
	if err != nil {
		return nil, core.Wrap(err, "at %q", s.At)
	}
	r, err := find(right, strings.TrimSpace(there))
	if err != nil {
		return nil, core.Wrap(err, "at %q, dataset %q", s.At, s.Table)
	}
	if (l.Kind != r.Kind || l.Kind == table.Text) && !c.loose {
		return nil, core.Errorf(core.Invalid, "at %q: %s here, %s in %s", s.At, l.Kind, r.Kind, s.Table).WithHint("both must be times, or both numbers")
	}
	if c.Ask == nil {
		return out, nil
	}
	on, of := []string{"true"}, []string{}
	for i, k := range keys {
		own, _, _ := strings.Cut(s.On[i], "=")
		f, err := c.field(strings.TrimSpace(own))
		if err != nil {
			return nil, err
		}
		on = append(on, "l."+Ident(f.Name)+" = r."+Ident(k.Name))
		of = append(of, Ident(k.Name))
	}
	// Of rows of one moment the last one holds.
	of = append(of, Ident(r.Name))
	once := fmt.Sprintf("(SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY %s ORDER BY _row DESC) AS \"_row last\" FROM %s WHERE %s IS NOT NULL) WHERE \"_row last\" = 1)",
		strings.Join(of, ", "), c.Table(s.Table), Ident(r.Name))
	moment := "r." + Ident(r.Name)
	list := []string{"l._row AS _row"}
	for _, f := range c.Fields {
		list = append(list, "l."+Ident(f.Name)+" AS "+Ident(f.Name))
	}
	fresh := "r._row IS NOT NULL"
	if s.Days > 0 {
		age := fmt.Sprintf("(l.%s - %s)", Ident(l.Name), moment)
		if l.Kind == table.Time {
			age = fmt.Sprintf("((epoch_us(l.%s) - epoch_us(%s)) / 8.64e10)", Ident(l.Name), moment)
		}
		fresh += " AND " + age + " <= " + number(s.Days)
	}
	for i, f := range cols {
		list = append(list, fmt.Sprintf("CASE WHEN %s THEN r.%s END AS %s", fresh, Ident(f.Name), Ident(added[i])))
	}
	from := fmt.Sprintf(" FROM %s AS l ASOF LEFT JOIN %s AS r ON %s AND l.%s >= %s", c.In, once, strings.Join(on, " AND "), Ident(l.Name), moment)
	n, err := c.counts(2, "SELECT CAST(count(*) AS VARCHAR), CAST(count(*) FILTER ("+fresh+") AS VARCHAR)"+from)
	if err != nil {
		return nil, err
	}
	rows, matched := n[0], n[1]
	out.SQL, out.Rows, out.Costly = "SELECT "+strings.Join(list, ", ")+from, false, true
	out.Matched, out.FanOut, out.Changed = matched, 1, matched*int64(len(cols))
	out.Say = func(Effect) string {
		return fmt.Sprintf("%.1f %% of %s rows found what held at their time in %s.", 100*float64(matched)/float64(max(rows, 1)), count(rows), s.Table)
	}
	return out, nil
}
