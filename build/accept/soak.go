package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// demoHome is a home with the sample shop, made once.
func (b *bench) demoHome() (string, error) {
	home := filepath.Join(b.dir, "demo")
	if _, err := os.Stat(home); err == nil {
		return home, nil
	}
	var reply map[string]any
	_, err := b.result(&reply, "demo", "--home", home)
	return home, err
}

// script runs one of frontend/e2e and decodes its last line.
func (b *bench) script(limit time.Duration, v any, env []string, args ...string) error {
	ctx, stop := context.WithTimeout(context.Background(), limit)
	defer stop()
	r, err := run(ctx, append([]string{"SHOPTWIN=" + b.bin}, env...), "frontend", "node", args...)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	if r.code != 0 {
		return fmt.Errorf("%s: %s", strings.Join(args, " "), strings.TrimSpace(r.out+r.err))
	}
	return json.Unmarshal([]byte(lines[len(lines)-1]), v)
}

type rate struct{ FPS, P95, Worst float64 }

type felt struct{ Slider, Typing struct{ Median, P95 float64 } }

type grown struct{ Early, Late, Growth float64 }

// soak: what the page feels like beside a training, and whether memory grows
// with use. $SHOPTWIN_SOAK_MINUTES makes it shorter.
func (b *bench) soak() error {
	home, err := b.demoHome()
	if err != nil {
		return err
	}
	minutes := 30.
	if b.quick {
		minutes = 0.7
	}
	if m, err := strconv.ParseFloat(os.Getenv("SHOPTWIN_SOAK_MINUTES"), 64); err == nil {
		minutes = m
	}
	var soak struct {
		Quiet, Training felt
		Rounds          int
		Minutes         float64
		Program, Page   grown
		Script          grown // of the page, MB
		Nodes           grown
		Whole, Own      float64
		Series          []string
	}
	if err := b.script(time.Duration(minutes+10)*time.Minute, &soak, nil, "e2e/soak.mjs", "soak", home, fmt.Sprint(minutes)); err != nil {
		return err
	}
	q, t := soak.Quiet, soak.Training
	figure := fmt.Sprintf("slider to paint %.0f ms (p95 %.0f), a key %.0f ms (p95 %.0f); alone %.0f and %.0f ms", t.Slider.Median, t.Slider.P95, t.Typing.Median, t.Typing.P95, q.Slider.Median, q.Typing.Median)
	if b.quick {
		b.add("slider and keys beside a training", figure, "told", true)
	} else {
		b.timed("slider and keys beside a training", figure, "medians at most 50 ms", t.Slider.Median <= 50 && t.Typing.Median <= 50)
	}
	figure = fmt.Sprintf("%.1f minutes, %d rounds of every screen: program %.0f to %.0f MB, page %.0f to %.0f MB, both %+.1f %% (%+.1f %% without files' pages; scripts %.1f to %.1f MB, %.0f to %.0f nodes)",
		soak.Minutes, soak.Rounds, soak.Program.Early, soak.Program.Late, soak.Page.Early, soak.Page.Late, 100*soak.Whole, 100*soak.Own, soak.Script.Early, soak.Script.Late, soak.Nodes.Early, soak.Nodes.Late)
	if minutes < 8 { // it is still warming up
		b.add("soak", figure, "told", true)
	} else {
		b.add("soak", figure, "under 10 %", soak.Whole < 0.1)
	}
	return nil
}

