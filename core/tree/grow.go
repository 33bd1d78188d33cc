package tree

import (
	"cmp"
	"slices"

	"shoptwin/core"
)

// sums is what a histogram keeps of the rows in one bin.
type sums struct {
	g, h float64
	n    int
}

func (s *sums) add(o sums) { s.g += o.g; s.h += o.h; s.n += o.n }
func (s sums) less(o sums) sums {
	return sums{s.g - o.g, s.h - o.h, s.n - o.n}
}

// histogram is the sums of one node, by column and bin.
type histogram [][256]sums

// split is the best cut of one node on one column.
type split struct {
	gain    float64
	feature int
	bins    [4]uint64 // the left side
	left    sums
}

// leaf is a node that may still be split.
type leaf struct {
	node, depth int
	lo, hi      int // its rows are grower.rows[lo:hi]
	total       sums
	hist        histogram
	best        split
}

// grower fits one tree after another to the same rows, reusing its memory.
type grower struct {
	x      *Matrix
	cfg    Config
	g, h   []float32   // derivatives by row
	rows   []int32     // permuted so that each leaf's rows are neighbours
	spill  []int32     // room for partitioning
	gs, hs []float32   // derivatives of the rows being summed, in their order
	free   []histogram // not in use
	bins   []int       // bins of each column
}

func newGrower(x *Matrix, cfg Config) *grower {
	gr := &grower{x: x, cfg: cfg, g: make([]float32, x.Rows), h: make([]float32, x.Rows),
		rows: make([]int32, x.Rows), spill: make([]int32, x.Rows),
		gs: make([]float32, x.Rows), hs: make([]float32, x.Rows), bins: make([]int, len(x.Cols))}
	for j, col := range x.Cols {
		gr.bins[j] = int(slices.Max(col)) + 1
	}
	return gr
}

// grow fits a tree to the derivatives g and h, adds its leaves to score, and
// returns it. The leaf with the greatest gain is split first.
func (gr *grower) grow(score []float64) []Node {
	for i := range gr.rows {
		gr.rows[i] = int32(i)
	}
	root := &leaf{hi: len(gr.rows), hist: gr.histogram()}
	gr.gather(root)
	for i, g := range gr.g {
		root.total.add(sums{float64(g), float64(gr.h[i]), 1})
	}
	core.Parallel(len(gr.x.Cols), func(j int) { gr.sum(root, j) })
	gr.search(root, nil)

	nodes := []Node{{}}
	leaves := []*leaf{root}
	for len(leaves) < gr.cfg.MaxLeaves {
		at := 0
		for i, l := range leaves {
			if l.best.gain > leaves[at].best.gain {
				at = i
			}
		}
		parent := leaves[at]
		if parent.best.gain <= 0 {
			break
		}
		left, right := gr.divide(parent, len(nodes))
		n := &nodes[parent.node]
		n.Feature, n.LeftBins, n.Gain = parent.best.feature, parent.best.bins, parent.best.gain
		n.Left, n.Right = left.node, right.node
		nodes = append(nodes, Node{}, Node{})
		leaves[at] = left
		leaves = append(leaves, right)
	}
	for _, l := range leaves {
		value := -gr.cfg.LearnRate * l.total.g / (l.total.h + gr.cfg.L2 + 1e-12)
		nodes[l.node].Value = value
		for _, r := range gr.rows[l.lo:l.hi] {
			score[r] += value
		}
		gr.free = append(gr.free, l.hist)
	}
	return nodes
}

// divide splits parent at its best cut. The smaller child is summed, the
// larger one takes over the parent's histogram less the smaller one's.
func (gr *grower) divide(parent *leaf, next int) (left, right *leaf) {
	b := &parent.best
	col := gr.x.Cols[b.feature]
	rows := gr.rows[parent.lo:parent.hi]
	nl, nr := 0, 0
	for _, r := range rows { // stable, so that sums do not depend on history
		bin := col[r]
		if b.bins[bin>>6]>>(bin&63)&1 != 0 {
			rows[nl] = r
			nl++
		} else {
			gr.spill[nr] = r
			nr++
		}
	}
	copy(rows[nl:], gr.spill[:nr])

	mid := parent.lo + nl
	left = &leaf{node: next, depth: parent.depth + 1, lo: parent.lo, hi: mid, total: b.left}
	right = &leaf{node: next + 1, depth: parent.depth + 1, lo: mid, hi: parent.hi, total: parent.total.less(b.left)}
	small, large := left, right
	if nl > nr {
		small, large = right, left
	}
	large.hist = parent.hist
	small.hist = gr.histogram()
	if left.depth < gr.cfg.MaxDepth {
		gr.gather(small)
		gr.search(small, large)
	}
	return left, right
}

