package nn

import "math"

// BCE is binary cross entropy with logits, mean ln(1+e^x) - t·x over the
// elements whose target t, in [0, 1], is not NaN. Its only input is x, of any
// shape.
type BCE struct {
	Target []float32 // of each element

	pointwise
}

func (b *BCE) Forward(out []float32, in [][]float32) {
	out[0] = b.forward(in[0], b.Target, func(slope, x, t []float32) float64 {
		sigmoid(slope, x)
		return softplusSum(slope, x, t)
	})
}

// softplusSum returns the sum of softplus(x) - t·x where t is not NaN, and
// takes t from slope, which is σ(x); where t is NaN it sets it to 0.
//
// As softplus(x) = max(x, 0) - ln max(σ(x), 1-σ(x)), one logarithm of a
// product serves all: its factors are .5 to 1, at most 512 of them.
func softplusSum(slope, x, t []float32) float64 {
	sum, product := 0.0, 1.0
	for i, s := range slope {
		if t[i] != t[i] {
			slope[i] = 0
			continue
		}
		sum += float64(max(x[i], 0) - t[i]*x[i])
		product *= float64(max(s, 1-s))
		slope[i] = s - t[i]
	}
	return sum - math.Log(product)
}

// MSE is the mean of (x - t)² over the elements whose target t is not NaN.
// Its only input is x, of any shape.
type MSE struct {
	Target []float32 // of each element

	pointwise
}

func (m *MSE) Forward(out []float32, in [][]float32) {
	out[0] = m.forward(in[0], m.Target, func(slope, x, t []float32) float64 {
		sum := 0.0
		for i, v := range t {
			if v != v {
				slope[i] = 0
				continue
			}
			d := x[i] - v
			slope[i] = 2 * d
			sum += float64(d) * float64(d)
		}
		return sum
	})
}

// pointwise is what losses that are sums over elements share.
type pointwise struct {
	slope []float32
	sums  []float64
	count int
}

func (*pointwise) Shape([][2]int) [2]int { return [2]int{1, 1} }

// forward returns the mean of what f, called for runs of up to 512 elements,
// returns the sum of; f also sets the slopes by x.
func (p *pointwise) forward(x, target []float32, f func(slope, x, t []float32) float64) float32 {
	const run = 512
	n := (len(x) + run - 1) / run
	p.slope = grown(p.slope, len(x))
	if len(p.sums) != n {
		p.sums = make([]float64, n)
	}
	Parallel(n, func(i int) {
		lo, hi := i*run, min((i+1)*run, len(x))
		p.sums[i] = f(p.slope[lo:hi], x[lo:hi], target[lo:hi])
	})
	p.count = 0
	for _, t := range target[:len(x)] {
		if t == t {
			p.count++
		}
	}
	return pieceSums(p.sums).mean(p.count)
}

func (p *pointwise) Backward(grads [][]float32, dout, _ []float32, _ [][]float32) {
	if grads[0] != nil {
		scaled(grads[0], p.slope, dout[0]/float32(max(p.count, 1)))
	}
}
