package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// crash: kill -9 of the program (and in some rounds of the window) while it
// imports, trains, exports and saves, at random points. Afterwards the project
// opens, finished work is there, what was cut off is told, and a training goes
// on. The seed is of the clock: every run kills elsewhere.
func (b *bench) crash() error {
	kills, seed := 50, uint64(time.Now().UnixNano())
	if b.quick {
		kills = 6
	}
	c := &crashing{bench: b, home: filepath.Join(b.dir, "crash"), rng: rand.New(rand.NewPCG(seed, 1)), counts: map[string]int{}}
	if err := c.prepare(); err != nil {
		return err
	}
	for kill := range kills {
		what := []string{"import", "train", "export", "save", "window"}[kill%5]
		if err := c.round(what); err != nil {
			return fmt.Errorf("kill %d of %d (%s, seed %d): %w", kill+1, kills, what, seed, err)
		}
	}
	done := c.counts
	b.add("kill -9 while it works", fmt.Sprintf("%d kills, of these %d of the window; %d jobs were cut off and %d of them told of, %d ended before; %d trainings taken up, %d of them where they were, %d brought to their end; wrong: %q",
		kills, done["window"], done["cut"], done["told"], done["ended"], done["on"], done["kept"], done["through"], c.wrong),
		"the project opens, finished work is there, what was cut off is told and goes on", len(c.wrong) == 0 && done["cut"] > 0 && done["on"] > 0)

	s, err := b.serve(c.home)
	if err != nil {
		return err
	}
	defer s.end()
	r, err := b.command(nil, "serve", "--home", c.home)
	if err != nil {
		return err
	}
	b.refused("a second program on the same home", r, "in use by another Shoptwin", 1)
	return nil
}

type crashing struct {
	*bench
	home     string
	rng      *rand.Rand
	counts   map[string]int
	wrong    []string
	trains   time.Duration // how long the training that is killed takes when left alone
	imported int           // datasets that were said to be there
	saved    int           // the last number that was said to be kept
	sales    string
	note     string // what the last round began, "" if it ended
	reached  int64  // step at which the training was stopped last
}

func (c *crashing) prepare() error {
	c.sales = filepath.Join(c.dir, "crash-sales.csv")
	var text bytes.Buffer
	text.WriteString("product,store,price,qty,day,note\n")
	for i := range 60_000 {
		fmt.Fprintf(&text, "p%d,s%d,%.2f,%d,2024-%02d-%02d,%s\n", c.rng.IntN(60), c.rng.IntN(8), 1+c.rng.Float64()*9, 1+c.rng.IntN(5), 1+i%12, 1+i%28, strings.Repeat("x", i%7))
	}
	if err := os.WriteFile(c.sales, text.Bytes(), 0o600); err != nil {
		return err
	}
	small := filepath.Join(c.dir, "small.csv")
	if err := os.WriteFile(small, bytes.Join(bytes.SplitAfter(text.Bytes(), []byte("\n"))[:3001], nil), 0o600); err != nil {
		return err
	}
	var reply map[string]any
	if _, err := c.result(&reply, "import", small, "--project", "shop", "--as", "small", "--home", c.home); err != nil {
		return err
	}
	begun := time.Now()
	_, err := c.result(&reply, "train", "--project", "shop", "--dataset", "small", "--effort", "balanced", "--home", c.home)
	c.trains = time.Since(begun)
	if err != nil {
		return err
	}
	s, err := c.serve(c.home)
	if err != nil {
		return err
	}
	defer s.end()
	// Whether a twin passes the gate is not asked here.
	return s.call(nil, "SaveSettings", map[string]any{"gate": "loose"})
}

// upload hands the sales over as the page does.
func (c *crashing) upload(s *served) (string, error) {
	text, err := os.ReadFile(c.sales)
	if err != nil {
		return "", err
	}
	_, answer, err := s.ask("POST", "/upload?name=sales.csv", string(text), nil)
	var up struct{ Result string }
	if err == nil {
		err = json.Unmarshal([]byte(answer), &up)
	}
	return up.Result, err
}

type jobState struct {
	ID, State, Stage string
	Done             int64
	Error            *struct{ Message string }
}

// round begins one kind of work, kills at a random point, and looks.
func (c *crashing) round(what string) error {
	trains := int(c.trains.Milliseconds()) * 7 / 10 // the program that told it had to start, too
	ms := map[string]int{"import": 900, "train": trains, "export": 900, "save": 400, "window": trains}[what]
	wait := time.Duration(c.rng.IntN(ms)) * time.Millisecond
	c.note = ""
	if what == "window" {
		if err := c.killWindow(wait); err != nil {
			return err
		}
		c.counts["window"]++
		return c.look()
	}
	s, err := c.serve(c.home)
	if err != nil {
		return err
	}
	defer s.kill()
	var job string
	name := fmt.Sprintf("sales %d", c.imported)
	switch what {
	case "import":
		file, err := c.upload(s)
		if err != nil {
			return err
		}
		if err := s.call(&job, "StartImport", map[string]any{"project": "shop", "files": []string{file}, "as": name}); err != nil {
			return err
		}
	case "train":
		if err := s.call(&job, "StartTrain", map[string]any{"project": "shop", "dataset": "small", "effort": "balanced", "seed": 3}); err != nil {
			return err
		}
	case "export":
		if err := s.call(&job, "StartExport", map[string]any{"project": "shop", "rows": 300_000, "format": "csv"}); err != nil {
			return err
		}
	case "save":
		var last atomic.Int64
		last.Store(int64(c.saved))
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			var kept struct{ ID string }
			for n := c.saved + 1; ; n++ {
				if s.call(&kept, "SaveScenario", "shop", map[string]any{"id": "A", "name": "A", "title": fmt.Sprint(n), "plan": map[string]any{"horizon": 12}}) != nil {
					return
				}
				last.Store(int64(n))
			}
		}()
		time.Sleep(wait)
		s.kill()
		<-stopped
		c.saved = int(last.Load())
		return c.look()
	}
	time.Sleep(wait)
	var j jobState
	if err := s.call(&j, "GetJob", job); err != nil {
		return err
	}
	s.kill()
	switch {
	case j.State == "done":
		c.counts["ended"]++
		if what == "import" {
			c.imported++
		}
	case j.State == "failed":
		c.wrong = append(c.wrong, what+": "+j.Error.Message)
	default:
		c.note = what
		c.counts["cut"]++
	}
	return c.look()
}

