package train

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// regressor is a training to test the loop with: a body of layers whose
// outputs approach numbers, by mean squared error. x is steps x rows x in,
// time-major; y is what the last step shall say, rows x 1.
type regressor struct {
	training
	x, y  []float32 // all rows; y negative, as the graph adds it
	steps int       // in a sequence
	in    int

	batchX, batchY []float32
	cost           *gorgonia.Node
	predict        func(weights [][]float32) *nn.Net
	loss           [1]float64
}

const regressorBatch = 32

// body adds layers from x, steps·batch x in, to a batch x 1 answer, and
// returns how weights become a net.
type body struct {
	steps int
	build func(r *regressor, x *gorgonia.Node) (*gorgonia.Node, func([][]float32) *nn.Net, error)
}

var denseBody = body{1, func(r *regressor, x *gorgonia.Node) (*gorgonia.Node, func([][]float32) *nn.Net, error) {
	hidden, out := &nn.Dense{In: r.in, Out: 16, Act: nn.ReLU}, &nn.Dense{In: 16, Out: 1}
	h, err := r.fuse(hidden, []bool{false, true, true}, x, r.weights("W", r.in, 16, r.in), r.weights("b", 1, 16, r.in))
	if err != nil {
		return nil, nil, err
	}
	y, err := r.fuse(out, []bool{true, true, true}, h, r.weights("V", 16, 1, 16), r.weights("c", 1, 1, 16))
	return y, func(w [][]float32) *nn.Net {
		return &nn.Net{Layers: []nn.Layer{
			{Op: &nn.Dense{In: r.in, Out: 16, Act: nn.ReLU}, Weights: w[:2]}, {Op: &nn.Dense{In: 16, Out: 1}, Weights: w[2:4]},
		}}
	}, err
}}

func (r *regressor) step(i int) ([]float64, error) {
	rows := len(r.y)
	rng := generator(r.seed, forRows, i)
	for b := range regressorBatch {
		row := rng.IntN(rows)
		for t := range r.steps {
			copy(r.batchX[(t*regressorBatch+b)*r.in:][:r.in], r.x[(t*rows+row)*r.in:])
		}
		r.batchY[b] = r.y[row]
	}
	r.device.Send(r.batchX)
	r.device.Send(r.batchY)
	if err := r.pass(i); err != nil {
		return nil, err
	}
	r.loss[0] = float64(floats(r.cost.Value())[0])
	return r.loss[:], r.solvers[0].step(i, r.training.steps)
}

func (r *regressor) score(mean [][]float32) float64 { return -r.errorOf(r.predict(mean)) }

// errorOf returns the mean squared error on all rows.
func (r *regressor) errorOf(n *nn.Net) float64 {
	rows := len(r.y)
	got, sum := n.ForwardSequences(r.x, rows, nil), 0.0
	for i, y := range r.y {
		d := float64(got[(r.steps-1)*rows+i] + y)
		sum += d * d
	}
	return sum / float64(rows)
}

// newRegressor makes data and graph.
func newRegressor(b body, seed uint64, rows, steps int, on nn.Device) (*regressor, error) {
	if on == nil {
		on = nn.CPU
	}
	r := &regressor{steps: b.steps, in: 3}
	r.training = training{
		graph: newGraph(on), seed: seed, steps: steps, losses: []string{"loss"}, scored: "quality",
		decay: .9, judgements: 10, near: .001,
	}
	rng := rand.New(rand.NewPCG(1, uint64(rows)))
	r.x, r.y = make([]float32, b.steps*rows*r.in), make([]float32, rows)
	for i := range r.x {
		r.x[i] = float32(rng.NormFloat64())
		if at := i / r.in; i%r.in == 0 { // the answer is made of every step's first number
			r.y[at%rows] -= float32(math.Tanh(float64(r.x[i])))
		}
	}
	r.batchX, r.batchY = make([]float32, b.steps*regressorBatch*r.in), make([]float32, regressorBatch)
	sum := sha256.New()
	binary.Write(sum, binary.LittleEndian, r.x)
	r.print = [32]byte(sum.Sum(nil))

	building.Lock()
	defer building.Unlock()
	y, predict, err := b.build(r, r.input("x", b.steps*regressorBatch, r.in, r.batchX))
	if err != nil {
		return nil, err
	}
	difference, err := r.fuse(both{}, []bool{true, false}, y, r.input("y", regressorBatch, 1, r.batchY))
	if err != nil {
		return nil, err
	}
	if r.cost, err = r.fuse(square{}, []bool{true}, difference); err != nil {
		return nil, err
	}
	if err := r.differentiate(r.cost, r.params); err != nil {
		return nil, err
	}
	r.predict, r.averaged = predict, r.params
	r.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .999, Decay: 1e-4, L1: 1e-6}, rate: .01, clip: 20,
		schedule: schedule{warmUp: .05, hold: .5, cosine: true}}, r.params)
	return r, r.ready()
}

