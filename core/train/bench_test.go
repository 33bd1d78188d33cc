package train

import (
	"math/rand/v2"
	"testing"

	"shoptwin/core/synth"
)

// BenchmarkStep is one step of the default GAN on rows like Adult's: 15
// blocks, 199 codes.
func BenchmarkStep(b *testing.B) {
	widths := []int{22, 8, 24, 16, 16, 7, 14, 6, 5, 2, 10, 9, 14, 41, 5}
	g, err := newGAN(madeRows(widths, 5000), synth.Config{}.WithDefaults(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := range 3 { // the first steps take memory
		if _, err := g.step(1000 + i); err != nil {
			b.Fatal(err)
		}
	}
	g.cfg.WarmUp = 0
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := g.step(i); err != nil {
			b.Fatal(err)
		}
		i = (i + 1) % 1900
	}
}

func madeCodes(widths []int, n int) [][]uint16 {
	rng := rand.New(rand.NewPCG(1, 2))
	codes := make([][]uint16, len(widths))
	for b, w := range widths {
		codes[b] = make([]uint16, n)
		for i := range codes[b] {
			codes[b][i] = uint16(rng.IntN(w))
		}
	}
	return codes
}

// madeRows is a table of such codes as begin leaves it.
func madeRows(widths []int, n int) *begun {
	b := &begun{widths: widths, seed: 1}
	b.split(madeCodes(widths, n), n, .1)
	return b
}
