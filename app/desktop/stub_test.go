//go:build !(desktop && production) && !bindings

package desktop

import (
	"context"
	"strings"
	"testing"

	"shoptwin/core"
)

func TestNoWindow(t *testing.T) {
	err := Open(context.Background(), Options{})
	if core.KindOf(err) != core.Unsupported || !strings.Contains(err.Error(), "shoptwin serve") || !strings.Contains(err.Error(), "make desktop") {
		t.Errorf("%v", err)
	}
	if done, err := Generate(); done || err != nil {
		t.Errorf("Generate: %v %v", done, err)
	}
}
