package nn

import "math"

// Graph is who bought what: an undirected graph of users and items, of which
// every edge has one of each. Nodes are the users, then the items. It does
// not change.
type Graph struct {
	Users, Items int
	// The neighbours of node n are index[start[n]:start[n+1]], ascending.
	start, index []int32
	root         []float32 // square root of the degree
	scale        []float32 // 1/root; 0 without neighbours
	square       []float32 // its square
	cuts         []int32   // runs of nodes with about as many edges: units of work
}

// edgesPerPiece is how many edges, at 64 bytes, are one unit of work.
const edgesPerPiece = 1 << 14

// NewGraph returns the graph of the edges (user[i], item[i]); one that is
// listed twice counts twice.
func NewGraph(users, items int, user, item []int32) *Graph {
	n := users + items
	g := &Graph{Users: users, Items: items, start: make([]int32, n+1), index: make([]int32, 2*len(user)),
		root: make([]float32, n), scale: make([]float32, n), square: make([]float32, n)}
	for i, u := range user {
		g.start[u+1]++
		g.start[users+int(item[i])+1]++
	}
	for i, d := range g.start[1:] {
		g.root[i] = float32(math.Sqrt(float64(d)))
		if d > 0 {
			g.scale[i] = 1 / g.root[i]
			g.square[i] = 1 / float32(d)
		}
		g.start[i+1] += g.start[i]
	}
	// Users' lists first, in the order of the edges; from them items' lists,
	// which thus ascend; from these users' lists again.
	next := append([]int32(nil), g.start...)
	put := func(from, to int32) {
		g.index[next[from]] = to
		next[from]++
	}
	for i, u := range user {
		put(u, int32(users)+item[i])
	}
	for u := range int32(users) {
		for _, v := range g.index[g.start[u]:g.start[u+1]] {
			put(v, u)
		}
	}
	copy(next, g.start[:users])
	for v := int32(users); v < int32(n); v++ {
		for _, u := range g.index[g.start[v]:g.start[v+1]] {
			put(u, v)
		}
	}
	g.cuts = append(g.cuts, 0)
	for i, last := int32(0), int32(0); i < int32(n); i++ {
		if g.start[i+1]-last >= edgesPerPiece || i == int32(n)-1 {
			g.cuts = append(g.cuts, i+1)
			last = g.start[i+1]
		}
	}
	return g
}

// Nodes returns their number.
func (g *Graph) Nodes() int { return g.Users + g.Items }

// Means sets the items' rows of y to the mean over each item's users of the
// means of these users' items in x, a walk's two steps back; x and y are Nodes
// x 16, users first. The users' rows of x are set on the way, those of y stay.
// Nodes without neighbours get 0. It uses the calling goroutine alone and does
// 32 additions an edge.
func (g *Graph) Means(y, x []float32) {
	n, edges := g.Users, g.start
	gatherRows(x[:n*lane], lane, x, edges[:n+1], g.index, g.square[:n])
	gatherRows(y[n*lane:], lane, x, edges[n:], g.index, g.square[n:])
}
