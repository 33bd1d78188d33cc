package app

import (
	"context"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/plan"
	"shoptwin/core/train"
)

// How a plan may be found: Proven is the best with its bound; the others are
// learned in a simulator of each item's demand, by fitted Q iteration or by
// proximal policy optimisation, and stand beside the same bound.
const (
	Proven  = "proven"
	FittedQ = "fittedq"
	ByPPO   = "ppo"
)

// luckOfWeeks is the standard deviation of the logarithm of a week's units in
// the simulator that policies learn in.
const luckOfWeeks = .2

// learnedCalendar lets a policy of each item decide its weeks.
func learnedCalendar(ctx context.Context, p *plan.Problem, method string, report func(core.Progress)) (plan.Calendar, error) {
	if method != FittedQ && method != ByPPO {
		return nil, core.Errorf(core.Invalid, "a plan by the method %q", method).WithHint("methods are %s, %s and %s", Proven, FittedQ, ByPPO)
	}
	if p.Shared != (plan.Shared{}) {
		return nil, core.Errorf(core.Unsupported, "a policy is learned for one item after the other: it cannot keep a budget, a margin floor or a rule for categories").
			WithHint("leave these out, or take the method %s", Proven)
	}
	var out plan.Calendar
	for i := range p.Items {
		one := &plan.Problem{Weeks: p.Weeks, Options: p.Options, Own: p.Own, Items: p.Items[i : i+1]}
		c, err := learnedWeeks(ctx, one, method)
		if err != nil {
			return nil, err
		}
		out = append(out, c...)
		if report != nil {
			report(core.Progress{Stage: "plan", Done: int64(i + 1), Total: int64(len(p.Items)), Unit: "items"})
		}
	}
	return out, nil
}

func learnedWeeks(ctx context.Context, one *plan.Problem, method string) (plan.Calendar, error) {
	rng := rand.New(rand.NewPCG(1, 13))
	if method == FittedQ {
		q, err := plan.Learn(ctx, one, plan.Learning{Noise: luckOfWeeks}, rng)
		if err != nil {
			return nil, err
		}
		return q.Calendar()
	}
	w, err := plan.NewWorld(one, 64, luckOfWeeks)
	if err != nil {
		return nil, err
	}
	a, err := train.PPO(ctx, w, train.PPOConfig{Rounds: 100, Rest: .85}, rng, train.Options{}, nil)
	if err != nil {
		return nil, err
	}
	if _, err := train.Play(ctx, w, 1, a.Decide); err != nil {
		return nil, err
	}
	return w.Calendar(), nil
}
