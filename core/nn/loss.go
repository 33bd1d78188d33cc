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
