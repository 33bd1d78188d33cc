//go:build desktop && production && !bindings

package desktop

import (
	"context"
	"os"
	"runtime"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	dialog "github.com/wailsapp/wails/v2/pkg/runtime"

	"shoptwin/app"
	"shoptwin/app/serve"
	"shoptwin/core"
)

// Available says whether this build has a window.
const Available = true

// Open shows the window and returns when it is closed, or soon after ctx is
// cancelled. It must be called on the main goroutine. The caller closes the
// app afterwards, which cancels running jobs.
func Open(ctx context.Context, opt Options) error {
	if err := ready(); err != nil {
		return err
	}
	if err := wails.Run(window(ctx, opt)); err != nil {
		return core.Wrap(err, "the window")
	}
	return nil
}

// ready says why no window can be shown, and prepares the one that can.
func ready() error {
	if runtime.GOOS == "linux" {
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return core.Errorf(core.Unsupported, "there is no display to open a window on").
				WithHint("use `shoptwin serve` and a browser")
		}
		// Against blank windows with some graphics drivers. WebKit reads it
		// when it starts its processes.
		if os.Getenv("WEBKIT_DISABLE_DMABUF_RENDERER") == "" {
			os.Setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
		}
	}
	return nil
}

// Generate does nothing in this build; see the one with the tag bindings.
func Generate() (done bool, err error) { return false, nil }

func window(ctx context.Context, opt Options) *options.App {
	w := &Window{Calls: opt.API, files: opt.API, front: opt.Front, home: opt.API.About().Home, archive: opt.Archive}
	lay, start := readState(w.home), options.Normal
	if lay.Maximised {
		start = options.Maximised
	}
	return &options.App{
		Title: "Shoptwin", Width: lay.Width, Height: lay.Height, MinWidth: leastWidth, MinHeight: leastHeight, WindowStartState: start,
		Menu:             build(language(opt.API.Settings()), w.chosen),
		BackgroundColour: &options.RGBA{R: 255, G: 255, B: 255, A: 255},
		AssetServer: &assetserver.Options{Handler: serve.Handler(serve.Options{
			API: opt.API, Front: opt.Front, Inbox: opt.Inbox,
		})},
		Bind:           []any{w},
		ErrorFormatter: func(err error) any { return app.ProblemOf(err) },
		// Paths of dropped files go to the page's OnFileDrop. The page's own
		// handlers keep a file from replacing the page; on Linux they see no
		// drag at all with DisableWebViewDrop, and nor does OnFileDrop.
		DragAndDrop: &options.DragAndDrop{EnableFileDrop: true},
		LogLevel:    logger.ERROR, LogLevelProduction: logger.ERROR,
		OnStartup: func(own context.Context) {
			w.begin(own, lay)
			context.AfterFunc(ctx, func() { dialog.Quit(own) })
		},
		OnBeforeClose: w.end,
		Mac:           &mac.Options{OnFileOpen: func(path string) { w.chosen("open:" + path) }},
		Linux:         &linux.Options{ProgramName: "shoptwin", WebviewGpuPolicy: linux.WebviewGpuPolicyOnDemand},
	}
}
