package train

import (
	"math/rand/v2"

	"shoptwin/core/nn"
)

// All random numbers of a step are functions of the seed, the step and what
// they are for: a resumed training needs no generator's state, and threads
// may draw in any order.

type purpose uint64

const (
	forEncoding purpose = iota + 1
	forSplit
	forWeights
	forRows
	forLatent
	forGumbel
	forCritic
	forJudge
)

// generator returns the source of one step's numbers for one purpose.
func generator(seed uint64, what purpose, step int) *rand.Rand {
	return rand.New(newPCG(seed, what, step, 0))
}

func newPCG(seed uint64, what purpose, step, piece int) *rand.PCG {
	p := new(rand.PCG)
	reseed(p, seed, what, step, piece)
	return p
}

func reseed(p *rand.PCG, seed uint64, what purpose, step, piece int) {
	p.Seed(seed, uint64(what)<<56|uint64(step)<<24|uint64(piece))
	p.Uint64() // neighbouring seeds differ in few bits of the first output
}

// noise draws large arrays on several threads, without allocating.
type noise struct {
	seed    uint64
	sources []*source
}

type source struct {
	pcg rand.PCG
	rng *rand.Rand
}

// drawPiece is how many numbers one generator draws.
const drawPiece = 1 << 13

func (n *noise) fill(x []float32, what purpose, step int, draw func(*rand.Rand) float32) {
	pieces := (len(x) + drawPiece - 1) / drawPiece
	for len(n.sources) < pieces {
		s := new(source)
		s.rng = rand.New(&s.pcg)
		n.sources = append(n.sources, s)
	}
	nn.Parallel(pieces, func(i int) {
		s := n.sources[i]
		reseed(&s.pcg, n.seed, what, step, i)
		for j := i * drawPiece; j < min((i+1)*drawPiece, len(x)); j++ {
			x[j] = draw(s.rng)
		}
	})
}

func normal(rng *rand.Rand) float32 { return float32(rng.NormFloat64()) }

func exponential(rng *rand.Rand) float32 { return max(float32(rng.ExpFloat64()), nn.MinNoise) }
