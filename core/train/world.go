package train

import (
	"context"
	"math"

	"shoptwin/core/nn"
)

// World is where a policy acts: episodes side by side, all of the same number
// of steps. What happens in it is a function of the seed and the actions,
// whatever the number of threads. It is used by one training at a time.
type World interface {
	Sizes() (episodes, steps, features, actions int)
	// Begin starts all episodes anew.
	Begin(seed uint64)
	// See fills the state of each episode, episodes x features, and which
	// actions it may take, episodes x actions: at least one.
	See(state []float32, can []bool)
	// Act lets each episode take its action, and fills what each brought.
	Act(action []int32, reward []float32)
}

// Actor is a policy that was learned: the action that it takes most often.
type Actor struct {
	Net *nn.Net // states to the logarithms of chances, up to a constant
}

// Decide fills the actions for the states, as [World.See] gives them.
func (a *Actor) Decide(state []float32, can []bool, action []int32) {
	out, n := a.Net.Forward(state, len(action)), a.Net.Out()
	for e := range action {
		top := float32(math.Inf(-1))
		for j, x := range out[e*n : (e+1)*n] {
			if can[e*n+j] && x > top {
				top, action[e] = x, int32(j)
			}
		}
	}
}

// Play lets decide act in w from the given seed on, and returns what each
// episode brought. It stops within a step of cancellation.
func Play(ctx context.Context, w World, seed uint64, decide func(state []float32, can []bool, action []int32)) ([]float64, error) {
	episodes, steps, features, actions := w.Sizes()
	state, can := make([]float32, episodes*features), make([]bool, episodes*actions)
	action, reward := make([]int32, episodes), make([]float32, episodes)
	sum := make([]float64, episodes)
	w.Begin(seed)
	for range steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w.See(state, can)
		decide(state, can, action)
		w.Act(action, reward)
		for e, r := range reward {
			sum[e] += float64(r)
		}
	}
	return sum, nil
}
