package quality

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
)

// Accuracy is MOSTLY AI's measure: 1 less half the sum of differences of the
// shares of all combinations of one, two and three columns. Numbers are cut at
// the real table's tenths of rows, levels beyond its ten most frequent are one,
// and missing cells are a value. Overall is the mean of the three.
type Accuracy struct {
	One     float64 `json:"one"`
	Two     float64 `json:"two"`
	Three   float64 `json:"three"`
	Overall float64 `json:"overall"`
	// Sets is how many of All combinations of three columns were compared,
	// drawn at random where there are more than 500.
	Sets int `json:"sets"`
	All  int `json:"all"`
}

// Triple compares the combinations of three columns.
type Triple struct {
	Columns [3]string `json:"columns"`
	Score   float64   `json:"score"`
	Ceiling *float64  `json:"ceiling,omitempty"` // of the holdout
	Loss    float64   `json:"loss"`              // below the ceiling, or below 1 without one
}

const (
	maxSets      = 500    // combinations of columns that are compared
	accuracyRows = 50_000 // of each table
	cells        = 12     // of a column: ten, the rest, missing
)

// accuracy scores combinations of up to three columns.
func (a *aligned) accuracy(ctx context.Context, r *Report, _ Config, rng *rand.Rand, done func()) error {
	codes := make([][sides][]uint8, len(a.columns))
	var pick [sides][]int
	for s, n := range a.rows {
		if n > accuracyRows {
			pick[s] = sample(rng, n, accuracyRows)
		}
	}
	if err := parallel(ctx, len(codes), func(j int) { codes[j] = a.columns[j].coarse(pick) }); err != nil {
		return err
	}
	own, top := &Accuracy{}, &Accuracy{}
	mean := func(sets [][]int) (float64, float64, [][2]float64, error) {
		scores := make([][2]float64, len(sets))
		err := parallel(ctx, len(sets), func(k int) { scores[k] = overlaps(codes, sets[k]) })
		var m [2]float64
		for _, s := range scores {
			m[0] += s[0] / float64(len(sets))
			m[1] += s[1] / float64(len(sets))
		}
		return m[0], m[1], scores, err
	}
	var err error
	parts := 0.0
	for size, to := range []*[2]*float64{{&own.One, &top.One}, {&own.Two, &top.Two}, {&own.Three, &top.Three}} {
		sets, all := combinations(len(a.columns), size+1, maxSets, rng)
		if len(sets) == 0 {
			break
		}
		var scores [][2]float64
		if *to[0], *to[1], scores, err = mean(sets); err != nil {
			return err
		}
		own.Overall += *to[0]
		top.Overall += *to[1]
		if parts++; size == 2 {
			own.Sets, own.All = len(sets), all
			top.Sets, top.All = len(sets), all
			r.Triples = a.triples(sets, scores)
		}
	}
	own.Overall /= parts
	top.Overall /= parts
	if r.Accuracy = own; a.holdout {
		r.AccuracyCeiling = top
	}
	done()
	return nil
}

// triples returns the five combinations of three columns that lose most.
func (a *aligned) triples(sets [][]int, scores [][2]float64) []Triple {
	out := make([]Triple, len(sets))
	for i, set := range sets {
		t := Triple{Score: scores[i][0], Loss: 1 - scores[i][0]}
		for k, j := range set {
			t.Columns[k] = a.columns[j].Name
		}
		if a.holdout {
			t.Ceiling, t.Loss = &scores[i][1], max(0, scores[i][1]-scores[i][0])
		}
		out[i] = t
	}
	slices.SortStableFunc(out, func(x, y Triple) int { return cmp.Compare(y.Loss, x.Loss) })
	return slices.Clone(out[:min(5, len(out))])
}

