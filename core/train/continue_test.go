package train

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// TestContinue trains on with other rows of the same columns, among them a
// value that the model does not know. After few steps it is better than a
// training from the start, for every engine that can.
func TestContinue(t *testing.T) {
	old, more := shopTable(2000), shopTable(3000).Take(seq(2000, 3000))
	product := more.Columns[0]
	product.Levels = append(append([]string{}, product.Levels...), "cake")
	for i := range 40 {
		product.Codes[i] = int32(len(product.Levels) - 1)
	}
	for name, fit := range map[string]fitter{"gan": GAN, "autoregressive": Autoregressive, "vae": VAE} {
		t.Run(name, func(t *testing.T) {
			cfg := small
			cfg.Engine, cfg.Steps = name, 200
			first, err := fit(context.Background(), old, cfg, rand.New(rand.NewPCG(3, 4)), Options{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			few := synth.Config{Steps: 20, Batch: 64}
			on, err := Continued(first, few)
			if err != nil {
				t.Fatal(err)
			}
			score := func(cfg synth.Config, opt Options) (q float64, m *synth.Model) {
				m, err := fit(context.Background(), more, cfg, rand.New(rand.NewPCG(5, 6)), opt, func(p core.Progress) {
					for _, name := range []string{"quality", "hit"} {
						if v, ok := p.Value[name]; ok {
							q = v
						}
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				return q, m
			}
			anew := cfg
			anew.Steps = few.Steps
			q0, _ := score(anew, Options{})
			var points [][]byte
			q1, m := score(on, Options{Continue: first, Every: 7, Save: func(b []byte) error { points = append(points, b); return nil }})
			if q1 < q0+.01 {
				t.Errorf("after %d steps a training from the start has %.3f, one that went on %.3f", few.Steps, q0, q1)
			}
			if w := strings.Join(m.Encoder.Warnings, "\n"); !strings.Contains(w, "cake") || strings.Contains(strings.Join(first.Encoder.Warnings, "\n"), "cake") {
				t.Errorf("what is new is told as %q", w)
			}
			if m.TrainRows != 1000 {
				t.Errorf("learned from %d rows", m.TrainRows)
			}
			var a, b bytes.Buffer
			m.Write(&a)
			_, again := score(on, Options{Continue: first, Resume: points[0]})
			if again.Write(&b); !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Error("killed and resumed it differs")
			}
			if _, err := fit(context.Background(), more, anew, rand.New(rand.NewPCG(5, 6)), Options{Resume: points[0]}, nil); core.KindOf(err) != core.Invalid {
				t.Errorf("a checkpoint of it is taken for one from the start: %v", err)
			}
			on.Hidden *= 2
			if _, err := fit(context.Background(), more, on, rand.New(rand.NewPCG(5, 6)), Options{Continue: first}, nil); core.KindOf(err) != core.Invalid {
				t.Errorf("another width: %v", err)
			}
			if _, err := fit(context.Background(), &table.Table{Name: "less", Columns: more.Columns[:1]}, cfg, rand.New(rand.NewPCG(5, 6)), Options{Continue: first}, nil); core.KindOf(err) != core.Invalid {
				t.Errorf("a table without its columns: %v", err)
			}
		})
	}
	trees, err := synth.Trees(context.Background(), old, synth.Config{Engine: "tree"}, rand.New(rand.NewPCG(1, 1)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Continued(trees, synth.Config{}); core.KindOf(err) != core.Unsupported {
		t.Errorf("trees: %v", err)
	}
}

func seq(lo, hi int) (s []int) {
	for i := lo; i < hi; i++ {
		s = append(s, i)
	}
	return s
}
