package recipe

import (
	"fmt"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// The steps that hide persons.

// pseudonym replaces cells by the start of their HMAC-SHA-256 (RFC 2104) in
// hexadecimal digits, under a key that the recipe only names: the same value
// has the same pseudonym in every table, and without the key nobody can try
// values. 16 digits, 64 bits, keep a million values apart but for a chance of
// 3e-8.
func (s *Step) pseudonym(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	digits := s.First
	if digits == 0 {
		digits = 16
	}
	if digits < 8 || digits > 64 {
		return nil, core.Errorf(core.Invalid, "first is %d", digits).WithHint("a pseudonym has 8 to 64 digits")
	}
	var key []byte
	if c.Ask != nil {
		if c.Secret == nil {
			return nil, core.Errorf(core.Invalid, "there are no keys here to make pseudonyms with").WithHint("run the recipe in a project")
		}
		name := s.Secret
		if name == "" {
			name = "pseudonyms"
		}
		if key, err = c.Secret(name); err != nil {
			return nil, err
		}
	}
	out := &Compiled{Fields: c.Fields, Costly: c.Ask != nil}
	replaced := map[string]string{}
	var counts []string
	for _, f := range cols {
		x := asText(f)
		replaced[f.Name] = fmt.Sprintf("left(%s, %d)", hmac(key, x), digits)
		counts = append(counts, "count("+Ident(f.Name)+")")
		out.Fields = replaceField(out.Fields, table.Field{Name: f.Name, Kind: table.Text, Role: f.Role})
	}
	n, err := c.counts(1, "SELECT CAST("+strings.Join(counts, " + ")+" AS VARCHAR) FROM "+c.In)
	out.Changed = sum(n)
	out.SQL = project(out.Fields, replaced) + " FROM " + c.In
	out.Say = func(e Effect) string {
		return fmt.Sprintf("%s cells of %s became pseudonyms.", count(e.CellsChanged), names(cols))
	}
	return out, err
}

// asText is SQL for the cells of f as text, numbers as text would have them: 7,
// not 7.0.
func asText(f table.Field) string {
	if f.Kind == table.Number {
		return fmt.Sprintf("CASE WHEN floor(%[1]s) = %[1]s AND abs(%[1]s) < 1e15 THEN CAST(CAST(%[1]s AS BIGINT) AS VARCHAR) ELSE CAST(%[1]s AS VARCHAR) END", Ident(f.Name))
	}
	return "CAST(" + Ident(f.Name) + " AS VARCHAR)"
}

// hmac is SQL for HMAC-SHA-256 of the text x, in hexadecimal digits. The key
// stands padded in it, and is at most 64 bytes.
func hmac(key []byte, x string) string {
	blob := func(pad byte) string {
		sql := "'"
		for i := range 64 {
			b := pad
			if i < len(key) {
				b ^= key[i]
			}
			sql += fmt.Sprintf(`\x%02X`, b)
		}
		return sql + "'::BLOB"
	}
	return fmt.Sprintf("sha256(%s || unhex(sha256(%s || encode(%s))))", blob(0x5c), blob(0x36), x)
}

// mask leaves the first and last letters of each cell and writes * for the
// others.
func (s *Step) mask(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	if s.First < 0 || s.Last < 0 {
		return nil, core.Errorf(core.Invalid, "first and last are numbers of letters").WithHint("such as 0 and 4")
	}
	out := &Compiled{Fields: c.Fields}
	replaced := map[string]string{}
	var counts []string
	for _, f := range cols {
		x := asText(f)
		// A short text is masked whole.
		replaced[f.Name] = fmt.Sprintf("CASE WHEN length(%[1]s) <= %[2]d THEN repeat('*', length(%[1]s)) ELSE left(%[1]s, %[3]d) || repeat('*', length(%[1]s) - %[2]d) || right(%[1]s, %[4]d) END",
			x, s.First+s.Last, s.First, s.Last)
		counts = append(counts, "count("+Ident(f.Name)+")")
		out.Fields = replaceField(out.Fields, table.Field{Name: f.Name, Kind: table.Text, Role: f.Role})
	}
	n, err := c.counts(1, "SELECT CAST("+strings.Join(counts, " + ")+" AS VARCHAR) FROM "+c.In)
	out.Changed = sum(n)
	out.SQL = project(out.Fields, replaced) + " FROM " + c.In
	out.Say = func(e Effect) string {
		return fmt.Sprintf("%s cells of %s were masked.", count(e.CellsChanged), names(cols))
	}
	return out, err
}

// generalise makes cells coarser: numbers become the lower end of a band of
// width, times the start of their day, week, month, quarter or year, texts
// their first letters. It counts how many rows share their columns with fewer
// than k rows in all (Samarati and Sweeney 1998) and, with then drop, drops
// those.
func (s *Step) generalise(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	keys, err := s.per(c, cols)
	if err != nil {
		return nil, err
	}
	k := s.K
	if k == 0 {
		k = 5
	}
	if k < 2 || s.First < 0 || s.Width < 0 {
		return nil, core.Errorf(core.Invalid, "k is %d, first %d, width %v", k, s.First, s.Width).WithHint("k is at least 2, the others are above 0")
	}
	out := &Compiled{Fields: c.Fields}
	replaced := map[string]string{}
	changed := []string{"0"}
	var group []string
	for _, f := range cols {
		x := Ident(f.Name)
		sql := x
		switch {
		case f.Kind == table.Number && s.Width > 0:
			sql = band(x, s.Width)
		case f.Kind == table.Time && s.To != "":
			sql = truncated(x, s.To)
			f.Layout = "2006-01-02"
			out.Fields = replaceField(out.Fields, f)
		case f.Kind == table.Text && s.First > 0:
			sql = fmt.Sprintf("left(%s, %d)", x, s.First)
		case !c.loose:
			return nil, core.Errorf(core.Invalid, "column %q holds %s, and nothing says how to make it coarser", f.Name, f.Kind).
				WithHint("give width for numbers, to for times, first for texts; columns that stay as they are go into per")
		}
		replaced[f.Name] = sql
		changed = append(changed, fmt.Sprintf("count(*) FILTER (%s IS DISTINCT FROM %s)", sql, x))
		group = append(group, sql)
	}
	for _, f := range keys {
		group = append(group, Ident(f.Name))
	}
	by := strings.Join(group, ", ")
	n, err := c.counts(3, fmt.Sprintf("SELECT CAST(%s AS VARCHAR), CAST((SELECT count(*) FROM (SELECT count(*) AS n FROM %[2]s GROUP BY %[3]s) WHERE n < %[4]d) AS VARCHAR), CAST((SELECT sum(n) FROM (SELECT count(*) AS n FROM %[2]s GROUP BY %[3]s) WHERE n < %[4]d) AS VARCHAR) FROM %[2]s",
		strings.Join(changed, " + "), c.In, by, k))
	if err != nil {
		return nil, err
	}
	out.Changed = n[0]
	out.SQL = project(out.Fields, replaced) + " FROM " + c.In
	said := fmt.Sprintf("%s groups of fewer than %d rows hold %s rows", count(n[1]), k, count(n[2]))
	if s.Then == "drop" {
		out.Rows = true
		// The window stands beside the whole rows; its name is none of theirs.
		out.SQL = project(out.Fields, nil) + fmt.Sprintf(" FROM (SELECT *, count(*) OVER (PARTITION BY %s) AS \"_row alike\" FROM (%s)) WHERE \"_row alike\" >= %d",
			identList(append(append([]table.Field(nil), cols...), keys...)), out.SQL, k)
		said += ", which were dropped"
	}
	out.Say = func(e Effect) string {
		return fmt.Sprintf("%s cells of %s were made coarser; %s.", count(e.CellsChanged), names(cols), said)
	}
	return out, nil
}
