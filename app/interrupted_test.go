package app

import (
	"context"
	"testing"
	"time"

	"shoptwin/core"
)

// TestInterrupted closes the program in the midst of a training: the next one
// tells of it, takes it up and brings it to an end. One that a person stopped
// is not told of.
func TestInterrupted(t *testing.T) {
	home := t.TempDir()
	again := func() *App {
		t.Helper()
		a, err := Open(home)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := again()
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{sheet(t, "d.csv", 400)}}, nil); err != nil {
		t.Fatal(err)
	}
	req := TrainRequest{Project: "p", Dataset: "d", Effort: "quick", Seed: 5}
	begin := func(start func() (string, error)) string {
		t.Helper()
		id, err := start()
		if err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if j, err := a.GetJob(id); err != nil {
				t.Fatal(err)
			} else if j.Stage == "train" && j.Done > 0 || j.State.ended() {
				return id
			}
		}
		t.Fatal("the training never began")
		return ""
	}
	list := func(want int) []Interrupted {
		t.Helper()
		all, err := a.Interrupted("p")
		if err != nil || len(all) != want {
			t.Fatalf("%+v %v, want %d", all, err, want)
		}
		return all
	}
	start := func() (string, error) { return a.StartTrain(req) }

	id := begin(start)
	list(0) // it runs
	if _, err := a.CancelJob(id); err != nil {
		t.Fatal(err)
	}
	for j, _ := a.GetJob(id); !j.State.ended(); j, _ = a.GetJob(id) {
		time.Sleep(5 * time.Millisecond)
	}
	list(0) // a person stopped it

	begin(start)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = again()
	one := list(1)[0]
	if one.Kind != "train" || one.Title != "d" || !one.GoesOn || one.Begun.IsZero() {
		t.Errorf("%+v", one)
	}
	if _, err := a.GoOn("p", "nothing"); core.KindOf(err) != core.NotFound {
		t.Errorf("%v", err)
	}
	id, err := a.GoOn("p", one.ID)
	if err != nil {
		t.Fatal(err)
	}
	list(0)
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		j, err := a.GetJob(id)
		if err != nil {
			t.Fatal(err)
		}
		if j.State.ended() {
			if j.State != Done {
				t.Errorf("%v %+v", j.State, j.Error)
			}
			break
		}
	}
	if v, err := a.OpenProject("p"); err != nil || len(v.Runs) != 1 {
		t.Errorf("%d runs, %v", len(v.Runs), err)
	}

	// An import names a file: it is told of, and not taken up.
	if _, err := a.start("import", "p", "x.csv", func(ctx context.Context, _ func(core.Progress)) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}); err != nil {
		t.Fatal(err)
	}
	for all, _ := a.store.List(mustProject(t, a, "p").ID, kindUnderway); len(all) == 0; all, _ = a.store.List(mustProject(t, a, "p").ID, kindUnderway) {
		time.Sleep(5 * time.Millisecond)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = again()
	defer func() { a.Close() }()
	one = list(1)[0]
	if _, err := a.GoOn("p", one.ID); one.GoesOn || core.KindOf(err) != core.Unsupported {
		t.Errorf("%+v %v", one, err)
	}
	if err := a.Forget("p", one.ID); err != nil {
		t.Error(err)
	}
	list(0)
}

// A job that begins is never told of as interrupted, whenever one looks.
func TestBeginningIsNotInterrupted(t *testing.T) {
	a := open(t)
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	id := mustProject(t, a, "p").ID
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 150 {
			begun := make(chan struct{})
			if _, err := a.start("import", id, "x.csv", func(context.Context, func(core.Progress)) (any, error) { close(begun); return nil, nil }); err != nil {
				t.Error(err)
				return
			}
			<-begun
		}
	}()
	for {
		all, err := a.Interrupted("p")
		if err != nil || len(all) > 0 {
			t.Fatalf("%+v %v", all, err)
		}
		select {
		case <-done:
			return
		default:
		}
	}
}
