package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core/recommend"
	"shoptwin/core/train"
)

// purchases: whether a customer of the made shop buys within a week, learned
// at several times before the last weeks of 90,000 clean behaviour records and
// asked at the beginning of each of those. One week's 2,100 customers would
// not do: with a twelfth of them buying, ten bins are off by .016 in the mean
// when every probability is true.
func (b *bench) purchases() error {
	ctx := context.Background()
	clicks, err := b.clicks(ctx, 90_000)
	if err != nil {
		return err
	}
	all, err := recommend.NewLog(clicks, clickColumns)
	if err != nil {
		return err
	}
	_, weeks := inTime(clicks, .85)
	from := slices.Min(weeks.Column("time").Num)
	const days, most = 7, 48
	buys := slices.Index(all.Actions, "purchase")
	label := func(after recommend.History) float32 {
		for _, a := range after.Action {
			if int(a) == buys {
				return 1
			}
		}
		return 0
	}
	real := all.Keep(func(_, e int) bool { return all.Time[e] < from })
	first, last, _ := real.Times()
	var at []float64
	for now := last - days*86400; now > first+28*86400; now -= 5 * 86400 {
		at = append(at, now)
	}
	x := recommend.Ahead(real, at, days, most, label)
	// The same customers come at many times: vectors of all products would
	// tell them by name.
	cfg := recommend.BehaviourConfig{Widths: []int{32}, Dim: 16, Items: 50, Length: most + 2, Epochs: 12, Batch: 4096, LearnRate: .005, HoldOut: .2}
	seeds := 3
	if b.quick {
		cfg.Epochs, seeds = 3, 1
	}
	_, end, _ := all.Times()
	var asked []float64
	for now := from; now+days*86400 <= end; now += days * 86400 {
		asked = append(asked, now)
	}
	exam := recommend.Ahead(all, asked, days, most, label)
	rate := 0.
	for _, y := range exam.Labels {
		rate += float64(y) / float64(len(exam.Labels))
	}
	var auc, loss, ece, took []float64
	for seed := range seeds {
		begun := cpuSeconds()
		m, err := train.Foretell(ctx, real, &x, nil, recommend.Task{Kind: "yes"}, cfg, rand.New(rand.NewPCG(uint64(seed+1), 1)), train.Options{}, nil)
		if err != nil {
			return err
		}
		took = append(took, cpuSeconds()-begun)
		a, l, e := calibrated(m.Predict(exam.Histories), exam.Labels)
		auc, loss, ece = append(auc, a), append(loss, l), append(ece, e)
	}
	what := fmt.Sprintf("made shop, purchase within 7 days, %d weeks held out, median of %d", len(asked), seeds)
	b.add(what, fmt.Sprintf("AUC %.3f, log loss %.4f (the rate alone, %.3f: %.4f), %d examples, asked %d times, %.0f CPU s",
		median(auc), median(loss), rate, -rate*math.Log(rate)-(1-rate)*math.Log(1-rate), len(x.Labels), len(exam.Labels), median(took)), "told", true)
	if b.quick {
		b.add(what+": expected calibration error", fmt.Sprintf("%.4f", median(ece)), "told; at most 0.02 in the full form", true)
		return nil
	}
	b.most(what+fmt.Sprintf(": expected calibration error (%.4f to %.4f)", slices.Min(ece), slices.Max(ece)), median(ece), .02, "")
	return nil
}

// calibrated returns AUC, log loss and the expected calibration error in ten bins
// of equally many.
func calibrated(p []float32, y []float32) (auc, loss, ece float64) {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return a - b
	})
	var yes, no, below float64
	for _, i := range order {
		q := min(max(float64(p[i]), 1e-6), 1-1e-6)
		if y[i] > 0 {
			yes++
			below += no
			loss -= math.Log(q)
		} else {
			no++
			loss -= math.Log(1 - q)
		}
	}
	for bin := range 10 {
		var said, was float64
		for _, i := range order[len(order)*bin/10 : len(order)*(bin+1)/10] {
			said, was = said+float64(p[i]), was+float64(y[i])
		}
		ece += math.Abs(said-was) / float64(len(order))
	}
	return below / max(1, yes*no), loss / float64(len(p)), ece
}
