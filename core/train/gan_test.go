package train

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// shopTable has three columns that depend on each other, though none follows
// from another: the size mostly that of the product, the price of both.
func shopTable(n int) *table.Table {
	rng := rand.New(rand.NewPCG(1, 2))
	product, size, price := make([]string, n), make([]string, n), make([]float64, n)
	for i := range n {
		p := rng.IntN(3)
		product[i] = []string{"tea", "milk", "bread"}[p]
		s := p
		if rng.IntN(10) == 0 {
			s = rng.IntN(3)
		}
		size[i] = []string{"small", "medium", "large"}[s]
		price[i] = math.Round(100+50*float64(p+s)+30*rng.NormFloat64()) / 100
	}
	return &table.Table{Name: "shop", Columns: []*table.Column{
		table.NewText("product", product, nil), table.NewText("size", size, nil), table.NewNumber("price", price),
	}}
}

var small = synth.Config{Steps: 80, Batch: 64, Hidden: 16, Critic: 16, Latent: 8}

// TestLearns compares the pair table of product and size with the real one,
// and with what independent columns would give.
func TestLearns(t *testing.T) {
	cfg := small
	cfg.Steps, cfg.Hidden, cfg.Critic = 250, 32, 32
	quality := []float64{}
	data := shopTable(3000)
	m, err := GAN(context.Background(), data, cfg, rand.New(rand.NewPCG(3, 4)), Options{}, func(p core.Progress) {
		if p.Stage != "train" || p.Unit != "steps" || p.Total != 250 {
			t.Fatalf("progress %+v", p)
		}
		for _, name := range []string{"loss_d", "loss_g", "moment"} {
			if v, ok := p.Value[name]; !ok || math.IsNaN(v) {
				t.Fatalf("progress without %s: %+v", name, p)
			}
		}
		if q, ok := p.Value["quality"]; ok {
			quality = append(quality, q)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	codes, err := m.Encoder.Codes(data)
	if err != nil {
		t.Fatal(err)
	}
	widths := m.Encoder.Widths()
	all := make([]int, data.Rows())
	for i := range all {
		all[i] = i
	}
	real := onesOf(codes, widths, all)
	j := newJudge(rows{blocks: len(widths), widths: widths}, real, real.pairs(), cfg.Latent, 7)
	w := real.width
	independent := tables{make([]float32, w*w), j.want.single}
	for a, p := range j.want.single {
		for b, q := range j.want.single {
			independent.pair[a*w+b] = p * q
		}
	}
	net := m.Body.(synth.Network).Net
	got, chance := j.quality(net), 1-math.Sqrt(j.distance(independent, independent)/2)/2
	if got < .9 || got < chance+.2 {
		t.Errorf("the generator scores %.3f, independent columns %.3f", got, chance)
	}
	if last := quality[len(quality)-1]; last < .9 || last < quality[0] {
		t.Errorf("quality went from %.3f to %.3f", quality[0], last)
	}

	var file bytes.Buffer
	if err := net.Write(&file, nn.Float32); err != nil {
		t.Fatal(err)
	}
	back, err := nn.ReadNet(&file)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(net.Forward(j.latent[:8*cfg.Latent], 8), back.Forward(j.latent[:8*cfg.Latent], 8)) {
		t.Error("the model predicts otherwise after it was written and read")
	}
}

func TestOddTables(t *testing.T) {
	tiny := small
	tiny.Steps = 3
	for _, tt := range []struct {
		name string
		t    *table.Table
		net  bool
		fail bool
	}{
		{"no rows", shopTable(0), false, true},
		{"one column", &table.Table{Columns: shopTable(200).Columns[:1]}, true, false},
		{"forty rows", shopTable(40), true, false},
		{"constant", &table.Table{Columns: []*table.Column{table.NewNumber("x", make([]float64, 50))}}, false, false},
	} {
		m, err := GAN(context.Background(), tt.t, tiny, rand.New(rand.NewPCG(3, 4)), Options{}, nil)
		if (err != nil) != tt.fail || (m != nil && m.Body != nil) != tt.net {
			t.Errorf("%s: model %v, error %v", tt.name, m, err)
		}
	}
	wild := small
	wild.LearnRate = 1e30
	if _, err := GAN(context.Background(), shopTable(200), wild, rand.New(rand.NewPCG(3, 4)), Options{}, nil); err == nil || !strings.Contains(err.Error(), "LearnRate") {
		t.Errorf("a training that diverges gives %v", err)
	}
}

func TestSchedule(t *testing.T) {
	for _, tt := range []struct {
		step int
		want float64
	}{{0, 1}, {49, 1}, {50, 1}, {75, .51}, {100, .02}} {
		if got := (schedule{hold: .5, last: .02}).factor(tt.step, 100); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("step %d: factor %g, want %g", tt.step, got, tt.want)
		}
	}
}

// TestGarbage bounds what a step leaves behind: a training of thousands of
// steps shall not keep the collector busy, nor grow.
func TestGarbage(t *testing.T) {
	widths := []int{22, 8, 24, 16, 16, 7}
	g, err := newGAN(madeRows(widths, 500), synth.Config{Batch: 64, WarmUp: 1e-9}.WithDefaults(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer g.machine.Close()
	run := func(steps int) (m runtime.MemStats) {
		for i := range steps {
			if _, err := g.step(1 + i); err != nil {
				t.Fatal(err)
			}
		}
		runtime.ReadMemStats(&m)
		return m
	}
	const steps = 200
	before := run(20)
	after := run(steps)
	if n := (after.Mallocs - before.Mallocs) / steps; n > 200 {
		t.Errorf("%d allocations a step", n)
	}
	if n := (after.TotalAlloc - before.TotalAlloc) / steps; n > 100_000 {
		t.Errorf("%d bytes of garbage a step", n)
	}
}
