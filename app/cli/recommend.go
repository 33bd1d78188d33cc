package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/recommend"
)

// recommending are the flags that all of recommend's commands share.
type recommending struct {
	app.RecommendRequest
	maps  []string
	model string // file to read
}

func (c *cli) recommend() *cobra.Command {
	var r recommending
	cmd := &cobra.Command{Use: "recommend", Short: "What customers want next and what belongs together: backtest, train, for, related, segments, tune"}
	f := cmd.PersistentFlags()
	f.StringSliceVar(&r.maps, "map", nil, "part=column, such as customer=user_id,item=sku,time=at,basket=order,action=event,price=paid,category=group,discount=off,channel=via; part=- leaves it out (default: detected)")
	f.StringVar(&r.Project, "project", "", "take the events from this project")
	f.StringVar(&r.Dataset, "data", "", "with --project: the dataset")
	f.StringSliceVar(&r.Actions, "action", nil, "only events of these actions, such as purchase; view for what is looked at together (default: all)")
	f.StringVar(&r.Method, "method", "auto", "auto compares all and takes the best; or a name of the leaderboard")
	f.StringVar(&r.Hold, "hold", "", "what the examination holds out: time or basket (default: time where there are times)")
	f.BoolVar(&r.Quick, "quick", false, "usual choices of quick methods only, no mixtures, 2,000 customers asked")
	f.Float64Var(&r.Minutes, "minutes", 0, "time for networks (LSTM, LightGCN, self-attention), or for tune (default: none, 2)")
	f.IntVar(&r.Days, "days", 7, "train tells, too, who comes within so many days; -1: not")
	cmd.AddCommand(c.recommendBacktest(&r), c.recommendTrain(&r), c.recommendFor(&r), c.recommendRelated(&r), c.recommendSegments(&r), c.recommendTune(&r))
	return cmd
}

// withLog reads the events and runs do on them.
func (c *cli) withLog(ctx context.Context, r *recommending, args []string, do func(context.Context, *recommend.Log, func(core.Progress)) error) (err error) {
	if r.Columns, err = app.ParseEventColumns(r.maps); err != nil {
		return usageError{err}
	}
	if len(args) > 0 {
		r.File = args[0]
	}
	switch {
	case r.Project == "" && r.File == "":
		return usageError{core.Errorf(core.Invalid, "no events were named").WithHint("give a file, or --project NAME --data DATASET")}
	case r.Project == "":
		return c.work(ctx, func(ctx context.Context, report func(core.Progress)) error {
			l, err := app.LoadLog(ctx, r.EventsRequest, report)
			if err != nil {
				return err
			}
			return do(ctx, l, report)
		})
	}
	return c.withApp(func(a *app.App) error {
		return c.work(ctx, func(ctx context.Context, report func(core.Progress)) error {
			l, _, err := a.Events(ctx, r.EventsRequest, report)
			if err != nil {
				return err
			}
			return do(ctx, l, report)
		})
	})
}

func (c *cli) recommendBacktest(r *recommending) *cobra.Command {
	return &cobra.Command{
		Use: "backtest FILE", Short: "Hold out what customers did last, and compare all methods", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var board *recommend.Board
			err := c.withLog(cmd.Context(), r, args, func(ctx context.Context, l *recommend.Log, report func(core.Progress)) (err error) {
				board, err = app.CompareMethods(ctx, l, r.RecommendRequest, report)
				return err
			})
			if err != nil {
				return err
			}
			return c.result(board, func(w io.Writer) { sayBoard(w, board) })
		},
	}
}

func sayBoard(w io.Writer, b *recommend.Board) {
	for _, note := range b.Notes {
		fmt.Fprintln(w, "note: "+note)
	}
	for _, words := range b.Words {
		fmt.Fprintln(w, words.En)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nmethod\trecall@10\tNDCG@10\t95 %\trepeat\texplore\tMRR\tcoverage\tnovelty\ts")
	of := func(r *recommend.Ranking) string {
		if r == nil {
			return "–"
		}
		return fmt.Sprintf("%.3f", r.Recall[recommend.At(10)])
	}
	for _, e := range b.Entries {
		fmt.Fprintf(t, "%s\t%.4f\t%.4f\t%.4f–%.4f\t%s\t%s\t%.4f\t%.3f\t%.1f\t%.1f\n", e.Method, e.Recall10.Mean, e.NDCG10.Mean,
			e.NDCG10.Lo, e.NDCG10.Hi, of(e.Repeat), of(e.Explore), e.Ranking.MRR, e.Coverage, e.Novelty, e.Seconds)
	}
	t.Flush()
}

func (c *cli) recommendTrain(r *recommending) *cobra.Command {
	cmd := &cobra.Command{
		Use: "train FILE --out MODEL | --project P --data D", Short: "Learn a recommender and keep it", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.Project == "" && r.Model == "" {
				return usageError{core.Errorf(core.Invalid, "--out is missing").WithHint("name the file to keep the recommender in, or a --project")}
			}
			var info app.RecommenderInfo
			var err error
			if r.Project != "" {
				if r.Columns, err = app.ParseEventColumns(r.maps); err != nil {
					return usageError{err}
				}
				err = c.withApp(func(a *app.App) error {
					return c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
						info, err = a.Recommend(ctx, r.RecommendRequest, report)
						return err
					})
				})
			} else {
				err = c.withLog(cmd.Context(), r, args, func(ctx context.Context, l *recommend.Log, report func(core.Progress)) error {
					m, _, err := app.TrainRecommender(ctx, l, r.RecommendRequest, report)
					if err == nil {
						info = app.InfoOf(m, l)
					}
					return err
				})
			}
			if err != nil {
				return err
			}
			return c.result(info, func(w io.Writer) {
				if info.Board != nil {
					sayBoard(w, info.Board)
				}
				for _, note := range info.Notes {
					fmt.Fprintln(w, "note: "+note)
				}
				fmt.Fprintf(w, "learned %s from %s events of %s customers and %s items\n", info.Method, grouped(int64(info.Events)), grouped(int64(info.Customers)), grouped(int64(info.Items)))
			})
		},
	}
	cmd.Flags().StringVar(&r.RecommendRequest.Model, "out", "", "file to keep the recommender in")
	return cmd
}

