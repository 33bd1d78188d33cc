package synth

import (
	"context"
	"math/rand/v2"
	"slices"

	"shoptwin/core/table"
)

// conditioner is a drawer that can keep to some codes.
type conditioner interface {
	// drawGiven is draw with blocks that have only the codes with allowed[b]
	// (nil: all). weight is set to the share of what the model would have
	// drawn that these were, given the codes drawn before: rows in proportion
	// to it are rows of the model under the condition.
	drawGiven(out [][]uint16, allowed [][]bool, weight []float32, rng *rand.PCG)
}

// given draws rows under a condition, at most a block of them: of as many
// candidates each in proportion to its weight, none twice (sampling,
// importance resampling: Rubin 1988; weights cut off where few rows hold the
// last hundredth, Ionides 2008). mass is the share of the model's rows that
// meet the condition.
func (s *sampler) given(ctx context.Context, b int, allowed [][]bool, seed uint64) (t *table.Table, mass float64, err error) {
	rng := stream(seed, b, streamCodes)
	out := make([][]uint16, len(s.widths))
	for c := range out {
		out[c] = make([]uint16, BlockRows)
	}
	weight := make([]float32, BlockRows)
	batch := s.drawer.batch()
	part := make([][]uint16, len(out))
	for lo := 0; lo < BlockRows; lo += batch {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		for c := range out {
			part[c] = out[c][lo:min(lo+batch, BlockRows)]
		}
		s.drawer.(conditioner).drawGiven(part, allowed, weight[lo:min(lo+batch, BlockRows)], rng)
	}
	rows, mass := lot(weight, float64(uniform(rng)))
	for c := range out {
		for i, r := range rows {
			out[c][i] = out[c][r]
		}
		out[c] = out[c][:len(rows)]
	}
	t, err = s.m.Encoder.DecodeRows(out, len(rows), int64(b)*BlockRows, rand.New(stream(seed, b, streamDecode)))
	return t, mass, err
}

// lot returns rows in proportion to weight, ascending, as many as there can
// be without any of them twice, and the mean weight.
func lot(weight []float32, u float64) (rows []int, mean float64) {
	w := make([]float64, len(weight))
	var sum float64
	for i, x := range weight {
		w[i] = float64(x)
		sum += w[i]
	}
	if sum == 0 {
		return nil, 0
	}
	sorted := slices.Clone(w)
	slices.Sort(sorted)
	// The highest weights are cut to a limit that all others are below.
	limit, cut := sorted[len(sorted)-1], 0.
	for i := len(sorted) - 2; i >= 0; i-- {
		if cut += (limit - sorted[i]) * float64(len(sorted)-1-i); cut > .01*sum || sorted[i] == 0 {
			break
		}
		limit = sorted[i]
	}
	total := 0.
	for i := range w {
		w[i] = min(w[i], limit)
		total += w[i]
	}
	n := int(total / limit * (1 + 1e-12))
	return draw(w, min(max(n, 1), len(w)), u), sum / float64(len(w))
}

// keep clears the weights of codes that are not allowed and returns the share
// of the others.
func keep(weight []float32, allowed []bool) float32 {
	if allowed == nil {
		return 1
	}
	var all, in float32
	for i, x := range weight {
		all += x
		if allowed[i] {
			in += x
		} else {
			weight[i] = 0
		}
	}
	if in == 0 {
		return 0
	}
	return in / all
}

func (d *networkDrawer) drawGiven(out [][]uint16, allowed [][]bool, weight []float32, rng *rand.PCG) {
	d.each(rng, func(r int, row []float32) {
		weigh(row, d.widths)
		weight[r] = 1
		for c, w := range d.widths {
			weight[r] *= keep(row[:w], allowed[c])
			out[c][r] = pick(row[:w], rng)
			row = row[w:]
		}
	})
}

// drawGiven draws blocks with a condition first, which any order allows: one
// condition is then met without any weights.
func (o *anyOrderDrawer) drawGiven(out [][]uint16, allowed [][]bool, weight []float32, rng *rand.PCG) {
	var order, others []int
	for b := range o.widths {
		if allowed[b] != nil {
			order = append(order, b)
		} else {
			others = append(others, b)
		}
	}
	for r := range weight {
		weight[r] = 1
	}
	o.drawInOrder(out, append(order, others...), allowed, weight, rng)
}

func (d *conditionalDrawer) drawGiven(out [][]uint16, allowed [][]bool, weight []float32, rng *rand.PCG) {
	for r := range weight {
		weight[r] = 1
	}
	var odds []float32
	for i := range d.tables {
		s := &d.tables[i]
		d.together(s, out)
		w := d.widths[s.Block]
		odds = slices.Grow(odds[:0], w)[:w]
		for r := range weight {
			at, last := int(d.at[r]), 0
			for c, below := range s.Below[at*(w-1) : (at+1)*(w-1)] {
				odds[c] = float32(max(0, int(below)-last))
				last = int(below)
			}
			odds[w-1] = float32(1<<16 - last)
			weight[r] *= keep(odds, allowed[s.Block])
			out[s.Block][r] = pick(odds, rng)
		}
	}
}

// drawGiven draws blocks in the order that the trees have: what is asked of
// the first costs nothing, of later ones it weighs the rows.
func (d *forestDrawer) drawGiven(out [][]uint16, allowed [][]bool, weight []float32, rng *rand.PCG) {
	for r := range weight {
		weight[r] = 1
	}
	var odds []float32
	for b := range d.blocks {
		g := &d.blocks[b]
		odds = slices.Grow(odds[:0], g.Width)[:g.Width]
		for r := range weight {
			tree := uint(rng.Uint64()) % uint(len(g.roots))
			d.leaf[r], d.fold[r] = g.roots[tree], g.guesser(tree)
		}
		d.guess(b, out)
		for r := range weight {
			at := d.leaf[r]
			for at >= 0 {
				n := &g.nodes[at]
				at = n.next[1&^n.codes.has(d.cols[n.block][r]>>n.shift)]
			}
			last := uint16(0)
			for c, end := range g.ends[int(^at)*g.Width : int(^at+1)*g.Width] {
				odds[c] = float32(end - last)
				last = end
			}
			weight[r] *= keep(odds, allowed[g.Block])
			out[g.Block][r] = pick(odds, rng)
		}
	}
}
