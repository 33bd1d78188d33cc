package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shoptwin/core"
)

func ended(j Job) bool { return j.State.ended() }

// sheet is a CSV file of n rows.
func sheet(t *testing.T, name string, n int) string {
	var b strings.Builder
	b.WriteString("city,price,units\n")
	for i := range n {
		fmt.Fprintf(&b, "%s,%d.5,%d\n", []string{"Lyon", "Gent", "Bari"}[i*i%3], i%17+1, i%5)
	}
	return write(t, name, b.String())
}

// Imports under one name at once: one gets it, the others hear Conflict, and
// without a name each gets one.
func TestImportsOfOneName(t *testing.T) {
	a := open(t)
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	for _, as := range []string{"sales", ""} {
		var wg sync.WaitGroup
		errs := make([]error, 4)
		file := sheet(t, "shop.csv", 3000)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{file}, As: as}, nil)
			})
		}
		wg.Wait()
		good := 0
		for _, err := range errs {
			switch {
			case err == nil:
				good++
			case core.KindOf(err) != core.Conflict:
				t.Errorf("%q: %v", as, err)
			}
		}
		if want := map[string]int{"sales": 1, "": 4}[as]; good != want {
			t.Errorf("%q: %d imports of 4 went well, want %d", as, good, want)
		}
	}
	v, err := a.OpenProject("p")
	if err != nil || len(v.Datasets) != 5 {
		t.Fatalf("%d datasets, %v", len(v.Datasets), err)
	}
	for _, d := range v.Datasets {
		if page, err := a.Rows("p", d.Name, 0, 1); err != nil || page.Total != 3000 {
			t.Errorf("%s: %d rows, %v", d.Name, page.Total, err)
		}
	}
}

