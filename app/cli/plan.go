package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/promo"
)

func (c *cli) promoPlan(from *app.PromoRequest, set func() error) *cobra.Command {
	var req app.PlanRequest
	var limits, method, calendar, start string
	var files []string
	cmd := &cobra.Command{
		Use: "plan --sales F [--budget MONEY] [--max-promos N]...", Short: "Fit the response and find the promotions that earn most under limits", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := set(); err != nil {
				return err
			}
			if limits != "" {
				if err := readLimits(limits, &req); err != nil {
					return err
				}
			}
			m, err := c.fitPromo(cmd.Context(), *from, "")
			if err != nil {
				return err
			}
			for _, from := range []struct {
				file string
				to   *[]promo.Offer
			}{{calendar, &req.Offers}, {start, &req.Given}} {
				offers, err := c.planned(cmd.Context(), m, from.file)
				if err != nil {
					return err
				}
				*from.to = append(*from.to, offers...)
			}
			if req.Horizon == 0 {
				for _, o := range slices.Concat(req.Offers, req.Given) {
					req.Horizon = max(req.Horizon, o.Week+1, 26)
				}
			}
			var out *app.PlanReply
			err = c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
				out, err = app.PlanBy(ctx, m, req, method, report)
				return err
			})
			if err != nil {
				return err
			}
			for _, f := range files {
				if err := app.WriteCalendar(f, out); err != nil {
					return err
				}
			}
			return c.result(out, func(w io.Writer) { sayPlan(w, out) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&method, "method", app.Proven, "how to find it: "+app.Proven+", or a policy learned for each item by "+app.FittedQ+" or "+app.ByPPO)
	f.StringVar(&limits, "limits", "", "JSON file with any of these limits, which goes before the flags, limits of single items (own) and offers that are kept")
	f.StringVar(&calendar, "calendar", "", "CSV, Excel or JSON file of planned promotions that are kept: the rest is planned around them; one of a single store stands there, costs budget, and counts in no other limit")
	f.StringVar(&start, "start", "", "the same as a start: what it holds may change, and stands beside the plan as given; its offers of single stores are taken or left together")
	f.StringArrayVar(&files, "out", nil, "write the calendar to this file, .csv or .xlsx; repeatable")
	f.IntVar(&req.Horizon, "weeks", 0, "weeks to plan (default 26, or as far as --calendar and --start)")
	f.StringSliceVar(&req.Items, "items", nil, "items to plan (default: the best selling, and those of --calendar and --start)")
	f.IntVar(&req.Top, "top", 0, "how many of the best selling (default 20)")
	f.Float64SliceVar(&req.Depths, "depths", nil, "fractions off the base price to choose from (default .1,.15,.2,.25,.3,.4)")
	f.BoolVar(&req.Feature, "feature", false, "offers may be featured")
	f.BoolVar(&req.Display, "display", false, "offers may be on display")
	f.BoolVar(&req.Guess, "guess", false, "offers may be deeper than ever observed")
	f.IntVar(&req.MaxPromos, "max-promos", 0, "weeks on promotion for each item, at most")
	f.IntVar(&req.MinPromos, "min-promos", 0, "weeks on promotion for each item, at least")
	f.IntVar(&req.Gap, "gap", 0, "weeks between promotions of an item, at least")
	f.Float64Var(&req.MinDepth, "min-depth", 0, "fraction off the base price, at least")
	f.Float64Var(&req.MaxDepth, "max-depth", 0, "fraction off the base price, at most")
	f.IntSliceVar(&req.Closed, "closed", nil, "weeks without promotion, from 0")
	f.Float64Var(&req.Budget, "budget", 0, "money for discounts and fixed costs, at most")
	f.Float64Var(&req.MarginFloor, "margin-floor", 0, "profit over sales, at least")
	f.IntVar(&req.PerCategory, "per-category", 0, "items of a category on promotion in one week, at most")
	f.Float64Var(&req.Margin, "margin", 0, "of base price, for items without a known cost (default 0.25)")
	f.Float64Var(&req.Funding, "funding", 0, "fraction of the discount that the supplier pays")
	f.Float64Var(&req.FeatureCost, "feature-cost", 0, "money for one feature, store and week")
	f.Float64Var(&req.DisplayCost, "display-cost", 0, "money for one display, store and week")
	f.Float64Var(&req.Worst, "worst", 0, "plan for this share, the worst, of what is believed of the response (default 1)")
	return cmd
}

func readLimits(path string, req *app.PlanRequest) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(req); err != nil {
		return usageError{core.Errorf(core.Invalid, "%s: %s", path, strings.TrimPrefix(err.Error(), "json: ")).
			WithHint(`for example {"budget": 5000, "maxPromos": 6, "own": {"1111009477": {"maxPromos": 2}}}`)}
	}
	return nil
}

func sayPlan(w io.Writer, r *app.PlanReply) {
	fmt.Fprintf(w, "%d offers over %d weeks; expected profit %.0f, at most %.2f%% under what any plan under these rules could bring (%.0f)\n",
		len(r.Plan.Offers), len(r.Labels), r.Profit, r.Gap*100, r.Bound)
	fmt.Fprintf(w, "spent %.0f; change of profit by the what-if %+.0f, 90 %% from %+.0f to %+.0f\n", r.Spent, r.Outcome.Profit.Net.Mean, r.Outcome.Profit.Net.Lo90, r.Outcome.Profit.Net.Hi90)
	for _, rule := range r.Tight {
		fmt.Fprintln(w, "binds: "+rule)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "beside it\toffers\tchange of profit\t90 %\trules broken")
	for _, o := range r.Others {
		fmt.Fprintf(t, "%s\t%d\t%+.0f\t[%+.0f, %+.0f]\t%d\n", o.Name, o.Offers, o.Net.Mean, o.Net.Lo90, o.Net.Hi90, len(o.Broken))
	}
	t.Flush()
	names := map[string]string{}
	for _, it := range r.Outcome.Items {
		names[it.Item] = it.Name
	}
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nitem\tname\toffers, by week")
	for _, it := range r.Outcome.Items {
		if offers := offersOf(r, it.Item); offers != "" {
			fmt.Fprintf(t, "%s\t%s\t%s\n", it.Item, names[it.Item], offers)
		}
	}
	t.Flush()
	for _, note := range r.Notes {
		fmt.Fprintln(w, "note: "+note)
	}
	for _, warning := range r.Outcome.Warnings {
		fmt.Fprintln(w, "note: "+warning.Text)
	}
}

func offersOf(r *app.PlanReply, item string) string {
	var out []string
	for _, o := range r.Plan.Offers {
		if o.Item == item {
			out = append(out, offerText(o))
		}
	}
	return strings.Join(out, ", ")
}

func offerText(o promo.Offer) string {
	s := fmt.Sprintf("%d: %.0f%%", o.Week, o.Depth*100)
	if o.Store != "" {
		s += " in " + o.Store
	}
	if o.Feature {
		s += " featured"
	}
	if o.Display {
		s += " displayed"
	}
	return s
}
