package synth

import (
	"context"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/linear"
)

// guesser fits the guesses of a table's blocks, from the sums of products of
// their codes. Once made it does not change.
//
// Codes get places on up to maxAxes axes, those on which they are foretold
// best: optimal scoring by ridge regression (Hastie, Buja and Tibshirani,
// Penalized Discriminant Analysis, 1995), whose first axis Breiman and
// Friedman's alternating conditional expectations (1985) lead to as well.
//
// Rows are dealt into guessFolds folds, and each of as many guessers learns
// from the others'. Trees are shown for each row the guess of the one that
// did not know it, and when rows are drawn each tree asks one of them: so a
// guess is as good there as it was here. A code of fewer than MinCount rows in
// any of the folds contributes nothing.
//
// Blocks stand in the order in which they are drawn, so what is solved for the
// blocks before one is a part of what is solved for all: each guesser takes one
// Cholesky factor. O(rows x blocks² + width³), width being that of all blocks,
// up to guessWidth; blocks behind have no guess.
type guesser struct {
	c     *cart
	from  []int // where the codes of the i-th block drawn begin, and their end
	width int   // their sum
	fold  []uint8
	few   []bool                    // codes that contribute nothing
	gram  [guessFolds][]float64     // products of codes, width x width, lower half
	chol  [guessFolds + 1][]float64 // factors of what the others have; last: of all
}

const (
	guessFolds = 2
	guessRidge = 1       // rows' worth of contributing nothing, for each code
	guessWidth = 1 << 10 // codes of all blocks before
	guessLeast = .005    // of a place's variance that must be foretold beyond chance
)

// newGuesser returns nil once ctx is cancelled.
func newGuesser(ctx context.Context, c *cart) *guesser {
	g := &guesser{c: c, from: []int{0}, fold: make([]uint8, c.rows)}
	for _, b := range c.order {
		if g.width+c.widths[b] > guessWidth {
			break
		}
		g.width += c.widths[b]
		g.from = append(g.from, g.width)
	}
	for r := range g.fold {
		g.fold[r] = uint8(mix(c.seed+forShapes+uint64(r)) % guessFolds)
	}
	n := g.width
	for f := range g.gram {
		g.gram[f] = make([]float64, n*n)
	}
	core.Parallel(len(g.from)-1, func(i int) {
		mine := c.codes[c.order[i]]
		for j := range i + 1 {
			if ctx.Err() != nil {
				return
			}
			its := c.codes[c.order[j]]
			for r, f := range g.fold {
				g.gram[f][(g.from[i]+int(mine[r]))*n+g.from[j]+int(its[r])]++
			}
		}
	})
	g.few = make([]bool, n)
	for x := range g.few {
		for _, gram := range g.gram {
			g.few[x] = g.few[x] || gram[x*n+x] < float64(c.cfg.Encode.MinCount)
		}
	}
	core.Parallel(len(g.chol), func(k int) {
		a := make([]float64, n*n)
		for f, gram := range g.gram {
			for i := range n {
				for j := range i + 1 {
					if f != k && !g.few[i] && !g.few[j] {
						a[i*n+j] += gram[i*n+j]
					}
				}
			}
		}
		for i := range n {
			a[i*n+i] += guessRidge
		}
		if ctx.Err() == nil {
			linear.Cholesky(a, n) // of rows and a ridge: positive definite
		}
		g.chol[k] = a
	})
	if ctx.Err() != nil {
		return nil
	}
	return g
}

// fit returns the guess of the i-th block drawn and its bins of each row, by
// axis; nil where the blocks before say nothing of it.
func (g *guesser) fit(i int) (*Guess, [][]uint8) {
	if i == 0 || i+1 >= len(g.from) {
		return nil, nil
	}
	c, n, size := g.c, g.width, g.from[i]
	count := make([]float64, c.widths[c.order[i]])
	for _, gram := range g.gram {
		for y := range count {
			count[y] += gram[(size+y)*n+size+y]
		}
	}
	all := g.cross(i, guessFolds)
	for y := range count {
		linear.Lower(g.chol[guessFolds], all[y*size:(y+1)*size], n)
	}
	places := axesOf(all, count, size)
	if len(places) == 0 {
		return nil, nil
	}
	axes := len(places)
	out := &Guess{}
	for f := range guessFolds {
		cross := g.cross(i, f)
		effect := make([]float32, size*axes)
		for a, place := range places {
			v := make([]float64, size)
			for y, p := range place {
				for x := range v {
					v[x] += p * cross[y*size+x]
				}
			}
			linear.Solve(g.chol[f], v, n)
			for x, e := range v {
				effect[x*axes+a] = float32(e)
			}
		}
		out.Effect = append(out.Effect, effect)
	}
	return out, g.bins(i, out, axes)
}

