package train

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// walks are sequences over a ring of items where the next item is most often
// one or two further, whatever came before: customers, of whom one has a
// single event.
func walks(seed uint64, customers, items, length int) *recommend.Log {
	rng := rand.New(rand.NewPCG(seed, 7))
	var all [][]int32
	for range customers {
		at := rng.IntN(items)
		s := []int32{int32(at)}
		for range 2 + rng.IntN(length) {
			at += 1 + rng.IntN(2)
			if rng.IntN(10) == 0 {
				at = rng.IntN(items)
			}
			s = append(s, int32(at%items))
		}
		all = append(all, s)
	}
	return recommend.FromSequences(append(all, []int32{0}), items)
}

func fitWalks(cfg recommend.BehaviourConfig) func(context.Context, uint64, bool, Options, func(core.Progress)) ([]byte, error) {
	cfg.Epochs, cfg.Batch, cfg.Length, cfg.Dim = 4, 64, 6, 8
	return func(ctx context.Context, seed uint64, other bool, opt Options, report func(core.Progress)) ([]byte, error) {
		n := 60
		if other {
			n++
		}
		log := walks(1, n, 20, 9)
		synthetic := walks(2, 20, 20, 9)
		m, err := Behaviour(ctx, log, synthetic, cfg, rand.New(rand.NewPCG(seed, 4)), opt, report)
		if m == nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := m.Write(&b); err != nil {
			panic(err)
		}
		return b.Bytes(), err
	}
}

