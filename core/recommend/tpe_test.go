package recommend

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestPropose: the estimator comes nearer to the top of a hill than even draws
// do, in as many tries; medians of three seeds.
func TestPropose(t *testing.T) {
	params := []Param{{Name: "a", Lo: 1, Hi: 1000, Log: true}, {Name: "b", Lo: -1, Hi: 1}, {Name: "c", Lo: 1, Hi: 20, Whole: true}}
	height := func(v map[string]float64) float64 {
		return -math.Pow(math.Log(v["a"]/40), 2) - 4*math.Pow(v["b"]-.3, 2) - math.Pow((v["c"]-5)/10, 2)
	}
	var guided, even []float64
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var tries []Trying
		best, blindly := math.Inf(-1), math.Inf(-1)
		for range 60 {
			v := propose(params, tries, rng)
			for _, p := range params {
				if v[p.Name] < p.Lo || v[p.Name] > p.Hi || p.Whole && v[p.Name] != math.Round(v[p.Name]) {
					t.Fatalf("%s is %g", p.Name, v[p.Name])
				}
			}
			tries = append(tries, Trying{Value: v, Score: height(v)})
			best, blindly = max(best, height(v)), max(blindly, height(propose(params, nil, rng)))
		}
		guided, even = append(guided, best), append(even, blindly)
	}
	if median(guided) < median(even) || median(guided) < -.15 {
		t.Errorf("the estimator reaches %.3f, even draws %.3f", median(guided), median(even))
	}
}

// TestTune: the choice that the data ask for is found, some are given up early,
// the same seed tells the same, and time and cancelling end it.
func TestTune(t *testing.T) {
	l := habits(400, 40, 10, 2)
	examine, err := LastBasket(l)
	if err != nil {
		t.Fatal(err)
	}
	choose, err := examine.Inner(true)
	if err != nil {
		t.Fatal(err)
	}
	var of Tunable
	for _, x := range Tunables() {
		if x.Name == "Markov" {
			of = x
		}
		if m := x.With(propose(x.Params, nil, rand.New(rand.NewPCG(1, 1)))); m.Fit == nil || x.Usual.Fit == nil {
			t.Errorf("%s cannot be fitted", x.Name)
		}
	}
	got, err := Tune(context.Background(), choose, examine, of, Tuning{Trials: 25, Seed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Only the last basket tells what comes next.
	if got.Value["decay"] > .9 || got.Pruned == 0 || got.Best.NDCG10.Mean < got.Usual.NDCG10.Mean-.02 || len(got.Words) != 2 {
		t.Errorf("%+v, %d given up: %v", got.Value, got.Pruned, got.Words)
	}
	again, err := Tune(context.Background(), choose, examine, of, Tuning{Trials: 25, Seed: 1}, nil)
	if err != nil || !reflect.DeepEqual(got.Tries, again.Tries) {
		t.Errorf("the same seed told otherwise: %v", err)
	}
	if short, err := Tune(context.Background(), choose, examine, of, Tuning{Stop: func() bool { return true }}, nil); err != nil || len(short.Tries) != 1 {
		t.Errorf("without time: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Tune(ctx, choose, examine, of, Tuning{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
