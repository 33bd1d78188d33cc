package train

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/privacy"
	"shoptwin/core/synth"
)

// TestSanitiser compares the sum of cut gradients with one that lays out every
// row's gradient, and no row's part may be longer than the limit.
func TestSanitiser(t *testing.T) {
	const h = 7
	learn := madeRows([]int{3, 5, 4}, 60).learn
	rng := rand.New(rand.NewPCG(1, 1))
	random := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	w, b, v := random(learn.width*h), random(h), random(h+1)
	sum := func(r rows, clip float64) []float64 {
		s := newSanitiser(r, h, 1, clip, 1e-3, rng) // hardly any noise
		dw, db, dv := make([]float32, learn.width*h), make([]float32, h), make([]float32, h+1)
		s.add(w, b, v, dw, db, dv)
		var all []float64
		for _, part := range [][]float32{dw, db, dv} {
			for _, x := range part {
				all = append(all, float64(x)*s.mean)
			}
		}
		return all
	}
	// Each row as the fused critic has it, by the mean loss of that row alone.
	clip := 1.5
	want := make([]float64, learn.width*h+2*h+1)
	longest := 0.
	for r := range learn.len() {
		one := rows{blocks: 3, width: learn.width, widths: learn.widths, ones: learn.ones[r*3 : r*3+3]}
		g := sum(one, 20)
		// By differences of the loss.
		loss := func() float64 {
			d := float64(v[h])
			for j := range h {
				x := float64(b[j])
				for _, o := range one.ones {
					x += float64(w[int(o)*h+j])
				}
				d += float64(v[j]) * math.Max(x, nn.LeakySlope*x)
			}
			return math.Log1p(math.Exp(-d))
		}
		at := 0
		for _, part := range [][]float32{w, b, v} {
			for i := range part {
				const e = 1e-3
				x := part[i]
				part[i] = x + e
				up := loss()
				part[i] = x - e
				down := loss()
				part[i] = x
				if d := (up - down) / (2 * e); r < 3 && math.Abs(d-g[at]) > .2 {
					t.Fatalf("row %d, number %d: gradient %.4f, by differences %.4f", r, at, g[at], d)
				}
				at++
			}
		}
		cut, norm := sum(one, clip), 0.
		for _, x := range cut {
			norm += x * x
		}
		longest = max(longest, math.Sqrt(norm))
		for i, x := range cut {
			want[i] += x
		}
	}
	if longest > clip*1.03 || longest < clip*.9 {
		t.Errorf("the longest cut gradient is %.3f of %.3f", longest, clip)
	}
	for i, x := range sum(learn, clip) {
		if math.Abs(x-want[i]) > .1 {
			t.Fatalf("number %d: %.4f, row by row %.4f", i, x, want[i])
		}
	}
	// Poisson: about a tenth of the rows.
	s, n := newSanitiser(learn, h, .1, clip, 1, rng), 0
	for range 500 {
		s.each(func(int) { n++ })
	}
	if mean := float64(n) / 500; mean < 5.5 || mean > 6.5 {
		t.Errorf("%.2f rows of 60 in a batch, want 6", mean)
	}
}

// TestDPGAN learns a table at a small epsilon, says what it promises, and
// samples the same whatever the threads.
func TestDPGAN(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	data := shopTable(3000)
	var file []byte
	for _, threads := range []int{1, 3} {
		runtime.GOMAXPROCS(threads)
		q := 0.
		cfg := synth.Config{Engine: "dpgan", Epsilon: 2, Steps: 200, Batch: 128, Hidden: 32, Latent: 16}.WithDefaults()
		m, err := dpgan(context.Background(), data, cfg, rand.New(rand.NewPCG(3, 4)), Options{}, func(p core.Progress) {
			if v, ok := p.Value["quality"]; ok {
				q = v
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := m.Write(&b); err != nil {
			t.Fatal(err)
		}
		if file != nil && !bytes.Equal(file, b.Bytes()) {
			t.Error("threads change the model")
		}
		file = b.Bytes()
		if q < .9 {
			t.Errorf("quality %.3f", q)
		}
	}
	m, err := synth.Read(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	g := m.Guarantee
	if g == nil || g.Epsilon != 2 || g.Delta != 1e-5 || g.Rows != 1 || m.Config.Engine != "dpgan" || m.Seed != 0 {
		t.Fatalf("promise %+v of %+v", g, m.Config)
	}
	last := g.Costs[len(g.Costs)-1]
	if last.What != privacy.ForSteps || last.Times != 80 {
		t.Errorf("steps cost %+v", last)
	}
	// What is said must be what was done: tables and steps together.
	tables := 0.
	for _, c := range g.Costs[:len(g.Costs)-1] {
		tables += c.Rho
	}
	noise, ok := privacy.NoiseFor(tables, 2, .9e-5, realRate, 80)
	if e, _ := (privacy.SGD{Rate: realRate, Noise: noise, Steps: 80}).EpsilonWith(tables, .9e-5); !ok || e > 2 {
		t.Errorf("epsilon %.4f", e)
	}
	for _, cfg := range []synth.Config{{PersonRows: 3}, {Epsilon: -1}, {Rake: true}} {
		if _, err := DPGAN(context.Background(), data, cfg, rand.New(rand.NewPCG(3, 4)), Options{}, nil); err == nil {
			t.Errorf("%+v is taken", cfg)
		}
	}
}
