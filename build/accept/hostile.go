package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// hostile: tables as they should not be, learned by every engine. Each ends in
// a file, or in words that name the table and a way out; never in a crash.
func (b *bench) hostile() error {
	dir := filepath.Join(b.dir, "hostile")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	// table writes one of some rows, each cell by its place.
	table := func(name, header string, rows int, row func(i int) string) string {
		path := filepath.Join(dir, name+".csv")
		var text strings.Builder
		text.WriteString(header + "\n")
		for i := range rows {
			text.WriteString(row(i) + "\n")
		}
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			fail(err)
		}
		return path
	}
	cities := []string{"Lyon", "Gent", "Basel"}
	plain := func(i int) string { return fmt.Sprintf("%d,%s,%d.%02d", i%40, cities[i*i%3], i*7919%900, i%100) }
	const header = "age,city,amount"
	columns := 5000
	wide := make([]string, columns)
	for c := range wide {
		wide[c] = fmt.Sprint("column ", c)
	}
	tables := []struct {
		name, path string
		seconds    float64
	}{
		{"a constant column", table("constant", header+",same", 600, func(i int) string { return plain(i) + ",7" }), 60},
		{"a column all missing", table("missing", header+",gone", 600, func(i int) string { return plain(i) + "," }), 60},
		{"nothing but constants", table("constants", "a,b", 600, func(int) string { return "1,x" }), 60},
		{"one row", table("one", header, 1, plain), 60},
		{"ten rows", table("ten", header, 10, plain), 60},
		{"duplicate names", table("names", "age,city,city", 600, plain), 60},
		{"unique texts", table("unique", header+",note", 600, func(i int) string { return plain(i) + fmt.Sprintf(",q%dx", i*i) }), 60},
		{"nothing but unique texts", table("texts", "note", 600, func(i int) string { return fmt.Sprintf("the %d words of %d", i*i, i) }), 60},
		{"infinite numbers", table("infinite", header+",rate", 600, func(i int) string {
			return plain(i) + []string{",inf", ",-Infinity", ",1e308", ",-1e308", ",NaN", ",0.5"}[i%6]
		}), 60},
		{"5,000 columns", table("wide", strings.Join(wide, ","), 400, func(i int) string {
			cells := make([]string, columns)
			for c := range cells {
				if cells[c] = fmt.Sprint((i*7919 + c*104729) >> (c % 7) % (2 + c%30)); c%4 == 0 {
					cells[c] = cities[(i+c)%3]
				}
			}
			return strings.Join(cells, ",")
		}), 300},
	}
	engines := []string{"gan", "autoregressive", "vae", "tree", "marginal"}
	for _, t := range tables {
		use := engines
		if b.quick && t.seconds > 60 {
			use = []string{"tree"}
		} else if b.quick {
			use = []string{"gan", "tree", "marginal"}
		}
		var said []string
		slowest := 0.
		ok := true
		for _, engine := range use {
			out := filepath.Join(dir, "out.csv")
			ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
			r, err := run(ctx, nil, "", b.bin, "synth", t.path, "--engine", engine, "--effort", "quick", "--out", out, "--seed", "1", "--quiet")
			stop()
			if err != nil {
				return err
			}
			_, missing := os.Stat(out)
			os.Remove(out)
			words := strings.TrimSpace(r.err)
			good := r.code == 0 && missing == nil || r.code == 1 && missing != nil && strings.Contains(words, "→") && !strings.Contains(words, "goroutine")
			said = append(said, fmt.Sprintf("%s: exit %d", engine, r.code))
			if !good {
				said[len(said)-1] += " " + words[max(0, len(words)-300):]
			}
			ok, slowest = ok && good, max(slowest, r.seconds)
		}
		b.timed("hostile: "+t.name, fmt.Sprintf("%s; %.0f s at most", strings.Join(said, ", "), slowest), fmt.Sprintf("a file, or words and a way out, within %g s", t.seconds), ok && slowest <= t.seconds)
	}
	return nil
}
