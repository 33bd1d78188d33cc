package recommend

import (
	"context"
	"slices"

	"shoptwin/core"
)

// Family is a method with several choices to try, the usual first.
type Family struct {
	Name  string
	Tries []Method
}

// Controls are the simple methods that always take part, each with three
// choices. Methods for order make no sense where there is none.
func Controls(ordered bool) []Family {
	rate := func(r float32) Decay { return Decay{Rate: r} }
	all := []Family{
		{"popularity", []Method{Popular(Decay{}), Popular(rate(1)), Popular(rate(.7))}},
		{"ItemKNN", []Method{ItemKNN(KNN{}), ItemKNN(KNN{Shrink: 50}), ItemKNN(KNN{Shrink: 2})}},
		{"EASE", []Method{EASE(Ease{Lambda: 200}), EASE(Ease{Lambda: 500}), EASE(Ease{Lambda: 50})}},
		{"GF-CF", []Method{GFCF(Filter{}), GFCF(Filter{Ideal: .6}), GFCF(Filter{Rank: 128})}},
	}
	if !ordered {
		all = append(all, Family{"walk", []Method{Walks(Walk{}), Walks(Walk{To: .3}), Walks(Walk{From: .4, Via: .8, Power: 1})}})
		return append(all, Family{"spectral filter", []Method{Spectral(Spectrum{}), Spectral(Spectrum{Flat: 1.5, Known: .3}), Spectral(Spectrum{Flat: 2, Known: .4})}})
	}
	all[1].Tries = []Method{ItemKNN(KNN{}), ItemKNN(KNN{Decay: rate(.9)}), ItemKNN(KNN{Decay: rate(.7)})}
	all[2].Tries = []Method{EASE(Ease{Lambda: 300}), EASE(Ease{Lambda: 300, Input: rate(.9)}), EASE(Ease{Lambda: 300, Input: rate(.75)})}
	return append(all,
		Family{"personal frequency", []Method{Personal(Decay{}, false), Personal(Decay{}, true), Personal(rate(.9), true)}},
		Family{"UP-CF", []Method{UPCF(UserPopularity{}), UPCF(UserPopularity{Locality: 3}), UPCF(UserPopularity{Locality: 3, Window: 10})}},
		Family{"TIFU-KNN", []Method{TIFUKNN(TIFU{}), TIFUKNN(TIFU{Own: .3}), TIFUKNN(TIFU{Own: .1, Neighbours: 600})}},
		Family{"Markov", []Method{Markov(Chain{}), Markov(Chain{Window: 3, Input: rate(.7)}), Markov(Chain{Window: 10, Gap: .8, Input: rate(.8)})}},
		Family{"linear transitions", []Method{Transitions(Linear{Lambda: 300}), Transitions(Linear{Lambda: 300, Input: rate(.9)}), Transitions(Linear{Lambda: 1000, Input: rate(.9)})}},
	)
}

// Trial is how [Backtest] compares.
type Trial struct {
	Ask       int  // cases to choose by; 1,500
	Examine   int  // cases of the examination; 0: all
	Usual     bool // only the usual choice of each family
	Ensembles bool // blends and stacks of the others, too
	// Clock, if not nil, returns seconds; they are told beside each method.
	Clock func() float64
}

// Entry is one method of the leaderboard.
type Entry struct {
	*Result
	// Try is which choice of its family did best where choices are compared.
	Try     int                `json:"try"`
	Weights map[string]float64 `json:"weights,omitempty"` // of a blend
	// Gain is a network's recall@10 beyond the best control's, nil of others.
	Gain *Interval `json:"gain,omitempty"`

	method Method
}

// Board is the leaderboard, the best first by NDCG@10.
type Board struct {
	Split     string   `json:"split"`
	Customers int      `json:"customers"` // asked
	Entries   []Entry  `json:"entries"`
	Words     []Words  `json:"words"`
	Notes     []string `json:"notes,omitempty"`
}

// Best returns the method of the first entry, as it was chosen; a blend fits its
// parts and mixes them as the board did.
func (b *Board) Best() Method { return b.Entries[0].method }

// Of returns the entry of that name, or nil.
func (b *Board) Of(name string) *Entry {
	for i := range b.Entries {
		if b.Entries[i].Method == name {
			return &b.Entries[i]
		}
	}
	return nil
}

