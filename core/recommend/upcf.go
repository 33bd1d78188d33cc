package recommend

import (
	"context"
	"math"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// UserPopularity are UP-CF's choices; zero values are the defaults.
type UserPopularity struct {
	Window   int     // of the latest baskets; 0: all
	Locality float64 // power of the similarity; 5
	Asym     float64 // share of the customer's own size in the similarity; .25
}

// upcf scores what similar customers have often.
type upcf struct {
	cfg     UserPopularity
	have    matrix    // what each customer has, once
	often   *nn.CSR   // share of each customer's baskets of the window with the item
	size    []float32 // of each customer, to the power Asym-1
	least   float32   // similarity that makes a difference: the power is 1e-5
	popular []float32
}

// UPCF recommends what customers with similar baskets, oneself first, have in a
// large share of theirs (Faggioli, Polato and Aiolli, Recency Aware
// Collaborative Filtering for Next Basket Recommendation, 2020).
func UPCF(cfg UserPopularity) Method {
	if cfg.Locality == 0 {
		cfg.Locality = 5
	}
	if cfg.Asym == 0 {
		cfg.Asym = .25
	}
	return Method{Name: "UP-CF", Control: true, Fit: func(ctx context.Context, l *Log, _ func(core.Progress)) (Scorer, error) {
		m := &upcf{cfg: cfg, have: newMatrix(l, nil), least: float32(math.Pow(1e-5, 1/cfg.Locality)), popular: popularity(l, Decay{Rate: 1})}
		m.often = m.shares(l)
		m.size = powers(m.have.byCustomer, cfg.Asym-1)
		return m, ctx.Err()
	}}
}

// shares returns in how large a share of the latest baskets each customer has
// each item.
func (m *upcf) shares(l *Log) *nn.CSR {
	often := newMatrix(l, Decay{Rate: 1, Last: m.cfg.Window}.weight()).byCustomer
	for c := range l.Customers {
		n := l.History(c).Baskets(nil)
		if m.cfg.Window > 0 {
			n = min(n, m.cfg.Window)
		}
		_, x := row(often, c)
		for i := range x {
			x[i] = min(1, x[i]/float32(n))
		}
	}
	return often
}

func (m *upcf) Score(h []History, out []float32) {
	n := len(m.popular)
	sum, near := make([]float32, n), make([]float32, m.have.byCustomer.Rows)
	w := Decay{Rate: 1, Last: m.cfg.Window}.weight()
	for i := range h {
		score := out[i*n : (i+1)*n]
		for j, x := range m.popular {
			score[j] = x * 1e-6
		}
		items, _ := rowOf(h[i], nil, sum)
		var order []int32
		for _, item := range items {
			customers, _ := row(m.have.byItem, int(item))
			for _, c := range customers {
				if near[c] == 0 {
					order = append(order, c)
				}
				near[c]++
			}
		}
		own := float32(math.Pow(float64(len(items)), m.cfg.Asym))
		for _, c := range order {
			sim := near[c] / own * m.size[c]
			near[c] = 0
			if c == h[i].Customer || sim < m.least {
				continue
			}
			sim = float32(math.Pow(float64(sim), m.cfg.Locality))
			items, x := row(m.often, int(c))
			for k, item := range items {
				score[item] += sim * x[k]
			}
		}
		// Oneself, at similarity 1, by the history that is asked about.
		baskets := h[i].Baskets(nil)
		if m.cfg.Window > 0 {
			baskets = min(baskets, m.cfg.Window)
		}
		items, x := rowOf(h[i], w, sum)
		for k, item := range items {
			score[item] += min(1, x[k]/float32(baskets))
		}
	}
}
