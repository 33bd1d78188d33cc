package nn

import "math"

// Heads turns logits into categories, one block of columns each. Its inputs
// are the logits (rows x W) and noise of the same shape, exponentially
// distributed with mean 1, not below [MinNoise]; its output is [p, x], rows x
// 2W: in each block p is the softmax of the logits, and x one draw from p made
// soft at temperature Tau, so that it has a gradient.
//
// The draw is the Gumbel-softmax of Jang, Gu and Poole, Categorical
// Reparameterization with Gumbel-Softmax (2017), written without logarithms:
// as a Gumbel variate is -ln E, x is proportional to (p/E)^(1/Tau).
type Heads struct {
	Widths []int
	Tau    float64

	width int // their sum
}

// MinNoise keeps (p/E)^5 finite.
const MinNoise = 1e-6

// NewHeads returns the layer for blocks of the given widths.
func NewHeads(widths []int, tau float64) *Heads {
	h := &Heads{Widths: widths, Tau: tau}
	for _, w := range widths {
		h.width += w
	}
	return h
}

func (h *Heads) Shape(in [][2]int) [2]int { return [2]int{in[0][0], 2 * h.width} }

func (h *Heads) Forward(out []float32, in [][]float32) {
	logits, noise, w := in[0], in[1], h.width
	byRows(len(logits)/w, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := out[2*r*w : (2*r+1)*w]
			SoftmaxBlocks(row, logits[r*w:(r+1)*w], h.Widths)
			at := 0
			for _, n := range h.Widths {
				h.draw(out[(2*r+1)*w+at:][:n], row[at:at+n], noise[r*w+at:][:n])
				at += n
			}
		}
	})
}

func (h *Heads) draw(x, p, noise []float32) {
	x, noise = x[:len(p)], noise[:len(p)]
	sum := float32(0)
	if h.Tau == .2 {
		for i, v := range p {
			t := v / noise[i]
			t2 := t * t
			t *= t2 * t2
			x[i] = t
			sum += t
		}
	} else {
		for i, v := range p {
			x[i] = float32(math.Pow(float64(v/noise[i]), 1/h.Tau))
			sum += x[i]
		}
	}
	inv := 1 / sum
	for i := range x {
		x[i] *= inv
	}
}

func (h *Heads) Backward(grads [][]float32, dout, out []float32, in [][]float32) {
	dl, w := grads[0], h.width
	if dl == nil {
		return
	}
	sharp := float32(1 / h.Tau)
	byRows(len(dl)/w, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			at := 0
			for _, n := range h.Widths {
				d := dl[r*w+at:][:n]
				p, dp := out[2*r*w+at:][:n], dout[2*r*w+at:][:n]
				x, dx := out[(2*r+1)*w+at:][:n], dout[(2*r+1)*w+at:][:n]
				meanP, meanX := float32(0), float32(0)
				for i := range d {
					meanP += p[i] * dp[i]
					meanX += x[i] * dx[i]
				}
				for i := range d {
					d[i] = p[i]*(dp[i]-meanP) + sharp*x[i]*(dx[i]-meanX)
				}
				at += n
			}
		}
	})
}
