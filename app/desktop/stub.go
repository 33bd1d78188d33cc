//go:build !(desktop && production) && !bindings

package desktop

import (
	"context"

	"shoptwin/core"
)

// Available says whether this build has a window.
const Available = false

// Open returns Unsupported: this build has no window.
func Open(context.Context, Options) error {
	return core.Errorf(core.Unsupported, "this build has no window").
		WithHint("use `shoptwin serve`, or build it with `make desktop`")
}

// Generate does nothing in this build; see the one with the tag bindings.
func Generate() (done bool, err error) { return false, nil }

// Say does nothing in this build, which has no window to say it in.
func Say(context.Context, error) {}
