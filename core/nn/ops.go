package nn

import "slices"

// kinds are the ops by their byte in the weights file, which stays for ever,
// with the numbers and matrices that it holds of each:
//
//	1  Dense         in, out, activation, skip (0 or 1); W in x out, b 1 x out
//	2  Affine        columns, activation; scale and shift, 1 x columns each
//	3  LSTM          in, hidden; Wx in x 4·hidden, Wh hidden x 4·hidden, b 1 x 4·hidden
//	4  GRU           in, hidden; Wx in x 3·hidden, Wh hidden x 3·hidden, bx and bh 1 x 3·hidden
//	5  LastStep      columns
//	6  Attention     width, heads
//	7  BlockSoftmax  the blocks' widths
//	8  LayerNorm     columns; gamma and beta, 1 x columns each
//	9  Lookup        in, rows, dim; table rows x dim
//	10 Residual      columns, back
var kinds = map[byte]maker{
	1: {4, func(n []int) Op {
		if n[2] > int(Leaky) || n[3] > 1 {
			return nil
		}
		return &Dense{In: n[0], Out: n[1], Act: Act(n[2]), Skip: n[3] == 1}
	}},
	2: {2, func(n []int) Op {
		if n[1] > int(Leaky) {
			return nil
		}
		return &Affine{Cols: n[0], Act: Act(n[1])}
	}},
	3: {2, func(n []int) Op { return &LSTM{In: n[0], Hidden: n[1]} }},
	4: {2, func(n []int) Op { return &GRU{In: n[0], Hidden: n[1]} }},
	5: {1, func(n []int) Op { return &LastStep{Cols: n[0]} }},
	6: {2, func(n []int) Op {
		if n[1] == 0 || n[0]%n[1] != 0 {
			return nil
		}
		return &Attention{Width: n[0], Heads: n[1]}
	}},
	7: {anyNumber, func(n []int) Op {
		if slices.Contains(n, 0) {
			return nil
		}
		return &BlockSoftmax{Widths: n}
	}},
	8:  {1, func(n []int) Op { return &LayerNorm{Cols: n[0]} }},
	9:  {3, func(n []int) Op { return &Lookup{In: n[0], Rows: n[1], Dim: n[2]} }},
	10: {2, func(n []int) Op { return &Residual{Cols: n[0], Back: n[1]} }},
}

// maker makes an Op of so many numbers, each at most [maxCells]; nil if they
// make none. It need not look at the spec of what it makes: [readOp] does.
type maker struct {
	numbers int
	make    func(n []int) Op
}

const anyNumber = -1

func numbers(x ...int) []uint32 {
	n := make([]uint32, len(x))
	for i, v := range x {
		n[i] = uint32(v)
	}
	return n
}

// fused returns the output of a layer that makes rows of width columns.
func fused(l Fused, x []float32, w [][]float32, rows, width int) []float32 {
	y := make([]float32, rows*width)
	l.Forward(y, slices.Insert(slices.Clone(w), 0, x))
	return y
}

// The ops that are also layers of a training answer by a new layer, as a
// layer keeps what its Backward needs.

func (d *Dense) spec() spec {
	skip := 0
	if d.Skip {
		skip = 1
	}
	return spec{
		kind: 1, numbers: numbers(d.In, d.Out, int(d.Act), skip),
		in: d.In, out: d.Width(), weights: [][2]int{{d.In, d.Out}, {1, d.Out}},
	}
}

func (d *Dense) answer(x []float32, w [][]float32, _ *sequences) []float32 {
	return fused(&Dense{In: d.In, Out: d.Out, Act: d.Act, Skip: d.Skip}, x, w, len(x)/d.In, d.Width())
}

func (l *LSTM) spec() spec {
	h := l.Hidden
	return spec{
		kind: 3, numbers: numbers(l.In, h),
		in: l.In, out: h, weights: [][2]int{{l.In, 4 * h}, {h, 4 * h}, {1, 4 * h}},
	}
}

func (l *LSTM) answer(x []float32, w [][]float32, s *sequences) []float32 {
	return fused(&LSTM{In: l.In, Hidden: l.Hidden, Batch: s.n, Lengths: s.lengths}, x, w, len(x)/l.In, l.Hidden)
}

func (l *GRU) spec() spec {
	h := l.Hidden
	return spec{
		kind: 4, numbers: numbers(l.In, h),
		in: l.In, out: h, weights: [][2]int{{l.In, 3 * h}, {h, 3 * h}, {1, 3 * h}, {1, 3 * h}},
	}
}

func (l *GRU) answer(x []float32, w [][]float32, s *sequences) []float32 {
	return fused(&GRU{In: l.In, Hidden: l.Hidden, Batch: s.n, Lengths: s.lengths}, x, w, len(x)/l.In, l.Hidden)
}

func (a *Attention) spec() spec {
	return spec{kind: 6, numbers: numbers(a.Width, a.Heads), in: 3 * a.Width, out: a.Width}
}

func (a *Attention) answer(x []float32, w [][]float32, s *sequences) []float32 {
	return fused(&Attention{Width: a.Width, Heads: a.Heads, Batch: s.n, Lengths: s.lengths}, x, w, len(x)/(3*a.Width), a.Width)
}

func (l *LayerNorm) spec() spec {
	return spec{
		kind: 8, numbers: numbers(l.Cols),
		in: l.Cols, out: l.Cols, weights: [][2]int{{1, l.Cols}, {1, l.Cols}},
	}
}

func (l *LayerNorm) answer(x []float32, w [][]float32, _ *sequences) []float32 {
	return fused(&LayerNorm{Cols: l.Cols}, x, w, len(x)/l.Cols, l.Cols)
}