// combinations returns all sets of k of n columns, or most of them drawn at
// random, and how many there are (at most the largest int).
func combinations(n, k, most int, rng *rand.Rand) (sets [][]int, all int) {
	if n < k {
		return nil, 0
	}
	count := 1.0
	for i := range k {
		count = count * float64(n-i) / float64(i+1)
	}
	all = int(min(count+0.5, 1e15))
	if all > most {
		seen := map[[3]int]bool{}
		for len(sets) < most {
			set := sample3(n, k, rng)
			var key [3]int
			copy(key[:], set)
			if !seen[key] {
				seen[key] = true
				sets = append(sets, set)
			}
		}
		return sets, all
	}
	var add func(set []int, from int)
	add = func(set []int, from int) {
		if len(set) == k {
			sets = append(sets, slices.Clone(set))
			return
		}
		for j := from; j < n; j++ {
			add(append(set, j), j+1)
		}
	}
	add(nil, 0)
	return sets, all
}

// sample3 returns k different numbers below n, ascending, for a small k.
func sample3(n, k int, rng *rand.Rand) []int {
	var set []int
	for len(set) < k {
		if j := rng.IntN(n); !slices.Contains(set, j) {
			set = append(set, j)
		}
	}
	slices.Sort(set)
	return set
}

// coarse codes the column for combinations: 0 is missing, the last cell a
// level beyond the most frequent. pick chooses rows, nil all.
func (c *column) coarse(pick [sides][]int) (out [sides][]uint8) {
	place := c.placer()
	for s := range sides {
		n := c.length(s)
		if pick[s] != nil {
			n = len(pick[s])
		}
		out[s] = make([]uint8, n)
		for i := range out[s] {
			row := i
			if pick[s] != nil {
				row = pick[s][i]
			}
			out[s][i] = place(s, row)
		}
	}
	return out
}

func (c *column) placer() func(side, row int) uint8 {
	if c.discrete {
		cell := make([]uint8, len(c.levels))
		for k, level := range c.frequent() {
			if k < cells-2 {
				cell[level] = uint8(k + 1)
			} else {
				cell[level] = cells - 1
			}
		}
		return func(side, row int) uint8 {
			if k := c.codes[side][row]; k >= 0 {
				return cell[k]
			}
			return 0
		}
	}
	sorted := sortedValues(c.num[realSide])
	var edges []float64
	for k := 1; k < cells-2; k++ {
		if e := sorted[k*len(sorted)/(cells-2)]; len(edges) == 0 || e > edges[len(edges)-1] {
			edges = append(edges, e)
		}
	}
	return func(side, row int) uint8 {
		v := c.num[side][row]
		if v != v {
			return 0
		}
		k, found := slices.BinarySearch(edges, v)
		if found {
			k++
		}
		return uint8(k + 1)
	}
}

// frequent returns the codes of c, those most frequent in the real table first.
func (c *column) frequent() []int {
	count, order := make([]int, len(c.levels)), make([]int, len(c.levels))
	for _, k := range c.codes[realSide] {
		if k >= 0 {
			count[k]++
		}
	}
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Or(cmp.Compare(count[y], count[x]), cmp.Compare(c.levels[x], c.levels[y]))
	})
	return order
}

// overlaps returns 1 less the total variation distance of the combinations of
// columns in set between the real table and the synthetic one, and the holdout.
func overlaps(codes [][sides][]uint8, set []int) (out [2]float64) {
	size := 1
	for range set {
		size *= cells
	}
	var count [sides][]int32
	for s := range sides {
		count[s] = make([]int32, size)
		n := len(codes[set[0]][s])
		switch len(set) {
		case 1:
			for _, k := range codes[set[0]][s] {
				count[s][k]++
			}
		case 2:
			x, y := codes[set[0]][s], codes[set[1]][s]
			for i := range n {
				count[s][int(x[i])*cells+int(y[i])]++
			}
		default:
			x, y, z := codes[set[0]][s], codes[set[1]][s], codes[set[2]][s]
			for i := range n {
				count[s][(int(x[i])*cells+int(y[i]))*cells+int(z[i])]++
			}
		}
	}
	rows := func(s int) float64 { return float64(max(1, len(codes[set[0]][s]))) }
	for k, side := range []int{syntheticSide, holdoutSide} {
		off := 0.0
		for i := range size {
			d := float64(count[realSide][i])/rows(realSide) - float64(count[side][i])/rows(side)
			if d < 0 {
				d = -d
			}
			off += d
		}
		out[k] = 1 - off/2
	}
	return out
}
