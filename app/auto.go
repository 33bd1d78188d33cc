package app

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"shoptwin/core"
	"shoptwin/core/quality"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// trial is how an engine did when the engines were tried.
type trial struct {
	engine string
	raked  bool
	c2st   float64 // against rows set aside; .5 is best
	least  float64 // what as many rows drawn from those learned from reach
	dcr    float64 // share of rows nearer to those learned from; .5 is best
	near   float64 // lower end of that share's 95 % interval
	kept   float64 // of what a model learns from real rows, in [0, 1]
}

const (
	auto       = "auto" // the engine that is chosen by trial
	trialRows  = 12000  // to learn from, and to judge by: more tell little more
	trialLeast = 4000   // fewer cannot tell engines apart
	even       = .01    // differences of loss below it are chance
	copying    = .53    // DCR share surely above it: it learned rows by heart
)

// loss says how far t is from rows that nobody could tell from real ones, that
// teach as much, and that are no nearer to what was learned from than to other
// rows: the excess of an AUC, half of what is not kept, the excess of the share.
func (t trial) loss() float64 { return t.c2st - .5 + (1-t.kept)/2 + max(0, t.dcr-.5) }

// copies says whether t repeats rows, and not by chance.
func (t trial) copies() bool { return t.near > copying }

// good says whether no other engine could do visibly better.
func (t trial) good() bool {
	return !t.copies() && t.c2st <= t.least+even && t.kept >= .97
}

// choose returns the wanted engine. If that is auto it tries engines on some
// of the rows of t and takes the one whose rows a classifier tells worst from
// others set aside, teach models most and are least near to what was learned
// from, of those that do not repeat it. A fifth is set aside, up to half where
// there are many rows: copies show the better. Trees are tried first, with and
// without raking, which takes seconds; the networks, at half effort, only where
// trees leave something to be desired. Small tables are left to trees: there
// too few rows could be set aside to see a difference.
func choose(ctx context.Context, wanted string, rake bool, t *table.Table, seed uint64, report func(core.Progress)) (engine string, raked bool, why quality.Words, err error) {
	if wanted != auto {
		return wanted, rake, why, nil
	}
	if t.Rows() < trialLeast {
		return "tree", rake, quality.Words{
			En: fmt.Sprintf("Trees were taken: with fewer than %d rows a trial of the engines would tell nothing, and trees need the fewest rows.", trialLeast),
			Zh: fmt.Sprintf("采用决策树：不足 %d 行时试用各引擎说明不了问题，而决策树所需的行数最少。", trialLeast),
		}, nil
	}
	order := rand.New(rand.NewPCG(seed, 3)).Perm(t.Rows())
	order = order[:min(len(order), 2*trialRows)]
	from := min(len(order)*4/5, trialRows)
	learnFrom, aside := t.Take(order[:from]), t.Take(order[from:])
	raking := []bool{false, true}
	if rake {
		raking = raking[1:]
	}
	var trials []trial
	for i, name := range []string{"tree", "autoregressive", "gan"} {
		if report != nil {
			report(core.Progress{Stage: "choose", Done: int64(i), Total: 3, Unit: "engines"})
		}
		var m *synth.Model
		for _, rake := range raking {
			if m == nil || !bySteps(name) { // networks are the same with and without pair tables
				m, err = learn(ctx, learnFrom, learning{engine: name, effort: "quick", seed: seed, rake: rake || bySteps(name)}, nil)
				if err != nil {
					return "", rake, why, core.Wrap(err, "trying %s", name)
				}
			}
			tried := *m
			if !rake {
				tried.Pairs, tried.Config.Rake = nil, false
			}
			done, err := try(ctx, &tried, learnFrom, aside, seed)
			if err != nil {
				return "", rake, why, core.Wrap(err, "trying %s", name)
			}
			trials = append(trials, done)
		}
		if trials[pick(trials)].good() {
			break
		}
	}
	best := pick(trials)
	return trials[best].engine, trials[best].raked, reason(trials, best), nil
}

// try judges rows of m, which learned from one part of a table, by the other.
func try(ctx context.Context, m *synth.Model, learnFrom, aside *table.Table, seed uint64) (trial, error) {
	done := trial{engine: m.Config.Engine, raked: m.Config.Rake, c2st: 1, least: .5, dcr: .5, kept: 1}
	made, err := sample(ctx, m, learnFrom.Rows(), seed, nil)
	if err != nil {
		return done, err
	}
	r, err := quality.Evaluate(ctx, learnFrom, aside, made, quality.Config{Seed: seed, Brief: true}, nil)
	if err != nil {
		return done, err
	}
	for to, from := range map[*float64]*float64{&done.c2st: r.Detection.C2Holdout, &done.least: r.Detection.Bootstrap, &done.dcr: r.Privacy.DCRShare, &done.near: r.Privacy.DCRLo} {
		if from != nil {
			*to = *from
		}
	}
	if u := r.Utility; u != nil && u.Learned {
		done.kept = max(0, min(1, u.TSTR/u.TRTR))
	}
	return done, nil
}

// pick returns the index of the trial to take; of equals the first.
func pick(trials []trial) int {
	honest := false
	for _, t := range trials {
		honest = honest || !t.copies()
	}
	best, lowest := 0, math.Inf(1)
	for i, t := range trials {
		if honest && t.copies() {
			continue
		}
		if t.loss() < lowest-even {
			best, lowest = i, t.loss()
		}
	}
	return best
}

func reason(trials []trial, best int) quality.Words {
	name := func(t trial) (en, zh string) {
		if t.raked {
			return t.engine + ", raked", t.engine + "（经配平）"
		}
		return t.engine, t.engine
	}
	var en, zh []string
	for i, t := range trials {
		note, zhNote := "", ""
		if t.copies() {
			note, zhNote = ", but it repeats rows", "，但会重复真实行"
		}
		if i != best {
			e, z := name(t)
			en = append(en, fmt.Sprintf("%s: %.3f and %.0f %%%s", e, t.c2st, 100*t.kept, note))
			zh = append(zh, fmt.Sprintf("%s：%.3f，%.0f%%%s", z, t.c2st, 100*t.kept, zhNote))
		}
	}
	b := trials[best]
	e, z := name(b)
	return quality.Words{
		En: fmt.Sprintf("%s was taken after a trial: a classifier tells its rows from real ones with AUC %.3f (.5 is guessing), and models that learn from them keep %.0f %% of the score (%s).", e, b.c2st, 100*b.kept, strings.Join(en, "; ")),
		Zh: fmt.Sprintf("试用后采用 %s：分类器区分其行与真实行的 AUC 为 %.3f（0.5 即猜测），用其训练的模型保留 %.0f%% 的得分（%s）。", z, b.c2st, 100*b.kept, strings.Join(zh, "；")),
	}
}
