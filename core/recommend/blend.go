package recommend

import (
	"context"
	"math"
	"slices"

	"shoptwin/core"
)

// blend scores by a weighted sum of others, each brought to mean 0 and
// deviation 1 within a history.
type blend struct {
	parts  []Scorer
	weight []float32
	items  int
}

// Blend returns the weighted sum of scorers of one log with so many items; each
// history's scores are standardised first.
func Blend(parts []Scorer, weight []float64, items int) Scorer {
	b := &blend{items: items}
	for i, w := range weight {
		if w != 0 {
			b.parts, b.weight = append(b.parts, parts[i]), append(b.weight, float32(w))
		}
	}
	return b
}

func (b *blend) Score(h []History, out []float32) {
	clear(out[:len(h)*b.items])
	room := make([]float32, len(h)*b.items)
	for p, s := range b.parts {
		s.Score(h, room)
		for i := range h {
			row := room[i*b.items : (i+1)*b.items]
			standardise(row)
			add(out[i*b.items:(i+1)*b.items], row, b.weight[p])
		}
	}
}

// standardise brings x to mean 0 and deviation 1; what does not vary becomes 0.
func standardise(x []float32) {
	sum, square := 0., 0.
	for _, v := range x {
		sum += float64(v)
	}
	mean := sum / float64(len(x))
	for _, v := range x {
		square += (float64(v) - mean) * (float64(v) - mean)
	}
	by := float32(0)
	if d := math.Sqrt(square / float64(len(x))); d > 1e-20 {
		by = float32(1 / d)
	}
	m := float32(mean)
	for i := range x {
		x[i] = (x[i] - m) * by
	}
}

// pool are the candidates of cases: the union of what each part ranks first,
// with each part's standardised scores.
type pool struct {
	parts int
	of    []candidates
}

type candidates struct {
	history History
	items   []int32
	score   []float32 // items x parts
	came    []bool
	next    int // how many came in all, in the pool or not
}

// pooled asks the parts each case of the split and keeps the first most of
// each.
func pooled(ctx context.Context, parts []Scorer, split *Split, most int) (*pool, error) {
	n := len(split.Train.Items)
	p := &pool{parts: len(parts), of: make([]candidates, len(split.Cases))}
	size := batchFor(n)
	for lo := 0; lo < len(split.Cases); lo += 2 * size {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		core.Parallel(2, func(half int) {
			from, to := lo+half*size, min(len(split.Cases), lo+(half+1)*size)
			if from >= to {
				return
			}
			hs := make([]History, to-from)
			for i := range hs {
				hs[i] = split.Cases[from+i].History
			}
			for i, c := range gather(parts, hs, n, most, split.New) {
				next := split.Cases[from+i].Next
				c.next, c.came = len(next), make([]bool, len(c.items))
				for k, item := range c.items {
					c.came[k] = slices.Contains(next, item)
				}
				p.of[from+i] = c
			}
		})
	}
	return p, nil
}

// gather returns the candidates of each history.
func gather(parts []Scorer, hs []History, n, most int, new bool) []candidates {
	out := make([]candidates, len(hs))
	all := make([][]float32, len(parts))
	for i := range out {
		out[i].history = hs[i]
	}
	for p, s := range parts {
		all[p] = make([]float32, len(hs)*n)
		s.Score(hs, all[p])
		for i := range hs {
			row := all[p][i*n : (i+1)*n]
			standardise(row)
			var leave func(int32) bool
			if new {
				leave = func(item int32) bool { return slices.Contains(hs[i].Items, item) }
			}
			out[i].items = append(out[i].items, Top(row, most, leave)...)
		}
	}
	for i := range out {
		c := &out[i]
		slices.Sort(c.items)
		c.items = slices.Compact(c.items)
		c.score = make([]float32, 0, len(c.items)*len(parts))
		for _, item := range c.items {
			for p := range parts {
				c.score = append(c.score, all[p][i*n+int(item)])
			}
		}
	}
	return out
}

// ndcg10 returns the mean NDCG@10 of the weighted sum over the pool.
func (p *pool) ndcg10(weight []float64) float64 {
	gains := make([]float64, len(p.of))
	core.Parallel(16, func(part int) {
		var score []float32
		for i := part; i < len(p.of); i += 16 {
			c := &p.of[i]
			score = score[:0]
			for k := range c.items {
				s := 0.
				for j, w := range weight {
					s += w * float64(c.score[k*p.parts+j])
				}
				score = append(score, float32(s))
			}
			gain, best := 0., 0.
			for r, k := range Top(score, 10, nil) {
				if c.came[k] {
					gain += 1 / math.Log2(float64(r)+2)
				}
			}
			for r := range min(10, c.next) {
				best += 1 / math.Log2(float64(r)+2)
			}
			gains[i] = gain / best
		}
	})
	sum := 0.
	for _, g := range gains {
		sum += g
	}
	return sum / max(1, float64(len(gains)))
}

// weights returns the weights that rank the pool best by NDCG@10: from the best
// part alone, one weight after the other is tried larger, smaller and zero,
// until nothing helps.
func (p *pool) weights(ctx context.Context) ([]float64, error) {
	w := make([]float64, p.parts)
	best, first := -1., 0
	for j := range w {
		w[j] = 1
		if x := p.ndcg10(w); x > best {
			best, first = x, j
		}
		w[j] = 0
	}
	w[first] = 1
	for _, steps := range [][]float64{{.25, .5, 1}, {.1, .25, .5}, {.05, .1}} {
		for improved, round := true, 0; improved && round < 4; round++ {
			improved = false
			for j := range w {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				was, keep := w[j], w[j]
				tries := []float64{0}
				for _, s := range steps {
					tries = append(tries, was+s, was-s)
				}
				for _, x := range tries {
					if x < 0 || x == was || j == first && x == 0 {
						continue
					}
					w[j] = x
					if got := p.ndcg10(w); got > best+1e-5 {
						best, keep, improved = got, x, true
					}
				}
				w[j] = keep
			}
		}
	}
	return w, nil
}
