package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
)

// project is about one of them as a whole; [cli.projects] is about all.
func (c *cli) project() *cobra.Command {
	cmd := &cobra.Command{Use: "project", Short: "A whole project in one file: export, import"}
	var req app.ArchiveRequest
	export := &cobra.Command{
		Use: "export PROJECT FILE.shoptwin", Short: "Write a project to one file, which another Shoptwin can import", Args: cobra.ExactArgs(2),
		Long: "Write a project to one file: tables, recipes, models, runs and plans. Files\n" +
			"that it exported are left out, as they can be written again.\n\n" +
			"With --no-rows no real row is inside: neither tables nor set aside rows, and\n" +
			"no recommender, which holds customers' lists. Twins and verdicts stay.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if !strings.EqualFold(filepath.Ext(args[1]), app.ArchiveEnding) {
				return usageError{core.Errorf(core.Invalid, "%s does not end in %s", args[1], app.ArchiveEnding).WithHint("by that ending Shoptwin knows its archives")}
			}
			req.Project, req.Path = args[0], args[1]
			return c.withApp(func(a *app.App) error {
				var out app.Archived
				err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					out, err = a.ExportProject(ctx, req, report)
					return err
				})
				if err != nil {
					return err
				}
				return c.result(out, func(w io.Writer) {
					what := "with its real rows: give it to nobody who may not see them"
					if !out.Rows {
						what = "without real rows"
					}
					fmt.Fprintf(w, "%s: %.1f MB, %d records, %s\n", out.Path, float64(out.Size)/1e6, out.Records, what)
				})
			})
		},
	}
	export.Flags().BoolVar(&req.NoRows, "no-rows", false, "leave real rows out")
	var name string
	imp := &cobra.Command{
		Use: "import FILE.shoptwin", Short: "Make a project of such a file", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withApp(func(a *app.App) error {
				var out app.ProjectInfo
				err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					out, err = a.ImportProject(ctx, args[0], name, report)
					return err
				})
				if err != nil {
					return err
				}
				return c.result(out, func(w io.Writer) {
					fmt.Fprintf(w, "%s (%s): %d tables, %s rows\n", out.Name, out.ID, out.Tables, grouped(out.Rows))
				})
			})
		},
	}
	imp.Flags().StringVar(&name, "as", "", "name of the project (default: its own)")
	cmd.AddCommand(export, imp)
	return cmd
}
