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

// Trial is how an engine did when the engines were tried.
type Trial struct {
	Engine  string  `json:"engine"`
	Overall float64 `json:"overall"`
	C2ST    float64 `json:"c2st"` // against rows set aside; .5 is best
	DCR     float64 `json:"dcr"`  // share of rows nearer to those learned from; .5 is best
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

// choose tries the engines at half effort on four fifths of the rows of t and
// takes the one whose rows a classifier tells worst from the fifth set aside,
// of those that do not repeat what they learned. It says why.
func choose(ctx context.Context, t *table.Table, seed uint64, report func(core.Progress)) (engine string, why quality.Words, err error) {
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
	var trials []Trial
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
		r, err := quality.Evaluate(ctx, learnFrom, aside, made, quality.Config{Seed: seed, Queries: 2000}, nil)
		if err != nil {
			return "", why, err
		}
		trial := Trial{Engine: name, Overall: r.Overall, C2ST: 1, DCR: .5}
		if r.Detection.C2Holdout != nil {
			trial.C2ST = *r.Detection.C2Holdout
		}
		if r.Privacy.DCRShare != nil {
			trial.DCR = *r.Privacy.DCRShare
		}
		trials = append(trials, trial)
	}
	best := pick(trials)
	return trials[best].Engine, reason(trials, best), nil
}

// pick returns the index of the trial to take.
func pick(trials []Trial) int {
	honest := false
	for _, t := range trials {
		honest = honest || t.DCR <= copying
	}
	best, lowest := 0, math.Inf(1)
	for i, t := range trials {
		if honest && t.DCR > copying {
			continue
		}
		if t.C2ST < lowest-even {
			best, lowest = i, t.C2ST
		}
	}
	return best
}

func reason(trials []Trial, best int) quality.Words {
	var en, zh []string
	for i, t := range trials {
		note, zhNote := "", ""
		if t.DCR > copying {
			note, zhNote = ", but it repeats rows", "，但会重复真实行"
		}
		if i != best {
			en = append(en, fmt.Sprintf("%s %.3f%s", t.Engine, t.C2ST, note))
			zh = append(zh, fmt.Sprintf("%s %.3f%s", t.Engine, t.C2ST, zhNote))
		}
	}
	b := trials[best]
	return quality.Words{
		En: fmt.Sprintf("%s was taken after a trial: a classifier tells its rows from real ones with AUC %.3f (.5 is guessing; %s).", b.Engine, b.C2ST, strings.Join(en, ", ")),
		Zh: fmt.Sprintf("试用后采用 %s：分类器区分其行与真实行的 AUC 为 %.3f（0.5 即猜测；%s）。", b.Engine, b.C2ST, strings.Join(zh, "，")),
	}
}
