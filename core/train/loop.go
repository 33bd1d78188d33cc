package train

import (
	"context"
	"errors"
	"math"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// run trains to the end of the steps, from a checkpoint if there is one.
func (t *training) run(ctx context.Context, m model, opt Options, report func(core.Progress)) error {
	start := 0
	if opt.Resume != nil {
		var err error
		if start, err = t.restore(opt.Resume); err != nil {
			return err
		}
	}
	every := opt.Every
	if every <= 0 {
		every = max(1, t.steps/20)
	}
	judge, tell := max(1, t.steps/max(1, t.judgements)), max(1, min(25, t.steps/100))
	sum, n, quality := make([]float64, len(t.losses)), 0, math.NaN()
	say := func(done int) {
		if report != nil {
			value := make(map[string]float64, len(sum)+1)
			for i, name := range t.losses {
				value[name] = sum[i] / float64(max(1, n))
			}
			if !math.IsNaN(quality) {
				value[t.scored] = quality
				for name, x := range t.seen {
					if !math.IsNaN(x) {
						value[name] = x
					}
				}
			}
			report(core.Progress{Stage: "train", Done: int64(done), Total: int64(t.steps), Unit: "steps", Value: value})
		}
		clear(sum)
		n = 0
	}
	stopped := func(err error, i int) error {
		if opt.Save != nil {
			err = errors.Join(err, opt.Save(t.checkpoint(i)))
		}
		return core.Wrap(err, "training stopped after step %d of %d", i, t.steps)
	}
	for i := start; i < t.steps; i++ {
		if err := ctx.Err(); err != nil {
			return stopped(err, i)
		}
		losses, err := inTurn(m, i)
		if err != nil && err == ctx.Err() { // a step that looks itself has changed nothing then
			return stopped(err, i)
		}
		if err != nil {
			return err
		}
		for j, l := range losses {
			if math.IsNaN(l) || math.IsInf(l, 0) {
				return t.end(divergedAt(i+1, t.solvers[0].rate, "%s is %g", t.losses[j], l))
			}
			sum[j] += l
		}
		t.settle(i)
		n++
		done := i + 1
		over := false
		if t.judgements > 0 && (done%judge == 0 || done == t.steps) {
			quality = t.judge(m)
			if t.watched != nil {
				t.seen = t.watched(t.mean)
			}
			if a := t.amiss(done, quality); a != nil {
				say(done)
				return t.end(a)
			}
			over = t.patience > 0 && t.sinceTop >= t.patience && 2*done > t.steps
		}
		if done%tell == 0 || done == t.steps || over {
			say(done)
		}
		if over {
			return nil
		}
		if opt.Save != nil && done%every == 0 && done < t.steps {
			if err := opt.Save(t.checkpoint(done)); err != nil {
				return core.Wrap(err, "keeping a checkpoint after step %d", done)
			}
		}
	}
	return nil
}

// end ends a training that went astray: in its second half what was kept is
// good, before that it is an error.
func (t *training) end(a *astray) error {
	if 2*a.step <= t.steps || t.kept == nil {
		return a
	}
	t.ended = a
	return nil
}

// turns are how many trainings take a step at a time, in the whole process: as
// many as threads compute. More would only take the cores from each other in
// the midst of a step, and from whoever answers a person meanwhile.
var turns = make(chan struct{}, nn.Threads())

func inTurn(m model, i int) ([]float64, error) {
	turns <- struct{}{}
	defer func() { <-turns }()
	return m.step(i)
}
