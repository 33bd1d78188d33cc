package synth

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// sprout is a node of a tree that grows.
type sprout struct {
	lo, hi      int     // its rows are grower.rows[lo:hi]
	n           int     // rows that shaped it
	count       []int32 // those rows of each bin of the block that is learned
	strange     []int32 // the same of rows that did not shape the tree
	block       int     // asked; -1 for a leaf
	codes       codeSet // that go left
	left, right *sprout

	pool, kept []float64 // rows that came here by code, and those that stay
}

// grower grows trees on one goroutine.
type grower struct {
	ctx context.Context
	c   *cart

	guesser *guesser  // nil: none
	bins    [][]uint8 // of blocks, and then of guesses
	nbins   []int
	ordered []bool
	gap     []bool

	block   int
	y       []uint8 // its bins
	ny      int
	asked   []int
	from    []int // where each asked block begins in a histogram
	size    int   // of a histogram: bins of each asked block x ny
	minLeaf int
	rows    []int32 // permuted so that each node's are neighbours
	spill   []int32
	ys      []uint8    // y of the rows being counted
	free    [][]uint32 // histograms not in use
}

func newGrower(ctx context.Context, c *cart) *grower {
	return &grower{ctx: ctx, c: c, bins: slices.Clone(c.bins), nbins: slices.Clone(c.nbins), ordered: slices.Clone(c.ordered), gap: slices.Clone(c.gap),
		rows: make([]int32, 0, c.rows), spill: make([]int32, c.rows), ys: make([]uint8, c.rows)}
}

// grove grows the trees of the i-th block. When ctx is cancelled it returns
// soon, with anything.
func (g *grower) grove(i int) Grove {
	c := g.c
	g.block = c.order[i]
	g.y, g.ny, g.asked = c.bins[g.block], c.nbins[g.block], nil
	if c.known == nil || !c.known[g.block] {
		g.asked = c.ask(c.order[:i], g.block)
	}
	out := Grove{Block: g.block, Width: c.widths[g.block], Guess: g.guess(i)}
	g.from, g.size, g.free = g.from[:0], 0, nil
	for _, b := range g.asked {
		g.from = append(g.from, g.size)
		g.size += g.nbins[b] * g.ny
	}
	width, trees := c.widths[g.block], min(c.cfg.Trees, maxTrees)
	if len(g.asked) == 0 {
		trees = 1
	}
	share := c.cfg.Share
	if trees == 1 || share <= 0 {
		share = 1
	}
	share = min(share, maxShape/float64(c.rows))
	leaves := min(maxLeaves, max(1, maxShares/(width*trees)))
	g.minLeaf = max(c.cfg.Leaf, c.cfg.Encode.MinCount, int(share*float64(c.rows))/leaves)
	own := g.marginal(width)
	for k := range trees {
		if g.ctx.Err() != nil {
			break
		}
		rng := rand.New(rand.NewPCG(mix(c.seed+forShapes), mix(uint64(i)<<16+uint64(k))))
		g.rows = g.rows[:0]
		strangers := make([]int32, 0, c.rows)
		for r := range c.rows {
			if u := rng.Float64(); share >= 1 || u < share {
				g.rows = append(g.rows, int32(r))
			} else if u < 2*share { // more would take time and change nothing
				strangers = append(strangers, int32(r))
			}
		}
		root := g.sprout(0, len(g.rows))
		h := g.histogram()
		g.sum(root, h)
		g.grow(root, h)
		g.rows = append(g.rows[:0], strangers...)
		root.lo, root.hi = 0, len(g.rows)
		g.meet(root)
		g.prune(root, root, slices.Repeat([]float64{1 / float64(g.ny)}, g.ny))
		g.rows = g.rows[:0]
		for r := range c.rows {
			g.rows = append(g.rows, int32(r))
		}
		root.lo, root.hi = 0, c.rows
		g.pool(root)
		out.roots = append(out.roots, g.write(&out, root, own))
	}
	return out
}

