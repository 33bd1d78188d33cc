package train

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

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
	seed, err := begins(rng, opt)
	if err != nil {
		return nil, err
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
	s.net.forget(cfg.Dropout, m.Seed)

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
	for i, shape := range m.Shapes() {
		name := strconv.Itoa(i) + " " + shape.Name // Gorgonia merges inputs of one name and shape
		if shape.FanIn == 0 {
			w = append(w, s.param(name, shape.Rows, shape.Cols).node)
		} else {
			w = append(w, s.weights(name, shape.Rows, shape.Cols, shape.FanIn))
		}
	}
	x, err := s.fuse(s.net.input, []bool{true, true}, w[:2]...)
	if err != nil {
		return nil, core.Wrap(err, "the history's input")
	}
	h, err := s.fuse(s.net.lstm, []bool{true, true, true, true}, x, w[2], w[3], w[4])
	if err != nil {
		return nil, core.Wrap(err, "the history")
	}
	if s.cost, err = s.fuse(s.net, slices.Repeat([]bool{true}, len(w)-4), append([]*gorgonia.Node{h}, w[5:]...)...); err != nil {
		return nil, core.Wrap(err, "the heads")
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
	s.net.at(i)
	if err := s.pass(i); err != nil {
		return nil, err
	}
	s.loss[0] = float64(floats(s.cost.Value())[0])
	return s.loss[:], s.solvers[0].step(i, s.steps)
}

func (s *sequences) score(mean [][]float32) float64 {
	var cost [1]float32
	e := s.exam
	x := make([]float32, e.rows*synth.SequenceInput)
	e.input.Forward(x, mean[:2])
	h := make([]float32, e.rows*e.lstm.Hidden)
	e.lstm.Forward(h, [][]float32{x, mean[2], mean[3], mean[4]})
	e.Forward(cost[:], append([][]float32{h}, mean[5:]...))
	var sum, rows float64
	for i, n := range s.share {
		sum += float64(e.heads[i].loss[0]) * n
		rows += n
	}
	return math.Exp(-sum / max(1, rows))
}
