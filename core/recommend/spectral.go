package recommend

import (
	"context"
	"math"

	"shoptwin/core"
)

// Spectrum are the spectral filter's choices; zero values are the defaults.
type Spectrum struct {
	Rank  int     // singular vectors; 384
	Near  float64 // weight of the neighbourhood of one step; .3
	Power float64 // of the singular values, in the gains; .8
	Item  float64 // power of an item's customers that scores are multiplied by, against .5 of GF-CF; .4
}

// Spectral is GF-CF with a gain for each vector that falls with its singular
// value, sigma^Power, in place of the same for all, and less of an item's own
// popularity in its score: the ideal filter, softened.
func Spectral(cfg Spectrum) Method {
	if cfg.Rank == 0 {
		cfg.Rank = 384
	}
	for _, d := range []struct {
		x     *float64
		usual float64
	}{{&cfg.Near, .3}, {&cfg.Power, .8}, {&cfg.Item, .4}} {
		if *d.x == 0 {
			*d.x = d.usual
		}
	}
	return Method{Name: "spectral filter", Control: true, Fit: func(ctx context.Context, l *Log, report func(core.Progress)) (Scorer, error) {
		g, sigma, err := newGraph(ctx, l, cfg.Rank, report)
		if err != nil {
			return nil, err
		}
		for i, s := range sigma {
			g.gain[i] = float32(math.Pow(s, cfg.Power))
		}
		g.step = float32(cfg.Near)
		g.out = powers(newMatrix(l, nil).byItem, cfg.Item)
		return g, nil
	}}
}
