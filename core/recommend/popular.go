package recommend

import (
	"context"

	"shoptwin/core"
)

// popular scores items alike for everybody.
type popular struct{ score []float32 }

// Popular recommends what most customers have, to everybody: the control that
// any method must beat. Events of each customer's latest baskets count more
// with a decay.
func Popular(d Decay) Method {
	name := "popularity"
	if d != (Decay{}) {
		name = "recent popularity"
	}
	return Method{Name: name, Control: true, Fit: func(ctx context.Context, l *Log, _ func(core.Progress)) (Scorer, error) {
		return &popular{popularity(l, d)}, ctx.Err()
	}}
}

// popularity returns the summed weights by item as shares of the largest, and
// hence in [0, 1].
func popularity(l *Log, d Decay) []float32 {
	w, out := d.weight(), make([]float32, len(l.Items))
	sum := make([]float32, len(l.Items))
	var index []int32
	var value []float32
	for c := range l.Customers {
		index, value = appendRow(index[:0], value[:0], sum, l.History(c), w)
		for k, item := range index {
			out[item] += value[k]
		}
	}
	most := float32(0)
	for _, x := range out {
		most = max(most, x)
	}
	if most > 0 {
		for i := range out {
			out[i] /= most
		}
	}
	return out
}

func (p *popular) Score(h []History, out []float32) {
	for i := range h {
		copy(out[i*len(p.score):], p.score)
	}
}

// personal scores items by how often the customer had them.
type personal struct {
	decay   Decay
	popular []float32
	fill    float32 // of popularity
}

// Personal recommends what the customer has had most often: P-Top, hard to
// beat where people come back for the same (Li, Jullien, Ariannezhad and de
// Rijke, A Next Basket Recommendation Reality Check, 2023), of equals what is more
// popular. With a decay late baskets count more. With fill what is popular follows (GP-Top), else nothing
// tells the other items apart.
func Personal(d Decay, fill bool) Method {
	if d == (Decay{}) {
		d.Rate = 1
	}
	name := "personal frequency"
	if d.Rate != 1 || d.Power != 0 {
		name += " and recency"
	}
	p := &personal{decay: d}
	if fill {
		name, p.fill = name+", then popularity", 1e-3
	}
	return Method{Name: name, Control: true, Fit: func(ctx context.Context, l *Log, _ func(core.Progress)) (Scorer, error) {
		p := *p
		p.popular = popularity(l, Decay{Rate: 1})
		return &p, ctx.Err()
	}}
}

func (p *personal) Score(h []History, out []float32) {
	n := len(p.popular)
	w, sum := p.decay.weight(), make([]float32, n)
	for i := range h {
		row := out[i*n : (i+1)*n]
		for j, x := range p.popular {
			row[j] = x * p.fill
		}
		index, value := rowOf(h[i], w, sum)
		for k, item := range index {
			row[item] = value[k] + 1e-3*p.popular[item]
		}
	}
}
