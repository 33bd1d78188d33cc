package recommend

import "shoptwin/core/nn"

// communities groups the nodes of a weighted graph so that more weight lies
// within groups than chance would put there: moves of single nodes while
// modularity grows, then the same with groups as nodes (Blondel, Guillaume,
// Lambiotte and Lefebvre, Fast Unfolding of Communities in Large Networks,
// 2008). Edges are taken in the order of nodes: the same graph gives the same
// groups, numbered by their first node. Nodes without edges stay alone.
func communities(g *nn.CSR) []int32 {
	of := make([]int32, g.Rows)
	for i := range of {
		of[i] = int32(i)
	}
	for range 6 {
		group, n := moved(g)
		for i, x := range of {
			of[i] = group[x]
		}
		if n == g.Rows {
			break
		}
		var from, to []int32
		for r := range g.Rows {
			items, _ := row(g, r)
			for _, j := range items {
				from, to = append(from, group[r]), append(to, group[j])
			}
		}
		g = merged(n, from, to, g.Value)
	}
	number := map[int32]int32{}
	for i, x := range of {
		n, ok := number[x]
		if !ok {
			n = int32(len(number))
			number[x] = n
		}
		of[i] = n
	}
	return of
}

// merged returns the graph of n nodes with those edges, weights of equal ones
// added up.
func merged(n int, from, to []int32, weight []float32) *nn.CSR {
	sorted := nn.NewCSR(n, n, from, to, weight)
	out := &nn.CSR{Rows: n, Cols: n, Start: make([]int32, 1, n+1)}
	for r := range n {
		items, x := row(sorted, r)
		for k, j := range items {
			if last := len(out.Index) - 1; last >= int(out.Start[r]) && out.Index[last] == j {
				out.Value[last] += x[k]
			} else {
				out.Index, out.Value = append(out.Index, j), append(out.Value, x[k])
			}
		}
		out.Start = append(out.Start, int32(len(out.Index)))
	}
	return out
}

// moved returns the group of each node after single moves, and how many there
// are.
func moved(g *nn.CSR) ([]int32, int) {
	n := g.Rows
	group, degree, total := make([]int32, n), make([]float64, n), make([]float64, n)
	whole := 0.
	for i := range n {
		group[i] = int32(i)
		_, x := row(g, i)
		for _, v := range x {
			degree[i] += float64(v)
		}
		total[i] = degree[i]
		whole += degree[i]
	}
	link := make([]float64, n) // weight from the node to each group
	for changed, round := whole > 0, 0; changed && round < 10; round++ {
		changed = false
		for i := range n {
			items, x := row(g, i)
			for k, j := range items {
				if int(j) != i {
					link[group[j]] += float64(x[k])
				}
			}
			was := group[i]
			total[was] -= degree[i]
			best, most := was, link[was]-degree[i]*total[was]/whole
			for _, j := range items {
				to := group[j]
				if gain := link[to] - degree[i]*total[to]/whole; gain > most+1e-12 {
					best, most = to, gain
				}
			}
			total[best] += degree[i]
			group[i] = best
			changed = changed || best != was
			for _, j := range items {
				link[group[j]] = 0
			}
			link[was], link[best] = 0, 0
		}
	}
	number := make([]int32, n)
	for i := range number {
		number[i] = -1
	}
	k := int32(0)
	for i, x := range group {
		if number[x] < 0 {
			number[x] = k
			k++
		}
		group[i] = number[x]
	}
	return group, int(k)
}
