package nn

import "math"

// Attention is causal self-attention (Vaswani et al. 2017), softmax(q·kᵀ/√w)·v
// with Heads heads of w = Width/Heads columns each, where a step looks at
// itself and the steps before. Its input holds q, k and v side by side
// (T·Batch x 3·Width, by time: row t·Batch + s is step t of sequence s), most
// often the output of one [Dense] layer; its output is T·Batch x Width. It has
// no weights.
//
// Time and memory of a sequence grow with the square of its length.
type Attention struct {
	Width, Heads, Batch int
	// Lengths are the steps of each sequence; nil: all have T. Outputs and
	// gradients of the steps beyond are 0, whatever the input holds there.
	Lengths []int32

	share []float32 // Batch·Heads x T x T: how much each step looks at each
	grad  []float32 // gradient by share, then by the logits
}

func (a *Attention) Shape(in [][2]int) [2]int { return [2]int{in[0][0], a.Width} }

// head is one head of one sequence: a matrix of w columns within the layer's.
type head struct {
	x     []float32 // from its first element on
	ld, w int       // distance between steps; columns
}

// times sets c (n x n) to alpha·a·bᵀ.
func (a head) times(b head, n int, alpha float32, c []float32, ldc int) {
	p := product{m: n, n: n, k: a.w, alpha: alpha, a: a.x, ra: a.ld, ca: 1, b: b.x, rb: 1, cb: b.ld, c: c, ldc: ldc}
	p.alone()
}

// mix sets a to alpha·m·b for m of n x n, with trans to alpha·mᵀ·b.
func (a head) mix(trans bool, m []float32, ldm, n int, alpha float32, b head) {
	p := product{m: n, n: b.w, k: n, alpha: alpha, a: m, ra: ldm, ca: 1, b: b.x, rb: b.ld, cb: 1, c: a.x, ldc: a.ld}
	if trans {
		p.ra, p.ca = 1, ldm
	}
	p.alone()
}

// softmax replaces x by its softmax.
func softmax(x []float32) {
	shift(x, x, -maxOf(x))
	exp(x, x)
	scaleBy(x, 1/sumOf(x))
}

// heads calls f for every head of every sequence, with the matrix where it
// keeps the shares and how many steps there are.
func (a *Attention) heads(steps int, f func(s, column, at, n int)) {
	Parallel(a.Batch*a.Heads, func(i int) {
		s, h := i/a.Heads, i%a.Heads
		f(s, h*(a.Width/a.Heads), i*steps*steps, stepsOf(a.Lengths, s, steps))
	})
}

// part is the head of sequence s that starts at a column of x, which has so
// many columns.
func (a *Attention) part(x []float32, cols, s, column int) head {
	return head{x[s*cols+column:], a.Batch * cols, a.Width / a.Heads}
}

func (h head) clear(from, to int) {
	for t := from; t < to; t++ {
		clear(h.x[t*h.ld : t*h.ld+h.w])
	}
}

func (a *Attention) Forward(out []float32, in [][]float32) {
	d, steps := a.Width, len(out)/(a.Batch*a.Width)
	scale := float32(1 / math.Sqrt(float64(d/a.Heads)))
	a.share = grown(a.share, a.Batch*a.Heads*steps*steps)
	a.heads(steps, func(s, column, at, n int) {
		y := a.part(out, d, s, column)
		y.clear(n, steps)
		if n == 0 {
			return
		}
		q, k, v := a.part(in[0], 3*d, s, column), a.part(in[0], 3*d, s, d+column), a.part(in[0], 3*d, s, 2*d+column)
		share := a.share[at : at+n*n]
		q.times(k, n, scale, share, n)
		for t := range n {
			row := share[t*n : (t+1)*n]
			softmax(row[:t+1])
			clear(row[t+1:])
		}
		y.mix(false, share, n, n, 1, v)
	})
}

func (a *Attention) Backward(grads [][]float32, dout, out []float32, in [][]float32) {
	if grads[0] == nil {
		return
	}
	d, steps := a.Width, len(out)/(a.Batch*a.Width)
	scale := float32(1 / math.Sqrt(float64(d/a.Heads)))
	a.grad = grown(a.grad, a.Batch*a.Heads*steps*steps)
	a.heads(steps, func(s, column, at, n int) {
		dq, dk, dv := a.part(grads[0], 3*d, s, column), a.part(grads[0], 3*d, s, d+column), a.part(grads[0], 3*d, s, 2*d+column)
		dq.clear(n, steps)
		dk.clear(n, steps)
		dv.clear(n, steps)
		if n == 0 {
			return
		}
		q, k, v := a.part(in[0], 3*d, s, column), a.part(in[0], 3*d, s, d+column), a.part(in[0], 3*d, s, 2*d+column)
		dy := a.part(dout, d, s, column)
		share, grad := a.share[at:at+n*n], a.grad[at:at+n*n]
		dv.mix(true, share, n, n, 1, dy)
		dy.times(v, n, 1, grad, n)
		for t := range n {
			p, g := share[t*n:t*n+t+1], grad[t*n:t*n+t+1]
			shift(g, g, -dot(p, g))
			mul(g, p, g)
			clear(grad[t*n+t+1 : (t+1)*n])
		}
		dq.mix(false, grad, n, n, scale, k)
		dk.mix(true, grad, n, n, scale, q)
	})
}

// Step computes the outputs of step t alone (Batch x Width) from the rows of
// steps 0 to t of the input, for predictions and for drawing sequences. It
// agrees with Forward to rounding, takes no memory after the first call, and
// works on the calling goroutine alone. It must not
// come between a Forward and its Backward.
func (a *Attention) Step(out, in []float32, t int) {
	d, w := a.Width, a.Width/a.Heads
	scale := float32(1 / math.Sqrt(float64(w)))
	a.share = grown(a.share, t+1)
	clear(out)
	for s := range a.Batch {
		for column := 0; column < d; column += w {
			q, k, v := a.part(in, 3*d, s, column), a.part(in, 3*d, s, d+column), a.part(in, 3*d, s, 2*d+column)
			now := q.x[t*q.ld : t*q.ld+w]
			for i := range a.share {
				a.share[i] = scale * dot(now, k.x[i*k.ld:i*k.ld+w])
			}
			softmax(a.share)
			for i, p := range a.share {
				axpy(out[s*d+column:s*d+column+w], v.x[i*v.ld:i*v.ld+w], p)
			}
		}
	}
}
