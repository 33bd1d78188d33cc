package main

import "testing"

// TestBetter: a second attempt counts for what was late, and for nothing else.
func TestBetter(t *testing.T) {
	b := &bench{}
	b.most("slow, then fast", 9, 5, " s")
	b.most("slow twice", 9, 5, " s")
	b.most("slow, then not measured", 9, 5, " ms")
	b.most("fast", 1, 5, " s")
	b.most("too large", 9, 5, " MB")
	again := &bench{}
	again.most("slow, then fast", 4, 5, " s")
	again.most("slow twice", 8, 5, " s")
	again.most("fast", 7, 5, " s")
	again.most("too large", 4, 5, " MB")
	for i, want := range []struct {
		figure string
		ok     bool
	}{{"9 s; again: 4 s", true}, {"9 s; again: 8 s", false}, {"9 ms", false}, {"1 s", true}, {"9 MB", false}} {
		if b.rows[i].better(again.rows); b.rows[i].figure != want.figure || b.rows[i].ok != want.ok {
			t.Errorf("%s: %+v, want %+v", b.rows[i].check, b.rows[i], want)
		}
	}
}
