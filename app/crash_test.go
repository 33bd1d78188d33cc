package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shoptwin/core"
	"shoptwin/core/recipe"
)

// The child of TestKill works on the home named here until it is killed.
const killHome = "SHOPTWIN_TEST_KILL_HOME"

func TestMain(m *testing.M) {
	if home := os.Getenv(killHome); home != "" {
		if err := workForever(home); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) // only a kill ends it well
	}
	if to := os.Getenv(killMove); to != "" {
		if err := moveOnce(os.Getenv(killFrom), to); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if os.Getenv(asWindow) != "" {
		if err := window(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// cleaning makes the dataset name from sales.
func cleaning(name string) *recipe.Recipe {
	r, err := recipe.Parse(strings.NewReader(`{"name": "` + name + `", "from": "sales", "steps": [
		{"do": "drop_duplicates"}, {"do": "fill", "columns": ["price"], "with": "median"}, {"do": "filter", "where": "price > 0"}]}`))
	if err != nil {
		panic(err)
	}
	return r
}

// workForever does what a user does, in a loop and in any order, and says on
// its output what has been promised. Whatever is there already is used.
func workForever(home string) error {
	a, err := Open(home)
	if err != nil {
		return err
	}
	ctx, rng := context.Background(), rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	sales := filepath.Join(filepath.Dir(home), "sales.csv")
	quiet := func(core.Progress) {}
	for {
		project := fmt.Sprintf("shop %d", rng.IntN(2))
		if _, err := a.CreateProject(project); err != nil && core.KindOf(err) != core.Conflict {
			return err
		}
		v, err := a.OpenProject(project)
		if err != nil {
			return err
		}
		has := func(name string) bool {
			for _, d := range v.Datasets {
				if d.Name == name {
					return true
				}
			}
			return false
		}
		switch what := rng.IntN(12); {
		case !has("sales"):
			_, err = a.Import(ctx, ImportRequest{Project: project, Files: []string{sales}, As: "sales"}, quiet)
		case !has("clean"):
			_, err = a.Prepare(ctx, project, cleaning("clean"), quiet)
		case what == 0:
			_, err = a.Train(ctx, TrainRequest{Project: project, Dataset: "clean", Effort: "quick", Seed: 1}, quiet)
		case what < 3 && len(v.Runs) > 0:
			_, err = a.Export(ctx, ExportRequest{Project: project, Rows: 20000, Format: "csv"}, quiet)
		case what < 6:
			err = a.DeleteDataset(project, "clean")
		case what < 10:
			err = a.DeleteDataset(project, "sales")
		case what < 11:
			err = WriteFile(filepath.Join(home, "backup.tar"), a.Backup)
		default:
			err = a.DeleteProject(project)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", project, err)
		}
		fmt.Println("done") // the parent sees that work goes on
	}
}

// TestKill kills a working program at random moments. What is left must be
// whole: nothing stored is damaged, every dataset that is listed can be read,
// no name is blocked, and no half file bears a whole one's name.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Log("fewer kills with -short")
	}
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	var csv strings.Builder
	csv.WriteString("product,store,price,note\n")
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range 600 {
		fmt.Fprintf(&csv, "p%d,s%d,%.2f,%s\n", rng.IntN(40), rng.IntN(5), 1+rng.Float64()*9, strings.Repeat("x", i%7))
	}
	if err := os.WriteFile(filepath.Join(dir, "sales.csv"), []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(15 * time.Second)
	if testing.Short() {
		end = time.Now().Add(4 * time.Second)
	}
	done := 0
	for kill := 0; kill < 2 || time.Now().Before(end); kill++ {
		var out, errs bytes.Buffer
		child := exec.Command(self)
		child.Env = append(os.Environ(), killHome+"="+home)
		child.Stdout, child.Stderr = &out, &errs
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(100+rng.IntN(1500)) * time.Millisecond)
		child.Process.Kill()
		if child.Wait(); errs.Len() > 0 {
			t.Fatalf("kill %d: the child ended by itself: %s", kill, errs.String())
		}
		done += strings.Count(out.String(), "done")
		if whole(t, home, filepath.Join(dir, "sales.csv")); t.Failed() {
			t.Fatalf("after kill %d", kill)
		}
	}
	if t.Logf("%d steps done", done); done == 0 {
		t.Error("the child never got anything done")
	}
}

// whole checks a home that was left at any moment.
func whole(t *testing.T, home, sales string) {
	t.Helper()
	a, err := Open(home)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if problems, err := a.Check(); err != nil || len(problems) > 0 {
		t.Errorf("check: %v %v", problems, err)
	}
	projects, err := a.Projects()
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range projects {
		v, err := a.OpenProject(info.ID)
		if err != nil {
			t.Fatal(err)
		}
		taken := map[string]bool{}
		for _, d := range v.Datasets {
			taken[d.Name] = true
			if page, err := a.Rows(v.ID, d.Name, 0, 10); err != nil || len(page.Rows) != 10 || page.Total != d.Rows {
				t.Errorf("%s: %d of %d rows: %v", d.Name, len(page.Rows), page.Total, err)
			}
			if p, err := a.Profile(v.ID, d.Name); err != nil || len(p.Columns) != len(d.Columns) {
				t.Errorf("%s: profile of %d columns: %v", d.Name, len(p.Columns), err)
			}
		}
		for _, run := range v.Runs {
			if _, err := a.Report(v.ID, run.ID); err != nil {
				t.Errorf("%s: %v", run.Name, err)
			}
			if _, err := a.SampleRows(v.ID, run.ID, 3, 1); err != nil {
				t.Errorf("%s: %v", run.Name, err)
			}
		}
		// a name that is not listed can be given
		for _, name := range []string{"sales", "clean"} {
			if taken[name] {
				continue
			}
			if _, err := a.Import(context.Background(), ImportRequest{Project: v.ID, Files: []string{sales}, As: name}, nil); err != nil {
				t.Errorf("%s is not free: %v", name, err)
			} else if err := a.DeleteDataset(v.ID, name); err != nil {
				t.Error(err)
			}
		}
	}
	filepath.WalkDir(filepath.Join(home, "projects"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Base(filepath.Dir(path)) != "out" {
			return err
		}
		b, err := os.ReadFile(path)
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(e.Name(), halfPrefix):
			t.Errorf("%s was left behind", path)
		case bytes.Count(b, []byte("\n")) != 20001:
			t.Errorf("%s has %d lines", path, bytes.Count(b, []byte("\n")))
		}
		return nil
	})
}

