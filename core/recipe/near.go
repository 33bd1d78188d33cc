package recipe

import (
	"fmt"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// neighboursCompared is how many rows ahead, in order of their text, each row
// is compared with.
const neighboursCompared = 10

// nearDuplicates finds rows that are nearly equal in columns, and keeps one of
// each group or marks the others. It is the sorted neighbourhood method
// (Hernández and Stolfo 1995): rows, within blocks of equal per, are put in
// order of their text and again of the text from its end, and each is compared
// with the ten after it. Two are near when the share of letters that may stay
// is at least similarity (0.9). Groups are what hangs together by pairs.
func (s *Step) nearDuplicates(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	keys, err := s.per(c, cols)
	if err != nil {
		return nil, err
	}
	similarity := s.Similarity
	if similarity == 0 {
		similarity = 0.9
	}
	if similarity < 0.5 || similarity > 1 {
		return nil, core.Errorf(core.Invalid, "similarity is %v", similarity).WithHint("it lies between 0.5 and 1; 0.9 is usual")
	}
	others, groups := "", 0
	if c.Read != nil {
		texts, err := s.nearTexts(c, cols, keys)
		if err != nil {
			return nil, err
		}
		if others, groups, err = s.nearOthers(c, texts, len(keys), similarity); err != nil {
			return nil, err
		}
	}
	said := fmt.Sprintf("%s groups alike in %s by at least %v", count(int64(groups)), names(cols), similarity)
	if s.Then != "mark" {
		return &Compiled{SQL: project(c.Fields, nil) + " FROM " + c.In + " ANTI JOIN " + others + " USING (_row)", Fields: c.Fields, Rows: true,
			Say: func(e Effect) string {
				return fmt.Sprintf("%s rows were dropped as nearly equal to another: %s.", count(e.RowsBefore-e.RowsAfter), said)
			}}, nil
	}
	as := s.As
	if as == "" {
		as = "duplicate"
	}
	f, err := newField(c.Fields, as, table.Text)
	if err != nil {
		return nil, err
	}
	out := &Compiled{Fields: append(slices.Clone(c.Fields), f)}
	n, err := c.counts(1, "SELECT CAST(count(*) AS VARCHAR) FROM "+others)
	out.Changed = sum(n)
	out.SQL = project(out.Fields, map[string]string{f.Name: "CASE WHEN other IS NULL THEN 'false' ELSE 'true' END"}) + " FROM " + c.In + " LEFT JOIN (SELECT _row AS other FROM " + others + ") ON _row = other"
	out.Say = func(e Effect) string {
		return fmt.Sprintf("%s rows were marked in %s as nearly equal to another: %s.", count(e.CellsChanged), f.Name, said)
	}
	return out, err
}

// nearTexts makes a table of what is compared: the text t of each row, how
// many cells of it are there, and the blocks k0, k1, …
func (s *Step) nearTexts(c *Compiler, cols, keys []table.Field) (string, error) {
	var texts []string
	for _, f := range cols {
		texts = append(texts, "coalesce(lower(CAST("+Ident(f.Name)+" AS VARCHAR)), '')")
	}
	list := []string{"_row", "trim(regexp_replace(strip_accents(concat_ws(' ', " + strings.Join(texts, ", ") + `)), '[^\p{L}\p{N}]+', ' ', 'g')) AS t`, filled(c.Fields) + " AS filled"}
	for k, key := range keys {
		list = append(list, fmt.Sprintf("%s AS k%d", Ident(key.Name), k))
	}
	return c.Temp("SELECT " + strings.Join(list, ", ") + " FROM " + c.In)
}

// nearOthers makes a table of the rows that are not kept of their group.
func (s *Step) nearOthers(c *Compiler, texts string, keys int, similarity float64) (others string, groups int, err error) {
	by := ""
	for k := range keys {
		by += fmt.Sprintf(", k%d", k)
	}
	if by != "" {
		by = "PARTITION BY " + by[2:] + " "
	}
	pairs := func(order string) string {
		var leads []string
		for i := 1; i <= neighboursCompared; i++ {
			leads = append(leads, fmt.Sprintf("{'r': lead(_row, %[1]d) OVER w, 't': lead(t, %[1]d) OVER w}", i))
		}
		return fmt.Sprintf("SELECT _row AS a, t, unnest([%s]) AS o FROM %s WINDOW w AS (%sORDER BY %s, _row)", strings.Join(leads, ", "), texts, by, order)
	}
	// Texts much longer than the other cannot be near: that is cheap to see.
	found, firsts, err := c.Read(fmt.Sprintf(`SELECT DISTINCT least(a, o.r) AS _row, CAST(greatest(a, o.r) AS DOUBLE) AS b FROM (SELECT * FROM (%s) UNION ALL SELECT * FROM (%s))
		WHERE o.r IS NOT NULL AND t <> '' AND o.t <> '' AND least(length(t), length(o.t)) >= %[3]s * greatest(length(t), length(o.t))
		AND (t = o.t OR levenshtein(t, o.t) <= (1 - %[3]s) * greatest(length(t), length(o.t)) + 1e-9)`,
		pairs("t"), pairs("reverse(t)"), number(similarity)), []table.Field{{Name: "b"}})
	if err != nil {
		return "", 0, err
	}
	leader := map[int64]int64{}
	var lead func(row int64) int64
	lead = func(row int64) int64 {
		up, ok := leader[row]
		if !ok || up == row {
			leader[row] = row
			return row
		}
		up = lead(up)
		leader[row] = up
		return up
	}
	for i, a := range firsts {
		x, y := lead(a), lead(int64(found.Columns[0].Num[i]))
		leader[max(x, y)] = min(x, y)
	}
	rows := make([]int64, 0, len(leader))
	for row := range leader {
		rows = append(rows, row)
	}
	slices.Sort(rows)
	of := make([]float64, len(rows))
	for i, row := range rows {
		of[i] = float64(lead(row))
		if lead(row) == row {
			groups++
		}
	}
	members, err := c.Write(&table.Table{Columns: []*table.Column{table.NewNumber("g", of)}}, rows)
	if err != nil {
		return "", 0, err
	}
	order := map[string]string{"": "_row", "first": "_row", "last": "_row DESC", "complete": "filled DESC, _row"}[s.Keep]
	others, err = c.Temp(fmt.Sprintf("SELECT _row FROM (SELECT _row, row_number() OVER (PARTITION BY g ORDER BY %s) AS place FROM %s JOIN %s USING (_row)) WHERE place > 1", order, members, texts))
	return others, groups, err
}

// filled is SQL for how many cells of a row are there.
func filled(fields []table.Field) string {
	parts := []string{"0"}
	for _, f := range fields {
		parts = append(parts, "CASE WHEN "+Ident(f.Name)+" IS NULL THEN 0 ELSE 1 END")
	}
	return "(" + strings.Join(parts, " + ") + ")"
}
