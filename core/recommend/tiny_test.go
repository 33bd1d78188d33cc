package recommend

import (
	"context"
	"math"
	"slices"
	"testing"

	"shoptwin/core"
)

// tinyShops are logs as shops on their first day have them, by what is odd
// about them.
func tinyShops() map[string]*Log {
	repeat := func(customers int, items ...int32) (all [][]int32) {
		for range customers {
			all = append(all, items)
		}
		return all
	}
	return map[string]*Log{
		"one event":            FromSequences([][]int32{{1}}, 2),
		"one item of two":      FromSequences(repeat(5, 1, 1), 2),
		"everybody the same":   FromSequences(repeat(30, 0, 1, 2, 3, 4), 5),
		"everybody all":        FromSequences(repeat(12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 12),
		"three kinds":          FromSequences(slices.Concat(repeat(20, 0, 2, 4, 6, 8, 10), repeat(20, 1, 2, 3, 4, 5, 17, 18, 19), repeat(20, 11, 12, 13, 14, 15, 16, 4)), 20),
		"two worlds":           FromSequences(append(repeat(6, 0, 1, 2), repeat(7, 3, 4, 5)...), 6),
		"everybody her own":    FromSequences([][]int32{{0}, {1}, {2}, {3}, {4}, {5}, {6}}, 7),
		"customers of nothing": FromSequences([][]int32{{}, {0, 1, 2, 1}, {}, {2, 1}}, 4),
		"one customer":         FromSequences([][]int32{{0, 1, 2, 0}}, 3),
	}
}

// TestTiny: on the smallest shops every method answers with finite numbers, or
// says in words why not.
func TestTiny(t *testing.T) {
	methods := append(controls(), GFCF(Filter{}), Spectral(Spectrum{}))
	for _, f := range append(Controls(true), Controls(false)...) {
		methods = append(methods, f.Tries...)
	}
	for name, l := range tinyShops() {
		for _, m := range methods {
			s, err := m.Fit(context.Background(), l, nil)
			if err != nil {
				t.Errorf("%s, %s: %v", name, m.Name, err)
				continue
			}
			hs := []History{{Customer: -1}, l.History(0)}
			out := make([]float32, len(hs)*len(l.Items))
			s.Score(hs, out)
			for _, x := range out {
				if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
					t.Fatalf("%s, %s: score %v", name, m.Name, x)
				}
			}
		}
		customers, items, err := SingularVectors(context.Background(), l, 64, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, x := range append(customers, items...) {
			if !(math.Abs(float64(x)) < 100) {
				t.Fatalf("%s: a singular vector holds %v", name, x)
			}
		}
	}
	for name, l := range map[string]*Log{"nothing": FromSequences(nil, 0), "one item": FromSequences([][]int32{{0, 0}, {0}}, 1)} {
		for _, cut := range []func(*Log) (*Split, error){LastBasket, LastOut} {
			if _, err := cut(l); core.KindOf(err) != core.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
