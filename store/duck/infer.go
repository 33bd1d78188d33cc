package duck

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"shoptwin/core/recipe"
	"shoptwin/core/table"
)

const (
	sampleRows = 2000    // cells of a column that suggest what it is; all cells decide
	exactRows  = 5000000 // distinct values are counted exactly up to here
	exact      = 1 << 53 // whole numbers beyond are not exact as float64
)

var (
	numberForm = regexp.MustCompile(`^` + recipe.NumberForm + `$`)
	dayName    = regexp.MustCompile(`(?i)date|day|日期|^dt$|_dt$`)
)

// column is how one column of stage becomes one of the dataset.
type column struct {
	info ColumnInfo
	expr string // SQL over stage
}

// guess is what a sample of a column's cells suggests.
type guess struct {
	number   bool
	layout   *recipe.Layout
	monthDay *recipe.Layout // the other way to read the same cells, if any
	padded   bool
	mixed    int // layouts found; more than one is worth a word
}

// infer decides for each column of stage, over all its rows, whether it is a
// number, a time or text. One cell that does not fit makes it text; when nine
// in ten fit, the column's problems say so.
func (c *conn) infer(ctx context.Context, header []string, rows int64) ([]column, error) {
	samples, err := c.sample(ctx, len(header), rows)
	if err != nil {
		return nil, err
	}
	out := make([]column, len(header))
	for k, name := range header {
		x := stageName(k)
		out[k] = column{expr: x, info: ColumnInfo{Field: table.Field{Name: name, Kind: table.Text}}}
		g := guessKind(name, samples[k])
		from := "(SELECT _row, " + x + " AS x FROM temp.stage)"
		switch {
		case g.layout != nil:
			err = c.inferTime(ctx, &out[k], x, from, g)
		case g.number:
			err = c.inferNumber(ctx, &out[k], x, from)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sample returns up to sampleRows cells of each column, spread evenly.
func (c *conn) sample(ctx context.Context, columns int, rows int64) ([][]string, error) {
	step := max(1, rows/sampleRows)
	names := make([]string, columns)
	for k := range names {
		names[k] = stageName(k)
	}
	out := make([][]string, columns)
	err := c.query(ctx, fmt.Sprintf("SELECT %s FROM temp.stage WHERE %s %% %d = 0", strings.Join(names, ", "), rowColumn, step), func(ch *chunk) error {
		for k := range columns {
			for i := range ch.rows {
				if b, ok := ch.text(k, i); ok {
					out[k] = append(out[k], string(b))
				}
			}
		}
		return nil
	})
	return out, err
}

func guessKind(name string, cells []string) guess {
	var g guess
	if len(cells) == 0 {
		return g
	}
	numbers := 0
	for _, s := range cells {
		if numberForm.MatchString(s) {
			numbers++
		}
	}
	if numbers*2 >= len(cells) {
		g.number = true
		if day := (recipe.Layout{Go: "20060102", Loose: "20060102", SQL: "%Y%m%d", Date: true}); dayName.MatchString(name) && allFit(day, cells) {
			g.layout, g.padded, g.mixed = &day, true, 1
		}
		return g
	}
	probe := cells[:min(len(cells), 40)] // most layouts fail on these
	best, fitting := 0, make([]bool, len(cells))
	for i := range recipe.Layouts {
		l := &recipe.Layouts[i]
		hits := 0
		for _, s := range probe {
			if ok, _ := l.Fits(strings.TrimSpace(s)); ok {
				hits++
			}
		}
		if hits == 0 {
			continue
		}
		hits, fresh, padded := 0, 0, true
		for k, s := range cells {
			ok, full := l.Fits(strings.TrimSpace(s))
			if !ok {
				continue
			}
			hits++
			padded = padded && full
			if !fitting[k] {
				fitting[k] = true
				fresh++
			}
		}
		if fresh*50 >= len(cells) {
			g.mixed++
		}
		switch {
		case hits > best:
			best, g.layout, g.padded, g.monthDay = hits, l, padded, nil
		case hits == best && g.monthDay == nil && swapped(g.layout, l):
			g.monthDay = l
		}
	}
	if best*2 < len(cells) && g.mixed < 2 {
		return guess{}
	}
	total := 0
	for _, ok := range fitting {
		if ok {
			total++
		}
	}
	if total*2 < len(cells) {
		return guess{}
	}
	return g
}

func allFit(l recipe.Layout, cells []string) bool {
	for _, s := range cells {
		if ok, _ := l.Fits(strings.TrimSpace(s)); !ok || s < "1900" || s >= "2101" {
			return false
		}
	}
	return true
}

// swapped says whether the layouts differ in the order of day and month only.
func swapped(a, b *recipe.Layout) bool {
	return strings.NewReplacer("%d", "%m", "%m", "%d").Replace(a.SQL) == b.SQL
}

// inferNumber looks at all cells of a column that seems to hold numbers: x is
// the column as SQL, from a relation of _row and the cells as x.
func (c *conn) inferNumber(ctx context.Context, col *column, x, from string) error {
	rows, err := c.cells(ctx, fmt.Sprintf(`SELECT CAST(count(x) AS VARCHAR), CAST(count(v) AS VARCHAR),
		CAST(count(*) FILTER (v IS NOT NULL AND regexp_matches(x, '^\s*[+-]?0[0-9]')) AS VARCHAR),
		CAST(count(*) FILTER (abs(v) >= %d AND NOT contains(x, '.') AND NOT contains(lower(x), 'e')) AS VARCHAR),
		CAST(count(*) FILTER (v IS NOT NULL AND contains(lower(x), 'e')) AS VARCHAR),
		CAST(max(CASE WHEN v IS NOT NULL AND contains(x, '.') THEN strlen(trim(x)) - strpos(trim(x), '.') ELSE 0 END) AS VARCHAR),
		substr(arg_min(x, _row) FILTER (v IS NULL AND x IS NOT NULL), 1, 40)
		FROM (SELECT _row, x, %s AS v FROM %s)`, exact, recipe.ToNumber("x"), from))
	if err != nil {
		return err
	}
	n := make([]int64, 6)
	for i := range n {
		n[i], _ = strconv.ParseInt(rows[0][i].text, 10, 64) // counts; NULL is 0
	}
	present, fit, zeros, large, exponents, decimals := n[0], n[1], n[2], n[3], n[4], n[5]
	switch {
	case zeros > 0 || large > 0: // codes, not quantities
	case fit == present:
		col.expr = recipe.ToNumber(x)
		col.info.Kind, col.info.Decimals = table.Number, int(decimals)
		if exponents > 0 || decimals > 15 {
			col.info.Decimals = -1
		}
	case fit*10 >= present*9:
		col.info.Problems = append(col.info.Problems, fmt.Sprintf("%s of the cells are not numbers, such as %q: repair the column to number.",
			percent(present-fit, present), rows[0][6].text))
	}
	return nil
}

// inferTime looks at all cells of a column that seems to hold times; see
// inferNumber.
func (c *conn) inferTime(ctx context.Context, col *column, x, from string, g guess) error {
	count := func(l *recipe.Layout) (present, fit int64, example string, err error) {
		rows, err := c.cells(ctx, fmt.Sprintf(`SELECT CAST(count(x) AS VARCHAR), CAST(count(v) AS VARCHAR),
			substr(arg_min(x, _row) FILTER (v IS NULL AND x IS NOT NULL), 1, 40)
			FROM (SELECT _row, x, %s AS v FROM %s)`, l.ToTime("x"), from))
		if err != nil {
			return 0, 0, "", err
		}
		present, _ = strconv.ParseInt(rows[0][0].text, 10, 64)
		fit, _ = strconv.ParseInt(rows[0][1].text, 10, 64)
		return present, fit, rows[0][2].text, nil
	}
	l := g.layout
	present, fit, example, err := count(l)
	if err == nil && g.monthDay != nil {
		if fit < present {
			l = g.monthDay // the sample held no day beyond 12
			present, fit, example, err = count(l)
		} else if _, other, _, e := count(g.monthDay); e != nil || other == present {
			err = e
			col.info.Problems = append(col.info.Problems, "Day and month could be swapped; read with the day first. A repair step can read it otherwise.")
		}
	}
	switch {
	case err != nil:
		return err
	case fit == present:
		col.expr = l.ToTime(x)
		col.info.Kind, col.info.Layout = table.Time, l.Go
		if !g.padded {
			col.info.Layout = l.Loose
		}
		return nil
	case g.mixed > 1:
		col.info.Problems = append(col.info.Problems, fmt.Sprintf("Dates are written in several ways, such as %q beside %q: repair the column to date.", example, l.Go))
	case fit*10 >= present*9:
		col.info.Problems = append(col.info.Problems, fmt.Sprintf("%s of the cells are not dates like %q, such as %q: repair the column to date.",
			percent(present-fit, present), l.Go, example))
	}
	return nil
}

func percent(part, whole int64) string {
	p := 100 * float64(part) / float64(max(whole, 1))
	if p < 0.1 && part > 0 {
		return "Under 0.1 %"
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + " %"
}

// describe counts missing and distinct cells of each column and chooses the
// roles that are not set.
func (c *conn) describe(ctx context.Context, name string, d *dataset) error {
	for i := range d.Columns {
		col := &d.Columns[i]
		distinct := "count(DISTINCT " + ident(col.Name) + ")"
		if d.Rows > exactRows {
			distinct = "approx_count_distinct(" + ident(col.Name) + ")"
		}
		rows, err := c.cells(ctx, fmt.Sprintf("SELECT CAST(count(%s) AS VARCHAR), CAST(%s AS VARCHAR) FROM main.%s", ident(col.Name), distinct, ident(name)))
		if err != nil {
			return err
		}
		present, _ := strconv.ParseInt(rows[0][0].text, 10, 64)
		col.Distinct, _ = strconv.ParseInt(rows[0][1].text, 10, 64)
		col.Distinct = min(col.Distinct, present)
		col.Missing = d.Rows - present
		if col.Role == table.Auto {
			words, err := c.meanWords(ctx, name, col.Field)
			if err != nil {
				return err
			}
			col.Role = table.DetectRole(col.Field, int(col.Distinct), int(present), words)
		}
	}
	return nil
}

// meanWords is the mean number of words in the first cells of a text column.
func (c *conn) meanWords(ctx context.Context, name string, f table.Field) (float64, error) {
	if f.Kind != table.Text {
		return 0, nil
	}
	words, cells := 0, 0
	err := c.query(ctx, fmt.Sprintf("SELECT %[1]s FROM main.%[2]s WHERE %[1]s IS NOT NULL LIMIT %[3]d", ident(f.Name), ident(name), sampleRows), func(ch *chunk) error {
		for i := range ch.rows {
			if b, ok := ch.text(0, i); ok {
				words += len(strings.Fields(string(b)))
				cells++
			}
		}
		return nil
	})
	return float64(words) / float64(max(cells, 1)), err
}
