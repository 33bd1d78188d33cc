package recommend

import (
	"cmp"
	"math"
	"slices"
)

// Picture is as much of the relations as can be looked at: the items of the
// strongest pairs and the pairs among them.
type Picture struct {
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
}

// Node is an item of a picture.
type Node struct {
	Item      string `json:"item"`
	Label     string `json:"label,omitempty"` // what people call it
	Baskets   int    `json:"baskets"`
	Community int32  `json:"community"`
}

// Edge is a pair of a picture, by the places of its nodes.
type Edge struct {
	A    int     `json:"a"`
	B    int     `json:"b"`
	Both int     `json:"both"` // baskets
	Lift float64 `json:"lift"` // after shrinkage
}

// Picture returns at most most items, of pairs in at least five baskets that
// are bought together more than chance would have it: of the pairs those whose
// lift is largest beside how sure it is. With about, pairs around that item.
func (r *Relations) Picture(most int, about int32) Picture {
	type pair struct {
		a, b int32
		p    Pair
		x    float64
	}
	var pairs []pair
	for a := range r.Items {
		items, cosine := row(r.cosine, a)
		for k, b := range items {
			if int(b) < a && r.holds(b, int32(a)) {
				continue // seen from b
			}
			both := math.Round(float64(cosine[k]) * r.root(int32(a), b))
			if both < 5 {
				continue
			}
			if p := r.pair(int32(a), b, both); p.Score > 0 {
				x := p.Score * math.Sqrt(both)
				if about >= 0 && int32(a) != about && b != about {
					x /= 1000
				}
				pairs = append(pairs, pair{int32(a), b, p, x})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.x, a.x) })
	out := Picture{Nodes: []Node{}, Edges: []Edge{}}
	at := map[int32]int{}
	for _, p := range pairs {
		_, a := at[p.a]
		_, b := at[p.b]
		if about >= 0 && len(at) > 0 && !a && !b {
			continue // what hangs together with the item only
		}
		fresh := 0
		for _, known := range []bool{a, b} {
			if !known {
				fresh++
			}
		}
		if len(out.Nodes)+fresh > most {
			continue
		}
		for _, item := range []int32{p.a, p.b} {
			if _, ok := at[item]; !ok {
				at[item] = len(out.Nodes)
				out.Nodes = append(out.Nodes, Node{Item: r.Items[item], Baskets: int(r.count[item]), Community: r.Community[item]})
			}
		}
		if len(out.Edges) < most*3/2 { // more would be a tangle
			out.Edges = append(out.Edges, Edge{at[p.a], at[p.b], p.p.Both, math.Exp(p.p.Score)})
		}
	}
	return out
}

// holds says whether b was kept among a's.
func (r *Relations) holds(a, b int32) bool {
	items, _ := row(r.cosine, int(a))
	_, ok := slices.BinarySearch(items, b)
	return ok
}

// Picture is that of the relations, with labels.
func (m *Model) Picture(most int, about int32) Picture {
	p := m.Relations.Picture(most, about)
	for i := range p.Nodes {
		p.Nodes[i].Label = m.Label(m.itemAt[p.Nodes[i].Item])
	}
	return p
}
