package synth

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

func column(t *testing.T, tab *table.Table, name string) *table.Column {
	t.Helper()
	for _, c := range tab.Columns {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no column %q", name)
	return nil
}

// TestWant asks for a share of a kind: it must be that share, in any number
// of rows, and keys must stay fresh.
func TestWant(t *testing.T) {
	m := randomModel(t, shopTable(2000, rand.New(rand.NewPCG(1, 2))), 16, false)
	for _, tt := range []struct {
		where []string
		share float64
	}{
		{[]string{"city=Nice"}, 0},
		{[]string{"city=Nice|Brest"}, .3},
		{[]string{"units=2..4"}, 1},
		{[]string{"units=2", "city=Lyon"}, .5},
	} {
		w, err := m.With(Want{tt.where, tt.share})
		if err != nil {
			t.Fatal(err)
		}
		const n = 10000
		got, err := w.Sample(n, 3)
		if err != nil {
			t.Fatal(err)
		}
		of := 0
		for _, k := range w.want.mark(got) {
			of += which(k)
		}
		want := tt.share
		if want == 0 {
			want = 1
		}
		if d := float64(of)/n - want; d < -.01 || d > .01 {
			t.Errorf("%v: %d of %d rows, want a share of %g", tt.where, of, n, want)
		}
		keys := column(t, got, "receipt_id")
		seen := map[int32]bool{}
		for _, c := range keys.Codes {
			seen[c] = true
		}
		if len(seen) != n {
			t.Errorf("%v: %d keys of %d rows", tt.where, len(seen), n)
		}
		short, err := w.Sample(100, 3)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := column(t, short, "amount").Num, column(t, got, "amount").Num[:100]; !slices.Equal(a, b) {
			t.Errorf("%v: a longer sample does not begin with the shorter one", tt.where)
		}
	}
	var file bytes.Buffer
	w, _ := m.With(Want{[]string{"city=Nice"}, .5})
	if err := w.Write(&file); err != nil {
		t.Fatal(err)
	}
}

func TestWantRefused(t *testing.T) {
	m := randomModel(t, shopTable(2000, rand.New(rand.NewPCG(1, 2))), 8, false)
	for _, tt := range []struct {
		want Want
		kind core.Kind
		say  string
	}{
		{Want{[]string{"town=Nice"}, 0}, core.NotFound, "town"},
		{Want{[]string{"units=few"}, 0}, core.Invalid, "few"},
		{Want{[]string{"units=4..2"}, 0}, core.Invalid, "4..2"},
		{Want{[]string{"time=5"}, 0}, core.Unsupported, "times"},
		{Want{[]string{"city=Atlantis"}, 0}, core.NotFound, "Atlantis"},
		{Want{[]string{"city=Nice"}, 1.5}, core.Invalid, "1.5"},
		{Want{[]string{"city=Nice"}, -.1}, core.Invalid, "-0.1"},
	} {
		if _, err := m.With(tt.want); core.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.say) {
			t.Errorf("%v: %v", tt.want, err)
		}
	}
	w, err := m.With(Want{[]string{"units=900..901"}, 0})
	if err != nil {
		t.Fatal(err)
	}
	w.want.draws = 3
	if _, err := w.Sample(1, 1); core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), "units=900..901") {
		t.Errorf("units that never come: %v", err)
	}
}
