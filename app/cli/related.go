package cli

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/recommend"
)

// kept says whether the project's newest recommender is meant, or one in a file,
// and not a table of events.
func (r *recommending) kept(args []string) bool {
	return r.model != "" || r.Project != "" && r.Dataset == "" && len(args) == 0
}

func (c *cli) recommendRelated(r *recommending) *cobra.Command {
	var item, out string
	var k int
	type pair struct {
		Related string `json:"related"`
		recommend.Pair
	}
	cmd := &cobra.Command{
		Use: "related [FILE | --model M | --project P] [--item X | --out PAIRS]", Short: "What is bought together, and what instead, with the evidence", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			result := struct {
				Items       int          `json:"items"`
				Baskets     int          `json:"baskets"`
				Communities int          `json:"communities"`
				Together    []pair       `json:"together,omitempty"`
				Instead     []pair       `json:"instead,omitempty"`
				Rules       []string     `json:"rules,omitempty"`
				File        app.Exported `json:"file,omitzero"`
			}{}
			tell := func(ctx context.Context, rel *recommend.Relations, report func(core.Progress)) (err error) {
				result.Items, result.Baskets = len(rel.Items), rel.Baskets
				seen := map[int32]int{}
				for _, g := range rel.Community {
					seen[g]++
				}
				for _, n := range seen {
					if n > 1 {
						result.Communities++
					}
				}
				if out != "" {
					result.File, err = app.WriteRelated(ctx, rel, k, out, report)
					return err
				}
				if item == "" {
					for _, rule := range rel.Rules(max(5, rel.Baskets/10_000), k) {
						result.Rules = append(result.Rules, fmt.Sprintf("%s → %s: in %.2f %% of the baskets, %.0f %% of those with the first, %.1f times chance",
							rel.Items[rule.If], rel.Items[rule.Then], 100*rule.Support, 100*rule.Confidence, rule.Lift))
					}
					return nil
				}
				at := slices.Index(rel.Items, item)
				if at < 0 {
					return core.Errorf(core.NotFound, "item %q is in no event", item).WithHint("names are compared as they are written in the file")
				}
				for _, p := range rel.To(int32(at), k) {
					result.Together = append(result.Together, pair{rel.Items[p.Item], p})
				}
				for _, p := range rel.Instead(int32(at), k) {
					result.Instead = append(result.Instead, pair{rel.Items[p.Item], p})
				}
				return nil
			}
			var err error
			if r.kept(args) {
				err = c.withModel(cmd.Context(), r, args, func(ctx context.Context, m *recommend.Model, report func(core.Progress)) error {
					return tell(ctx, m.Relations, report)
				})
			} else {
				err = c.withLog(cmd.Context(), r, args, func(ctx context.Context, l *recommend.Log, report func(core.Progress)) error {
					rel, err := recommend.Relate(ctx, l, recommend.Together{})
					if err != nil {
						return err
					}
					return tell(ctx, rel, report)
				})
			}
			if err != nil {
				return err
			}
			return c.result(result, func(w io.Writer) {
				fmt.Fprintf(w, "%s items in %s baskets, %d communities\n", grouped(int64(result.Items)), grouped(int64(result.Baskets)), result.Communities)
				for _, rule := range result.Rules {
					fmt.Fprintln(w, rule)
				}
				if result.File.Path != "" {
					fmt.Fprintf(w, "wrote %s rows to %s\n", grouped(int64(result.File.Rows)), result.File.Path)
				}
				for i, list := range [][]pair{result.Together, result.Instead} {
					if len(list) == 0 {
						continue
					}
					fmt.Fprintln(w, [...]string{"bought together with it", "bought instead of it"}[i])
					t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
					for _, p := range list {
						fmt.Fprintf(t, "  %s\tin %d baskets with it\tlift %.2f, shrunk %.2f\tconfidence %.3f\n", p.Related, p.Both, p.Lift, math.Exp(p.Score), p.Confidence)
					}
					t.Flush()
				}
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.model, "model", "", "a recommender that train kept")
	f.StringVar(&item, "item", "", "the item (default: the rules with the highest lift)")
	f.IntVar(&k, "k", 10, "related items of each")
	f.StringVar(&out, "out", "", "file for all pairs: .csv .tsv .parquet .json .jsonl .xlsx")
	return cmd
}

func (c *cli) recommendSegments(r *recommending) *cobra.Command {
	var clusters int
	var out string
	cmd := &cobra.Command{
		Use: "segments [FILE | --model M | --project P] [--clusters K] [--out SEGMENTS]", Short: "Customers in groups: by recency, frequency and spend, or by what they buy", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			result := struct {
				Segments []recommend.Segment `json:"segments"`
				File     app.Exported        `json:"file,omitzero"`
			}{}
			work := func(ctx context.Context, l *recommend.Log, report func(core.Progress)) (err error) {
				s := recommend.RFM(l)
				if clusters > 0 {
					if s, err = recommend.Cluster(ctx, l, clusters); err != nil {
						return err
					}
				}
				result.Segments = s.Segments
				if out != "" {
					result.File, err = app.WriteSegments(ctx, l, s, out, report)
				}
				return err
			}
			var err error
			if r.kept(args) && clusters == 0 {
				err = c.withModel(cmd.Context(), r, args, func(ctx context.Context, m *recommend.Model, report func(core.Progress)) (err error) {
					if result.Segments = m.Segments; out != "" {
						result.File, err = app.WriteCustomers(ctx, m, out, report)
					}
					return err
				})
			} else {
				err = c.withLog(cmd.Context(), r, args, work)
			}
			if err != nil {
				return err
			}
			return c.result(result, func(w io.Writer) {
				for _, s := range result.Segments {
					fmt.Fprintln(w, s.Words.En)
				}
				if result.File.Path != "" {
					fmt.Fprintln(w, "wrote "+result.File.Path)
				}
			})
		},
	}
	cmd.Flags().StringVar(&r.model, "model", "", "a recommender that train kept")
	cmd.Flags().IntVar(&clusters, "clusters", 0, "groups by what customers buy, so many (default: by recency, frequency and spend)")
	cmd.Flags().StringVar(&out, "out", "", "file for the segment of each customer")
	return cmd
}
