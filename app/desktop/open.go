//go:build desktop && production && !bindings

package desktop

import (
	"context"
	"os"
	"runtime"

	"github.com/wailsapp/wails/v2"

	"shoptwin/core"
)

// Available says whether this build has a window.
const Available = true

// Open shows the window and returns when it is closed, or soon after ctx is
// cancelled. It must be called on the main goroutine. The caller closes the
// app afterwards, which cancels running jobs.
func Open(ctx context.Context, opt Options) error {
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
	if err := wails.Run(options(ctx, opt)); err != nil {
		return core.Wrap(err, "the window")
	}
	return nil
}

// Generate does nothing in this build; see the one with the tag bindings.
func Generate() (done bool, err error) { return false, nil }
