package nn

// MixedHeads turns a generator's last sums into a row as CTGAN has it: a
// block of width 1 is a number, its hyperbolic tangent; a wider block is a
// category, one soft draw at temperature Tau as in [Heads]. Its inputs are
// the sums (rows x W), noise of the same shape as Heads wants it (not read
// for numbers), and, if there is a third, columns z that are put behind (the
// condition, for which nothing is drawn). Its output is [x, z], rows x (W+K).
type MixedHeads struct {
	Widths []int
	Tau    float64
	// Pack, if above 1, makes so many rows one row of the output, which
	// thereby is rows/Pack x Pack·(W+K) (Lin et al., PacGAN, 2018).
	Pack int

	heads Heads // for draw
	width int
}

// NewMixedHeads returns the layer for blocks of the given widths.
func NewMixedHeads(widths []int, tau float64, pack int) *MixedHeads {
	h := &MixedHeads{Widths: widths, Tau: tau, Pack: pack, heads: Heads{Tau: tau}}
	for _, w := range widths {
		h.width += w
	}
	return h
}

func (h *MixedHeads) Shape(in [][2]int) [2]int {
	rows, cols := in[0][0], h.width
	if len(in) > 2 {
		cols += in[2][1]
	}
	if pack := max(h.Pack, 1); rows%pack == 0 {
		return [2]int{rows / pack, cols * pack}
	}
	panic("nn: MixedHeads: rows are not a multiple of Pack")
}

func (h *MixedHeads) Forward(out []float32, in [][]float32) {
	sums, noise, w := in[0], in[1], h.width
	rows := len(sums) / w
	ld := len(out) / rows
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := out[r*ld : r*ld+w]
			SoftmaxBlocks(row, sums[r*w:(r+1)*w], h.Widths)
			at := 0
			for _, n := range h.Widths {
				if n == 1 {
					tanh(row[at:at+1], sums[r*w+at:r*w+at+1])
				} else {
					h.heads.draw(row[at:at+n], row[at:at+n], noise[r*w+at:])
				}
				at += n
			}
			if ld > w {
				copy(out[r*ld+w:(r+1)*ld], in[2][r*(ld-w):])
			}
		}
	})
}

func (h *MixedHeads) Backward(grads [][]float32, dout, out []float32, in [][]float32) {
	rows, w := len(in[0])/h.width, h.width
	ld := len(out) / rows
	if d := grads[0]; d != nil {
		sharp := float32(1 / h.Tau)
		byRows(rows, func(_, r0, r1 int) {
			for r := r0; r < r1; r++ {
				at := 0
				for _, n := range h.Widths {
					d, x, dx := d[r*w+at:][:n], out[r*ld+at:][:n], dout[r*ld+at:][:n]
					at += n
					if n == 1 {
						d[0] = dx[0] * (1 - x[0]*x[0])
						continue
					}
					mean := float32(0)
					for i, v := range x {
						mean += v * dx[i]
					}
					for i, v := range x {
						d[i] = sharp * v * (dx[i] - mean)
					}
				}
			}
		})
	}
	if ld > w && grads[2] != nil {
		copyColumns(grads[2], ld-w, dout[w:], ld, ld-w, rows)
	}
}
