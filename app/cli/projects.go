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
	"shoptwin/core/shop"
)

func (c *cli) demo() *cobra.Command {
	var seed uint64
	cmd := &cobra.Command{
		Use: "demo", Short: "Run the whole main job on the made sample shop, as a stored project",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(func(a *app.App) error {
				var out app.DemoResult
				err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					out, err = a.Demo(ctx, seed, report)
					return err
				})
				if err != nil {
					return err
				}
				return c.result(out, func(w io.Writer) { sayDemo(w, out) })
			})
		},
	}
	cmd.Flags().Uint64Var(&seed, "seed", 1, "the same seed makes the same shop and the same twin")
	return cmd
}

func sayDemo(w io.Writer, out app.DemoResult) {
	rows := int64(0)
	for _, d := range out.Datasets {
		if d.Recipe == nil {
			rows += d.Rows
		}
	}
	s := out.Run.Scores
	fmt.Fprintf(w, "\n%s is ready after %s.\n\n", app.SampleName, seconds(out.Seconds))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "data\t%s rows imported from 4 files\n", grouped(rows))
	fmt.Fprintf(t, "twin\t%s synthetic rows, fidelity %.3f of %.3f possible\n", grouped(int64(out.Run.Rows)), s["overall"], s["ceiling"])
	if tstr, ok := s["tstr"]; ok {
		fmt.Fprintf(t, "use\ta model taught by the twin scores %.3f, one taught by real rows %.3f\n", tstr, s["trtr"])
	}
	if dcr, ok := s["dcr"]; ok {
		fmt.Fprintf(t, "privacy\t%.3f of the synthetic rows lie nearer to training rows than to fresh ones (chance .500); %.0f exact copies\n", dcr, s["copies"])
	}
	if b := out.Backtest; b != nil {
		fmt.Fprintf(t, "promotions\t%s\n", backtestSentence(b))
	}
	if o := out.WhatIf; o != nil {
		fmt.Fprintf(t, "what-if\t%d offers: profit %+.0f, 90 %% from %+.0f to %+.0f, on a baseline of %.0f\n",
			o.OfferCount, o.Profit.Net.Mean, o.Profit.Net.Lo90, o.Profit.Net.Hi90, o.BaselineProfit)
	}
	t.Flush()
	fmt.Fprintln(w, "\nwritten:")
	for _, f := range out.Files {
		fmt.Fprintln(w, "  "+f)
	}
}

func (c *cli) shop() *cobra.Command {
	var dir string
	var seed uint64
	cmd := &cobra.Command{
		Use: "shop --out DIR", Short: "Write the made shop's files and truth.json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var files []string
			err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
				files, err = app.WriteShop(ctx, dir, shop.Config{}, seed, report)
				return err
			})
			if err != nil {
				return err
			}
			return c.result(map[string]any{"files": files}, func(w io.Writer) { fmt.Fprintln(w, strings.Join(files, "\n")) })
		},
	}
	cmd.Flags().StringVar(&dir, "out", "", "folder to write to")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "the same seed makes the same shop")
	return need(cmd, "out")
}

func (c *cli) importFiles() *cobra.Command {
	var req app.ImportRequest
	var roles []string
	var passwordFile string
	cmd := &cobra.Command{
		Use: "import FILE... --project P", Short: "Read files, folders or databases into a project, making it when it is new",
		Long: importHelp,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) (err error) {
			if req.Roles, err = parseRoles(roles); err != nil {
				return err
			}
			if req.Password, err = c.password(files, passwordFile); err != nil {
				return err
			}
			return c.withApp(func(a *app.App) error {
				made := false
				if _, err := a.OpenProject(req.Project); core.KindOf(err) == core.NotFound {
					p, err := a.CreateProject(req.Project)
					if err != nil {
						return err
					}
					req.Project, made = p.ID, true
				} else if err != nil {
					return err
				}
				req.Files = files
				var out []app.Dataset
				err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					out, err = a.Import(ctx, req, report)
					return err
				})
				if err != nil {
					if made && len(out) == 0 {
						a.DeleteProject(req.Project)
					}
					return err
				}
				return c.result(map[string]any{"datasets": out}, func(w io.Writer) {
					for _, d := range out {
						sayDataset(w, d)
					}
				})
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&req.Project, "project", "", "name or id of the project")
	f.StringVar(&req.As, "as", "", "name of the dataset (default: the file's)")
	f.StringVar(&req.Role, "role", "", "transactions, products, promotions, behaviour or other (default: detected)")
	readingFlags(cmd, &req.Reading, &passwordFile)
	cmd.Flags().BoolVar(&req.Remember, "remember", false, "keep the password of the database in the system's keyring")
	f.StringSliceVar(&roles, "roles", nil, rolesHelp)
	return need(cmd, "project")
}

