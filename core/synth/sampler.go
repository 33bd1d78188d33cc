package synth

import (
	"context"
	"math/rand/v2"

	"shoptwin/core/table"
)

// batchRows is how many rows are drawn at once: enough for a network's matrix
// product, few enough to stay in the cache.
const batchRows = 512

// poolBlocks is how many times more rows than wanted are drawn for raking.
const poolBlocks = 16

// sampler draws blocks on one goroutine.
type sampler struct {
	m      *Model
	widths []int
	drawer drawer // nil without blocks of codes
}

func newSampler(m *Model) *sampler {
	s := &sampler{m: m, widths: m.Encoder.Widths()}
	if len(s.widths) > 0 {
		s.drawer = m.Body.drawer(s.widths)
	}
	return s
}

// Streams of random numbers of one block, all derived from (seed, block).
const (
	streamCodes uint64 = iota + 1
	streamDecode
	streamRake
	streamWant
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

// block draws block b of the sample of that seed, its first rows at least.
func (s *sampler) block(ctx context.Context, b, rows int, seed uint64) (*table.Table, error) {
	if s.m.want != nil {
		return s.m.want.block(ctx, s, b, rows, seed)
	}
	return s.plain(ctx, b, seed)
}

// plain draws all rows of a block as the model has them.
func (s *sampler) plain(ctx context.Context, b int, seed uint64) (*table.Table, error) {
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

// codes draws rows codes, one column each a block. rows is a multiple of
// BlockRows.
func (s *sampler) codes(ctx context.Context, rows int, rng *rand.PCG) ([][]uint16, error) {
	out := make([][]uint16, len(s.widths))
	for c := range out {
		out[c] = make([]uint16, rows)
	}
	if len(out) == 0 {
		return out, nil
	}
	batch := s.drawer.batch()
	part := make([][]uint16, len(out))
	for lo := 0; lo < rows; lo += batch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for c := range out {
			part[c] = out[c][lo : lo+batch]
		}
		s.drawer.draw(part, rng)
	}
	return out, nil
}

// uniform returns a number in [0, 1).
func uniform(rng *rand.PCG) float32 { return float32(rng.Uint64()>>40) / (1 << 24) }
