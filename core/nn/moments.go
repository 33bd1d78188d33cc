package nn

// Moments is the loss that compares the pair tables of a generated batch with
// those of all training rows: the chi-squared distance, in a form that has no
// bias for small batches. With P_a and P_b the tables of the batch's halves,
//
//	1/(C(C-1)) · Σ (P_a - M)(P_b - M)/(M + e)   over cells of different blocks
//	 + 1/C     · Σ (m_a - μ)(m_b - μ)/(μ + e)   over cells of single blocks
//
// for C blocks. As the halves are independent its expectation is the distance
// of the generator's own tables, whatever the batch; it may be negative.
type Moments struct {
	width  int
	pair   []float32 // M: W x W, the share of training rows with both codes
	weight []float32 // 1/(C(C-1)(M+e)); 0 within a block
	single []float32 // μ: W
	scale  []float32 // 1/(C(μ+e))

	table [2][]float32 // P of each half, then (P-M)·weight
	mean  [2][]float32
	sums  []float64
}

// CellFloor is e: cells rarer than this count as if they were as frequent.
const CellFloor = .002

// NewMoments returns the loss for blocks of the given widths. pair is the
// W x W matrix of the share of training rows that have both codes, its
// diagonal the share of each code; it is kept.
func NewMoments(widths []int, pair []float32) *Moments {
	w := 0
	for _, n := range widths {
		w += n
	}
	m := &Moments{width: w, pair: pair, weight: make([]float32, w*w), single: make([]float32, w), scale: make([]float32, w)}
	c := float32(len(widths))
	at := 0
	for _, n := range widths {
		for i := at; i < at+n; i++ {
			m.single[i] = pair[i*w+i]
			m.scale[i] = 1 / (c * (m.single[i] + CellFloor))
			for j := range w {
				if j < at || j >= at+n {
					m.weight[i*w+j] = 1 / (c * (c - 1) * (pair[i*w+j] + CellFloor))
				}
			}
		}
		at += n
	}
	for i := range m.table {
		m.table[i] = make([]float32, w*w)
		m.mean[i] = make([]float32, w)
	}
	m.sums = make([]float64, pieces(w))
	return m
}

// Loss returns the distance for probabilities p, of which row r starts at
// r*ld; rows is even. It keeps what Gradient needs.
func (m *Moments) Loss(p []float32, ld, rows int) float64 {
	w, h := m.width, rows/2
	for i := range m.table {
		half := p[i*h*ld:]
		Sgemm(true, false, w, w, h, 1/float32(h), half, ld, half, ld, 0, m.table[i], w)
		sumRows(m.mean[i], half, ld, h)
	}
	clear(m.sums)
	byRows(w, func(piece, r0, r1 int) {
		for i := r0; i < r1; i++ {
			a, b := m.table[0][i*w:(i+1)*w], m.table[1][i*w:(i+1)*w]
			want, weight := m.pair[i*w:(i+1)*w], m.weight[i*w:(i+1)*w]
			sum := float32(0)
			for j := range a {
				da, db := a[j]-want[j], b[j]-want[j]
				sum += da * db * weight[j]
				a[j], b[j] = da*weight[j], db*weight[j]
			}
			m.sums[piece] += float64(sum)
		}
	})
	loss := 0.0
	for _, s := range m.sums {
		loss += s
	}
	inv := 1 / float32(h)
	for i, want := range m.single {
		da, db := m.mean[0][i]*inv-want, m.mean[1][i]*inv-want
		loss += float64(da * db * m.scale[i])
		m.mean[0][i], m.mean[1][i] = da*m.scale[i], db*m.scale[i]
	}
	return loss
}

// Gradient sets dp, of which row r starts at r*ld, to by times the gradient
// of the last Loss by the same p.
func (m *Moments) Gradient(dp, p []float32, ld, rows int, by float32) {
	w, h := m.width, rows/2
	each := by / float32(h)
	for i := range m.table {
		other := 1 - i
		from, to := p[i*h*ld:], dp[i*h*ld:]
		for j := range m.mean[other] {
			m.mean[other][j] *= each
		}
		byRows(h, func(_, r0, r1 int) {
			for r := r0; r < r1; r++ {
				copy(to[r*ld:r*ld+w], m.mean[other])
			}
		})
		Sgemm(false, false, h, w, w, 2*each, from, ld, m.table[other], w, 1, to, ld)
	}
}
