package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// look: the page in Chromium and the window under Xvfb, each with a picture,
// and the time from the what-if slider to its answer. In its quick form it
// reads what make test's walk has just measured.
func (b *bench) look() error {
	shots, err := filepath.Abs("build/bin/shots")
	if err != nil {
		return err
	}
	home := filepath.Join(b.dir, "demo")
	if !b.quick {
		if err := b.walk(home); err != nil {
			return err
		}
	}
	var figures struct {
		WhatIf struct {
			Best, Paint float64
			Rounds      []float64 // medians of 25, one after the other
		}
	}
	text, err := os.ReadFile(filepath.Join(shots, "figures.json"))
	if err != nil {
		return fmt.Errorf("%w: run make e2e first", err)
	}
	if err := json.Unmarshal(text, &figures); err != nil {
		return err
	}
	w := figures.WhatIf
	b.most(fmt.Sprintf("what-if slider to outcome in the page, best of %d medians", len(w.Rounds)), w.Best, 16, " ms")
	b.add("what-if slider: all medians, and to the paint", fmt.Sprintf("%.1f ms; %.1f ms", w.Rounds, w.Paint), "told", true)
	pictures, _ := filepath.Glob(filepath.Join(shots, "*.png"))
	b.add("pictures of the page in Chromium", fmt.Sprintf("%d in build/bin/shots", len(pictures)), "at least 5", len(pictures) >= 5)

	if b.quick {
		return nil
	}
	window := filepath.Join(shots, "window.png")
	os.Remove(window)
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	r, err := run(ctx, []string{"SHOPTWIN_HOME=" + home}, "", "build/scripts/window.sh", window)
	if err != nil {
		return err
	}
	info, err := os.Stat(window)
	ok := r.code == 0 && err == nil && info.Size() > 20_000
	b.add("the window under Xvfb", strings.TrimSpace(r.out+r.err), "a picture with the page in it", ok)
	return nil
}

// walk makes the demo's project in home and has Chromium walk through it.
func (b *bench) walk(home string) error {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	if _, err := os.Stat(home); err != nil {
		var reply map[string]any
		if _, err := b.result(&reply, "demo", "--home", home); err != nil {
			return err
		}
	}
	r, err := run(ctx, []string{"E2E_HOME=" + home}, "frontend", "npm", "run", "e2e", "--silent")
	if err != nil {
		return err
	}
	if r.code != 0 {
		return fmt.Errorf("the page in Chromium: %s", strings.TrimSpace(r.out+r.err))
	}
	return nil
}

// clone: the README's two commands on a machine that has only Go, Node and
// the network: a fresh clone, an empty home, empty caches.
func (b *bench) clone() error {
	if b.quick {
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Hour)
	defer stop()
	tree := filepath.Join(b.dir, "clone")
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if r, err := run(ctx, nil, "", "git", "clone", "-q", here, tree); err != nil || r.code != 0 {
		return fmt.Errorf("git clone: %s %w", r.err, err)
	}
	home := filepath.Join(b.dir, "empty-home")
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	env := []string{
		"HOME=" + home, "XDG_DATA_HOME=", "XDG_CACHE_HOME=", "SHOPTWIN_HOME=", "DISPLAY=", "WAYLAND_DISPLAY=",
		"GOPATH=" + filepath.Join(home, "go"), "GOCACHE=" + filepath.Join(home, "gocache"), "GOMODCACHE=" + filepath.Join(home, "gomod"), "GOFLAGS=-modcacherw",
		"npm_config_cache=" + filepath.Join(home, "npm"),
	}
	for _, target := range []string{"run", "test"} {
		r, err := run(ctx, env, tree, "make", target)
		if err != nil {
			return err
		}
		tail := ""
		if r.code != 0 {
			lines := strings.Split(strings.TrimSpace(r.out+r.err), "\n")
			tail = ": " + strings.Join(lines[max(0, len(lines)-5):], " / ")
		}
		b.add("fresh clone, empty caches: make "+target, fmt.Sprintf("exit %d after %.0f s%s", r.code, r.seconds, tail), "exit 0", r.code == 0)
	}
	return nil
}
