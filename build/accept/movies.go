package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"

	"shoptwin/core/recommend"
	"shoptwin/core/train"
)

// movies: ML-1M's sequences, each user's last item among all that she has not
// seen; most items before the last are missing from the split. With -quick a
// tenth of the users and few passes, told only.
func (b *bench) movies() error {
	ctx := context.Background()
	most := int32(0)
	read := func(name string) (rows [][]int32, err error) {
		err = gzipLines(filepath.Join(b.data, "ml1m", name+".txt.gz"), " ", func(x []int32) {
			for _, item := range x {
				most = max(most, item)
			}
			rows = append(rows, x)
		})
		return rows, err
	}
	seen, err := read("train")
	if err != nil {
		return err
	}
	next, err := read("testout")
	if err != nil {
		return err
	}
	epochs := 20
	if b.quick {
		seen, next, epochs = seen[:len(seen)/10], next[:len(next)/10], 3
	}
	split := recommend.Given(recommend.FromSequences(seen, int(most)+1), next, true)
	best, spent := 0., 0.
	for _, e := range []struct {
		name string
		bar  float64
		cfg  recommend.BehaviourConfig
	}{
		{"LSTM", .125, recommend.BehaviourConfig{Dim: 128, Widths: []int{128}}},
		{"self-attention", 0, recommend.BehaviourConfig{Body: "attention", Dim: 128, Blocks: 2, Heads: 2}},
	} {
		if b.quick && e.bar == 0 {
			continue
		}
		cfg := e.cfg
		cfg.Length, cfg.Batch, cfg.Epochs, cfg.Loss, cfg.LearnRate, cfg.Dropout, cfg.Skip = 200, 6400, epochs, "sampled", .0025, .25, .25
		begun := cpuSeconds()
		m, err := train.Behaviour(ctx, split.Train, nil, cfg, rand.New(rand.NewPCG(1, 2)), train.Options{}, nil)
		if err != nil {
			return err
		}
		took := cpuSeconds() - begun
		spent += took
		r, err := recommend.Examine(ctx, m, split, nil)
		if err != nil {
			return err
		}
		ndcg := r.NDCG10
		best = max(best, ndcg.Mean)
		figure := fmt.Sprintf("%.4f (%.4f to %.4f), recall@10 %.4f, %.0f CPU s", ndcg.Mean, ndcg.Lo, ndcg.Hi, r.Recall10.Mean, took)
		if b.quick || e.bar == 0 {
			b.add("ML-1M last item, NDCG@10: "+e.name, figure, "told", true)
		} else {
			b.add("ML-1M last item, NDCG@10: "+e.name, figure, fmt.Sprintf("at least %g", e.bar), ndcg.Mean >= e.bar)
		}
	}
	if !b.quick {
		b.least("ML-1M last item, NDCG@10: best network", best, .14)
		b.most("ML-1M, training of both", spent/60, 30, " CPU minutes")
	}
	return nil
}

// gowallaNetwork: LightGCN from the graph's singular vectors, with a softmax
// of cosines, on LightGCN's split. With -quick it is left out: a pass takes
// half a minute of both cores.
func (b *bench) gowallaNetwork() error {
	if b.quick {
		return nil
	}
	read := func(name string) (rows [][]int32, most int32, err error) {
		err = gzipLines(filepath.Join(b.data, "gowalla", name), " ", func(x []int32) {
			for _, item := range x[min(1, len(x)):] {
				most = max(most, item)
			}
			rows = append(rows, x[min(1, len(x)):])
		})
		return rows, most, err
	}
	seen, most, err := read("train.txt.gz")
	if err != nil {
		return err
	}
	next, most2, err := read("test.txt.gz")
	if err != nil {
		return err
	}
	split := recommend.Given(recommend.FromSequences(seen, int(max(most, most2))+1), next, true)
	begun := cpuSeconds()
	v, err := train.LightGCN(context.Background(), split.Train, recommend.LightGCNConfig{}, rand.New(rand.NewPCG(1, 2)), train.Options{}, nil)
	if err != nil {
		return err
	}
	took := cpuSeconds() - begun
	r, err := recommend.Examine(context.Background(), v, split, nil)
	if err != nil {
		return err
	}
	at := recommend.At(20)
	b.add("Gowalla, R@20 / NDCG@20: LightGCN", fmt.Sprintf("%.4f / %.4f, %.0f CPU s", r.Ranking.Recall[at], r.Ranking.NDCG[at], took), "told beside .182 / .155 of the paper", true)
	return nil
}
