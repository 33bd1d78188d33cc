package train

import (
	"context"
	"math"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/recommend"
)

// Foretell fits a network that foretells something else than the next item of
// a customer, see [recommend.Task] and [recommend.Behaviour.Predict]: whether
// she buys within some days, which action is next, what she will spend. l
// tells the items and the cuts between bins; synthetic, if not nil, are more
// examples, worth Config.Lambda.
//
// A share Config.HoldOut of the customers with examples judge ("score" is
// their mean loss, negative) and fit the curve that turns what the network
// says into a probability. The rest is as with [Behaviour].
func Foretell(ctx context.Context, l *recommend.Log, real, synthetic *recommend.Examples, task recommend.Task, cfg recommend.BehaviourConfig, rng *rand.Rand, opt Options, report func(core.Progress)) (*recommend.Behaviour, error) {
	cfg = cfg.WithDefaults()
	m, err := recommend.NewBehaviour(l, cfg)
	if err != nil {
		return nil, err
	}
	seed, err := begins(rng, opt)
	if err != nil {
		return nil, err
	}
	task.Slope, task.Offset = 1, 0
	if task.Kind == "number" {
		task.Offset, task.Slope = spreadOf(real.Labels, task.Log)
	}
	m.Task = &task
	b := &behaviour{model: m}
	aside := map[int32]bool{}
	pick := generator(seed, forSplit, 0)
	var learn []recommend.History
	for i, h := range real.Histories {
		out, seen := aside[h.Customer]
		if !seen {
			out = pick.Float64() < cfg.HoldOut
			aside[h.Customer] = out
		}
		if out {
			b.exam, b.answers = append(b.exam, h), append(b.answers, real.Labels[i])
		} else {
			learn, b.labels = append(learn, h), append(b.labels, real.Labels[i])
		}
	}
	reals := len(learn)
	if synthetic != nil {
		learn, b.labels = append(learn, synthetic.Histories...), append(b.labels, synthetic.Labels...)
	}
	if reals == 0 {
		return nil, core.Errorf(core.Invalid, "there is no example to learn from").WithHint("choose earlier times or fewer days ahead")
	}
	b.windows = newWindows(m, learn, reals, true)
	fitted, err := b.fit(ctx, seed, opt, report)
	if fitted != nil && task.Kind == "yes" && len(b.exam) > 0 {
		sure := task
		sure.Slope, sure.Offset = platt(fitted, b.exam, b.answers)
		fitted.Task = &sure
	}
	return fitted, err
}

// spreadOf returns mean and standard deviation, of ln(1+x) with log.
func spreadOf(x []float32, log bool) (mean, deviation float64) {
	var sum, squares float64
	for _, v := range x {
		y := float64(v)
		if log {
			y = math.Log1p(max(0, y))
		}
		sum += y
		squares += y * y
	}
	n := max(1, float64(len(x)))
	mean = sum / n
	return mean, max(1e-6, math.Sqrt(max(0, squares/n-mean*mean)))
}

// platt returns slope and offset of the logistic curve over what the network
// says that fits the answers best, by Newton's method; targets are drawn in
// as Platt does (1999), so that few answers do not make sure.
func platt(m *recommend.Behaviour, exam []recommend.History, answers []float32) (slope, offset float64) {
	p := m.Predict(exam)
	yes := 0.
	for _, y := range answers {
		yes += float64(y)
	}
	n := float64(len(answers))
	high, low := (yes+1)/(yes+2), 1/(n-yes+2)
	slope, offset = 1, 0
	for range 50 {
		var ga, gb, haa, hab, hbb float64
		for i, y := range answers {
			q := min(max(float64(p[i]), 1e-7), 1-1e-7)
			x := math.Log(q / (1 - q))
			target := low
			if y > 0 {
				target = high
			}
			s := 1 / (1 + math.Exp(-slope*x-offset))
			d, w := s-target, max(s*(1-s), 1e-9)
			ga, gb = ga+d*x, gb+d
			haa, hab, hbb = haa+w*x*x, hab+w*x, hbb+w
		}
		haa, hbb = haa+1e-6, hbb+1e-6
		det := haa*hbb - hab*hab
		if det <= 0 {
			return 1, 0
		}
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		slope, offset = slope-da, offset-db
		if math.Abs(da)+math.Abs(db) < 1e-9 {
			break
		}
	}
	if !(slope > 0) || math.IsInf(slope, 0) || math.IsNaN(offset) { // nothing was learned
		return 1, 0
	}
	return slope, offset
}

// taskScore is -mean loss of what was set aside.
func (b *behaviour) taskScore(m *recommend.Behaviour) float64 {
	if len(b.exam) == 0 {
		return 0
	}
	p, n, total := m.Predict(b.exam), m.Task.Outputs(), 0.
	for i, y := range b.answers {
		switch m.Task.Kind {
		case "class":
			total += math.Log(max(1e-9, float64(p[i*n+int(y)])))
		case "yes":
			q := float64(p[i])
			if y == 0 {
				q = 1 - q
			}
			total += math.Log(max(1e-9, q))
		default:
			d := float64(p[i] - y)
			if m.Task.Log {
				d = math.Log1p(float64(p[i])) - math.Log1p(max(0, float64(y)))
			}
			total -= d * d / (2 * m.Task.Slope * m.Task.Slope)
		}
	}
	return total / float64(len(b.exam))
}

// taskHead is a dense layer over the last step with the loss of a task, each
// row's times its weight.
type taskHead struct {
	task  *recommend.Task
	dense nn.Dense
	z, dz []float32
}

func (t *taskHead) forward(h []float32, w [][]float32, b *behaviourBatch) float32 {
	n := t.dense.Out
	t.z, t.dz = sized(t.z, len(b.label)*n), sized(t.dz, len(b.label)*n)
	t.dense.Forward(t.z, [][]float32{h, w[0], w[1]})
	total := 0.
	for r, y := range b.label {
		total += float64(b.weight[r]) * t.loss(t.z[r*n:(r+1)*n], t.dz[r*n:(r+1)*n], y)
		for j := range n {
			t.dz[r*n+j] *= b.weight[r]
		}
	}
	return float32(total)
}

// loss returns a row's and sets dz to its slope.
func (t *taskHead) loss(z, dz []float32, y float32) float64 {
	switch t.task.Kind {
	case "class":
		top, total := z[0], 0.
		for _, v := range z {
			top = max(top, v)
		}
		for j, v := range z {
			e := math.Exp(float64(v - top))
			dz[j] = float32(e)
			total += e
		}
		for j := range dz {
			dz[j] /= float32(total)
		}
		dz[int(y)]--
		return math.Log(total) + float64(top-z[int(y)])
	case "yes":
		x := float64(z[0])
		dz[0] = float32(1/(1+math.Exp(-x)) - float64(y))
		return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) - x*float64(y)
	}
	d := float64(z[0]) - t.scaled(y)
	dz[0] = float32(d)
	return d * d / 2
}

// scaled is a number as the network is to say it.
func (t *taskHead) scaled(y float32) float64 {
	v := float64(y)
	if t.task.Log {
		v = math.Log1p(max(0, v))
	}
	return (v - t.task.Offset) / t.task.Slope
}

func (t *taskHead) backward(dh []float32, grads [][]float32, dout float32, h []float32, w [][]float32) {
	for i := range t.dz {
		t.dz[i] *= dout
	}
	t.dense.Backward([][]float32{dh, grads[0], grads[1]}, t.dz, t.z, [][]float32{h, w[0], w[1]})
}
