package promo

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// made misses: expected 20 units, ratios log-normal of that spread, each in a
// week of its own.
func misses(rng *rand.Rand, n, state int, sd float64) (out []missed) {
	for w := range n {
		out = append(out, missed{week: int32(w), state: uint8(state), mu: 20, units: 20 * math.Exp(sd*rng.NormFloat64())})
	}
	return out
}

// Where the weeks after turn out wilder than those that bands were learned
// on, the next ones are expected to be wild, too; calm states stay as they are,
// and what few weeks say is hardly believed.
func TestStretch(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	first := append(misses(rng, 4000, 0, 0.3), misses(rng, 6000, 4, 0.3)...)
	last := append(misses(rng, 4000, 0, 0.3), misses(rng, 6000, 4, 0.45)...)
	b := newBands(append(append([]missed{}, first...), last...))
	plain := *b
	b.stretch(newBands(first), last)
	cover := func(b *bands, state int, sd float64) float64 {
		in := 0.0
		for _, c := range misses(rng, 4000, state, sd) {
			if q := b.at(state, c.mu); c.units >= c.mu*q[0] && c.units <= c.mu*q[4] {
				in += 1.0 / 4000
			}
		}
		return in
	}
	if x := cover(b, 0, 0.3); x < 0.88 || x > 0.93 {
		t.Errorf("calm: 90 %% bands hold %.3f", x)
	}
	if before, after := cover(&plain, 4, 0.5), cover(b, 4, 0.5); before > 0.87 || after < 0.88 {
		t.Errorf("wild: 90 %% bands hold %.3f, %.3f without a stretch", after, before)
	}
	few := plain
	for i := range last {
		last[i].week %= 20
	}
	if few.stretch(newBands(first), last); few.at(4, 20)[4] > 1.02*plain.at(4, 20)[4] || few.at(4, 20)[4] <= plain.at(4, 20)[4] {
		t.Errorf("20 item-weeks move the upper bound from %.3f to %.3f", plain.at(4, 20)[4], few.at(4, 20)[4])
	}
}

func TestRolling(t *testing.T) {
	mk := market{items: 6, stores: 2, weeks: 60, volume: 20, noise: 0.2, seed: 4}
	p := mk.panel(t)
	all, err := Rolling(context.Background(), p, 10, 3, Config{Rounds: 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	short := mk.panel(t).until(50)
	want, err := Backtest(context.Background(), short, 10, Config{Rounds: 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 3 || all[0].Cut != "week 51" || all[2].Cut != "week 31" || !reflect.DeepEqual(all[1], want) {
		t.Errorf("%d windows from %s to %s; the second is %+v, want %+v", len(all), all[0].Cut, all[2].Cut, all[1], want)
	}
	if _, err := Rolling(context.Background(), p, 10, 5, Config{}, nil); err == nil {
		t.Error("5 windows of 10 weeks leave 10 weeks, and no error")
	}
}
