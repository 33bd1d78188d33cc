package quality

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Groups is how the values of one column fare in the real and in the synthetic
// table, and with models that learned from each: a twin must not make a
// difference between groups larger, nor serve one of them worse.
type Groups struct {
	Column string `json:"column"`
	// Target and Class are what Rate is the share of; Class is "" for a
	// number, of which Rate is the mean. "" without a target.
	Target string  `json:"target,omitempty"`
	Class  string  `json:"class,omitempty"`
	Groups []Group `json:"groups"` // the largest first, at most 12
	// RealGap and SyntheticGap are the greatest difference of two groups' rates,
	// of a number in its standard deviations.
	RealGap      float64 `json:"realGap"`
	SyntheticGap float64 `json:"syntheticGap"`
	// TaughtReal and TaughtTwin are the greatest difference of two groups' share
	// of fresh rows that a model accepts (demographic parity), which learned from
	// real and from synthetic rows, each accepting as many rows as have the class.
	TaughtReal *float64 `json:"taughtReal,omitempty"`
	TaughtTwin *float64 `json:"taughtTwin,omitempty"`
	// Differs says that the twin widens or hides a difference: by more than
	// 0.02 and more than chance explains.
	Differs bool `json:"differs"`
}

// Group is the rows with one value, or of a quarter of a number's range.
type Group struct {
	Name          string  `json:"name"`
	Share         float64 `json:"share"` // of the real rows
	Synthetic     float64 `json:"synthetic"`
	RealRate      float64 `json:"realRate"`
	SyntheticRate float64 `json:"syntheticRate"`
	// Margin is three standard errors of the difference of the two rates.
	Margin float64 `json:"margin"`
	// TSTR and TRTR are the models' scores on the group's fresh rows; nil with
	// fewer than 50, or where all have the same answer.
	TSTR *float64 `json:"tstr,omitempty"`
	TRTR *float64 `json:"trtr,omitempty"`
}

// maxGroups is how many groups of a column are judged.
const maxGroups = 12

// groups compares the groups of the chosen columns.
func (a *aligned) groups(_ context.Context, r *Report, cfg Config, _ *rand.Rand, done func()) error {
	for _, name := range cfg.Groups {
		c, err := a.groupColumn(name)
		if err != nil {
			return err
		}
		if g := a.group(c, r.Utility); g != nil {
			r.Groups = append(r.Groups, *g)
		} else {
			a.note("Column %q has fewer than two groups of five rows, so it was not compared.", "列 %q 中不少于五行的组不足两个，因此未比较。", name)
		}
	}
	done()
	return nil
}

// group compares the groups of one column; nil when there are fewer than two.
func (a *aligned) group(c *column, u *Utility) *Groups {
	g := &Groups{Column: c.Name}
	names, of := c.groupsOf()
	var target *column
	if u != nil && u.Target != c.Name && a.exam != nil {
		target, g.Target, g.Class = a.exam.c, u.Target, u.Class
	}
	var sums [sides][]tally
	for _, s := range []int{realSide, syntheticSide} {
		sums[s] = make([]tally, len(names))
		for i := range a.rows[s] {
			k := of(s, i)
			if k < 0 {
				continue
			}
			v := math.NaN()
			if target != nil && !target.missing(s, i) {
				v = target.answer(s, i, a.exam.class)
			}
			sums[s][k].add(v)
		}
	}
	unit := 1.0
	if target != nil && !target.discrete {
		unit = max(1e-300, math.Sqrt(variance(slices.DeleteFunc(slices.Clone(target.num[realSide]), math.IsNaN))))
	}
	var kept []int
	for k := range names {
		if sums[realSide][k].rows >= rare {
			kept = append(kept, k)
		}
	}
	slices.SortStableFunc(kept, func(x, y int) int { return sums[realSide][y].rows - sums[realSide][x].rows })
	if kept = kept[:min(maxGroups, len(kept))]; len(kept) < 2 {
		return nil
	}
	for _, k := range kept {
		x, y := sums[realSide][k], sums[syntheticSide][k]
		one := Group{Name: names[k], Share: float64(x.rows) / float64(a.rows[realSide]), Synthetic: float64(y.rows) / float64(a.rows[syntheticSide]),
			RealRate: x.mean(), SyntheticRate: y.mean(), Margin: 3 * math.Sqrt(x.spread()+y.spread())}
		if target != nil && y.known > 0 && math.Abs(one.SyntheticRate-one.RealRate)/unit > max(0.02, one.Margin/unit) {
			g.Differs = true
		}
		g.Groups = append(g.Groups, one)
	}
	if target != nil {
		rate := func(get func(Group) float64) float64 {
			lo, hi := math.Inf(1), math.Inf(-1)
			for i, k := range kept {
				if sums[realSide][k].known >= rare && sums[syntheticSide][k].known >= rare {
					lo, hi = min(lo, get(g.Groups[i])), max(hi, get(g.Groups[i]))
				}
			}
			return max(0, hi-lo) / unit
		}
		g.RealGap, g.SyntheticGap = rate(func(x Group) float64 { return x.RealRate }), rate(func(x Group) float64 { return x.SyntheticRate })
		a.exam.byGroup(g, kept, of)
	}
	return g
}

