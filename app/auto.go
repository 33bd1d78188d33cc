package app

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"shoptwin/core"
	"shoptwin/core/quality"
	"shoptwin/core/table"
)

// trial is how an engine did when the engines were tried.
type trial struct {
	engine string
	c2st   float64 // against rows set aside; .5 is best
	dcr    float64 // share of rows nearer to those learned from; .5 is best
}

// contenders are tried in this order; of equals the first is taken, as it
// samples faster.
var contenders = []string{"gan", "autoregressive", "tree"}

const (
	auto      = "auto" // the engine that is chosen by trial
	trialRows = 12000  // more tell little more
	even      = .015   // C2ST differences below it are chance
	copying   = .55    // DCR share above it: it learned rows by heart
)

// choose returns the wanted engine. If that is auto it tries the engines at half
// effort on four fifths of the rows of t and takes the one whose rows a
// classifier tells worst from the fifth set aside, of those that do not repeat
// what they learned, and says why.
func choose(ctx context.Context, wanted string, t *table.Table, seed uint64, report func(core.Progress)) (engine string, why quality.Words, err error) {
	if wanted != auto {
		return wanted, why, nil
	}
	if n := t.Rows(); n > trialRows {
		t = t.Take(rand.New(rand.NewPCG(seed, 3)).Perm(n)[:trialRows])
	}
	learnFrom, aside := split(t, seed+1)
	if aside.Rows() < 50 {
		return "tree", quality.Words{
			En: "Trees were taken: there are too few rows to try engines on.",
			Zh: "采用决策树：行数太少，无法试用各引擎。",
		}, nil
	}
	var trials []trial
	for i, name := range contenders {
		if report != nil {
			report(core.Progress{Stage: "choose", Done: int64(i), Total: int64(len(contenders)), Unit: "engines"})
		}
		m, err := learn(ctx, learnFrom, learning{engine: name, effort: "quick", seed: seed}, nil)
		if err != nil {
			return "", why, core.Wrap(err, "trying %s", name)
		}
		made, err := sample(ctx, m, learnFrom.Rows(), seed, nil)
		if err != nil {
			return "", why, err
		}
		r, err := quality.Evaluate(ctx, learnFrom, aside, made, quality.Config{Seed: seed, Queries: 2000, Brief: true}, nil)
		if err != nil {
			return "", why, err
		}
		done := trial{engine: name, c2st: 1, dcr: .5}
		if r.Detection.C2Holdout != nil {
			done.c2st = *r.Detection.C2Holdout
		}
		if r.Privacy.DCRShare != nil {
			done.dcr = *r.Privacy.DCRShare
		}
		trials = append(trials, done)
	}
	best := pick(trials)
	return trials[best].engine, reason(trials, best), nil
}

// pick returns the index of the trial to take.
func pick(trials []trial) int {
	honest := false
	for _, t := range trials {
		honest = honest || t.dcr <= copying
	}
	best, lowest := 0, math.Inf(1)
	for i, t := range trials {
		if honest && t.dcr > copying {
			continue
		}
		if t.c2st < lowest-even {
			best, lowest = i, t.c2st
		}
	}
	return best
}

func reason(trials []trial, best int) quality.Words {
	var en, zh []string
	for i, t := range trials {
		note, zhNote := "", ""
		if t.dcr > copying {
			note, zhNote = ", but it repeats rows", "，但会重复真实行"
		}
		if i != best {
			en = append(en, fmt.Sprintf("%s %.3f%s", t.engine, t.c2st, note))
			zh = append(zh, fmt.Sprintf("%s %.3f%s", t.engine, t.c2st, zhNote))
		}
	}
	b := trials[best]
	return quality.Words{
		En: fmt.Sprintf("%s was taken after a trial: a classifier tells its rows from real ones with AUC %.3f (.5 is guessing; %s).", b.engine, b.c2st, strings.Join(en, ", ")),
		Zh: fmt.Sprintf("试用后采用 %s：分类器区分其行与真实行的 AUC 为 %.3f（0.5 即猜测；%s）。", b.engine, b.c2st, strings.Join(zh, "，")),
	}
}
