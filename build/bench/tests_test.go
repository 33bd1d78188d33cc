package main

import (
	"slices"
	"testing"
)

func TestParse(t *testing.T) {
	got := parse([]byte("goos: linux\nBenchmarkStep/small-2   \t 12\t  90 ns/op\t 4.5 median-ms\t 7 B/op\t 1 allocs/op\nBenchmarkNone\nPASS\n"))
	if len(got) != 1 || got["BenchmarkStep/small"]["median-ms"] != 4.5 || got["BenchmarkStep/small"]["allocs/op"] != 1 {
		t.Errorf("got %v", got)
	}
}

func TestRatio(t *testing.T) {
	pairs := []pair{{turn{1, 1}, turn{2, 1}}, {turn{30, 20}, turn{40, 30}}, {turn{9, 8}, turn{10, 9}}}
	if got := ratio(pairs); got != .75 {
		t.Errorf("ratio %g, want that of the middle turn", got)
	}
	if got := sum(pairs, ours); got != (turn{9, 1}) {
		t.Errorf("ours %v, want median 9 and best 1", got)
	}
}

func TestVerdict(t *testing.T) {
	b := &bench{}
	measured := 0
	in := func(turns ...float64) func() ([]pair, error) {
		measured = 0
		return func() ([]pair, error) {
			at := min(measured, len(turns)-1)
			measured++
			return []pair{{turn{turns[at], 9}, turn{10, 10}}}, nil
		}
	}
	for _, tt := range []struct {
		check string
		ours  []float64
		times int
	}{{"alone", []float64{5}, 1}, {"slower", []float64{7}, 3}, {"faster", []float64{5}, 1}, {"faster at last", []float64{9, 6}, 2}} {
		if err := b.compare(tt.check, .6, in(tt.ours...)); err != nil || measured != tt.times {
			t.Errorf("%s: measured %d times, %v", tt.check, measured, err)
		}
		b.rival = &rival{}
	}
	var got []string
	for _, r := range b.rows {
		got = append(got, r.verdict())
	}
	if want := []string{"not compared", "MISSED", "met", "met"}; !slices.Equal(got, want) {
		t.Errorf("verdicts %q, want %q", got, want)
	}
	if !b.print() {
		t.Error("a missed bar does not show in the exit code")
	}
}
