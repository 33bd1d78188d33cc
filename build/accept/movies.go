package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"shoptwin/core/recommend"
	"shoptwin/core/train"
)

// movies: ML-1M's sequences, each user's last item among all that she has not
// seen. The item before the last is missing from the split, so that what is
// asked for is the one after the next: networks and transitions learn to
// foretell that. Epochs, Ahead and the blend's weights were chosen on the
// training part, every fifth user's last item given all but her last two.
// With -quick a tenth of the users and few passes, told only.
func (b *bench) movies() error {
	ctx := context.Background()
	split, err := b.movieSplit()
	if err != nil {
		return err
	}
	epochs := 12
	if b.quick {
		epochs = 3
	}
	lstm, spent, r, err := movieNetwork(ctx, split, movieConfig(epochs), 1)
	if err != nil {
		return err
	}
	const what = "ML-1M last item, NDCG@10: "
	b.judged(what+"LSTM", r.NDCG10.Mean, .125, fmt.Sprintf("(%.4f to %.4f), recall@10 %.4f, %.0f CPU s", r.NDCG10.Lo, r.NDCG10.Hi, r.Recall10.Mean, spent))
	network, trained := r, spent
	begun := cpuSeconds()
	parts, weight := []recommend.Scorer{lstm}, []float64{1.85, .2, .05}
	for _, m := range []recommend.Method{
		recommend.EASE(recommend.Ease{Lambda: 300, Input: recommend.Decay{Rate: .95}}),
		recommend.Transitions(recommend.Linear{Lambda: 300, Input: recommend.Decay{Rate: .9}, Ahead: 4, Gap: .9}),
	} {
		s, err := m.Fit(ctx, split.Train, nil)
		if err != nil {
			return err
		}
		if r, err = recommend.Examine(ctx, s, split, nil); err != nil {
			return err
		}
		b.add(what+m.Name+" beside it", fmt.Sprintf("%.4f, recall@10 %.4f", r.NDCG10.Mean, r.Recall10.Mean), "told", true)
		parts = append(parts, s)
	}
	if r, err = recommend.Examine(ctx, recommend.Blend(parts, weight, len(split.Train.Items)), split, nil); err != nil {
		return err
	}
	b.judged(what+"LSTM blended with both", r.NDCG10.Mean, .14, fmt.Sprintf("(%.4f to %.4f), recall@10 %.4f", r.NDCG10.Lo, r.NDCG10.Hi, r.Recall10.Mean))
	spent += cpuSeconds() - begun
	if b.quick {
		return nil
	}
	b.most("ML-1M, training and asking", spent/60, 30, " CPU minutes")
	return b.moviesInPyTorch(ctx, epochs, network, trained)
}

// judged is a row with a bar from below, which the short form only tells.
func (b *bench) judged(check string, got, bar float64, more string) {
	figure := fmt.Sprintf("%.4f %s", got, more)
	if b.quick {
		b.add(check, figure, fmt.Sprintf("told; at least %g in the full form", bar), true)
		return
	}
	b.add(check, figure, fmt.Sprintf("at least %g", bar), got >= bar)
}

func (b *bench) movieSplit() (*recommend.Split, error) {
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
		return nil, err
	}
	next, err := read("testout")
	if err != nil {
		return nil, err
	}
	if b.quick {
		seen, next = seen[:len(seen)/10], next[:len(next)/10]
	}
	return recommend.Given(recommend.FromSequences(seen, int(most)+1), next, true), nil
}

func movieConfig(epochs int) recommend.BehaviourConfig {
	return recommend.BehaviourConfig{Dim: 128, Widths: []int{128}, Length: 200, Batch: 6400, Epochs: epochs, Loss: "sampled", Negatives: 1024,
		LearnRate: .004, Dropout: .25, Skip: .25, Ahead: []float64{.2, .8}}
}

func movieNetwork(ctx context.Context, split *recommend.Split, cfg recommend.BehaviourConfig, seed uint64) (*recommend.Behaviour, float64, *recommend.Result, error) {
	begun := cpuSeconds()
	m, err := train.Behaviour(ctx, split.Train, nil, cfg, rand.New(rand.NewPCG(seed, 2)), train.Options{}, nil)
	if err != nil {
		return nil, 0, nil, err
	}
	took := cpuSeconds() - begun
	r, err := recommend.Examine(ctx, m, split, nil)
	return m, took, r, err
}

// moviesInPyTorch trains the same network as long, where the bench's PyTorch
// is. Both are asked about the same customers: what chance makes of one
// training's NDCG@10 among them is the interval's half width. PyTorch's threads
// sleep while they wait for each other, so that its seconds are work alone.
func (b *bench) moviesInPyTorch(ctx context.Context, epochs int, ours *recommend.Result, spent float64) error {
	what := fmt.Sprintf("ML-1M, the same network in PyTorch, %d epochs: ", epochs)
	python := filepath.Join("build", "bench", "venv", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		b.add(what+"NDCG@10", "not here: make bench fetches it", "told", true)
		return nil
	}
	p, err := run(ctx, []string{"SHOPTWIN_DATA=" + b.data, "OMP_WAIT_POLICY=passive", "GOMP_SPINCOUNT=0"}, "", python, filepath.Join("build", "bench", "torch", "behaviour.py"), strconv.Itoa(epochs))
	if err != nil {
		return err
	}
	said := regexp.MustCompile(`NDCG@10 ([0-9.]+), ([0-9]+) CPU s, ([0-9]+) s`).FindStringSubmatch(p.out)
	if said == nil {
		return fmt.Errorf("behaviour.py: exit %d: %s", p.code, p.err)
	}
	ndcg, _ := strconv.ParseFloat(said[1], 64)
	theirs, _ := strconv.ParseFloat(said[2], 64)
	noise := (ours.NDCG10.Hi - ours.NDCG10.Lo) / 2
	b.add(what+"NDCG@10", fmt.Sprintf("ours %.4f, PyTorch %.4f", ours.NDCG10.Mean, ndcg), fmt.Sprintf("equal to noise, %.4f", noise), math.Abs(ndcg-ours.NDCG10.Mean) <= noise)
	b.timed(what+"CPU s", fmt.Sprintf("ours %.0f, PyTorch %.0f (%s s)", spent, theirs, said[3]), "ours less", spent < theirs)
	return nil
}
