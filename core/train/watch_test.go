package train

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
)

// TestWatch looks at a generator that makes rows as they are, and at one that
// makes a single kind of them.
func TestWatch(t *testing.T) {
	learn := madeRows([]int{4, 6}, 4000).learn
	latent := make([]float32, watchRows*2)
	(&noise{seed: 1}).fill(latent, forLatent, 0, normal())
	w := newWatch(learn, rows{blocks: 2, width: 10, widths: learn.widths}, latent, 3)
	single := make([]float64, 10)
	for _, one := range learn.ones {
		single[one]++
	}
	net := func(logit func(code int) float64) *nn.Net {
		d := nn.Layer{Op: &nn.Dense{In: 2, Out: 10}, Weights: [][]float32{make([]float32, 20), make([]float32, 10)}}
		for i := range d.Weights[1] {
			d.Weights[1][i] = float32(logit(i))
		}
		return &nn.Net{Layers: []nn.Layer{d}}
	}
	coverage, c2st := w.look(net(func(i int) float64 { return math.Log(single[i] + 1e-9) }))
	if coverage != 1 || c2st > .62 {
		t.Errorf("rows by their shares: coverage %.2f, C2ST %.3f", coverage, c2st)
	}
	coverage, c2st = w.look(net(func(i int) float64 {
		if i == 1 || i == 5 {
			return 9
		}
		return 0
	}))
	if coverage > .25 || c2st < .8 {
		t.Errorf("one kind of row: coverage %.2f, C2ST %.3f", coverage, c2st)
	}
}

// wild is a training that cannot go well.
func wild(rate float64) synth.Config {
	cfg := small
	cfg.Steps, cfg.LearnRate, cfg.Moment, cfg.Gamma = 200, rate, -1, -1
	return cfg
}

// TestAstray provokes a collapse: no moments, no regulariser, and a learning
// rate that is far too high. It must be seen, begun again once, and told.
func TestAstray(t *testing.T) {
	var notes []string
	var begun int
	last := int64(math.MaxInt64)
	m, err := GAN(context.Background(), shopTable(1000), wild(1), rand.New(rand.NewPCG(3, 4)), Options{}, func(p core.Progress) {
		if p.Note != "" {
			notes = append(notes, p.Note)
		}
		if p.Done < last {
			begun++
		}
		last = p.Done
	})
	if err == nil || core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), "training collapsed") && !strings.Contains(err.Error(), "training diverged") {
		t.Errorf("a training that goes astray twice: model %v, error %v", m != nil, err)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "begins again") || begun < 2 {
		t.Errorf("it began %d times, and said %q", begun, notes)
	}
}

// TestAgain: with a rate that is good when quartered the second try succeeds,
// the model says so, and a training killed in either try ends the same.
func TestAgain(t *testing.T) {
	cfg := small
	cfg.Steps, cfg.LearnRate = 120, .6
	data := shopTable(1000)
	fit := func(opt Options, report func(core.Progress)) *synth.Model {
		t.Helper()
		m, err := GAN(context.Background(), data, cfg, rand.New(rand.NewPCG(3, 4)), opt, report)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	file := func(m *synth.Model) []byte {
		var b bytes.Buffer
		if err := m.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	var points [][]byte
	seen := map[string]bool{}
	m := fit(Options{Every: 13, Save: func(b []byte) error { points = append(points, b); return nil }}, func(p core.Progress) {
		for name := range p.Value {
			seen[name] = true
		}
	})
	if m.Trouble == "" || !m.Restarted || m.Config.LearnRate != cfg.LearnRate/calmerBy {
		t.Fatalf("trouble %q, begun again %v, learning rate %g", m.Trouble, m.Restarted, m.Config.LearnRate)
	}
	if !seen["coverage"] || !seen["c2st"] {
		t.Errorf("what was shown: %v", seen)
	}
	want := file(m)
	for i, b := range points {
		if !bytes.Equal(file(fit(Options{Resume: b}, nil)), want) {
			t.Errorf("resumed from checkpoint %d of %d it differs", i+1, len(points))
		}
	}
	back, err := synth.Read(bytes.NewReader(want))
	if err != nil || back.Trouble != m.Trouble || !back.Restarted {
		t.Errorf("read back: %v, %v", back, err)
	}
}

// TestEnds: what goes wrong in the second half ends the training with what
// was good before.
func TestEnds(t *testing.T) {
	b := madeRows([]int{4, 6}, 500)
	g, err := newGAN(b, small.WithDefaults(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer g.machine.Close()
	watched := g.watched
	looks := 0
	g.watched = func(mean [][]float32) map[string]float64 {
		if looks++; looks > 15 {
			return map[string]float64{"coverage": .1}
		}
		return watched(mean)
	}
	last := int64(0)
	if err := g.run(context.Background(), g, Options{}, func(p core.Progress) { last = p.Done }); err != nil || g.ended == nil || g.kept == nil || last != 64 {
		t.Errorf("error %v, ended %v at step %d", err, g.ended, last)
	}
}
