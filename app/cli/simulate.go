package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/simulate"
)

func (c *cli) promoSimulate(from *app.PromoRequest, maps *[]string) *cobra.Command {
	req := app.SimulateRequest{Seed: 1}
	cmd := &cobra.Command{
		Use: "simulate --sales F --products F --promotions F [--plan F] [--out F]", Short: "Learn shoppers from receipts, judge them, and let them live through a plan", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from.Sales == "" {
				return usageError{core.Errorf(core.Invalid, "--sales is missing").WithHint("give a file of receipt lines with a customer on each")}
			}
			if err := mapRoles(*maps, &req.Columns); err != nil {
				return err
			}
			req.Sales, req.Products, req.Promotions, req.Project = from.Sales, from.Products, from.Promotions, from.Project
			var out *app.SimulateReply
			run := func(do func(context.Context, app.SimulateRequest, func(core.Progress)) (*app.SimulateReply, error)) error {
				return c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					out, err = do(ctx, req, report)
					return err
				})
			}
			var err error
			if req.Project == "" {
				err = run(app.SimulateFiles)
			} else {
				err = c.withApp(func(a *app.App) error { return run(a.Simulate) })
			}
			if err != nil {
				return err
			}
			return c.result(out, func(w io.Writer) { saySimulated(w, out) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&req.Plan, "plan", "", "promotions to live through: a table like --promotions, or a JSON scenario of offers after history (default: the past again)")
	f.IntVar(&req.Customers, "customers", 0, "shoppers to draw (default: as many as there are)")
	f.StringVar(&req.Out, "out", "", "file for their receipt lines")
	f.StringVar(&req.Log, "log", "", "file for their behaviour: visits and purchases with what was offered")
	f.BoolVar(&req.Anyway, "anyway", false, "use shoppers whom their judge refuses")
	f.Uint64Var(&req.Seed, "seed", 1, "of everything left to chance")
	return cmd
}

// mapRoles reads role=column pairs into the fields of cols by their JSON names.
func mapRoles(pairs []string, cols *simulate.Columns) error {
	byRole := map[string]string{}
	for _, pair := range pairs {
		role, column, ok := strings.Cut(pair, "=")
		if !ok {
			return usageError{core.Errorf(core.Invalid, "--map %q is not role=column", pair).WithHint("for example --map customer=card,item=sku")}
		}
		byRole[strings.TrimSpace(role)] = strings.TrimSpace(column)
	}
	b, err := json.Marshal(byRole)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(cols); err != nil {
		return usageError{core.Errorf(core.Invalid, "--map: %s", strings.TrimPrefix(err.Error(), "json: ")).
			WithHint("roles are customer, item, date, quantity, price, discount, receipt, store, category, start, end, depth, feature, display")}
	}
	return nil
}

func saySimulated(w io.Writer, r *app.SimulateReply) {
	if u := r.Units; u != nil {
		fmt.Fprintf(w, "no customers in these sales: %d products are drawn by store and week\n", r.Products)
		fmt.Fprintf(w, "of the last %d weeks, not learned from, the 90 %% bands hold %.1f %% (at least %.0f %% is usable), %.1f %% of those on promotion\n", u.Weeks, 100*u.Held, 100*simulate.LeastHeld, 100*u.Offers)
		fmt.Fprintf(w, "half a band is %.0f %% of its middle, in the median; the middle is off by %.1f %% of all units\n", 100*u.Width, 100*u.WMAPE)
		for _, why := range u.Why {
			fmt.Fprintln(w, "REFUSED: "+why)
		}
		for _, f := range r.Files {
			fmt.Fprintf(w, "wrote %s, %d rows\n", f.Path, f.Rows)
		}
		return
	}
	x := r.Realism
	fmt.Fprintf(w, "learned from %d customers, %d products in %d categories, %d weeks; judged by %d customers held out\n", r.Customers, r.Products, r.Categories, r.Weeks, x.Customers)
	fmt.Fprintf(w, "told from real ones with an AUC of %.3f (0.5 is not at all, at most %.2f is usable)\n", x.AUC, simulate.MostAUC)
	fmt.Fprintf(w, "weekly units of categories off by %.1f %%, of which chance alone makes %.1f %%\n", 100*x.Weekly, 100*x.Chance)
	fmt.Fprintf(w, "largest distance of gaps between visits %.3f, lines of receipts %.3f, weeks until a category is bought again %.3f\n", x.Gaps, x.Baskets, x.Returns)
	for _, why := range x.Why {
		fmt.Fprintln(w, "REFUSED: "+why)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nwhat the judge looks at\tshare\treal\tdrawn")
	for _, v := range x.Tells {
		fmt.Fprintf(t, "%s\t%.2f\t%.4g\t%.4g\n", v.View, v.Share, v.Real, v.Made)
	}
	fmt.Fprintln(t, "\nproduct\tcategory\tunits a week\telasticity")
	for _, e := range x.Elasticities[:min(10, len(x.Elasticities))] {
		fmt.Fprintf(t, "%s\t%s\t%.1f\t%.2f\n", e.Item, e.Category, e.Units, e.Mean)
	}
	fmt.Fprintf(t, "\n%d shoppers, %d weeks\twith the plan\twithout promotions\n", r.Drawn, r.PlanWeeks)
	for _, row := range []struct {
		name string
		of   func(simulate.Summary) float64
	}{
		{"who bought", func(s simulate.Summary) float64 { return float64(s.Customers) }},
		{"who bought on promotion", func(s simulate.Summary) float64 { return float64(s.Joined) }},
		{"visits", func(s simulate.Summary) float64 { return float64(s.Visits) }},
		{"units", func(s simulate.Summary) float64 { return s.Units }},
		{"units on promotion", func(s simulate.Summary) float64 { return s.Offered }},
		{"sales", func(s simulate.Summary) float64 { return s.Sales }},
		{"discounts given", func(s simulate.Summary) float64 { return s.Off }},
	} {
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\n", row.name, row.of(r.With), row.of(r.Without))
	}
	t.Flush()
	for _, f := range r.Files {
		fmt.Fprintf(w, "wrote %s, %d rows\n", f.Path, f.Rows)
	}
	for _, note := range r.Notes {
		fmt.Fprintln(w, "note: "+note)
	}
}
