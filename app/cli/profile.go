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
	"shoptwin/core/table"
	"shoptwin/store/duck"
)

func (c *cli) profile() *cobra.Command {
	var reading app.Reading
	var passwordFile string
	cmd := &cobra.Command{
		Use: "profile FILE", Short: "Columns, types, roles, missing cells, problems and rejected rows of a file",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var out app.FileProfile
			password, err := c.password(args, passwordFile)
			if err != nil {
				return err
			}
			err = c.work(cmd.Context(), func(ctx context.Context, report func(core.Progress)) (err error) {
				out, err = app.ProfileFile(ctx, args[0], reading, password, report)
				return err
			})
			if err != nil {
				return err
			}
			return c.result(out, func(w io.Writer) { sayProfile(w, out) })
		},
	}
	readingFlags(cmd, &reading, &passwordFile)
	return cmd
}

func sayProfile(w io.Writer, p app.FileProfile) {
	fmt.Fprintf(w, "%s rows, %d columns, %s %s\n\n", grouped(p.Rows), len(p.Columns), p.Info.Format, p.Info.Encoding)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "column\ttype\trole\tmissing\tdistinct\trange\tto look at")
	for _, col := range p.Columns {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", col.Name, col.Kind, col.Role, grouped(col.Missing), grouped(col.Distinct), rangeOf(col), strings.Join(col.Problems, " "))
	}
	t.Flush()
	if p.Rejected > 0 {
		fmt.Fprintf(w, "\n%s rows set aside, the first of them:\n", grouped(p.Rejected))
		for _, r := range p.Rejects {
			fmt.Fprintf(w, "  line %d: %s: %.60q\n", r.Line, r.Reason, r.Raw)
		}
	}
}

// rangeOf says between which values a column lies, or its most frequent one.
func rangeOf(col duck.ColumnProfile) string {
	switch {
	case col.Min != nil && col.Max != nil && col.Kind == table.Time:
		return table.FormatTime(*col.Min, col.Layout) + " to " + table.FormatTime(*col.Max, col.Layout)
	case col.Min != nil && col.Max != nil:
		return fmt.Sprintf("%.6g to %.6g", *col.Min, *col.Max)
	case len(col.Top) > 0:
		return fmt.Sprintf("%.30s (%s)", col.Top[0].Value, grouped(col.Top[0].Count))
	}
	return ""
}