// TestStoppedTraining stops a training that was given minutes, whose steps
// are measured, and goes on; and begins again where the checkpoint is of no
// use.
func TestStoppedTraining(t *testing.T) {
	a := open(t)
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{sheet(t, "d.csv", 400)}}, nil); err != nil {
		t.Fatal(err)
	}
	p, err := a.store.Project("p")
	if err != nil {
		t.Fatal(err)
	}
	req := TrainRequest{Project: "p", Dataset: "d", Effort: "best", Minutes: .1, Seed: 5}
	var stopped, total int64
	stop := func() {
		t.Helper()
		stopped = 0
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		_, err := a.Train(ctx, req, func(p core.Progress) {
			if p.Stage == "train" && stopped == 0 && p.Done*4 >= p.Total { // in its second half it may end by itself
				stopped, total = p.Done, p.Total
				cancel()
			}
		})
		if core.KindOf(err) != core.Cancelled {
			t.Fatalf("stopped with %v", err)
		}
	}
	first := func() (step, of int64) {
		t.Helper()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		_, err := a.Train(ctx, req, func(p core.Progress) {
			if p.Stage == "train" && p.Done > 0 && step == 0 {
				step, of = p.Done, p.Total
				cancel()
			}
		})
		if core.KindOf(err) != core.Cancelled {
			t.Fatalf("%v", err)
		}
		return step, of
	}
	stop()
	if step, of := first(); step < stopped || of != total {
		t.Errorf("it went on at step %d of %d, not after %d of %d", step, of, stopped, total)
	}
	for name, spoil := range map[string]func([]byte) []byte{
		"changed": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut":     func(b []byte) []byte { return b[:4] },
		"of another table": func(b []byte) []byte {
			b = b[:len(b)-sha256.Size]
			b[8+20] ^= 1 // in the fingerprint
			sum := sha256.Sum256(b[8:])
			return append(b, sum[:]...)
		},
	} {
		all, err := a.store.List(p.ID, kindPause)
		if err != nil || len(all) != 1 {
			t.Fatalf("%d checkpoints, %v", len(all), err)
		}
		r, err := a.store.OpenBytes(p.ID, all[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		if _, err := a.store.PutBytes(all[0], bytes.NewReader(spoil(b))); err != nil {
			t.Fatal(err)
		}
		if step, _ := first(); step >= stopped {
			t.Errorf("%s: it went on at step %d, where it had stopped at %d", name, step, stopped)
		}
		stop()
	}
}