// TestBehaviour: each body and each loss learns a walk, saved it predicts the
// same, and what else is in a batch does not matter.
func TestBehaviour(t *testing.T) {
	const items = 30
	log := walks(1, 400, items, 12)
	for _, cfg := range []recommend.BehaviourConfig{
		{Body: "gru", Widths: []int{24, 12}},
		{Body: "attention", Loss: "sampled", Negatives: 8, Blocks: 1},
		{Body: "lstm", Loss: "gbce", Negatives: 15, T: .25, Epochs: 40}, // the slowest to learn
	} {
		if cfg.Epochs == 0 {
			cfg.Epochs = 15
		}
		cfg.Batch, cfg.Dim, cfg.Length, cfg.LearnRate, cfg.Dropout = 256, 16, 8, .01, .05
		t.Run(cfg.Body, func(t *testing.T) {
			m, err := Behaviour(context.Background(), log, nil, cfg, rand.New(rand.NewPCG(1, 2)), Options{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var h []recommend.History
			for c := range 80 {
				h = append(h, log.History(c))
			}
			scores := make([]float32, len(h)*items)
			m.Score(h, scores)
			hit := 0
			for i, x := range h {
				row := scores[i*items : (i+1)*items]
				best := int32(slices.Index(row, slices.Max(row)))
				last := x.Items[len(x.Items)-1]
				if d := (best - last + items) % items; d == 1 || d == 2 {
					hit++
				}
			}
			if hit < 72 {
				t.Errorf("%d of %d next items are one or two further", hit, len(h))
			}
			alone := make([]float32, items)
			m.Score(h[3:4], alone)
			if !slices.Equal(alone, scores[3*items:4*items]) {
				t.Error("a history alone scores otherwise than among others")
			}
			var b bytes.Buffer
			if err := m.Write(&b); err != nil {
				t.Fatal(err)
			}
			back, err := recommend.ReadBehaviour(&b)
			if err != nil {
				t.Fatal(err)
			}
			again := make([]float32, len(scores))
			back.Score(h, again)
			if !slices.Equal(scores, again) {
				t.Error("written and read it scores otherwise")
			}
		})
	}
}

// TestBehaviourInputs: what decides is the action, the price or the time of
// the event before, so that a network that does not see them cannot know.
func TestBehaviourInputs(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const customers, events = 300, 8
	log := &recommend.Log{Items: []string{"a", "b", "c", "d"}, Actions: []string{"view", "buy"}, First: []int32{0}}
	for c := range customers {
		log.Customers = append(log.Customers, string(rune('A'+c)))
		next, at := rng.Int32N(4), 0.
		for e := range events {
			item, action, price, gap := next, uint8(rng.IntN(2)), rng.IntN(2), rng.IntN(2)
			at += 30 + 1e6*float64(gap)
			log.Item, log.Basket = append(log.Item, item), append(log.Basket, int32(e))
			log.Action, log.Price, log.Time = append(log.Action, action), append(log.Price, float32(1+10*price)), append(log.Time, at)
			next = int32(int(action)^price)<<1 | int32(gap)
		}
		log.First = append(log.First, int32(len(log.Item)))
	}
	m, err := Behaviour(context.Background(), log, nil, recommend.BehaviourConfig{Widths: []int{24}, Dim: 12, Length: 4, Batch: 256, Epochs: 30, LearnRate: .02, Dropout: -1}, rand.New(rand.NewPCG(1, 2)), Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	hit, n := 0, 0
	scores := make([]float32, 4)
	for c := range 100 {
		h := log.History(c)
		for e := 2; e < events; e++ {
			m.Score([]recommend.History{h.Slice(0, e)}, scores)
			if int32(slices.Index(scores, slices.Max(scores))) == h.Items[e] {
				hit++
			}
			n++
		}
	}
	if share := float64(hit) / float64(n); share < .9 {
		t.Errorf("%.2f of the next items are foretold", share)
	}
}

// TestAhead: along a ring, one further at a time, what is foretold is as far
// ahead as was asked for.
func TestAhead(t *testing.T) {
	const items = 12
	var all [][]int32
	for c := range 60 {
		var s []int32
		for e := range 8 {
			s = append(s, int32((c+e)%items))
		}
		all = append(all, s)
	}
	log := recommend.FromSequences(all, items)
	cfg := recommend.BehaviourConfig{Widths: []int{16}, Dim: 16, Length: 8, Batch: 128, Epochs: 30, LearnRate: .02, Dropout: -1, Ahead: []float64{.1, 0, .9}}
	m, err := Behaviour(context.Background(), log, nil, cfg, rand.New(rand.NewPCG(1, 2)), Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for c := range items {
		scores := make([]float32, items)
		m.Score([]recommend.History{log.History(c).Slice(0, 4)}, scores)
		if best, want := slices.Index(scores, slices.Max(scores)), (c+6)%items; best != want {
			t.Errorf("after item %d, item %d is foretold, not %d", (c+3)%items, best, want)
		}
	}
	cfg.Ahead = []float64{0, 0}
	if _, err := Behaviour(context.Background(), log, nil, cfg, rand.New(rand.NewPCG(1, 2)), Options{}, nil); core.KindOf(err) != core.Invalid {
		t.Errorf("shares of nothing: %v", err)
	}
}

// TestTwoPartLoss: the mean loss of a step is that of real rows and lambda
// times that of synthetic ones.
func TestTwoPartLoss(t *testing.T) {
	cfg := recommend.BehaviourConfig{Lambda: .5, Length: 4, Batch: 40}.WithDefaults()
	log, synthetic := walks(1, 30, 10, 9), walks(2, 50, 10, 9)
	m, err := recommend.NewBehaviour(log, cfg)
	if err != nil {
		t.Fatal(err)
	}
	var h []recommend.History
	for c := range log.Customers {
		h = append(h, log.History(c))
	}
	for c := range synthetic.Customers {
		h = append(h, synthetic.History(c))
	}
	w := newWindows(m, h, len(log.Customers), false)
	w.weigh(false)
	b, sum := behaviourBatch{}, [2]float64{}
	for i := range w.cuts {
		w.batch(&b, i, 1, nil)
		for _, x := range b.weight {
			if x == w.weight[0] {
				sum[0] += float64(x)
			} else {
				sum[1] += float64(x)
			}
		}
	}
	n := float64(len(w.cuts))
	if math.Abs(sum[0]/n-1) > 1e-4 || math.Abs(sum[1]/n-.5) > 1e-4 {
		t.Errorf("a step's weights are %.4f and %.4f, want 1 and .5", sum[0]/n, sum[1]/n)
	}
}

// TestForetell: who was there lately comes again, the more often the last
// price was high; what is foretold is as likely as it is said to be.
func TestForetell(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	l := &recommend.Log{Items: []string{"a", "b", "c"}, First: []int32{0}}
	var x, exam recommend.Examples
	truth := []float64{}
	for c := range 1500 {
		l.Customers = append(l.Customers, "")
		n := 1 + rng.IntN(4)
		for e := range n {
			l.Item, l.Basket = append(l.Item, rng.Int32N(3)), append(l.Basket, int32(e))
			l.Time, l.Price = append(l.Time, float64(e)*86400), append(l.Price, float32(1+rng.IntN(2)))
		}
		l.First = append(l.First, int32(len(l.Item)))
		h := l.History(c)
		days := float64(1 + 20*rng.IntN(2))
		p := .1
		if days < 5 {
			p = .3 * float64(h.Price[n-1])
		}
		y := float32(0)
		if rng.Float64() < p {
			y = 1
		}
		h = h.Until(n, 4, 0, h.Time[n-1]+86400*days)
		if c < 1000 {
			x.Histories, x.Labels = append(x.Histories, h), append(x.Labels, y)
		} else {
			exam.Histories, truth = append(exam.Histories, h), append(truth, p)
		}
	}
	cfg := recommend.BehaviourConfig{Widths: []int{12}, Dim: 8, Length: 6, Batch: 256, Epochs: 20, LearnRate: .02, Dropout: -1, HoldOut: .2}
	m, err := Foretell(context.Background(), l, &x, nil, recommend.Task{Kind: "yes"}, cfg, rand.New(rand.NewPCG(1, 2)), Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	off := 0.
	for i, p := range m.Predict(exam.Histories) {
		off += math.Abs(float64(p)-truth[i]) / float64(len(truth))
	}
	if off > .08 {
		t.Errorf("probabilities are off by %.3f in the mean", off)
	}
	number, err := Foretell(context.Background(), l, &x, &x, recommend.Task{Kind: "number", Log: true}, cfg, rand.New(rand.NewPCG(1, 2)), Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := number.Write(&b); err != nil {
		t.Fatal(err)
	}
	back, err := recommend.ReadBehaviour(&b)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(back.Predict(exam.Histories), number.Predict(exam.Histories)) {
		t.Error("written and read it foretells otherwise")
	}
}

// TestMethods: networks take part in the examination as any method, and are
// better than popularity where order or company says what is next.
func TestMethods(t *testing.T) {
	cfg := recommend.BehaviourConfig{Widths: []int{16}, Dim: 16, Length: 8, Batch: 256, Epochs: 10, LearnRate: .01}
	for _, tt := range []struct {
		method recommend.Method
		log    *recommend.Log
	}{
		{BehaviourMethod(cfg, 1), walks(1, 200, 30, 12)},
		{LightGCNMethod(recommend.LightGCNConfig{Dim: 8, Batch: 256, Epochs: 5}, 1), circles(1, 200, 60, 5)},
	} {
		split, err := recommend.LastBasket(tt.log)
		if err != nil {
			t.Fatal(err)
		}
		var ndcg []float64
		for _, m := range []recommend.Method{tt.method, recommend.Popular(recommend.Decay{})} {
			s, err := m.Fit(context.Background(), split.Train, nil)
			if err != nil {
				t.Fatal(err)
			}
			r, err := recommend.Examine(context.Background(), s, split, nil)
			if err != nil {
				t.Fatal(err)
			}
			ndcg = append(ndcg, r.NDCG10.Mean)
		}
		if ndcg[0] < 1.3*ndcg[1] {
			t.Errorf("%s: NDCG@10 %.3f, popularity %.3f", tt.method.Name, ndcg[0], ndcg[1])
		}
	}
}
