package synth

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"shoptwin/core/linear"
	"shoptwin/core/table"
)

// ladder is a table of prices that add up from three columns, of many more
// combinations than rows, with some noise.
func ladder(rows int, rng *rand.Rand) (t *table.Table, sum func(a, b, c string) float64) {
	worth := map[string]float64{}
	for k := range 40 {
		for _, what := range []string{"kind", "size", "brand"} {
			worth[fmt.Sprint(what, k)] = rng.NormFloat64()
		}
	}
	sum = func(a, b, c string) float64 { return worth[a] + worth[b] + worth[c] }
	cells, price := make([][]string, 3), make([]float64, rows)
	for i := range price {
		for j, what := range []string{"kind", "size", "brand"} {
			cells[j] = append(cells[j], fmt.Sprint(what, rng.IntN(40)))
		}
		price[i] = sum(cells[0][i], cells[1][i], cells[2][i]) + .2*rng.NormFloat64()
	}
	return &table.Table{Name: "ladder", Columns: []*table.Column{table.NewText("kind", cells[0], nil), table.NewText("size", cells[1], nil),
		table.NewText("brand", cells[2], nil), table.NewNumber("price", price)}}, sum
}

// What adds up from several columns is learned, where leaves alone are too few
// to tell all combinations apart.
func TestGuessAddsUp(t *testing.T) {
	tab, sum := ladder(4000, rand.New(rand.NewPCG(1, 1)))
	told := func(cfg Config) float64 { // share of the price's variance that the others tell
		out, err := fitTrees(t, tab, cfg).Sample(4000, 1)
		if err != nil {
			t.Fatal(err)
		}
		var x, y, xx, yy, xy, n float64
		for i, price := range out.Column("price").Num {
			s := sum(out.Column("kind").Cell(i), out.Column("size").Cell(i), out.Column("brand").Cell(i))
			x, y, xx, yy, xy, n = x+price, y+s, xx+price*price, yy+s*s, xy+price*s, n+1
		}
		c := xy - x*y/n
		return c * c / (xx - x*x/n) / (yy - y*y/n)
	}
	if with, without := told(Config{}), told(Config{Trees: 1}); with < .85 || without > .8 {
		t.Errorf("R² %.3f, expected .85 at least; %.3f by a single tree, which has no guess, expected .8 at most", with, without)
	}
}

// Where columns have nothing to do with each other, no guess is made of many
// levels, and none of it is believed.
func TestGuessOfNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	rows := 600
	a, b, c := make([]string, rows), make([]string, rows), make([]float64, rows)
	for i := range a {
		a[i], b[i], c[i] = fmt.Sprint("a", rng.IntN(60)), fmt.Sprint("b", rng.IntN(50)), rng.NormFloat64()
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("a", a, nil), table.NewText("b", b, nil), table.NewNumber("c", c)}}
	m := fitTrees(t, tab, Config{})
	for _, g := range m.Body.(Forest).Blocks {
		for _, n := range g.nodes {
			if int(n.block) >= 3 {
				t.Errorf("block %d asks a guess", g.Block)
			}
		}
	}
}

// A code contributes to a guess only where enough rows of every fold have it.
func TestGuessForgetsTheRare(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	tab, _ := ladder(1000, rng) // 25 rows a level, about
	kind := tab.Column("kind")
	for i := range kind.Codes { // of kind 7 six rows stay
		if n := i % 170; kind.Cell(i) == "kind7" && n != 0 {
			kind.Codes[i] = (kind.Codes[i] + 1) % 40
		} else if n == 0 {
			kind.Codes[i] = int32(slices.Index(kind.Levels, "kind7"))
		}
	}
	c := newTestCart(t, tab, Config{})
	g := newGuesser(context.Background(), c)
	rare := 0
	for i := range len(g.from) - 1 {
		for x := range c.widths[c.order[i]] {
			var fold [guessFolds]int
			for r, code := range c.codes[c.order[i]] {
				if int(code) == x {
					fold[g.fold[r]]++
				}
			}
			if few := slices.Min(fold[:]) < 5; few != g.few[g.from[i]+x] {
				t.Errorf("block %d, code %d: rows %v", c.order[i], x, fold)
			} else if few {
				rare++
			}
		}
	}
	if rare == 0 {
		t.Fatal("no code is rare")
	}
	for i := range c.order {
		guess, _ := g.fit(i)
		if guess == nil {
			continue
		}
		axes := guess.axes()
		for _, effect := range guess.Effect {
			for x := range len(effect) / axes {
				for _, e := range effect[x*axes : (x+1)*axes] {
					if g.few[x] && e != 0 || math.IsNaN(float64(e)) {
						t.Errorf("a code of few rows contributes %g", e)
					}
				}
			}
		}
	}
}

// What the guessers of folds foretell is what a regression of their rows says.
func TestGuessIsRidge(t *testing.T) {
	tab, _ := ladder(500, rand.New(rand.NewPCG(4, 4)))
	c := newTestCart(t, tab, Config{})
	g := newGuesser(context.Background(), c)
	last := len(c.order) - 1
	size := g.from[last]
	cross := g.cross(last, 0)[:size] // of the first code
	x := slices.Clone(cross)
	linear.Solve(g.chol[0], x, g.width)
	for i := range size { // (G + ridge) x = cross
		sum := guessRidge * x[i]
		for j := range size {
			if !g.few[i] && !g.few[j] {
				sum += g.gram[1][max(i, j)*g.width+min(i, j)] * x[j]
			}
		}
		if math.Abs(sum-cross[i]) > 1e-6 {
			t.Fatalf("equation %d: %g, expected %g", i, sum, cross[i])
		}
	}
}
