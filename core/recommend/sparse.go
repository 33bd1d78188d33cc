package recommend

import (
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// matrix is customers x items both ways: what a customer has, and who has an
// item.
type matrix struct {
	byCustomer, byItem *nn.CSR
}

// weight says what an event is worth: h's event i.
type weight func(h History, i int) float32

// newMatrix sums the weights of the log's events; nil counts each customer's
// item once. Cells of one row are in order of items.
func newMatrix(l *Log, w weight) matrix {
	start := make([]int32, 1, len(l.Customers)+1)
	var index []int32
	var value []float32
	sum := make([]float32, len(l.Items))
	for c := range l.Customers {
		index, value = appendRow(index, value, sum, l.History(c), w)
		start = append(start, int32(len(index)))
	}
	by := &nn.CSR{Rows: len(l.Customers), Cols: len(l.Items), Start: start, Index: index, Value: value}
	return matrix{by, by.Transposed()}
}

// appendRow appends the items of h, ascending, with the sum of their weights.
// sum is as long as there are items, zero, and left so.
func appendRow(index []int32, value, sum []float32, h History, w weight) ([]int32, []float32) {
	from := len(index)
	for i, item := range h.Items {
		x := float32(1)
		if w != nil {
			x = w(h, i)
		}
		if x == 0 {
			continue
		}
		if sum[item] == 0 {
			index = append(index, item)
		}
		sum[item] += x
	}
	slices.Sort(index[from:])
	for _, item := range index[from:] {
		x := sum[item]
		if w == nil {
			x = 1
		}
		value, sum[item] = append(value, x), 0
	}
	return index, value
}

// rowOf returns the row of one history.
func rowOf(h History, w weight, sum []float32) (index []int32, value []float32) {
	return appendRow(nil, nil, sum, h, w)
}

// row returns the cells of row r.
func row(a *nn.CSR, r int) ([]int32, []float32) {
	lo, hi := a.Start[r], a.Start[r+1]
	return a.Index[lo:hi], a.Value[lo:hi]
}

// normed returns a copy of m with cell (c, i) divided by the square roots of
// the sums of row c and of column i: Du^-½ R Di^-½. The roots' inverses are
// returned, 0 where nothing is.
func (m matrix) normed() (n matrix, customer, item []float32) {
	return m.scaled(-.5, -.5)
}

// scaled returns a copy of m with cell (c, i) times the sum of row c to the
// power a, and that of column i to the power b; and these factors.
func (m matrix) scaled(a, b float64) (n matrix, customer, item []float32) {
	customer, item = powers(m.byCustomer, a), powers(m.byItem, b)
	by := *m.byCustomer
	by.Value = slices.Clone(by.Value)
	for r := range by.Rows {
		for i := by.Start[r]; i < by.Start[r+1]; i++ {
			by.Value[i] *= customer[r] * item[by.Index[i]]
		}
	}
	return matrix{&by, by.Transposed()}, customer, item
}

func powers(a *nn.CSR, power float64) []float32 {
	out := make([]float32, a.Rows)
	for r := range out {
		sum := 0.
		_, value := row(a, r)
		for _, x := range value {
			sum += float64(x)
		}
		if sum > 0 {
			out[r] = float32(math.Pow(sum, power))
		}
	}
	return out
}

// times sets y (a.Rows x dim) to a·x (a.Cols x dim), on all cores.
func times(y []float32, a *nn.CSR, x []float32, dim int) {
	nn.NewSparse(a, dim, true).Forward(y, [][]float32{x})
}

// cross returns A'B dense, n x n for n items, A and B having the same rows: on
// all cores, each some rows of the result. byItem is A', b is B. O(the sum over
// rows of A's cells times B's).
func cross(byItem, b *nn.CSR) []float32 {
	n := byItem.Rows
	g := make([]float32, n*n)
	pieces := 64
	core.Parallel(pieces, func(p int) {
		for i := p; i < n; i += pieces {
			out := g[i*n : (i+1)*n]
			rows, value := row(byItem, i)
			for k, r := range rows {
				items, x := row(b, int(r))
				v := value[k]
				for j, item := range items {
					out[item] += v * x[j]
				}
			}
		}
	})
	return g
}

// gram returns X'X of the matrix, dense.
func gram(m matrix) []float32 { return cross(m.byItem, m.byCustomer) }

// countTimes returns how often each item is in the log, as float32.
func countTimes(l *Log) []float32 {
	out := make([]float32, len(l.Items))
	for _, item := range l.Item {
		out[item]++
	}
	return out
}
