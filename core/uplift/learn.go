package uplift

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"

	"shoptwin/core/tree"
)

// Learners, in the order of Report.Learners.
const (
	byT = iota
	byX
	byDR
	learners
)

var names = [...]string{"t", "x", "dr", "chosen"}

// study is a trial at work.
type study struct {
	t       *Trial
	cfg     Config
	x       *tree.Matrix
	reached int       // persons
	binary  bool      // outcomes are 0 and 1
	folds   []int     // fold of each person; both sides are dealt apart
	half    []int     // the same again within folds: the DR-learner's own two
	chance  []float64 // of having been reached

	effect [learners + 1][]float64 // expected of each person; the last is the chosen
	score  []float64               // doubly robust score: its mean over any group is the effect on it
	plain  []float64               // the same for the outcome without the campaign
}

func newStudy(t *Trial, cfg Config, rng *rand.Rand) (*study, error) {
	n := len(t.Outcome)
	s := &study{t: t, cfg: cfg, binary: true, folds: make([]int, n), half: make([]int, n), score: make([]float64, n), plain: make([]float64, n)}
	b, err := tree.NewBinning(t.Context, nil)
	if err != nil {
		return nil, err
	}
	if s.x, err = b.Apply(t.Context); err != nil {
		return nil, err
	}
	for k := range s.effect {
		s.effect[k] = make([]float64, n)
	}
	var dealt [2]int
	for _, i := range rng.Perm(n) {
		side := sideOf(t.Treated[i])
		s.folds[i] = dealt[side] % cfg.Folds
		s.half[i] = dealt[side] / cfg.Folds % 2
		dealt[side]++
		s.binary = s.binary && (t.Outcome[i] == 0 || t.Outcome[i] == 1)
	}
	s.reached = dealt[1]
	return s, nil
}

// split returns the rows outside fold f, and those in it.
func (s *study) split(f int) (learn, ask []int) {
	for i, g := range s.folds {
		if g == f {
			ask = append(ask, i)
		} else {
			learn = append(learn, i)
		}
	}
	return learn, ask
}

// trees are small: effects are a small part of what outcomes vary by.
func (s *study) trees(rows int) tree.Config {
	return tree.Config{Trees: 50, MaxDepth: 3, MinLeaf: max(20, rows/50), L2: 1}
}

func take(y []float32, rows []int) []float32 {
	out := make([]float32, len(rows))
	for k, i := range rows {
		out[k] = y[i]
	}
	return out
}

// outcome expects the outcome of one side from the rows of it among learn,
// for the rows at.
func (s *study) outcome(ctx context.Context, learn []int, side int, at *tree.Matrix) ([]float64, error) {
	var rows []int
	var y []float32
	same := true
	for _, i := range learn {
		if sideOf(s.t.Treated[i]) == side {
			rows, y = append(rows, i), append(y, float32(s.t.Outcome[i]))
			same = same && y[0] == y[len(y)-1]
		}
	}
	var m *tree.Model
	var err error
	switch {
	case same:
		return slices.Repeat([]float64{float64(y[0])}, at.Rows), nil
	case s.binary:
		m, err = tree.FitBinary(ctx, s.x.Take(rows), y, s.trees(len(rows)))
	default:
		m, err = tree.FitSquared(ctx, s.x.Take(rows), y, s.trees(len(rows)))
	}
	if err != nil {
		return nil, err
	}
	return m.Predict(at), nil
}

// both is outcome without and with the campaign.
func (s *study) both(ctx context.Context, learn []int, at *tree.Matrix) (out [2][]float64, err error) {
	for side := range out {
		if out[side], err = s.outcome(ctx, learn, side, at); err != nil {
			return out, err
		}
	}
	return out, nil
}

// regress fits y of rows and asks for at.
func (s *study) regress(ctx context.Context, rows []int, y []float32, at *tree.Matrix) ([]float64, error) {
	m, err := tree.FitSquared(ctx, s.x.Take(rows), y, s.trees(len(rows)))
	if err != nil {
		return nil, err
	}
	return m.Predict(at), nil
}