// gather copies the derivatives of l's rows into their order.
func (gr *grower) gather(l *leaf) {
	for i, r := range gr.rows[l.lo:l.hi] {
		gr.gs[i] = gr.g[r]
		gr.hs[i] = gr.h[r]
	}
}

// sum fills column j of l's histogram from the gathered derivatives.
func (gr *grower) sum(l *leaf, j int) {
	hist := &l.hist[j]
	clear(hist[:gr.bins[j]])
	col := gr.x.Cols[j]
	gs, hs := gr.gs, gr.hs[:len(gr.gs)]
	for i, r := range gr.rows[l.lo:l.hi] {
		s := &hist[col[r]]
		s.g += float64(gs[i])
		s.h += float64(hs[i])
		s.n++
	}
}

// search finds the best cut of small and, if not nil, of large. Each column is
// the work of one goroutine, in row order, so the sums never vary; the best
// column is then chosen in column order.
func (gr *grower) search(small, large *leaf) {
	cuts := make([][2]split, len(gr.x.Cols))
	work := func(j int) {
		if large != nil {
			gr.sum(small, j)
			hs, hl := &small.hist[j], &large.hist[j]
			for k := range hs[:gr.bins[j]] {
				hl[k] = hl[k].less(hs[k])
			}
			cuts[j][1] = gr.cut(large, j)
		}
		cuts[j][0] = gr.cut(small, j)
	}
	if small.hi-small.lo < 512 { // not worth waking a goroutine
		for j := range cuts {
			work(j)
		}
	} else {
		core.Parallel(len(cuts), work)
	}
	for j := range cuts {
		if cuts[j][0].gain > small.best.gain {
			small.best = cuts[j][0]
		}
		if large != nil && cuts[j][1].gain > large.best.gain {
			large.best = cuts[j][1]
		}
	}
}

// Cuts of categorical columns are regularised as LightGBM does: a level needs
// some rows to count, and its mean gradient is drawn towards zero.
const (
	minLevelRows = 10
	levelSmooth  = 10
)

// cut returns the best cut of l on column j; its gain is 0 when there is none.
func (gr *grower) cut(l *leaf, j int) split {
	best := split{feature: j}
	if l.total.n < 2*gr.cfg.MinLeaf {
		return best
	}
	hist := l.hist[j][:gr.bins[j]]
	if gr.x.categorical[j] {
		var order [256]uint8
		k := 0
		for b := range hist {
			if hist[b].n >= minLevelRows {
				order[k] = uint8(b)
				k++
			}
		}
		slices.SortFunc(order[:k], func(a, b uint8) int {
			sa, sb := hist[a], hist[b]
			return cmp.Or(cmp.Compare(sa.g/(sa.h+levelSmooth), sb.g/(sb.h+levelSmooth)), cmp.Compare(a, b))
		})
		gr.scan(l, hist, order[:max(0, k)], sums{}, false, &best)
		return best
	}
	var order [256]uint8
	k := 0
	for b := 1; b < len(hist); b++ {
		if hist[b].n > 0 {
			order[k] = uint8(b)
			k++
		}
	}
	gr.scan(l, hist, order[:k], sums{}, false, &best)
	if hist[missing].n > 0 {
		gr.scan(l, hist, order[:k], hist[missing], true, &best)
	}
	return best
}

// scan tries every prefix of order as the left side, on top of start, and
// keeps the best. What is not in order and not in start goes right.
func (gr *grower) scan(l *leaf, hist []sums, order []uint8, start sums, missingLeft bool, best *split) {
	worth := func(s sums) float64 { return s.g * s.g / (s.h + gr.cfg.L2 + 1e-12) }
	base := worth(l.total)
	left, at := start, -1
	for k, b := range order {
		left.add(hist[b])
		if left.n < gr.cfg.MinLeaf {
			continue
		}
		right := l.total.less(left)
		if right.n < gr.cfg.MinLeaf {
			break
		}
		// What rounding leaves is no gain, whatever the scale of the target.
		both := worth(left) + worth(right)
		if gain := both - base; gain > best.gain && gain > 1e-9*both {
			best.gain, best.left, at = gain, left, k
		}
	}
	if at < 0 {
		return
	}
	best.bins = [4]uint64{}
	for _, b := range order[:at+1] {
		best.bins[b>>6] |= 1 << (b & 63)
	}
	if missingLeft {
		best.bins[0] |= 1 << missing
	}
}

func (gr *grower) histogram() histogram {
	if n := len(gr.free); n > 0 {
		h := gr.free[n-1]
		gr.free = gr.free[:n-1]
		return h
	}
	return make(histogram, len(gr.x.Cols))
}
