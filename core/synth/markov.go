package synth

import (
	"math"
	"slices"
)

// markov is a distribution of rows of codes that is a product of factors of
// one or two blocks, each with a noisy table that it should have. It is kept
// as a tree of cliques, one a block: the block with those that come after it
// in an order of elimination (Koller and Friedman 2009, chapter 10).
//
// fit finds the factors: of all distributions with these cliques the one
// whose tables are nearest to the noisy ones, weighted by their noise, and of
// those the one of most entropy (McKenna, Sheldon and Miklau 2019).
type markov struct {
	widths  []int
	total   float64 // rows
	factors []*factor
	cliques []clique // of each block
	order   []int    // blocks, a clique's parent before it
}

// factor is a table over vars, ascending, the last one's code changing
// fastest.
type factor struct {
	vars   []int
	log    []float64 // of the factor
	want   []float64 // noisy shares of the rows
	weight []float64 // 1/variance of want
	have   []float64 // shares under the model
	clique int
	place  []int32 // cell of each cell of the clique
}

// clique holds a block, its others and their joint shares: others in the order
// of block numbers, then the block, the last one's code changing fastest.
type clique struct {
	block  int
	others []int
	parent int // block of the parent clique, -1 at a root
	joint  []float64
	above  []int32 // cell among others of each cell of the parent
	upward []float64
}

// eliminate returns the cliques' others by block and the order in which the
// blocks go, or false as soon as the cliques have more than most cells.
func eliminate(widths []int, edge func(a, b int) bool, most int) (others [][]int, order []int, ok bool) {
	n := len(widths)
	near := make([][]bool, n)
	for a := range near {
		near[a] = make([]bool, n)
		for b := range near[a] {
			near[a][b] = a != b && edge(min(a, b), max(a, b))
		}
	}
	gone := make([]bool, n)
	others = make([][]int, n)
	sum := 0
	for range n {
		best, bestFill, bestSize := -1, 0, 0
		var list []int
		for v := range n {
			if gone[v] {
				continue
			}
			list = list[:0]
			size := widths[v]
			for u, ok := range near[v] {
				if ok && !gone[u] {
					list = append(list, u)
					size = min(size*widths[u], 1<<40)
				}
			}
			fill := 0
			for i, a := range list {
				for _, b := range list[:i] {
					if !near[a][b] {
						fill++
					}
				}
			}
			if best < 0 || fill < bestFill || fill == bestFill && size < bestSize {
				best, bestFill, bestSize = v, fill, size
				others[v] = slices.Clone(list)
			}
		}
		if sum += bestSize; sum > most {
			return nil, nil, false
		}
		for _, a := range others[best] {
			for _, b := range others[best] {
				near[a][b] = near[a][b] || a != b
			}
		}
		gone[best] = true
		order = append(order, best)
	}
	return others, order, true
}

// arrange builds the cliques for the factors.
func (m *markov) arrange() {
	n := len(m.widths)
	joined := m.joined()
	others, order, _ := eliminate(m.widths, joined, math.MaxInt)
	when := make([]int, n)
	for i, v := range order {
		when[v] = i
	}
	m.order = slices.Clone(order)
	slices.Reverse(m.order)
	m.cliques = make([]clique, n)
	for v := range n {
		c := clique{block: v, others: others[v], parent: -1}
		size := m.widths[v]
		for _, u := range c.others {
			size *= m.widths[u]
			if c.parent < 0 || when[u] < when[c.parent] {
				c.parent = u
			}
		}
		c.joint = make([]float64, size)
		c.upward = make([]float64, size/m.widths[v])
		m.cliques[v] = c
	}
	for v := range n {
		if c := &m.cliques[v]; c.parent >= 0 {
			c.above = m.cells(c.parent, c.others)
		}
	}
	for _, f := range m.factors {
		f.clique = f.vars[0]
		for _, v := range f.vars {
			if when[v] < when[f.clique] {
				f.clique = v
			}
		}
		f.place = m.cells(f.clique, f.vars)
	}
}

// joined says which blocks have a factor together, the smaller one first.
func (m *markov) joined() func(a, b int) bool {
	n := len(m.widths)
	has := make([]bool, n*n)
	for _, f := range m.factors {
		if len(f.vars) == 2 {
			has[f.vars[0]*n+f.vars[1]] = true
		}
	}
	return func(a, b int) bool { return has[a*n+b] }
}

