package duck

import (
	"context"
	"fmt"
	"strconv"

	"shoptwin/core"
	"shoptwin/core/recipe"
	"shoptwin/core/table"
)

const mostLevels = 1000 // of a column whose new values are told

// Replay runs a recipe that was made for the dataset before (which may be gone,
// or "") on the one it now starts from, and says what no longer fits. was is
// what the steps did then. When a step cannot run, nothing is made and the
// report says all that stands in the way; an error is something else that went
// wrong, see [DB.Run].
func (db *DB) Replay(ctx context.Context, r *recipe.Recipe, before string, was []recipe.Effect, out string, report func(core.Progress)) ([]recipe.Effect, recipe.Fit, error) {
	c, err := db.connect()
	if err != nil {
		return nil, recipe.Fit{}, err
	}
	var old []table.Field
	var info *dataset
	if before != "" {
		if info, err = c.dataset(ctx, before); err == nil {
			old = info.fields()
		} else if core.KindOf(err) != core.NotFound {
			c.close()
			return nil, recipe.Fit{}, err
		}
	}
	fit, err := r.Fitting(c.lookup(ctx), old)
	if err == nil && old != nil {
		err = c.newLevels(ctx, &fit, info, before, r.From)
	}
	c.close()
	if err != nil || fit.Stops {
		return nil, fit, cancelled(ctx, err)
	}
	effects, err := db.Run(ctx, r, out, report)
	if err == nil {
		fit.Compare(was, effects)
	}
	return effects, fit, err
}

// newLevels tells the values of categories that the old dataset does not have.
func (c *conn) newLevels(ctx context.Context, fit *recipe.Fit, old *dataset, before, after string) error {
	now, err := c.dataset(ctx, after)
	if err != nil {
		return err
	}
	for _, a := range old.Columns {
		if a.Kind != table.Text || a.Distinct > mostLevels || a.Role == table.Key || a.Role == table.FreeText {
			continue
		}
		for _, b := range now.Columns {
			if b.Name != a.Name || b.Kind != table.Text || b.Distinct > 10*mostLevels {
				continue
			}
			x := ident(a.Name)
			rows, err := c.cells(ctx, fmt.Sprintf("SELECT %[1]s, CAST(count(*) AS VARCHAR) FROM main.%[2]s WHERE %[1]s IS NOT NULL AND %[1]s NOT IN (SELECT %[1]s FROM main.%[3]s WHERE %[1]s IS NOT NULL) GROUP BY %[1]s ORDER BY count(*) DESC, %[1]s",
				x, ident(after), ident(before)))
			if err != nil {
				return err
			}
			var levels []string
			total := int64(0)
			for _, row := range rows {
				n, _ := strconv.ParseInt(row[1].text, 10, 64)
				levels, total = append(levels, row[0].text), total+n
			}
			fit.Levels(a.Name, levels, total)
		}
	}
	return nil
}
