package nn

// A loss is a layer with an output of one number, the mean of a function over
// the rows that count; if none does it is 0, and so are the gradients. Sums
// over rows are float64.

// pieceSums are a loss's sums over the pieces of a batch, of which each is
// found by one thread.
type pieceSums []float64

// begin makes room for that many rows' sums, all zero.
func (p *pieceSums) begin(rows int) {
	if n := pieces(rows); len(*p) != n {
		*p = make(pieceSums, n)
	}
	clear(*p)
}

// mean returns the sum of all, in order, over n; 0 for n = 0.
func (p pieceSums) mean(n int) float32 {
	if n == 0 {
		return 0
	}
	sum := 0.0
	for _, s := range p {
		sum += s
	}
	return float32(sum / float64(n))
}

// Wasserstein is the loss of Wasserstein GANs (Arjovsky et al. 2017). Of two
// inputs, a critic's scores of real and of generated rows (of any numbers), it
// makes the critic's loss, mean D(fake) - mean D(real); of generated rows'
// scores alone it makes the generator's, -mean D(fake).
type Wasserstein struct{}

func (Wasserstein) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (Wasserstein) Forward(out []float32, in [][]float32) {
	if len(in) == 1 {
		out[0] = -meanOf(in[0])
	} else {
		out[0] = meanOf(in[1]) - meanOf(in[0])
	}
}

func meanOf(x []float32) float32 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	return float32(sum / float64(len(x)))
}

func (Wasserstein) Backward(grads [][]float32, dout, _ []float32, _ [][]float32) {
	for i, g := range grads {
		by := dout[0] / float32(len(g))
		if i == 0 {
			by = -by
		}
		for j := range g {
			g[j] = by
		}
	}
}
