package recommend

import (
	"context"

	"shoptwin/core"
)

// TIFU are TIFU-KNN's choices; zero values are the defaults, those published
// for Ta-Feng.
type TIFU struct {
	Neighbours  int     // 300
	Group       int     // baskets of a group; 7
	BasketDecay float64 // within a group; .9
	GroupDecay  float64 // from group to group; .7
	Own         float64 // weight of the customer's own vector; .7
}

// tifu scores by a customer's own vector and those of the nearest others.
type tifu struct {
	cfg     TIFU
	vectors matrix
	length  []float32 // squared, of each customer's vector
	popular []float32
}

// TIFUKNN adds a customer's own frequencies, decayed within and across groups
// of baskets, to the mean of the nearest customers' (Hu, He, Gao and Zhang,
// Modeling Personalized Item Frequency Information for Next-basket
// Recommendation, 2020). A customer is no neighbour of its own. The time of one
// answer grows with the number of customers.
func TIFUKNN(cfg TIFU) Method {
	for _, d := range []struct {
		x     *float64
		usual float64
	}{{&cfg.BasketDecay, .9}, {&cfg.GroupDecay, .7}, {&cfg.Own, .7}} {
		if *d.x == 0 {
			*d.x = d.usual
		}
	}
	if cfg.Neighbours == 0 {
		cfg.Neighbours = 300
	}
	if cfg.Group == 0 {
		cfg.Group = 7
	}
	return Method{Name: "TIFU-KNN", Control: true, Fit: func(ctx context.Context, l *Log, _ func(core.Progress)) (Scorer, error) {
		m := &tifu{cfg: cfg, popular: popularity(l, Decay{Rate: 1})}
		m.vectors = newMatrix(l, m.weight())
		m.length = make([]float32, len(l.Customers))
		for c := range m.length {
			_, x := row(m.vectors.byCustomer, c)
			m.length[c] = squared(x)
		}
		return m, ctx.Err()
	}}
}

func squared(x []float32) (sum float32) {
	for _, v := range x {
		sum += v * v
	}
	return sum
}

// weight returns the share of an event in the customer's vector. Groups are
// counted from the latest basket, so that the first may be smaller.
func (m *tifu) weight() weight {
	size := m.cfg.Group
	within, across := powersOf(m.cfg.BasketDecay, size), powersOf(m.cfg.GroupDecay, 512)
	return func(h History, i int) float32 {
		last := int(h.Basket[len(h.Basket)-1])
		age := last - int(h.Basket[i])
		group, groups := age/size, last/size+1
		baskets := size
		if group == groups-1 {
			baskets = last + 1 - group*size
		}
		return within[age%size] * across[min(group, len(across)-1)] / float32(baskets*groups)
	}
}

func powersOf(x float64, n int) []float32 {
	out := make([]float32, n)
	p := 1.
	for i := range out {
		out[i] = float32(p)
		p *= x
	}
	return out
}

func (m *tifu) Score(h []History, out []float32) {
	n := len(m.popular)
	sum := make([]float32, n)
	dot := make([]float32, len(m.length))
	w := m.weight()
	for i := range h {
		score := out[i*n : (i+1)*n]
		for j, x := range m.popular {
			score[j] = x * 1e-6
		}
		if len(h[i].Items) == 0 {
			continue
		}
		items, x := rowOf(h[i], w, sum)
		// The nearest by Euclid: largest 2 u·v - |v|².
		for c, v := range m.length {
			dot[c] = -v
		}
		for k, item := range items {
			customers, y := row(m.vectors.byItem, int(item))
			v := 2 * x[k]
			for j, c := range customers {
				dot[c] += v * y[j]
			}
		}
		near := Top(dot, m.cfg.Neighbours, func(c int32) bool { return c == h[i].Customer || m.length[c] == 0 })
		share := float32(1-m.cfg.Own) / float32(max(1, len(near)))
		for _, c := range near {
			items, x := row(m.vectors.byCustomer, int(c))
			for k, item := range items {
				score[item] += share * x[k]
			}
		}
		for k, item := range items {
			score[item] += float32(m.cfg.Own) * x[k]
		}
	}
}
