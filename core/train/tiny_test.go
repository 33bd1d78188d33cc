package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// TestTiny: on the smallest shops every network of behaviour and of products
// learns something finite, or says in words why it cannot.
func TestTiny(t *testing.T) {
	repeat := func(customers int, items ...int32) (all [][]int32) {
		for range customers {
			all = append(all, items)
		}
		return all
	}
	shops := map[string]*recommend.Log{
		"one event":            recommend.FromSequences([][]int32{{1}}, 2),
		"everybody the same":   recommend.FromSequences(repeat(30, 0, 1, 2, 3, 4), 5),
		"everybody all":        recommend.FromBaskets([]int32{0, 0, 0, 1, 1, 1, 2, 2, 2}, []int32{0, 0, 0, 0, 0, 0, 0, 0, 0}, []int32{0, 1, 2, 0, 1, 2, 0, 1, 2}, 3, 3),
		"three kinds":          recommend.FromSequences(slices.Concat(repeat(20, 0, 2, 4, 6, 8, 10), repeat(20, 1, 2, 3, 4, 5, 17, 18, 19), repeat(20, 11, 12, 13, 14, 15, 16, 4)), 20),
		"two worlds":           recommend.FromSequences(append(repeat(6, 0, 1, 2), repeat(7, 3, 4, 5)...), 6),
		"everybody her own":    recommend.FromSequences([][]int32{{0}, {1}, {2}, {3}, {4}, {5}, {6}}, 7),
		"customers of nothing": recommend.FromSequences([][]int32{{}, {0, 1, 2, 1}, {}, {2, 1}}, 4),
		"one item":             recommend.FromSequences([][]int32{{0, 0}, {0}}, 1),
		"nothing":              recommend.FromSequences(nil, 0),
	}
	for name, l := range shops {
		answers := func(what string, s recommend.Scorer, err error) {
			if err != nil {
				if said := (*core.Error)(nil); !errors.As(err, &said) || said.Kind != core.Invalid || said.Hint == "" {
					t.Errorf("%s, %s: %v, without a way out", name, what, err)
				}
				return
			}
			out := make([]float32, 2*len(l.Items))
			s.Score([]recommend.History{{Customer: -1}, l.History(0)}, out)
			for _, x := range out {
				if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
					t.Errorf("%s, %s: score %v", name, what, x)
				}
			}
		}
		rng := func() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
		ctx := context.Background()
		v, err := LightGCN(ctx, l, recommend.LightGCNConfig{Epochs: 1, Batch: 8}, rng(), Options{}, nil)
		answers("LightGCN", v, err)
		for _, body := range []string{"lstm", "gru", "attention"} {
			b, err := Behaviour(ctx, l, nil, recommend.BehaviourConfig{Body: body, Dim: 4, Widths: []int{4}, Epochs: 1}, rng(), Options{}, nil)
			answers(body, b, err)
		}
		content := recommend.NewContent(len(l.Items), 16)
		g, err := SAGE(ctx, content, Baskets(l), nil, recommend.SAGEConfig{Dim: 4, Epochs: 1, Batch: 8, Negatives: 4}, rng(), Options{}, nil)
		answers("SAGE", g, err)
	}
}
