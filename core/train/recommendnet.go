package train

import (
	"math"

	"shoptwin/core/nn"
	"shoptwin/core/recommend"
)

// behaviourNet is the network of a [recommend.Behaviour] with its loss as one
// layer, because batches are of different lengths, because the table of items
// is both where events come from and what they are compared with, and because
// Gorgonia would add up its two gradients on the host. Its inputs are Table,
// Bias and the matrices of the layers; its output is the loss.
type behaviourNet struct {
	model *recommend.Behaviour
	chain *chain
	drop  *nn.Dropout
	slots slots
	batch *behaviourBatch

	tied    *nn.TiedSoftmax
	softmax *nn.SampledSoftmax
	gbce    *nn.GBCE
	head    *taskHead

	h, dh  []float32 // of the rows with targets
	pairs  []float32 // targets' and samples' vectors and biases, Dim+1 columns
	dpairs []float32
}

func newBehaviourNet(m *recommend.Behaviour, loss string, batch *behaviourBatch, seed uint64) *behaviourNet {
	c := m.Config
	n := &behaviourNet{model: m, batch: batch, chain: newChain(m.Layers(), max(0, c.Dropout), seed)}
	n.drop = &nn.Dropout{Rate: float32(max(0, c.Dropout)), Seed: seed, Cols: c.Dim}
	switch {
	case m.Task != nil:
		n.head = &taskHead{task: m.Task, dense: nn.Dense{In: c.Dim, Out: m.Task.Outputs()}}
	case loss == "softmax":
		n.tied = &nn.TiedSoftmax{Dim: c.Dim}
	case loss == "gbce":
		n.gbce = nn.NewGBCE(c.Dim, true, m.Known(), c.T)
	default:
		n.softmax = nn.NewSampledSoftmax(c.Dim, true)
	}
	return n
}

func (n *behaviourNet) at(step int) {
	n.drop.Step = uint64(step)
	n.chain.at(step)
}

func (n *behaviourNet) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (n *behaviourNet) Forward(out []float32, in [][]float32) {
	b, dim := n.batch, n.model.Config.Dim
	n.slots.ready(n.chain, b.steps*b.windows, dim)
	n.chain.see(b.windows, b.lengths)
	n.embed(n.slots.x[0], in[0])
	n.drop.Forward(n.slots.x[0], [][]float32{n.slots.x[0]})
	y := n.chain.forward(&n.slots, in[2:])
	n.h = sized(n.h, len(b.rows)*dim)
	n.dh = sized(n.dh, len(b.rows)*dim)
	if n.head != nil { // of the last step
		last := nn.Last{Batch: b.windows, Lengths: b.lengths}
		last.Forward(n.h, [][]float32{y})
		out[0] = n.head.forward(n.h, in[len(in)-2:], b)
		return
	}
	nn.Parallel((len(b.rows)+255)/256, func(p int) {
		for i := p * 256; i < min(len(b.rows), (p+1)*256); i++ {
			r := int(b.rows[i])
			copy(n.h[i*dim:(i+1)*dim], y[r*dim:])
		}
	})
	switch {
	case n.tied != nil:
		n.tied.Target, n.tied.Weight = b.target, b.weight
		n.tied.Forward(out, [][]float32{n.h, in[0][:len(in[1])*dim], in[1]})
	case n.gbce != nil:
		n.gbce.Target, n.gbce.Weight, n.gbce.Sample = b.target, b.weight, b.sample
		n.lookUp(in)
		n.gbce.Forward(out, [][]float32{n.h, n.pairs})
	default:
		s := n.softmax
		s.Target, s.Weight, s.Sample, s.LogQTarget, s.LogQSample = b.target, b.weight, b.sample, b.logQTarget, b.logQSample
		n.lookUp(in)
		s.Forward(out, [][]float32{n.h, n.pairs})
	}
}

// embed sets x to the sums of the table's rows.
func (n *behaviourNet) embed(x, table []float32) {
	dim, inputs, scale := n.model.Config.Dim, n.model.Inputs(), n.model.InputScale()
	nn.Parallel((len(x)/dim+255)/256, func(p int) {
		for r := p * 256; r < min(len(x)/dim, (p+1)*256); r++ {
			row := x[r*dim : (r+1)*dim]
			clear(row)
			for _, c := range n.batch.codes[r*inputs : (r+1)*inputs] {
				if c >= 0 {
					for j, v := range table[int(c)*dim : (int(c)+1)*dim] {
						row[j] += scale * v
					}
				}
			}
		}
	})
}

