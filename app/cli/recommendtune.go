package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/recommend"
)

func (c *cli) recommendTune(r *recommending) *cobra.Command {
	var trials int
	var seed uint64
	var out string
	cmd := &cobra.Command{
		Use: "tune FILE --method EASE [--minutes 2] [--out MODEL]", Short: "Search for a method's best choices, on a part of what is learned from; tell what that gains", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var tuned *recommend.Tuned
			err := c.withLog(cmd.Context(), r, args, func(ctx context.Context, l *recommend.Log, report func(core.Progress)) (err error) {
				req := app.TuneRequest{RecommendRequest: r.RecommendRequest, Trials: trials, Seed: seed}
				req.Model = out
				tuned, err = app.Tune(ctx, l, req, report)
				return err
			})
			if err != nil {
				return err
			}
			return c.result(tuned, func(w io.Writer) {
				for _, words := range tuned.Words {
					fmt.Fprintln(w, words.En)
				}
				if out != "" {
					fmt.Fprintln(w, "the best is kept in "+out)
				}
			})
		},
	}
	f := cmd.Flags()
	f.IntVar(&trials, "trials", 60, "choices at most")
	f.Uint64Var(&seed, "seed", 1, "of the search")
	f.StringVar(&out, "out", "", "file to keep a recommender with the best choice in")
	return cmd
}