// tally sums one group's answers.
type tally struct {
	rows, known int
	sum, square float64
}

func (t *tally) add(v float64) {
	if t.rows++; !math.IsNaN(v) {
		t.known++
		t.sum += v
		t.square += v * v
	}
}

func (t tally) mean() float64 { return t.sum / float64(max(1, t.known)) }

// spread is the square of the mean's standard error, of a share as if one more
// row of each kind had been seen.
func (t tally) spread() float64 {
	n := float64(t.known) + 2
	m := t.mean()
	return (max(0, t.square/float64(max(1, t.known))-m*m) + 1/n) / n
}

// answer is the target of one row: 1 for the class, or the number.
func (c *column) answer(side, row int, class int32) float64 {
	switch {
	case !c.discrete:
		return c.num[side][row]
	case c.codes[side][row] == class:
		return 1
	}
	return 0
}

// byGroup scores the pupils on each group's fresh rows.
func (e *exam) byGroup(g *Groups, kept []int, of func(side, row int) int) {
	rows := make(map[int][]int, len(kept)) // places in the exam, by group
	for i, row := range e.rows {
		k := of(holdoutSide, row)
		rows[k] = append(rows[k], i)
	}
	yes := 0.0
	for _, v := range e.answers {
		yes += float64(v)
	}
	accept := func(guess []float64) *float64 {
		if !e.c.discrete || len(guess) == 0 {
			return nil
		}
		limit := slices.Sorted(slices.Values(guess))[max(0, len(guess)-1-int(yes))]
		lo, hi := 1.0, 0.0
		for _, k := range kept {
			if len(rows[k]) < 50 {
				continue
			}
			n := 0
			for _, i := range rows[k] {
				if guess[i] > limit {
					n++
				}
			}
			share := float64(n) / float64(len(rows[k]))
			lo, hi = min(lo, share), max(hi, share)
		}
		gap := max(0, hi-lo)
		return &gap
	}
	g.TaughtReal, g.TaughtTwin = accept(e.real), accept(e.twin)
	for i, k := range kept {
		if len(rows[k]) < 50 {
			continue
		}
		answers := take(e.answers, rows[k])
		twin, real := e.c.mark(take(e.twin, rows[k]), answers), e.c.mark(take(e.real, rows[k]), answers)
		if !math.IsNaN(twin) && !math.IsNaN(real) && !math.IsInf(twin, 0) && !math.IsInf(real, 0) {
			g.Groups[i].TSTR, g.Groups[i].TRTR = &twin, &real
		}
	}
}

// groupsOf returns the names of a column's groups, and the group of a row or
// -1: its levels, or the quarters of its numbers.
func (c *column) groupsOf() (names []string, of func(side, row int) int) {
	if c.discrete {
		return c.levels, func(side, row int) int { return int(c.codes[side][row]) }
	}
	sorted := sortedValues(c.num[realSide])
	edges := []float64{}
	for k := 1; k < 4; k++ {
		if e := sorted[k*len(sorted)/4]; e > sorted[0] && (len(edges) == 0 || e > edges[len(edges)-1]) {
			edges = append(edges, e)
		}
	}
	for k := range len(edges) + 1 {
		switch {
		case len(edges) == 0:
			names = append(names, c.text(sorted[0]))
		case k == 0:
			names = append(names, "< "+c.text(edges[0]))
		case k == len(edges):
			names = append(names, "≥ "+c.text(edges[k-1]))
		default:
			names = append(names, fmt.Sprintf("%s – < %s", c.text(edges[k-1]), c.text(edges[k])))
		}
	}
	return names, func(side, row int) int {
		v := c.num[side][row]
		if math.IsNaN(v) {
			return -1
		}
		k, found := slices.BinarySearch(edges, v)
		if found {
			k++
		}
		return k
	}
}
