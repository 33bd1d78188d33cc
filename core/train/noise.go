package train

import (
	"math"
	"math/rand/v2"
	"sync"

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
	forWatch
	forAgain
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
	sources []*rand.PCG
}

// drawPiece is how many numbers one generator draws.
const drawPiece = 1 << 13

func (n *noise) fill(x []float32, what purpose, step int, from *quantiles) {
	pieces := (len(x) + drawPiece - 1) / drawPiece
	for len(n.sources) < pieces {
		n.sources = append(n.sources, new(rand.PCG))
	}
	nn.Parallel(pieces, func(i int) {
		s := n.sources[i]
		reseed(s, n.seed, what, step, i)
		x := x[i*drawPiece : min((i+1)*drawPiece, len(x))]
		for ; len(x) >= 4; x = x[4:] {
			u := s.Uint64()
			x[0], x[1], x[2], x[3] = from[uint16(u)], from[uint16(u>>16)], from[uint16(u>>32)], from[u>>48]
		}
		for j := range x {
			x[j] = from[uint16(s.Uint64())]
		}
	})
}

// quantiles is a distribution as 65,536 equally likely numbers. A table takes
// a fifth of the time of a transformation, and networks do not see the steps.
type quantiles [1 << 16]float32

var (
	normal      = sync.OnceValue(func() *quantiles { return tabulate(func(u float64) float64 { return math.Sqrt2 * math.Erfinv(2*u-1) }) })
	exponential = sync.OnceValue(func() *quantiles { return tabulate(func(u float64) float64 { return -math.Log1p(-u) }) })
)

func tabulate(inverse func(u float64) float64) *quantiles {
	q := new(quantiles)
	for i := range q {
		q[i] = float32(inverse((float64(i) + .5) / float64(len(q))))
	}
	return q
}
