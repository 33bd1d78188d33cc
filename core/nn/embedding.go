package nn

import (
	"cmp"
	"slices"
)

// Embedding looks up rows of a table: row i of its output (len(IDs) x Dim) is
// row IDs[i] of its only input (n x Dim), or zeros where IDs[i] is -1.
//
// The gradient by the table is zero but for the rows that were looked up.
// Backward clears only what it set the time before, so it takes O(len(IDs)·
// Dim) however large the table is. It therefore must be given the same
// gradient every time, which nobody else may write.
type Embedding struct {
	Dim int
	IDs []int32

	order   []int32 // places of IDs, by id, then place; -1 left out
	touched []int32 // distinct ids, ascending
	runs    []int32 // where each of them begins in order, and the end
	stale   []int32 // touched of the gradient's last content
	known   *float32
	compare func(a, b int32) int
}

func (e *Embedding) Shape([][2]int) [2]int { return [2]int{len(e.IDs), e.Dim} }

func (e *Embedding) Forward(out []float32, in [][]float32) {
	table := in[0]
	byRows(len(e.IDs), func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			row := out[r*e.Dim : (r+1)*e.Dim]
			if id := int(e.IDs[r]); id >= 0 {
				copy(row, table[id*e.Dim:(id+1)*e.Dim])
			} else {
				clear(row)
			}
		}
	})
}

// Backward gives each row of the table to one thread, which adds up in the
// order of IDs.
func (e *Embedding) Backward(grads [][]float32, dout, _ []float32, _ [][]float32) {
	de := grads[0]
	if de == nil {
		return
	}
	if e.known != &de[0] {
		clear(de)
		e.known = &de[0]
	} else {
		for _, id := range e.stale {
			clear(de[int(id)*e.Dim : int(id+1)*e.Dim])
		}
	}
	e.sort()
	byRows(len(e.touched), func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			id := int(e.touched[r])
			row := de[id*e.Dim : (id+1)*e.Dim]
			for _, i := range e.order[e.runs[r]:e.runs[r+1]] {
				add(row, dout[int(i)*e.Dim:int(i+1)*e.Dim])
			}
		}
	})
	e.stale = append(e.stale[:0], e.touched...)
}

// Touched returns the rows of the table that have a gradient after Backward,
// ascending; they stay so until the next.
func (e *Embedding) Touched() []int32 { return e.touched }

func (e *Embedding) sort() {
	if e.compare == nil {
		e.compare = func(a, b int32) int { return cmp.Or(cmp.Compare(e.IDs[a], e.IDs[b]), cmp.Compare(a, b)) }
	}
	e.order, e.touched, e.runs = e.order[:0], e.touched[:0], e.runs[:0]
	for i, id := range e.IDs {
		if id >= 0 {
			e.order = append(e.order, int32(i))
		}
	}
	slices.SortFunc(e.order, e.compare)
	for at, i := range e.order {
		if n := len(e.touched); n == 0 || e.touched[n-1] != e.IDs[i] {
			e.touched = append(e.touched, e.IDs[i])
			e.runs = append(e.runs, int32(at))
		}
	}
	e.runs = append(e.runs, int32(len(e.order)))
}