func sayDataset(w io.Writer, d app.Dataset) {
	aside := ""
	if d.Rejected > 0 {
		aside = fmt.Sprintf(", %s set aside", grouped(d.Rejected))
	}
	fmt.Fprintf(w, "%s: %s rows, %d columns%s (%s)\n", d.Name, grouped(d.Rows), len(d.Columns), aside, d.Role)
	for _, note := range d.Info.Notes {
		fmt.Fprintf(w, "  %s\n", note)
	}
	for _, e := range d.Effects {
		fmt.Fprintf(w, "  %2d. %s\n", e.Step, e.Say)
	}
}

func (c *cli) projects() *cobra.Command {
	cmd := &cobra.Command{Use: "projects", Short: "What is stored: list, show, delete, backup, check"}
	list := &cobra.Command{
		Use: "list", Short: "List the projects", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return c.withApp(func(a *app.App) error {
				all, err := a.Projects()
				if err != nil {
					return err
				}
				return c.result(map[string]any{"projects": all}, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
					fmt.Fprintln(t, "id\tname\ttables\trows\tMB\topened")
					for _, p := range all {
						fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%.1f\t%s\n", p.ID, p.Name, p.Tables, grouped(p.Rows), float64(p.Bytes)/1e6, p.Opened.Local().Format("2006-01-02 15:04"))
					}
					t.Flush()
				})
			})
		},
	}
	show := &cobra.Command{
		Use: "show PROJECT", Short: "Show what a project holds", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return c.withApp(func(a *app.App) error {
				p, err := a.OpenProject(args[0])
				if err != nil {
					return err
				}
				return c.result(p, func(w io.Writer) { sayProject(w, p) })
			})
		},
	}
	var sure bool
	del := &cobra.Command{
		Use: "delete PROJECT --yes", Short: "Delete a project with all it holds", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if !sure {
				return usageError{core.Errorf(core.Invalid, "deleting %q cannot be undone", args[0]).WithHint("add --yes if you are sure; `shoptwin projects backup` first if not")}
			}
			return c.withApp(func(a *app.App) error {
				if err := a.DeleteProject(args[0]); err != nil {
					return err
				}
				return c.result(map[string]any{"deleted": args[0]}, func(w io.Writer) { fmt.Fprintf(w, "deleted %s\n", args[0]) })
			})
		},
	}
	del.Flags().BoolVar(&sure, "yes", false, "do it")
	backup := &cobra.Command{
		Use: "backup FILE", Short: "Copy everything to a tar archive", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return c.withApp(func(a *app.App) error {
				size, err := a.BackupTo(args[0])
				if err != nil {
					return err
				}
				return c.result(map[string]any{"file": args[0], "size": size}, func(w io.Writer) {
					fmt.Fprintf(w, "%s: %.1f MB; unpacked into an empty folder it can be opened with --home\n", args[0], float64(size)/1e6)
				})
			})
		},
	}
	check := &cobra.Command{
		Use: "check", Short: "Read all that is stored and say what is wrong", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return c.withApp(func(a *app.App) error {
				found, err := a.Check()
				if err != nil {
					return err
				}
				err = c.result(map[string]any{"problems": found}, func(w io.Writer) {
					for _, p := range found {
						fmt.Fprintf(w, "%s: %s\n", p.Place, p.Say)
					}
					if len(found) == 0 {
						fmt.Fprintln(w, "all is well")
					}
				})
				if err == nil && len(found) > 0 {
					err = core.Errorf(core.Invalid, "%d problems in what is stored", len(found)).WithHint("restore from a backup what is named above")
				}
				return err
			})
		},
	}
	cmd.AddCommand(list, show, del, backup, check)
	return cmd
}

func sayProject(w io.Writer, p app.ProjectView) {
	fmt.Fprintf(w, "%s (%s), %s\n\n", p.Name, p.ID, p.Created.Local().Format("2006-01-02 15:04"))
	for _, d := range p.Datasets {
		sayDataset(w, d)
	}
	for _, r := range p.Runs {
		fmt.Fprintf(w, "%s: %s twin of %s, fidelity %.3f, %s\n", r.Name, grouped(int64(r.Rows)), r.Dataset, r.Scores["overall"], seconds(r.Seconds))
	}
	if p.Promo != nil && p.Promo.Backtest != nil {
		fmt.Fprintf(w, "promotions: %s\n", backtestSentence(p.Promo.Backtest))
	}
	for _, s := range p.Scenarios {
		fmt.Fprintf(w, "plan %s: %s, %d offers\n", s.Name, s.Title, len(s.Plan.Offers))
	}
}
