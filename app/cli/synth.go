package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

func (c *cli) synth() *cobra.Command {
	var req app.SynthRequest
	var roles, shares []string
	var several severalTables
	cmd := &cobra.Command{
		Use: "synth FILE --out FILE", Short: "One shot: learn from a file, sample, judge, write; several files with keys between them go to a folder",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if req.Roles, err = parseRoles(roles); err != nil {
				return err
			}
			req.Share, req.Shares = parseShares(shares)
			if req.File = args[0]; len(args) > 1 {
				several.Files = args
				return c.synthTables(cmd.Context(), several.of(req))
			}
			var out app.SynthResult
			err = c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
				out, err = app.SynthFile(ctx, req, report)
				return err
			})
			if err != nil {
				return err
			}
			return c.result(out, func(w io.Writer) {
				if out.Why.En != "" {
					fmt.Fprintln(w, out.Why.En)
				}
				for i, f := range out.Files {
					fmt.Fprintln(w, "wrote "+f.Path)
					if i == 0 {
						sayEffect(w, f.Effect)
					}
				}
				for _, u := range out.Upsampled {
					fmt.Fprintln(w, u.Words.En)
				}
				for _, warning := range out.Warnings {
					fmt.Fprintln(w, "note: "+warning)
				}
				sayReport(w, out.Report)
			})
		},
	}
	f := cmd.Flags()
	several.flags(cmd)
	f.StringVar(&req.Out, "out", "", "file to write: .csv .tsv .parquet .json .jsonl .xlsx, also .gz")
	f.StringVar(&req.Also, "also", "", "a second file for the same rows, in another format")
	f.IntVar(&req.Rows, "rows", 0, "synthetic rows (default: as many as FILE has)")
	f.StringVar(&req.Engine, "engine", "gan", engineHelp)
	privacyFlags(cmd, &req.Privacy)
	f.StringVar(&req.Effort, "effort", "balanced", "quick, balanced or best")
	f.Float64Var(&req.Minutes, "minutes", 0, "time for the training (default: what the effort takes)")
	f.Uint64Var(&req.Seed, "seed", 1, "the same seed gives the same rows")
	f.StringVar(&req.Holdout, "holdout", "", "real rows that the training does not see, to judge with (default: a fifth of FILE)")
	f.StringVar(&req.Report, "report", "", "HTML page to write the verdict to")
	f.StringVar(&req.Target, "target", "", "column that the utility test predicts (default: chosen)")
	f.StringSliceVar(&req.Groups, "group", nil, "columns whose groups the report compares, such as sex or region (default: none)")
	f.IntVar(&req.Shadows, "shadows", 0, "models of the same engine that practise attacking it for the report, 4 are enough (default: none)")
	f.BoolVar(&req.Rake, "rake", false, "weight sampled rows to the real pair tables: truer, less private")
	f.BoolVar(&req.NoGuard, "no-formula-guard", false, "leave text such as =1+1 as it is in CSV")
	sequenceFlags(cmd, &req.Sequence)
	f.StringVar(&req.Sequence.Model, "model", "", "with --owner: file to keep the model in")
	kindFlags(cmd, &req.Where, &shares)
	f.StringArrayVar(&req.Balance, "balance", nil, "make a rare value frequent, income=>50K:0.3, and say whether that helps to recognise it (repeat)")
	ganFlags(cmd, &req.GAN)
	f.StringVar(&req.Lang, "lang", "en", "language of the report: en or zh-CN")
	f.StringSliceVar(&roles, "roles", nil, rolesHelp)
	return need(cmd, "out")
}

const engineHelp = "what learns: gan, autoregressive, vae, tree, marginal and dpgan (differentially private), or auto (tried and chosen)"

// kindFlags ask for rows of kinds.
func kindFlags(cmd *cobra.Command, where, shares *[]string) {
	f := cmd.Flags()
	f.StringArrayVar(where, "where", nil, "write rows of a kind: city=Lyon|Nice, age=18..25, date=2024-01..2024-03, city= for missing; again for more conditions")
	f.StringArrayVar(shares, "share", nil, "share of the rows that meet --where (0.3), or that a kind shall have: city=Lyon:0.3, family=yes:+20%, city for all its values alike (repeat)")
}

// parseShares tells the share of --where, a bare number, from those of kinds.
func parseShares(given []string) (share float64, shares []string) {
	for _, s := range given {
		if x, err := strconv.ParseFloat(s, 64); err == nil {
			share = x
		} else {
			shares = append(shares, s)
		}
	}
	return share, shares
}

