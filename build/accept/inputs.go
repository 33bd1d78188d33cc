package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"shoptwin/core/recommend"
	"shoptwin/core/train"
)

// inputs: what each input of the network of behaviour is worth beside the
// others, on the made shop's validation weeks, which are neither learned from
// nor examined elsewhere: the network with all of them against that without
// the one, paired over customers, of three seeds the median one. What does
// not help is told, too.
func (b *bench) inputs() error {
	ctx := context.Background()
	records, epochs, seeds := 90_000, 20, 3
	if b.quick {
		records, epochs, seeds = 12_000, 6, 1
	}
	clicks, err := b.clicks(ctx, records)
	if err != nil {
		return err
	}
	cols := clickColumns
	cols.Category, cols.Discount, cols.Channel = "", "on_promotion", "channel"
	log, err := recommend.NewLog(clicks, cols)
	if err != nil {
		return err
	}
	split, _, err := recommend.ByTime(log, .7, .85)
	if err != nil {
		return err
	}
	ask := func(seed uint64, without func(*recommend.Log)) (*recommend.Result, error) {
		some := *log
		without(&some)
		s, _, err := recommend.ByTime(&some, .7, .85)
		if err != nil {
			return nil, err
		}
		cfg := recommend.BehaviourConfig{Widths: []int{64}, Dim: 32, Length: 50, Epochs: epochs, Batch: 2048}
		m, err := train.Behaviour(ctx, s.Train, nil, cfg, rand.New(rand.NewPCG(seed, 1)), train.Options{}, nil)
		if err != nil {
			return nil, err
		}
		return recommend.Examine(ctx, m, s, nil)
	}
	var all []*recommend.Result
	for seed := range uint64(seeds) {
		r, err := ask(seed+1, func(*recommend.Log) {})
		if err != nil {
			return err
		}
		all = append(all, r)
	}
	const what = "inputs of the network of behaviour, made shop's validation weeks: "
	b.add(what+"all of them", fmt.Sprintf("%s; %d events, %d epochs, %d seeds", rankingWords(all[0]), split.Train.Events(), epochs, seeds), "told", true)
	for _, x := range []struct {
		name    string
		without func(*recommend.Log)
	}{
		{"price", func(l *recommend.Log) { l.Price = nil }},
		{"discount", func(l *recommend.Log) { l.Discount = nil }},
		{"channel", func(l *recommend.Log) { l.Channel, l.Channels = nil, nil }},
		{"action", func(l *recommend.Log) { l.Action, l.Actions = nil, nil }},
	} {
		var gain []recommend.Interval
		for seed := range uint64(seeds) {
			r, err := ask(seed+1, x.without)
			if err != nil {
				return err
			}
			gain = append(gain, all[seed].Beats(r))
		}
		d := middle(gain)
		words := "makes no difference that could be told"
		switch {
		case d.Lo > 0:
			words = "helps"
		case d.Hi < 0:
			words = "hurts"
		}
		b.add(what+x.name, fmt.Sprintf("%s: NDCG@10 %+.4f (%+.4f to %+.4f) beyond the network without it", words, d.Mean, d.Lo, d.Hi), "told", true)
	}
	return nil
}

// middle is the interval with the median mean.
func middle(all []recommend.Interval) recommend.Interval {
	var means []float64
	for _, d := range all {
		means = append(means, d.Mean)
	}
	for _, d := range all {
		if d.Mean == median(means) {
			return d
		}
	}
	return all[0]
}
