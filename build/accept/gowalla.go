package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"

	"shoptwin/core/recommend"
	"shoptwin/core/train"
)

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
