package duck

import (
	"context"
	"errors"
	"strconv"

	"shoptwin/core"
	"shoptwin/core/recipe"
	"shoptwin/core/table"
)

// Run makes the dataset out from the datasets that the recipe names, and says
// what each step did. What the steps give is temporary; only the last is
// written, in one transaction: out appears whole or not at all. Rows keep the
// order of the first dataset, and equal data give equal results, whatever the
// number of threads. report counts steps.
//
// Errors name the step, the column and the way out; Conflict when out exists.
func (db *DB) Run(ctx context.Context, r *recipe.Recipe, out string, report func(core.Progress)) ([]recipe.Effect, error) {
	c, err := db.connect()
	if err != nil {
		return nil, err
	}
	defer c.close() // temporary tables and views go with it
	if err := c.free(ctx, out); err != nil {
		return nil, err
	}
	if err := r.Check(c.lookup(ctx)); err != nil {
		return nil, err
	}
	d, err := c.dataset(ctx, r.From)
	if err != nil {
		return nil, err
	}
	s := &steps{c: c, r: r, rows: d.Rows, fields: d.fields(), in: "main." + ident(r.From), report: report, effects: []recipe.Effect{}}
	if err = s.run(ctx); err == nil {
		err = s.keep(ctx, out)
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	s.tell(len(r.Steps)+1, "")
	return s.effects, nil
}

// mostLight is how many steps of a preview may be views one upon the other: each
// is run again by those above it.
const mostLight = 6

// steps is a recipe on its way.
type steps struct {
	c      *conn
	r      *recipe.Recipe
	report func(core.Progress)
	draft  *trials // of a preview: every step but light ones is a small table, and is kept here

	rows    int64 // before the next step, as are fields and in
	fields  []table.Field
	in      string // relation
	effects []recipe.Effect

	// Of the last step: what stood before it, and whether it gave the rows
	// other numbers.
	before string
	was    []table.Field
	moved  bool

	temps int
	light int      // views one upon the other
	kept  []string // statements that drop what no later step needs; of a draft, what this step made
}

func (c *conn) lookup(ctx context.Context) recipe.Lookup {
	return func(name string) ([]table.Field, error) {
		d, err := c.dataset(ctx, name)
		if err != nil {
			return nil, err
		}
		return d.fields(), nil
	}
}

func (s *steps) tell(done int, note string) {
	if s.report != nil {
		s.report(core.Progress{Stage: "prepare", Done: int64(done), Total: int64(len(s.r.Steps)) + 1, Unit: "steps", Note: note})
	}
}

// run makes one view for each step. A step that costs much is a table instead:
// the steps after it do not start again from the file.
func (s *steps) run(ctx context.Context) error {
	compiler := s.compiler(ctx)
	for i := len(s.effects); i < len(s.r.Steps); i++ {
		s.tell(i, s.r.Steps[i].Do)
		compiler.Fields, compiler.In, compiler.Rows = s.fields, s.in, s.rows
		err := s.step(ctx, i, compiler)
		var e *core.Error
		if errors.As(err, &e) && e.Kind == core.Cancelled {
			return err
		}
		if err != nil { // what DuckDB says of SQL that we made is our fault
			return s.r.Place(i, err)
		}
	}
	return nil
}

func (s *steps) step(ctx context.Context, i int, compiler *recipe.Compiler) error {
	out, err := s.r.Steps[i].Compile(compiler)
	if err != nil {
		return err
	}
	s.temps++
	name := "step" + strconv.Itoa(s.temps)
	kind := "VIEW"
	if s.light++; out.Costly || s.draft != nil && (!out.Light || s.light > mostLight) {
		kind, s.light = "TABLE", 0
	}
	if err := s.c.exec(ctx, "CREATE TEMP "+kind+" "+name+" AS "+out.SQL); err != nil {
		return err
	}
	if kind == "TABLE" && s.draft == nil { // it needs nothing of the steps before any more
		for _, drop := range s.kept {
			if err := s.c.exec(ctx, drop); err != nil {
				return err
			}
		}
		s.kept = s.kept[:0]
	}
	s.kept = append(s.kept, "DROP "+kind+" temp."+name)
	rows := s.rows
	if out.Rows {
		if rows, err = s.c.count(ctx, "temp."+name); err != nil {
			return err
		}
	}
	effect := recipe.Effect{Step: i + 1, Do: s.r.Steps[i].Do, RowsBefore: s.rows, RowsAfter: rows, CellsChanged: out.Changed,
		ColumnsBefore: len(s.fields), ColumnsAfter: len(out.Fields), Matched: out.Matched, FanOut: out.FanOut, Map: out.Map}
	effect.Say = out.Say(effect)
	s.effects = append(s.effects, effect)
	if rows == 0 && effect.RowsBefore > 0 && (s.draft == nil || i+1 < len(s.r.Steps)) {
		return core.Errorf(core.Invalid, "no row is left of %d", effect.RowsBefore).WithHint("loosen the step: %s", effect.Say)
	}
	s.before, s.was = s.in, s.fields
	s.rows, s.fields, s.in, s.moved = rows, out.Fields, "temp."+name, out.Moved
	if s.draft != nil {
		s.draft.keep(s, i)
	}
	return nil
}

// compiler lets steps ask and keep what they need.
func (s *steps) compiler(ctx context.Context) *recipe.Compiler {
	next := func() string {
		s.temps++
		name := "kept" + strconv.Itoa(s.temps)
		s.kept = append(s.kept, "DROP TABLE temp."+name)
		return name
	}
	return &recipe.Compiler{
		Lookup: s.c.lookup(ctx), Draft: s.draft != nil,
		Table: func(name string) string { return s.c.laid("main." + ident(name)) },
		Ask: func(sql string) ([][]string, error) {
			rows, err := s.c.cells(ctx, sql)
			out := make([][]string, len(rows))
			for i, row := range rows {
				for _, cell := range row {
					out[i] = append(out[i], cell.text)
				}
			}
			return out, err
		},
		Temp: func(sql string) (string, error) {
			name := next()
			return "temp." + name, s.c.exec(ctx, "CREATE TEMP TABLE "+name+" AS "+sql)
		},
		Read: func(sql string, fields []table.Field) (*table.Table, []int64, error) {
			return s.c.read(ctx, sql, fields)
		},
		Write: func(t *table.Table, rows []int64) (string, error) {
			name := next()
			return "temp." + name, s.c.write(ctx, name, t, rows)
		},
		Secret:   s.c.db.Secret,
		Generate: s.c.db.Generate,
		Context:  ctx,
	}
}

// keep makes the last step's rows a dataset.
func (s *steps) keep(ctx context.Context, out string) error {
	d := &dataset{Rows: s.rows}
	list := "row_number() OVER () - 1 AS " + rowColumn // in the order below
	for _, f := range s.fields {
		d.Columns = append(d.Columns, ColumnInfo{Field: f})
		list += ", " + ident(f.Name)
	}
	imp := &Imported{Table: out}
	return s.c.create(ctx, imp, d, "SELECT "+list+" FROM (SELECT * FROM "+s.in+" ORDER BY _row)", "")
}

func (c *conn) count(ctx context.Context, from string) (int64, error) {
	n, err := c.cells(ctx, "SELECT CAST(count(*) AS VARCHAR) FROM "+from)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(n[0][0].text, 10, 64)
}
