package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core/table"
)

// eventsOf makes n customers' baskets of two to four of ten items that go
// together; shuffled breaks what goes together, late spoils the order.
func eventsOf(n int, seed uint64, shuffled, late bool) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	var who, item, home []string
	var when, amount []float64
	for o := range n {
		at := float64(rng.IntN(1000))
		for range 2 + rng.IntN(4) {
			kind := min(rng.IntN(5), rng.IntN(5))
			for range 2 + rng.IntN(3) {
				k := 4*kind + rng.IntN(4)
				if shuffled {
					k = rng.IntN(20)
				}
				who, item, home = append(who, string(rune('A'+o%26))+string(rune('a'+o/26))), append(item, string(rune('a'+k))), append(home, []string{"x", "y"}[o%2])
				when, amount = append(when, at), append(amount, float64(1+rng.IntN(9)))
			}
			at += float64(1 + rng.IntN(50))
		}
		if late && o%4 == 0 {
			when[len(when)-1] = -1
		}
	}
	return &table.Table{Name: "events", Columns: []*table.Column{table.NewText("who", who, nil), table.NewNumber("when", when),
		table.NewText("item", item, nil), table.NewNumber("amount", amount), table.NewText("home", home, nil)}}
}

func TestCompareSequences(t *testing.T) {
	c := SequenceColumns{Owner: "who", Time: "when", Item: "item"}
	real, hold := eventsOf(500, 1, false, false), eventsOf(400, 2, false, false)
	same, err := CompareSequences(real, hold, real, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range same.Metrics {
		if m.Score < 1-1e-9 || m.Ceiling == nil || *m.Ceiling > 1 {
			t.Errorf("%s of a table beside itself: %g, holdout %v", m.Name, m.Score, m.Ceiling)
		}
	}
	if same.Order != 1 || same.Whole != 1 || same.Constant != 1 || same.Columns.Amount != "amount" {
		t.Errorf("%+v", same)
	}
	alike, err := CompareSequences(real, nil, eventsOf(500, 3, false, false), c)
	if err != nil {
		t.Fatal(err)
	}
	bad, err := CompareSequences(real, nil, eventsOf(500, 3, true, true), c)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := alike.Metric("co-purchase"), bad.Metric("co-purchase"); a < .7 || b > .4 {
		t.Errorf("co-purchase: alike %.3f, shuffled %.3f", a, b)
	}
	if bad.Order > .76 || alike.Order != 1 {
		t.Errorf("order: alike %g, spoilt %g", alike.Order, bad.Order)
	}
	if _, err := CompareSequences(real, nil, real, SequenceColumns{Owner: "nobody", Time: "when"}); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("a column that is not there: %v", err)
	}
}

func TestSpearman(t *testing.T) {
	for _, tt := range []struct {
		name string
		x, y []float64
		want float64
	}{
		{"any monotone", []float64{1, 2, 3, 4}, []float64{1, 10, 11, 500}, 1},
		{"the other way", []float64{1, 2, 3}, []float64{3, 2, 1}, -1},
		{"ties share a rank", []float64{1, 1, 2}, []float64{1, 1, 2}, 1},
		{"constant", []float64{1, 1, 1}, []float64{1, 2, 3}, math.NaN()},
	} {
		if got := Spearman(tt.x, tt.y); math.Abs(got-tt.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(tt.want) {
			t.Errorf("%s: %g, want %g", tt.name, got, tt.want)
		}
	}
}

// TestSequencePrivacy plants who was learned from: customers repeated are
// caught, fresh ones are not.
func TestSequencePrivacy(t *testing.T) {
	c := SequenceColumns{Owner: "who", Time: "when", Item: "item"}
	many := func(n int, seed uint64) *table.Table {
		rng := rand.New(rand.NewPCG(seed, 2))
		var who, item []string
		var when []float64
		for o := range n {
			for range 3 + rng.IntN(9) {
				who, item, when = append(who, fmt.Sprint("c", seed, "-", o)), append(item, fmt.Sprint(rng.IntN(60))), append(when, float64(o))
			}
		}
		return &table.Table{Name: "events", Columns: []*table.Column{table.NewText("who", who, nil), table.NewNumber("when", when), table.NewText("item", item, nil)}}
	}
	real, hold := many(600, 1), many(600, 2)
	copied, err := CompareSequences(real, hold, real, c)
	if err != nil {
		t.Fatal(err)
	}
	if p := copied.Privacy; p.Nearer < .95 || p.Member < .7 || p.Copies < 300 || p.Aside > 20 {
		t.Errorf("copies are not caught: %+v", p)
	}
	fresh, err := CompareSequences(real, hold, many(600, 3), c)
	if err != nil {
		t.Fatal(err)
	}
	if p := fresh.Privacy; p.Lo > .5 || p.Hi < .5 || p.MemberLo > .5 || p.MemberHi < .5 || p.Hi-p.Lo > .1 {
		t.Errorf("fresh customers are suspected: %+v", p)
	}
	alone, err := CompareSequences(real, nil, real, c)
	if err != nil || alone.Privacy != nil {
		t.Errorf("without a holdout: %+v, %v", alone.Privacy, err)
	}
}
