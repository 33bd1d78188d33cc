package policy

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core/table"
)

// made is a log of n decisions among 4 actions in 3 kinds of context, rewards
// 0 or 1, by a policy that leans to one action; the target leans to another
// by kind. truth is the target's mean reward.
func made(n int, lean float64, seed uint64) (l *Log, target Target, truth float64) {
	rng := rand.New(rand.NewPCG(seed, 4))
	rate := [3][4]float64{{0.05, 0.1, 0.2, 0.3}, {0.3, 0.2, 0.1, 0.05}, {0.1, 0.4, 0.1, 0.1}}
	kind := make([]float64, n)
	l = &Log{Actions: 4, Context: &table.Table{}}
	for i := range n {
		k := rng.IntN(3)
		kind[i] = float64(k)
		a := k
		if rng.Float64() > lean {
			a = rng.IntN(4)
		}
		q := (1 - lean) / 4
		if a == k {
			q += lean
		}
		y := 0.0
		if rng.Float64() < rate[k][a] {
			y = 1
		}
		l.Action, l.Reward, l.Propensity = append(l.Action, a), append(l.Reward, y), append(l.Propensity, q)
		p := []float64{0.1, 0.1, 0.1, 0.1}
		p[(k+3)%4] += 0.6
		target = append(target, p...)
	}
	for k := range 3 {
		for a := range 4 {
			p := 0.1
			if a == (k+3)%4 {
				p += 0.6
			}
			truth += p * rate[k][a] / 3
		}
	}
	l.Context.Columns = []*table.Column{table.NewNumber("kind", kind)}
	return l, target, truth
}

func TestEvaluateCovers(t *testing.T) {
	in, off := map[string]float64{}, map[string]float64{}
	const seeds = 20
	for seed := range uint64(seeds) {
		l, target, truth := made(2000, 0.3, seed)
		r, err := Evaluate(context.Background(), l, target, Config{Resamples: 200}, rand.New(rand.NewPCG(seed, 1)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range r.Estimates {
			off[e.Method] += math.Abs(e.Value-truth) / truth / seeds
			if e.Lo <= truth && truth <= e.Hi {
				in[e.Method] += 1.0 / seeds
			}
		}
	}
	for _, m := range []string{"ips", "snips", "dr", "sndr"} {
		if in[m] < 0.85 || off[m] > 0.1 {
			t.Errorf("%s: intervals hold the truth in %.2f, it is off by %.3f", m, in[m], off[m])
		}
	}
	if off["fqe"] > 0.1 || off["dr"] > off["ips"] || off["dros"] > 1.2*off["dr"] || off["switch"] > 1.5*off["dr"] {
		t.Errorf("off by %v", off)
	}
}

// Where rewards are rare, hang on the action alone and weights are large,
// means of actions serve DR better than trees, and holding weights down better
// than DR; where actions do not differ either, the means are all one.
func TestHeldDown(t *testing.T) {
	off, means, chosen := map[string]float64{}, 0, 0
	const seeds = 20
	for seed := range uint64(seeds) {
		rng := rand.New(rand.NewPCG(seed, 6))
		l := &Log{Actions: 20, Context: &table.Table{}}
		var noise []float64
		var target Target
		p, truth := make([]float64, 20), 0.0
		for a := range p {
			p[a] = 0.2 / 19
			if a == 3 {
				p[a] = 0.8
			}
			truth += p[a] * 0.02 * float64(1+a%4)
		}
		for range 6000 {
			a := rng.IntN(20)
			y := 0.0
			if rng.Float64() < 0.02*float64(1+a%4) {
				y = 1
			}
			l.Action, l.Reward, l.Propensity = append(l.Action, a), append(l.Reward, y), append(l.Propensity, 0.05)
			noise, target = append(noise, rng.NormFloat64()), append(target, p...)
		}
		l.Context.Columns = []*table.Column{table.NewNumber("noise", noise)}
		r, err := Evaluate(context.Background(), l, target, Config{Resamples: 20}, rng)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range r.Estimates {
			off[e.Method] += (e.Value - truth) * (e.Value - truth) / seeds
		}
		if r.Model == "means" {
			means++
		}
		if r.Chosen != "dr" {
			chosen++
		}
		for _, mean := range (&Log{Actions: 3, Action: []int{0, 1, 2, 0, 1, 2}, Reward: []float64{1, 1, 1, 1, 1, 1}}).actionMeans(0, 2) {
			if mean != 1 {
				t.Errorf("the mean of ones is %g", mean)
			}
		}
	}
	if off["dros"] > 1.2*off["dr"] || means < seeds/2 {
		t.Errorf("mean squared errors %v; means of actions in %d, held down in %d of %d", off, means, chosen, seeds)
	}
}

func TestEvaluateRefuses(t *testing.T) {
	l, target, _ := made(1500, 0.97, 1)
	if _, err := Evaluate(context.Background(), l, target, Config{}, rand.New(rand.NewPCG(1, 1))); err == nil || !strings.Contains(err.Error(), "tells too little of this policy: its 1500 rows are worth") {
		t.Errorf("a log that leans far: %v", err)
	}
	l, target, _ = made(600, 0.3, 1)
	l.Propensity[7] = 0
	if _, err := Evaluate(context.Background(), l, target, Config{}, rand.New(rand.NewPCG(1, 1))); err == nil || !strings.Contains(err.Error(), "row 8: a propensity of 0") {
		t.Errorf("a propensity of 0: %v", err)
	}
	l.Propensity[7], target[2] = 0.5, 0.5
	if _, err := Evaluate(context.Background(), l, target, Config{}, rand.New(rand.NewPCG(1, 1))); err == nil || !strings.Contains(err.Error(), "row 1: the policy's probabilities sum to") {
		t.Errorf("probabilities: %v", err)
	}
}

// Two steps: the first decides what the second may earn.
func TestEvaluateEpisodes(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	l := &Log{Actions: 2, Context: &table.Table{}}
	var state []float64
	var target Target
	const n = 3000
	for e := range n {
		s := 0
		for step := range 2 {
			a := rng.IntN(2)
			y := 0.0
			if step == 1 && s == 1 && a == 1 {
				y = 1 + 0.2*rng.NormFloat64()
			}
			l.Action, l.Reward, l.Propensity = append(l.Action, a), append(l.Reward, y), append(l.Propensity, 0.5)
			l.Episode = append(l.Episode, e)
			state = append(state, float64(2*step+s))
			target = append(target, 0.2, 0.8)
			s = a
		}
	}
	l.Context.Columns = []*table.Column{table.NewNumber("state", state)}
	r, err := Evaluate(context.Background(), l, target, Config{Resamples: 100}, rng)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Estimates { // .8 twice
		if math.Abs(e.Value-0.64) > 0.05 || e.Lo > e.Value || e.Hi < e.Value {
			t.Errorf("%s: %.3f in [%.3f, %.3f], the truth is 0.64", e.Method, e.Value, e.Lo, e.Hi)
		}
	}
	if r.Episodes != n || r.Rows != 2*n || math.Abs(r.Logged-0.25) > 0.03 {
		t.Errorf("%+v", r)
	}
}
