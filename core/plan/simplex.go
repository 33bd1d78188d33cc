package plan

import (
	"math"

	"shoptwin/core"
)

// program is a linear programme: maximise Σ cost·x with x ≥ 0 and, row by
// row, Σ a·x at most (or exactly) limit, limits being not below 0. Columns
// are added one by one, rows are given at the start.
type program struct {
	limit []float64
	exact []bool // the row holds with equality
	cost  []float64
	col   [][]float64 // by column, then by row
}

func (l *program) add(cost float64, col []float64) {
	l.cost, l.col = append(l.cost, cost), append(l.col, col)
}

// optimum is a programme's solution. short is by how much the rows that must
// hold exactly are missed: above a rounding error nothing is feasible.
type optimum struct {
	x, dual []float64
	value   float64
	short   float64
}

// solve is the primal simplex method on a dense tableau, equalities begun by
// artificial columns at a prohibitive cost (big M), the steepest reduced cost
// first and after many pivots Bland's rule, which cannot cycle. O(rows ×
// columns) a pivot: for hundreds of rows.
func (l *program) solve() (*optimum, error) {
	m, n := len(l.limit), len(l.cost)
	big := 1.0
	for _, c := range l.cost {
		big = max(big, math.Abs(c))
	}
	big *= 1e4
	width := n + m + 1
	t := make([]float64, (m+1)*width)
	basis := make([]int, m)
	last := t[m*width:]
	for j, c := range l.cost {
		last[j] = -c
	}
	for r := range m {
		row := t[r*width : (r+1)*width]
		for j := range n {
			row[j] = l.col[j][r]
		}
		row[n+r], row[width-1], basis[r] = 1, l.limit[r], n+r
		if l.exact[r] {
			last[n+r] += big
			for j, v := range row {
				last[j] -= big * v
			}
		}
	}
	const eps = 1e-9
	for step := 0; ; step++ {
		if step > 50*(m+n)+1000 {
			return nil, core.Errorf(core.Internal, "a linear programme of %d rows and %d columns did not end", m, n)
		}
		enter, least := -1, -eps*big/1e4
		for j := range n + m {
			if last[j] < least && !(j >= n && l.exact[j-n]) {
				enter = j
				if step > 10*(m+n) {
					break // Bland
				}
				least = last[j]
			}
		}
		if enter < 0 {
			break
		}
		leave, ratio := -1, math.Inf(1)
		for r := range m {
			if a := t[r*width+enter]; a > eps {
				q := max(t[r*width+width-1], 0) / a
				if q < ratio-1e-12 || q <= ratio+1e-12 && leave >= 0 && basis[r] < basis[leave] {
					leave, ratio = r, q
				}
			}
		}
		if leave < 0 {
			return nil, core.Errorf(core.Internal, "a linear programme of %d rows and %d columns has no bound", m, n)
		}
		pivot(t, width, m, leave, enter)
		basis[leave] = enter
	}
	o := &optimum{x: make([]float64, n), dual: make([]float64, m)}
	for r, j := range basis {
		v := t[r*width+width-1]
		switch {
		case j < n:
			o.x[j] = v
			o.value += v * l.cost[j]
		case l.exact[j-n]:
			o.short += v
		}
	}
	for r := range m {
		o.dual[r] = last[n+r]
		if l.exact[r] {
			o.dual[r] -= big
		}
	}
	return o, nil
}

func pivot(t []float64, width, rows, leave, enter int) {
	row := t[leave*width : (leave+1)*width]
	scale := 1 / row[enter]
	for j := range row {
		row[j] *= scale
	}
	row[enter] = 1
	for r := range rows + 1 {
		if r == leave {
			continue
		}
		other := t[r*width : (r+1)*width]
		f := other[enter]
		if f == 0 {
			continue
		}
		for j, v := range row {
			other[j] -= f * v
		}
		other[enter] = 0
	}
}
