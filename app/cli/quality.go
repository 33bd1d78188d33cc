package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/quality"
)

func (c *cli) quality() *cobra.Command {
	var real, synthetic, holdout, page, lang string
	var targets []string
	var cfg quality.Config
	cmd := &cobra.Command{
		Use: "quality --real F --synthetic F", Short: "Judge any two files: how faithful, useful and private",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var out *quality.Report
			if len(targets) > 0 {
				cfg.Target = targets[0]
			}
			if len(targets) > 1 {
				cfg.Targets = targets[1:]
			}
			err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
				out, err = app.JudgeFiles(ctx, real, synthetic, holdout, page, lang, cfg, report)
				return err
			})
			if err != nil {
				return err
			}
			return c.result(out, func(w io.Writer) { sayReport(w, out) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&real, "real", "", "the file that was learned from")
	f.StringVar(&synthetic, "synthetic", "", "the file to judge")
	f.StringVar(&holdout, "holdout", "", "real rows that were not learned from")
	f.StringVar(&page, "report", "", "HTML page to write")
	f.StringVar(&lang, "lang", "en", "language of the page: en or zh-CN")
	f.StringSliceVar(&targets, "target", nil, "columns that the utility test predicts, the most important first (default: chosen)")
	f.StringSliceVar(&cfg.Groups, "group", nil, "columns whose groups are compared, such as sex or region (default: none)")
	f.Uint64Var(&cfg.Seed, "seed", 1, "the same seed gives the same report")
	return need(cmd, "real", "synthetic")
}

func sayReport(w io.Writer, r *quality.Report) {
	fmt.Fprintf(w, "\n%s\n", r.Verdict.Title.En)
	defer saySequence(w, r.Sequence)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(what string, value float64, beside string) {
		fmt.Fprintf(t, "  %s\t%.4f\t%s\n", what, value, beside)
	}
	ceiling := func(get func(*quality.Scores) float64) string {
		if r.Ceiling == nil {
			return ""
		}
		return fmt.Sprintf("real rows: %.4f", get(r.Ceiling))
	}
	line("Shape", r.Shape, ceiling(func(s *quality.Scores) float64 { return s.Shape }))
	line("Trend", r.Trend, ceiling(func(s *quality.Scores) float64 { return s.Trend }))
	line("Overall", r.Overall, ceiling(func(s *quality.Scores) float64 { return s.Overall }))
	if a := r.Accuracy; a != nil && a.Sets > 0 {
		top := ""
		if r.AccuracyCeiling != nil {
			top = fmt.Sprintf("real rows: %.4f", r.AccuracyCeiling.Three)
		}
		line("combinations of three columns", a.Three, top)
	}
	if d := r.Detection; d.C2Holdout != nil {
		line("C2ST against the holdout", *d.C2Holdout, "0.5: cannot be told apart")
	} else if d.C2ST != nil {
		line("C2ST against the real rows", *d.C2ST, "0.5: cannot be told apart")
	}
	if u := r.Utility; u != nil {
		line("TSTR "+u.Metric+" for "+u.Target, u.TSTR, fmt.Sprintf("taught by real rows: %.4f", u.TRTR))
	}
	if p := r.Privacy; p.DCRShare != nil {
		line("DCR share", *p.DCRShare, "0.5: no nearer to training rows than to fresh ones")
	}
	if m := r.Privacy.Membership; m != nil {
		line("membership inference AUC", m.Density.AUC, fmt.Sprintf("0.5: cannot be told; 95%% [%.3f, %.3f]", m.Density.Lo, m.Density.Hi))
		if a := m.Trained; a != nil {
			line("  by an attacker who was told half", a.AUC, fmt.Sprintf("[%.3f, %.3f]", a.Lo, a.Hi))
		}
		if a := m.Shadow; a != nil {
			line("  by shadow models", a.AUC, fmt.Sprintf("[%.3f, %.3f]", a.Lo, a.Hi))
		}
	}
	for _, s := range r.Privacy.SinglingOut {
		line(fmt.Sprintf("singling-out risk, %d of a row's cells", s.Columns), s.Risk, fmt.Sprintf("[%.3f, %.3f]; right %.3f, about fresh rows %.3f", s.Lo, s.Hi, s.Attack, s.Control))
	}
	fmt.Fprintf(t, "  exact copies\t%d\tof %d\n", r.Privacy.Copies, r.Privacy.CopyRows)
	if g := r.Guarantee; g != nil {
		fmt.Fprintf(t, "  differential privacy\tepsilon %g\tdelta %g, for the rows of one person, %d at most\n", g.Epsilon, g.Delta, g.Rows)
	}
	t.Flush()
	if g := r.Guarantee; g != nil {
		fmt.Fprintln(w, "This report is made from real rows: the promise covers the synthetic rows and the model, not the report.")
		if g.Repeatable {
			fmt.Fprintln(w, "The noise has a chosen seed: the promise is void towards anybody who knows it.")
		}
	}
}
