package train

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/synth"
)

// lastQuality trains a GAN on the shop's table and returns the quality it
// ends with.
func lastQuality(t *testing.T, cfg synth.Config) (q float64) {
	t.Helper()
	_, err := GAN(context.Background(), shopTable(3000), cfg, rand.New(rand.NewPCG(3, 4)), Options{}, func(p core.Progress) {
		if v, ok := p.Value["quality"]; ok {
			q = v
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestGANOptions: every loss and shape learns the table, with and without the
// moments, which do most of the work.
func TestGANOptions(t *testing.T) {
	base := synth.Config{Steps: 300, Batch: 128, Hidden: 32, Critic: 32, Latent: 8}
	for _, tt := range []struct {
		name string
		set  func(*synth.Config)
		q    float64
	}{
		{"deep", func(c *synth.Config) { c.Depth = 4 }, .93},
		{"shallow", func(c *synth.Config) { c.Depth = 1 }, .9},
		{"hinge", func(c *synth.Config) { c.Loss = "hinge" }, .93},
		{"relativistic", func(c *synth.Config) { c.Loss = "relativistic" }, .93},
		{"wasserstein", func(c *synth.Config) { c.Loss = "wasserstein" }, .9},
		{"hinge alone", func(c *synth.Config) { c.Moment, c.Loss = -1, "hinge" }, .7},
		{"relativistic alone", func(c *synth.Config) { c.Moment, c.Loss = -1, "relativistic" }, .7},
		{"wasserstein alone", func(c *synth.Config) { c.Moment, c.Gamma, c.Loss = -1, .1, "wasserstein" }, .6},
	} {
		cfg := base
		tt.set(&cfg)
		if q := lastQuality(t, cfg); q < tt.q {
			t.Errorf("%s: quality %.3f, want %.2f at least", tt.name, q, tt.q)
		}
	}
	for _, tt := range []struct {
		cfg synth.Config
		say string
	}{{synth.Config{Loss: "lsgan"}, "lsgan"}, {synth.Config{Depth: 9}, "deep"}} {
		if _, err := GAN(context.Background(), shopTable(200), tt.cfg, rand.New(rand.NewPCG(3, 4)), Options{}, nil); err == nil || !strings.Contains(err.Error(), tt.say) {
			t.Errorf("%+v: %v", tt.cfg, err)
		}
	}
}
