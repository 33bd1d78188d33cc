package train

import (
	"context"
	"errors"

	"shoptwin/core"
)

// losses of one step: the discriminator's, the generator's, the moments'.
type losses struct{ d, g, m float64 }

// The training is judged this many times; it ends early when it has not been
// near its best for patience of them. The first half is always trained: while
// the learning rate is high the quality goes up and down.
const (
	judgements = 20
	patience   = 5
	near       = .001 // of quality: differences below it are noise
)

// run trains g to the end of its steps, from a checkpoint if there is one.
func run(ctx context.Context, g *gan, steps int, opt Options, report func(core.Progress)) error {
	start := 0
	if opt.Resume != nil {
		var err error
		if start, err = g.restore(opt.Resume); err != nil {
			return err
		}
	}
	every := opt.Every
	if every <= 0 {
		every = max(1, steps/20)
	}
	judge, tell := max(1, steps/judgements), max(1, min(25, steps/100))
	sum, n, quality := losses{}, 0, 0.0
	say := func(done int) {
		if report == nil {
			return
		}
		c := 1 / float64(max(1, n))
		value := map[string]float64{"loss_d": sum.d * c, "loss_g": sum.g * c, "moment": sum.m * c}
		if quality > 0 {
			value["quality"] = quality
		}
		report(core.Progress{Stage: "train", Done: int64(done), Total: int64(steps), Unit: "steps", Value: value})
		sum, n = losses{}, 0
	}
	for i := start; i < steps; i++ {
		if err := ctx.Err(); err != nil {
			if opt.Save != nil {
				err = errors.Join(err, opt.Save(g.checkpoint(i)))
			}
			return core.Wrap(err, "training stopped after step %d of %d", i, steps)
		}
		l, err := g.step(i, steps)
		if err != nil {
			return err
		}
		sum.d, sum.g, sum.m, n = sum.d+l.d, sum.g+l.g, sum.m+l.m, n+1
		done := i + 1
		over := false
		if done%judge == 0 || done == steps {
			quality = g.assess()
			over = g.sinceTop >= patience && 2*done > steps
		}
		if done%tell == 0 || done == steps || over {
			say(done)
		}
		if over {
			return nil
		}
		if opt.Save != nil && done%every == 0 && done < steps {
			if err := opt.Save(g.checkpoint(done)); err != nil {
				return core.Wrap(err, "keeping a checkpoint after step %d", done)
			}
		}
	}
	return nil
}

// assess scores the mean weights and keeps them when they are near the best.
func (g *gan) assess() float64 {
	q := g.judge.quality(g.net(g.mean))
	g.best = max(g.best, q)
	g.sinceTop++
	if q >= g.best-near {
		g.sinceTop = 0
		g.kept = nil
		for _, w := range g.mean {
			g.kept = append(g.kept, append([]float32(nil), w...))
		}
	}
	return q
}
