package recommend

import (
	"context"
	"math"

	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// stacked lets boosted trees rank the candidates of other scorers.
type stacked struct {
	parts []Scorer
	blend Scorer // of what no part puts forward
	bins  *tree.Binning
	model *tree.Model
	facts *facts
	most  int
	new   bool
}

// facts are what trees are told of items beside scores.
type facts struct {
	popular []float32
	repeat  []float32 // chance that who has the item has it again later
}

func newFacts(l *Log) *facts {
	f := &facts{popular: popularity(l, Decay{Rate: 1}), repeat: make([]float32, len(l.Items))}
	have := make([]float32, len(l.Items))
	for c := range l.Customers {
		h := l.History(c)
		last := map[int32]int32{}
		again := map[int32]bool{}
		for i, item := range h.Items {
			if b, ok := last[item]; ok && b != h.Basket[i] {
				again[item] = true
			}
			last[item] = h.Basket[i]
		}
		for item := range last {
			have[item]++
			if again[item] {
				f.repeat[item]++
			}
		}
	}
	for i := range f.repeat {
		f.repeat[i] = (f.repeat[i] + .5) / (have[i] + 5)
	}
	return f
}

// Stack learns, by boosted trees on the cases that inner holds out, which of
// the candidates of parts (fitted to inner.Train) come next: from each part's
// standardised scores and ranks, and from how often and when the customer had
// the item. most is how many of each part are candidates. The result still
// needs the parts fitted to all of a log, see refit.
func learnStack(ctx context.Context, parts []Scorer, inner *Split, most int) (*stacked, error) {
	p, err := pooled(ctx, parts, inner, most)
	if err != nil {
		return nil, err
	}
	t := featureTable(p.of, p.parts, newFacts(inner.Train))
	var y []float32
	for _, c := range p.of {
		for _, came := range c.came {
			v := float32(0)
			if came {
				v = 1
			}
			y = append(y, v)
		}
	}
	s := &stacked{most: most, new: inner.New}
	if s.bins, err = tree.NewBinning(t, nil); err != nil {
		return nil, err
	}
	x, err := s.bins.Apply(t)
	if err != nil {
		return nil, err
	}
	s.model, err = tree.FitBinary(ctx, x, y, tree.Config{Trees: 120, MaxDepth: 6, MinLeaf: 60, LearnRate: .08})
	return s, err
}

// refit returns s over the same parts, in that order, fitted to l.
func (s *stacked) refit(parts []Scorer, weight []float64, l *Log) *stacked {
	c := *s
	c.parts, c.blend, c.facts = parts, Blend(parts, weight, len(l.Items)), newFacts(l)
	return &c
}

// featureTable has a row for each candidate of each case.
func featureTable(of []candidates, parts int, f *facts) *table.Table {
	rows := 0
	for _, c := range of {
		rows += len(c.items)
	}
	names := []string{"popular", "repeat", "times", "share", "since", "baskets", "size", "own"}
	cols := make([][]float64, 2*parts+len(names))
	for i := range cols {
		cols[i] = make([]float64, 0, rows)
	}
	for _, c := range of {
		put := func(j int, x float64) { cols[j] = append(cols[j], x) }
		score := make([]float32, len(c.items))
		for p := range parts {
			for k := range c.items {
				score[k] = c.score[k*parts+p]
				put(2*p, float64(score[k]))
			}
			rank := make([]float64, len(c.items))
			for r, k := range Top(score, len(score), nil) {
				rank[k] = float64(r)
			}
			cols[2*p+1] = append(cols[2*p+1], rank...)
		}
		h := c.history
		baskets := h.Baskets(nil)
		count, last := map[int32]int{}, map[int32]int32{}
		for i, item := range h.Items {
			count[item]++
			last[item] = h.Basket[i]
		}
		for _, item := range c.items {
			n := float64(count[item])
			since := math.NaN()
			if n > 0 {
				since = float64(h.Basket[len(h.Basket)-1] - last[item])
			}
			for k, x := range []float64{float64(f.popular[item]), float64(f.repeat[item]), n, n / max(1, float64(baskets)), since,
				float64(baskets), float64(len(h.Items)) / max(1, float64(baskets)), float64(len(count))} {
				put(2*parts+k, x)
			}
		}
	}
	t := &table.Table{}
	for j, x := range cols {
		name := "score " + itoa(j/2)
		if j >= 2*parts {
			name = names[j-2*parts]
		} else if j%2 == 1 {
			name = "rank " + itoa(j/2)
		}
		t.Columns = append(t.Columns, table.NewNumber(name, x))
	}
	return t
}

func (s *stacked) Score(h []History, out []float32) {
	n := len(s.facts.popular)
	s.blend.Score(h, out)
	of := gather(s.parts, h, n, s.most, s.new)
	x, err := s.bins.Apply(featureTable(of, len(s.parts), s.facts))
	if err != nil {
		panic("recommend: " + err.Error()) // the columns are our own
	}
	odds := s.model.Predict(x)
	at := 0
	for i, c := range of {
		row := out[i*n : (i+1)*n]
		most := float32(0)
		for _, v := range row {
			most = max(most, v)
		}
		for _, item := range c.items { // in front of what no part puts forward
			row[item] = most + 1 + float32(odds[at])
			at++
		}
	}
}