// cells returns for each cell of a clique the cell of a table over vars, all
// of which are in it.
func (m *markov) cells(block int, vars []int) []int32 {
	c := &m.cliques[block]
	axes := append(slices.Clone(c.others), block)
	stride := make([]int32, len(axes))
	s := int32(1)
	for i := len(vars) - 1; i >= 0; i-- {
		stride[slices.Index(axes, vars[i])] = s
		s *= int32(m.widths[vars[i]])
	}
	out := make([]int32, 1, len(c.joint))
	for i, v := range axes { // one axis after the other, the last fastest
		w := m.widths[v]
		next := make([]int32, 0, len(out)*w)
		for _, at := range out {
			for x := range w {
				next = append(next, at+int32(x)*stride[i])
			}
		}
		out = next
	}
	return out
}

// calibrate computes the cliques' joint shares and the factors' tables: one
// pass up the tree and one down. O(cells).
func (m *markov) calibrate() {
	for v := range m.cliques {
		clear(m.cliques[v].joint)
	}
	for _, f := range m.factors {
		joint := m.cliques[f.clique].joint
		for i, p := range f.place {
			joint[i] += f.log[p]
		}
	}
	for v := range m.cliques {
		joint := m.cliques[v].joint
		top := slices.Max(joint)
		for i, x := range joint {
			joint[i] = math.Exp(x - top)
		}
	}
	for i := len(m.order) - 1; i >= 0; i-- {
		c := &m.cliques[m.order[i]]
		w := m.widths[c.block]
		var top float64
		for k := range c.upward {
			var sum float64
			for _, x := range c.joint[k*w : k*w+w] {
				sum += x
			}
			c.upward[k] = sum
			top = max(top, sum)
		}
		if c.parent < 0 {
			continue
		}
		for k := range c.upward {
			c.upward[k] /= top
		}
		up := m.cliques[c.parent].joint
		for k, at := range c.above {
			up[k] *= c.upward[at]
		}
	}
	var down []float64
	for _, v := range m.order {
		c := &m.cliques[v]
		w := m.widths[v]
		if c.parent < 0 {
			var sum float64
			for _, x := range c.joint {
				sum += x
			}
			for k := range c.joint {
				c.joint[k] /= sum
			}
			continue
		}
		down = append(down[:0], make([]float64, len(c.upward))...)
		for k, x := range m.cliques[c.parent].joint {
			down[c.above[k]] += x
		}
		for k, share := range down {
			var sum float64
			row := c.joint[k*w : k*w+w]
			for _, x := range row {
				sum += x
			}
			if sum > 0 {
				share /= sum
			}
			for j := range row {
				row[j] *= share
			}
		}
	}
	for _, f := range m.factors {
		clear(f.have)
		joint := m.cliques[f.clique].joint
		for i, p := range f.place {
			f.have[p] += joint[i]
		}
	}
}

// loss returns half the weighted squared distance of the factors' tables from
// the noisy ones.
func (m *markov) loss() (sum float64) {
	for _, f := range m.factors {
		for i, x := range f.have {
			d := x - f.want[i]
			sum += f.weight[i] * d * d / 2
		}
	}
	return sum
}

// fit descends towards the noisy tables: mirror descent with a step that grows
// while it serves. more is asked before every step whether to go on.
func (m *markov) fit(steps int, more func() bool) {
	var heaviest float64
	for _, f := range m.factors {
		heaviest = max(heaviest, slices.Max(f.weight))
	}
	if heaviest == 0 {
		return
	}
	m.calibrate()
	loss, step := m.loss(), 2/heaviest
	old := make([][]float64, len(m.factors))
	for i, f := range m.factors {
		old[i] = make([]float64, len(f.log))
	}
	grad := make([][]float64, len(m.factors))
	for i, f := range m.factors {
		grad[i] = make([]float64, len(f.log))
	}
	fresh := true
	for range steps {
		if !more() {
			return
		}
		for i, f := range m.factors {
			if fresh {
				copy(old[i], f.log)
				for k, x := range f.have {
					grad[i][k] = f.weight[k] * (x - f.want[k])
				}
			}
			for k, g := range grad[i] {
				f.log[k] = old[i][k] - step*g
			}
		}
		m.calibrate()
		if next := m.loss(); next <= loss {
			fresh = true
			step *= 1.3
			loss = next
		} else {
			fresh = false
			step /= 2
		}
	}
	if !fresh {
		for i, f := range m.factors {
			copy(f.log, old[i])
		}
		m.calibrate()
	}
}

// body returns the tables to draw rows from.
func (m *markov) body() Conditionals {
	var out Conditionals
	for _, v := range m.order {
		c := &m.cliques[v]
		all := make([]float64, m.widths[v])
		for k, x := range c.joint {
			all[k%len(all)] += x
		}
		out = append(out, conditional(v, c.others, c.joint, all))
	}
	return out
}
