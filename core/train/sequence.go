package train

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// Sequences fits customers with their events, one table of which each row is
// an event; see [synth.Sequences]. A step takes Config.Batch windows of
// customers' visits and Config.Lines of their events, and its loss is the sum
// of -ln p over the columns of a visit and of an event, each a mean over the
// rows where it is drawn.
//
// Config.HoldOut of the customers are set aside; "hit" is a mean probability of what is theirs.
// Resuming, cancelling, progress and determinism are those of [GAN]. The model
// has not been calibrated: see [synth.Sequences.Calibrate].
//
// A step's time does not depend on the number of events; it is that of
// products of Config.Lines by Config.Wide by the number of items, for the
// most part.
func Sequences(ctx context.Context, events *table.Table, cfg synth.SequenceConfig, rng *rand.Rand, opt Options, report func(core.Progress)) (*synth.Sequences, error) {
	cfg = cfg.WithDefaults()
	var seed uint64
	if opt.Resume != nil {
		var err error
		if seed, err = seedOf(opt.Resume); err != nil {
			return nil, err
		}
	} else {
		seed = rng.Uint64()
	}
	model, rows, err := synth.PrepareSequences(ctx, events, cfg, seed)
	if err != nil {
		return nil, err
	}
	if need := 4 * sequenceFloats(model); opt.Memory > 0 && need > opt.Memory {
		return nil, core.Errorf(core.Full, "the training of table %q needs about %d MB of memory, more than the %d MB allowed", events.Name, need>>20, opt.Memory>>20).
			WithHint("lower Lines or Wide, or allow more memory")
	}
	s, err := newSequences(model, rows, opt.Device)
	if err != nil {
		return nil, err
	}
	defer s.machine.Close()
	err = s.run(ctx, s, opt, report)
	if s.kept == nil {
		return nil, err
	}
	if model.Weights = s.kept; err == nil {
		err = model.Calibrate(ctx, rows, report)
	}
	return model, err
}

// sequenceFloats estimates what a training keeps.
func sequenceFloats(m *synth.Sequences) (n int64) {
	for _, s := range m.Shapes() {
		n += 6 * int64(s.Rows) * int64(s.Cols)
	}
	for _, s := range m.Slots() {
		rows := m.Config.Batch * m.Config.Window
		if s.Line {
			rows = m.Config.Lines
		}
		n += int64(rows) * int64(4*s.Dim+4*s.Width)
	}
	return n + int64(m.Config.Batch*m.Config.Window*(2*synth.SequenceInput+12*m.Config.Hidden))
}

// sequences is a training under way.
type sequences struct {
	training
	model *synth.Sequences
	rows  *synth.SequenceRows
	batch *synth.SequenceBatch
	net   *sequenceNet
	exam  *sequenceNet
	pick  []synth.Window
	cost  *gorgonia.Node
	share []float64 // of each head in what exam judges: how often it is drawn
	loss  [1]float64
}

func newSequences(m *synth.Sequences, rows *synth.SequenceRows, on nn.Device) (*sequences, error) {
	cfg := m.Config
	s := &sequences{model: m, rows: rows, pick: make([]synth.Window, cfg.Batch)}
	s.training = training{
		graph: newGraph(on), seed: m.Seed, steps: cfg.Steps, losses: []string{"loss"}, scored: "hit",
		decay: cfg.EMA, judgements: 20, patience: 5, near: .0005,
	}
	sum := sha256.New()
	json.NewEncoder(sum).Encode(cfg)
	rows.Digest(sum)
	s.print = [32]byte(sum.Sum(nil))
	s.batch = rows.Batch(cfg.Batch, cfg.Lines)
	s.net = newSequenceNet(m, s.batch)

	judged := rows.Aside
	if len(judged) == 0 {
		judged = rows.Learn
	}
	judged = judged[:min(len(judged), examWindows)]
	b := rows.Batch(len(judged), cfg.Lines)
	s.exam = newSequenceNet(m, b)
	rows.Fill(b, judged, generator(m.Seed, forJudge, 0))
	s.exam.take(b)
	for _, h := range m.Slots() {
		n := 0.
		for _, t := range b.Targets[h.Slot] {
			if t >= 0 {
				n++
			}
		}
		if h.Line { // some of them stand for all
			n *= float64(b.Total) / float64(min(b.Total, cfg.Lines))
		}
		s.share = append(s.share, n)
	}

	building.Lock()
	defer building.Unlock()
	var w []*gorgonia.Node
	for _, shape := range m.Shapes() {
		if shape.FanIn == 0 {
			w = append(w, s.param(shape.Name, shape.Rows, shape.Cols).node)
		} else {
			w = append(w, s.weights(shape.Name, shape.Rows, shape.Cols, shape.FanIn))
		}
	}
	costs, err := wire(s.net, w, s.fuse)
	if err != nil {
		return nil, core.Wrap(err, "building the network")
	}
	s.cost = costs[0]
	for _, c := range costs[1:] {
		if s.cost, err = gorgonia.Add(s.cost, c); err != nil {
			return nil, err
		}
	}
	if err := s.differentiate(s.cost, s.params); err != nil {
		return nil, err
	}
	s.averaged = s.params
	s.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .99, Decay: .05}, rate: cfg.LearnRate, clip: 5,
		schedule: schedule{warmUp: .02, hold: .4, last: cfg.Decay}}, s.params)
	return s, s.ready()
}

