package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"shoptwin/core"
	"shoptwin/core/recommend"
	"shoptwin/core/train"
)

// placesToGo: Gowalla on LightGCN's split.
func (b *bench) placesToGo() error {
	split, err := b.gowallaSplit()
	if err != nil {
		return err
	}
	at := recommend.At(20)
	ask := func(m recommend.Method, split *recommend.Split) (recall, ndcg, seconds float64, err error) {
		begun := time.Now()
		s, err := m.Fit(context.Background(), split.Train, nil)
		if err != nil {
			return 0, 0, 0, err
		}
		r, err := recommend.Examine(context.Background(), s, split, nil)
		if err != nil {
			return 0, 0, 0, err
		}
		return r.Ranking.Recall[at], r.Ranking.NDCG[at], time.Since(begun).Seconds(), nil
	}
	exam := split
	if b.quick {
		exam = split.Sample(6000)
	}
	recall, ndcg, seconds, err := ask(recommend.GFCF(recommend.Filter{}), exam)
	if err != nil {
		return err
	}
	within := .0005
	if b.quick {
		within = .006 // of a fifth of the users
	}
	b.add("Gowalla, R@20 / NDCG@20: GF-CF", fmt.Sprintf("%.4f / %.4f", recall, ndcg), fmt.Sprintf(".1849 / .1518, to %g", within),
		recall >= .1849-within && recall <= .1849+within && ndcg >= .1518-within && ndcg <= .1518+within)
	b.most("Gowalla: GF-CF, fit and ask", seconds, 60, " s")
	if b.quick {
		return nil
	}
	// The walk's powers were chosen on a fifth of the training part's items,
	// where the blend is no better than the walk alone.
	both := recommend.Method{Name: "GF-CF and walk", Fit: func(ctx context.Context, l *recommend.Log, report func(core.Progress)) (recommend.Scorer, error) {
		var parts []recommend.Scorer
		for _, m := range []recommend.Method{recommend.GFCF(recommend.Filter{}), recommend.Walks(recommend.Walk{})} {
			s, err := m.Fit(ctx, l, report)
			if err != nil {
				return nil, err
			}
			parts = append(parts, s)
		}
		return recommend.Blend(parts, []float64{1, 1}, len(l.Items)), nil
	}}
	recall, ndcg, seconds, err = ask(both, split)
	if err != nil {
		return err
	}
	b.add("Gowalla, R@20 / NDCG@20: best, GF-CF and walk alike", fmt.Sprintf("%.4f / %.4f", recall, ndcg), "at least .186 / .157", recall >= .186 && ndcg >= .157)
	b.most("Gowalla: GF-CF and walk, fit and ask", seconds, 480, " s")
	return nil
}

// gowallaSplit is LightGCN's: a user and her items on each line.
func (b *bench) gowallaSplit() (*recommend.Split, error) {
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
		return nil, err
	}
	next, most2, err := read("test.txt.gz")
	if err != nil {
		return nil, err
	}
	return recommend.Given(recommend.FromSequences(seen, int(max(most, most2))+1), next, true), nil
}

// gowallaNetwork: LightGCN from the graph's singular vectors, with a softmax
// of cosines, on LightGCN's split. With -quick it is left out: a pass takes
// half a minute of both cores.
func (b *bench) gowallaNetwork() error {
	if b.quick {
		return nil
	}
	split, err := b.gowallaSplit()
	if err != nil {
		return err
	}
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
