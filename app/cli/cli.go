// Package cli is Shoptwin on the command line. Words for people go to the
// error stream, results to the output: with --json exactly one JSON object.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/app/desktop"
	"shoptwin/core"
)

// Exit codes.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitCancelled = 130
)

// usageError is a command that was written wrongly.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// cli is one invocation.
type cli struct {
	out, err io.Writer
	home     string
	json     bool
	quiet    bool
}

// Main runs one command and returns its exit code. An interrupt cancels the
// command, which then ends with 130.
func Main(args []string, out, errw io.Writer) int {
	if done, err := desktop.Generate(); done { // the build that writes the window's bindings
		if err != nil {
			fmt.Fprintln(errw, err)
			return exitFailed
		}
		return exitDone
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := &cli{out: out, err: errw}
	root := c.root()
	root.SetArgs(args)
	root.SetOut(errw)
	root.SetErr(errw)
	err := root.ExecuteContext(ctx)
	return c.exit(ctx, err)
}

func (c *cli) exit(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	code := exitFailed
	switch {
	case errors.As(err, new(usageError)):
		code = exitUsage
	case ctx.Err() != nil || errors.Is(err, context.Canceled) || core.KindOf(err) == core.Cancelled:
		code = exitCancelled
	}
	p := app.ProblemOf(err)
	if c.json {
		json.NewEncoder(c.out).Encode(map[string]any{"error": p})
	}
	switch {
	case code == exitCancelled:
		fmt.Fprintln(c.err, "stopped; nothing half-made was kept")
	case p.Hint != "":
		fmt.Fprintf(c.err, "shoptwin: %s\n  → %s\n", p.Message, p.Hint)
	default:
		fmt.Fprintf(c.err, "shoptwin: %s\n", p.Message)
	}
	return code
}

func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "shoptwin",
		Short: "A private twin of your shop, on this laptop",
		Long: "Shoptwin learns from a shop's own files and makes synthetic data that behaves\n" +
			"like them, proves how good and how private it is, and lets promotions be tried\n" +
			"before customers see them. Nothing leaves this machine.",
		SilenceErrors: true, SilenceUsage: true,
		Version: app.Version,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && strings.EqualFold(filepath.Ext(args[0]), app.ArchiveEnding) { // a double click on a file
				return c.window(cmd.Context(), args[0])
			}
			if len(args) > 0 {
				return usageError{core.Errorf(core.Invalid, "there is no command %q", args[0]).WithHint("`shoptwin help` lists them")}
			}
			if desktop.Available {
				return c.window(cmd.Context(), "")
			}
			return cmd.Help()
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	flags := root.PersistentFlags()
	flags.StringVar(&c.home, "home", "", "folder that holds the projects (default $SHOPTWIN_HOME or the user's data folder)")
	flags.BoolVar(&c.json, "json", false, "print the result as one JSON object")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no progress")
	root.AddCommand(
		c.demo(), c.shop(),
		c.look(), c.profile(), c.importFiles(), c.prepare(),
		c.synth(), c.train(), c.sample(), c.export(), c.quality(),
		c.promo(), c.recommend(), c.report(), c.projects(), c.project(), c.runs(), c.move(),
		c.serve(), c.open(),
	)
	usage(root)
	return root
}

// usage marks wrong flags and arguments as such, in every command.
func usage(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{core.Errorf(core.Invalid, "%v", err).WithHint("`%s --help` shows what it takes", cmd.CommandPath())}
	})
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usageError{core.Errorf(core.Invalid, "%v", err).WithHint("usage: %s", cmd.UseLine())}
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		usage(sub)
	}
}

// need marks flags as required; a missing one is wrong usage.
func need(cmd *cobra.Command, names ...string) *cobra.Command {
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, name := range names {
			if !cmd.Flags().Changed(name) {
				return usageError{core.Errorf(core.Invalid, "--%s is missing", name).WithHint("usage: %s", cmd.UseLine())}
			}
		}
		return run(cmd, args)
	}
	return cmd
}

// withApp opens the home for one command.
func (c *cli) withApp(do func(*app.App) error) (err error) {
	home := c.home
	if home == "" {
		if home, err = app.DefaultHome(); err != nil {
			return err
		}
	}
	a, err := app.Open(home)
	if err != nil {
		return err
	}
	defer func() {
		if e := a.Close(); err == nil {
			err = e
		}
	}()
	return do(a)
}

// work runs long work with its progress drawn on the error stream.
func (c *cli) work(ctx context.Context, do func(context.Context, func(core.Progress)) error) error {
	return follow(ctx, c.err, c.quiet, do)
}

// result prints v as JSON when that is asked for, else what say writes.
func (c *cli) result(v any, say func(w io.Writer)) error {
	if c.json {
		enc := json.NewEncoder(c.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}
	say(c.out)
	return nil
}