// examWindows is how many windows judge.
const examWindows = 256

func (s *sequences) step(i int) ([]float64, error) {
	rng := generator(s.seed, forRows, i)
	for j := range s.pick {
		s.pick[j] = s.rows.Learn[rng.IntN(len(s.rows.Learn))]
	}
	s.rows.Fill(s.batch, s.pick, rng)
	s.net.take(s.batch)
	if err := s.pass(i); err != nil {
		return nil, err
	}
	s.loss[0] = float64(floats(s.cost.Value())[0])
	return s.loss[:], s.solvers[0].step(i, s.steps)
}

func (s *sequences) score(mean [][]float32) float64 {
	var w []matrix
	for i, shape := range s.model.Shapes() {
		w = append(w, matrix{[2]int{shape.Rows, shape.Cols}, mean[i]})
	}
	costs, _ := wire(s.exam, w, forward)
	var sum, rows float64
	for i, c := range costs {
		sum += float64(c.data[0]) * s.share[i]
		rows += s.share[i]
	}
	return math.Exp(-sum / max(1, rows))
}

// matrix is a value outside of a graph.
type matrix struct {
	shape [2]int
	data  []float32
}

// forward computes a layer at once.
func forward(l nn.Fused, _ []bool, in ...matrix) (matrix, error) {
	shapes, data := make([][2]int, len(in)), make([][]float32, len(in))
	for i, m := range in {
		shapes[i], data[i] = m.shape, m.data
	}
	out := matrix{shape: l.Shape(shapes)}
	out.data = make([]float32, out.shape[0]*out.shape[1])
	l.Forward(out.data, data)
	return out, nil
}

// sequenceNet is the layers for batches of one size.
type sequenceNet struct {
	input  *nn.FeatureBag
	lstm   *nn.LSTM
	gather *nn.Embedding
	heads  []sequenceHead
}

type sequenceHead struct {
	synth.SlotShape
	state, logits, worth *nn.Dense
	bag                  *nn.FeatureBag
	guess                *nn.CrossEntropy
	choice               *nn.Choice
}

func newSequenceNet(m *synth.Sequences, b *synth.SequenceBatch) *sequenceNet {
	h := m.Config.Hidden
	n := &sequenceNet{
		input:  &nn.FeatureBag{Out: synth.SequenceInput},
		lstm:   &nn.LSTM{In: synth.SequenceInput, Hidden: h, Batch: b.Windows},
		gather: &nn.Embedding{Dim: h},
	}
	for _, s := range m.Slots() {
		head := sequenceHead{SlotShape: s, state: &nn.Dense{In: h, Out: s.Dim}, logits: &nn.Dense{In: s.Dim, Out: s.Width},
			bag: &nn.FeatureBag{Out: s.Dim, Act: nn.ReLU, Plus: true}}
		if s.Choice {
			head.worth = &nn.Dense{In: s.Dim, Out: synth.SequenceMarks}
			head.choice = &nn.Choice{Cols: s.Width, Kinds: synth.SequenceMarks}
		} else {
			head.guess = &nn.CrossEntropy{Cols: s.Width}
		}
		n.heads = append(n.heads, head)
	}
	n.take(b)
	return n
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

// wire adds the layers, given the weights, and returns the losses.
func wire[N any](n *sequenceNet, w []N, fuse func(nn.Fused, []bool, ...N) (N, error)) (costs []N, err error) {
	add := func(l nn.Fused, wrt string, in ...N) (out N) {
		if err == nil {
			to := make([]bool, len(wrt))
			for i, c := range wrt {
				to[i] = c == '1'
			}
			out, err = fuse(l, to, in...)
		}
		return out
	}
	next := func(k int) []N {
		out := w[:k]
		w = w[k:]
		return out
	}
	x := add(n.input, "11", next(2)...)
	h := add(n.lstm, "1111", slices.Concat([]N{x}, next(3))...)
	var lines N
	gathered := false
	for i := range n.heads {
		head := &n.heads[i]
		state := h
		if head.Line {
			if !gathered {
				lines, gathered = add(n.gather, "1", h), true
			}
			state = lines
		}
		own := next(6)
		y := add(head.state, "111", state, own[0], own[1])
		y = add(head.bag, "111", own[2], own[3], y)
		logits := add(head.logits, "111", y, own[4], own[5])
		if head.Choice {
			worth := next(2)
			costs = append(costs, add(head.choice, "11", logits, add(head.worth, "111", y, worth[0], worth[1])))
		} else {
			costs = append(costs, add(head.guess, "1", logits))
		}
	}
	return costs, err
}