// Backtest chooses within each family on the cases of choose, learns how to mix
// them there, fits what was chosen to examine's Train and asks its cases. Every
// family has the same number of choices. choose must not know what examine asks.
func Backtest(ctx context.Context, choose, examine *Split, families []Family, cfg Trial, report func(core.Progress)) (*Board, error) {
	if cfg.Ask == 0 {
		cfg.Ask = 1500
	}
	board := &Board{Split: examine.Name, Notes: examine.Train.Notes}
	ask, exam := choose.Sample(cfg.Ask), examine.Sample(cfg.Examine)
	board.Customers = len(exam.Cases)
	clock := cfg.Clock
	if clock == nil {
		clock = func() float64 { return 0 }
	}
	var early, final []Scorer
	var methods []Method
	for i, f := range families {
		if report != nil {
			report(core.Progress{Stage: "fit", Done: int64(i), Total: int64(len(families)), Unit: "methods", Note: f.Name})
		}
		tries := f.Tries
		if cfg.Usual {
			tries = tries[:1]
		}
		chosen, scorer, err := pickTry(ctx, tries, ask, cfg.Ensembles)
		if err != nil {
			return nil, core.Wrap(err, "%s", f.Name)
		}
		m := tries[chosen]
		m.Name = f.Name
		begun := clock()
		s, err := m.Fit(ctx, examine.Train, nil)
		if err != nil {
			return nil, core.Wrap(err, "%s", f.Name)
		}
		seconds := clock() - begun
		e := Entry{Try: chosen, method: m}
		if e.Result, err = Examine(ctx, s, exam, nil); err != nil {
			return nil, err
		}
		e.Method, e.Network, e.Seconds = m.Name, m.Network, seconds
		board.Entries = append(board.Entries, e)
		early, final, methods = append(early, scorer), append(final, s), append(methods, m)
	}
	if cfg.Ensembles && len(families) > 1 {
		if err := board.mix(ctx, ask, exam, examine.Train, early, final, methods); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(board.Entries, func(a, b Entry) int {
		switch x, y := a.NDCG10.Mean, b.NDCG10.Mean; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	board.Words = board.say()
	return board, nil
}

// pickTry returns the choice with the best NDCG@10 on the split, and its scorer.
func pickTry(ctx context.Context, tries []Method, split *Split, need bool) (best int, scorer Scorer, err error) {
	if len(tries) == 1 && !need {
		return 0, nil, nil
	}
	most := -1.
	for i, m := range tries {
		s, err := m.Fit(ctx, split.Train, nil)
		if err != nil {
			return 0, nil, err
		}
		r, err := Examine(ctx, s, split, nil)
		if err != nil {
			return 0, nil, err
		}
		if r.NDCG10.Mean > most {
			most, best, scorer = r.NDCG10.Mean, i, s
		}
	}
	return best, scorer, nil
}

// mix adds a weighted blend and a stack to the board.
func (b *Board) mix(ctx context.Context, ask, exam *Split, log *Log, early, final []Scorer, methods []Method) error {
	const put = 60 // candidates of each part
	p, err := pooled(ctx, early, ask, put)
	if err != nil {
		return err
	}
	weight, err := p.weights(ctx)
	if err != nil {
		return err
	}
	named := map[string]float64{}
	network := false
	for i, w := range weight {
		if w > 0 {
			named[methods[i].Name] = w
			network = network || methods[i].Network
		}
	}
	blended := Method{Name: "blend", Network: network, Fit: func(ctx context.Context, l *Log, report func(core.Progress)) (Scorer, error) {
		parts, err := fitAll(ctx, methods, weight, l, report)
		return Blend(parts, weight, len(l.Items)), err
	}}
	r, err := Examine(ctx, Blend(final, weight, len(log.Items)), exam, nil)
	if err != nil {
		return err
	}
	r.Method, r.Network = blended.Name, network
	b.Entries = append(b.Entries, Entry{Result: r, Weights: named, method: blended})

	trees, err := learnStack(ctx, early, ask, put)
	if err != nil { // nothing of what came is among the candidates
		b.Notes = append(b.Notes, "no stack was learned: "+err.Error())
		return ctx.Err()
	}
	stack := Method{Name: "stack", Network: network, Fit: func(ctx context.Context, l *Log, report func(core.Progress)) (Scorer, error) {
		parts, err := fitAll(ctx, methods, nil, l, report)
		if err != nil {
			return nil, err
		}
		return trees.refit(parts, weight, l), nil
	}}
	if r, err = Examine(ctx, trees.refit(final, weight, log), exam, nil); err != nil {
		return err
	}
	r.Method, r.Network = stack.Name, network
	b.Entries = append(b.Entries, Entry{Result: r, method: stack})
	return nil
}

// fitAll fits the methods with a weight, all if weight is nil; the others are
// nil.
func fitAll(ctx context.Context, methods []Method, weight []float64, l *Log, report func(core.Progress)) ([]Scorer, error) {
	out := make([]Scorer, len(methods))
	for i, m := range methods {
		if weight != nil && weight[i] == 0 {
			continue
		}
		var err error
		if out[i], err = m.Fit(ctx, l, report); err != nil {
			return nil, core.Wrap(err, "%s", m.Name)
		}
	}
	return out, nil
}
