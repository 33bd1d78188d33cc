package app

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestBusy trains four models at once and lets another process call meanwhile
// what the window calls, from the moment they start: every call must be
// answered in under 20 ms. [core.Spare] and the turns of trainings see to it.
//
// On a machine that is busy with other programs a call also waits for those,
// as does whoever only sleeps: by as much as such a one oversleeps a call may
// take longer, and of five attempts one must do.
func TestBusy(t *testing.T) {
	a := open(t)
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("city,street,shop,product,colour,size,price,units,day\n")
	for range 4000 {
		fmt.Fprintf(&b, "c%d,s%d,h%d,p%d,k%d,z%d,%.2f,%d,%d\n", rng.IntN(20), rng.IntN(30), rng.IntN(12), rng.IntN(40), rng.IntN(8), rng.IntN(5), 1+10*rng.Float64(), rng.IntN(9), rng.IntN(7))
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{write(t, "sales.csv", b.String())}, As: "sales"}, nil); err != nil {
		t.Fatal(err)
	}
	const bound, attempts = 20 * time.Millisecond, 5
	for attempt := 1; ; attempt++ {
		w := callsBesideFour(t, a)
		slices.SortFunc(w.Calls, func(a, b call) int { return cmp.Compare(a.Took, b.Took) })
		at := func(share float64) call { return w.Calls[int(share*float64(len(w.Calls)-1))] }
		slow := at(1)
		t.Logf("%d calls, median %v, 99 of 100 within %v, longest %v (%s); a sleeper overslept by up to %v",
			len(w.Calls), at(.5).Took, at(.99).Took, slow.Took, windowCalls[slow.Kind].name, w.Overslept)
		switch {
		case slow.Took-w.Overslept < bound || raceDetector:
			return
		case attempt == attempts:
			t.Fatalf("a call of %s took %v where a sleeper overslept by %v at most; want under %v more", windowCalls[slow.Kind].name, slow.Took, w.Overslept, bound)
		}
	}
}

// windowCalls are what the window asks for while a training runs.
var windowCalls = []struct {
	name string
	run  func(a *App, job string) error
}{
	{"Jobs", func(a *App, _ string) error { a.Jobs(); return nil }},
	{"Projects", func(a *App, _ string) error { _, err := a.Projects(); return err }},
	{"OpenProject", func(a *App, _ string) error { _, err := a.OpenProject("p"); return err }},
	{"GetJob", func(a *App, job string) error { _, err := a.GetJob(job); return err }},
}

// watched is what another process saw: its calls, and by how much longer than
// asked its sleepers slept at most.
type watched struct {
	Calls     []call
	Overslept time.Duration
}

// A call is how long one of the windowCalls took.
type call struct {
	Kind int
	Took time.Duration
}

// callsBesideFour starts four trainings, answers another process's calls for
// some seconds, at least until all four train, and ends the trainings.
func callsBesideFour(t *testing.T, a *App) (w watched) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), asWindow+"=1")
	child.Stderr = os.Stderr
	answers, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	asked, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Wait()
	defer answers.Close()

	var ids []string
	for seed := range uint64(4) {
		id, err := a.StartTrain(TrainRequest{Project: "p", Dataset: "sales", Effort: "best", Seed: seed + 1})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	training := func() bool {
		for _, id := range ids {
			j, err := a.GetJob(id)
			if err != nil || ended(j) {
				t.Fatalf("%v: %+v", err, j)
			}
			if j.Stage != "train" || j.Done == 0 {
				return false
			}
		}
		return true
	}
	var all time.Time // when all trained
	one := make([]byte, 1)
	for begun := time.Now(); all.IsZero() || time.Since(all) < 2*time.Second; {
		if time.Since(begun) > time.Minute {
			t.Fatal("four trainings did not begin within a minute")
		}
		if _, err := io.ReadFull(asked, one); err != nil {
			t.Fatal(err)
		}
		if err := windowCalls[one[0]].run(a, ids[0]); err != nil {
			t.Fatal(err)
		}
		if _, err := answers.Write(one); err != nil {
			t.Fatal(err)
		}
		if all.IsZero() && training() {
			all = time.Now()
		}
	}
	if !training() {
		t.Fatal("a training ended while calls were timed")
	}
	for _, id := range ids {
		if _, err := a.CancelJob(id); err != nil {
			t.Fatal(err)
		}
	}
	answers.Close()
	if err := json.NewDecoder(skipRequest(asked)).Decode(&w); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		for j, err := a.GetJob(id); err == nil && !ended(j); j, err = a.GetJob(id) {
			time.Sleep(5 * time.Millisecond)
		}
	}
	return w
}

// skipRequest leaves out the last request, which nobody answers.
func skipRequest(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if c, err := b.Peek(1); err == nil && c[0] != '{' {
		b.Discard(1)
	}
	return b
}

// asWindow in its environment makes the test's program one, see TestMain.
const asWindow = "SHOPTWIN_TEST_WINDOW"

// window stands for one: it asks on out and reads the answers from in, until
// that ends, and then tells of its calls.
func window(in io.Reader, out io.Writer) error {
	var longest atomic.Int64
	for range runtime.NumCPU() {
		go func() {
			const pause = time.Millisecond
			for {
				begun := time.Now()
				time.Sleep(pause)
				over := int64(time.Since(begun) - pause)
				for was := longest.Load(); over > was && !longest.CompareAndSwap(was, over); was = longest.Load() {
				}
			}
		}()
	}
	var w watched
	one := make([]byte, 1)
	for i := 0; ; i++ {
		time.Sleep(3 * time.Millisecond)
		one[0] = byte(i % len(windowCalls))
		begun := time.Now()
		if _, err := out.Write(one); err != nil {
			return err
		}
		if _, err := io.ReadFull(in, one); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		w.Calls = append(w.Calls, call{i % len(windowCalls), time.Since(begun)})
	}
	w.Overslept = time.Duration(longest.Load())
	return json.NewEncoder(out).Encode(w)
}
