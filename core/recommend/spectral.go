package recommend

import (
	"context"

	"shoptwin/core"
)

// Spectrum are the spectral filter's choices; zero values are the defaults.
type Spectrum struct {
	Rank  int     // singular vectors; 256
	Ideal float64 // weight of the ideal low-pass filter; .3
	More  float64 // how much walks of more than one step count; .5
}

// Spectral is GF-CF with longer walks on the graph of items: scores x become
// x exp(More P), P being R~'R~, the opposite of the sharpening of Choi, Hong,
// Park and Cho (Blurring-Sharpening Process Models for Collaborative Filtering,
// 2023), to the fourth order and on P's largest eigenvectors alone.
func Spectral(cfg Spectrum) Method {
	if cfg.Rank == 0 {
		cfg.Rank = 256
	}
	if cfg.Ideal == 0 {
		cfg.Ideal = .3
	}
	if cfg.More == 0 {
		cfg.More = .5
	}
	return Method{Name: "spectral filter", Control: true, Fit: func(ctx context.Context, l *Log, report func(core.Progress)) (Scorer, error) {
		g, sigma, err := newGraph(ctx, l, cfg.Rank, report)
		if err != nil {
			return nil, err
		}
		g.own = make([]float32, len(sigma))
		for i, s := range sigma {
			x := cfg.More * s * s
			more := 1 + x + x*x/2 + x*x*x/6 + x*x*x*x/24
			g.gain[i] = float32(cfg.Ideal * more)
			g.own[i] = float32(s * s * (more - 1)) // R~'R~ is in the scores already
		}
		return g, nil
	}}
}