// A table that no record knows does not block its name, in a database that is
// open and in one that is opened.
func TestOrphansDoNotBlock(t *testing.T) {
	a := open(t)
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	file := sheet(t, "sales.csv", 50)
	orphan := func() {
		d, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{file}, As: "Sales"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := a.store.Project("p")
		if err == nil {
			err = a.store.Delete(p.ID, kindDataset, d[0].ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	orphan()
	if _, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{file}, As: "sales"}, nil); err != nil {
		t.Error(err)
	}
	if err := a.DeleteDataset("p", "sales"); err != nil {
		t.Fatal(err)
	}
	orphan()
	home := a.store.Home()
	a.Close()
	a, err := Open(home)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	p, err := a.store.Project("p")
	if err != nil {
		t.Fatal(err)
	}
	db, err := a.data(p)
	if err != nil {
		t.Fatal(err)
	}
	if tables, err := db.Tables(context.Background()); err != nil || len(tables) != 0 {
		t.Errorf("%q is left, %v", tables, err)
	}
}

// What would pull the ground from under a running job is refused, and works
// once the job has ended.
func TestNothingUnderARunningJob(t *testing.T) {
	a := open(t)
	p, err := a.CreateProject("p")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{sheet(t, "d.csv", 2000)}}, nil); err != nil {
		t.Fatal(err)
	}
	id, err := a.StartTrain(TrainRequest{Project: "p", Dataset: "d", Effort: "best", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	second, err := a.StartTrain(TrainRequest{Project: "p", Dataset: "d", Effort: "quick", Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "b.tar")
	if err := a.DeleteProject("p"); core.KindOf(err) != core.Conflict {
		t.Errorf("delete under a job: %v", err)
	}
	if _, err := a.BackupTo(backup); core.KindOf(err) != core.Conflict {
		t.Errorf("backup under a job: %v", err)
	}
	if _, err := os.Stat(backup); err == nil {
		t.Error("a refused backup left a file")
	}
	await(t, &a.jobs, id, func(j Job) bool { return j.Stage == "train" && j.Done > 0 || j.State.ended() })
	if _, err := a.PauseJob(id); err != nil {
		t.Fatal(err)
	}
	if j, err := a.CancelJob(id); err != nil || j.State != Paused {
		t.Errorf("cancelled while paused: %v %v", j.State, err)
	}
	if j := await(t, &a.jobs, id, ended); j.State != Cancelled {
		t.Errorf("%v %v", j.State, j.Error)
	}
	for _, again := range []func(string) (Job, error){a.PauseJob, a.ResumeJob, a.CancelJob} {
		if j, err := again(id); err != nil || j.State != Cancelled {
			t.Errorf("after its end: %v %v", j.State, err)
		}
	}
	if _, err := a.CancelJob(second); err != nil {
		t.Fatal(err)
	}
	await(t, &a.jobs, second, ended)
	if _, err := a.BackupTo(backup); err != nil {
		t.Error(err)
	}
	if page, err := a.Rows("p", "d", 0, 1); err != nil || page.Total != 2000 {
		t.Errorf("after the backup: %v", err)
	}
	if err := a.DeleteProject("p"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(a.store.Dir(p.ID)); !os.IsNotExist(err) {
		t.Errorf("the project's folder: %v", err)
	}
}

// A job that is started while its project is being deleted waits, and finds
// that it is gone.
func TestJobWaitsForDelete(t *testing.T) {
	var js Jobs
	var gone bool
	var id string
	err := js.Alone("p", func() error {
		id = js.Start("train", "p", "", func(context.Context, func(core.Progress)) (any, error) { return gone, nil })
		other := js.Start("train", "q", "", func(context.Context, func(core.Progress)) (any, error) { return true, nil })
		await(t, &js, other, ended)
		if err := js.Alone("p", func() error { return nil }); core.KindOf(err) != core.Conflict {
			t.Errorf("a second one: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
		gone = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if j := await(t, &js, id, ended); string(j.Result) != "true" {
		t.Errorf("it began early: %s", j.Result)
	}
	err = js.Alone("", func() error {
		id = js.Start("train", "p", "", func(context.Context, func(core.Progress)) (any, error) { return nil, nil })
		js.Cancel(id)
		await(t, &js, id, ended)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPanicEndsTheJobAlone(t *testing.T) {
	var js Jobs
	id := js.Start("train", "p", "", func(context.Context, func(core.Progress)) (any, error) { panic("index out of range") })
	if j := await(t, &js, id, ended); j.State != Failed || j.Error.Kind != "internal" || !strings.Contains(j.Error.Message, "fault of Shoptwin") {
		t.Errorf("%v %+v", j.State, j.Error)
	}
}

// Closing ends what runs, whatever it does, and a job that comes too late.
func TestCloseUnderWork(t *testing.T) {
	home := t.TempDir()
	rounds := 2
	if testing.Short() {
		rounds = 1
	}
	for range rounds {
		a, err := Open(home)
		if err != nil {
			t.Fatal(err)
		}
		p, err := a.CreateProject("p")
		if err != nil {
			t.Fatal(err)
		}
		file := sheet(t, "d.csv", 30000)
		if _, err := a.StartImport(ImportRequest{Project: p.ID, Files: []string{file}}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.StartImport(ImportRequest{Project: p.ID, Files: []string{file}}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.StartDemo(1); err != nil {
			t.Fatal(err)
		}
		done := make(chan bool)
		go func() {
			defer close(done)
			for { // a page that polls
				if _, err := a.Projects(); err != nil {
					return
				}
				a.Rows(p.ID, "d", 0, 10)
				a.Profile(p.ID, "d")
			}
		}()
		time.Sleep(60 * time.Millisecond)
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		<-done
		for _, j := range a.Jobs() {
			if !j.State.ended() {
				t.Errorf("%s is %s after Close", j.Kind, j.State)
			}
		}
		if err := a.Backup(io.Discard); core.KindOf(err) != core.Conflict {
			t.Errorf("backup after Close: %v", err)
		}
		if a, err = Open(home); err != nil {
			t.Fatal(err)
		}
		if problems, err := a.Check(); err != nil || len(problems) > 0 {
			t.Errorf("%v %v", problems, err)
		}
		v, err := a.OpenProject(p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range v.Datasets {
			if _, err := a.Profile(p.ID, d.Name); err != nil {
				t.Error(err)
			}
		}
		if err := a.DeleteProject(p.ID); err != nil {
			t.Error(err)
		}
		a.Close()
	}
}

// Two sample shops are not made at once, and the one in the making stays.
func TestOneSampleAtATime(t *testing.T) {
	a := open(t)
	id, err := a.StartDemo(1)
	if err != nil {
		t.Fatal(err)
	}
	await(t, &a.jobs, id, func(j Job) bool { return j.Stage != "" })
	if _, err := a.Demo(context.Background(), 1, nil); core.KindOf(err) != core.Conflict {
		t.Errorf("a second one: %v", err)
	}
	if err := a.DeleteProject(beingMade); core.KindOf(err) != core.Conflict {
		t.Errorf("deleting it: %v", err)
	}
	a.CancelJob(id)
	await(t, &a.jobs, id, ended)
	if all, err := a.Projects(); err != nil || len(all) > 0 {
		t.Errorf("%v is left, %v", all, err)
	}
}

// No name leads an export out of the project's folder.
func TestExportStaysInside(t *testing.T) {
	a := open(t)
	p, err := a.CreateProject("p")
	if err != nil {
		t.Fatal(err)
	}
	name := `../../x<"y'&` + strings.Repeat("ü", 80)
	if _, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{sheet(t, "d.csv", 300)}, As: name}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Train(context.Background(), TrainRequest{Project: "p", Dataset: name, Effort: "quick", Seed: 1, Rows: 1 << 50}, nil); err != nil {
		t.Fatal(err)
	}
	out, err := a.Export(context.Background(), ExportRequest{Project: "p", Rows: 10, Format: "csv.gz"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(out.Path) != filepath.Join(a.store.Dir(p.ID), "out") {
		t.Errorf("written to %s", out.Path)
	}
	if path, err := a.DownloadPath("p", filepath.Base(out.Path)); err != nil || path != out.Path {
		t.Errorf("download: %s %v", path, err)
	}
	for _, format := range []string{"csv/../../../evil.csv", `..\evil.csv`, "exe", "."} {
		if _, err := a.Export(context.Background(), ExportRequest{Project: "p", Rows: 10, Format: format}, nil); core.KindOf(err) != core.Unsupported {
			t.Errorf("%s: %v", format, err)
		}
	}
	var b bytes.Buffer
	if err := a.ReportHTML("p", "", "en", &b); err != nil || bytes.Contains(b.Bytes(), []byte(`x<"y`)) {
		t.Errorf("the report shows the name as it is: %v", err)
	}
}
