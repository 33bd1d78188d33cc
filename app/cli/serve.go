package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/app/desktop"
	"shoptwin/app/serve"
	"shoptwin/core"
	"shoptwin/frontend"
)

func (c *cli) serve() *cobra.Command {
	var port int
	var idle time.Duration
	cmd := &cobra.Command{
		Use: "serve", Short: "Show the projects in a browser of this machine",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withApp(func(a *app.App) error {
				return serve.Serve(cmd.Context(), serve.Options{
					API: a, Front: frontend.Files(), Inbox: inbox(a),
					Listen: fmt.Sprintf("127.0.0.1:%d", port), Idle: idle,
					Ready: func(url string) {
						if c.json {
							json.NewEncoder(c.out).Encode(map[string]string{"url": url})
							return
						}
						fmt.Fprintf(c.out, "Open this address in a browser of this machine; it works once:\n\n  %s\n\nCtrl-C ends it%s.\n", url, byItself(idle))
					},
				})
			})
		},
	}
	cmd.Flags().IntVar(&port, "port", 0, "on 127.0.0.1 (default: any free one)")
	cmd.Flags().DurationVar(&idle, "idle", time.Hour, "end when the page has been closed for so long and no job runs; 0: never")
	return cmd
}

func byItself(idle time.Duration) string {
	if idle <= 0 {
		return ""
	}
	return fmt.Sprintf("; by itself it ends %s after the page was closed, unless a job runs", strings.TrimSuffix(strings.TrimSuffix(idle.String(), "0s"), "0m"))
}

func (c *cli) open() *cobra.Command {
	return &cobra.Command{
		Use: "open [FILE.shoptwin]", Short: "Open the window, and a project's file in it",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.window(cmd.Context(), strings.Join(args, "")) },
	}
}

// window opens the window, and in it the archive of that path, if any. Where
// another window has the home, that one opens it.
func (c *cli) window(ctx context.Context, archive string) error {
	if archive != "" {
		var err error
		if archive, err = filepath.Abs(archive); err != nil {
			return err
		}
	}
	opened := false
	err := c.withApp(func(a *app.App) error {
		opened = true
		defer serve.EmptyInbox(inbox(a))
		return desktop.Open(ctx, desktop.Options{API: a, Front: frontend.Files(), Inbox: inbox(a), Archive: archive})
	})
	if core.KindOf(err) == core.Conflict && !opened && archive != "" {
		home := c.home
		if home == "" {
			home, _ = app.DefaultHome()
		}
		if desktop.HandOver(home, archive) {
			return nil
		}
	}
	if err != nil && !opened {
		desktop.Say(ctx, err)
	}
	return err
}

// inbox is the folder for files that come through the page.
func inbox(a *app.App) string { return filepath.Join(a.About().Home, "inbox") }
