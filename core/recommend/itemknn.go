package recommend

import (
	"context"
	"math"

	"shoptwin/core"
)

// KNN are ItemKNN's choices; zero values are the defaults.
type KNN struct {
	Neighbours int     // of each item; 200
	Shrink     float64 // added to the denominator, so that few customers in common count less; 10
	Decay      Decay   // of the history
}

// ItemKNN recommends what is near to the items of the history, by shrunk
// cosine: customers in common / (sqrt of the product of customers + shrink)
// (Sarwar et al., Item-Based Collaborative Filtering Recommendation
// Algorithms, 2001).
func ItemKNN(cfg KNN) Method {
	if cfg.Neighbours == 0 {
		cfg.Neighbours = 200
	}
	if cfg.Shrink == 0 {
		cfg.Shrink = 10
	}
	return Method{Name: "ItemKNN", Control: true, Fit: func(ctx context.Context, l *Log, _ func(core.Progress)) (Scorer, error) {
		_, have := l.Counts()
		b := neighbours(newMatrix(l, nil), cfg.Neighbours, func(i, j int32, both float32) float32 {
			return both / float32(math.Sqrt(float64(have[i])*float64(have[j]))+cfg.Shrink)
		})
		return &linear{decay: cfg.Decay, sparse: b, popular: popularity(l, Decay{}), tie: 1e-7}, ctx.Err()
	}}
}
