package recipe

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// The steps that change the scale of columns, or make columns of others.

func (s *Step) scale(c *Compiler) (*Compiled, error) {
	lo, hi := 0.0, 1.0
	if s.Min != nil {
		lo, hi = *s.Min, *s.Max
	}
	return s.linear(c, func(f table.Field) (shift, factor, base float64, said string, err error) {
		x := Ident(f.Name)
		row, err := c.ask(2, fmt.Sprintf("SELECT CAST(min(%[1]s) AS VARCHAR), CAST(max(%[1]s) AS VARCHAR) FROM %[2]s", x, c.In))
		if err != nil {
			return 0, 0, 0, "", err
		}
		a, err1 := strconv.ParseFloat(row[0], 64)
		b, err2 := strconv.ParseFloat(row[1], 64)
		if err1 != nil || err2 != nil { // all cells are missing
			return 0, 0, lo, f.Name + " is all missing", nil
		}
		if b > a {
			factor = (hi - lo) / (b - a)
		}
		return a, factor, lo, fmt.Sprintf("%s from %s..%s to %s..%s", f.Name, show(a), show(b), show(lo), show(hi)), nil
	})
}

func (s *Step) standardise(c *Compiler) (*Compiled, error) {
	return s.linear(c, func(f table.Field) (shift, factor, base float64, said string, err error) {
		mean, sd, err := c.moments(Ident(f.Name))
		if err != nil {
			return 0, 0, 0, "", err
		}
		if sd > 0 {
			factor = 1 / sd
		}
		return mean, factor, 0, fmt.Sprintf("%s by mean %s and standard deviation %s", f.Name, show(mean), show(sd)), nil
	})
}

// linear replaces each column x by (x - shift) * factor + base.
func (s *Step) linear(c *Compiler, measure func(table.Field) (shift, factor, base float64, said string, err error)) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	out := &Compiled{Fields: c.Fields, Light: true}
	replaced := map[string]string{}
	var counts, said []string
	for _, f := range cols {
		if f.Kind != table.Number {
			return nil, notNumber(f)
		}
		shift, factor, base, sentence, err := measure(f)
		if err != nil {
			return nil, err
		}
		x := Ident(f.Name)
		replaced[f.Name] = fmt.Sprintf("((%s - %s) * %s + %s)", x, number(shift), number(factor), number(base))
		counts = append(counts, "count("+x+")")
		said = append(said, sentence)
		f.Decimals = -1
		out.Fields = replaceField(out.Fields, f)
	}
	n, err := c.counts(1, "SELECT CAST("+strings.Join(counts, " + ")+" AS VARCHAR) FROM "+c.In)
	if err != nil {
		return nil, err
	}
	out.Changed = n[0]
	out.SQL = project(out.Fields, replaced) + " FROM " + c.In
	out.Say = func(Effect) string { return "Scaled " + strings.Join(said, "; ") + "." }
	return out, nil
}

const defaultLevels = 20

func (s *Step) oneHot(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	most := s.Levels
	if most == 0 {
		most = defaultLevels
	}
	out := &Compiled{Light: true}
	replaced := map[string]string{}
	var said []string
	taken := map[string]bool{"_row": true}
	for _, f := range c.Fields {
		taken[strings.ToLower(f.Name)] = true
	}
	add := func(name, sql string) {
		unique := name
		for n := 2; taken[strings.ToLower(unique)]; n++ {
			unique = fmt.Sprintf("%s_%d", name, n)
		}
		taken[strings.ToLower(unique)] = true
		out.Fields = append(out.Fields, table.Field{Name: unique, Kind: table.Number, Role: table.Category})
		replaced[unique] = "CASE WHEN " + sql + " THEN CAST(1 AS DOUBLE) ELSE 0 END"
	}
	for _, f := range c.Fields {
		if !contains(cols, f.Name) {
			out.Fields = append(out.Fields, f)
			continue
		}
		if f.Kind == table.Time {
			return nil, core.Errorf(core.Invalid, "column %q holds times", f.Name).WithHint("derive its year, month or weekday first")
		}
		if c.Ask == nil {
			out.loose = true
			continue
		}
		x := Ident(f.Name)
		rows, err := c.Ask(fmt.Sprintf("SELECT CAST(%[1]s AS VARCHAR) FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY count(*) DESC, %[1]s LIMIT %[3]d", x, c.In, most+1))
		if err != nil {
			return nil, err
		}
		kept := rows[:min(len(rows), most)]
		var list []string
		for _, row := range kept {
			v := Literal(row[0])
			if f.Kind == table.Number {
				v = "CAST(" + v + " AS DOUBLE)"
			}
			list = append(list, v)
			level := strings.TrimSuffix(row[0], ".0")
			add(f.Name+"_"+levelName(level), x+" = "+v)
		}
		sentence := fmt.Sprintf("%s became %d columns", f.Name, len(kept))
		if len(rows) > most {
			add(f.Name+"_other", x+" NOT IN ("+strings.Join(list, ", ")+")")
			sentence = fmt.Sprintf("%s became %d columns, its rarer values one more", f.Name, len(kept))
		}
		said = append(said, sentence)
	}
	out.Changed = c.Rows * int64(len(replaced))
	out.SQL = project(out.Fields, replaced) + " FROM " + c.In
	out.Say = func(Effect) string { return strings.Join(said, "; ") + "." }
	return out, nil
}

func levelName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "")
	}
	return strings.TrimSpace(s)
}

