//go:build unix

package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestBusy trains four models at once and calls meanwhile what the window
// calls: it must answer in under 20 ms. A training's work is in pieces of far
// less than that, and its threads are no more than the cores, so that a call
// waits for the scheduler at most.
//
// On a machine that is busy with other programs a call also waits for those.
// The bound is on what it waits for us: no longer than this process computed
// meanwhile, all threads together.
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
	for deadline := time.Now().Add(time.Minute); !training(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("four trainings did not begin within a minute")
		}
	}
	var took, own []time.Duration
	for begun := time.Now(); time.Since(begun) < 2*time.Second; time.Sleep(3 * time.Millisecond) {
		for _, call := range []func() error{
			func() error { a.Jobs(); return nil },
			func() error { _, err := a.Projects(); return err },
			func() error { _, err := a.OpenProject("p"); return err },
			func() error { _, err := a.GetJob(ids[0]); return err },
		} {
			start, used := time.Now(), processorTime(t)
			if err := call(); err != nil {
				t.Fatal(err)
			}
			took = append(took, time.Since(start))
			own = append(own, min(took[len(took)-1], processorTime(t)-used))
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
	slices.Sort(took)
	slices.Sort(own)
	at := func(d []time.Duration, share float64) time.Duration {
		return d[int(share*float64(len(d)-1))].Round(10 * time.Microsecond)
	}
	t.Logf("%d calls, median %v, 95 of 100 within %v, longest %v; behind our own work %v and %v",
		len(took), at(took, .5), at(took, .95), at(took, 1), at(own, .95), at(own, 1))
	if bound := 20 * time.Millisecond; at(own, .95) >= bound && !raceDetector {
		t.Errorf("5 calls of 100 take %v and more, want under %v", at(own, .95), bound)
	}
}

// processorTime is what all threads of this process have computed so far.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
