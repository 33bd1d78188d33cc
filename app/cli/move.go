package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
)

// move takes the home to another folder.
func (c *cli) move() *cobra.Command {
	var remove bool
	cmd := &cobra.Command{
		Use: "move FOLDER", Short: "Move all data to another folder: copied, read again, then used from there", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			var plan app.MovePlan
			err = c.withApp(func(a *app.App) error {
				return c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					plan, err = a.MoveHome(ctx, to, remove, report)
					return err
				})
			})
			if err != nil {
				return err
			}
			return c.result(plan, func(w io.Writer) {
				fmt.Fprintf(w, "%d MB are at %s now; %s leads there\n", plan.Bytes>>20, plan.To, plan.From)
				if !remove {
					fmt.Fprintf(w, "the old copy is left at %s; Settings delete it, all but %s, which leads here\n", plan.From, app.MovedFile)
				}
			})
		},
	}
	cmd.Flags().BoolVar(&remove, "remove", false, "delete what lies at the old place once all is at the new one")
	return cmd
}
