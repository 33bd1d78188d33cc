package train

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core"
)

// madeDecisions are of a world in which action 1 is right where the first
// number of the state is positive, action 2 where it is not, and action 0 is
// worth nothing; rewards are noisy.
func madeDecisions(rows int, seed uint64) *Decisions {
	rng := rand.New(rand.NewPCG(seed, 2))
	d := &Decisions{Features: 3, Actions: 3}
	for range rows {
		x := [3]float32{float32(rng.NormFloat64()), float32(rng.NormFloat64()), float32(rng.NormFloat64())}
		a := int32(rng.IntN(3))
		r := .5 * rng.NormFloat64()
		switch {
		case a == 1:
			r += float64(x[0])
		case a == 2:
			r -= float64(x[0])
		}
		d.State, d.Action, d.Reward = append(d.State, x[:]...), append(d.Action, a), append(d.Reward, float32(10+4*r))
	}
	return d
}

func fitPolicy(ctx context.Context, seed uint64, other bool, opt Options, report func(core.Progress)) ([]byte, error) {
	rows := 300
	if other {
		rows++
	}
	m, err := Policy(ctx, madeDecisions(rows, 1), nil, PolicyConfig{Hidden: 5, Epochs: 20, Batch: 50}, rand.New(rand.NewPCG(seed, 4)), opt, report)
	if m == nil {
		return nil, err
	}
	return written(m.Net), err
}

func TestPolicy(t *testing.T) {
	for _, extra := range []*Decisions{nil, madeDecisions(200, 7)} {
		m, err := Policy(t.Context(), madeDecisions(3000, 1), extra, PolicyConfig{Hidden: 16, Epochs: 20}, rand.New(rand.NewPCG(1, 1)), Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		ask := madeDecisions(500, 9)
		values, right := m.Values(ask.State), 0
		for i := range ask.Action {
			v := values[i*3 : (i+1)*3]
			if v[1] > v[2] == (ask.State[3*i] > 0) {
				right++
			}
		}
		if right < 450 {
			t.Errorf("%d of 500 states are told apart", right)
		}
		if v := m.Values([]float32{1, 0, 0}); v[1] < 12 || v[1] > 16 || v[2] > 10 {
			t.Errorf("rewards of 14 and 6 are taken for %.1f and %.1f", v[1], v[2])
		}
	}
}

// TestCaution: an action that was seen seldom and turned out well by luck is
// believed less, the more caution there is.
func TestCaution(t *testing.T) {
	d := madeDecisions(600, 3)
	for i := range d.Action {
		if d.Action[i] == 0 && i%20 > 0 {
			d.Action[i], d.Reward[i] = 1, 10
		}
	}
	believed := func(caution float64) float64 {
		m, err := Policy(t.Context(), d, nil, PolicyConfig{Hidden: 8, Epochs: 20, Caution: caution}, rand.New(rand.NewPCG(1, 1)), Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		v := m.Values([]float32{0, 0, 0})
		return v[0] - v[1]
	}
	if little, much := believed(1e-6), believed(1); much > little-.5 {
		t.Errorf("caution changes what a rare action is worth from %.2f to %.2f", little, much)
	}
}

func TestBadDecisions(t *testing.T) {
	bad := madeDecisions(200, 1)
	bad.Action[7] = 5
	few := madeDecisions(20, 1)
	other := madeDecisions(200, 1)
	other.Features, other.State = 2, other.State[:400]
	for _, tt := range []struct {
		log, extra *Decisions
		want       string
	}{{bad, nil, "decision 8 took action 5 of 3"}, {few, nil, "a log of 20 decisions"}, {madeDecisions(200, 2), other, "2 features and 3 actions"}} {
		if _, err := Policy(t.Context(), tt.log, tt.extra, PolicyConfig{}, rand.New(rand.NewPCG(1, 1)), Options{}, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}
