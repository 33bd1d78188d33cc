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
	"shoptwin/core/promo"
)

func (c *cli) promo() *cobra.Command {
	var req app.PromoRequest
	var maps []string
	cmd := &cobra.Command{Use: "promo", Short: "How sales answer to promotions: fit, whatif, backtest, decompose, plan, simulate, ope, uplift"}
	f := cmd.PersistentFlags()
	f.StringVar(&req.Sales, "sales", "", "file of weekly sales or of receipt lines")
	f.StringVar(&req.Products, "products", "", "file of products: category, cost")
	f.StringVar(&req.Promotions, "promotions", "", "file of promotions: product, start, end, depth, feature, display")
	f.StringVar(&req.Project, "project", "", "take the three from this project: names of datasets instead of files")
	f.StringSliceVar(&maps, "map", nil, "role=column, such as units=qty,item=sku (default: detected)")
	set := func() error {
		if req.Sales == "" {
			return usageError{core.Errorf(core.Invalid, "--sales is missing").WithHint("give a file of weekly sales or of receipt lines")}
		}
		cols, err := mapColumns(maps)
		req.Columns = cols
		return err
	}

	var model string
	fit := &cobra.Command{
		Use: "fit --sales F", Short: "Fit the response and show elasticities", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := set(); err != nil {
				return err
			}
			m, err := c.fitPromo(cmd.Context(), req, model)
			if err != nil {
				return err
			}
			all := m.Elasticities()
			return c.result(map[string]any{"elasticities": all, "notes": m.View(1).Notes}, func(w io.Writer) {
				sayElasticities(w, all)
				for _, note := range m.View(1).Notes {
					fmt.Fprintln(w, "note: "+note)
				}
			})
		},
	}
	fit.Flags().StringVar(&model, "out", "", "file to keep the model in")

	var offers []string
	var horizon int
	var files func(context.Context, *promo.Model, *promo.Plan) error
	whatif := &cobra.Command{
		Use: "whatif --sales F [--offer ITEM,WEEK,DEPTH[,feature][,display]]...", Short: "Fit the response and try a plan", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := set(); err != nil {
				return err
			}
			plan := promo.Plan{Horizon: horizon}
			for _, o := range offers {
				offer, err := parseOffer(o)
				if err != nil {
					return err
				}
				plan.Offers = append(plan.Offers, offer)
			}
			m, err := c.fitPromo(cmd.Context(), req, "")
			if err != nil {
				return err
			}
			if err := files(cmd.Context(), m, &plan); err != nil {
				return err
			}
			if len(plan.Offers) == 0 {
				first := app.FirstPlan(m, 5)
				plan.Items, plan.Offers, plan.Horizon = first.Items, first.Offers, max(plan.Horizon, first.Horizon)
			}
			out, err := m.WhatIf(plan)
			if err != nil {
				return err
			}
			return c.result(map[string]any{"plan": plan, "outcome": out}, func(w io.Writer) { sayOutcome(w, plan, out) })
		},
	}
	files = c.planFiles(whatif)
	whatif.Flags().StringArrayVar(&offers, "offer", nil, "item, week from 0 (the first after history), depth as a fraction; repeatable (default: a first plan)")
	whatif.Flags().IntVar(&horizon, "weeks", 0, "weeks ahead (default: as far as the last offer)")

	var weeks, windows int
	backtest := &cobra.Command{
		Use: "backtest --sales F", Short: "Forecast held-out last weeks and compare", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := set(); err != nil {
				return err
			}
			var out []*promo.BacktestReport
			err := c.withPanel(cmd.Context(), req, func(ctx context.Context, p *promo.Panel, report func(core.Progress)) (err error) {
				out, err = promo.Rolling(ctx, p, weeks, windows, promo.Config{}, report)
				return err
			})
			if err != nil {
				return err
			}
			if windows == 1 {
				return c.result(out[0], func(w io.Writer) { sayBacktest(w, out[0]) })
			}
			return c.result(out, func(w io.Writer) {
				for _, b := range out {
					fmt.Fprintf(w, "\nfrom %s:\n", b.Cut)
					sayBacktest(w, b)
				}
			})
		},
	}
	backtest.Flags().IntVar(&weeks, "weeks", 26, "last weeks to hold out")
	backtest.Flags().IntVar(&windows, "windows", 1, "how many times, each that many weeks earlier")
	cmd.AddCommand(fit, whatif, backtest, c.promoDecompose(&req, set), c.promoPlan(&req, set), c.promoOPE(), c.promoSimulate(&req, &maps), c.promoCoupons(&req, &maps), c.promoUplift())
	return cmd
}

// withPanel reads the panel that req names, from files or from a project, and
// runs do on it, with the progress of both drawn.
func (c *cli) withPanel(ctx context.Context, req app.PromoRequest, do func(context.Context, *promo.Panel, func(core.Progress)) error) error {
	if req.Project == "" {
		return c.work(ctx, func(ctx context.Context, report func(core.Progress)) error {
			p, err := app.LoadPanel(ctx, req, report)
			if err != nil {
				return err
			}
			return do(ctx, p, report)
		})
	}
	return c.withApp(func(a *app.App) error {
		return c.work(ctx, func(ctx context.Context, report func(core.Progress)) error {
			p, _, err := a.Panel(ctx, req)
			if err != nil {
				return err
			}
			return do(ctx, p, report)
		})
	})
}

