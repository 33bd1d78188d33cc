package recommend

import (
	"context"
	"math"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// Chain are Markov's choices; zero values are the defaults.
type Chain struct {
	Window int     // baskets after that count as following; 1
	Gap    float64 // factor for each basket further off; .5
	Shrink float64 // added to the denominator; 5
	Level  float64 // power of the popularity of what follows that is divided by; 0
	Keep   int     // followers kept of each item; 300
	Input  Decay   // of the history; the zero value: the last basket alone
	Once   bool    // an item is not followed by itself
}

// Markov recommends what followed the customer's latest items: chances of the
// first order, counted with shrinkage, the followers of older items counting
// less (Rendle, Freudenthaler and Schmidt-Thieme, Factorizing Personalized
// Markov Chains for Next-basket Recommendation, 2010, without factors).
func Markov(cfg Chain) Method {
	if cfg.Window == 0 {
		cfg.Window = 1
	}
	if cfg.Gap == 0 {
		cfg.Gap = .5
	}
	if cfg.Shrink == 0 {
		cfg.Shrink = 5
	}
	if cfg.Keep == 0 {
		cfg.Keep = 300
	}
	if cfg.Input == (Decay{}) {
		cfg.Input = Decay{Rate: 1, Last: 1}
	}
	return Method{Name: "Markov", Control: true, Fit: func(ctx context.Context, l *Log, _ func(core.Progress)) (Scorer, error) {
		return &linear{decay: cfg.Input, sparse: followers(l, cfg), popular: popularity(l, Decay{}), tie: 1e-6}, ctx.Err()
	}}
}

// followers returns for each item the chances of those that follow.
func followers(l *Log, cfg Chain) *nn.CSR {
	n := len(l.Items)
	near := powersOf(cfg.Gap, cfg.Window)
	// Where each item is in the log, so that each thread counts its own items.
	at := &nn.CSR{Rows: n, Start: make([]int32, n+1), Index: make([]int32, len(l.Item))}
	for _, item := range l.Item {
		at.Start[item+1]++
	}
	for i := range n {
		at.Start[i+1] += at.Start[i]
	}
	next := append([]int32(nil), at.Start...)
	end := make([]int32, len(l.Item)) // of the customer's events
	for c := range l.Customers {
		for e := l.First[c]; e < l.First[c+1]; e++ {
			end[e] = l.First[c+1]
			at.Index[next[l.Item[e]]] = e
			next[l.Item[e]]++
		}
	}
	events := countTimes(l)
	rows, values := make([][]int32, n), make([][]float32, n)
	pieces := max(1, min(64, n/16))
	core.Parallel(pieces, func(p int) {
		sum := make([]float32, n)
		for i := p; i < n; i += pieces {
			var touched []int32
			whole := float32(0)
			for _, e := range at.Index[at.Start[i]:at.Start[i+1]] {
				for f := e + 1; f < end[e]; f++ {
					gap := int(l.Basket[f] - l.Basket[e])
					if gap > cfg.Window {
						break
					}
					if gap == 0 || cfg.Once && l.Item[f] == int32(i) {
						continue
					}
					to := l.Item[f]
					if sum[to] == 0 {
						touched = append(touched, to)
					}
					sum[to] += near[gap-1]
				}
				whole++
			}
			for _, j := range touched {
				sum[j] /= whole + float32(cfg.Shrink)
				if cfg.Level > 0 {
					sum[j] /= float32(math.Pow(float64(events[j]), cfg.Level))
				}
			}
			best := bestOf(append([]int32(nil), touched...), sum, cfg.Keep)
			rows[i], values[i] = best, make([]float32, len(best))
			for k, j := range best {
				values[i][k] = sum[j]
			}
			for _, j := range touched {
				sum[j] = 0
			}
		}
	})
	return stack(rows, values, n)
}

// stack returns the sparse matrix of those rows.
func stack(rows [][]int32, values [][]float32, cols int) *nn.CSR {
	out := &nn.CSR{Rows: len(rows), Cols: cols, Start: make([]int32, 1, len(rows)+1)}
	for i := range rows {
		out.Index, out.Value = append(out.Index, rows[i]...), append(out.Value, values[i]...)
		out.Start = append(out.Start, int32(len(out.Index)))
	}
	return out
}
