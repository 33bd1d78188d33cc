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
	"shoptwin/core/quality"
)

// TestGate: rows leave when what was measured holds, a strict gate is closed by
// a doubt, and says how to open it.
func TestGate(t *testing.T) {
	a := open(t)
	p, _ := a.CreateProject("shop")
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(2, 2))
	var csv strings.Builder
	csv.WriteString("city,customer_name,units\n")
	for range 600 {
		fmt.Fprintf(&csv, "%s,%s,%d\n", []string{"Lyon", "Bern", "Ulm"}[rng.IntN(3)], []string{"Ada Lovelace", "Bo Diddley", "Cy Young"}[rng.IntN(3)], rng.IntN(900))
	}
	file := filepath.Join(t.TempDir(), "sales.csv")
	if err := os.WriteFile(file, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{file}, As: "sales"}, nil); err != nil {
		t.Fatal(err)
	}
	r, err := a.Train(ctx, TrainRequest{Project: p.ID, Dataset: "sales", Engine: "tree", Effort: "quick", Seed: 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	g, err := a.Gate(p.ID, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]GateCheck{}
	for _, c := range g.Checks {
		of[c.Name] = c
	}
	if c := of["personal"]; c.State != quality.Watch || strings.Join(c.Columns, "") != "customer_name" || c.Closes {
		t.Errorf("%+v", c)
	}
	if c := of["nearer"]; c.Value < .3 || c.Value > .7 || c.Limit <= .5 || c.Lo == nil {
		t.Errorf("%+v", c)
	}
	if len(of) != 6 || g.Judged == 0 {
		t.Errorf("%+v", g)
	}
	req := ExportRequest{Project: p.ID, Run: r.ID, Rows: 20, Path: filepath.Join(t.TempDir(), "out.csv")}
	write := func(gate string) error {
		if _, err := a.SaveSettings(Settings{Gate: gate}); err != nil {
			t.Fatal(err)
		}
		_, err := a.Export(ctx, req, nil)
		return err
	}
	err = write(gateStrict)
	if core.KindOf(err) != core.Conflict || !strings.Contains(err.Error(), "seem to hold data of persons") || ProblemOf(err).Hint == "" {
		t.Errorf("a strict gate: %v", err)
	}
	if _, err := os.Stat(req.Path); err == nil {
		t.Error("a closed gate let a file through")
	}
	if err := write(gateLoose); err != nil {
		t.Errorf("a loose gate: %v", err)
	}
	if _, err := a.SaveSettings(Settings{Gate: "ajar"}); core.KindOf(err) != core.Invalid {
		t.Errorf("%v", err)
	}
}
