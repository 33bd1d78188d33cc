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

// evenBlocks is how many times more rows than wanted are drawn of the model of a
// small table.
const evenBlocks = 4

// leastGroup is the smallest number of rows that are drawn to be even among
// themselves.
const leastGroup = 64

// sampler draws blocks on one goroutine.
type sampler struct {
	m       *Model
	widths  []int
	drawer  drawer      // nil without blocks of codes
	margins [][]float64 // the shares of codes, where rows are chosen from a pool

	// group is how many rows are balanced spread over what they are drawn from:
	// marginals, leaves, the quantiles of a bin. Whoever takes as many rows as
	// a small table has shall get them so, and not a random part of a block.
	group int
}

func newSampler(m *Model) *sampler {
	s := &sampler{m: m, widths: m.Encoder.Widths(), group: min(max(m.TrainRows, leastGroup), BlockRows)}
	// A few hundred rows miss the shares of a column by what chance does to so
	// few, which is seen; of a larger table it is not, and rows are to come fast.
	// A private model's shares are better known than those of single columns.
	if len(m.Pairs) > 0 || s.group < BlockRows && m.Guarantee == nil {
		s.margins = m.Encoder.Marginals()
	}
	if len(s.widths) > 0 {
		s.drawer = m.Body.drawer(s.widths)
		switch d := s.drawer.(type) {
		case *forestDrawer:
			d.even = s.group
		case *conditionalDrawer:
			d.even = s.group
		}
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
	return s.plain(ctx, b, rows, seed)
}

// plain draws the first rows of a block, or some more, as the model has them.
func (s *sampler) plain(ctx context.Context, b, rows int, seed uint64) (*table.Table, error) {
	from, chosen, decoded := stream(seed, b, streamCodes), rand.New(stream(seed, b, streamRake)), rand.New(stream(seed, b, streamDecode))
	var out *table.Table
	whole := assembler{chunk: rows, left: rows, emit: func(t *table.Table) error { out = t; return nil }}
	var codes [][]uint16 // drawn, not yet decoded
	for at := 0; at < rows; at += s.group {
		var err error
		part := make([][]uint16, len(s.widths))
		switch {
		case len(s.m.Pairs) > 0:
			if codes, err = s.codes(ctx, max(s.group*poolBlocks, BlockRows), from); err == nil {
				part = rake(codes, s.widths, s.m.Pairs, s.margins, s.m.TrainRows, s.group, chosen)
			}
		case s.margins != nil:
			if codes, err = s.codes(ctx, s.group*evenBlocks, from); err == nil {
				part = balanced(codes, s.margins, s.group, chosen)
			}
		default:
			if at == 0 || len(part) > 0 && len(codes[0]) < s.group {
				codes, err = s.codes(ctx, s.group, from)
			}
			for c := range codes {
				part[c], codes[c] = codes[c][:s.group], codes[c][s.group:]
			}
		}
		if err != nil {
			return nil, err
		}
		t, err := s.m.Encoder.DecodeRows(part, s.group, int64(b)*BlockRows+int64(at), decoded)
		if err != nil {
			return nil, err
		}
		if at == 0 && rows <= s.group {
			return t, nil
		}
		if err := whole.add(t, 0, min(s.group, rows-at)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// codes draws codes, one column each a block: so many rows, or some more to
// fill a batch.
func (s *sampler) codes(ctx context.Context, rows int, rng *rand.PCG) ([][]uint16, error) {
	out := make([][]uint16, len(s.widths))
	if len(out) == 0 {
		return out, nil
	}
	batch := s.drawer.batch()
	rows = (rows + batch - 1) / batch * batch
	for c := range out {
		out[c] = make([]uint16, rows)
	}
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
