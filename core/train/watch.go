package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// watch looks at rows that a generator draws while it is trained, so that one
// sees whether it forgets kinds of rows (mode collapse) before it is done.
type watch struct {
	widths []int
	latent []float32
	common []int     // codes that a hundredth of the rows have, among all
	share  []float32 // of those
	real   *table.Table
}

const (
	watchRows   = 1000 // that are drawn, and as many real ones: .3 s a training
	commonShare = .01
	madeShare   = .2 // of a code's share is enough for it to count as made

	leastCoverage = .5 // of common codes; below it the training has collapsed
	mostLost      = .2 // of quality, from the best: more and it has diverged
	someQuality   = .5 // below it the beginning is still going up and down
	watchedFrom   = .25
	calmerBy      = 4 // the learning rate's divisor when training begins again
)

// newWatch looks out for the codes of learn by noise of a judge.
func newWatch(learn, aside rows, latent []float32, seed uint64) *watch {
	w := &watch{widths: learn.widths, latent: latent}
	count := make([]int, learn.width)
	for _, one := range learn.ones {
		count[one]++
	}
	for code, n := range count {
		if s := float64(n) / float64(learn.len()); s >= commonShare {
			w.common, w.share = append(w.common, code), append(w.share, float32(s))
		}
	}
	from := aside
	if from.len() < watchRows {
		from = learn
	}
	codes := make([][]float64, len(w.widths))
	for _, r := range generator(seed, forWatch, 0).Perm(from.len())[:min(watchRows, from.len())] {
		for b := range codes {
			codes[b] = append(codes[b], float64(from.ones[r*from.blocks+b]))
		}
	}
	w.real = tableOf(codes)
	return w
}

func tableOf(codes [][]float64) *table.Table {
	t := &table.Table{Name: "watched"}
	for b, c := range codes {
		t.Columns = append(t.Columns, table.NewNumber(strconv.Itoa(b), c))
	}
	return t
}

// look returns the share of the common codes that the generator makes at
// least a fifth as often as they are, and the AUC of a few boosted trees that
// tell its rows from real ones: both halved, one to learn from and one to be
// examined on; NaN where there are too few.
func (w *watch) look(n *nn.Net) (coverage, c2st float64) {
	rows := w.real.Rows()
	p := n.Forward(w.latent[:watchRows*n.In()], watchRows)
	width := n.Out()
	mean := make([]float32, width)
	codes := make([][]float64, len(w.widths))
	draw := generator(0, forWatch, 1) // always the same: what changes is the network
	for r := range watchRows {
		row := p[r*width : (r+1)*width]
		nn.SoftmaxBlocks(row, row, w.widths)
		at := 0
		for b, wide := range w.widths {
			u, code := draw.Float32(), wide-1
			for c, x := range row[at : at+wide] {
				mean[at+c] += x / watchRows
				if u < x && code == wide-1 {
					code = c
				}
				u -= x
			}
			if r < rows {
				codes[b] = append(codes[b], float64(at+code))
			}
			at += wide
		}
	}
	made := 0
	for i, code := range w.common {
		if mean[code] >= madeShare*w.share[i] {
			made++
		}
	}
	coverage = float64(made) / float64(max(1, len(w.common)))
	return coverage, w.tell(tableOf(codes))
}

// tell returns how well trees tell made rows from real ones.
func (w *watch) tell(made *table.Table) float64 {
	n := w.real.Rows() / 2
	if n < 50 {
		return math.NaN()
	}
	join := func(lo, hi int) (*table.Table, []float32) {
		out, y := &table.Table{}, make([]float32, 2*(hi-lo))
		for i, c := range w.real.Columns {
			out.Columns = append(out.Columns, table.NewNumber(c.Name, slices.Concat(c.Num[lo:hi], made.Columns[i].Num[lo:hi])))
		}
		for i := range hi - lo {
			y[i] = 1
		}
		return out, y
	}
	learn, y := join(0, n)
	bins, err := tree.NewBinning(learn, nil)
	if err != nil {
		return math.NaN()
	}
	x, err := bins.Apply(learn)
	if err != nil {
		return math.NaN()
	}
	m, err := tree.FitBinary(context.Background(), x, y, tree.Config{Trees: 20, MaxDepth: 3})
	if err != nil {
		return math.NaN()
	}
	exam, y := join(n, 2*n)
	if x, err = bins.Apply(exam); err != nil {
		return math.NaN()
	}
	return tree.AUC(m.Predict(x), y)
}

// look has w look at the nets of averaged weights.
func (t *training) look(w *watch, net func(weights [][]float32) *nn.Net) {
	t.watched = func(mean [][]float32) map[string]float64 {
		coverage, c2st := w.look(net(mean))
		return map[string]float64{"coverage": coverage, "c2st": c2st}
	}
}

// astray is the error of a training that cannot come to anything good.
type astray struct {
	what string // synth.Collapsed or synth.Diverged
	step int
	err  error
}

func (a *astray) Error() string { return a.err.Error() }
func (a *astray) Unwrap() error { return a.err }

func divergedAt(step int, rate float64, format string, args ...any) *astray {
	return &astray{synth.Diverged, step, core.Errorf(core.Invalid, "training diverged at step %d: %s", step, fmt.Sprintf(format, args...)).
		WithHint("lower LearnRate, now %g", rate)}
}

// amiss looks at a judgement after a quarter of the steps.
func (t *training) amiss(done int, quality float64) *astray {
	if t.watched == nil || float64(done) < watchedFrom*float64(t.steps) {
		return nil
	}
	rate := t.solvers[0].rate
	if c := t.seen["coverage"]; c < leastCoverage {
		return &astray{synth.Collapsed, done, core.Errorf(core.Invalid, "training collapsed at step %d: of the frequent values only %.0f %% are made", done, 100*c).
			WithHint("lower LearnRate, now %g, or choose another engine, such as tree", rate)}
	}
	if quality < t.best-mostLost && t.best > someQuality {
		return divergedAt(done, rate, "%s fell from %.3f to %.3f", t.scored, t.best, quality)
	}
	return nil
}
