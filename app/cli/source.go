package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"shoptwin/app"
	"shoptwin/core"
)

const importHelp = `Reads each FILE into a dataset of the project:

  a file      CSV, TSV, Excel, JSON, JSON Lines, XML, Parquet, SQLite; also in gzip or zip
  a folder    all its tables of one shape, or all its Parquet files, as one dataset with a
              column that names the file
  a database  postgres://user@host/database, mysql://… or sqlserver://…, with --table or --query

A server's password is asked for, or read from --password-file or
$SHOPTWIN_PASSWORD, or comes from the system's keyring, which keeps it only
with --remember. Nothing is written to the database.`

// readingFlags are how a source is read, if not as detected.
func readingFlags(cmd *cobra.Command, r *app.Reading, passwordFile *string) {
	f := cmd.Flags()
	f.StringVar(&r.Encoding, "encoding", "", "such as gb18030 or windows-1252 (default: detected)")
	f.StringVar(&r.Delimiter, "delimiter", "", "between the cells of a line: , ; tab | (default: detected)")
	f.StringVar(&r.Sheet, "sheet", "", "of an Excel file (default: the first; * takes all as one table)")
	f.IntVar(&r.HeaderRow, "header-row", 0, "line with the names of the columns, from 1 (default: found)")
	f.BoolVar(&r.NoHeader, "no-header", false, "the first line is a row already")
	f.StringVar(&r.Member, "member", "", "file inside a zip (default: all tables, if they are of one shape)")
	f.StringVar(&r.Record, "record", "", "element of XML that is a row (default: the one that repeats most)")
	f.BoolVar(&r.Union, "union", false, "take files of other columns, too; what a file lacks is missing")
	f.BoolVar(&r.TrustSize, "trust-size", false, "read on when a packed file grows suspiciously large")
	f.StringVar(&r.Table, "table", "", "of a database, also schema.table")
	f.StringVar(&r.Query, "query", "", "one statement that gives rows, instead of --table")
	f.StringVar(passwordFile, "password-file", "", "file whose first line is the password for the database")
}

// password asks for the password of a server, where one is among the sources:
// in the file, then in the environment, then at the terminal.
func (c *cli) password(sources []string, file string) (string, error) {
	if !slices.ContainsFunc(sources, app.IsDatabase) {
		return "", nil
	}
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", core.Errorf(core.NotFound, "the password file %s cannot be read", filepath.Base(file)).WithHint("check its path and permissions")
		}
		first, _, _ := strings.Cut(string(b), "\n")
		return strings.TrimSuffix(first, "\r"), nil
	}
	if p, set := os.LookupEnv("SHOPTWIN_PASSWORD"); set {
		return p, nil
	}
	if slices.ContainsFunc(sources, (*app.App)(nil).Remembered) {
		return "", nil
	}
	if in := int(os.Stdin.Fd()); term.IsTerminal(in) {
		fmt.Fprint(c.err, "password of the database (empty if it needs none): ")
		b, err := term.ReadPassword(in)
		fmt.Fprintln(c.err)
		if err != nil {
			return "", core.Errorf(core.Invalid, "no password was read: %w", err).WithHint("use --password-file or $SHOPTWIN_PASSWORD")
		}
		return string(b), nil
	}
	return "", nil
}

func (c *cli) look() *cobra.Command {
	var reading app.Reading
	var passwordFile string
	var rows int
	cmd := &cobra.Command{
		Use: "look FILE", Short: "What a file, folder or database holds: its tables, what was detected, the first rows",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			password, err := c.password(args, passwordFile)
			if err != nil {
				return err
			}
			var a *app.App // looking needs no home
			out, err := a.LookAt(cmd.Context(), args[0], reading, password, rows)
			if err != nil {
				return err
			}
			return c.result(out, func(w io.Writer) { sayLook(w, out) })
		},
	}
	readingFlags(cmd, &reading, &passwordFile)
	cmd.Flags().IntVar(&rows, "rows", 10, "rows to show")
	return cmd
}

func sayLook(w io.Writer, l app.SourceLook) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, table := range l.Tables {
		rows := ""
		if table.Rows >= 0 {
			rows = "about " + grouped(table.Rows) + " rows"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", table.Kind, table.Name, rows)
	}
	t.Flush()
	if l.Problem != nil {
		fmt.Fprintf(w, "\n%s\n  → %s\n", l.Problem.Message, l.Problem.Hint)
		return
	}
	fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(strings.Join([]string{l.Info.Format, l.Info.Encoding, l.Info.Sheet, l.Info.Member, l.Info.Record}, " ")))
	for _, note := range l.Info.Notes {
		fmt.Fprintln(w, note)
	}
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\n"+strings.Join(l.Header, "\t"))
	for _, row := range l.Rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	t.Flush()
}