// guess returns the guess of the i-th block and has its axes asked, too; nil
// where there is none.
func (g *grower) guess(i int) *Guess {
	n := len(g.c.bins)
	g.bins, g.nbins, g.ordered, g.gap = g.bins[:n], g.nbins[:n], g.ordered[:n], g.gap[:n]
	if g.guesser == nil || len(g.asked) == 0 {
		return nil
	}
	out, axes := g.guesser.fit(i)
	g.asked = slices.Clip(g.asked)
	for a, bins := range axes {
		g.asked = append(g.asked, n+a)
		g.bins, g.nbins = append(g.bins, bins), append(g.nbins, len(out.Edge[a])+1)
		g.ordered, g.gap = append(g.ordered, true), append(g.gap, false)
	}
	return out
}

// marginal returns the block's own shares, of codes in MinCount rows or more.
func (g *grower) marginal(width int) []float64 {
	share := make([]float64, width)
	for _, x := range g.c.codes[g.block] {
		share[x]++
	}
	var sum float64
	for i, n := range share {
		if n < float64(g.c.cfg.Encode.MinCount) {
			share[i] = 0
		}
		sum += share[i]
	}
	for i := range share {
		if sum == 0 {
			share[i] = 1 / float64(width)
		} else {
			share[i] /= sum
		}
	}
	return share
}

func (g *grower) sprout(lo, hi int) *sprout {
	s := &sprout{lo: lo, hi: hi, n: hi - lo, block: -1, count: make([]int32, g.ny)}
	for _, r := range g.rows[lo:hi] {
		s.count[g.y[r]]++
	}
	return s
}

func (g *grower) histogram() []uint32 {
	if n := len(g.free); n > 0 {
		h := g.free[n-1]
		g.free = g.free[:n-1]
		clear(h)
		return h
	}
	return make([]uint32, g.size)
}

// sum counts the rows of s by each asked block and y.
func (g *grower) sum(s *sprout, h []uint32) {
	rows := g.rows[s.lo:s.hi]
	ys := g.ys[:len(rows)]
	for i, r := range rows {
		ys[i] = g.y[r]
	}
	ny := g.ny
	for j, b := range g.asked {
		if g.ctx.Err() != nil {
			return
		}
		part, x := h[g.from[j]:], g.bins[b]
		for i, r := range rows {
			part[int(x[r])*ny+int(ys[i])]++
		}
	}
}

// grow splits s, whose histogram is h, and its children as long as something
// is gained. The smaller child is counted; the larger one has the rest.
func (g *grower) grow(s *sprout, h []uint32) {
	best := cut{}
	if g.ctx.Err() == nil && s.hi-s.lo >= 2*g.minLeaf {
		for j := range g.asked {
			g.cut(s, h, j, &best)
		}
	}
	if best.gain <= 1e-9*float64(s.hi-s.lo) { // what rounding leaves is no gain
		g.free = append(g.free, h)
		return
	}
	s.block, s.codes = g.asked[best.asked], best.codes
	mid := g.divide(s)
	s.left, s.right = g.sprout(s.lo, mid), g.sprout(mid, s.hi)
	small, large := s.left, s.right
	if small.hi-small.lo > large.hi-large.lo {
		small, large = large, small
	}
	if large.hi-large.lo < 2*g.minLeaf {
		g.free = append(g.free, h)
		return
	}
	hs := g.histogram()
	g.sum(small, hs)
	for i, n := range hs {
		h[i] -= n
	}
	g.grow(small, hs)
	g.grow(large, h)
}

// divide brings the rows of s that go left before the others, either in their
// order, and returns where the others begin.
func (g *grower) divide(s *sprout) int {
	x, rows := g.bins[s.block], g.rows[s.lo:s.hi]
	nl, nr := 0, 0
	for _, r := range rows {
		if s.codes.has(uint16(x[r])) != 0 {
			rows[nl] = r
			nl++
		} else {
			g.spill[nr] = r
			nr++
		}
	}
	copy(rows[nl:], g.spill[:nr])
	return s.lo + nl
}

// meet counts the strangers, g.rows[s.lo:s.hi], in s and below.
func (g *grower) meet(s *sprout) {
	s.strange = make([]int32, g.ny)
	for _, r := range g.rows[s.lo:s.hi] {
		s.strange[g.y[r]]++
	}
	if s.block >= 0 {
		mid := g.divide(s)
		s.left.lo, s.left.hi, s.right.lo, s.right.hi = s.lo, mid, mid, s.hi
		g.meet(s.left)
		g.meet(s.right)
	}
}

