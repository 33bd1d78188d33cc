//go:build bindings

package desktop

import (
	"context"
	"errors"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
)

// Available says whether this build has a window.
const Available = false

// Generate writes frontend/wailsjs, the types of the bound methods for the
// front end, below the working directory, which holds wails.json. main calls
// it first; in other builds it does nothing.
func Generate() (done bool, err error) {
	return true, wails.Run(&options.App{Bind: []any{&Window{}}})
}

// Open is not for this build, which only generates.
func Open(context.Context, Options) error { return errors.New("this build only generates bindings") }

// Say does nothing in this build, which has no window to say it in.
func Say(context.Context, error) {}
