package train

import (
	"math"
	"math/rand/v2"
	"slices"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// model is what one kind of training does differently from the others.
type model interface {
	// step trains on batch i, counted from 0, and returns its losses in the
	// order of training.losses. The slice is used again.
	step(i int) ([]float64, error)
	// score judges averaged weights by rows that are not learned from; higher
	// is better, and differences below training.near are noise.
	score(mean [][]float32) float64
}

// training is what all trainings share: the weights and what the loop, the
// solvers and a checkpoint must know of them.
type training struct {
	*graph
	machine gorgonia.VM
	steps   int
	seed    uint64
	start   *rand.Rand // of the first weights
	print   [32]byte   // of configuration and rows: a checkpoint must match

	losses  []string  // their names
	scored  string    // the score's name; "quality" where it is an Overall
	solvers []*solver // each moves some of the weights

	// The weights that will be the model: a running mean of some of the
	// params, which forgets faster at first or it would remember the start.
	averaged []*param
	beside   [][]float32 // what else a checkpoint holds: kept by the host, of fixed sizes
	decay    float64     // of the mean; 0: no mean, the weights as they are
	mean     [][]float32
	kept     [][]float32 // a copy of mean, when it was good; nil before

	// When to stop: judged judgements times, the training ends early when it
	// has not been near its best for patience of them. The first half is
	// always trained: while the learning rate is high the score goes up and
	// down.
	judgements, patience int
	near                 float64
	best                 float64 // highest score so far
	sinceTop             int     // judgements since the score was near best

	// watched, if not nil, looks at what averaged weights draw whenever they
	// are judged; seen is what it saw last, by the names that are shown.
	watched func(mean [][]float32) map[string]float64
	seen    map[string]float64
	ended   *astray // why the training ended before its time, with what was kept
}

func (t *training) shared() *training { return t }

// ready compiles the graph; building must be held. It follows all additions
// to the graph, and comes before the first step.
func (t *training) ready() (err error) {
	if t.machine, err = newTape(t.ExprGraph); err != nil {
		return err
	}
	t.best = math.Inf(-1)
	for _, p := range t.averaged {
		if t.decay == 0 {
			t.mean = append(t.mean, p.w)
		} else {
			t.mean = append(t.mean, slices.Clone(p.w))
		}
	}
	t.send()
	return nil
}

// pass computes the graph: losses and gradients.
func (t *training) pass(i int) error {
	if err := t.machine.RunAll(); err != nil {
		return core.Wrap(err, "step %d", i+1)
	}
	t.machine.Reset()
	return nil
}

// settle ends a step: the mean follows the weights.
func (t *training) settle(i int) {
	if t.decay == 0 {
		return
	}
	decay := float32(min(t.decay, float64(i+1)/float64(i+10)))
	for j, m := range t.mean {
		t.device.Average(m, t.averaged[j].w, decay)
	}
}

// judge scores the mean weights and keeps them when they are near the best.
func (t *training) judge(m model) float64 {
	for _, w := range t.mean {
		t.device.Fetch(w)
	}
	q := m.score(t.mean)
	t.best = max(t.best, q)
	t.sinceTop++
	if q >= t.best-t.near {
		t.sinceTop = 0
		t.kept = nil
		for _, w := range t.mean {
			kept := slices.Clone(w)
			t.device.Send(kept) // a checkpoint fetches it
			t.kept = append(t.kept, kept)
		}
	}
	return q
}

// state returns all slices a checkpoint holds, in its order.
func (t *training) state() [][]float32 {
	var s [][]float32
	for _, p := range t.params {
		s = append(s, p.w, p.adam.M, p.adam.V)
	}
	if t.decay != 0 {
		s = append(s, t.mean...)
	}
	return append(s, t.kept...)
}

// send and fetch bring the whole state to the device and back.
func (t *training) send() {
	for _, s := range t.state() {
		t.device.Send(s)
	}
}

func (t *training) fetch() {
	for _, s := range t.state() {
		t.device.Fetch(s)
	}
}

// weights adds a matrix of uniform numbers within 1/sqrt(fanIn), as PyTorch's
// layers start with, to the graph and to what is learned.
func (t *training) weights(name string, rows, cols, fanIn int) *gorgonia.Node {
	if t.start == nil {
		t.start = generator(t.seed, forWeights, 0)
	}
	p := t.param(name, rows, cols)
	bound := 1 / math.Sqrt(float64(fanIn))
	for i := range p.w {
		p.w[i] = float32(bound * (2*t.start.Float64() - 1))
	}
	return p.node
}

// param adds a matrix of zeros to the graph and to what is learned.
func (t *training) param(name string, rows, cols int) *param {
	n := rows * cols
	p := &param{w: make([]float32, n), adam: nn.Adam{M: make([]float32, n), V: make([]float32, n)}}
	p.node = t.input(name, rows, cols, p.w)
	t.params = append(t.params, p)
	return p
}

// differentiate adds the gradients of cost by params to the graph.
func (t *training) differentiate(cost *gorgonia.Node, params []*param) error {
	nodes := make([]*gorgonia.Node, len(params))
	for i, p := range params {
		nodes[i] = p.node
	}
	grads, err := gorgonia.Grad(cost, nodes...)
	if err != nil {
		return core.Wrap(err, "differentiating the graph")
	}
	for i, p := range params {
		p.grad = grads[i]
	}
	return nil
}

// denseNet returns a chain of dense layers with the given weights, a matrix
// and a bias each, which it copies.
func denseNet(layers []*nn.Dense, weights [][]float32) *nn.Net {
	n := &nn.Net{}
	for i, d := range layers {
		n.Layers = append(n.Layers, nn.Layer{
			Op:      &nn.Dense{In: d.In, Out: d.Out, Act: d.Act, Skip: d.Skip},
			Weights: [][]float32{slices.Clone(weights[2*i]), slices.Clone(weights[2*i+1])},
		})
	}
	return n
}