// bins sets the edges of a guess of the i-th block and returns its bins of each
// row, by axis.
func (g *guesser) bins(i int, guess *Guess, axes int) [][]uint8 {
	c := g.c
	guess.Edge = make([][]float32, axes)
	sums, bins := make([][]float32, axes), make([][]uint8, axes)
	for a := range axes {
		sums[a], bins[a] = make([]float32, c.rows), make([]uint8, c.rows)
	}
	var w guessing
	before, part := make([]Grove, i), make([][]uint16, len(c.widths))
	for j, b := range c.order[:i] {
		before[j].Block, before[j].Width = b, c.widths[b]
	}
	for cutting := range 2 { // first where rows lie, then between which edges
		for lo := 0; lo < c.rows; lo += BlockRows {
			hi := min(lo+BlockRows, c.rows)
			for _, b := range c.order[:i] {
				part[b] = c.codes[b][lo:hi]
			}
			copy(w.fold[:], g.fold[lo:hi])
			w.add(guess, before, part, hi-lo)
			for a := range axes {
				if cutting == 0 {
					for r := range hi - lo {
						sums[a][lo+r] = w.sum[r*axes+a]
					}
					continue
				}
				for r, bin := range w.cut(guess, a, hi-lo) {
					bins[a][lo+r] = uint8(bin)
				}
			}
		}
		if cutting == 0 {
			for a := range axes {
				guess.Edge[a] = edges(sums[a])
			}
		}
	}
	return bins
}

// cross returns the products of each code of the i-th block, less its share,
// with the codes before, in the rows of all folds but one.
func (g *guesser) cross(i, but int) []float64 {
	n, size, k := g.width, g.from[i], g.from[i+1]-g.from[i]
	m, share := make([]float64, k*size), make([]float64, k)
	var rows float64
	for f, gram := range g.gram {
		if f == but {
			continue
		}
		for y := range k {
			row := gram[(size+y)*n:]
			for x := range size {
				m[y*size+x] += row[x]
			}
			share[y] += row[size+y]
			rows += row[size+y]
		}
	}
	for x := range size {
		var all float64
		for y := range k {
			all += m[y*size+x]
		}
		for y := range k {
			if m[y*size+x] -= share[y] / max(rows, 1) * all; g.few[x] {
				m[y*size+x] = 0
			}
		}
	}
	return m
}

// edges cuts x into up to guessBins bins of about as many.
func edges(x []float32) []float32 {
	var some []float32
	for r := 0; r < len(x); r += max(1, len(x)/tieRows) {
		some = append(some, x[r])
	}
	slices.Sort(some)
	var out []float32
	last := some[0]
	for k := 1; k < guessBins; k++ {
		if e := some[k*len(some)/guessBins]; e > last {
			out = append(out, e)
			last = e
		}
	}
	return out
}

// axesOf returns the places of codes, of so many rows each, on the axes that
// are foretold best. The product of rows x and y of z, k x size, is that of what
// is foretold of codes x and y.
func axesOf(z, count []float64, size int) (places [][]float64) {
	k := len(count)
	var rows float64
	for _, n := range count {
		rows += n
	}
	s := make([]float64, k*k)
	for y := range k {
		for x := range y + 1 {
			if count[x] > 0 && count[y] > 0 {
				s[x*k+y] = linear.Dot(z[y*size:(y+1)*size], z[x*size:(x+1)*size]) / math.Sqrt(count[x]*count[y])
				s[y*k+x] = s[x*k+y]
			}
		}
	}
	// What independent blocks would show: the largest eigenvalue of noise.
	chance := math.Pow(math.Sqrt(float64(size))+math.Sqrt(float64(k)), 2) / max(rows, 1)
	var found [][]float64
	for range min(maxAxes, k-1) {
		v, value := axis(s, found, k)
		if value < chance+guessLeast {
			break
		}
		found = append(found, v)
		place := make([]float64, k)
		for y := range place {
			if count[y] > 0 {
				place[y] = v[y] / math.Sqrt(count[y]/rows)
			}
		}
		places = append(places, place)
	}
	return places
}

// axisRounds are enough where one axis is much longer than the next, and where
// it is not, either will do.
const axisRounds = 100

// axis returns the longest axis of s, k x k, across those found before, and
// its length, by the power method.
func axis(s []float64, found [][]float64, k int) (v []float64, length float64) {
	v = make([]float64, k)
	for y := range v {
		v[y] = math.Sin(float64(y + 1)) // any start will do
	}
	w := make([]float64, k)
	for range axisRounds {
		for _, u := range found {
			d := linear.Dot(u, v)
			for y := range v {
				v[y] -= d * u[y]
			}
		}
		for y := range w {
			w[y] = linear.Dot(s[y*k:(y+1)*k], v)
		}
		if length = math.Sqrt(linear.Dot(w, w)); length < 1e-12 {
			return v, 0
		}
		for y := range v {
			v[y] = w[y] / length
		}
	}
	return v, length
}
