package recommend

import (
	"context"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// Filter are GF-CF's choices; zero values are the defaults.
type Filter struct {
	Rank  int     // singular vectors of the ideal low-pass filter; 256
	Ideal float64 // its weight; .3
}

// graph is a filter on the graph of items: with R~ = Du^-½ R Di^-½ and V the
// top right singular vectors of R~, a history r scores
// r (R~'R~ + Di^-½ V g V' Di^½), g a weight for each vector.
type graph struct {
	norm    matrix    // R~
	v       []float32 // items x rank
	rank    int
	gain    []float32 // of each vector, times Ideal
	item    []float32 // Di^-½
	out     []float32 // what scores are multiplied by; Di^½ in the paper
	step    float32   // weight of R~'R~; 1 in the paper
	own     []float32 // of each vector, in r V own V'; nil but in files of older spectral filters
	popular []float32
}

// GFCF filters histories by the graph of items, linearly and without
// training: a neighbourhood of one step and an ideal low-pass filter (Shen et
// al., How Powerful is Graph Convolution for Recommendation?, 2021).
func GFCF(cfg Filter) Method {
	if cfg.Rank == 0 {
		cfg.Rank = 256
	}
	if cfg.Ideal == 0 {
		cfg.Ideal = .3
	}
	return Method{Name: "GF-CF", Control: true, Fit: func(ctx context.Context, l *Log, report func(core.Progress)) (Scorer, error) {
		g, err := newGraph(ctx, l, cfg.Rank, report)
		if err != nil {
			return nil, err
		}
		for i := range g.gain {
			g.gain[i] = float32(cfg.Ideal)
		}
		return g, nil
	}}
}

// newGraph returns the graph with gains of 0.
func newGraph(ctx context.Context, l *Log, rank int, report func(core.Progress)) (*graph, error) {
	g := &graph{popular: popularity(l, Decay{}), step: 1}
	g.norm, _, g.item = newMatrix(l, nil).normed()
	g.out = powers(newMatrix(l, nil).byItem, .5)
	g.rank = min(rank, len(l.Items), len(l.Customers))
	_, v, err := svd(ctx, g.norm, g.rank, report)
	g.v, g.gain = v, make([]float32, g.rank)
	return g, err
}

func (g *graph) Score(h []History, out []float32) {
	n, k := len(g.item), g.rank
	// Coordinates of the histories: r Di^-½ V, times gain.
	coord := make([]float32, len(h)*k)
	sum := make([]float32, n)
	for i := range h {
		index, _ := rowOf(h[i], nil, sum)
		to := coord[i*k : (i+1)*k]
		for _, item := range index {
			add(to, g.v[int(item)*k:int(item)*k+k], g.item[item])
		}
		for j := range to {
			to[j] *= g.gain[j]
		}
	}
	nn.Sgemm(false, true, len(h), n, k, 1, coord, k, g.v, k, 0, out, n)
	for i := range h {
		score := out[i*n : (i+1)*n]
		for j, by := range g.out {
			score[j] = score[j]*by + 1e-7*g.popular[j]
		}
	}
	if g.own != nil {
		clear(coord)
		for i := range h {
			index, _ := rowOf(h[i], nil, sum)
			to := coord[i*k : (i+1)*k]
			for _, item := range index {
				add(to, g.v[int(item)*k:int(item)*k+k], 1)
			}
			for j := range to {
				to[j] *= g.own[j]
			}
		}
		nn.Sgemm(false, true, len(h), n, k, 1, coord, k, g.v, k, 1, out, n)
	}
	who := make([]float32, g.norm.byCustomer.Rows)
	for i := range h {
		score := out[i*n : (i+1)*n]
		g.near(h[i], score, sum, who)
	}
}

// near adds r R~'R~ to score. room has a value for each item, who one for each
// customer; both are zero, and left so.
func (g *graph) near(h History, score, room, who []float32) {
	index, _ := rowOf(h, nil, room)
	var order []int32
	for _, item := range index {
		customers, x := row(g.norm.byItem, int(item))
		for k, c := range customers {
			if who[c] == 0 {
				order = append(order, c)
			}
			who[c] += x[k]
		}
	}
	for _, c := range order {
		items, x := row(g.norm.byCustomer, int(c))
		v := g.step * who[c]
		who[c] = 0
		for k, item := range items {
			score[item] += v * x[k]
		}
	}
}
