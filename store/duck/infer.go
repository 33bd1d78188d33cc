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
	exactRows  = 100_000 // distinct values are counted exactly up to here
	fewLevels  = 5000    // and beyond, when there are about so few
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
	// layout is how a column of times is written.
	layout *recipe.Layout
	comma  bool // numbers are written with a decimal comma
}

// guess is what a sample of a column's cells suggests.
type guess struct {
	number   bool
	comma    bool   // numbers with a decimal comma
	money    string // a cell of numbers that only a repair can read
	layout   *recipe.Layout
	monthDay *recipe.Layout // the other way to read the same cells, if any
	form     int            // among the layout's forms, the one that takes all cells seen
	mixed    int            // layouts found; more than one is worth a word
	such     string         // a cell written by layout
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
	var asked []question
	for k, name := range header {
		x := stageName(k)
		out[k] = column{expr: x, info: ColumnInfo{Field: table.Field{Name: name, Kind: table.Text}}}
		g := guessKind(name, samples[k])
		switch {
		case g.layout != nil:
			asked = append(asked, timeQuestion(&out[k], x, g))
		case g.comma:
			asked = append(asked, commaQuestion(&out[k], x))
		case g.number:
			asked = append(asked, numberQuestion(&out[k], x))
		}
		if g.money != "" {
			out[k].info.Problems = append(out[k].info.Problems, fmt.Sprintf("Numbers are written with signs or in several ways, such as %q: repair the column to number.", g.money))
		}
	}
	return out, c.answer(ctx, asked, "temp.stage")
}

// question is what is asked of all cells of a column to decide what it is.
type question struct {
	values     []string // SQL of each row that aggregates need, as %[2]s, %[3]s, …
	aggregates []string // SQL over them and the column, %[1]s, of any type
	column     string   // SQL
	decide     func(answers []cell)
}

// together is how many aggregates one statement asks for: each reads the table
// once, and DuckDB's planning grows with the square of them.
const together = 28

// answer asks the questions over the rows of from.
func (c *conn) answer(ctx context.Context, asked []question, from string) error {
	for len(asked) > 0 {
		n, aggregates := 1, len(asked[0].aggregates)
		for n < len(asked) && aggregates+len(asked[n].aggregates) <= together {
			aggregates += len(asked[n].aggregates)
			n++
		}
		some := asked[:n]
		asked = asked[n:]
		list, values := []string{}, []string{"*"}
		for _, q := range some {
			names := []any{q.column}
			for _, sql := range q.values {
				name := ident(fmt.Sprintf("_row value %d", len(values)))
				names, values = append(names, name), append(values, sql+" AS "+name)
			}
			for _, sql := range q.aggregates {
				list = append(list, "CAST("+fmt.Sprintf(sql, names...)+" AS VARCHAR)")
			}
		}
		rows, err := c.cells(ctx, "SELECT "+strings.Join(list, ", ")+" FROM (SELECT "+strings.Join(values, ", ")+" FROM "+from+")")
		if err != nil {
			return err
		}
		at := 0
		for _, q := range some {
			q.decide(rows[0][at : at+len(q.aggregates)])
			at += len(q.aggregates)
		}
	}
	return nil
}