func contains(fields []table.Field, name string) bool {
	for _, f := range fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

// joinKeys are the columns that must be equal, with both sides' names.
func (s *Step) joinKeys(c *Compiler, right []table.Field) (on []string, rightKeys []table.Field, err error) {
	for _, pair := range s.On {
		lname, rname, two := strings.Cut(pair, "=")
		if !two {
			rname = lname
		}
		l, err := c.field(strings.TrimSpace(lname))
		if err != nil {
			return nil, nil, core.Wrap(err, "on %q", pair)
		}
		r, err := find(right, strings.TrimSpace(rname))
		if err != nil {
			return nil, nil, core.Wrap(err, "on %q, dataset %q", pair, s.Table)
		}
		if l.Kind != r.Kind && !c.loose {
			return nil, nil, core.Errorf(core.Invalid, "on %q: %s here, %s in %s", pair, l.Kind, r.Kind, s.Table).
				WithHint("repair one of the columns so that both are of the same type")
		}
		on = append(on, "l."+Ident(l.Name)+" = r."+Ident(r.Name))
		rightKeys = append(rightKeys, r)
	}
	return on, rightKeys, nil
}

func (s *Step) join(c *Compiler) (*Compiled, error) {
	right, err := c.Lookup(s.Table)
	if err != nil {
		return nil, err
	}
	on, keys, err := s.joinKeys(c, right)
	if err != nil {
		return nil, err
	}
	var cols []table.Field
	for _, f := range right {
		if len(s.Columns) == 0 && !contains(keys, f.Name) {
			cols = append(cols, f)
		}
	}
	for _, name := range s.Columns {
		f, err := find(right, name)
		if err != nil {
			return nil, core.Wrap(err, "dataset %q", s.Table)
		}
		cols = append(cols, f)
	}
	out := &Compiled{Fields: append([]table.Field(nil), c.Fields...), Rows: true}
	list, added := []string{}, []string{}
	for _, f := range c.Fields {
		list = append(list, "l."+Ident(f.Name)+" AS "+Ident(f.Name))
	}
	for _, f := range cols {
		name := f.Name
		if _, err := find(out.Fields, name); err == nil {
			name = s.Table + "_" + name
		}
		list = append(list, "r."+Ident(f.Name)+" AS "+Ident(name))
		f.Name = name
		out.Fields, added = append(out.Fields, f), append(added, name)
	}
	if err := distinctNames(out.Fields); err != nil {
		return nil, err
	}
	if s.How == "asof" {
		return s.asOf(c, out, keys, cols, right, added)
	}
	if s.At != "" || s.Days != 0 || len(s.On) == 0 {
		return nil, core.Errorf(core.Invalid, "at and days mean something to as-of joins only, and others need on").WithHint(`write "how": "asof", or name the keys in on`)
	}
	if c.Ask == nil {
		return out, nil
	}
	condition, t, k := strings.Join(on, " AND "), c.Table(s.Table), identList(keys)
	kind := "LEFT"
	if s.How == "inner" {
		kind = "INNER"
	}
	// The keys of the other side, with how often each stands there: no column
	// of theirs is named _row.
	known := fmt.Sprintf("(SELECT %[1]s, count(*) AS _row FROM %[2]s GROUP BY %[1]s)", k, t)
	n, err := c.counts(4, fmt.Sprintf(`SELECT CAST(count(*) AS VARCHAR), CAST(count(r._row) AS VARCHAR), CAST(sum(coalesce(r._row, 1)) AS VARCHAR), CAST(max(r._row) AS VARCHAR)
		FROM %s AS l LEFT JOIN %s AS r ON %s`, c.In, known, condition))
	if err != nil {
		return nil, err
	}
	rows, matched, after, most := n[0], n[1], n[2], n[3]
	if after > 10*rows+1_000_000 {
		return nil, core.Errorf(core.Invalid, "%s rows would become %s: the keys stand up to %s times in %s", count(rows), count(after), count(most), s.Table).
			WithHint("drop duplicates by the key there first, or join on more columns")
	}
	row, err := "l._row", error(nil)
	out.Matched, out.FanOut, out.Moved = matched, most, most > 1
	if most > 1 { // rows multiply: the two numbers together are one again
		if row, err = c.rowOfBoth(t); err != nil {
			return nil, err
		}
	}
	out.SQL = "SELECT " + row + " AS _row, " + strings.Join(list, ", ") + " FROM " + c.In + " AS l " + kind + " JOIN " + t + " AS r ON " + condition
	out.Changed = matched * int64(len(cols))
	out.Say = func(e Effect) string {
		share := 100 * float64(matched) / float64(max(rows, 1))
		say := fmt.Sprintf("%.1f %% of %s rows found their match in %s", share, count(rows), s.Table)
		if most > 1 {
			say += fmt.Sprintf("; some found up to %s, so that there are %s rows now", count(most), count(e.RowsAfter))
		}
		return say + "."
	}
	return out, nil
}

// rowOfBoth is SQL that numbers the rows of a join of l and r in the order of
// l's rows and then r's.
func (c *Compiler) rowOfBoth(right string) (string, error) {
	n, err := c.counts(2, "SELECT CAST(max(_row) + 1 AS VARCHAR), CAST((SELECT max(_row) + 1 FROM "+right+") AS VARCHAR) FROM "+c.In)
	if err != nil {
		return "", err
	}
	rows, most := n[0], max(n[1], 1)
	if rows < math.MaxInt64/most {
		return fmt.Sprintf("(l._row * %d + coalesce(r._row, 0))", most), nil
	}
	return "(row_number() OVER (ORDER BY l._row, r._row) - 1)", nil
}
