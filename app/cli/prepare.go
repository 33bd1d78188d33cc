package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/recipe"
)

func (c *cli) prepare() *cobra.Command {
	var project, file string
	var again app.ReplayRequest
	cmd := &cobra.Command{
		Use:   "prepare --project P (--recipe R.json | --replay MADE (--on TABLE | --file F))",
		Short: "Run a recipe, keep its result and where it came from",
		Long: "Runs a recipe from a file, or the recipe that made a table once more on another table\n" +
			"or file, with what its steps found out the first time, and says what no longer fits:\n" +
			"columns that are gone or of another type, new values, steps that do far more or less.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (file == "") == (again.Recipe == "") {
				return usageError{core.Errorf(core.Invalid, "there is no recipe, or two").WithHint("give --recipe R.json, or --replay with the name of a table that a recipe made")}
			}
			if again.Recipe != "" {
				again.Project = project
				return c.replay(cmd.Context(), again)
			}
			f, err := os.Open(file)
			if err != nil {
				return core.Errorf(core.NotFound, "%w", err)
			}
			defer f.Close()
			r, err := recipe.Parse(f)
			if err != nil {
				return core.Wrap(err, "%s", filepath.Base(file))
			}
			return c.withApp(func(a *app.App) error {
				var out app.Dataset
				err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					out, err = a.Prepare(ctx, project, r, report)
					return err
				})
				if err != nil {
					return err
				}
				return c.result(out, func(w io.Writer) { sayDataset(w, out) })
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&project, "project", "", "name or id of the project")
	f.StringVar(&file, "recipe", "", "the recipe's file")
	f.StringVar(&again.Recipe, "replay", "", "a table that a recipe made, whose steps are run again")
	f.StringVar(&again.On, "on", "", "with --replay: the table to run them on")
	f.StringVar(&again.File, "file", "", "with --replay: a file to import and run them on")
	f.StringVar(&again.As, "as", "", "with --replay: name of the result")
	f.StringToStringVar(&again.Tables, "tables", nil, "with --replay: tables that take the place of others it joins, such as customers=customers_june")
	return need(cmd, "project")
}

// replay prints what no longer fits; that a step cannot run is an error.
func (c *cli) replay(ctx context.Context, req app.ReplayRequest) error {
	return c.withApp(func(a *app.App) error {
		var out app.Replayed
		err := c.work(ctx, func(ctx context.Context, report func(core.Progress)) (err error) {
			out, err = a.Replay(ctx, req, report)
			return err
		})
		if err != nil {
			return err
		}
		err = c.result(out, func(w io.Writer) {
			if !out.Fit.Stops {
				sayDataset(w, out.Dataset)
			}
			for _, p := range out.Fit.Problems {
				fmt.Fprintln(w, "  "+p.Say)
			}
		})
		if err == nil && out.Fit.Stops {
			err = core.Errorf(core.Invalid, "the recipe of %s does not fit: nothing was made", req.Recipe).WithHint("mend what is said above, or change the recipe")
		}
		return err
	})
}
