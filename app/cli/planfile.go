package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/promo"
)

// planFiles adds the flags by which a plan comes from files and has stocks and
// money of its own; what it returns puts them into a plan.
func (c *cli) planFiles(cmd *cobra.Command) func(context.Context, *promo.Model, *promo.Plan) error {
	var scenario, calendar string
	var stocks []string
	var funding, featureCost, displayCost float64
	f := cmd.Flags()
	f.StringVar(&scenario, "scenario", "", "JSON file of a plan, as --json writes it under plan; flags come on top")
	f.StringVar(&calendar, "calendar", "", "CSV or Excel file of planned promotions: product, week or from and to, depth or price, type")
	f.StringArrayVar(&stocks, "stock", nil, "ITEM,UNITS[,WEEK[,WEEKS]]: no more than these units can be sold, from that week on (default: all weeks); repeatable")
	f.Float64Var(&funding, "funding", 0, "fraction of the discount that the supplier pays")
	f.Float64Var(&featureCost, "feature-cost", 0, "money for one feature, store and week")
	f.Float64Var(&displayCost, "display-cost", 0, "money for one display, store and week")
	return func(ctx context.Context, m *promo.Model, plan *promo.Plan) error {
		given := *plan
		if scenario != "" {
			if err := readScenario(scenario, plan); err != nil {
				return err
			}
			plan.Offers = append(plan.Offers, given.Offers...)
			plan.Horizon = max(plan.Horizon, given.Horizon)
		}
		planned, err := c.planned(ctx, m, calendar)
		if err != nil {
			return err
		}
		plan.Offers = append(plan.Offers, planned...)
		for _, s := range stocks {
			stock, err := parseStock(s)
			if err != nil {
				return err
			}
			plan.Stock = append(plan.Stock, stock)
		}
		for _, set := range []struct {
			name string
			to   *float64
			x    float64
		}{{"funding", &plan.Funding, funding}, {"feature-cost", &plan.FeatureCost, featureCost}, {"display-cost", &plan.DisplayCost, displayCost}} {
			if f.Changed(set.name) {
				*set.to = set.x
			}
		}
		if plan.Horizon > 0 {
			for _, o := range plan.Offers {
				plan.Horizon = max(plan.Horizon, o.Week+1)
			}
		}
		return nil
	}
}

// planned reads a file of planned promotions and says what of it is set aside;
// without a file there are none.
func (c *cli) planned(ctx context.Context, m *promo.Model, file string) ([]promo.Offer, error) {
	if file == "" {
		return nil, nil
	}
	read, err := app.ReadCalendar(ctx, m, file)
	if err != nil {
		return nil, err
	}
	for _, a := range read.Aside {
		fmt.Fprintln(c.err, "set aside: "+sayAside(a))
	}
	return read.Offers, nil
}

func sayAside(a promo.Aside) string {
	where := fmt.Sprintf("line %d", a.Line)
	if a.Column != "" {
		where += fmt.Sprintf(", %s %q", a.Column, a.Cell)
	}
	return where + ": " + a.Why
}

func readScenario(path string, plan *promo.Plan) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	// What --json wrote holds the plan beside its outcome.
	var whole struct{ Plan json.RawMessage }
	if json.Unmarshal(text, &whole) == nil && len(whole.Plan) > 0 {
		text = whole.Plan
	}
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(plan); err != nil {
		return usageError{core.Errorf(core.Invalid, "%s: %s", path, strings.TrimPrefix(err.Error(), "json: ")).
			WithHint(`for example {"horizon": 8, "funding": 0.2, "offers": [{"item": "1111009477", "week": 2, "depth": 0.25}], "stock": [{"item": "1111009477", "units": 900}]}`)}
	}
	return nil
}

func parseStock(s string) (promo.Stock, error) {
	parts := strings.Split(s, ",")
	out := promo.Stock{Item: parts[0]}
	into := []any{&out.Units, &out.Week, &out.Weeks}
	bad := len(parts) < 2 || len(parts) > 4
	for n, p := range parts[1:] {
		if n < len(into) {
			_, err := fmt.Sscan(p, into[n])
			bad = bad || err != nil
		}
	}
	if bad {
		return out, usageError{core.Errorf(core.Invalid, "--stock %q is not ITEM,UNITS[,WEEK[,WEEKS]]", s).WithHint("for example --stock 1111009477,900,2,4")}
	}
	return out, nil
}
