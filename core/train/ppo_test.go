package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"shoptwin/core"
)

// store is a world with a memory: each episode has some goods, of which one
// may be sold a step at a price that the state shows; nothing is left for
// those who sell at any price.
type store struct {
	episodes, steps, goods int
	rng                    *rand.Rand
	week                   int
	left                   []int
	price                  []float64
}

func (s *store) Sizes() (int, int, int, int) { return s.episodes, s.steps, 3, 2 }

func (s *store) Begin(seed uint64) {
	s.rng, s.week = rand.New(rand.NewPCG(seed, 1)), 0
	s.left, s.price = make([]int, s.episodes), make([]float64, s.episodes)
	for e := range s.left {
		s.left[e], s.price[e] = s.goods, s.rng.Float64()
	}
}

func (s *store) See(state []float32, can []bool) {
	for e, n := range s.left {
		state[3*e], state[3*e+1], state[3*e+2] = float32(s.week)/float32(s.steps), float32(n)/float32(s.goods), float32(s.price[e])
		can[2*e], can[2*e+1] = true, n > 0
	}
}

func (s *store) Act(action []int32, reward []float32) {
	s.week++
	for e, a := range action {
		reward[e] = 0
		if a == 1 {
			reward[e] = float32(100 * s.price[e])
			s.left[e]--
		}
		s.price[e] = s.rng.Float64()
	}
}

// best is what an episode brings at most on average: the value of n goods
// with k steps to go, by backward induction over prices between 0 and 1.
func (s *store) best() float64 {
	v := make([]float64, s.goods+1)
	for range s.steps {
		next := make([]float64, len(v))
		for n := 1; n < len(v); n++ {
			from := v[n] - v[n-1] // sell from this price on
			next[n] = from*v[n] + (1-from)*(v[n-1]+(1+from)/2)
		}
		v = next
	}
	return 100 * v[s.goods]
}

func fitActor(ctx context.Context, seed uint64, other bool, opt Options, report func(core.Progress)) ([]byte, error) {
	w := &store{episodes: 12, steps: 5, goods: 2}
	if other {
		w.goods++
	}
	m, err := PPO(ctx, w, PPOConfig{Hidden: 5, Rounds: 12, Passes: 2, Batches: 2}, rand.New(rand.NewPCG(seed, 4)), opt, report)
	if m == nil {
		return nil, err
	}
	return written(m.Net), err
}

// TestPPO sells at good prices: nearly as much as who knows the chances.
func TestPPO(t *testing.T) {
	w := &store{episodes: 128, steps: 8, goods: 2}
	a, err := PPO(t.Context(), w, PPOConfig{Hidden: 24, Rounds: 60, Rest: .7}, rand.New(rand.NewPCG(1, 1)), Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	mean := func(decide func([]float32, []bool, []int32)) (sum float64) {
		ask := *w
		ask.episodes = 4000
		got, err := Play(t.Context(), &ask, 77, decide)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got {
			sum += r / float64(len(got))
		}
		return sum
	}
	at := mean(a.Decide)
	atOnce := mean(func(_ []float32, can []bool, action []int32) {
		for e := range action {
			action[e] = 0
			if can[2*e+1] {
				action[e] = 1
			}
		}
	})
	if best := w.best(); at < .97*best || at > 1.02*best || atOnce > .7*best {
		t.Errorf("%.1f of %.1f, and %.1f by selling at once", at, best, atOnce)
	}
}

func TestClippedGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	const rows, n = 6, 4
	c := &clipped{actions: n, clip: .2, entropy: .1, value: .5, can: make([]bool, rows*n), action: make([]int32, rows),
		was: make([]float32, rows), advantage: make([]float32, rows), target: make([]float32, rows)}
	in := [][]float32{make([]float32, rows*n), make([]float32, rows)}
	for r := range rows {
		c.action[r], c.was[r] = int32(rng.IntN(n)), float32(math.Log(.1+.4*rng.Float64()))
		c.advantage[r], c.target[r], in[1][r] = float32(rng.NormFloat64()), float32(rng.NormFloat64()), float32(rng.NormFloat64())
		for j := range n {
			in[0][r*n+j], c.can[r*n+j] = float32(rng.NormFloat64()), j == int(c.action[r]) || rng.IntN(3) > 0
		}
	}
	grads := [][]float32{make([]float32, rows*n), make([]float32, rows)}
	c.Backward(grads, []float32{1}, nil, in)
	at := func(x *float32, by float32) float64 {
		was, out := *x, []float32{0}
		*x += by
		c.Forward(out, in)
		*x = was
		return float64(out[0])
	}
	for k := range in {
		for i := range in[k] {
			const h = 1e-2
			if want := (at(&in[k][i], h) - at(&in[k][i], -h)) / (2 * h); math.Abs(want-float64(grads[k][i])) > 1e-3 {
				t.Errorf("input %d, cell %d: %.5f, by differences %.5f", k, i, grads[k][i], want)
			}
		}
	}
}

// TestPPOStops: a cancelled training stops within a step of its world.
func TestPPOStops(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	w := &stopping{store: store{episodes: 4, steps: 50, goods: 2}, after: 7, stop: stop}
	if _, err := PPO(ctx, w, PPOConfig{Hidden: 4, Rounds: 3}, rand.New(rand.NewPCG(1, 1)), Options{}, nil); !errors.Is(err, context.Canceled) || core.KindOf(err) != core.Cancelled {
		t.Fatal(err)
	}
	if w.acts != 50+7 { // the first of them tell worlds apart
		t.Errorf("%d steps until it stopped", w.acts)
	}
	if _, err := PPO(t.Context(), &store{episodes: 1, steps: 3}, PPOConfig{}, rand.New(rand.NewPCG(1, 1)), Options{}, nil); core.KindOf(err) != core.Invalid {
		t.Errorf("three decisions in eight batches: %v", err)
	}
}

type stopping struct {
	store
	acts, after int
	stop        func()
}

func (s *stopping) Act(action []int32, reward []float32) {
	if s.acts++; s.acts == s.steps+s.after {
		s.stop()
	}
	s.store.Act(action, reward)
}
