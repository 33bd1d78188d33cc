package synth

import (
	"cmp"
	"math"
	"slices"
)

// cut is a question: is the code of the asked block one of codes?
type cut struct {
	gain  float64 // of log likelihood, in nats
	asked int     // index into grower.asked
	codes codeSet
}

// cut replaces best by the best cut of s by its j-th asked block, if better.
func (g *grower) cut(s *sprout, h []uint32, j int, best *cut) {
	b, ny := g.asked[j], g.ny
	h = h[g.from[j] : g.from[j]+g.nbins[b]*ny]
	var size [maskBits]int32
	var order [maskBits]uint8
	k := 0
	for v := range g.nbins[b] {
		for _, n := range h[v*ny : (v+1)*ny] {
			size[v] += int32(n)
		}
		if size[v] > 0 {
			order[k] = uint8(v)
			k++
		}
	}
	if k > 2 && !g.ordered[b] {
		g.arrange(s, h, order[:k], &size)
	}
	g.scan(s, h, order[:k], &size, j, best)
	if k > 2 && g.ordered[b] && g.gap[b] && int(order[k-1]) == g.nbins[b]-1 {
		gone := order[k-1] // missing cells may be more like the low ones
		copy(order[1:k], order[:k-1])
		order[0] = gone
		g.scan(s, h, order[:k], &size, j, best)
	}
}

// scan tries every beginning of order as the left side.
func (g *grower) scan(s *sprout, h []uint32, order []uint8, size *[maskBits]int32, j int, best *cut) {
	f, ny, n := g.c.nlogn, g.ny, s.hi-s.lo
	var left [maskBits]int32
	var whole float64
	for _, k := range s.count {
		whole += f[k]
	}
	sum, base := whole, whole-f[n]
	nl := 0
	var codes codeSet
	for i, o := range order {
		nl += int(size[o])
		if i == len(order)-1 || n-nl < g.minLeaf {
			return
		}
		codes.add(o)
		for y, x := range h[int(o)*ny : (int(o)+1)*ny] {
			if x > 0 {
				l, r := left[y], s.count[y]-left[y]
				sum += f[l+int32(x)] - f[l] + f[r-int32(x)] - f[r]
				left[y] = l + int32(x)
			}
		}
		if gain := sum - f[nl] - f[n-nl] - base; nl >= g.minLeaf && gain > best.gain {
			*best = cut{gain, j, codes}
		}
	}
}

// arrangeRounds are enough for an order; the axis itself may still move.
const arrangeRounds = 4

// arrange orders the codes of a block without an order so that codes alike in
// y are neighbours: by the share of the second of two classes, which holds the
// best split (Breiman et al. 1984), else by the first axis of a
// correspondence analysis (reciprocal averaging, Hill 1973; as a heuristic for
// splits, Coppersmith, Hong and Hosking 1999). A code is drawn to the middle by
// Config.Smooth rows: else the ends of the order belong to the codes of fewest
// rows, and the best cut is one that chance made.
func (g *grower) arrange(s *sprout, h []uint32, order []uint8, size *[maskBits]int32) {
	ny := g.ny
	var u, v [maskBits]float64 // places of codes and of classes
	shrink := max(0, g.c.cfg.Smooth)
	for y := range ny {
		v[y] = math.Sin(float64(y + 1)) // any start that is not constant
	}
	for range arrangeRounds {
		var mean, norm float64
		for _, o := range order {
			var sum float64
			for y, x := range h[int(o)*ny : (int(o)+1)*ny] {
				sum += float64(x) * v[y]
			}
			u[o] = sum / (float64(size[o]) + shrink)
			mean += sum / float64(s.hi-s.lo)
		}
		clear(v[:ny])
		for _, o := range order {
			u[o] -= mean
			norm += u[o] * u[o] * float64(size[o])
			for y, x := range h[int(o)*ny : (int(o)+1)*ny] {
				v[y] += float64(x) * u[o]
			}
		}
		if norm < 1e-30 || ny == 2 { // nothing to tell apart; or exact at once
			break
		}
		for y, k := range s.count {
			if k > 0 {
				v[y] *= math.Sqrt(float64(s.hi-s.lo)/norm) / float64(k)
			}
		}
	}
	slices.SortFunc(order, func(a, b uint8) int { return cmp.Or(cmp.Compare(u[a], u[b]), cmp.Compare(a, b)) })
}
