package desktop

import (
	"os"
	"path/filepath"
	"testing"
)

func TestState(t *testing.T) {
	home := t.TempDir()
	if got := readState(home); got != usual {
		t.Errorf("%+v", got)
	}
	s := state{X: 40, Y: 30, Width: 1300, Height: 800, Maximised: true}
	s.keep(home)
	if got := readState(home); got != s {
		t.Errorf("%+v", got)
	}
	for _, bad := range []string{"{", `{"width":10,"height":10}`, `{"width":1e6,"height":900}`} {
		os.WriteFile(filepath.Join(home, stateFile), []byte(bad), 0o600)
		if got := readState(home); got != usual {
			t.Errorf("%s: %+v", bad, got)
		}
	}
	for _, tt := range []struct{ is, want state }{
		{state{40, 30, 1300, 800, false}, state{40, 30, 1300, 800, false}},
		{state{2500, 30, 1300, 800, false}, state{-1, -1, 1300, 800, false}},
		{state{40, 30, 3000, 2000, false}, state{40, 30, 1920, 1080, false}},
	} {
		if got := tt.is.on(1920, 1080); got != tt.want {
			t.Errorf("%+v: %+v", tt.is, got)
		}
	}
}

func TestHandOver(t *testing.T) {
	home := t.TempDir()
	if requested(home) != "" {
		t.Error("asked by nobody")
	}
	path := filepath.Join(home, "shop.shoptwin")
	got := make(chan string)
	go func() {
		for {
			if archive := requested(home); archive != "" {
				got <- archive
				return
			}
		}
	}()
	if !HandOver(home, path) || <-got != path {
		t.Error("not handed over")
	}
	for _, bad := range []string{"relative.shoptwin", "/etc/passwd", ""} {
		os.WriteFile(filepath.Join(home, requestFile), []byte(bad), 0o600)
		if archive := requested(home); archive != "" {
			t.Errorf("%q is opened", archive)
		}
	}
}
