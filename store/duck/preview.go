package duck

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/recipe"
	"shoptwin/core/table"
)

// Preview is what the steps of a recipe do to a sample of its dataset.
type Preview struct {
	Rows    int64           `json:"rows"`    // of the dataset
	Sample  int64           `json:"sample"`  // rows that were tried; all of them when equal to Rows
	Effects []recipe.Effect `json:"effects"` // of each step on the sample
	Before  []table.Field   `json:"before"`  // columns before the last step
	After   []table.Field   `json:"after"`   // and after it
	// Counts of the sample's rows by what the last step did to them.
	Changed int64 `json:"changed"`
	Dropped int64 `json:"dropped"`
	Added   int64 `json:"added"`
	// Lines are some of the rows, those that changed first.
	Lines []Line `json:"lines"`
}

// Line is one row before and after the last step, cells as they are written
// in a file; "" is missing.
type Line struct {
	Row    int64    `json:"row"`              // from 0, in the dataset; of other numbers where rows multiply
	State  string   `json:"state"`            // kept, changed, dropped or added
	Before []string `json:"before,omitempty"` // none of an added row
	After  []string `json:"after,omitempty"`  // none of a dropped one
	Marked []int    `json:"marked,omitempty"` // the columns of After whose cells changed, or are new
}

const (
	sampleSize  = 10_000
	sampleCells = 400_000 // a sample of a wide table is shorter
)

// Preview tries the first upto steps of a recipe on up to 10,000 rows of its
// dataset, the same ones each time, and shows up to lines rows (100 when 0)
// before and after the last of them; other tables are whole. With upto 0 it
// shows the rows as they are. With an error come the effects of the steps
// before the one that failed. The sample is taken once and kept, a second at
// ten million rows; a preview takes some 15 ms a step and does not depend on
// the rows. Steps that the preview before began with, too, are not run again.
// Errors as of [DB.Run].
func (db *DB) Preview(ctx context.Context, r *recipe.Recipe, upto, lines int) (Preview, error) {
	if upto < 0 || upto > len(r.Steps) {
		return Preview{}, core.Errorf(core.Invalid, "the recipe %q has no step %d", r.Name, upto).WithHint("it has %d", len(r.Steps))
	}
	if lines <= 0 {
		lines = 100
	}
	t := &db.trials
	if t.mu.TryLock() {
		defer t.mu.Unlock()
	} else { // two at a time have nothing in common
		t = &trials{alone: true}
		defer t.forget()
	}
	short := &recipe.Recipe{Name: r.Name, From: r.From, Steps: r.Steps[:upto]}
	c, err := t.ready(ctx, db, short)
	if err != nil {
		return Preview{}, err
	}
	if err := short.Check(c.lookup(ctx)); err != nil {
		return Preview{}, err
	}
	d, err := c.dataset(ctx, r.From)
	if err != nil {
		return Preview{}, err
	}
	in, n, err := t.lay(ctx, short, d)
	if err != nil {
		t.forget() // a copy may be half there
		return Preview{}, err
	}
	p := Preview{Rows: d.Rows, Sample: n, Effects: []recipe.Effect{}, Before: d.fields(), After: d.fields(), Lines: []Line{}}
	s, err := t.resume(ctx, &steps{c: c, r: short, rows: n, fields: d.fields(), in: in, draft: t, effects: p.Effects, before: in, was: p.Before})
	if err == nil {
		err = s.run(ctx)
		p.Effects = s.effects
	}
	if err == nil {
		p.Before, p.After = s.was, s.fields
		err = c.compare(ctx, &p, s, lines)
	}
	t.tidy(ctx, s)
	return p, cancelled(ctx, err)
}

