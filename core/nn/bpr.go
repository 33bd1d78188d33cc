package nn

// BPR is the loss of Bayesian personalised ranking (Rendle et al. 2009): mean
// softplus(u·n - u·p) over triples of a user u, an item p that was bought and
// an item n drawn at random. Its only input is 3·triples x Cols: first all u,
// then all p, then all n. The first Dim columns are the vectors; of the
// others, if there are any, it adds L2/2 times the sum of squares over the
// number of triples. O(rows·Cols).
type BPR struct {
	Dim, Cols int
	L2        float32

	slope []float32 // by u·n - u·p
	sums  pieceSums
}

func (b *BPR) Shape([][2]int) [2]int { return [2]int{1, 1} }

// triple returns the rows of triple i of n.
func (b *BPR) triple(x []float32, i, n int) (u, p, q []float32) {
	row := func(r int) []float32 { return x[r*b.Cols : (r+1)*b.Cols] }
	return row(i), row(n + i), row(2*n + i)
}

func (b *BPR) Forward(out []float32, in [][]float32) {
	x, n := in[0], len(in[0])/(3*b.Cols)
	b.slope = grown(b.slope, n)
	b.sums.begin(n)
	byRows(n, func(piece, r0, r1 int) {
		sum, squares := 0.0, 0.0
		for i := r0; i < r1; i++ {
			u, p, q := b.triple(x, i, n)
			d := float64(dot(u[:b.Dim], q) - dot(u[:b.Dim], p))
			sum += softplus(d)
			b.slope[i] = float32(logistic(d))
			if b.Cols > b.Dim {
				u, p, q = u[b.Dim:], p[b.Dim:], q[b.Dim:]
				squares += float64(dot(u, u)) + float64(dot(p, p)) + float64(dot(q, q))
			}
		}
		b.sums[piece] = sum + float64(b.L2)/2*squares
	})
	out[0] = b.sums.mean(n)
}

func (b *BPR) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	x, dx, n := in[0], grads[0], len(b.slope)
	if dx == nil {
		return
	}
	byRows(n, func(_, r0, r1 int) {
		for i := r0; i < r1; i++ {
			u, p, q := b.triple(x, i, n)
			du, dp, dq := b.triple(dx, i, n)
			s, decay := b.slope[i]*dout[0]/float32(n), b.L2*dout[0]/float32(n)
			scaled(du[:b.Dim], q, s)
			axpy(du, p[:b.Dim], -s)
			scaled(dp[:b.Dim], u, -s)
			scaled(dq[:b.Dim], u, s)
			scaled(du[b.Dim:], u[b.Dim:], decay)
			scaled(dp[b.Dim:], p[b.Dim:], decay)
			scaled(dq[b.Dim:], q[b.Dim:], decay)
		}
	})
}

// scaled sets y to a·x, which may be longer.
func scaled(y, x []float32, a float32) {
	x = x[:len(y)]
	for i, v := range x {
		y[i] = a * v
	}
}
