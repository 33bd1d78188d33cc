package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestBusy trains four models at once and calls meanwhile what the window
// calls: it must answer in under 20 ms. A training's work is in pieces of far
// less than that, and its threads are no more than the cores, so that a call
// waits for the scheduler at most.
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
	var took []time.Duration
	for begun := time.Now(); time.Since(begun) < 2*time.Second; time.Sleep(3 * time.Millisecond) {
		for _, call := range []func() error{
			func() error { a.Jobs(); return nil },
			func() error { _, err := a.Projects(); return err },
			func() error { _, err := a.OpenProject("p"); return err },
			func() error { _, err := a.GetJob(ids[0]); return err },
		} {
			start := time.Now()
			if err := call(); err != nil {
				t.Fatal(err)
			}
			took = append(took, time.Since(start))
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
	at := func(share float64) time.Duration { return took[int(share*float64(len(took)-1))].Round(10 * time.Microsecond) }
	t.Logf("%d calls, median %v, 95 of 100 within %v, longest %v", len(took), at(.5), at(.95), at(1))
	if bound := 20 * time.Millisecond; at(.95) >= bound && !raceDetector {
		t.Errorf("5 calls of 100 take %v and more, want under %v", at(.95), bound)
	}
}
