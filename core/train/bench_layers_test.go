package train

import "shoptwin/core/nn"

// Layers that only the benchmarks' models need; three of them have no
// gradient.

// beside has the columns of two inputs, left and right wide, side by side.
type beside struct{ left, right int }

func (b beside) Shape(in [][2]int) [2]int { return [2]int{in[0][0], b.left + b.right} }

func (b beside) Forward(out []float32, in [][]float32) {
	for r := range len(in[0]) / b.left {
		row := out[r*(b.left+b.right):][:b.left+b.right]
		copy(row, in[0][r*b.left:][:b.left])
		copy(row[b.left:], in[1][r*b.right:])
	}
}

func (beside) Backward([][]float32, []float32, []float32, [][]float32) {}

// below has the second input's rows below the first one's.
type below struct{}

func (below) Shape(in [][2]int) [2]int { return [2]int{in[0][0] + in[1][0], in[0][1]} }

func (below) Forward(out []float32, in [][]float32) { copy(out[copy(out, in[0]):], in[1]) }

func (below) Backward([][]float32, []float32, []float32, [][]float32) {}

// mix is s·a + (1-s)·b with one share s for each row; its inputs are a, b and
// the shares.
type mix struct{}

func (mix) Shape(in [][2]int) [2]int { return in[0] }

func (mix) Forward(out []float32, in [][]float32) {
	a, b, share := in[0], in[1], in[2]
	cols := len(out) / len(share)
	nn.Parallel(len(share), func(r int) {
		s, out := share[r], out[r*cols:(r+1)*cols]
		a, b := a[r*cols:][:len(out)], b[r*cols:][:len(out)]
		for i, v := range a {
			out[i] = s*v + (1-s)*b[i]
		}
	})
}

func (mix) Backward([][]float32, []float32, []float32, [][]float32) {}

// margin is the mean of a column's second half less that of its first: what a
// Wasserstein critic makes small when real rows stand above generated ones.
type margin struct{}

func (margin) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (margin) Forward(out []float32, in [][]float32) {
	half, sum := len(in[0])/2, 0.0
	for i, v := range in[0] {
		if i < half {
			v = -v
		}
		sum += float64(v)
	}
	out[0] = float32(sum / float64(half))
}

func (margin) Backward(grads [][]float32, dout, _ []float32, _ [][]float32) {
	g := grads[0]
	by := dout[0] / float32(len(g)/2)
	for i := range g {
		g[i] = by
		if i < len(g)/2 {
			g[i] = -by
		}
	}
}