// ownSay is how much more a row that shaped a tree says of its branches than a
// stranger. It likes them too well, as they were made for it, and the stranger
// too little: the tree will count twice as many rows as it is judged with, and
// is one of several. On tables of 2,000 to 24,000 rows, judged by as many
// others, new rows are about as likely as without strangers, of a shop's
// products likelier; but rows that were learned from exceed them by half as
// much or less, and what is drawn is that much less near to those.
const ownSay = 4

// prune makes a leaf of s where its branches are no better, and returns the
// log likelihood of rows in it: of those that shaped it, each left out of the
// counts that judge it, and of strangers. A leaf's shares are drawn to its
// parent's, above, by twice Config.Smooth rows: as many as the rows that shaped
// it are of all.
func (g *grower) prune(s, parent *sprout, above []float64) float64 {
	n, m := float64(s.n), max(.5, 2*g.c.cfg.Smooth)
	share := make([]float64, g.ny)
	var leaf float64
	for y, k := range s.count {
		share[y] = (float64(k) + m*above[y]) / (n + m)
		if s.strange[y] > 0 {
			leaf += float64(s.strange[y]) * math.Log(share[y])
		}
		if k > 0 {
			p := (float64(parent.count[y]) - .5) / (float64(parent.n) - 1 + float64(g.ny)/2)
			leaf += ownSay * float64(k) * math.Log((float64(k)-1+m*p)/(n-1+m))
		}
	}
	if s.block < 0 {
		return leaf
	}
	if deep := g.prune(s.left, s, share) + g.prune(s.right, s, share); deep > leaf {
		return deep
	}
	s.block, s.left, s.right = -1, nil, nil
	return leaf
}

// pool counts the rows of the whole table in s and below. A leaf's pool is its
// rows, another node's what its children hand up. Of a cell of MinCount rows
// or more n/(n+Smooth) stays, n being the pool's rows; all else goes up. It
// returns that.
func (g *grower) pool(s *sprout) (up []float64) {
	s.pool = make([]float64, g.c.widths[g.block])
	if s.block < 0 {
		col := g.c.codes[g.block]
		for _, r := range g.rows[s.lo:s.hi] {
			s.pool[col[r]]++
		}
	} else {
		mid := g.divide(s)
		s.left.lo, s.left.hi, s.right.lo, s.right.hi = s.lo, mid, mid, s.hi
		left, right := g.pool(s.left), g.pool(s.right)
		for i := range s.pool {
			s.pool[i] = left[i] + right[i]
		}
	}
	var n float64
	for _, x := range s.pool {
		n += x
	}
	s.kept, up = make([]float64, len(s.pool)), make([]float64, len(s.pool))
	for i, x := range s.pool {
		if x >= float64(g.c.cfg.Encode.MinCount) {
			s.kept[i] = x * n / (n + max(0, g.c.cfg.Smooth))
		}
		up[i] = x - s.kept[i]
	}
	return up
}

// write appends s and what is below it to out. above are the shares by which
// rows are drawn that s handed up.
func (g *grower) write(out *Grove, s *sprout, above []float64) int32 {
	share := make([]float64, len(above))
	var n, kept float64
	for i, x := range s.pool {
		n += x
		kept += s.kept[i]
	}
	for i := range share {
		share[i] = above[i]
		if n > 0 {
			share[i] = (s.kept[i] + (n-kept)*above[i]) / n
		}
	}
	if s.block >= 0 {
		at := int32(len(out.nodes))
		n := node{codes: s.codes, block: uint16(s.block)}
		if s.block < len(g.c.shift) {
			n.shift = g.c.shift[s.block]
		}
		out.nodes = append(out.nodes, n)
		left := g.write(out, s.left, share)
		right := g.write(out, s.right, share)
		out.nodes[at].next = [2]int32{left, right}
		return at
	}
	at := ^int32(out.leaves())
	sum, last := 0.0, 0
	for i, x := range share {
		if x > 0 {
			last = i
		}
	}
	for i, x := range share {
		sum += x
		if i >= last { // rounding must not reach what has no share
			sum = 1
		}
		out.ends = append(out.ends, uint16(math.Round(min(1, sum)*shareUnit)))
	}
	return at
}
