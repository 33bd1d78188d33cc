package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
)

func (c *cli) promoCoupons(from *app.PromoRequest, maps *[]string) *cobra.Command {
	req := app.CouponsRequest{Seed: 1}
	cmd := &cobra.Command{
		Use: "coupons --sales F --products F --promotions F", Short: "Learn shoppers from receipts, and in them whom to send which coupon when", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from.Sales == "" || from.Project != "" {
				return usageError{core.Errorf(core.Invalid, "--sales is missing").WithHint("give a file of receipt lines with a customer on each")}
			}
			if err := mapRoles(*maps, &req.Columns); err != nil {
				return err
			}
			req.Sales, req.Products, req.Promotions = from.Sales, from.Products, from.Promotions
			var out *app.CouponsReply
			err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
				out, err = app.Coupons(ctx, req, report)
				return err
			})
			if err != nil {
				return err
			}
			return c.result(out, func(w io.Writer) { sayCoupons(w, out) })
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&req.Items, "items", nil, "products with a coupon, one of each category (default: the most liked of the four largest categories)")
	f.Float64SliceVar(&req.Depths, "depths", nil, "fractions off to choose from (default .15,.3,.5)")
	f.IntVar(&req.Weeks, "weeks", 0, "weeks of the programme (default 26)")
	f.IntVar(&req.Most, "most", 0, "coupons for a customer, at most (default 8)")
	f.Float64Var(&req.Margin, "margin", 0, "of the usual price (default 0.3)")
	f.Float64Var(&req.Funding, "funding", 0, "fraction of the discount that the supplier pays")
	f.Float64Var(&req.Contact, "contact", 0, "money for sending one coupon")
	f.IntVar(&req.Rounds, "rounds", 0, "of experience from which the policy is learned (default 150)")
	f.BoolVar(&req.Anyway, "anyway", false, "use shoppers whom their judge refuses")
	f.Uint64Var(&req.Seed, "seed", 1, "of everything left to chance")
	return cmd
}

func sayCoupons(w io.Writer, r *app.CouponsReply) {
	fmt.Fprintf(w, "coupons for %v over %d weeks, at most %d for each customer; profit beside no coupon, by %d new shoppers\n", r.Items, r.Weeks, r.Most, r.Customers)
	fmt.Fprintf(w, "best simple rule: %+.3f for each customer, %.2f coupons: %s\n", r.ByRule, r.RuleSent, r.Rule)
	fmt.Fprintf(w, "learned policy:   %+.3f for each customer, %.2f coupons\n", r.ByPolicy, r.Sent)
	switch {
	case r.Lo90 > 0:
		fmt.Fprintf(w, "the policy brings %.3f more, 90 %% from %.3f to %.3f\n", r.Ahead, r.Lo90, r.Hi90)
	case r.Hi90 < 0:
		fmt.Fprintf(w, "use the rule: the policy brings %.3f less, 90 %% from %.3f to %.3f\n", -r.Ahead, -r.Hi90, -r.Lo90)
	default:
		fmt.Fprintf(w, "use the rule, which is simpler: the two cannot be told apart (%+.3f, 90 %% from %+.3f to %+.3f)\n", r.Ahead, r.Lo90, r.Hi90)
	}
	fmt.Fprintf(w, "the shoppers are told from real ones with an AUC of %.3f (0.5 is not at all)\n", r.Realism.AUC)
}
