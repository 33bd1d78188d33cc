package train

import (
	"context"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/synth"
)

// TestMemory compares the estimates with what trainings take.
func TestMemory(t *testing.T) {
	// A step and a judgement take all there is.
	once := func(tr *training, m model) func() {
		if _, err := m.step(1); err != nil {
			t.Fatal(err)
		}
		tr.judge(m)
		return func() { tr.machine.Close() }
	}
	kinds := []struct {
		name   string
		begin  func(*begun, synth.Config) func()
		floats func(cfg synth.Config, width, blocks int) int
	}{
		{"GAN", func(b *begun, cfg synth.Config) func() {
			cfg.WarmUp = 1e-9
			g, err := newGAN(b, cfg, nil)
			if err != nil {
				t.Fatal(err)
			}
			return once(&g.training, g)
		}, ganFloats},
		{"autoregressive", func(b *begun, cfg synth.Config) func() {
			a, err := newAutoregressive(b, cfg, nil)
			if err != nil {
				t.Fatal(err)
			}
			return once(&a.training, a)
		}, autoregressiveFloats},
		{"VAE", func(b *begun, cfg synth.Config) func() {
			v, err := newVAE(b, cfg, nil)
			if err != nil {
				t.Fatal(err)
			}
			return once(&v.training, v)
		}, vaeFloats},
	}
	for _, tt := range []struct {
		name   string
		widths []int
		rows   int
		cfg    synth.Config
	}{
		{"like Adult", []int{22, 8, 24, 16, 16, 7, 14, 6, 5, 2, 10, 9, 14, 41, 5}, 20000, synth.Config{}},
		{"wide", []int{400, 300, 500, 20}, 1000, synth.Config{}},
		{"long", []int{20, 20, 20}, 1 << 20, synth.Config{Batch: 100}},
		{"large layers", []int{20, 20}, 1000, synth.Config{Hidden: 1000, Critic: 2000}},
	} {
		for _, k := range kinds {
			cfg := tt.cfg
			cfg.Engine = strings.ToLower(k.name)
			cfg = cfg.WithDefaults()
			collect := func() { runtime.GC(); runtime.GC() } // what is pooled goes with the second
			collect()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			b := madeRows(tt.widths, tt.rows)
			end := k.begin(b, cfg)
			collect()
			runtime.ReadMemStats(&after)
			took := int64(after.HeapAlloc) - int64(before.HeapAlloc)
			need := 4*int64(k.floats(cfg, b.learn.width, len(b.widths))) + 4*int64(tt.rows*len(b.widths))
			end()
			runtime.KeepAlive(b)
			if r := float64(need) / float64(took); r < .85 || r > 1.7 {
				t.Errorf("%s, %s: %d kB were estimated, it took %d kB", k.name, tt.name, need>>10, took>>10)
			}
		}
	}
}

// TestTooLarge asks for trainings that need more memory than allowed.
func TestTooLarge(t *testing.T) {
	for name, fit := range map[string]fitter{"GAN": GAN, "autoregressive": Autoregressive, "VAE": VAE} {
		_, err := fit(context.Background(), shopTable(700), small, rand.New(rand.NewPCG(3, 4)), Options{Memory: 100 << 10}, nil)
		if core.KindOf(err) != core.Full || !strings.Contains(err.Error(), "0 MB allowed") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
