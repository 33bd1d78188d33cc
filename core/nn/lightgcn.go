package nn

// LightGCN spreads a table E (nodes x Dim) over a graph: the mean of E, ÂE,
// Â²E and so on to Layers, with Â = D^-½·A·D^-½ (He et al., LightGCN:
// Simplifying and Powering Graph Convolution Network for Recommendation,
// 2020). E is its only input; its output is the mean's rows Rows (so many x
// Dim), or with Skip these and behind each the row of E itself (x 2·Dim), for
// losses that keep E small.
//
// Time goes into gathering rows of a table that is far larger than the
// caches. Hence:
//   - The table is kept in panels of 16 columns, one cache line a row: of
//     one panel, what the users' rows read or what the items' rows read about
//     fits into the second-level cache.
//   - With z = D^-½·x, Âx is D^-½·Az, so that the inner loop adds rows and
//     knows no weights: z' = D^-1·Az is the next.
//   - The last layer is computed for Rows alone, and going back the first,
//     where the gradient has no other rows.
//
// Going back is Horner's rule: with g the gradient by the mean's sum, it is
// g + Â(g + Â(g + Âg)).
type LightGCN struct {
	Graph       *Graph
	Dim, Layers int
	Skip        bool
	// Rows are the nodes that are wanted; one may come twice. nil: all.
	Rows []int32

	all          []int32   // when Rows is nil
	seen         []int32   // for each node: 1 + its place in distinct, or 0
	distinct     []int32   // Rows, each once
	place        []int32   // for each row its place in distinct
	table, other []float32 // panels: z and the next z
	part         []float32 // distinct x padded Dim: the sum over layers, then g
}

// lane is the number of columns of a panel.
const lane = 16

func (l *LightGCN) panels() int { return (l.Dim + lane - 1) / lane }

func (l *LightGCN) rows() []int32 {
	if l.Rows != nil {
		return l.Rows
	}
	if l.all == nil {
		l.all = make([]int32, l.Graph.Nodes())
		for i := range l.all {
			l.all[i] = int32(i)
		}
	}
	return l.all
}

func (l *LightGCN) Shape([][2]int) [2]int {
	if l.Skip {
		return [2]int{len(l.rows()), 2 * l.Dim}
	}
	return [2]int{len(l.rows()), l.Dim}
}

// prepare finds the distinct rows and makes room.
func (l *LightGCN) prepare() {
	n := l.Graph.Nodes()
	if len(l.seen) != n {
		l.seen = make([]int32, n)
		l.table = make([]float32, n*lane*l.panels())
		l.other = make([]float32, n*lane*l.panels())
	}
	l.distinct, l.place = l.distinct[:0], l.place[:0]
	for _, r := range l.rows() {
		if l.seen[r] == 0 {
			l.distinct = append(l.distinct, r)
			l.seen[r] = int32(len(l.distinct))
		}
		l.place = append(l.place, l.seen[r]-1)
	}
	for _, r := range l.distinct {
		l.seen[r] = 0
	}
	if size := len(l.place) * lane * l.panels(); cap(l.part) < size {
		l.part = make([]float32, size) // for as many as there may be in later batches
	}
	l.part = l.part[:len(l.distinct)*lane*l.panels()]
}

func (l *LightGCN) Forward(out []float32, in [][]float32) {
	l.prepare()
	e, g := in[0], l.Graph
	l.load(e)
	l.byDistinct(func(panel int, part []float32, i0, i1 int) {
		lo, hi := l.columns(panel)
		for i := i0; i < i1; i++ {
			r := int(l.distinct[i])
			row := part[i*lane : (i+1)*lane]
			clear(row[copy(row, e[r*l.Dim+lo:r*l.Dim+hi]):])
		}
	})
	for range l.Layers - 1 {
		l.multiply(g.square)
		l.byDistinct(func(panel int, part []float32, i0, i1 int) {
			z := l.panel(l.table, panel)
			for i := i0; i < i1; i++ {
				r := int(l.distinct[i])
				axpy(part[i*lane:(i+1)*lane], z[r*lane:(r+1)*lane], g.root[r])
			}
		})
	}
	if l.Layers > 0 {
		l.byDistinct(func(panel int, part []float32, i0, i1 int) {
			z := l.panel(l.table, panel)
			var sum [lane]float32
			for i := i0; i < i1; i++ {
				r := l.distinct[i]
				gatherRows(sum[:], lane, z, g.start[r:r+2], g.index, g.scale[r:r+1])
				add(part[i*lane:(i+1)*lane], sum[:])
			}
		})
	}
	l.hand(out, e)
}

