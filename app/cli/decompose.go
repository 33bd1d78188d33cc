package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/promo"
)

func (c *cli) promoDecompose(from *app.PromoRequest, set func() error) *cobra.Command {
	var weeks int
	cmd := &cobra.Command{
		Use: "decompose --sales F", Short: "Split past sales into baseline, uplift, what was taken and what was pulled forward", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := set(); err != nil {
				return err
			}
			var out *promo.Decomposition
			err := c.withPanel(cmd.Context(), *from, func(ctx context.Context, p *promo.Panel, report func(core.Progress)) (err error) {
				out, err = promo.Decompose(ctx, p, weeks, promo.Config{}, report)
				return err
			})
			if err != nil {
				return err
			}
			return c.result(out, func(w io.Writer) { sayParts(w, out) })
		},
	}
	cmd.Flags().IntVar(&weeks, "weeks", 0, "last weeks of history (default 52, or all of a shorter one)")
	return cmd
}

func sayParts(w io.Writer, d *promo.Decomposition) {
	fmt.Fprintf(w, "%d weeks from %s, units\n", d.Weeks, d.From)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "sold\tbaseline\tuplift\tpulled forward\ttaken\thalo\trest\t ")
	row := func(name string, p promo.Parts) {
		fmt.Fprintf(t, "%.0f\t%.0f\t%+.0f\t%+.0f\t%+.0f\t%+.0f\t%+.0f\t %s\n", p.Units, p.Baseline, p.Uplift, p.Pulled, p.Taken, p.Halo, p.Rest, name)
	}
	row("all", d.Total)
	for _, g := range d.Categories {
		row(g.Name, g.Parts)
	}
	for i, it := range d.Items {
		if i == 30 {
			break
		}
		row(it.Name, it.Parts)
	}
	t.Flush()
	if n := len(d.Items) - 30; n > 0 {
		fmt.Fprintf(w, "… and %d more items, see --json\n", n)
	}
	for _, note := range d.Notes {
		fmt.Fprintln(w, "note: "+note)
	}
}
