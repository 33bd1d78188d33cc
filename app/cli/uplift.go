package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/uplift"
)

func (c *cli) promoUplift() *cobra.Command {
	req := app.UpliftRequest{Seed: 1}
	var out string
	cmd := &cobra.Command{
		Use: "uplift --log F --treated COL --outcome COL", Short: "What a campaign changed, in whom, and whom to reach next time", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if req.Log == "" {
				return usageError{core.Errorf(core.Invalid, "--log is missing").WithHint("give a file with a row for each person: who was reached, what they did, what was known of them before")}
			}
			var r *uplift.Report
			err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
				if out == "" {
					r, err = app.Uplift(ctx, req, nil, report)
					return err
				}
				return app.WriteFile(out, func(w io.Writer) (err error) {
					r, err = app.Uplift(ctx, req, w, report)
					return err
				})
			})
			if err != nil {
				return err
			}
			return c.result(r, func(w io.Writer) { sayUplift(w, r, req.Cost > 0 || req.Value > 0) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&req.Log, "log", "", "file of persons: who was reached, what they did, what was known of them before")
	f.StringVar(&req.Treated, "treated", "treated", "column of who was reached: 1 and 0, yes and no")
	f.StringVar(&req.Treatment, "treatment", "", "value of that column that means reached")
	f.StringVar(&req.Outcome, "outcome", "outcome", "column of what they did after it: 1 and 0, or money")
	f.StringVar(&req.Propensity, "propensity", "", "column of the chance with which each was reached, or one number (default: the same for all, which is checked)")
	f.StringSliceVar(&req.Context, "context", nil, "columns of what was known before (default: all others)")
	f.StringVar(&req.ID, "id", "", "column that names persons; nothing is learned from it")
	f.Float64Var(&req.Value, "value", 0, "money for one unit of outcome (default 1)")
	f.Float64Var(&req.Cost, "cost", 0, "money for reaching one person")
	f.BoolVar(&req.Observational, "observational", false, "the campaign was not random: estimate who was likely to be reached")
	f.StringVar(&out, "out", "", "CSV for the expected effect on each person and whom to reach")
	f.Uint64Var(&req.Seed, "seed", 1, "of folds and bootstrap")
	return cmd
}

func sayUplift(w io.Writer, r *uplift.Report, money bool) {
	fmt.Fprintf(w, "%s persons, %s reached; the campaign changed the outcome by %+.5g each [%.5g, %.5g], from %.5g without it\n",
		grouped(int64(r.Rows)), grouped(int64(r.Treated)), r.Effect.Mean, r.Effect.Lo, r.Effect.Hi, r.Without)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "learner\tAUUC\t90 %\tQini\t90 %")
	for _, l := range r.Learners {
		fmt.Fprintf(t, "%s\t%.5f\t[%.5f, %.5f]\t%.5f\t[%.5f, %.5f]\n", l.Name, l.AUUC.Mean, l.AUUC.Lo, l.AUUC.Hi, l.Qini.Mean, l.Qini.Lo, l.Qini.Hi)
	}
	t.Flush()
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\npersons\texpected effect\tshown by the campaign\t90 %")
	for i, g := range r.Groups {
		fmt.Fprintf(t, "fifth %d\t%+.5g\t%+.5g\t[%.5g, %.5g]\n", i+1, g.Expected, g.Effect.Mean, g.Effect.Lo, g.Effect.Hi)
	}
	t.Flush()
	unit := "outcome"
	if money {
		unit = "money"
	}
	fmt.Fprintf(w, "\nreach the %.0f %% whose effect is above %.4g: %s of %+.5g for each person [%.5g, %.5g]; reaching all brings %+.5g\n",
		100*r.Target.Share, r.Target.Threshold, unit, r.Target.Gain.Mean, r.Target.Gain.Lo, r.Target.Gain.Hi, r.Target.Everyone.Mean)
	fmt.Fprintf(w, "better than all or no one by %+.5g [%.5g, %.5g], with a chance of %.0f %%\n", r.Target.Better.Mean, r.Target.Better.Lo, r.Target.Better.Hi, 100*r.Target.Chance)
	if len(r.Drivers) > 0 {
		fmt.Fprint(w, "effects differ by")
		for i, d := range r.Drivers[:min(5, len(r.Drivers))] {
			if i > 0 {
				fmt.Fprint(w, ",")
			}
			fmt.Fprintf(w, " %s (%.0f %%)", d.Column, 100*d.Share)
		}
		fmt.Fprintln(w)
	}
	for _, note := range r.Notes {
		fmt.Fprintln(w, "note: "+note)
	}
}
