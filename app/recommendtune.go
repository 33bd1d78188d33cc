package app

import (
	"cmp"
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/recommend"
	"shoptwin/core/train"
)

// TuneRequest says how to search for a method's best choices.
type TuneRequest struct {
	RecommendRequest        // Method is the one that is tuned; Minutes end the search, 0: 2
	Trials           int    `json:"trials,omitempty"` // at most; 60
	Seed             uint64 `json:"seed,omitempty"`   // 1
}

// Tune searches for the best choices of a method on a part of what may be
// learned from, and examines them beside the usual ones. With req.Model the
// best is learned from all events and kept in that file.
func Tune(ctx context.Context, l *recommend.Log, req TuneRequest, report func(core.Progress)) (*recommend.Tuned, error) {
	l = l.Most(mostItems)
	of, err := tunable(req.Method)
	if err != nil {
		return nil, err
	}
	choose, examine, err := splits(l, req.Hold)
	if err != nil {
		return nil, err
	}
	until := time.Now().Add(time.Duration(cmp.Or(req.Minutes, 2) * float64(time.Minute)))
	most := 20_000
	if req.Quick {
		most = 2000
	}
	cfg := recommend.Tuning{Trials: req.Trials, Seed: cmp.Or(req.Seed, 1), Stop: func() bool { return time.Now().After(until) }}
	tuned, err := recommend.Tune(ctx, choose, examine.Sample(most), of, cfg, staged(report, "choose"))
	if err != nil || req.Model == "" {
		return tuned, err
	}
	m, _, err := recommend.Train(ctx, tuned.Chosen(), l, nil, staged(report, "train"))
	if err != nil {
		return nil, err
	}
	return tuned, WriteFile(req.Model, m.Write)
}

// tunable returns the method of that name with what can be chosen of it; "" and
// auto take EASE.
func tunable(name string) (recommend.Tunable, error) {
	if name == "" || name == "auto" {
		name = "EASE"
	}
	all := append(recommend.Tunables(), tunableLSTM())
	var names []string
	for _, t := range all {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return recommend.Tunable{}, core.Errorf(core.Unsupported, "there is nothing to tune of %q", name).WithHint("choose one of %s", strings.Join(names, ", "))
}

// tunableLSTM trains few passes: what is better early is better late.
func tunableLSTM() recommend.Tunable {
	with := func(cfg recommend.BehaviourConfig) recommend.Method {
		cfg.Epochs = 6
		return recommend.Method{Name: "LSTM", Network: true, Fit: func(ctx context.Context, l *recommend.Log, report func(core.Progress)) (recommend.Scorer, error) {
			m, err := train.Behaviour(ctx, l, nil, cfg, rand.New(rand.NewPCG(1, 1)), train.Options{}, report)
			if err != nil {
				return nil, err
			}
			return m, nil
		}}
	}
	return recommend.Tunable{
		Name: "LSTM",
		Params: []recommend.Param{
			{Name: "learn rate", Lo: .0003, Hi: .01, Log: true}, {Name: "width", Lo: 32, Hi: 192, Log: true, Whole: true},
			{Name: "dim", Lo: 16, Hi: 96, Log: true, Whole: true}, {Name: "dropout", Lo: .01, Hi: .5},
		},
		With: func(v map[string]float64) recommend.Method {
			return with(recommend.BehaviourConfig{LearnRate: v["learn rate"], Widths: []int{int(v["width"])}, Dim: int(v["dim"]), Dropout: v["dropout"]})
		},
		Usual: with(recommend.BehaviourConfig{}),
	}
}
