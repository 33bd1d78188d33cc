package recommend

import (
	"context"
	"slices"

	"shoptwin/core"
)

// Ease are EASE's choices; zero values are the defaults.
type Ease struct {
	Lambda float64 // regularisation; 100
	Learn  Decay   // of the histories it is learned from
	Input  Decay   // of the histories it is asked about
	// MaxItems is how many items take part, those most customers have; the
	// others have their popularity. 5,000, which needs 100 MB.
	MaxItems int
}

// EASE is the linear autoencoder in closed form: with P = (X'X + λI)^-1, B_ij =
// -P_ij/P_jj and zeros on the diagonal, a history x scores x·B (Steck,
// Embarrassingly Shallow Autoencoders for Sparse Data, 2019). Late events of
// the history may count more. items³ operations.
func EASE(cfg Ease) Method {
	if cfg.Lambda == 0 {
		cfg.Lambda = 100
	}
	if cfg.MaxItems == 0 {
		cfg.MaxItems = 5_000
	}
	name := "EASE"
	if cfg.Input != (Decay{}) {
		name = "EASE, decayed input"
	}
	return Method{Name: name, Control: true, Fit: func(ctx context.Context, l *Log, report func(core.Progress)) (Scorer, error) {
		return onMost(ctx, l, cfg.MaxItems, func(l *Log) (Scorer, error) {
			n := len(l.Items)
			p := gram(newMatrix(l, cfg.Learn.weight()))
			for i := range n {
				p[i*n+i] += float32(cfg.Lambda)
			}
			if err := invert(ctx, p, n, report); err != nil {
				return nil, err
			}
			// B = -P / its diagonal, column by column.
			by := make([]float32, n)
			for j := range by {
				by[j] = -1 / p[j*n+j]
			}
			core.Parallel(n, func(i int) {
				row := p[i*n : (i+1)*n]
				for j := range row {
					row[j] *= by[j]
				}
				row[i] = 0
			})
			return newLinear(l, cfg.Input, p), nil
		})
	}}
}

// newLinear returns the scorer of a dense B, n x n for the items of l. Where
// there are many items it keeps the strongest of each row: the rest is noise
// that takes memory and time.
func newLinear(l *Log, input Decay, b []float32) *linear {
	m := &linear{decay: input, dense: b, popular: popularity(l, Decay{}), tie: 1e-7}
	n := len(l.Items)
	const small, keep = 4096, 400
	if n <= small {
		return m
	}
	rows, values := make([][]int32, n), make([][]float32, n)
	core.Parallel(n, func(i int) {
		row := b[i*n : (i+1)*n]
		size := make([]float32, n)
		for j, x := range row {
			size[j] = max(x, -x)
		}
		rows[i] = Top(size, keep, nil)
		slices.Sort(rows[i])
		for _, j := range rows[i] {
			values[i] = append(values[i], row[j])
		}
	})
	m.dense, m.sparse = nil, stack(rows, values, n)
	return m
}

// onMost fits to the most bought items alone, where there are more than most,
// and gives the others their popularity.
func onMost(ctx context.Context, l *Log, most int, fit func(*Log) (Scorer, error)) (Scorer, error) {
	if len(l.Items) <= most {
		return fit(l)
	}
	_, have := l.Counts()
	score := make([]float32, len(have))
	for i, n := range have {
		score[i] = float32(n)
	}
	some := &partial{items: Top(score, most, nil), at: make([]int32, len(have)), popular: popularity(l, Decay{})}
	for i := range some.at {
		some.at[i] = -1
	}
	for k, item := range some.items {
		some.at[item] = int32(k)
	}
	small := l.Keep(func(_, e int) bool { return some.at[l.Item[e]] >= 0 })
	small.Items = make([]string, most)
	for k, item := range some.items {
		small.Items[k] = l.Items[item]
	}
	for e, item := range small.Item {
		small.Item[e] = some.at[item]
	}
	var err error
	if some.of, err = fit(small); err != nil {
		return nil, err
	}
	return some, ctx.Err()
}

// partial asks a scorer that knows some of the items only.
type partial struct {
	of      Scorer
	items   []int32 // of which it knows
	at      []int32 // of each item, its number there; -1: not known
	popular []float32
}

func (p *partial) Score(h []History, out []float32) {
	n, k := len(p.at), len(p.items)
	small := make([]History, len(h))
	for i, x := range h {
		y := History{Customer: x.Customer}
		for e, item := range x.Items {
			if p.at[item] < 0 {
				continue
			}
			y.Push(x, e)
			y.Items[len(y.Items)-1] = p.at[item]
		}
		small[i] = y
	}
	scores := make([]float32, len(h)*k)
	p.of.Score(small, scores)
	for i := range h {
		low := float32(0)
		for _, x := range scores[i*k : (i+1)*k] {
			low = min(low, x)
		}
		to := out[i*n : (i+1)*n]
		for j, x := range p.popular { // below all that are known
			to[j] = low - 1 + x
		}
		for j, item := range p.items {
			to[item] = scores[i*k+j]
		}
	}
}