// withModel runs do on a recommender: one that was kept, or one learned from a
// file on the spot.
func (c *cli) withModel(ctx context.Context, r *recommending, args []string, do func(context.Context, *recommend.Model, func(core.Progress)) error) error {
	switch {
	case r.model != "":
		return c.work(ctx, func(ctx context.Context, report func(core.Progress)) error {
			m, err := app.ReadRecommender(r.model)
			if err != nil {
				return err
			}
			return do(ctx, m, report)
		})
	case r.Project != "" && len(args) == 0:
		return c.withApp(func(a *app.App) error {
			return c.work(ctx, func(ctx context.Context, report func(core.Progress)) error {
				m, err := a.Recommender(r.Project)
				if err != nil {
					return err
				}
				return do(ctx, m, report)
			})
		})
	}
	return c.withLog(ctx, r, args, func(ctx context.Context, l *recommend.Log, report func(core.Progress)) error {
		req := r.RecommendRequest
		req.Days = -1 // nobody asks who comes soon
		m, _, err := app.TrainRecommender(ctx, l, req, report)
		if err != nil {
			return err
		}
		return do(ctx, m, report)
	})
}

func (c *cli) recommendFor(r *recommending) *cobra.Command {
	var q recommend.Query
	var customers []string
	var out string
	cmd := &cobra.Command{
		Use: "for [FILE | --model M | --project P] [--customer C]... [--out LISTS]", Short: "Lists for customers, with reasons; without --customer for all, into a file", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			result := struct {
				Method string             `json:"method"`
				Lists  []recommend.Answer `json:"lists,omitempty"`
				Notes  []string           `json:"notes,omitempty"`
				File   app.Exported       `json:"file,omitzero"`
			}{}
			err := c.withModel(cmd.Context(), r, args, func(ctx context.Context, m *recommend.Model, report func(core.Progress)) (err error) {
				result.Method, result.Notes = m.Method, m.Notes
				if len(customers) == 0 && len(q.Items) == 0 {
					if out == "" {
						return usageError{core.Errorf(core.Invalid, "no customer was named").WithHint("give --customer NAME, or --out FILE for the lists of all")}
					}
					result.File, err = app.WriteLists(ctx, m, q.K, out, report)
					return err
				}
				if len(q.Items) > 0 {
					customers = append(customers[:0], "")
				}
				for _, who := range customers {
					q.Customer, q.Why = who, true
					a, err := m.Ask(q)
					if err != nil {
						return err
					}
					result.Lists = append(result.Lists, a)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return c.result(result, func(w io.Writer) {
				for _, note := range result.Notes {
					fmt.Fprintln(w, "note: "+note)
				}
				if result.File.Path != "" {
					fmt.Fprintf(w, "wrote %s rows to %s\n", grouped(int64(result.File.Rows)), result.File.Path)
				}
				for _, a := range result.Lists {
					fmt.Fprintf(w, "%s, by %s\n", a.Customer, result.Method)
					if a.Note != "" {
						fmt.Fprintln(w, "note: "+a.Note)
					}
					t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
					for i, b := range a.Items {
						why := ""
						if b.Because != nil {
							why = b.Because.Why.En
							if len(b.Because.Drove) > 0 {
								why += "; after " + strings.Join(b.Because.Drove, ", ")
							}
						}
						fmt.Fprintf(t, "%d\t%s\t%s\t%s\n", i+1, b.Item, b.Label, why)
					}
					t.Flush()
				}
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.model, "model", "", "a recommender that train kept")
	f.StringArrayVar(&customers, "customer", nil, "whom for; repeatable (default: all, with --out)")
	f.StringArrayVar(&q.Items, "item", nil, "what is in the basket, instead of a customer; repeatable")
	f.IntVar(&q.K, "k", 10, "items of a list")
	f.BoolVar(&q.New, "new", false, "leave out what the customer has had")
	f.StringArrayVar(&q.Exclude, "exclude", nil, "an item to leave out, such as one out of stock; repeatable")
	f.StringVar(&out, "out", "", "file for the lists of all customers: .csv .tsv .parquet .json .jsonl .xlsx")
	return cmd
}
