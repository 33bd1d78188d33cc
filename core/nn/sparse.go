package nn

// CSR is a sparse matrix in compressed rows: row r has Value[i] in column
// Index[i] for i from Start[r] to Start[r+1]. It does not change.
type CSR struct {
	Rows, Cols   int
	Start, Index []int32
	Value        []float32
}

// NewCSR returns the matrix with value[i] at (row[i], col[i]), which may come
// in any order; where a place comes twice, the values add up. O(cells).
func NewCSR(rows, cols int, row, col []int32, value []float32) *CSR {
	// Sorted by column, then stably by row.
	return place(cols, rows, col, row, value).Transposed()
}

// place sorts cells stably by row.
func place(rows, cols int, row, col []int32, value []float32) *CSR {
	a := &CSR{Rows: rows, Cols: cols, Start: make([]int32, rows+1), Index: make([]int32, len(row)), Value: make([]float32, len(row))}
	for _, r := range row {
		a.Start[r+1]++
	}
	for r := range rows {
		a.Start[r+1] += a.Start[r]
	}
	next := append([]int32(nil), a.Start...)
	for i, r := range row {
		a.Index[next[r]], a.Value[next[r]] = col[i], value[i]
		next[r]++
	}
	return a
}

// Transposed returns a new matrix with the columns as rows.
func (a *CSR) Transposed() *CSR {
	row := make([]int32, len(a.Index))
	for r := range a.Rows {
		for i := a.Start[r]; i < a.Start[r+1]; i++ {
			row[i] = int32(r)
		}
	}
	return place(a.Cols, a.Rows, a.Index, row, a.Value)
}

// Sparse is the product y = A·x with a fixed sparse matrix A, for networks on
// graphs; its only input is x (A.Cols x Dim). For many layers of one bipartite
// graph [LightGCN] is several times faster.
type Sparse struct {
	A   *CSR
	Dim int

	back *CSR
}

// NewSparse returns the layer; a symmetric matrix is not copied.
func NewSparse(a *CSR, dim int, symmetric bool) *Sparse {
	s := &Sparse{A: a, Dim: dim, back: a}
	if !symmetric {
		s.back = a.Transposed()
	}
	return s
}

func (s *Sparse) Shape([][2]int) [2]int { return [2]int{s.A.Rows, s.Dim} }

func (s *Sparse) Forward(y []float32, in [][]float32) { s.A.multiply(y, in[0], s.Dim) }

func (s *Sparse) Backward(grads [][]float32, dy, _ []float32, _ [][]float32) {
	if grads[0] != nil {
		s.back.multiply(grads[0], dy, s.Dim)
	}
}

// multiply sets y to a·x. Threads own rows.
func (a *CSR) multiply(y, x []float32, dim int) {
	byRows(a.Rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := y[r*dim : (r+1)*dim]
			clear(row)
			for i := a.Start[r]; i < a.Start[r+1]; i++ {
				at := int(a.Index[i]) * dim
				axpy(row, x[at:at+dim], a.Value[i])
			}
		}
	})
}
