// Package tree fits gradient boosted decision trees to binned columns: the
// judge that tells synthetic rows from real ones, and the pupil that learns
// from one table and is examined on another.
//
// The method is the histogram one of LightGBM (Ke et al. 2017): columns are
// cut into at most 255 bins, a node keeps the sum of gradients by bin, and
// the larger child's sums are the parent's less the smaller one's. Levels of
// a categorical column are ordered by their mean gradient before the cut
// (Fisher 1958), which finds the best two groups. Everything is deterministic:
// the same rows give the same trees, whatever GOMAXPROCS.
package tree

import (
	"context"
	"math"

	"shoptwin/core"
)

// Config is what was chosen; the zero value is the default.
type Config struct {
	Trees     int     // boosting rounds, default 60
	MaxDepth  int     // splits from root to leaf, default 5
	MaxLeaves int     // leaves of one tree, default 31
	MinLeaf   int     // rows of a leaf at least, default 20
	LearnRate float64 // shrinkage of each tree, default 0.1
	L2        float64 // added to the sum of second derivatives, default 0
}

func (c Config) withDefaults() Config {
	if c.Trees == 0 {
		c.Trees = 60
	}
	if c.MaxDepth == 0 {
		c.MaxDepth = 5
	}
	if c.MaxLeaves == 0 {
		c.MaxLeaves = 31
	}
	if c.MinLeaf == 0 {
		c.MinLeaf = 20
	}
	if c.LearnRate == 0 {
		c.LearnRate = 0.1
	}
	return c
}

// Model is a sum of trees. It does not change once fitted, and can be written
// as JSON.
type Model struct {
	Base     float64  // the sum before the first tree
	Logistic bool     // the sum is a log odds
	Trees    [][]Node // node 0 of each tree is its root
}

// Node is a split, or a leaf when Left is 0.
type Node struct {
	Feature     int       // column of the Matrix
	LeftBins    [4]uint64 // bit b set: rows of bin b go left
	Left, Right int       // children's places in the tree
	Value       float64   // leaf: what is added to the sum
	Gain        float64   // split: how much the loss falls, up to a factor
}

func (n *Node) goesLeft(bin uint8) bool { return n.LeftBins[bin>>6]>>(bin&63)&1 != 0 }

// FitBinary fits log odds of y = 1 by the logistic loss. y holds 0 and 1, one
// for each row of x. It stops between two trees when ctx is cancelled and
// returns no model. It returns an error if lengths differ, if there are no
// rows, or if y has only one class.
func FitBinary(ctx context.Context, x *Matrix, y []float32, cfg Config) (*Model, error) {
	if err := check(x, y); err != nil {
		return nil, err
	}
	ones := 0
	for _, v := range y {
		if v != 0 && v != 1 {
			return nil, core.Errorf(core.Invalid, "boosted trees: a binary target holds %g, it must hold 0 and 1", v)
		}
		ones += int(v)
	}
	if ones == 0 || ones == len(y) {
		return nil, core.Errorf(core.Invalid, "boosted trees: all %d rows are of one class, nothing can be learned", len(y))
	}
	p := float64(ones) / float64(len(y))
	m := &Model{Base: math.Log(p / (1 - p)), Logistic: true}
	return m, m.boost(ctx, x, cfg, func(score []float64, g, h []float32) {
		for i, s := range score {
			p := 1 / (1 + math.Exp(-s))
			g[i] = float32(p) - y[i]
			h[i] = float32(p * (1 - p))
		}
	})
}

// FitSquared fits y by squared error. Conditions and errors are those of
// FitBinary, but y may hold any finite numbers.
func FitSquared(ctx context.Context, x *Matrix, y []float32, cfg Config) (*Model, error) {
	if err := check(x, y); err != nil {
		return nil, err
	}
	sum := 0.0
	for _, v := range y {
		sum += float64(v)
	}
	m := &Model{Base: sum / float64(len(y))}
	return m, m.boost(ctx, x, cfg, func(score []float64, g, h []float32) {
		for i, s := range score {
			g[i] = float32(s - float64(y[i]))
			h[i] = 1
		}
	})
}

func check(x *Matrix, y []float32) error {
	switch {
	case len(y) != x.Rows:
		return core.Errorf(core.Invalid, "boosted trees: %d rows but %d targets", x.Rows, len(y))
	case len(y) == 0 || len(x.Cols) == 0:
		return core.Errorf(core.Invalid, "boosted trees: there are no rows or no columns to learn from")
	}
	for _, v := range y {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return core.Errorf(core.Invalid, "boosted trees: the target holds a value that is not a finite number")
		}
	}
	return nil
}

// boost adds cfg.Trees trees to m, each fitted to the first and second
// derivatives of the loss at the sum so far.
func (m *Model) boost(ctx context.Context, x *Matrix, cfg Config, derive func(score []float64, g, h []float32)) error {
	cfg = cfg.withDefaults()
	score := make([]float64, x.Rows)
	for i := range score {
		score[i] = m.Base
	}
	gr := newGrower(x, cfg)
	for range cfg.Trees {
		if err := ctx.Err(); err != nil {
			*m = Model{}
			return err
		}
		derive(score, gr.g, gr.h)
		m.Trees = append(m.Trees, gr.grow(score))
	}
	return nil
}

// Predict returns, for each row of x, the probability of class 1 or, after
// FitSquared, the expected value. x must come from the Binning that the model
// was fitted on.
func (m *Model) Predict(x *Matrix) []float64 {
	out := make([]float64, x.Rows)
	core.Parallel((x.Rows+4095)/4096, func(block int) {
		for i := block * 4096; i < min(x.Rows, block*4096+4096); i++ {
			sum := m.Base
			for _, nodes := range m.Trees {
				n := &nodes[0]
				for n.Left != 0 {
					if n.goesLeft(x.Cols[n.Feature][i]) {
						n = &nodes[n.Left]
					} else {
						n = &nodes[n.Right]
					}
				}
				sum += n.Value
			}
			if m.Logistic {
				sum = 1 / (1 + math.Exp(-sum))
			}
			out[i] = sum
		}
	})
	return out
}

// Importance returns the share of each column in the model's total gain; all
// zero when no tree has a split.
func (m *Model) Importance(columns int) []float64 {
	out := make([]float64, columns)
	total := 0.0
	for _, nodes := range m.Trees {
		for _, n := range nodes {
			if n.Left != 0 {
				out[n.Feature] += n.Gain
				total += n.Gain
			}
		}
	}
	for j := range out {
		if total > 0 {
			out[j] /= total
		}
	}
	return out
}