// killWindow has a real window train and kills it.
func (c *crashing) killWindow(wait time.Duration) error {
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	r, err := run(ctx, []string{"E2E_HOME=" + c.home}, "frontend", "node", "e2e/window.mjs", "kill", "shop", "small", fmt.Sprint(wait.Milliseconds()))
	if err == nil && r.code != 0 {
		err = fmt.Errorf("the window: %s", strings.TrimSpace(r.out+r.err))
	}
	c.note = "train"
	c.counts["cut"]++
	return err
}

// look checks what a kill left, and takes up what was cut off.
func (c *crashing) look() error {
	s, err := c.serve(c.home)
	if err != nil {
		return err
	}
	defer s.end()
	bad := func(format string, args ...any) { c.wrong = append(c.wrong, fmt.Sprintf(format, args...)) }
	var v struct {
		Datasets []struct {
			Name string
			Rows int64
		}
		Runs      []struct{ ID string }
		Scenarios []struct{ Title string }
	}
	if err := s.call(&v, "OpenProject", "shop"); err != nil {
		return err
	}
	if n := len(v.Datasets) - 1; n < c.imported || n > c.imported+1 {
		bad("%d datasets, %d were finished", n, c.imported)
	} else {
		c.imported = n // one may have been done when it was killed, and not have been asked
	}
	for _, d := range v.Datasets {
		var page struct {
			Rows  [][]string
			Total int64
		}
		if err := s.call(&page, "Rows", "shop", d.Name, d.Rows-5, 10); err != nil || page.Total != d.Rows || len(page.Rows) != 5 {
			bad("%s: %d rows of %d: %v", d.Name, len(page.Rows), page.Total, err)
		}
	}
	if len(v.Runs) == 0 {
		bad("the run is gone")
	}
	for _, r := range v.Runs[:min(2, len(v.Runs))] {
		if err := s.call(nil, "Report", "shop", r.ID); err != nil {
			bad("a report: %v", err)
		}
	}
	number := 0
	if len(v.Scenarios) > 0 {
		_, _ = fmt.Sscan(v.Scenarios[0].Title, &number)
	}
	if number < c.saved || number > c.saved+1 {
		bad("plan %d was kept, %d was said to be", number, c.saved)
	}
	c.saved = number
	if half, _ := filepath.Glob(filepath.Join(c.home, "projects", "*", "out", ".*")); len(half) > 0 {
		bad("left behind: %v", half)
	}
	return c.takeUp(s, bad)
}

func (c *crashing) takeUp(s *served, bad func(string, ...any)) error {
	var cut []struct {
		ID, Kind     string
		GoesOn, Kept bool
	}
	if err := s.call(&cut, "Interrupted", "shop"); err != nil {
		return err
	}
	found := false
	for _, i := range cut {
		found = found || i.Kind == c.note
		if i.Kind != "train" {
			if err := s.call(nil, "Forget", "shop", i.ID); err != nil {
				bad("%v", err)
			}
			continue
		}
		var job string
		if err := s.call(&job, "GoOn", "shop", i.ID); err != nil {
			bad("a training does not go on: %v", err)
			continue
		}
		c.counts["on"]++
		var first, j jobState
		for end := time.Now().Add(4 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if err := s.call(&j, "GetJob", job); err != nil {
				return err
			}
			if first.Done == 0 && j.Stage == "train" {
				first = j
			}
			through := c.counts["through"] >= 2 // two are brought to their end, the others begin
			if j.State != "running" || through && first.Done > 0 {
				break
			}
		}
		switch {
		case j.State == "done":
			c.counts["through"]++
		case j.State != "running":
			bad("a training that went on ended as %s: %v", j.State, j.Error)
		}
		if i.Kept {
			if c.counts["kept"]++; first.Done <= c.reached && j.State == "running" {
				bad("a training that was kept after step %d began at %d", c.reached, first.Done)
			}
		}
		if j.State == "running" { // stopped by a person, which is not to be told of
			if err := s.call(nil, "CancelJob", job); err != nil {
				bad("%v", err)
			}
			for j.State == "running" {
				if err := s.call(&j, "GetJob", job); err != nil {
					return err
				}
				time.Sleep(20 * time.Millisecond)
			}
			c.reached = j.Done
		} else {
			c.reached = 0
		}
	}
	if found {
		c.counts["told"]++
	} else if c.note != "" {
		c.counts["missed"]++ // it ended between the question and the kill
		if c.counts["missed"] > 5 {
			bad("%s was cut off and is not told of", c.note)
		}
	}
	return nil
}