// fold fits all learners outside fold f and asks them of the persons in it.
func (s *study) fold(ctx context.Context, f int) error {
	learn, ask := s.split(f)
	at, of := s.x.Take(ask), s.x.Take(learn)

	// T: what either side does, and the difference.
	mu, err := s.both(ctx, learn, at)
	if err != nil {
		return err
	}
	for k, i := range ask {
		s.effect[byT][i] = mu[1][k] - mu[0][k]
		s.score[i] = mu[1][k] - mu[0][k] + s.robust(i, mu[0][k], mu[1][k])
		s.plain[i] = mu[0][k]
		if !s.t.Treated[i] {
			s.plain[i] += (s.t.Outcome[i] - mu[0][k]) / (1 - s.chance[i])
		}
	}

	// X: each side's outcome less what the other side would have done.
	if mu, err = s.both(ctx, learn, of); err != nil {
		return err
	}
	var tau [2][]float64
	for side := range tau {
		var rows []int
		var y []float32
		for k, i := range learn {
			switch {
			case sideOf(s.t.Treated[i]) != side:
				continue
			case side == 1:
				y = append(y, float32(s.t.Outcome[i]-mu[0][k]))
			default:
				y = append(y, float32(mu[1][k]-s.t.Outcome[i]))
			}
			rows = append(rows, i)
		}
		if tau[side], err = s.regress(ctx, rows, y, at); err != nil {
			return err
		}
	}
	for k, i := range ask {
		s.effect[byX][i] = s.chance[i]*tau[0][k] + (1-s.chance[i])*tau[1][k]
	}

	// DR: scores by models of the other half, then one model of the scores.
	y := make([]float32, len(learn))
	for h := range 2 {
		var half, other []int
		var place []int
		for k, i := range learn {
			if s.half[i] == h {
				half, place = append(half, i), append(place, k)
			} else {
				other = append(other, i)
			}
		}
		if mu, err = s.both(ctx, other, s.x.Take(half)); err != nil {
			return err
		}
		for k, i := range half {
			y[place[k]] = float32(mu[1][k] - mu[0][k] + s.robust(i, mu[0][k], mu[1][k]))
		}
	}
	all, err := s.regress(ctx, learn, y, at)
	if err != nil {
		return err
	}
	for k, i := range ask {
		s.effect[byDR][i] = all[k]
	}
	return nil
}

// robust is what person i did beyond what was expected, weighted to stand for
// all: above for those reached, below for the others.
func (s *study) robust(i int, without, with float64) float64 {
	if s.t.Treated[i] {
		return (s.t.Outcome[i] - with) / s.chance[i]
	}
	return -(s.t.Outcome[i] - without) / (1 - s.chance[i])
}

// choose takes for each fold the learner of the smallest loss on the others.
func (s *study) choose() {
	loss := make([][learners]float64, s.cfg.Folds)
	for i, f := range s.folds {
		for k := range learners {
			d := s.score[i] - s.effect[k][i]
			loss[f][k] += d * d
		}
	}
	best := make([]int, s.cfg.Folds)
	for f := range best {
		var rest [learners]float64
		for g := range loss {
			if g != f {
				for k, v := range loss[g] {
					rest[k] += v
				}
			}
		}
		for k, v := range rest {
			if v < rest[best[f]] {
				best[f] = k
			}
		}
	}
	for i, f := range s.folds {
		s.effect[learners][i] = s.effect[best[f]][i]
	}
}

// drivers says by which columns the expected effects differ.
func (s *study) drivers(ctx context.Context, r *Report) error {
	y := make([]float32, len(s.folds))
	for i, v := range s.effect[learners] {
		y[i] = float32(v)
	}
	m, err := tree.FitSquared(ctx, s.x, y, s.trees(len(y)))
	if err != nil {
		return err
	}
	share := m.Importance(len(s.x.Cols))
	for _, j := range largest(share, len(share)) {
		if share[j] > 0 {
			r.Drivers = append(r.Drivers, Driver{s.t.Context.Columns[j].Name, share[j]})
		}
	}
	return nil
}

// largest returns the places of the n largest, largest first.
func largest(x []float64, n int) []int {
	order := make([]int, len(x))
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[b], x[a]) })
	return order[:min(n, len(order))]
}
