package app

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shoptwin/core"
	"shoptwin/core/promo"
)

// The child of TestKillMove moves a home between these until it is killed.
const (
	killMove = "SHOPTWIN_TEST_MOVE_TO"
	killFrom = "SHOPTWIN_TEST_MOVE_FROM"
)

func moveOnce(from, to string) error {
	a, err := Open(from)
	if err != nil {
		return err
	}
	if _, err := a.MoveHome(context.Background(), to, true, nil); err != nil {
		return err
	}
	return a.Close()
}

// furnished is a home with a table, a plan and settings.
func furnished(t *testing.T, home string) (a *App, project string) {
	t.Helper()
	a, err := Open(home)
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.CreateProject("shop")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: p.ID, Files: []string{smallSales(t, 500)}, As: "sales"}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SaveScenario(p.ID, ScenarioInfo{Name: "A", Plan: promo.Plan{Horizon: 4}}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SaveSettings(Settings{Money: "€"}); err != nil {
		t.Fatal(err)
	}
	return a, p.ID
}

// furnishedStill checks that all of what furnished made is there.
func furnishedStill(t *testing.T, a *App, project string) {
	t.Helper()
	page, err := a.Rows(project, "sales", 0, 3)
	if err != nil || page.Total != 500 {
		t.Fatalf("%d rows, %v", page.Total, err)
	}
	v, err := a.OpenProject(project)
	if err != nil || len(v.Scenarios) != 1 || a.Settings().Money != "€" {
		t.Fatalf("%+v %v", v.Scenarios, err)
	}
	if bad, err := a.store.Check(); err != nil || len(bad) > 0 {
		t.Fatalf("%+v %v", bad, err)
	}
}

func TestMoveHome(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	first, second := filepath.Join(dir, "a"), filepath.Join(dir, "new", "b")
	a, project := furnished(t, first)
	defer func() { a.Close() }()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for to, kind := range map[string]core.Kind{
		"somewhere": core.Invalid, filepath.Join(first, "in"): core.Invalid, dir: core.Invalid, filepath.Join(dir, "file", "x"): core.Invalid,
	} {
		if _, err := a.PlanMove(to); core.KindOf(err) != kind || ProblemOf(err).Hint == "" {
			t.Errorf("%s: %v", to, err)
		}
	}
	full := filepath.Join(dir, "full")
	os.MkdirAll(filepath.Join(full, "photos"), 0o700)
	if _, err := a.PlanMove(full); core.KindOf(err) != core.Conflict || !strings.Contains(err.Error(), "photos") {
		t.Errorf("a folder with photos: %v", err)
	}

	// While a job runs it is refused, and nothing is begun.
	hold := make(chan struct{})
	id := a.jobs.Start("import", project, "sales", func(context.Context, func(core.Progress)) (any, error) { <-hold; return nil, nil })
	if _, err := a.StartMove(second, false); core.KindOf(err) != core.Conflict {
		t.Errorf("beside a job: %v", err)
	}
	close(hold)
	waitFor(t, a, id)
	if _, err := os.Stat(second); err == nil {
		t.Error("a refused move left a folder")
	}

	// Stopped midway it stays where it is, and takes its copy away.
	stopped, stop := context.WithCancel(ctx)
	if _, err := a.MoveHome(stopped, second, false, func(core.Progress) { stop() }); core.KindOf(err) != core.Cancelled && stopped.Err() == nil {
		t.Errorf("stopped: %v", err)
	}
	if left := homeParts(second); len(left) > 0 {
		t.Errorf("a stopped move left %v", left)
	}
	furnishedStill(t, a, project)

	job, err := a.StartMove(second, false)
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, a, job)
	if j, _ := a.GetJob(job); j.State != Done {
		t.Fatalf("%+v", j.Error)
	}
	if a.About().Home != second {
		t.Errorf("the home is %s", a.About().Home)
	}
	furnishedStill(t, a, project)
	if _, err := a.CreateProject("made at the new place"); err != nil {
		t.Fatal(err)
	}
	a.Close()
	if a, err = Open(first); err != nil { // the old name leads to the new place
		t.Fatal(err)
	}
	if all, _ := a.Projects(); a.About().Home != second || len(all) != 2 {
		t.Errorf("%s: %d projects", a.About().Home, len(all))
	}
	furnishedStill(t, a, project)

	// Back again: what was left there must go first.
	if _, err := a.PlanMove(first); core.KindOf(err) != core.Conflict {
		t.Errorf("back over what was left: %v", err)
	}
	clearHome(first)
	if _, err := a.MoveHome(ctx, first, true, nil); err != nil {
		t.Fatal(err)
	}
	furnishedStill(t, a, project)
	if left := homeParts(second); len(left) > 0 {
		t.Errorf("the old place still holds %v", left)
	}
	a.Close()
	for _, name := range []string{first, second} {
		if a, err = Open(name); err != nil {
			t.Fatal(err)
		}
		if all, _ := a.Projects(); a.About().Home != first || len(all) != 2 {
			t.Errorf("%s: %s with %d projects", name, a.About().Home, len(all))
		}
		a.Close()
	}
	if err := os.Rename(first, first+" unplugged"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(second); core.KindOf(err) != core.NotFound || !strings.Contains(err.Error(), first) {
		t.Errorf("a home that is not there: %v", err)
	}
}

func waitFor(t *testing.T, a *App, id string) {
	t.Helper()
	for range 2000 {
		if j, err := a.GetJob(id); err != nil || j.State.ended() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the job does not end")
}

// TestKillMove kills a move at random moments, again and again: from either
// place the one whole home opens.
func TestKillMove(t *testing.T) {
	dir := t.TempDir()
	places := [2]string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}
	a, project := furnished(t, places[0])
	a.Close()
	rng, moves := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1)), 0
	for round := range 8 {
		name := places[round%2] // either name leads to it, once it was there
		if _, err := os.Stat(name); err != nil {
			name = places[0]
		} else if all, _ := filepath.Glob(filepath.Join(name, "*")); len(all) == 0 {
			name = places[0]
		}
		a, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		furnishedStill(t, a, project)
		at := a.About().Home
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		to := places[0]
		if at == to {
			to = places[1]
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), killMove+"="+to, killFrom+"="+at)
		var said bytes.Buffer
		child.Stderr = &said
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- child.Wait() }()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("round %d: %v: %s", round, err, said.String())
			}
			moves++
		case <-time.After(time.Duration(rng.IntN(250)) * time.Millisecond):
			child.Process.Kill()
			<-ended
		}
	}
	for _, name := range places {
		if all, _ := filepath.Glob(filepath.Join(name, "*")); len(all) == 0 {
			continue // no move got that far
		}
		a, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		furnishedStill(t, a, project)
		a.Close()
	}
	t.Logf("%d of 8 moves ended before they were killed", moves)
}
