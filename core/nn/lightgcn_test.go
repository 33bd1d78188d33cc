package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// madeGraph draws so many edges; both sides' degrees are skewed. The last
// user and the last item have none.
func madeGraph(rng *rand.Rand, users, items, edges int) *Graph {
	user, item := make([]int32, edges), make([]int32, edges)
	skewed := func(n int) int32 {
		u := rng.Float64()
		return int32(float64(n-1) * u * u * u)
	}
	for i := range user {
		user[i], item[i] = skewed(users), skewed(items)
	}
	return NewGraph(users, items, user, item)
}

func init() {
	gradientSets = append(gradientSets, func(rng *rand.Rand) []gradientCase {
		g := madeGraph(rng, 8, 11, 40)
		n := g.Nodes()
		some := []int32{3, 12, 3, 0, 18, 12, 7}
		one := []bool{true}
		return []gradientCase{
			{name: "lightgcn", layer: &LightGCN{Graph: g, Dim: 20, Layers: 3}, in: [][2]int{{n, 20}}, wrt: one},
			{name: "lightgcn rows", layer: &LightGCN{Graph: g, Dim: 32, Layers: 3, Rows: some}, in: [][2]int{{n, 32}}, wrt: one},
			{name: "lightgcn skip", layer: &LightGCN{Graph: g, Dim: 3, Layers: 2, Rows: some, Skip: true}, in: [][2]int{{n, 3}}, wrt: one},
			{name: "lightgcn one layer", layer: &LightGCN{Graph: g, Dim: 5, Layers: 1, Rows: some}, in: [][2]int{{n, 5}}, wrt: one},
			{name: "lightgcn no layer", layer: &LightGCN{Graph: g, Dim: 5, Rows: some}, in: [][2]int{{n, 5}}, wrt: one},
		}
	})
}

// TestLightGCN compares with the definition, by dense matrices.
func TestLightGCN(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const users, items, dim, layers = 30, 40, 20, 3
	user, item := make([]int32, 200), make([]int32, 200)
	a := make([][]float64, users+items)
	for i := range a {
		a[i] = make([]float64, users+items)
	}
	for i := range user {
		user[i], item[i] = rng.Int32N(users-1), rng.Int32N(items-1)
		u, v := user[i], users+item[i]
		a[u][v]++
		a[v][u]++
	}
	e := randoms(rng, (users+items)*dim)
	x := make([]float64, len(e))
	for i, v := range e {
		x[i] = float64(v)
	}
	degree := make([]float64, len(a))
	for i, row := range a {
		for _, v := range row {
			degree[i] += v
		}
	}
	want := append([]float64(nil), x...)
	for range layers {
		next := make([]float64, len(x))
		for i, row := range a {
			for j, v := range row {
				if v == 0 {
					continue
				}
				for c := range dim {
					next[i*dim+c] += v / math.Sqrt(degree[i]*degree[j]) * x[j*dim+c]
				}
			}
		}
		x = next
		for i, v := range x {
			want[i] += v
		}
	}
	g := NewGraph(users, items, user, item)
	for _, rows := range [][]int32{nil, {5, 69, 33, 5, 29}} {
		l := &LightGCN{Graph: g, Dim: dim, Layers: layers, Rows: rows}
		shape := l.Shape([][2]int{{users + items, dim}})
		out := make([]float32, shape[0]*shape[1])
		l.Forward(out, [][]float32{e})
		for i, r := range l.rows() {
			for c := range dim {
				if got, want := float64(out[i*dim+c]), want[int(r)*dim+c]/(layers+1); math.Abs(got-want) > 1e-5 {
					t.Fatalf("node %d, column %d: %g, want %g", r, c, got, want)
				}
			}
		}
	}
}

// BenchmarkLightGCN is a step on a graph of Gowalla's size and skew: 64
// dimensions, 3 layers, batch 2,048, BPR with L2, Adam.
func BenchmarkLightGCN(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	const users, items, edges, dim, batch = 29858, 40981, 810128, 64, 2048
	user, item := make([]int32, edges), make([]int32, edges)
	for i := range user {
		// The share of edges that the first x of the nodes have is about
		// x^.5, as in Gowalla; the numbering says nothing about it.
		u, v := rng.Float64(), rng.Float64()
		user[i] = int32(u*u*users) * 7919 % users
		item[i] = int32(v*v*items) * 7919 % items
	}
	g := NewGraph(users, items, user, item)
	e, de := randoms(rng, (users+items)*dim), make([]float32, (users+items)*dim)
	gcn := &LightGCN{Graph: g, Dim: dim, Layers: 3, Skip: true, Rows: make([]int32, 3*batch)}
	bpr := &BPR{Dim: dim, Cols: 2 * dim, L2: 1e-4}
	x, dx := make([]float32, 3*batch*2*dim), make([]float32, 3*batch*2*dim)
	loss, one, adam := make([]float32, 1), []float32{1}, Adam{}
	gcnIn, gcnGrads, bprIn, bprGrads := [][]float32{e}, [][]float32{de}, [][]float32{x}, [][]float32{dx}
	b.ReportAllocs()
	for step := 0; b.Loop(); step++ {
		for i := range batch {
			at := rng.IntN(edges)
			gcn.Rows[i], gcn.Rows[batch+i] = user[at], users+item[at]
			gcn.Rows[2*batch+i] = users + rng.Int32N(items)
		}
		gcn.Forward(x, gcnIn)
		bpr.Forward(loss, bprIn)
		bpr.Backward(bprGrads, one, loss, bprIn)
		gcn.Backward(gcnGrads, dx, x, gcnIn)
		adam.Update(e, de, AdamRule{Rate: 1e-3, Beta1: .9, Beta2: .999, Step: step + 1})
	}
}