// sayEffect tells what other shares have changed.
func sayEffect(w io.Writer, e *synth.Effect) {
	if e == nil {
		return
	}
	for _, k := range e.Kinds {
		fmt.Fprintf(w, "  %s: %.3g %% of the rows, the model draws %.3g %%\n", k.Text, 100*k.To, 100*k.From)
	}
	fmt.Fprintf(w, "  of 100 rows of the model %.3g count: the fewer, the farther this is from what was learned\n", 100*e.Effective)
}

// ganFlags are how a GAN is built and trained.
func ganFlags(cmd *cobra.Command, g *app.GANChoice) {
	f := cmd.Flags()
	f.StringVar(&g.Loss, "gan-loss", "", "gan: nonsaturating, hinge, relativistic or wasserstein (default nonsaturating)")
	f.IntVar(&g.Width, "gan-width", 0, "gan: width of the generator's hidden layers (default 128)")
	f.IntVar(&g.Depth, "gan-depth", 0, "gan: the generator's hidden layers, up to 6 (default 2)")
	f.IntVar(&g.Critic, "gan-critic", 0, "gan: width of the discriminator's hidden layer (default 256)")
	f.Float64Var(&g.Gamma, "gan-gamma", 0, "gan: weight of the discriminator's regulariser, below 0 for none (default 1)")
	f.Float64Var(&g.LearnRate, "gan-rate", 0, "gan: learning rate (default 0.003)")
}

// privacyFlags are what the private engine is told.
func privacyFlags(cmd *cobra.Command, p *app.PrivacyChoice) {
	f := cmd.Flags()
	f.Float64Var(&p.Epsilon, "epsilon", 0, "marginal, dpgan: privacy promised, smaller is more private (default 1)")
	f.Float64Var(&p.Delta, "delta", 0, "marginal, dpgan: chance that the promise is not kept (default 1e-5)")
	f.StringVar(&p.Person, "person", "", "column that names the person a row is about: what fewer than five persons share is not remembered; marginal, dpgan: whose rows are hidden together (default: every row is a person's own)")
	f.IntVar(&p.PersonRows, "person-rows", 0, "marginal, dpgan: rows of one person at most; with --person others are left out (default 1)")
	f.StringArrayVar(&p.Public, "public", nil, "marginal, dpgan: what is known of a column without looking, age=0..120 or sex=Female|Male; costs nothing (repeat)")
	f.Uint64Var(&p.NoiseSeed, "noise-seed", 0, "marginal, dpgan: makes the noise repeatable, for tests only: who knows it can take the noise off")
}

const rolesHelp = "column=role, such as store=category (default: detected); roles are key, measure, category, time, text"

// parseRoles reads column=role pairs.
func parseRoles(pairs []string) (map[string]table.Role, error) {
	roles := map[string]table.Role{}
	for _, pair := range pairs {
		i := strings.LastIndexByte(pair, '=')
		var role table.Role
		if i <= 0 || role.UnmarshalText([]byte(pair[i+1:])) != nil {
			return nil, usageError{core.Errorf(core.Invalid, "--roles %q is not column=role", pair).WithHint("roles are key, measure, category, time and text")}
		}
		roles[pair[:i]] = role
	}
	return roles, nil
}

