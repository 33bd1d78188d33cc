package app

import (
	"context"
	"strings"
	"testing"
)

func TestPick(t *testing.T) {
	for _, tt := range []struct {
		name   string
		trials []trial
		want   int
	}{
		{"the lowest C2ST", []trial{{c2st: .6, dcr: .5, kept: 1}, {c2st: .55, dcr: .5, kept: 1}, {c2st: .58, dcr: .5, kept: 1}}, 1},
		{"of equals the first", []trial{{c2st: .558, dcr: .5, kept: 1}, {c2st: .55, dcr: .5, kept: 1}}, 0},
		{"what teaches more", []trial{{c2st: .55, dcr: .5, kept: .8}, {c2st: .57, dcr: .5, kept: .95}}, 1},
		{"what is less near", []trial{{c2st: .53, dcr: .528, kept: 1}, {c2st: .535, dcr: .505, kept: 1}}, 1},
		{"not one that copies", []trial{{c2st: .6, dcr: .5, kept: 1}, {c2st: .4, dcr: .57, near: .54, kept: 1}}, 0},
		{"unless all copy", []trial{{c2st: .6, dcr: .6, near: .58, kept: 1}, {c2st: .5, dcr: .62, near: .6, kept: 1}}, 1},
		{"one that may seem so by chance", []trial{{c2st: .6, dcr: .5, kept: 1}, {c2st: .53, dcr: .535, near: .523, kept: 1}}, 1},
	} {
		if got := pick(tt.trials); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	why := reason([]trial{{engine: "gan", c2st: .6, dcr: .5, kept: .98}, {engine: "tree", raked: true, c2st: .5, dcr: .7, near: .68, kept: 1}}, 0)
	for _, part := range []string{"gan was taken", "0.600", "keep 98 %", "tree, raked: 0.500 and 100 %, but it repeats rows"} {
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
