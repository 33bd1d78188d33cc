package train

import (
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
)

// TestTape runs a GAN with Gorgonia's machine and with ours: weights that
// serve twice, scalars and constants, the same bits after some steps.
func TestTape(t *testing.T) {
	sizes := ctganSizes{batch: 20, pack: 5, latents: 6, hidden: 12, numbers: 3, modes: 4, categories: 2, levels: 5, dropout: .5}
	var nets [2]*ctgan
	for i := range nets {
		m := newCTGAN(sizes)
		defer m.close()
		m.real = wave(100*m.wide(), 1, 1)
		if i == 1 {
			for _, p := range []*training{&m.critic, &m.generator} {
				p.machine = gorgonia.NewTapeMachine(p.ExprGraph)
			}
		}
		for step := range 5 {
			if _, _, err := m.step(step); err != nil {
				t.Fatal(err)
			}
		}
		nets[i] = m
	}
	for i, p := range slices.Concat(nets[0].critic.params, nets[0].generator.params) {
		q := slices.Concat(nets[1].critic.params, nets[1].generator.params)[i]
		if !slices.Equal(p.w, q.w) {
			t.Errorf("parameter %d: Gorgonia's machine gives other bits", i)
		}
	}
}
