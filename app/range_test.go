package app

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"shoptwin/core/table"
)

// Rows of every engine are the same in one piece and in several, on one thread
// and on all.
func TestRowRanges(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	age, spent := make([]float64, 400), make([]float64, 400)
	city := make([]string, len(age))
	for i := range age {
		age[i], spent[i] = float64(20+rng.IntN(50)), math.Round(1000*rng.ExpFloat64())/100
		city[i] = []string{"Lyon", "Gent", "Basel"}[rng.IntN(1+i%3)]
	}
	in := &table.Table{Name: "t", Columns: []*table.Column{table.NewNumber("age", age), table.NewNumber("spent", spent), table.NewText("city", city, nil)}}
	for _, engine := range slices.Sorted(maps.Keys(engines)) {
		if engine == "dpgan" {
			continue // draws by a network like gan's
		}
		for _, rake := range []bool{false, true} {
			if rake && engine != "tree" {
				continue // raking is one for all
			}
			t.Run(fmt.Sprintf("%s raked %t", engine, rake), func(t *testing.T) {
				m, err := learn(context.Background(), in, learning{engine: engine, effort: "quick", seed: 3, rake: rake, privacy: PrivacyChoice{Epsilon: 8, NoiseSeed: 3}}, nil)
				if err != nil {
					t.Fatal(err)
				}
				const n = 9000
				cells := func(bounds ...int) []string {
					var out []string
					for i := range len(bounds) - 1 {
						err := m.Range(context.Background(), bounds[i], bounds[i+1], 9, 5000, func(x *table.Table) error {
							for r := range x.Rows() {
								for _, c := range x.Columns {
									out = append(out, c.Cell(r))
								}
							}
							return nil
						}, nil)
						if err != nil {
							t.Fatal(err)
						}
					}
					return out
				}
				whole := cells(0, n)
				if len(whole) != n*len(in.Columns) {
					t.Fatalf("%d cells", len(whole))
				}
				if !reflect.DeepEqual(cells(0, 8100, n), whole) {
					t.Error("pieces differ from the whole")
				}
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
				if !reflect.DeepEqual(cells(0, n), whole) {
					t.Error("one thread draws other rows")
				}
			})
		}
	}
}
