package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core"
)

// visitsFile writes the visits of n customers: each buys one to three things of
// those it likes.
func visitsFile(t *testing.T, n int) string {
	rng := rand.New(rand.NewPCG(3, 3))
	var b strings.Builder
	b.WriteString("customer,invoice,when,product,pieces\n")
	invoice := 0
	for o := range n {
		day := rng.IntN(100)
		for range 1 + rng.IntN(4) {
			invoice++
			for range 1 + rng.IntN(3) {
				fmt.Fprintf(&b, "C%04d,%d,2024-%02d-%02d %02d:00:00,thing %d,%d\n", o, 5000+invoice, 1+day/28, 1+day%28, 9+invoice%9, 8*(o%2)+rng.IntN(8), 1+rng.IntN(5))
			}
			day += 1 + rng.IntN(20)
		}
	}
	return write(t, "visits.csv", b.String())
}

// TestTrainSequences: customers with events are learned in a project, judged,
// shown and exported, the same ones whatever the range; and a stopped training
// goes on.
func TestTrainSequences(t *testing.T) {
	ctx := context.Background()
	a := open(t)
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(ctx, ImportRequest{Project: "p", Files: []string{visitsFile(t, 120)}}, nil); err != nil {
		t.Fatal(err)
	}
	req := TrainRequest{Project: "p", Dataset: "visits", Effort: "quick", Seed: 2,
		Sequence: SequenceChoice{Owner: "customer", Basket: "invoice", Item: "product"}}
	once, stop := context.WithCancel(ctx)
	if _, err := a.Train(once, req, func(p core.Progress) {
		if p.Stage == "train" && p.Done >= 60 {
			stop()
		}
	}); core.KindOf(err) != core.Cancelled {
		t.Fatalf("stopped with %v", err)
	}
	var first int64
	run, err := a.Train(ctx, req, func(p core.Progress) {
		if p.Stage == "train" && first == 0 {
			first = p.Done
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if first < 50 {
		t.Errorf("began again at step %d", first)
	}
	if run.Engine != "sequences" || run.Customers != 96 || run.Rows < 96 || len(run.Curve) == 0 {
		t.Errorf("%+v", run)
	}
	r, err := a.Report("p", run.ID)
	if err != nil || r.Sequence == nil || r.Sequence.Order != 1 || r.Sequence.Metric("lengths") < .7 {
		t.Errorf("verdict %+v, %v", r, err)
	}
	page, err := a.SampleRows("p", "", 5, 2)
	if err != nil || len(page.Rows) != 5 || len(page.Header) != 5 {
		t.Errorf("%v, %v", page, err)
	}
	// Of so few customers it is chance whether what is drawn seems near to them.
	if _, err := a.SaveSettings(Settings{Gate: gateLoose}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name string, from, customers int) string {
		path := filepath.Join(dir, name)
		if _, err := a.Export(ctx, ExportRequest{Project: "p", Path: path, From: from, Customers: customers}, nil); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	all, part := file("all.csv", 0, 0), file("part.csv", 20, 10)
	_, rows, _ := strings.Cut(part, "\n")
	if n := strings.Count(all, "\n") - 1; n != run.Rows {
		t.Errorf("%d rows, the run has %d", n, run.Rows)
	}
	if rows == "" || !strings.Contains(all, rows) {
		t.Error("a range of customers is not that of the whole")
	}
	if _, err := a.Export(ctx, ExportRequest{Project: "p", Path: filepath.Join(dir, "x.csv"), Where: []string{"product=thing 1"}}, nil); core.KindOf(err) != core.Unsupported {
		t.Errorf("kinds of customers: %v", err)
	}
}
