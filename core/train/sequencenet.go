package train

import (
	"shoptwin/core/nn"
	"shoptwin/core/synth"
)

// sequenceNet is the network of sequences for batches of one size. Behind its
// input and LSTM it is a layer itself, the heads all together: h (visits x
// Hidden) and the matrices of every head in, the sum of their losses out. As
// one layer because Gorgonia would add up the gradients by h on the host.
type sequenceNet struct {
	input  *nn.FeatureBag
	lstm   *nn.LSTM
	gather *nn.Embedding
	heads  []sequenceHead

	rows, lines int       // visits, padded, and lines
	state       []float32 // h of each line's visit
	dstate, dh  []float32
	part        []float32 // a head's gradient by its state
	back        []float32 // gather's gradient, which nobody else may write
}

// sequenceHead is a slot's: y = relu(h·U + u + b + features·B), logits y·V + v.
type sequenceHead struct {
	synth.SlotShape
	hidden, logits, worth *nn.Dense
	bag                   *nn.FeatureBag
	guess                 *nn.CrossEntropy
	choice                *nn.Choice
	drop                  *nn.Dropout // of y; nil where the net judges
	matrices              int

	z, y, x, g     []float32 // h·U + u, y, logits, the marks' worth
	dz, dy, dx, dg []float32
	more           []float32 // gradient by y that comes from g
	loss           [1]float32
}

func newSequenceNet(m *synth.Sequences, b *synth.SequenceBatch) *sequenceNet {
	h := m.Config.Hidden
	n := &sequenceNet{
		input:  &nn.FeatureBag{Out: synth.SequenceInput},
		lstm:   &nn.LSTM{In: synth.SequenceInput, Hidden: h, Batch: b.Windows},
		gather: &nn.Embedding{Dim: h},
		rows:   b.Windows * b.Steps, lines: len(b.Visit),
	}
	n.state, n.dstate = make([]float32, n.lines*h), make([]float32, n.lines*h)
	n.back = make([]float32, n.rows*h)
	n.dh, n.part = make([]float32, n.rows*h), make([]float32, max(n.rows, n.lines)*h)
	for _, s := range m.Slots() {
		rows := n.rows
		if s.Line {
			rows = n.lines
		}
		some := func(cols int) []float32 { return make([]float32, rows*cols) }
		head := sequenceHead{SlotShape: s, matrices: 6,
			hidden: &nn.Dense{In: h, Out: s.Dim}, logits: &nn.Dense{In: s.Dim, Out: s.Width},
			bag: &nn.FeatureBag{Out: s.Dim, Act: nn.ReLU, Plus: true},
			z:   some(s.Dim), y: some(s.Dim), x: some(s.Width), dz: some(s.Dim), dy: some(s.Dim), dx: some(s.Width)}
		if s.Choice {
			head.matrices += 2
			head.worth = &nn.Dense{In: s.Dim, Out: synth.SequenceMarks}
			head.choice = &nn.Choice{Cols: s.Width, Kinds: synth.SequenceMarks}
			head.g, head.dg, head.more = some(synth.SequenceMarks), some(synth.SequenceMarks), some(s.Dim)
		} else {
			head.guess = &nn.CrossEntropy{Cols: s.Width}
		}
		n.heads = append(n.heads, head)
	}
	n.take(b)
	return n
}

// forget lets every head drop a share of what it chooses by; the masks are a
// function of the seed and the step.
func (n *sequenceNet) forget(rate float64, seed uint64) {
	for i := range n.heads {
		n.heads[i].drop = &nn.Dropout{Rate: float32(max(0, rate)), Seed: seed + uint64(i), Cols: n.heads[i].Dim}
	}
}

// at says which step the masks are of.
func (n *sequenceNet) at(step int) {
	for i := range n.heads {
		n.heads[i].drop.Step = uint64(step)
	}
}

// take shows the layers a batch.
func (n *sequenceNet) take(b *synth.SequenceBatch) {
	see := func(g *nn.FeatureBag, f *synth.Features) { g.From, g.IDs, g.Weights = f.From, f.IDs, f.Weights }
	see(n.input, &b.Input)
	n.lstm.Lengths, n.gather.IDs = b.Lengths, b.Visit
	for i := range n.heads {
		h := &n.heads[i]
		see(h.bag, &b.Heads[h.Slot])
		if h.Choice {
			h.choice.Target, h.choice.From, h.choice.Marked = b.Targets[h.Slot], b.From, b.Marked
		} else {
			h.guess.Target = b.Targets[h.Slot]
		}
	}
}

func (n *sequenceNet) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (n *sequenceNet) Forward(out []float32, in [][]float32) {
	n.gather.Forward(n.state, in[:1])
	out[0] = 0
	w := in[1:]
	for i := range n.heads {
		h := &n.heads[i]
		state := in[0]
		if h.Line {
			state = n.state
		}
		h.hidden.Forward(h.z, [][]float32{state, w[0], w[1]})
		h.bag.Forward(h.y, [][]float32{w[2], w[3], h.z})
		if h.drop != nil {
			h.drop.Forward(h.y, [][]float32{h.y})
		}
		h.logits.Forward(h.x, [][]float32{h.y, w[4], w[5]})
		if h.Choice {
			h.worth.Forward(h.g, [][]float32{h.y, w[6], w[7]})
			h.choice.Forward(h.loss[:], [][]float32{h.x, h.g})
		} else {
			h.guess.Forward(h.loss[:], [][]float32{h.x})
		}
		out[0] += h.loss[0]
		w = w[h.matrices:]
	}
}

func (n *sequenceNet) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	w, dw := in[1:], grads[1:]
	clear(n.dh)
	clear(n.dstate)
	for i := range n.heads {
		h := &n.heads[i]
		state, sum := in[0], n.dh
		if h.Line {
			state, sum = n.state, n.dstate
		}
		if h.Choice {
			h.choice.Backward([][]float32{h.dx, h.dg}, dout, h.loss[:], [][]float32{h.x, h.g})
			h.worth.Backward([][]float32{h.more, dw[6], dw[7]}, h.dg, h.g, [][]float32{h.y, w[6], w[7]})
		} else {
			h.guess.Backward([][]float32{h.dx}, dout, h.loss[:], [][]float32{h.x})
		}
		h.logits.Backward([][]float32{h.dy, dw[4], dw[5]}, h.dx, h.x, [][]float32{h.y, w[4], w[5]})
		for j, v := range h.more {
			h.dy[j] += v
		}
		if h.drop != nil {
			h.drop.Backward([][]float32{h.dy}, h.dy, nil, nil)
		}
		h.bag.Backward([][]float32{dw[2], dw[3], h.dz}, h.dy, h.y, [][]float32{w[2], w[3], h.z})
		part := n.part[:len(sum)]
		h.hidden.Backward([][]float32{part, dw[0], dw[1]}, h.dz, h.z, [][]float32{state, w[0], w[1]})
		for j, v := range part {
			sum[j] += v
		}
		w, dw = w[h.matrices:], dw[h.matrices:]
	}
	if grads[0] == nil {
		return
	}
	n.gather.Backward([][]float32{n.back}, n.dstate, n.state, in[:1])
	for j, v := range n.dh {
		grads[0][j] = n.back[j] + v
	}
}