func cancelled(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// sampleOf returns the relation of a dataset's sample, which it makes when it
// is not there or no longer of this table.
func (c *conn) sampleOf(ctx context.Context, name string, d *dataset) (relation string, rows int64, err error) {
	want := int64(min(sampleSize, max(200, sampleCells/max(len(d.Columns), 1))))
	whole := "main." + ident(name)
	if d.Rows <= want {
		return whole, d.Rows, nil
	}
	relation = "samples." + ident(name)
	there := func() bool {
		got, err := c.cells(ctx, "SELECT comment FROM duckdb_tables() WHERE schema_name = 'samples' AND table_name = "+literal(name))
		return err == nil && len(got) == 1 && got[0][0].text == strconv.FormatInt(d.Rows, 10)
	}
	if c.sampled == name {
		return relation, want, nil
	}
	c.sampled = name
	if there() {
		return relation, want, nil
	}
	c.db.write.Lock()
	defer c.db.write.Unlock()
	if there() {
		return relation, want, nil
	}
	list := make([]string, 0, want)
	for _, row := range some(d.Rows, want) {
		list = append(list, strconv.FormatInt(row, 10))
	}
	err = c.tx(ctx, func() error {
		for _, sql := range []string{
			"DROP TABLE IF EXISTS " + relation,
			fmt.Sprintf("CREATE TABLE %s AS SELECT * FROM %s SEMI JOIN (SELECT unnest([%s]) AS _row) USING (_row) ORDER BY _row", relation, whole, strings.Join(list, ", ")),
			fmt.Sprintf("COMMENT ON TABLE %s IS '%d'", relation, d.Rows),
		} {
			if err := c.exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.sampled = ""
	}
	return relation, want, err
}

// some returns k different numbers below n, ascending, always the same ones.
func some(n, k int64) []int64 {
	rng := rand.New(rand.NewPCG(uint64(n), 7))
	taken := make(map[int64]bool, k)
	out := make([]int64, 0, k)
	for int64(len(out)) < k {
		if row := rng.Int64N(n); !taken[row] {
			taken[row] = true
			out = append(out, row)
		}
	}
	slices.Sort(out)
	return out
}

// compare fills in the lines of a preview: the relation before the last step
// beside the one after it.
func (c *conn) compare(ctx context.Context, p *Preview, s *steps, lines int) error {
	if s.moved { // no row of before is one of after
		after, rows, err := c.read(ctx, fmt.Sprintf("SELECT * FROM %s ORDER BY _row LIMIT %d", s.in, lines), p.After)
		for i, row := range rows {
			p.Lines = append(p.Lines, Line{Row: row, State: "kept", After: cellsOf(after, i)})
		}
		return err
	}
	differs := []string{"false"}
	for _, a := range p.After {
		for _, b := range p.Before {
			if a.Name == b.Name {
				differs = append(differs, differ(a, b))
			}
		}
	}
	// All rows' states come here, as to choose among them in SQL would take the
	// steps another two times.
	state := fmt.Sprintf("CASE WHEN b._row IS NULL THEN 3 WHEN a._row IS NULL THEN 2 WHEN %s THEN 1 ELSE 0 END", strings.Join(differs, " OR "))
	states, rows, err := c.read(ctx, fmt.Sprintf("SELECT coalesce(b._row, a._row) AS _row, CAST(%s AS DOUBLE) AS state FROM %s AS b FULL JOIN %s AS a ON a._row = b._row", state, s.before, s.in), []table.Field{{Name: "state"}})
	if err != nil {
		return err
	}
	count := [...]*int64{new(int64), &p.Changed, &p.Dropped, &p.Added}
	var touched, same []Line
	for i, row := range rows {
		state := int(states.Columns[0].Num[i])
		*count[state]++
		if l := (Line{Row: row, State: []string{"kept", "changed", "dropped", "added"}[state]}); state > 0 {
			touched = append(touched, l)
		} else {
			same = append(same, l)
		}
	}
	byRow := func(a, b Line) int { return cmp.Compare(a.Row, b.Row) }
	slices.SortFunc(touched, byRow)
	if len(touched) < lines {
		slices.SortFunc(same, byRow)
		touched = append(touched, same[:min(lines-len(touched), len(same))]...)
	}
	p.Lines = slices.Clone(touched[:min(lines, len(touched))])
	slices.SortFunc(p.Lines, byRow)
	at, chosen := map[int64]int{}, []string{"-1"}
	for i, l := range p.Lines {
		at[l.Row] = i
		chosen = append(chosen, strconv.FormatInt(l.Row, 10))
	}
	for _, side := range []struct {
		in     string
		fields []table.Field
		to     func(*Line) *[]string
	}{
		{s.before, p.Before, func(l *Line) *[]string { return &l.Before }},
		{s.in, p.After, func(l *Line) *[]string { return &l.After }},
	} {
		t, rows, err := c.read(ctx, fmt.Sprintf("SELECT * FROM %s SEMI JOIN (SELECT unnest([%s]) AS _row) AS chosen USING (_row)", side.in, strings.Join(chosen, ", ")), side.fields)
		if err != nil {
			return err
		}
		for i, row := range rows {
			*side.to(&p.Lines[at[row]]) = cellsOf(t, i)
		}
	}
	p.mark()
	return nil
}

// differ is SQL that says whether a cell changed from b to a.
func differ(a, b table.Field) string {
	x, y := "a."+ident(a.Name), "b."+ident(b.Name)
	switch {
	case a.Kind == b.Kind:
		return x + " IS DISTINCT FROM " + y
	case b.Kind == table.Text && a.Kind == table.Number:
		return fmt.Sprintf("%[1]s IS DISTINCT FROM TRY_CAST(%[2]s AS DOUBLE) OR (%[1]s IS NULL) <> (%[2]s IS NULL)", x, y)
	case b.Kind == table.Text && a.Kind == table.Time:
		return fmt.Sprintf("%[1]s IS DISTINCT FROM TRY_CAST(%[2]s AS TIMESTAMP) OR (%[1]s IS NULL) <> (%[2]s IS NULL)", x, y)
	}
	return "CAST(" + x + " AS VARCHAR) IS DISTINCT FROM CAST(" + y + " AS VARCHAR)"
}

// mark finds the cells of each line that are not what they were.
func (p *Preview) mark() {
	was := make([]int, len(p.After))
	for k, a := range p.After {
		was[k] = slices.IndexFunc(p.Before, func(b table.Field) bool { return b.Name == a.Name })
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Before == nil || l.After == nil {
			continue
		}
		for k, cell := range l.After {
			if was[k] < 0 || l.State == "changed" && l.Before[was[k]] != cell {
				l.Marked = append(l.Marked, k)
			}
		}
	}
}

func cellsOf(t *table.Table, i int) []string {
	out := make([]string, len(t.Columns))
	for k, col := range t.Columns {
		out[k] = col.Cell(i)
	}
	return out
}
