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
	lookup := func(name string) ([]table.Field, error) {
		d, err := c.dataset(ctx, name)
		if err != nil {
			return nil, err
		}
		return d.fields(), nil
	}
	if err := r.Check(lookup); err != nil {
		return nil, err
	}
	effects, fields, in, err := c.steps(ctx, r, lookup, report)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	d := &dataset{Rows: effects.rows}
	list := "row_number() OVER () - 1 AS " + rowColumn // in the order below
	for _, f := range fields {
		d.Columns = append(d.Columns, ColumnInfo{Field: f})
		list += ", " + ident(f.Name)
	}
	imp := &Imported{Table: out}
	if err := c.create(ctx, imp, d, "SELECT "+list+" FROM (SELECT * FROM "+in+" ORDER BY _row)", ""); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	if report != nil {
		report(core.Progress{Stage: "prepare", Done: int64(len(r.Steps)) + 1, Total: int64(len(r.Steps)) + 1, Unit: "steps"})
	}
	return effects.list, nil
}

type effects struct {
	list []recipe.Effect
	rows int64
}

// steps makes one view for each step and returns the last with its columns. A
// step that costs much is a table instead: the steps after it do not start
// again from the file.
func (c *conn) steps(ctx context.Context, r *recipe.Recipe, lookup recipe.Lookup, report func(core.Progress)) (e effects, fields []table.Field, in string, err error) {
	d, err := c.dataset(ctx, r.From)
	if err != nil {
		return e, nil, "", err
	}
	e.rows, e.list = d.Rows, []recipe.Effect{}
	temps := 0
	var kept []string // statements that drop what no later step needs
	compiler := &recipe.Compiler{
		Fields: d.fields(), In: "main." + ident(r.From), Lookup: lookup,
		Table: func(name string) string { return "main." + ident(name) },
		Ask: func(sql string) ([][]string, error) {
			rows, err := c.cells(ctx, sql)
			out := make([][]string, len(rows))
			for i, row := range rows {
				for _, cell := range row {
					out[i] = append(out[i], cell.text)
				}
			}
			return out, err
		},
		Temp: func(sql string) (string, error) {
			temps++
			name := "temp.kept" + strconv.Itoa(temps)
			kept = append(kept, "DROP TABLE "+name)
			return name, c.exec(ctx, "CREATE TEMP TABLE kept"+strconv.Itoa(temps)+" AS "+sql)
		},
	}
	for i := range r.Steps {
		if report != nil {
			report(core.Progress{Stage: "prepare", Done: int64(i), Total: int64(len(r.Steps)) + 1, Unit: "steps", Note: r.Steps[i].Do})
		}
		out, err := r.Steps[i].Compile(compiler)
		if err != nil {
			return e, nil, "", stepError(r, i, err)
		}
		name := "step" + strconv.Itoa(i+1)
		kind := "VIEW"
		if out.Costly {
			kind = "TABLE"
		}
		if err := c.exec(ctx, "CREATE TEMP "+kind+" "+name+" AS "+out.SQL); err != nil {
			return e, nil, "", stepError(r, i, err)
		}
		if kind == "TABLE" { // it needs nothing of the steps before any more
			for _, drop := range kept {
				if err := c.exec(ctx, drop); err != nil {
					return e, nil, "", stepError(r, i, err)
				}
			}
			kept = kept[:0]
		}
		kept = append(kept, "DROP "+kind+" temp."+name)
		rows := e.rows
		if out.Rows {
			if rows, err = c.count(ctx, "temp."+name); err != nil {
				return e, nil, "", stepError(r, i, err)
			}
		}
		effect := recipe.Effect{Step: i + 1, Do: r.Steps[i].Do, RowsBefore: e.rows, RowsAfter: rows, CellsChanged: out.Changed,
			ColumnsBefore: len(compiler.Fields), ColumnsAfter: len(out.Fields)}
		effect.Say = out.Say(effect)
		e.list, e.rows = append(e.list, effect), rows
		if rows == 0 && effect.RowsBefore > 0 {
			return e, nil, "", stepError(r, i, core.Errorf(core.Invalid, "no row is left of %d", effect.RowsBefore).
				WithHint("loosen the step: %s", effect.Say))
		}
		compiler.Fields, compiler.In = out.Fields, "temp."+name
	}
	return e, compiler.Fields, compiler.In, nil
}

func (c *conn) count(ctx context.Context, from string) (int64, error) {
	n, err := c.cells(ctx, "SELECT CAST(count(*) AS VARCHAR) FROM "+from)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(n[0][0].text, 10, 64)
}

// stepError names the step; what DuckDB says of SQL that we made is our fault.
func stepError(r *recipe.Recipe, i int, err error) error {
	var e *core.Error
	if errors.As(err, &e) && e.Kind == core.Cancelled {
		return err
	}
	return r.Place(i, err)
}
