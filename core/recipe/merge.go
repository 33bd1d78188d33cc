package recipe

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

const mostSpellings = 200_000 // different values whose spellings are compared

// merge makes fewer levels of text columns. Compiled.Map says what became of
// which, so that the same is done to another file.
func (s *Step) merge(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	for name := range s.Map {
		if _, err := find(cols, name); err != nil && !c.loose {
			return nil, core.Errorf(core.Invalid, "map: column %q is none of columns", name).WithHint("name it in columns too")
		}
	}
	if s.By == "map" && len(s.Map) == 0 {
		return nil, core.Errorf(core.Invalid, "there is no map").WithHint(`write "map": {"column": {"from": "to"}}`)
	}
	out := &Compiled{Fields: c.Fields}
	replaced := map[string]string{}
	from := c.In
	var said []string
	for i, f := range cols {
		if f.Kind != table.Text && !c.loose {
			return nil, core.Errorf(core.Invalid, "column %q holds %s, not text", f.Name, f.Kind).WithHint("leave it out of the step")
		}
		if c.Ask == nil {
			continue
		}
		x := Ident(f.Name)
		if s.By == "" || s.By == "rare" {
			rare, kept, err := s.rare(c, f)
			if err != nil {
				return nil, err
			}
			other := s.Other
			if other == "" {
				other = "other"
			}
			name := Ident(fmt.Sprintf("_row rare %d", i))
			replaced[f.Name] = fmt.Sprintf("CASE WHEN %s IS NULL THEN %s ELSE %s END", name, x, Literal(other))
			from += fmt.Sprintf(" LEFT JOIN (SELECT v AS %s FROM %s) ON %s = %[1]s", name, rare, x)
			n, err := c.counts(2, fmt.Sprintf("SELECT CAST(count(*) AS VARCHAR), CAST(sum(n) AS VARCHAR) FROM %s", rare))
			if err != nil {
				return nil, err
			}
			out.Changed += n[1]
			said = append(said, fmt.Sprintf("%s: %s rare values in %s cells became %s, %s were kept", f.Name, count(n[0]), count(n[1]), strconv.Quote(other), count(kept)))
			continue
		}
		mapping := s.Map[f.Name]
		if s.By == "spelling" && mapping == nil {
			if mapping, err = s.spellings(c, f); err != nil {
				return nil, err
			}
		}
		if out.Map == nil {
			out.Map = map[string]map[string]string{}
		}
		out.Map[f.Name] = mapping
		if len(mapping) == 0 {
			said = append(said, f.Name+": no values are merged")
			continue
		}
		t := &table.Table{}
		var rows []int64
		froms := slices.Sorted(maps.Keys(mapping))
		var tos []string
		for k, v := range froms {
			rows, tos = append(rows, int64(k)), append(tos, mapping[v])
		}
		t.Columns = []*table.Column{table.NewText("v", froms, nil), table.NewText("w", tos, nil)}
		made, err := c.Write(t, rows)
		if err != nil {
			return nil, err
		}
		old, name := Ident(fmt.Sprintf("_row from %d", i)), Ident(fmt.Sprintf("_row to %d", i))
		replaced[f.Name] = fmt.Sprintf("coalesce(%s, %s)", name, x)
		from += fmt.Sprintf(" LEFT JOIN (SELECT v AS %s, w AS %s FROM %s) ON %s = %[1]s", old, name, made, x)
		n, err := c.counts(2, fmt.Sprintf("SELECT CAST(count(DISTINCT %[1]s) AS VARCHAR), CAST(count(*) AS VARCHAR) FROM %[2]s SEMI JOIN %[3]s AS m ON %[1]s = m.v", x, c.In, made))
		if err != nil {
			return nil, err
		}
		out.Changed += n[1]
		said = append(said, fmt.Sprintf("%s: %s values in %s cells were merged into others", f.Name, count(n[0]), count(n[1])))
	}
	out.SQL = project(out.Fields, replaced) + " FROM " + from
	out.Say = func(Effect) string { return strings.Join(said, "; ") + "." }
	return out, nil
}

// rare makes a table of the values v of f's column that stand fewer than count
// times, or in less than share of the cells, or are none of the levels most
// frequent ones; with nothing said, those below 1 %. kept is how many stay.
func (s *Step) rare(c *Compiler, f table.Field) (made string, kept int64, err error) {
	x := Ident(f.Name)
	var rules []string
	if s.Count > 0 {
		rules = append(rules, fmt.Sprintf("n < %d", s.Count))
	}
	share := s.Share
	if s.Count == 0 && s.Levels == 0 && share == 0 {
		share = 0.01
	}
	if share < 0 || share > 1 {
		return "", 0, core.Errorf(core.Invalid, "share is %v", share).WithHint("it lies between 0 and 1")
	}
	if share > 0 {
		rules = append(rules, fmt.Sprintf("n < %s * total", number(share)))
	}
	if s.Levels > 0 {
		rules = append(rules, fmt.Sprintf("place > %d", s.Levels))
	}
	made, err = c.Temp(fmt.Sprintf("SELECT v, n FROM (SELECT v, n, sum(n) OVER () AS total, row_number() OVER (ORDER BY n DESC, v) AS place FROM (SELECT %[1]s AS v, count(*) AS n FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s)) WHERE %[3]s",
		x, c.In, strings.Join(rules, " OR ")))
	if err != nil {
		return "", 0, err
	}
	n, err := c.counts(1, fmt.Sprintf("SELECT CAST(count(DISTINCT %s) - (SELECT count(*) FROM %s) AS VARCHAR) FROM %s", x, made, c.In))
	return made, sum(n), err
}

func (s *Step) spellings(c *Compiler, f table.Field) (map[string]string, error) {
	if s.Similarity < 0 || s.Similarity > 1 {
		return nil, core.Errorf(core.Invalid, "similarity is %v", s.Similarity).WithHint("it lies between 0 and 1; 0.85 is usual")
	}
	x := Ident(f.Name)
	rows, err := c.Ask(fmt.Sprintf("SELECT %[1]s, CAST(count(*) AS VARCHAR) FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY %[1]s LIMIT %[3]d", x, c.In, mostSpellings+1))
	if err != nil {
		return nil, err
	}
	if len(rows) > mostSpellings {
		return nil, core.Errorf(core.Invalid, "column %q has more than %s different values", f.Name, count(mostSpellings)).WithHint("it is a key or free text rather than a category; leave it out")
	}
	values, counts := make([]string, len(rows)), make([]int64, len(rows))
	for i, r := range rows {
		values[i] = r[0]
		counts[i], _ = strconv.ParseInt(r[1], 10, 64)
	}
	return Spellings(values, counts, s.Similarity), nil
}
