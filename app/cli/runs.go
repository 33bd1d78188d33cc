package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
)

func (c *cli) runs() *cobra.Command {
	cmd := &cobra.Command{Use: "runs", Short: "What was trained and planned: list, compare, reproduce, tensorboard"}
	var project string
	cmd.PersistentFlags().StringVar(&project, "project", "", "name or id of the project")
	book := func(do func(a *app.App, book []app.Entry) error) error {
		return c.withApp(func(a *app.App) error {
			entries, err := a.Logbook(project)
			if err != nil {
				return err
			}
			return do(a, entries)
		})
	}
	list := &cobra.Command{
		Use: "list --project P", Short: "List trainings, fits and plans, newest first", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return book(func(_ *app.App, entries []app.Entry) error {
				return c.result(map[string]any{"entries": entries}, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
					fmt.Fprintln(t, "name\twhat\tof\tseed\ttook\tmain score\tdata\tresult\twhen")
					for _, e := range entries {
						fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%s\t%.8s\t%.8s\t%s\n", e.Name, e.What, e.Dataset, e.Seed, seconds(e.Seconds), mainScore(e), e.Data, e.Result, e.Created.Local().Format("2006-01-02 15:04"))
					}
					t.Flush()
				})
			})
		},
	}
	compare := &cobra.Command{
		Use: "compare A B --project P", Short: "What differs between two, and what is the same", Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			return book(func(_ *app.App, entries []app.Entry) error {
				a, err := entryOf(entries, args[0])
				if err != nil {
					return err
				}
				b, err := entryOf(entries, args[1])
				if err != nil {
					return err
				}
				rows := beside(a, b)
				return c.result(map[string]any{"a": a, "b": b, "rows": rows}, func(w io.Writer) { sayBeside(w, a, b, rows) })
			})
		},
	}
	again := &cobra.Command{
		Use: "reproduce RUN --project P", Short: "Train again from the same data, choices and seed, and compare the model's SHA-256", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return book(func(a *app.App, entries []app.Entry) error {
				e, err := entryOf(entries, args[0])
				if err != nil {
					return err
				}
				if !e.Again {
					return &core.Error{Kind: core.Unsupported, Message: e.WhyNot.Message, Hint: e.WhyNot.Hint}
				}
				var out app.Reproduced
				err = c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					out, err = a.Reproduce(ctx, project, e.Kind, e.ID, report)
					return err
				})
				if err != nil {
					return err
				}
				return c.result(out, func(w io.Writer) { sayReproduced(w, out) })
			})
		},
	}
	var out string
	board := &cobra.Command{
		Use: "tensorboard [RUN] --project P --out FILE", Short: "Write TensorBoard's event file of a training, or of all as a zip file of folders", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return book(func(a *app.App, entries []app.Entry) error {
				req := app.EventsExport{Project: project, Path: out}
				if len(args) > 0 {
					e, err := entryOf(entries, args[0])
					if err != nil {
						return err
					}
					req.ID = e.ID
				}
				file, err := a.ExportEvents(req)
				if err != nil {
					return err
				}
				return c.result(file, func(w io.Writer) {
					fmt.Fprintf(w, "%s: %d trainings, %.1f kB\n", file.Path, file.Rows, float64(file.Size)/1e3)
				})
			})
		},
	}
	board.Flags().StringVar(&out, "out", "", "file to write; TensorBoard looks for names with tfevents in them (default: in the project's folder)")
	for _, sub := range []*cobra.Command{list, compare, again, board} {
		cmd.AddCommand(need(sub, "project"))
	}
	return cmd
}

// entryOf finds an entry by its name or id.
func entryOf(entries []app.Entry, name string) (app.Entry, error) {
	for _, e := range entries {
		if e.ID == name || e.Name == name {
			return e, nil
		}
	}
	return app.Entry{}, core.Errorf(core.NotFound, "there is no run %q", name).WithHint("`shoptwin runs list` names them")
}

func mainScore(e app.Entry) string {
	for _, s := range []struct{ key, form, unit string }{{"overall", "%.3f", " fidelity"}, {"model", "%.3f", " missed"}, {"profit", "%+.0f", " profit"}} {
		if x, ok := e.Scores[s.key]; ok {
			return fmt.Sprintf(s.form, x) + s.unit
		}
	}
	return "–"
}

// compared is one line of two entries beside each other.
type compared struct {
	What    string `json:"what"`
	A       string `json:"a"`
	B       string `json:"b"`
	Differs bool   `json:"differs"`
}

// beside puts what two entries have beside each other, what differs first.
func beside(a, b app.Entry) []compared {
	facts := func(e app.Entry) map[string]string {
		m := map[string]string{"of": e.Dataset, "engine": e.What, "seed": strconv.FormatUint(e.Seed, 10), "data": e.Data, "result": e.Result}
		if e.Machine != nil {
			m["machine"] = fmt.Sprintf("%s, %s, %d threads, Shoptwin %s", e.Machine.System, e.Machine.Engine, e.Machine.Threads, e.Machine.Version)
		}
		for key, v := range e.Choices {
			m[key] = v
		}
		for key, x := range e.Scores {
			m["score "+key] = strconv.FormatFloat(x, 'g', 4, 64)
		}
		return m
	}
	fa, fb := facts(a), facts(b)
	var rows []compared
	for _, same := range []bool{false, true} {
		keys := maps.Clone(fa)
		maps.Copy(keys, fb)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if (fa[key] == fb[key]) == same {
				rows = append(rows, compared{key, fa[key], fb[key], !same})
			}
		}
	}
	return rows
}

func sayBeside(w io.Writer, a, b app.Entry, rows []compared) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\t%s\t%s\n", a.Name, b.Name)
	for i, r := range rows {
		if i > 0 && !r.Differs && rows[i-1].Differs {
			fmt.Fprintln(t, "the same:\t\t")
		}
		fmt.Fprintf(t, "%s\t%.40s\t%.40s\n", r.What, r.A, r.B)
	}
	t.Flush()
}

func sayReproduced(w io.Writer, r app.Reproduced) {
	switch {
	case r.Same:
		fmt.Fprintf(w, "%s came out the same, to the last byte: %.16s…\n", r.Name, r.After)
	case !r.SameData:
		fmt.Fprintf(w, "%s came out differently (%.16s… instead of %.16s…): its table holds other rows now\n", r.Name, r.After, r.Before)
	default:
		fmt.Fprintf(w, "%s came out differently (%.16s… instead of %.16s…) from the same rows\n", r.Name, r.After, r.Before)
		if r.Then != nil && *r.Then != *r.Now {
			fmt.Fprintf(w, "then: %s, %s, Shoptwin %s; now: %s, %s, Shoptwin %s\n", r.Then.System, r.Then.Engine, r.Then.Version, r.Now.System, r.Now.Engine, r.Now.Version)
		}
	}
}