func (c *cli) train() *cobra.Command {
	var req app.TrainRequest
	var keys []string
	cmd := &cobra.Command{
		Use: "train --project P --dataset D", Short: "Learn a synthesizer from a project's dataset and judge it",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if names := strings.Split(req.Dataset, ","); len(names) > 1 {
				return c.trainTables(cmd.Context(), app.TablesTraining{Project: req.Project, Datasets: names, Keys: keys, Effort: req.Effort, Seed: req.Seed})
			}
			return c.withApp(func(a *app.App) error {
				var out app.RunInfo
				err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					out, err = a.Train(ctx, req, report)
					return err
				})
				if err != nil {
					return err
				}
				r, err := a.Report(req.Project, out.ID)
				if err != nil {
					return err
				}
				return c.result(out, func(w io.Writer) {
					steps := ""
					if out.Steps > 0 {
						steps = fmt.Sprintf(", %d steps", out.Steps)
					}
					fmt.Fprintf(w, "%s: %s%s, %s\n", out.Name, out.Engine, steps, seconds(out.Seconds))
					if out.Why.En != "" {
						fmt.Fprintln(w, out.Why.En)
					}
					sayReport(w, r)
				})
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&req.Project, "project", "", "name or id of the project")
	f.StringVar(&req.Dataset, "dataset", "", "name or id of the dataset; several with keys between them: a,b,c")
	f.StringArrayVar(&keys, "key", nil, keyHelp)
	f.StringVar(&req.Engine, "engine", "gan", engineHelp)
	privacyFlags(cmd, &req.Privacy)
	f.StringVar(&req.Effort, "effort", "balanced", "quick, balanced or best")
	f.Float64Var(&req.Minutes, "minutes", 0, "time for the training (default: what the effort takes)")
	f.Uint64Var(&req.Seed, "seed", 1, "the same seed gives the same model")
	f.IntVar(&req.Rows, "rows", 0, "synthetic rows to judge (default: as many as were learned from)")
	f.StringVar(&req.Target, "target", "", "column that the utility test predicts (default: chosen)")
	f.StringVar(&req.Continue, "continue", "", "id or name of the run whose model is trained on, with this dataset: new rows of the same columns")
	sequenceFlags(cmd, &req.Sequence)
	ganFlags(cmd, &req.GAN)
	f.StringSliceVar(&req.Columns, "columns", nil, "columns to learn (default: all)")
	return need(cmd, "project", "dataset")
}

func (c *cli) sample() *cobra.Command {
	var project, run string
	var rows int
	var seed uint64
	cmd := &cobra.Command{
		Use: "sample --project P", Short: "Show synthetic rows of a project's model",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return c.withApp(func(a *app.App) error {
				page, err := a.SampleRows(project, run, rows, seed)
				if err != nil {
					return err
				}
				return c.result(page, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
					fmt.Fprintln(t, strings.Join(page.Header, "\t"))
					for _, row := range page.Rows {
						fmt.Fprintln(t, strings.Join(row, "\t"))
					}
					t.Flush()
				})
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&project, "project", "", "name or id of the project")
	f.StringVar(&run, "run", "", "id or name of the run (default: the newest)")
	f.IntVar(&rows, "rows", 10, "at most 1,000; `shoptwin export` writes more")
	f.Uint64Var(&seed, "seed", 1, "the same seed gives the same rows")
	return need(cmd, "project")
}

func (c *cli) export() *cobra.Command {
	var req app.ExportRequest
	var shares []string
	cmd := &cobra.Command{
		Use: "export --project P --out FILE", Short: "Write synthetic rows of a project's model, or a dataset, to a file",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if strings.HasPrefix(req.Run, "tables ") {
				return c.tablesExport(cmd.Context(), req)
			}
			return c.withApp(func(a *app.App) error {
				var out app.Exported
				req.Share, req.Shares = parseShares(shares)
				err := c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
					out, err = a.Export(ctx, req, report)
					return err
				})
				if err != nil {
					return err
				}
				return c.result(out, func(w io.Writer) {
					fmt.Fprintf(w, "wrote %s rows to %s\n", grouped(int64(out.Rows)), out.Path)
					sayEffect(w, out.Effect)
				})
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&req.Project, "project", "", "name or id of the project")
	f.StringVar(&req.Run, "run", "", "id or name of the run (default: the newest)")
	f.StringVar(&req.Dataset, "dataset", "", "name or id of a dataset, whose own rows are written")
	f.IntVar(&req.Rows, "rows", 0, "rows to write (default: as many as were judged)")
	f.Uint64Var(&req.Seed, "seed", 0, "the same seed gives the same rows (default: the run's)")
	f.StringVar(&req.Path, "out", "", "file to write (default: in the project's folder)")
	f.StringVar(&req.Format, "format", "", "csv, tsv, parquet, json, jsonl, xlsx, sqlite, duckdb, sql, mysql.sql or sqlserver.sql (default: by the file's ending)")
	f.BoolVar(&req.NoGuard, "no-formula-guard", false, "leave text such as =1+1 as it is in CSV")
	f.IntVar(&req.Customers, "customers", 0, "of a run of customers with events: how many to draw (default: as many as have about --rows events)")
	f.IntVar(&req.From, "from", 0, "first row to write: with 1000 rows written, --from 1000 goes on with others of the same seed")
	kindFlags(cmd, &req.Where, &shares)
	return need(cmd, "project")
}
