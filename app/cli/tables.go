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
	"shoptwin/core/quality"
)

const keyHelp = "a key between two tables, child.column=parent.column (repeat; others are found by values and names)"

// severalTables is what synth is told about several files.
type severalTables struct{ app.TablesRequest }

func (s *severalTables) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&s.Keys, "key", nil, "of several files: "+keyHelp)
	f.Float64Var(&s.Scale, "scale", 1, "of several files: how many times as large the synthetic ones shall be")
	f.StringVar(&s.Format, "format", "csv", "of several files: csv, tsv, parquet, json, jsonl or xlsx")
}

// of takes over what one file is asked for as well.
func (s *severalTables) of(one app.SynthRequest) app.TablesRequest {
	req := s.TablesRequest
	req.Out, req.Effort, req.Seed, req.Report, req.Lang, req.NoGuard, req.Roles = one.Out, one.Effort, one.Seed, one.Report, one.Lang, one.NoGuard, one.Roles
	return req
}

// synthTables is synth for several files.
func (c *cli) synthTables(ctx context.Context, req app.TablesRequest) error {
	var out app.TablesResult
	err := c.work(ctx, func(ctx context.Context, report func(core.Progress)) (err error) {
		out, err = app.SynthTables(ctx, req, report)
		return err
	})
	if err != nil {
		return err
	}
	return c.result(out, func(w io.Writer) {
		for _, f := range out.Files {
			fmt.Fprintln(w, "wrote "+f.Path)
		}
		for _, warning := range out.Warnings {
			fmt.Fprintln(w, "note: "+warning)
		}
		sayTables(w, out.Report)
	})
}

// trainTables is train for several datasets.
func (c *cli) trainTables(ctx context.Context, req app.TablesTraining) error {
	return c.withApp(func(a *app.App) error {
		var out app.TablesRun
		err := c.work(ctx, func(ctx context.Context, report func(core.Progress)) (err error) {
			out, err = a.TrainTables(ctx, req, report)
			return err
		})
		if err != nil {
			return err
		}
		return c.result(out, func(w io.Writer) {
			fmt.Fprintf(w, "%s: %s, %s\n", out.Name, strings.Join(out.Datasets, ", "), seconds(out.Seconds))
			for _, warning := range out.Warnings {
				fmt.Fprintln(w, "note: "+warning)
			}
			sayTables(w, out.Report)
		})
	})
}

func sayTables(w io.Writer, r *quality.TablesReport) {
	fmt.Fprintln(w, r.Title.En)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "key\tvalid\tnumbers of rows\tcolumns across")
	for _, k := range r.Keys {
		across := ""
		if k.Trend != nil {
			across = fmt.Sprintf("%.3f", *k.Trend)
		}
		fmt.Fprintf(t, "%s\t%.4g%%\t%.3f\t%s\n", k.Key, 100*k.Valid, k.Cardinality, across)
	}
	fmt.Fprintln(t, "rule\tsynthetic rows\tbroken\tbroken in the real rows")
	for _, s := range r.Rules {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", s.Text, grouped(int64(s.Rows)), grouped(int64(s.Broken)), grouped(int64(s.RealBroken)))
	}
	fmt.Fprintln(t, "table\trows\tShape\tTrend\tOverall")
	for _, one := range r.Tables {
		fmt.Fprintf(t, "%s\t%s\t%.4f\t%.4f\t%.4f\n", one.Name, grouped(int64(one.Report.Synthetic.Rows)), one.Report.Shape, one.Report.Trend, one.Report.Overall)
	}
	t.Flush()
}

// tablesExport writes what a model of several tables draws.
func (c *cli) tablesExport(ctx context.Context, req app.ExportRequest) error {
	return c.withApp(func(a *app.App) error {
		var out []app.Exported
		err := c.work(ctx, func(ctx context.Context, report func(core.Progress)) (err error) {
			out, err = a.ExportTables(ctx, req.Project, req.Run, req.Path, req.Format, 1, req.Seed, req.NoGuard, report)
			return err
		})
		if err != nil {
			return err
		}
		return c.result(out, func(w io.Writer) {
			for _, f := range out {
				fmt.Fprintln(w, "wrote "+f.Path)
			}
		})
	})
}