// whole is the count that a cell holds; NULL is 0.
func (c cell) whole() int64 {
	n, _ := strconv.ParseInt(c.text, 10, 64)
	return n
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
	if numbers < len(cells) {
		if withComma(cells) {
			g.comma = true
			return g
		}
		if g.money = asMoney(cells); g.money != "" {
			return g
		}
	}
	if numbers*2 >= len(cells) {
		g.number = true
		if day := (recipe.Layout{Go: "20060102", Loose: "20060102", SQL: "%Y%m%d", Date: true}); dayName.MatchString(name) && allFit(day, cells) {
			g.layout, g.mixed = &day, 1
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
		hits, fresh, form := 0, 0, 0
		for k, s := range cells {
			ok, f := l.Fits(strings.TrimSpace(s))
			if !ok {
				continue
			}
			hits++
			form = max(form, f)
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
			best, g.layout, g.form, g.monthDay = hits, l, form, nil
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
	for _, s := range cells {
		if ok, _ := g.layout.Fits(strings.TrimSpace(s)); ok {
			g.such = strings.TrimSpace(s)
			break
		}
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

// example is SQL for the first cell of the column that value k could not read.
func example(k int) string {
	return fmt.Sprintf("substr(arg_min(%%[1]s, _row) FILTER (%%[%d]s IS NULL AND %%[1]s IS NOT NULL), 1, 40)", k)
}

// inferTime looks at all cells of a column that seems to hold times: x is the
// column as SQL, from a relation of _row and the cells as x.
func (c *conn) inferTime(ctx context.Context, col *column, x, from string, g guess) error {
	q := timeQuestion(col, "x", g)
	err := c.answer(ctx, []question{q}, from)
	if col.info.Kind == table.Time {
		col.expr = col.layout.ToTime(x)
	}
	return err
}

// timeQuestion is for a column that seems to hold times; see numberQuestion.
func timeQuestion(col *column, x string, g guess) question {
	values, ask := []string{g.layout.ToTime(x)}, []string{"count(%[1]s)", "count(%[2]s)", example(2)}
	if g.monthDay != nil {
		values, ask = append(values, g.monthDay.ToTime(x)), append(ask, "count(%[3]s)", example(3))
	}
	return question{values, ask, x, func(a []cell) {
		present, fit, l, example := a[0].whole(), a[1].whole(), g.layout, a[2].text
		if g.monthDay != nil {
			if fit < present { // the sample held no day beyond 12
				l, fit, example = g.monthDay, a[3].whole(), a[4].text
			} else if a[3].whole() == present {
				col.info.Problems = append(col.info.Problems, "Day and month could be swapped; read with the day first. A repair step can read it otherwise.")
			}
		}
		col.time(x, l, g, present, fit, example)
	}}
}

func (col *column) time(x string, l *recipe.Layout, g guess, present, fit int64, example string) {
	switch {
	case fit == present:
		col.expr, col.layout = l.ToTime(x), l
		col.info.Kind, col.info.Layout = table.Time, l.Forms()[g.form]
	case g.mixed > 1:
		col.info.Problems = append(col.info.Problems, fmt.Sprintf("Dates are written in several ways, such as %q beside %q: repair the column to date.", example, g.such))
	case fit*10 >= present*9:
		col.info.Problems = append(col.info.Problems, fmt.Sprintf("%s of the cells are not dates like %q, such as %q: repair the column to date.",
			percent(present-fit, present), g.such, example))
	}
}

func percent(part, whole int64) string {
	p := 100 * float64(part) / float64(max(whole, 1))
	if p < 0.1 && part > 0 {
		return "Under 0.1 %"
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + " %"
}

// describe counts missing and distinct cells of each column and chooses the
// roles that are not set. Beyond exactRows, distinct cells are counted exactly
// only where they are few.
func (c *conn) describe(ctx context.Context, name string, d *dataset) error {
	var asked, again []question
	for i := range d.Columns {
		col := &d.Columns[i]
		x := ident(col.Name)
		exactly := question{nil, []string{"count(DISTINCT %[1]s)"}, x, func(a []cell) { col.Distinct = a[0].whole() }}
		if d.Rows <= exactRows {
			asked = append(asked, question{nil, []string{"count(%[1]s)", exactly.aggregates[0]}, x, func(a []cell) {
				col.Missing, col.Distinct = d.Rows-a[0].whole(), a[1].whole()
			}})
			continue
		}
		asked = append(asked, question{nil, []string{"count(%[1]s)", "approx_count_distinct(%[1]s)"}, x, func(a []cell) {
			present := a[0].whole()
			col.Missing, col.Distinct = d.Rows-present, min(a[1].whole(), present)
			if col.Distinct <= fewLevels {
				again = append(again, exactly)
			}
		}})
	}
	if err := c.answer(ctx, asked, "main."+ident(name)); err != nil {
		return err
	}
	if err := c.answer(ctx, again, "main."+ident(name)); err != nil {
		return err
	}
	words, err := c.meanWords(ctx, name, d.Columns)
	for i := range d.Columns {
		if col := &d.Columns[i]; err == nil && col.Role == table.Auto {
			col.Role = table.DetectRole(col.Field, int(col.Distinct), int(d.Rows-col.Missing), words[i])
		}
	}
	return err
}

// meanWords is the mean number of words in the first cells of each text
// column.
func (c *conn) meanWords(ctx context.Context, name string, columns []ColumnInfo) ([]float64, error) {
	out := make([]float64, len(columns))
	var list []string
	var at []int
	for i, col := range columns {
		if col.Kind == table.Text {
			list, at = append(list, ident(col.Name)), append(at, i)
		}
	}
	if len(list) == 0 {
		return out, nil
	}
	words, cells := make([]int, len(list)), make([]int, len(list))
	err := c.query(ctx, fmt.Sprintf("SELECT %s FROM main.%s LIMIT %d", strings.Join(list, ", "), ident(name), sampleRows), func(ch *chunk) error {
		for k := range list {
			for i := range ch.rows {
				if b, ok := ch.text(k, i); ok {
					words[k] += len(strings.Fields(string(b)))
					cells[k]++
				}
			}
		}
		return nil
	})
	for k, i := range at {
		out[i] = float64(words[k]) / float64(max(cells[k], 1))
	}
	return out, err
}
