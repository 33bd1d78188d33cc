package train

import (
	"context"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// BehaviourMethod is [Behaviour] as the leaderboard's methods are, with a seed.
func BehaviourMethod(cfg recommend.BehaviourConfig, seed uint64) recommend.Method {
	names := map[string]string{"": "LSTM", "lstm": "LSTM", "gru": "GRU", "attention": "self-attention"}
	return recommend.Method{Name: names[cfg.Body], Network: true, Fit: func(ctx context.Context, l *recommend.Log, report func(core.Progress)) (recommend.Scorer, error) {
		m, err := Behaviour(ctx, l, nil, cfg, rand.New(rand.NewPCG(seed, 1)), Options{}, report)
		if err != nil {
			return nil, err
		}
		return m, nil
	}}
}

// LightGCNMethod is [LightGCN] as the leaderboard's methods are, with a seed.
func LightGCNMethod(cfg recommend.LightGCNConfig, seed uint64) recommend.Method {
	return recommend.Method{Name: "LightGCN", Network: true, Fit: func(ctx context.Context, l *recommend.Log, report func(core.Progress)) (recommend.Scorer, error) {
		v, err := LightGCN(ctx, l, cfg, rand.New(rand.NewPCG(seed, 1)), Options{}, report)
		if err != nil {
			return nil, err
		}
		return v, nil
	}}
}
