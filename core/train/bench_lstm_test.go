package train

import (
	"testing"

	"gorgonia.org/gorgonia"

	"shoptwin/core/nn"
)

// sequenceModel is build/bench/torch/lstm.py: an LSTM over sequences of steps
// and after every step which of some classes is next.
type sequenceModel struct {
	training
	x    []float32 // steps·batch x in, by time
	next *nn.CrossEntropy
	cost *gorgonia.Node
}

func newSequenceModel(in, hidden, steps, batch, classes int) (*sequenceModel, error) {
	m := &sequenceModel{
		training: training{graph: newGraph(nn.CPU), seed: 1, steps: 1 << 30},
		x:        make([]float32, steps*batch*in),
		next:     &nn.CrossEntropy{Cols: classes, Target: make([]int32, steps*batch)},
	}
	building.Lock()
	defer building.Unlock()
	h, err := m.fuse(&nn.LSTM{In: in, Hidden: hidden, Batch: batch}, []bool{false, true, true, true}, m.input("x", steps*batch, in, m.x),
		m.weights("Wx", in, 4*hidden, hidden), m.weights("Wh", hidden, 4*hidden, hidden), m.weights("b", 1, 4*hidden, hidden))
	if err != nil {
		return nil, err
	}
	logits, err := m.fuse(&nn.Dense{In: hidden, Out: classes}, []bool{true, true, true}, h,
		m.weights("W", hidden, classes, hidden), m.weights("c", 1, classes, hidden))
	if err != nil {
		return nil, err
	}
	if m.cost, err = m.fuse(m.next, []bool{true}, logits); err != nil {
		return nil, err
	}
	if err := m.differentiate(m.cost, m.params); err != nil {
		return nil, err
	}
	m.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .999}, rate: 1e-3, schedule: schedule{hold: 1}}, m.params)
	return m, m.ready()
}

func (m *sequenceModel) step(i int) (float64, error) {
	if err := m.pass(i); err != nil {
		return 0, err
	}
	return float64(floats(m.cost.Value())[0]), m.solvers[0].step(i, m.steps)
}

// TestSequenceModel pins five steps to PyTorch's (build/bench/torch/golden.py).
func TestSequenceModel(t *testing.T) {
	const in, hidden, steps, batch, classes = 6, 5, 4, 7, 8
	m, err := newSequenceModel(in, hidden, steps, batch, classes)
	if err != nil {
		t.Fatal(err)
	}
	defer m.machine.Close()
	copy(m.x, wave(len(m.x), 1, 1))
	for i := range m.next.Target {
		m.next.Target[i] = int32(i * 5 % classes)
	}
	for i, p := range m.params {
		copy(p.w, wave(len(p.w), 2+i, .7))
	}
	m.solvers[0].rate = .05
	var got []float64
	for i := range 5 {
		loss, err := m.step(i)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, loss)
	}
	pinned(t, got, []float64{2.1860452, 2.1418471, 2.1079352, 2.0803998, 2.0561588})
}

// BenchmarkLSTM is a step of 256 sequences of 30.
func BenchmarkLSTM(b *testing.B) {
	const classes = 100
	m, err := newSequenceModel(128, 64, 30, 256, classes)
	if err != nil {
		b.Fatal(err)
	}
	defer m.machine.Close()
	rng := generator(1, forRows, 0)
	for i := range m.x {
		m.x[i] = float32(rng.NormFloat64())
	}
	for i := range m.next.Target {
		m.next.Target[i] = rng.Int32N(classes)
	}
	timeSteps(b, func(i int) error {
		_, err := m.step(i)
		return err
	})
}
