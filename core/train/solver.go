package train

import (
	"gorgonia.org/gorgonia"

	"shoptwin/core/nn"
)

// param is a weight matrix and the node of its gradient.
type param struct {
	name       string
	w          []float32
	node, grad *gorgonia.Node
	adam       nn.Adam
}

func (p *param) Value() gorgonia.Value         { return p.node.Value() }
func (p *param) Grad() (gorgonia.Value, error) { return p.grad.Value(), nil }

// adam is a gorgonia.Solver in one pass over the memory, where Gorgonia's own
// takes ten. The state is in the params, so that a checkpoint finds it.
type adam struct{ nn.AdamRule }

var _ gorgonia.Solver = (*adam)(nil)

// Step updates the values of model, which must be params, and counts.
func (a *adam) Step(model []gorgonia.ValueGrad) error {
	a.AdamRule.Step++
	for _, v := range model {
		p := v.(*param)
		grad, err := p.Grad()
		if err != nil {
			return err
		}
		p.adam.Update(p.w, floats(grad), a.AdamRule)
	}
	return nil
}
