package synth

import (
	"context"
	"math"
	"math/rand/v2"

	"shoptwin/core/nn"
	"shoptwin/core/table"
)

// batchRows is how many rows go through the network at once: enough for the
// matrix product, few enough to stay in the cache.
const batchRows = 512

// poolBlocks is how many times more rows than wanted are drawn for raking.
const poolBlocks = 16

// sampler draws blocks on one goroutine.
type sampler struct {
	m      *Model
	widths []int
	normal []float32 // quantiles of the standard normal
	runner *nn.Runner
}

func newSampler(m *Model, normal []float32) *sampler {
	s := &sampler{m: m, widths: m.Encoder.Widths(), normal: normal}
	if len(s.widths) > 0 {
		s.runner = nn.NewRunner(m.Net, batchRows)
	}
	return s
}

// Streams of random numbers of one block, all derived from (seed, block).
const (
	streamCodes uint64 = iota + 1
	streamDecode
	streamRake
)

func stream(seed uint64, b int, kind uint64) *rand.PCG {
	return rand.NewPCG(mix(seed+kind), mix(uint64(b)<<2+kind))
}

// mix is the finaliser of SplitMix64 (Steele et al. 2014): neighbouring
// numbers give unrelated ones.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// block draws block b of the sample of that seed, all of its rows.
func (s *sampler) block(ctx context.Context, b int, seed uint64) (*table.Table, error) {
	var codes [][]uint16
	if len(s.m.Pairs) > 0 {
		pool, err := s.codes(ctx, BlockRows*poolBlocks, stream(seed, b, streamCodes))
		if err != nil {
			return nil, err
		}
		codes = rake(pool, s.widths, s.m.Pairs, s.m.TrainRows, BlockRows, rand.New(stream(seed, b, streamRake)))
	} else {
		var err error
		if codes, err = s.codes(ctx, BlockRows, stream(seed, b, streamCodes)); err != nil {
			return nil, err
		}
	}
	return s.m.Encoder.DecodeRows(codes, BlockRows, int64(b)*BlockRows, rand.New(stream(seed, b, streamDecode)))
}

// codes draws rows codes, one column each a block, from the network: softmax
// of each block's logits, inverted at a uniform number. rows is a multiple of
// batchRows.
func (s *sampler) codes(ctx context.Context, rows int, rng *rand.PCG) ([][]uint16, error) {
	out := make([][]uint16, len(s.widths))
	for c := range out {
		out[c] = make([]uint16, rows)
	}
	if len(out) == 0 {
		return out, nil
	}
	for lo := 0; lo < rows; lo += batchRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for r := range batchRows {
			s.fill(s.runner.Input(r), rng)
		}
		logits := s.runner.Run()
		width := len(logits) / batchRows
		for r := range batchRows {
			row := logits[r*width : (r+1)*width]
			weigh(row, s.widths)
			for c, w := range s.widths {
				out[c][lo+r] = pick(row[:w], rng)
				row = row[w:]
			}
		}
	}
	return out, nil
}

// weigh turns a row of logits into weights: exponentials, of each block's
// largest logit 1.
func weigh(row []float32, widths []int) {
	rest := row
	for _, w := range widths {
		l := rest[:w]
		rest = rest[w:]
		top := l[0]
		for _, x := range l {
			if x > top { // max would also look for NaN, which costs
				top = x
			}
		}
		for i := range l {
			l[i] -= top
		}
	}
	nn.Exp(row, row) // one call for all blocks: most are short
}

// pick draws a code in proportion to weight, which it overwrites with its
// running sum.
func pick(weight []float32, rng *rand.PCG) uint16 {
	var sum float32
	for i, x := range weight {
		sum += x
		weight[i] = sum
	}
	at := float32(rng.Uint64()>>40) / (1 << 24) * sum
	for i, x := range weight {
		if at < x {
			return uint16(i)
		}
	}
	return uint16(len(weight) - 1)
}

// normalBits is the resolution of normalTable.
const normalBits = 13

// normalTable returns the standard normal's quantiles at the midpoints of
// 2^13 equal parts, the largest 3.84: a network cannot tell them from the
// real thing, and four come from one random number without any arithmetic.
func normalTable() []float32 {
	q := make([]float32, 1<<normalBits)
	for i := range q {
		q[i] = float32(math.Sqrt2 * math.Erfinv((2*float64(i)+1)/float64(len(q))-1))
	}
	return q
}

// fill sets z to standard normal numbers.
func (s *sampler) fill(z []float32, rng *rand.PCG) {
	const mask = 1<<normalBits - 1
	normal := (*[1 << normalBits]float32)(s.normal)
	for len(z) >= 4 {
		x := rng.Uint64()
		z[0], z[1] = normal[x&mask], normal[x>>normalBits&mask]
		z[2], z[3] = normal[x>>(2*normalBits)&mask], normal[x>>(3*normalBits)&mask]
		z = z[4:]
	}
	if len(z) > 0 {
		x := rng.Uint64()
		for i := range z {
			z[i] = normal[x&mask]
			x >>= normalBits
		}
	}
}
