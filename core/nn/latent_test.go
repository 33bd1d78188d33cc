package nn

import "math/rand/v2"

func init() { gradientSets = append(gradientSets, latentCases) }

func latentCases(rng *rand.Rand) []gradientCase {
	const rows, dim = 37, 5
	l := &Latent{Dim: dim, Weight: 20}
	return []gradientCase{{
		name: "latent", layer: l, in: [][2]int{{rows, 2 * dim}, {rows, dim}}, wrt: []bool{true, false},
		plus: func() float64 { return float64(l.Weight) * l.KL },
	}}
}