func (c *cli) fitPromo(ctx context.Context, req app.PromoRequest, out string) (m *promo.Model, err error) {
	err = c.withPanel(ctx, req, func(ctx context.Context, p *promo.Panel, report func(core.Progress)) error {
		if m, err = promo.Fit(ctx, p, promo.Config{}, report); err != nil || out == "" {
			return err
		}
		return app.WriteFile(out, m.Write)
	})
	return m, err
}

// mapColumns reads role=column pairs into Columns, whose JSON names are the
// roles.
func mapColumns(pairs []string) (*promo.Columns, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	byRole := map[string]string{}
	for _, pair := range pairs {
		role, column, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, usageError{core.Errorf(core.Invalid, "--map %q is not role=column", pair).WithHint("for example --map units=qty,item=sku")}
		}
		byRole[strings.TrimSpace(role)] = strings.TrimSpace(column)
	}
	b, err := json.Marshal(byRole)
	if err != nil {
		return nil, err
	}
	var cols promo.Columns
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&cols); err != nil {
		return nil, usageError{core.Errorf(core.Invalid, "--map: %s", strings.TrimPrefix(err.Error(), "json: ")).
			WithHint("roles are item, store, week, date, units, price, base, spend, discount, feature, display, tpr, name, category, cost, start, end, depth")}
	}
	return &cols, nil
}

func parseOffer(s string) (promo.Offer, error) {
	var o promo.Offer
	parts := strings.Split(s, ",")
	bad := usageError{core.Errorf(core.Invalid, "--offer %q is not ITEM,WEEK,DEPTH[,feature][,display]", s).WithHint("for example --offer 1111009477,2,0.25,display")}
	if len(parts) < 3 {
		return o, bad
	}
	o.Item = parts[0]
	if _, err := fmt.Sscan(parts[1], &o.Week); err != nil {
		return o, bad
	}
	if _, err := fmt.Sscan(parts[2], &o.Depth); err != nil {
		return o, bad
	}
	for _, p := range parts[3:] {
		switch p {
		case "feature":
			o.Feature = true
		case "display":
			o.Display = true
		default:
			return o, bad
		}
	}
	return o, nil
}

func sayElasticities(w io.Writer, all []promo.Elasticity) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "item\tcategory\tunits a week\tpromotion weeks\telasticity\t90 %")
	for i, e := range all {
		if i == 30 {
			fmt.Fprintf(t, "… and %d more, see --json\n", len(all)-30)
			break
		}
		fmt.Fprintf(t, "%s\t%s\t%.1f\t%d\t%.2f\t[%.2f, %.2f]\n", e.Item, e.Category, e.Units, e.PromoWeeks, e.Mean, e.Lo90, e.Hi90)
	}
	t.Flush()
}

func sayOutcome(w io.Writer, plan promo.Plan, o *promo.Outcome) {
	fmt.Fprintf(w, "%d offers over %d weeks\n", o.OfferCount, len(o.Weeks))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tunits\tsales\tprofit")
	row := func(name string, of func(promo.Effect) float64) {
		fmt.Fprintf(t, "%s\t%+.0f\t%+.0f\t%+.0f\n", name, of(o.Change), of(o.Sales), of(o.Profit))
	}
	fmt.Fprintf(t, "without promotion\t%.0f\t%.0f\t%.0f\n", o.Baseline, o.BaselineSales, o.BaselineProfit)
	row("extra sales", func(e promo.Effect) float64 { return e.Extra })
	row("price cut on usual sales", func(e promo.Effect) float64 { return e.PriceCut })
	row("taken from neighbours", func(e promo.Effect) float64 { return e.Taken })
	row("pulled forward", func(e promo.Effect) float64 { return e.Pulled })
	if o.Lost > 0 {
		row("out of stock", func(e promo.Effect) float64 { return e.Short })
	}
	if o.Profit.Funding != 0 {
		row("paid by suppliers", func(e promo.Effect) float64 { return e.Funding })
	}
	if o.Profit.Fixed != 0 {
		row("features and displays", func(e promo.Effect) float64 { return e.Fixed })
	}
	row("net", func(e promo.Effect) float64 { return e.Net.Mean })
	row("  90 % from", func(e promo.Effect) float64 { return e.Net.Lo90 })
	row("  90 % to", func(e promo.Effect) float64 { return e.Net.Hi90 })
	t.Flush()
	for _, warning := range o.Warnings {
		fmt.Fprintln(w, "note: "+warning.Text)
	}
}

func sayBacktest(w io.Writer, b *promo.BacktestReport) {
	fmt.Fprintln(w, backtestSentence(b))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "method\tWMAPE all\tWMAPE promotion weeks")
	for _, s := range b.Scores {
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\n", s.Method, s.All, s.Promo)
	}
	t.Flush()
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nweeks\tcells\tin the 80 % interval\tin the 90 % interval")
	for _, g := range b.Coverage {
		fmt.Fprintf(t, "%s\t%s\t%.3f\t%.3f\n", g.Group, grouped(int64(g.Cells)), g.Cover80, g.Cover90)
	}
	t.Flush()
}

func backtestSentence(b *promo.BacktestReport) string {
	if b.PromoCells == 0 {
		return fmt.Sprintf("the %d held-out weeks hold no promotion: nothing is known of how well promotions are foretold", b.Weeks)
	}
	missed := map[string]float64{}
	for _, s := range b.Scores {
		missed[s.Method] = s.Promo
	}
	return fmt.Sprintf("on %d held-out weeks the model missed promotion weeks by %.0f %%, the spreadsheet method by %.0f %%",
		b.Weeks, missed["model"]*100, missed["spreadsheet"]*100)
}
