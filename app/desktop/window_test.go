//go:build (desktop && production) || bindings

package desktop

import (
	"os"
	"path/filepath"
	"testing"

	"shoptwin/core"
)

func TestOpenPathRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"run.sh": 0o700, "run": 0o700, "app.desktop": 0o600, "a.csv.exe": 0o700} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
		if err := (&Window{}).OpenPath(path); core.KindOf(err) != core.Unsupported {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, path := range []string{"", filepath.Join(dir, "none.csv"), "https://example.org/"} {
		if err := (&Window{}).OpenPath(path); core.KindOf(err) != core.NotFound {
			t.Errorf("%q: %v", path, err)
		}
	}
	if err := (&Window{}).OpenPath("."); core.KindOf(err) != core.Unsupported {
		t.Errorf("a relative path: %v", err)
	}
}