func fitRegressor(b body) func(context.Context, uint64, bool, Options, func(core.Progress)) ([]byte, error) {
	return func(ctx context.Context, seed uint64, other bool, opt Options, report func(core.Progress)) ([]byte, error) {
		if opt.Resume != nil {
			var err error
			if seed, err = seedOf(opt.Resume); err != nil {
				return nil, err
			}
		}
		rows := 200
		if other {
			rows++
		}
		r, err := newRegressor(b, seed, rows, 100, opt.Device)
		if err != nil {
			return nil, err
		}
		defer r.machine.Close()
		err = r.run(ctx, r, opt, report)
		if r.kept == nil {
			return nil, err
		}
		return written(r.predict(r.kept)), err
	}
}

// TestRegressors learn, and their graph predicts what the net does.
func TestRegressors(t *testing.T) {
	for name, b := range map[string]body{"dense": denseBody, "LSTM": lstmBody} {
		r, err := newRegressor(b, 3, 500, 600, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer r.machine.Close()
		if err := r.run(context.Background(), r, Options{}, nil); err != nil {
			t.Fatal(err)
		}
		variance := 0.0
		for _, y := range r.y {
			variance += float64(y*y) / float64(len(r.y))
		}
		net := r.predict(r.kept)
		if e := r.errorOf(net); e > variance/10 {
			t.Errorf("%s: mean squared error %.4f where the mean gives %.4f", name, e, variance)
		}
		back, err := nn.ReadNet(bytes.NewReader(written(net)))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(back.ForwardSequences(r.x, 500, nil), net.ForwardSequences(r.x, 500, nil)) {
			t.Errorf("%s: it predicts otherwise after it was written and read", name)
		}
		var now [][]float32
		for _, p := range r.params {
			now = append(now, slices.Clone(p.w))
		}
		if _, err := r.step(0); err != nil {
			t.Fatal(err)
		}
		got, sum := r.predict(now).ForwardSequences(r.batchX, regressorBatch, nil), 0.0
		for i, y := range r.batchY {
			d := float64(got[(b.steps-1)*regressorBatch+i] + y)
			sum += d * d / 2
		}
		if math.Abs(sum-r.loss[0]) > 1e-5*(1+sum) {
			t.Errorf("%s: the graph's loss is %g, the net's %g", name, r.loss[0], sum)
		}
	}
}

var lstmBody = body{5, func(r *regressor, x *gorgonia.Node) (*gorgonia.Node, func([][]float32) *nn.Net, error) {
	const hidden = 12
	all := []bool{false, true, true, true}
	h, err := r.fuse(&nn.LSTM{In: r.in, Hidden: hidden, Batch: regressorBatch}, all, x,
		r.weights("Wx", r.in, 4*hidden, hidden), r.weights("Wh", hidden, 4*hidden, hidden), r.weights("b", 1, 4*hidden, hidden))
	if err != nil {
		return nil, nil, err
	}
	if h, err = r.fuse(&nn.Last{Batch: regressorBatch}, []bool{true}, h); err != nil {
		return nil, nil, err
	}
	y, err := r.fuse(&nn.Dense{In: hidden, Out: 1}, []bool{true, true, true}, h, r.weights("V", hidden, 1, hidden), r.weights("c", 1, 1, hidden))
	return y, func(w [][]float32) *nn.Net {
		return &nn.Net{Layers: []nn.Layer{
			{Op: &nn.LSTM{In: r.in, Hidden: hidden}, Weights: w[:3]}, {Op: &nn.Dense{In: hidden, Out: 1}, Weights: w[3:5]},
		}}
	}, err
}}
