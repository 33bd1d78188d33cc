package recommend

import (
	"context"
	"math"

	"shoptwin/core"
)

// Walk are the choices of a walk on the graph of who has what; zero values are
// the defaults, which were chosen within the training part of Gowalla's places.
// -1 stands for 0.
type Walk struct {
	From  float64 // power of an item's customers that its step is divided by; .3
	Via   float64 // likewise of a customer's items; .7
	To    float64 // likewise of the item that is reached; .1
	Power float64 // of what a customer has in common with the history; 1.5
}

// Walks scores what is reached in three steps, from the history's items to
// their customers and on to what these have. With d the number of an item's
// customers or a customer's items,
//
//	score_j = d_j^-To · Σ_v (d_v^-Via · Σ_i d_i^-From)^Power
//
// over the customers v of j and the history's items i that they have. GF-CF's
// linear filter is .5, 1, .5 and 1; how much the well-known counts is worth
// choosing (Fu, Gan, Li, Cao, Zhang and Xu, Revisiting Neighborhood-based Link
// Prediction for Collaborative Filtering, 2022), and a power above 1 listens
// more to those who are alike. Nothing is trained; a history takes as many
// additions as its customers have items.
func Walks(cfg Walk) Method {
	for x, usual := range map[*float64]float64{&cfg.From: .3, &cfg.Via: .7, &cfg.To: .1, &cfg.Power: 1.5} {
		switch *x {
		case 0:
			*x = usual
		case -1:
			*x = 0
		}
	}
	return Method{Name: "walk", Control: true, Fit: func(ctx context.Context, l *Log, _ func(core.Progress)) (Scorer, error) {
		m := newMatrix(l, nil)
		return &walk{have: m, from: powers(m.byItem, -cfg.From), via: powers(m.byCustomer, -cfg.Via), to: powers(m.byItem, -cfg.To),
			power: cfg.Power, popular: popularity(l, Decay{})}, ctx.Err()
	}}
}

type walk struct {
	have          matrix
	from, via, to []float32 // of items, customers, items
	power         float64
	popular       []float32
}

func (w *walk) Score(h []History, out []float32) {
	n := len(w.popular)
	room, near := make([]float32, n), make([]float32, len(w.via))
	for i := range h {
		score := out[i*n : (i+1)*n]
		clear(score)
		items, _ := rowOf(h[i], nil, room)
		var order []int32
		for _, item := range items {
			customers, _ := row(w.have.byItem, int(item))
			for _, c := range customers {
				if near[c] == 0 {
					order = append(order, c)
				}
				near[c] += w.from[item]
			}
		}
		for _, c := range order {
			x := near[c] * w.via[c]
			near[c] = 0
			if w.power != 1 {
				x = float32(math.Pow(float64(x), w.power))
			}
			items, _ := row(w.have.byCustomer, int(c))
			for _, item := range items {
				score[item] += x
			}
		}
		for j, by := range w.to {
			score[j] = score[j]*by + 1e-7*w.popular[j]
		}
	}
}
