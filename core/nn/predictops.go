package nn

// Ops that only predictions have, or that need less there than in a training.

// LastStep is the op of [Last]: it hands on each sequence's last step alone,
// and the rows behind it are one a sequence.
type LastStep struct {
	Cols int
}

func (l *LastStep) spec() spec {
	return spec{kind: 5, numbers: numbers(l.Cols), in: l.Cols, out: l.Cols}
}

func (l *LastStep) answer(x []float32, w [][]float32, s *sequences) []float32 {
	last := &Last{Batch: s.n, Lengths: s.lengths}
	s.lengths = nil
	return fused(last, x, w, s.n, l.Cols)
}

// Affine is the op y = act(x∘scale + shift), column by column: what becomes
// of [BatchNorm] when it is trained. Its weights are scale and shift, of Cols
// each.
type Affine struct {
	Cols int
	Act  Act
}

func (a *Affine) spec() spec {
	return spec{
		kind: 2, numbers: numbers(a.Cols, int(a.Act)),
		in: a.Cols, out: a.Cols, weights: [][2]int{{1, a.Cols}, {1, a.Cols}},
	}
}

func (a *Affine) answer(x []float32, w [][]float32, _ *sequences) []float32 {
	y := make([]float32, len(x))
	byRows(len(x)/a.Cols, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := y[r*a.Cols : (r+1)*a.Cols]
			copy(row, w[1])
			mulAdd(row, x[r*a.Cols:(r+1)*a.Cols], w[0])
			a.Act.apply(row)
		}
	})
	return y
}

// BlockSoftmax is the op that makes each block of columns its softmax.
type BlockSoftmax struct {
	Widths []int
}

func (b *BlockSoftmax) spec() spec {
	cols := 0
	for _, w := range b.Widths {
		cols += w
	}
	return spec{kind: 7, numbers: numbers(b.Widths...), in: cols, out: cols}
}

func (b *BlockSoftmax) answer(x []float32, _ [][]float32, _ *sequences) []float32 {
	y, cols := make([]float32, len(x)), b.spec().in
	byRows(len(x)/cols, func(_, r0, r1 int) {
		for at := r0 * cols; at < r1*cols; at += cols {
			SoftmaxBlocks(y[at:at+cols], x[at:at+cols], b.Widths)
		}
	})
	return y
}

// Lookup is the op of [Embedding]: the first of its In columns holds ids, and
// it puts the ids' rows of its table (Rows x Dim) behind the other columns, so
// that the next Lookup finds the next id in front. An id is a whole number
// below 2^24; those below 0, from Rows on or not a number give zeros.
type Lookup struct {
	In, Rows, Dim int
}

func (l *Lookup) spec() spec {
	return spec{
		kind: 9, numbers: numbers(l.In, l.Rows, l.Dim),
		in: l.In, out: l.In - 1 + l.Dim, weights: [][2]int{{l.Rows, l.Dim}},
	}
}

func (l *Lookup) answer(x []float32, w [][]float32, _ *sequences) []float32 {
	rows, width := len(x)/l.In, l.In-1+l.Dim
	y := make([]float32, rows*width)
	for r := range rows {
		from, to := x[r*l.In:(r+1)*l.In], y[r*width:(r+1)*width]
		copy(to, from[1:])
		if id := from[0]; id >= 0 && id < float32(l.Rows) {
			copy(to[l.In-1:], w[0][int(id)*l.Dim:(int(id)+1)*l.Dim])
		}
	}
	return y
}

// Residual is the op of [Add] with two inputs: what it is given, and what the
// layer so many places Back was given. After a layer and with Back 1 it makes
// x + layer(x).
type Residual struct {
	Cols, Back int
}

func (r *Residual) spec() spec {
	return spec{kind: 10, numbers: numbers(r.Cols, r.Back), in: r.Cols, out: r.Cols}
}

// fits says whether there is such a layer before it, with as many columns and
// rows.
func (r *Residual) fits(before []Layer) bool {
	if r.Back < 1 || r.Back > len(before) {
		return false
	}
	for _, l := range before[len(before)-r.Back:] {
		if _, last := l.Op.(*LastStep); last {
			return false
		}
	}
	return before[len(before)-r.Back].Op.spec().in == r.Cols
}

func (r *Residual) answer(x []float32, _ [][]float32, s *sequences) []float32 {
	y := make([]float32, len(x))
	Add{}.Forward(y, [][]float32{x, s.given[len(s.given)-1-r.Back]})
	return y
}
