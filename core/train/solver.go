package train

import (
	"math"

	"gorgonia.org/gorgonia"

	"shoptwin/core/nn"
)

// param is a weight matrix and the node of its gradient.
type param struct {
	w          []float32
	node, grad *gorgonia.Node
	adam       nn.Adam
}

func (p *param) Value() gorgonia.Value         { return p.node.Value() }
func (p *param) Grad() (gorgonia.Value, error) { return p.grad.Value(), nil }

// schedule is a learning rate's way: up from 0 in a line over the first
// warmUp of the steps, 1 until hold of them, then down to last at the end, in
// a line or along a cosine (Loshchilov and Hutter, SGDR, 2017).
type schedule struct {
	warmUp, hold, last float64
	cosine             bool
}

// factor returns the rate's factor at step i of steps, counted from 0.
func (s schedule) factor(i, steps int) float64 {
	at, warm, hold := float64(i), s.warmUp*float64(steps), s.hold*float64(steps)
	switch {
	case at < warm:
		return (at + 1) / (warm + 1)
	case at < hold || steps < 2:
		return 1
	}
	gone := (at - hold) / (float64(steps) - hold)
	if s.cosine {
		gone = (1 - math.Cos(math.Pi*gone)) / 2
	}
	return 1 - (1-s.last)*gone
}

// solver moves the weights it is given: Adam in one pass over the memory,
// where Gorgonia's own takes ten. Its state is in the params, so that a
// checkpoint finds it.
type solver struct {
	rule     nn.AdamRule
	rate     float64 // before the schedule
	schedule schedule
	clip     float64 // largest norm of all gradients together; 0: any
	device   nn.Device

	moves []gorgonia.ValueGrad
	grads [][]float32
}

var _ gorgonia.Solver = (*solver)(nil)

// solver adds one for the given params, whose gradients are known.
func (t *training) solver(s solver, params []*param) *solver {
	s.device = t.device
	for _, p := range params {
		s.moves = append(s.moves, p)
	}
	s.grads = make([][]float32, len(params))
	t.solvers = append(t.solvers, &s)
	return &s
}

// step moves its weights at step i of steps.
func (s *solver) step(i, steps int) error {
	s.rule.Rate = s.rate * s.schedule.factor(i, steps)
	return s.Step(s.moves)
}

// Step updates the values of model, which must be params, and counts.
func (s *solver) Step(model []gorgonia.ValueGrad) error {
	s.rule.Step++
	for i, v := range model {
		g, err := v.(*param).Grad()
		if err != nil {
			return err
		}
		s.grads[i] = floats(g)
	}
	s.rule.Clip = 0
	if s.clip > 0 {
		norm := s.device.Norm(s.grads)
		if math.IsNaN(norm) || math.IsInf(norm, 0) {
			return divergedAt(s.rule.Step, s.rate, "the gradient is %g", norm)
		}
		if norm > s.clip {
			s.rule.Clip = s.clip / norm
		}
	}
	for i, v := range model {
		p := v.(*param)
		s.device.Update(&p.adam, p.w, s.grads[i], s.rule)
	}
	return nil
}
