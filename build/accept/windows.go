package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// windows: what `make release` made for Windows: the installer's list, and the
// programs under Wine. Without a release, or Wine, that is told.
func (b *bench) windows() error {
	zips, _ := filepath.Glob("build/bin/release/shoptwin-*-windows-amd64.zip")
	if len(zips) == 0 {
		b.add("Windows", "build/bin/release holds none: `make release` makes it", "told", true)
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), 15*time.Minute)
	defer stop()
	setup := strings.TrimSuffix(zips[0], ".zip") + "-setup.exe"
	r, err := run(ctx, nil, "", "7z", "l", setup)
	if err != nil {
		return err
	}
	var lacks []string
	for _, name := range []string{"shoptwin.exe", "shoptwin-desktop.exe", "duckdb.dll", "LICENSE.txt", "THIRD-PARTY.txt", "shoptwin.ico", "uninstall.exe"} {
		if !strings.Contains(r.out, name) {
			lacks = append(lacks, name)
		}
	}
	st, err := os.Stat(setup)
	if err != nil {
		return err
	}
	b.add("Windows: the installer", fmt.Sprintf("%.0f MB; lacks %q", float64(st.Size())/1e6, lacks), "both programs, DuckDB, licences", len(lacks) == 0)
	dir := filepath.Join(b.dir, "windows")
	if r, err = run(ctx, nil, "", "unzip", "-q", zips[0], "-d", dir); err != nil || r.code != 0 {
		return fmt.Errorf("unzip: %s %w", r.err, err)
	}
	inside, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(inside) == 0 {
		return fmt.Errorf("%s is empty: %w", zips[0], err)
	}
	r, err = run(ctx, nil, "", "build/windows/wine.sh", inside[0])
	if err != nil {
		return err
	}
	said := slices.DeleteFunc(strings.Split(strings.TrimSpace(r.out), "\n"), func(s string) bool { return s == "" })
	switch r.code {
	case 3:
		b.add("Windows: under Wine", strings.TrimSpace(r.err), "told", true)
	default:
		b.add("Windows: under Wine", fmt.Sprintf("exit %d, %.0f s: %s", r.code, r.seconds, strings.Join(said, "; ")), "imports, trains, exports, serves", r.code == 0)
	}
	return nil
}