// load sets the table to z = D^-½·e.
func (l *LightGCN) load(e []float32) {
	scale := l.Graph.scale
	l.byNodes(func(panel, r0, r1 int) {
		lo, hi := l.columns(panel)
		z := l.panel(l.table, panel)
		scaleRows(z[r0*lane:], lane, e[r0*l.Dim+lo:], l.Dim, hi-lo, scale[r0:r1])
	})
}

// multiply sets the table to scale times A times itself.
func (l *LightGCN) multiply(scale []float32) {
	g := l.Graph
	l.byNodes(func(panel, r0, r1 int) {
		y, x := l.panel(l.other, panel), l.panel(l.table, panel)
		gatherRows(y[r0*lane:r1*lane], lane, x, g.start[r0:r1+1], g.index, scale[r0:r1])
	})
	l.table, l.other = l.other, l.table
}

// hand sets the output from the parts.
func (l *LightGCN) hand(out, e []float32) {
	rows := l.rows()
	width, by := len(out)/len(rows), 1/float32(l.Layers+1)
	byRows(len(rows), func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := out[r*width : (r+1)*width]
			for p := range l.panels() {
				lo, hi := l.columns(p)
				at := (p*len(l.distinct) + int(l.place[r])) * lane
				for i, v := range l.part[at : at+hi-lo] {
					row[lo+i] = v * by
				}
			}
			if l.Skip {
				copy(row[l.Dim:], e[int(rows[r])*l.Dim:])
			}
		}
	})
}

func (l *LightGCN) Backward(grads [][]float32, dout, _ []float32, _ [][]float32) {
	de, g := grads[0], l.Graph
	if de == nil {
		return
	}
	l.collect(dout)
	if l.Layers > 0 {
		l.push()
	}
	for i := 1; i < l.Layers; i++ {
		l.byDistinct(func(panel int, part []float32, i0, i1 int) {
			z := l.panel(l.table, panel)
			for i := i0; i < i1; i++ {
				r := int(l.distinct[i])
				axpy(z[r*lane:(r+1)*lane], part[i*lane:(i+1)*lane], g.scale[r])
			}
		})
		if i < l.Layers-1 {
			l.multiply(g.square)
		}
	}
	l.unload(de)
	width := len(dout) / len(l.place)
	for i, p := range l.place { // the same node may come twice: one thread
		r := int(l.distinct[p]) * l.Dim
		row := de[r : r+l.Dim]
		axpy(row, dout[i*width:i*width+l.Dim], 1/float32(l.Layers+1))
		if l.Skip {
			add(row, dout[i*width+l.Dim:(i+1)*width])
		}
	}
}

// collect sets the parts to g, the gradient by the sum over layers.
func (l *LightGCN) collect(dout []float32) {
	width, by := len(dout)/len(l.place), 1/float32(l.Layers+1)
	Parallel(l.panels(), func(panel int) {
		lo, hi := l.columns(panel)
		n := len(l.distinct) * lane
		part := l.part[panel*n : (panel+1)*n]
		clear(part)
		for i, p := range l.place {
			axpy(part[int(p)*lane:int(p+1)*lane], dout[i*width+lo:i*width+hi], by)
		}
	})
}

