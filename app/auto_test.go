package app

import (
	"context"
	"strings"
	"testing"
)

func TestPick(t *testing.T) {
	for _, tt := range []struct {
		name   string
		trials []Trial
		want   int
	}{
		{"the lowest C2ST", []Trial{{C2ST: .6, DCR: .5}, {C2ST: .55, DCR: .5}, {C2ST: .58, DCR: .5}}, 1},
		{"of equals the first", []Trial{{C2ST: .56, DCR: .5}, {C2ST: .55, DCR: .5}}, 0},
		{"not one that copies", []Trial{{C2ST: .6, DCR: .5}, {C2ST: .5, DCR: .7}}, 0},
		{"unless all copy", []Trial{{C2ST: .6, DCR: .6}, {C2ST: .5, DCR: .7}}, 1},
	} {
		if got := pick(tt.trials); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	why := reason([]Trial{{Engine: "gan", C2ST: .6, DCR: .5}, {Engine: "tree", C2ST: .5, DCR: .7}}, 0)
	for _, part := range []string{"gan was taken", "0.600", "tree 0.500, but it repeats rows"} {
		if !strings.Contains(why.En, part) {
			t.Errorf("%q does not say %q", why.En, part)
		}
	}
}

// TestAuto leaves the choice to the program, from the command to the run.
func TestAuto(t *testing.T) {
	a := open(t)
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{sheet(t, "d.csv", 120)}}, nil); err != nil {
		t.Fatal(err)
	}
	run, err := a.Train(context.Background(), TrainRequest{Project: "p", Dataset: "d", Engine: auto, Seed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if engines[run.Engine] == nil || run.Why.En == "" || run.Why.Zh == "" {
		t.Errorf("engine %q because %+v", run.Engine, run.Why)
	}
}
