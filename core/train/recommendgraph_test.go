package train

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// kinds are items of some kinds, told by a word of the content, and baskets of
// items of one kind each.
func kinds(seed uint64, baskets, items, many int) (*recommend.Content, [][]int32) {
	rng := rand.New(rand.NewPCG(seed, 5))
	c := recommend.NewContent(items, 64)
	for i := range items {
		c.Word(i, "kind", strconv.Itoa(i%many))
		c.Text(i, "Item No. "+strconv.Itoa(i))
		c.Price(i, float64(1+i%5))
	}
	all := make([][]int32, baskets)
	for b := range all {
		kind := rng.IntN(many)
		for range 2 + rng.IntN(3) {
			all[b] = append(all[b], int32(rng.IntN(items/many)*many+kind))
		}
		slices.Sort(all[b])
		all[b] = slices.Compact(all[b])
	}
	return c, all
}

func fitKinds(ctx context.Context, seed uint64, other bool, opt Options, report func(core.Progress)) ([]byte, error) {
	n := 200
	if other {
		n++
	}
	content, real := kinds(1, n, 40, 4)
	_, synthetic := kinds(2, 50, 40, 4)
	s, err := SAGE(ctx, content, real, synthetic, recommend.SAGEConfig{Dim: 8, Epochs: 6, Batch: 16, Negatives: 12, Neighbours: 3}, rand.New(rand.NewPCG(seed, 4)), opt, report)
	if s == nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		panic(err)
	}
	return b.Bytes(), err
}

// TestSAGE: an item that nobody has bought is found beside its kind by its
// content alone, among the items and as a product that comes later.
func TestSAGE(t *testing.T) {
	const items, many = 120, 6
	content, all := kinds(1, 1500, items, many)
	cold := func(i int32) bool { return i%10 == 3 }
	real := make([][]int32, len(all))
	for b := range all {
		real[b] = slices.DeleteFunc(slices.Clone(all[b]), cold)
	}
	s, err := SAGE(context.Background(), content, real, nil, recommend.SAGEConfig{Dim: 16, Epochs: 15, Batch: 128, Negatives: 32}, rand.New(rand.NewPCG(1, 2)), Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := s.Write(&file); err != nil {
		t.Fatal(err)
	}
	back, err := recommend.ReadSAGE(&file)
	if err != nil {
		t.Fatal(err)
	}
	new, err := back.Embed(content)
	if err != nil {
		t.Fatal(err)
	}
	score, again := make([]float32, items), make([]float32, items)
	good, n := 0, 0
	for i := range int32(items) {
		if !cold(i) {
			continue
		}
		if s.Known[i] || !slices.Equal(new[i*16:(i+1)*16], s.Vectors[i*16:(i+1)*16]) {
			t.Fatalf("item %d is not told by its content alone", i)
		}
		s.Related(i, score)
		back.Related(i, again)
		if !slices.Equal(score, again) {
			t.Fatal("written and read it scores otherwise")
		}
		for _, j := range recommend.Top(score, 10, func(j int32) bool { return j == i }) {
			n++
			if j%many == i%many {
				good++
			}
		}
	}
	if share := float64(good) / float64(n); share < .9 {
		t.Errorf("%.2f of what is related to new items is of their kind", share)
	}
}

// circles are customers who each like items of one of some circles.
func circles(seed uint64, customers, items, many int) *recommend.Log {
	rng := rand.New(rand.NewPCG(seed, 6))
	var all [][]int32
	for range customers {
		kind, s := rng.IntN(many), []int32{}
		for range 5 + rng.IntN(6) {
			s = append(s, int32(rng.IntN(items/many)*many+kind))
		}
		all = append(all, s)
	}
	return recommend.FromSequences(all, items)
}

func fitCircles(cfg recommend.LightGCNConfig) func(context.Context, uint64, bool, Options, func(core.Progress)) ([]byte, error) {
	cfg.Dim, cfg.Batch, cfg.Negatives, cfg.Epochs = 8, 64, 10, 6
	return func(ctx context.Context, seed uint64, other bool, opt Options, report func(core.Progress)) ([]byte, error) {
		n := 70
		if other {
			n++
		}
		v, err := LightGCN(ctx, circles(1, n, 40, 4), cfg, rand.New(rand.NewPCG(seed, 4)), opt, report)
		if v == nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := v.Write(&b); err != nil {
			panic(err)
		}
		return b.Bytes(), err
	}
}

// TestLightGCN: both losses find the circles, also for a customer who comes
// later, and saved vectors score the same.
func TestLightGCN(t *testing.T) {
	const items, many = 80, 5
	log := circles(1, 300, items, many)
	for _, cfg := range []recommend.LightGCNConfig{{Random: true, Epochs: 40}, {Loss: "bpr", Random: true, Epochs: 60, LearnRate: .02}, {Epochs: 1}} {
		cfg.Dim, cfg.Batch, cfg.Negatives = 16, 256, 20
		v, err := LightGCN(context.Background(), log, cfg, rand.New(rand.NewPCG(1, 2)), Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := v.Write(&file); err != nil {
			t.Fatal(err)
		}
		back, err := recommend.ReadVectors(&file)
		if err != nil {
			t.Fatal(err)
		}
		scores, again := make([]float32, 2*items), make([]float32, 2*items)
		good := 0
		for c := range 100 {
			h := log.History(c)
			later := h
			later.Customer = -1
			v.Score([]recommend.History{h, later}, scores)
			back.Score([]recommend.History{h, later}, again)
			if !slices.Equal(scores, again) {
				t.Fatal("written and read it scores otherwise")
			}
			for _, s := range [][]float32{scores[:items], scores[items:]} {
				for _, i := range recommend.Top(s, 8, nil) {
					if i%many == h.Items[0]%many {
						good++
					}
				}
			}
		}
		if share := float64(good) / 1600; share < .9 {
			t.Errorf("%+v: %.2f of what is recommended is of the customer's circle", cfg, share)
		}
	}
}
