package simulate

import (
	"context"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// A knob is a habit of all customers that matching may turn. How price,
// features and displays move them is none: a discriminator that looks at the
// past would trade what plans are compared by for what the past looked like.
type knob func(m *Model, factor float64)

var knobs = []knob{
	func(m *Model, f float64) { m.eachNeed(func(n *need) { n.Rate *= f }) },
	func(m *Model, f float64) { m.eachNeed(func(n *need) { n.Full *= f }) },
	func(m *Model, f float64) { m.eachNeed(func(n *need) { n.Many *= f }) },
	func(m *Model, f float64) {
		for k, c := range m.choices {
			d := *c
			d.Loyal *= f
			m.choices[k] = &d
		}
	},
	func(m *Model, f float64) {
		h := *m.homes
		h.Visit = math.Max(.02, math.Min(1, h.Visit*f))
		m.homes = &h
	},
	func(m *Model, f float64) {
		t := *m.trips
		t.Own = math.Min(1, t.Own*f)
		m.trips = &t
	},
}

func (m *Model) eachNeed(turn func(n *need)) {
	for k, n := range m.needs {
		d := *n
		turn(&d)
		m.needs[k] = &d
	}
}

// copy returns a model of its own as far as knobs and shares reach.
func (m *Model) copy() *Model {
	d := *m
	d.choices, d.needs = slices.Clone(m.choices), slices.Clone(m.needs)
	return &d
}

const (
	mostRivals = 500 // customers drawn for a round
	turned     = .05 // how far a knob is turned to feel its slope
)

// match plays the shoppers against a discriminator, for m.Config.Match rounds.
// In each one trees learn to tell drawn trajectories from those of h; classes
// and sizes of customers that they take for real gain share, by their odds (a
// step of GAN-SD), and each knob is turned a little both ways while the trees
// stay: the way that they take rather for real is the way it goes (a step of
// MAIL, its gradient by finite differences on the same customers). Of all
// rounds the one counts whose customers the next trees tell worst, by folds.
func (m *Model) match(ctx context.Context, h *History, rng source, report func(core.Progress)) error {
	real, _ := h.trajectories()
	n := min(mostRivals, len(h.people))
	seed := rng.Uint64()
	best, bestAUC := m.copy(), math.Inf(1)
	now := m.copy()
	for round := range m.Config.Match + 1 {
		made, err := now.Draw(ctx, h.Past(), n, seed, nil)
		if err != nil {
			return err
		}
		rows, _ := made.trajectories()
		auc, _, err := twoSample(ctx, real, rows, rng)
		if err != nil {
			return err
		}
		if auc < bestAUC-.005 { // less is luck
			best, bestAUC = now.copy(), auc
		}
		if report != nil {
			report(core.Progress{Stage: "match", Done: int64(round), Total: int64(m.Config.Match), Unit: "rounds", Value: map[string]float64{"auc": auc}})
		}
		if round == m.Config.Match || auc < .52 {
			break // nothing is left to learn from
		}
		d, err := newRival(ctx, real, rows)
		if err != nil {
			return err
		}
		// What it says of the customers it learned from would be its memory.
		seed = rng.Uint64()
		if made, err = now.Draw(ctx, h.Past(), n, seed, nil); err != nil {
			return err
		}
		rows, who := made.trajectories()
		odds, err := d.logits(rows)
		if err != nil {
			return err
		}
		if err := now.turn(ctx, h, d, n, seed); err != nil {
			return err
		}
		now.favour(who, odds, seed)
		seed = rng.Uint64()
	}
	m.homes, m.trips, m.choices, m.needs = best.homes, best.trips, best.choices, best.needs
	return nil
}

// rival tells trajectories apart.
type rival struct {
	bins *tree.Binning
	tree *tree.Model
}

func newRival(ctx context.Context, real, made *table.Table) (*rival, error) {
	both, y := together(real, made)
	bins, err := tree.NewBinning(both, nil)
	if err != nil {
		return nil, err
	}
	x, err := bins.Apply(both)
	if err != nil {
		return nil, err
	}
	// Few and shallow: what it says of customers it learned from is to hold
	// for others.
	t, err := tree.FitBinary(ctx, x, y, tree.Config{Trees: 40, MaxDepth: 3, MinLeaf: max(20, len(y)/40)})
	return &rival{bins, t}, err
}

// logits returns how much rather each row is taken for real, in logarithms of
// the odds beside the shares of both.
func (d *rival) logits(t *table.Table) ([]float64, error) {
	x, err := d.bins.Apply(finite(t))
	if err != nil {
		return nil, err
	}
	p := d.tree.Predict(x)
	for i := range p {
		p[i] = math.Max(-2, math.Min(2, math.Log(p[i]/(1-p[i]))-d.tree.Base))
	}
	return p, nil
}

// favour gives shares of customers to the classes and sizes that are taken for
// real.
func (m *Model) favour(who []int, odds []float64, seed uint64) {
	w := m.world(m.shop.None(1))
	gain := make([][][2]float64, len(m.homes.Share))
	for g := range gain {
		gain[g] = make([][2]float64, sizes)
	}
	mean := 0.0
	for i, p := range who {
		s := w.customer(seed, p)
		x := math.Exp(odds[i])
		gain[s.class][s.size][0] += x
		gain[s.class][s.size][1]++
		mean += x / float64(len(who))
	}
	home := *m.homes
	home.Share = nil
	sum := 0.0
	for g, row := range m.homes.Share {
		next := make([]float64, len(row))
		for z, x := range row {
			// Twenty customers who are no different hold a small group back.
			c := gain[g][z]
			next[z] = x * (c[0]/mean + 20) / (c[1] + 20)
			sum += next[z]
		}
		home.Share = append(home.Share, next)
	}
	for _, row := range home.Share {
		for z := range row {
			row[z] /= sum
		}
	}
	m.homes = &home
}

// turn moves every knob the way that the rival takes rather for real.
func (m *Model) turn(ctx context.Context, h *History, d *rival, n int, seed uint64) error {
	taken := func(k knob, f float64) (float64, error) {
		with := m.copy()
		k(with, f)
		made, err := with.Draw(ctx, h.Past(), n, seed, nil)
		if err != nil {
			return 0, err
		}
		rows, _ := made.trajectories()
		odds, err := d.logits(rows)
		if err != nil {
			return 0, err
		}
		return meanOf(odds), nil
	}
	steps := make([]float64, len(knobs))
	for i, k := range knobs {
		up, err := taken(k, 1+turned)
		if err != nil {
			return err
		}
		down, err := taken(k, 1-turned)
		if err != nil {
			return err
		}
		// A knob that changes the odds by less than .02 is left.
		if slope := up - down; math.Abs(slope) > .02 {
			steps[i] = math.Max(-turned, math.Min(turned, .3*slope))
		}
	}
	for i, k := range knobs {
		k(m, 1+steps[i])
	}
	return nil
}
