package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/app/serve"
	"shoptwin/core"
	"shoptwin/frontend"
)

// report writes pages that need nothing else to be read.
func (c *cli) report() *cobra.Command {
	cmd := &cobra.Command{
		Use: "report", Short: "Write a page to send to others: a run's proof, plans that answer what-ifs, or what was learned to recommend",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		c.page("quality", "The proof of a run's quality and privacy", func(a *app.App, project, run, lang string, w io.Writer) error {
			if run == "" {
				v, err := a.OpenProject(project)
				if err != nil {
					return err
				}
				if len(v.Runs) == 0 {
					return core.Errorf(core.NotFound, "project %q has no run yet", project).WithHint("train a twin first: shoptwin train")
				}
				run = v.Runs[0].ID
			}
			return a.ReportHTML(project, run, lang, w)
		}),
		c.page("whatif", "The plans, with sliders that work without Shoptwin and without a network", func(a *app.App, project, _, lang string, w io.Writer) error {
			return a.WhatIfHTML(project, lang, serve.Shell(frontend.Files(), serve.WhatIfPage), w)
		}),
		c.page("recommend", "What was learned to recommend, with what goes together found in the page", func(a *app.App, project, _, lang string, w io.Writer) error {
			return a.RecommendHTML(project, lang, serve.Shell(frontend.Files(), serve.RecommendPage), w)
		}),
	)
	return cmd
}

func (c *cli) page(name, short string, write func(a *app.App, project, run, lang string, w io.Writer) error) *cobra.Command {
	var project, run, lang, out string
	cmd := &cobra.Command{
		Use: name + " --project P --out FILE.html", Short: short,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return c.withApp(func(a *app.App) error {
				if err := app.WriteFile(out, func(w io.Writer) error { return write(a, project, run, lang, w) }); err != nil {
					return err
				}
				st, err := os.Stat(out)
				if err != nil {
					return err
				}
				return c.result(map[string]any{"path": out, "bytes": st.Size()}, func(w io.Writer) { fmt.Fprintf(w, "%s: %d kB\n", out, st.Size()/1000) })
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&project, "project", "", "project to report on")
	f.StringVar(&lang, "lang", "en", "language of the page: en or zh-CN")
	f.StringVar(&out, "out", "", "HTML file to write")
	if name == "quality" {
		f.StringVar(&run, "run", "", "run to report on (default: the newest)")
	}
	return need(cmd, "project", "out")
}