// lookUp sets pairs to the vectors of targets and samples.
func (n *behaviourNet) lookUp(in [][]float32) {
	b, dim := n.batch, n.model.Config.Dim
	rows := len(b.target) + len(b.sample)
	n.pairs, n.dpairs = sized(n.pairs, rows*(dim+1)), sized(n.dpairs, rows*(dim+1))
	for i := range rows {
		c := b.item(i)
		row := n.pairs[i*(dim+1) : (i+1)*(dim+1)]
		copy(row, in[0][int(c)*dim:(int(c)+1)*dim])
		row[dim] = in[1][c]
	}
}

// item is the i-th of targets and samples.
func (b *behaviourBatch) item(i int) int32 {
	if i < len(b.target) {
		return b.target[i]
	}
	return b.sample[i-len(b.target)]
}

func (n *behaviourNet) Backward(grads [][]float32, dout, out []float32, in [][]float32) {
	b, dim := n.batch, n.model.Config.Dim
	table, bias := grads[0], grads[1]
	dy := n.slots.dx[len(n.slots.dx)-1]
	chainGrads, chainIn := grads[2:], in[2:]
	if n.head != nil {
		clear(table)
		clear(bias)
		k := len(chainGrads) - 2
		n.head.backward(n.dh, chainGrads[k:], dout[0], n.h, chainIn[k:])
		chainGrads, chainIn = chainGrads[:k], chainIn[:k]
		last := nn.Last{Batch: b.windows, Lengths: b.lengths}
		last.Backward([][]float32{dy}, n.dh, n.h, [][]float32{n.slots.x[len(n.slots.x)-1]})
	} else {
		n.scores(table, bias, dout, out, in)
		clear(dy)
		n.byColumns(func(lo, hi int) {
			for i, r := range b.rows {
				sum(dy[int(r)*dim+lo:int(r)*dim+hi], n.dh[i*dim+lo:])
			}
		})
	}
	n.chain.backward(&n.slots, chainGrads, chainIn)
	dx, inputs, scale := n.slots.dx[0], n.model.Inputs(), n.model.InputScale()
	n.drop.Backward([][]float32{dx}, dx, nil, nil)
	n.byColumns(func(lo, hi int) {
		for i, c := range b.codes {
			if c < 0 {
				continue
			}
			from := dx[i/inputs*dim+lo : i/inputs*dim+hi]
			for j, v := range from {
				table[int(c)*dim+lo+j] += scale * v
			}
		}
	})
}

// byColumns calls f for runs of columns: threads own columns, so that every
// sum has one order.
func (n *behaviourNet) byColumns(f func(lo, hi int)) {
	const cols = 16
	dim := n.model.Config.Dim
	nn.Parallel((dim+cols-1)/cols, func(p int) { f(p*cols, min((p+1)*cols, dim)) })
}

func sum(y, x []float32) {
	x = x[:len(y)]
	for j, v := range x {
		y[j] += v
	}
}

// scores sets the gradients by h, and by the table and the biases as far as
// they come from scores.
func (n *behaviourNet) scores(table, bias, dout, out []float32, in [][]float32) {
	dim := n.model.Config.Dim
	items := len(bias) * dim
	if n.tied != nil {
		clear(table[items:])
		n.tied.Backward([][]float32{n.dh, table[:items], bias}, dout, out, nil)
		return
	}
	clear(table)
	clear(bias)
	if n.gbce != nil {
		n.gbce.Backward([][]float32{n.dh, n.dpairs}, dout, out, [][]float32{n.h, n.pairs})
	} else {
		n.softmax.Backward([][]float32{n.dh, n.dpairs}, dout, out, [][]float32{n.h, n.pairs})
	}
	b := n.batch
	rows := len(b.target) + len(b.sample)
	n.byColumns(func(lo, hi int) {
		for i := range rows {
			c := int(b.item(i))
			sum(table[c*dim+lo:c*dim+hi], n.dpairs[i*(dim+1)+lo:])
			if lo == 0 {
				bias[c] += n.dpairs[i*(dim+1)+dim]
			}
		}
	})
}

// lnShare is the logarithm of how often an item with n of so many events is
// expected in a sample.
func lnShare(n float64, events, sample int) float64 {
	return math.Log(max(n, .5) / float64(max(1, events)) * float64(sample))
}
