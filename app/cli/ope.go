package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/policy"
)

func (c *cli) promoOPE() *cobra.Command {
	req := app.OPERequest{Seed: 1}
	cmd := &cobra.Command{
		Use: "ope --log F [--target F]", Short: "What a policy would have earned, from a log of another one", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if req.Log == "" {
				return usageError{core.Errorf(core.Invalid, "--log is missing").WithHint("give a file with a row for each decision: action, reward, propensity")}
			}
			var out *policy.Report
			err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
				out, err = app.EvaluatePolicy(ctx, req, report)
				return err
			})
			if err != nil {
				return err
			}
			return c.result(out, func(w io.Writer) {
				fmt.Fprintf(w, "%d rows, worth %.0f for this policy; the largest weight is %.1f; the log's own policy earned %.5f\n", out.Rows, out.Effective, out.Largest, out.Logged)
				t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
				fmt.Fprintln(t, "method\tmean reward\t95 %")
				for _, e := range out.Estimates {
					fmt.Fprintf(t, "%s\t%.5f\t[%.5f, %.5f]\n", e.Method, e.Value, e.Lo, e.Hi)
				}
				t.Flush()
				fmt.Fprintf(w, "nearest to the truth by what the log says: %s\n", out.Chosen)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&req.Log, "log", "", "file of decisions: action, reward, propensity")
	f.StringVar(&req.Target, "target", "", "a log of the policy to value: its shares of actions (default: one that chooses evenly)")
	f.StringVar(&req.Action, "action", "action", "column of what was done")
	f.StringVar(&req.Reward, "reward", "reward", "column of what came of it")
	f.StringVar(&req.Propensity, "propensity", "propensity", "column of the probability with which it was done")
	f.StringSliceVar(&req.Context, "context", nil, "columns of what was known before")
	f.StringVar(&req.By, "by", "", "column by which the shares of actions differ")
	f.StringVar(&req.Episode, "episode", "", "column that is equal for the decisions of one episode")
	f.Uint64Var(&req.Seed, "seed", 1, "of the bootstrap")
	return cmd
}
