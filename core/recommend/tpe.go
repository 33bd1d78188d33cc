package recommend

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
)

// Param is one choice of a method, a number between Lo and Hi.
type Param struct {
	Name   string  `json:"name"`
	Lo, Hi float64 `json:"-"`
	Log    bool    `json:"-"` // ratios matter, not differences
	Whole  bool    `json:"-"`
}

// Tunable is a method whose choices can be tuned.
type Tunable struct {
	Name   string
	Params []Param
	With   func(value map[string]float64) Method
	Usual  Method // as it is without tuning
}

// Tuning is how [Tune] searches; zero values are the defaults.
type Tuning struct {
	Trials int // at most; 60
	Ask    int // cases to judge a choice by; 1,500
	Seed   uint64
	// Stop, if not nil, is asked before each trial whether the time is up.
	Stop func() bool
}

// Trying is one choice that was tried.
type Trying struct {
	Value  map[string]float64 `json:"value"`
	Score  float64            `json:"score"`            // NDCG@10 where choices are judged; of a pruned one on a quarter of the customers
	Pruned bool               `json:"pruned,omitempty"` // given up early
}

// Tuned is what came of it.
type Tuned struct {
	Method string             `json:"method"`
	Value  map[string]float64 `json:"value"` // of the best choice
	Tries  []Trying           `json:"tries"` // in their order
	Pruned int                `json:"pruned"`
	Usual  *Result            `json:"usual"` // of the examination
	Best   *Result            `json:"best"`
	Gain   Interval           `json:"gain"` // NDCG@10 of the best choice beyond the usual one
	Words  []Words            `json:"words"`

	method Method
}

// Chosen returns the method with the best choice.
func (t *Tuned) Chosen() Method { return t.method }

// Tune searches for the best choices of a method by NDCG@10 on choose, a split
// of what may be learned from, with a tree-structured Parzen estimator
// (Bergstra, Bardenet, Bengio and Kégl, Algorithms for Hyper-Parameter
// Optimization, 2011). Each choice is first fitted to a quarter of the
// customers; what is below the median of those before is given up there. The
// best and the usual choice are then asked once on examine. Same seed and
// trials, same result; cancelled it returns ctx's error.
func Tune(ctx context.Context, choose, examine *Split, t Tunable, cfg Tuning, report func(core.Progress)) (*Tuned, error) {
	if cfg.Trials == 0 {
		cfg.Trials = 60
	}
	if cfg.Ask == 0 {
		cfg.Ask = 1500
	}
	rng := rand.New(rand.NewPCG(cfg.Seed, 7))
	whole, part := choose.Sample(cfg.Ask), choose.quarter().Sample(cfg.Ask/2)
	out := &Tuned{Method: t.Name}
	var rung []float64 // of the choices so far, on the quarter
	best := math.Inf(-1)
	for i := range cfg.Trials {
		if cfg.Stop != nil && i > 0 && cfg.Stop() {
			break
		}
		if report != nil {
			report(core.Progress{Stage: "choose", Done: int64(i), Total: int64(cfg.Trials), Unit: "choices", Note: t.Name})
		}
		value := propose(t.Params, out.Tries, rng)
		m := t.With(value)
		try := Trying{Value: value}
		if len(part.Cases) > 50 {
			score, err := judged(ctx, m, part)
			if err != nil {
				return nil, err
			}
			try.Score, try.Pruned = score, len(rung) >= 5 && score < median(rung)
			rung = append(rung, score)
		}
		if !try.Pruned {
			score, err := judged(ctx, m, whole)
			if err != nil {
				return nil, err
			}
			if try.Score = score; score > best {
				best, out.Value, out.method = score, value, m
			}
		} else {
			out.Pruned++
		}
		out.Tries = append(out.Tries, try)
	}
	out.method.Name = t.Name
	for _, r := range []struct {
		m  Method
		to **Result
	}{{t.Usual, &out.Usual}, {out.method, &out.Best}} {
		s, err := r.m.Fit(ctx, examine.Train, nil)
		if err != nil {
			return nil, err
		}
		if *r.to, err = Examine(ctx, s, examine, nil); err != nil {
			return nil, err
		}
		(*r.to).Method, (*r.to).Network = t.Name, r.m.Network
	}
	out.Gain = out.Best.Beats(out.Usual)
	out.Words = out.say()
	return out, nil
}

func judged(ctx context.Context, m Method, s *Split) (float64, error) {
	scorer, err := m.Fit(ctx, s.Train, nil)
	if err != nil {
		return 0, err
	}
	r, err := Examine(ctx, scorer, s, nil)
	if err != nil {
		return 0, err
	}
	return r.NDCG10.Mean, nil
}

// quarter returns the split with a quarter of the customers.
func (s *Split) quarter() *Split {
	in := func(c int) bool { return mixed(uint64(c), 4)%4 == 0 }
	out := &Split{Name: s.Name, New: s.New, Train: s.Train.Keep(func(c, _ int) bool { return in(c) })}
	for _, c := range s.Cases {
		if in(int(c.History.Customer)) {
			out.Cases = append(out.Cases, Case{out.Train.History(int(c.History.Customer)), c.Next})
		}
	}
	return out
}

