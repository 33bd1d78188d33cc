package recipe

import (
	"fmt"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// What steps know of each group of rows, or of the rows around one.

// per returns the columns whose values make the groups, which are none of
// cols.
func (s *Step) per(c *Compiler, cols []table.Field) ([]table.Field, error) {
	if len(s.Per) == 0 {
		return nil, nil
	}
	keys, err := c.columns(s.Per)
	if err != nil {
		return nil, core.Wrap(err, "per")
	}
	for _, k := range keys {
		if contains(cols, k.Name) {
			return nil, core.Errorf(core.Invalid, "column %q stands in columns and in per", k.Name).WithHint("groups are made by other columns than those that change")
		}
	}
	return keys, nil
}

// partition is the PARTITION BY of keys, "" of none.
func partition(keys []table.Field) string {
	if len(keys) == 0 {
		return ""
	}
	return "PARTITION BY " + identList(keys) + " "
}

// order is SQL that numbers the rows along the column of that name, "" by row;
// said is its name.
func (c *Compiler) order(name string, not table.Field) (by, said string, err error) {
	if name == "" {
		return "CAST(_row AS DOUBLE)", "row", nil
	}
	o, err := c.field(name)
	switch {
	case err != nil:
		return "", "", err
	case o.Kind == table.Text && !c.loose:
		return "", "", core.Errorf(core.Invalid, "order: column %q holds text", o.Name).WithHint("order by a number or time, or repair the column first")
	case o.Name == not.Name:
		return "", "", core.Errorf(core.Invalid, "order: column %q cannot order itself", o.Name).WithHint("order by another column")
	case o.Kind == table.Time:
		return "(epoch_us(" + Ident(o.Name) + ") / 1e6)", o.Name, nil
	}
	return Ident(o.Name), o.Name, nil
}

// fixed is the column as whole numbers: SQL that is x times scale, of a type
// whose sums are exact, so that they do not depend on the order in which
// threads add. Cells beyond six decimals agree to 1e-15 of the largest.
func (c *Compiler) fixed(f table.Field) (sql string, scale float64, err error) {
	x := Ident(f.Name)
	if f.Decimals >= 0 && f.Decimals <= 6 {
		scale, _ = strconv.ParseFloat("1e"+strconv.Itoa(f.Decimals), 64)
	}
	if c.Ask == nil {
		return x, 1, nil
	}
	row, err := c.ask(1, fmt.Sprintf("SELECT CAST(max(abs(%s)) AS VARCHAR) FROM %s", x, c.In))
	if err != nil {
		return "", 0, err
	}
	largest, err := strconv.ParseFloat(row[0], 64)
	if err != nil || largest == 0 { // all cells are missing, or 0
		largest = 1
	}
	if scale == 0 || largest*scale > 9e15 {
		return fmt.Sprintf("CAST(round(%s / %s * 1e15) AS HUGEINT)", x, number(largest)), 1e15 / largest, nil
	}
	return fmt.Sprintf("CAST(round(%s * %s) AS BIGINT)", x, number(scale)), scale, nil
}

// grouped joins the mean, median or mode of f's column in each group to from,
// and returns it as SQL. place tells the steps of one query apart.
func (c *Compiler) grouped(f table.Field, with string, keys []table.Field, from string, place int) (value, joined string, err error) {
	x := Ident(f.Name)
	var list, on []string
	for k, key := range keys {
		name := Ident(fmt.Sprintf("_row key %d %d", place, k))
		list = append(list, Ident(key.Name)+" AS "+name)
		on = append(on, Ident(key.Name)+" IS NOT DISTINCT FROM "+name)
	}
	value = Ident("_row value " + strconv.Itoa(place))
	by := identList(keys)
	var sql string
	switch with {
	case "mode":
		sql = fmt.Sprintf(`SELECT %[1]s, "_row v" AS %[2]s FROM (SELECT %[3]s, %[4]s AS "_row v", row_number() OVER (PARTITION BY %[3]s ORDER BY count(*) DESC, %[4]s) AS "_row n"
			FROM %[5]s WHERE %[4]s IS NOT NULL GROUP BY %[3]s, %[4]s) WHERE "_row n" = 1`, strings.Join(list, ", "), value, by, x, c.In)
	case "median":
		sql = fmt.Sprintf("SELECT %s, %s AS %s FROM %s WHERE %s IS NOT NULL GROUP BY %s", strings.Join(list, ", "), rounded("quantile_cont("+x+", 0.5)", f), value, c.In, x, by)
	default:
		whole, scale, err := c.fixed(f)
		if err != nil {
			return "", "", err
		}
		mean := fmt.Sprintf("(CAST(sum(%s) AS DOUBLE) / %s / count(%s))", whole, number(scale), x)
		sql = fmt.Sprintf("SELECT %s, %s AS %s FROM %s WHERE %s IS NOT NULL GROUP BY %s", strings.Join(list, ", "), rounded(mean, f), value, c.In, x, by)
	}
	made, err := c.Temp(sql)
	return value, from + fmt.Sprintf(" LEFT JOIN %s AS g%d ON ", made, place) + strings.Join(on, " AND "), err
}

// rounded is SQL that writes x with the column's decimals.
func rounded(x string, f table.Field) string {
	if f.Decimals < 0 {
		return x
	}
	return fmt.Sprintf("round(%s, %d)", x, f.Decimals)
}

// neighbours makes a table of the cells that can be filled: between the
// nearest neighbours by order, or with the nearest one at the ends, or with
// the one before.
func (s *Step) neighbours(c *Compiler, f table.Field, keys []table.Field) (patch, order string, err error) {
	by, order, err := c.order(s.Order, f)
	if err != nil {
		return "", "", err
	}
	v, needs := "CASE WHEN px IS NULL THEN nx WHEN nx IS NULL OR no = po THEN px ELSE px + (nx - px) * ((o - po) / (no - po)) END", "coalesce(px, nx)"
	after := `, first_value(x IGNORE NULLS) OVER after AS nx, first_value(CASE WHEN x IS NOT NULL THEN o END IGNORE NULLS) OVER after AS no`
	if s.With == "previous" {
		v, needs, after = "px", "px", ""
	} else {
		v = rounded(v, f)
	}
	if c.Temp == nil {
		return "", order, nil
	}
	var list []string
	for k, key := range keys {
		list = append(list, fmt.Sprintf("%s AS k%d", Ident(key.Name), k))
	}
	groups := ""
	for k := range keys {
		groups += fmt.Sprintf(", k%d", k)
	}
	if groups != "" {
		groups = "PARTITION BY " + groups[2:] + " "
	}
	patch, err = c.Temp(fmt.Sprintf(`SELECT _row, %[1]s AS v FROM (SELECT _row, x, o,
		last_value(x IGNORE NULLS) OVER before AS px, last_value(CASE WHEN x IS NOT NULL THEN o END IGNORE NULLS) OVER before AS po%[2]s
		FROM (SELECT %[3]s FROM %[4]s) WHERE o IS NOT NULL
		WINDOW before AS (%[5]sORDER BY o, _row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), after AS (%[5]sORDER BY o, _row ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))
		WHERE x IS NULL AND %[6]s IS NOT NULL`, v, after, strings.Join(append(list, "_row", Ident(f.Name)+" AS x", by+" AS o"), ", "), c.In, groups, needs))
	return patch, order, err
}