// push sets the table to D^-1·A·D^-½·g, from the rows that g has.
func (l *LightGCN) push() {
	g := l.Graph
	Parallel(l.panels(), func(panel int) {
		z := l.panel(l.table, panel)
		n := len(l.distinct) * lane
		part := l.part[panel*n : (panel+1)*n]
		clear(z)
		var row [lane]float32
		for i, r := range l.distinct {
			scaled(row[:], part[i*lane:], g.scale[r])
			scatterAdd(z, g.index[g.start[r]:g.start[r+1]], row[:])
		}
		scaleRows(z, lane, z, lane, lane, g.square)
	})
}

// unload sets e to the last product, D^-½·Az; of one layer, z holds the
// product already, and D^½·z is it.
func (l *LightGCN) unload(e []float32) {
	if l.Layers == 0 {
		clear(e)
		return
	}
	g := l.Graph
	l.byNodes(func(panel, r0, r1 int) {
		lo, hi := l.columns(panel)
		z := l.panel(l.table, panel)
		var sum [lane]float32
		switch {
		case l.Layers == 1:
			scaleRows(e[r0*l.Dim+lo:], l.Dim, z[r0*lane:], lane, hi-lo, g.root[r0:r1])
		case hi-lo == lane:
			gatherRows(e[r0*l.Dim+lo:], l.Dim, z, g.start[r0:r1+1], g.index, g.scale[r0:r1])
		default:
			for r := r0; r < r1; r++ {
				gatherRows(sum[:], lane, z, g.start[r:r+2], g.index, g.scale[r:r+1])
				copy(e[r*l.Dim+lo:r*l.Dim+hi], sum[:])
			}
		}
	})
}

// columns returns those of a panel.
func (l *LightGCN) columns(panel int) (lo, hi int) {
	return panel * lane, min((panel+1)*lane, l.Dim)
}

func (l *LightGCN) panel(x []float32, i int) []float32 {
	n := l.Graph.Nodes() * lane
	return x[i*n : (i+1)*n]
}

// byNodes calls f for each panel and run of nodes, panel after panel.
func (l *LightGCN) byNodes(f func(panel, r0, r1 int)) {
	cuts := l.Graph.cuts
	n := len(cuts) - 1
	Parallel(l.panels()*n, func(i int) { f(i/n, int(cuts[i%n]), int(cuts[i%n+1])) })
}

// byDistinct calls f for each panel's part and run of places.
func (l *LightGCN) byDistinct(f func(panel int, part []float32, i0, i1 int)) {
	rows := len(l.distinct)
	n := pieces(rows)
	Parallel(l.panels()*n, func(i int) {
		panel := i / n
		part := l.part[panel*rows*lane : (panel+1)*rows*lane]
		f(panel, part, i%n*rowsPerPiece, min((i%n+1)*rowsPerPiece, rows))
	})
}

// goGatherRows sets row r of y, which starts at y[r*ldy], to scale[r] times
// the sum of the rows index[start[r]:start[r+1]] of x. Rows are [lane] wide.
// Four sums take turns, as in the vector code.
func goGatherRows(y []float32, ldy int, x []float32, start, index []int32, scale []float32) {
	for r, s := range scale {
		var sums [4][lane]float32
		for i, at := range index[start[r]:start[r+1]] {
			sum, row := &sums[i%4], x[int(at)*lane:][:lane]
			for j, v := range row {
				sum[j] += v
			}
		}
		row := y[r*ldy:][:lane]
		for j := range row {
			row[j] = ((sums[0][j] + sums[1][j]) + (sums[2][j] + sums[3][j])) * s
		}
	}
}

// goScaleRows sets row r of y, which starts at y[r*ldy], to scale[r] times
// that of x.
func goScaleRows(y []float32, ldy int, x []float32, ldx, cols int, scale []float32) {
	for r, s := range scale {
		scaled(y[r*ldy:r*ldy+cols], x[r*ldx:], s)
	}
}

// goScatterAdd adds x to the rows index of y.
func goScatterAdd(y []float32, index []int32, x []float32) {
	x = x[:lane]
	for _, at := range index {
		row := y[int(at)*lane:][:lane]
		for j, v := range x {
			row[j] += v
		}
	}
}