const (
	blind = 10  // choices drawn evenly before the estimator begins
	good  = .25 // share of the tries that are worth being near to
	drawn = 24
)

// propose draws the next choice: near to good tries and far from the others.
func propose(params []Param, tries []Trying, rng *rand.Rand) map[string]float64 {
	value := map[string]float64{}
	if len(tries) < blind {
		for _, p := range params {
			value[p.Name] = p.of(rng.Float64())
		}
		return value
	}
	// Whole scores stand before those of choices that were given up.
	order := slices.Clone(tries)
	slices.SortStableFunc(order, func(a, b Trying) int {
		switch {
		case a.Pruned != b.Pruned && a.Pruned, a.Pruned == b.Pruned && a.Score < b.Score:
			return 1
		case a.Pruned != b.Pruned || a.Score > b.Score:
			return -1
		}
		return 0
	})
	n := max(2, int(math.Ceil(good*float64(len(order)))))
	for _, p := range params {
		near, far := window(p, order[:n]), window(p, order[n:])
		best, most := .5, math.Inf(-1)
		for range drawn {
			x := near.draw(rng)
			if ratio := near.log(x) - far.log(x); ratio > most {
				best, most = x, ratio
			}
		}
		value[p.Name] = p.of(best)
	}
	return value
}

// of returns the value at x in [0, 1] of the range.
func (p Param) of(x float64) float64 {
	v := p.Lo + x*(p.Hi-p.Lo)
	if p.Log {
		v = p.Lo * math.Pow(p.Hi/p.Lo, x)
	}
	if p.Whole {
		v = math.Round(v)
	}
	return v
}

// at is the opposite of of.
func (p Param) at(v float64) float64 {
	if p.Log {
		return math.Log(v/p.Lo) / math.Log(p.Hi/p.Lo)
	}
	return (v - p.Lo) / (p.Hi - p.Lo)
}

// parzen is a mixture of normals cut off at 0 and 1, and an even density.
type parzen struct {
	centre, width []float64
}

// window puts a normal at each try, as wide as the way to its neighbours.
func window(p Param, tries []Trying) *parzen {
	w := &parzen{}
	for _, t := range tries {
		w.centre = append(w.centre, min(1, max(0, p.at(t.Value[p.Name]))))
	}
	slices.Sort(w.centre)
	for i, c := range w.centre {
		left, right := c, 1-c
		if i > 0 {
			left = c - w.centre[i-1]
		}
		if i+1 < len(w.centre) {
			right = w.centre[i+1] - c
		}
		w.width = append(w.width, min(.5, max(left, right, 1/math.Min(100, 1+float64(len(w.centre)))/2)))
	}
	return w
}

func (w *parzen) draw(rng *rand.Rand) float64 {
	i := rng.IntN(len(w.centre) + 1)
	if i == len(w.centre) {
		return rng.Float64()
	}
	for range 20 {
		if x := w.centre[i] + w.width[i]*rng.NormFloat64(); x >= 0 && x <= 1 {
			return x
		}
	}
	return w.centre[i]
}

// log returns the log density at x.
func (w *parzen) log(x float64) float64 {
	sum := 1. // the even one
	for i, c := range w.centre {
		z, inside := (x-c)/w.width[i], normal((1-c)/w.width[i])-normal(-c/w.width[i])
		sum += math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) / w.width[i] / max(inside, 1e-9)
	}
	return math.Log(sum / float64(len(w.centre)+1))
}

func normal(z float64) float64 { return .5 * math.Erfc(-z/math.Sqrt2) }

// say puts the result into words.
func (t *Tuned) say() []Words {
	choice := ""
	for _, name := range slices.Sorted(maps.Keys(t.Value)) {
		if choice != "" {
			choice += ", "
		}
		choice += fmt.Sprintf("%s %.3g", name, t.Value[name])
	}
	out := []Words{{
		fmt.Sprintf("Of %d choices of %s, %d given up early, the best is %s: NDCG@10 %.4f on customers that had no say, %.4f as it usually is.", len(t.Tries), t.Method, t.Pruned, choice, t.Best.NDCG10.Mean, t.Usual.NDCG10.Mean),
		fmt.Sprintf("%s 试了 %d 种设置（%d 种提前放弃），最好的是 %s：在未参与选择的检验上 NDCG@10 为 %.4f，常规设置为 %.4f。", t.Method, len(t.Tries), t.Pruned, choice, t.Best.NDCG10.Mean, t.Usual.NDCG10.Mean),
	}}
	switch {
	case t.Gain.Lo > 0:
		return append(out, Words{fmt.Sprintf("Tuning pays: by %.4f to %.4f.", t.Gain.Lo, t.Gain.Hi), fmt.Sprintf("调参有用：高出 %.4f 至 %.4f。", t.Gain.Lo, t.Gain.Hi)})
	case t.Gain.Hi < 0:
		return append(out, Words{"Tuning does harm here: keep the usual choice.", "调参反而更差：请用常规设置。"})
	}
	return append(out, Words{fmt.Sprintf("Tuning makes no difference that is certain: %.4f to %.4f.", t.Gain.Lo, t.Gain.Hi), fmt.Sprintf("调参没有确定的差别：%.4f 至 %.4f。", t.Gain.Lo, t.Gain.Hi)})
}