// start: the program until it answers, the window until it shows its page, and
// what both take.
func (b *bench) start() error {
	home, err := b.demoHome()
	if err != nil {
		return err
	}
	var took []float64
	for range 5 {
		s, err := b.serve(home)
		if err != nil {
			return err
		}
		took = append(took, s.untilAnswers)
		s.end()
	}
	b.add("serve: start to the first answer, five times", fmt.Sprintf("%.2f s", took), "told", true)
	figures := filepath.Join("build", "bin", "shots", "window.json")
	var usable []float64
	var window struct {
		Usable, WhatIf float64
		Memory         struct{ Own, All float64 }
	}
	rounds := 5
	if b.quick {
		rounds = 2
	}
	for range rounds {
		ctx, stop := context.WithTimeout(context.Background(), 4*time.Minute)
		r, err := run(ctx, []string{"E2E_HOME=" + home}, "frontend", "node", "e2e/window.mjs", "brief")
		stop()
		if err != nil {
			return err
		}
		if r.code != 0 {
			return fmt.Errorf("the window: %s", strings.TrimSpace(r.out+r.err))
		}
		text, err := os.ReadFile(figures)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, &window); err != nil {
			return err
		}
		usable = append(usable, window.Usable/1000)
	}
	usable = usable[1:] // the first was cold
	figure := fmt.Sprintf("best %.2f s of %.2f, of which some 0.4 are WebDriver's", slices.Min(usable), usable)
	if b.quick { // one start, while others may be at work
		b.add("the window: start to its page, warm", figure, "told; at most 1.5 s in the full form", true)
	} else {
		b.timed("the window: start to its page, warm", figure, "at most 1.5 s", slices.Min(usable) <= 1.5)
	}
	b.add("the window with the sample shop: memory", fmt.Sprintf("%.0f MB of the program, %.0f MB with WebKit's processes", window.Memory.Own, window.Memory.All), "at most 200 and 600 MB", window.Memory.Own <= 200 && window.Memory.All <= 600)
	return nil
}

// scrolling: a table of ten million rows (a million in short), by its bar and
// by the wheel.
func (b *bench) scrolling() error {
	rows := 10_000_000
	if b.quick {
		rows = 1_000_000
	}
	file, home := filepath.Join(b.dir, "long.csv"), filepath.Join(b.dir, "long")
	if err := longFile(file, rows); err != nil {
		return err
	}
	defer os.Remove(file)
	defer os.RemoveAll(home)
	var reply map[string]any
	r, err := b.result(&reply, "import", file, "--project", "long", "--as", "long", "--home", home)
	if err != nil {
		return err
	}
	var grid struct {
		Rows   int64
		Scroll struct{ Bar, Wheel []rate }
		Memory struct{ Program, Page float64 }
	}
	if err := b.script(10*time.Minute, &grid, nil, "e2e/soak.mjs", "grid", home, "long"); err != nil {
		return err
	}
	best := func(all []rate) rate {
		return slices.MaxFunc(all, func(a, b rate) int { return int(1000 * (a.FPS - b.FPS)) })
	}
	bar, wheel := best(grid.Scroll.Bar), best(grid.Scroll.Wheel)
	figure := fmt.Sprintf("bar %.0f frames/s (95 %% of frames within %.0f ms), wheel %.0f (%.0f ms), best of five; program %.0f MB; imported in %.0f s", bar.FPS, bar.P95, wheel.FPS, wheel.P95, grid.Memory.Program, r.seconds)
	what := fmt.Sprintf("scrolling %d rows", grid.Rows)
	if b.quick {
		b.add(what, figure, "told", true)
	} else {
		b.timed(what, figure, "at least 50 frames/s", bar.FPS >= 50 && wheel.FPS >= 50)
	}
	if grid.Rows != int64(rows) {
		b.add(what, "rows are missing", fmt.Sprint(rows), false)
	}
	return nil
}

func longFile(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	rng := rand.New(rand.NewPCG(1, 1))
	_, _ = w.WriteString("receipt,day,store,product,qty,price\n") // Flush tells
	for i := range rows {
		fmt.Fprintf(w, "R%08d,2024-%02d-%02d,s%d,p%d,%d,%d.%02d\n", i/3, 1+i%12, 1+i%28, rng.IntN(40), rng.IntN(3000), 1+rng.IntN(5), 1+rng.IntN(20), rng.IntN(100))
	}
	return w.Flush()
}

// reports: pages opened from the disk with the network cut.
func (b *bench) reports() error {
	home, err := b.demoHome()
	if err != nil {
		return err
	}
	browsers := "chromium,firefox,webkit"
	if b.quick {
		browsers = "chromium"
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	r, err := run(ctx, []string{"SHOPTWIN=" + b.bin, "E2E_HOME=" + home}, "frontend", "node", "e2e/reports.mjs", browsers)
	if err != nil {
		return err
	}
	for line := range strings.Lines(r.out) {
		if mark, what, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			b.add("report", strings.TrimSpace(what), "opens, answers, asks nobody", mark == "ok")
		}
	}
	if r.code != 0 && !strings.Contains(r.out, "FAIL") {
		return fmt.Errorf("reports: %s", strings.TrimSpace(r.out+r.err))
	}
	return nil
}
