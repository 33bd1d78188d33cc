package quality

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
)

// pairWork bounds the cells that are counted to compare all pairs of columns
// once; more is done on a part of the rows.
const pairWork = 2e8

// pairColumns bounds the columns whose pairs are compared: 300 have 44,850
// pairs, more than anybody reads, and their mean is that of all to a
// thousandth; 4,000 columns would have 8 million.
const pairColumns = 300

// fidelity scores columns and pairs of the synthetic table and of the holdout
// against the real table, and the floor.
func (a *aligned) fidelity(ctx context.Context, r *Report, _ Config, rng *rand.Rand, done func()) error {
	columns := make([]ColumnScore, len(a.columns))
	if err := parallel(ctx, len(columns), func(j int) { columns[j] = a.scoreColumn(a.columns[j]) }); err != nil {
		return err
	}
	done()
	var own, ceiling []float64
	for _, c := range columns {
		own = append(own, c.Score)
		if a.holdout {
			ceiling = append(ceiling, *c.Ceiling)
		}
	}
	r.Shape = mean(own)

	p := a.newPairs(rng)
	pairs, shared, err := p.scores(ctx, syntheticSide)
	if err != nil {
		return err
	}
	r.Trend, r.TrendShared = meanPairs(pairs), mean(shared)
	done()
	if a.holdout {
		r.Ceiling = &Scores{Shape: mean(ceiling)}
		top, topShared, err := p.scores(ctx, holdoutSide)
		if err != nil {
			return err
		}
		r.Ceiling.Trend, r.Ceiling.TrendShared = meanPairs(top), mean(topShared)
		for i := range pairs {
			if !math.IsNaN(top[i].Score) {
				pairs[i].Ceiling, pairs[i].SharedCeiling = &top[i].Score, &topShared[i]
			}
		}
		r.Ceiling.finish()
	}
	done()
	bottom, bottomShared, err := p.scores(ctx, shuffledSide)
	if err != nil {
		return err
	}
	r.Floor = Scores{Shape: 1, Trend: meanPairs(bottom), TrendShared: mean(bottomShared)}
	done()

	pairs = slices.DeleteFunc(pairs, func(p PairScore) bool { return math.IsNaN(p.Score) })
	if len(pairs) == 0 {
		r.Trend, r.Floor.Trend = r.Shape, r.Floor.Shape
		r.TrendShared, r.Floor.TrendShared = r.Shape, r.Floor.Shape
		if r.Ceiling != nil {
			r.Ceiling.Trend, r.Ceiling.TrendShared = r.Ceiling.Shape, r.Ceiling.Shape
			r.Ceiling.finish()
		}
		a.note("There are no two columns whose trend could be compared, so the overall score is that of the columns.",
			"没有可比较趋势的列对，因此总分即各列得分。")
	}
	r.Scores.finish()
	r.Floor.finish()
	for i := range pairs {
		top := 1.0
		if pairs[i].SharedCeiling != nil {
			top = *pairs[i].SharedCeiling
		}
		pairs[i].Loss = max(0, top-pairs[i].Shared)
	}
	slices.SortStableFunc(pairs, func(x, y PairScore) int { return cmp.Compare(y.Loss, x.Loss) })
	slices.SortStableFunc(columns, func(x, y ColumnScore) int { return cmp.Compare(x.Score, y.Score) })
	r.Pairs, r.Columns = pairs, columns
	if p.rows < a.rows[realSide] {
		a.note("Pairs of columns were compared on %d rows of each table.", "列对比较使用每张表的 %d 行。", p.rows)
	}
	return nil
}

func (s *Scores) finish() { s.Overall = (s.Shape + s.Trend) / 2 }

// shape scores one side of a column against the real one.
func (c *column) shape(side int) float64 {
	if c.discrete {
		return TVComplement(c.codes[realSide], c.codes[side])
	}
	return KSComplement(c.num[realSide], c.num[side])
}

func (a *aligned) scoreColumn(c *column) ColumnScore {
	s := ColumnScore{Name: c.Name, Kind: c.Kind, Metric: "KSComplement", Score: c.shape(syntheticSide)}
	if c.discrete {
		s.Metric = "TVComplement"
	}
	if a.holdout {
		top := c.shape(holdoutSide)
		s.Ceiling = &top
	}
	s.RealMissing, s.SyntheticMissing = c.missingShare(realSide), c.missingShare(syntheticSide)
	c.draw(&s, a.rows[realSide])
	c.describe(&s, a.rows)
	return s
}

func (c *column) missingShare(side int) float64 {
	n := 0
	for i := range c.length(side) {
		if c.missing(side, i) {
			n++
		}
	}
	return float64(n) / float64(c.length(side))
}

// shuffledSide is the real table with every column shuffled on its own.
const shuffledSide = sides

// pairs holds what comparing two columns needs, of every column: the values
// as they are, and codes by own and by the real table's tenths.
type pairs struct {
	columns []*column
	rows    int // of the real table
	num     [][sides + 1][]float64
	own     [][sides + 1][]int32
	shared  [][sides + 1][]int32
}

func (a *aligned) newPairs(rng *rand.Rand) *pairs {
	columns := a.columns
	if n := len(columns); n > pairColumns {
		columns = take(columns, sample(rng, n, pairColumns))
		a.note("The pairs of %d columns were compared, drawn at random.", "随机抽取了 %d 列，比较其两两关系。", pairColumns)
	}
	k := len(columns)
	limit := max(5000, int(pairWork/float64(max(1, k*(k-1)/2))/4))
	p := &pairs{columns: columns, rows: min(limit, a.rows[realSide]),
		num: make([][sides + 1][]float64, k), own: make([][sides + 1][]int32, k), shared: make([][sides + 1][]int32, k)}
	var pick [sides][]int
	for s, n := range a.rows {
		if n > limit {
			pick[s] = sample(rng, n, limit)
		}
	}
	for j, c := range columns {
		for s := range sides {
			p.num[j][s], p.own[j][s] = take(c.num[s], pick[s]), take(c.codes[s], pick[s])
		}
		order := rng.Perm(p.rows)
		p.num[j][shuffledSide], p.own[j][shuffledSide] = take(p.num[j][realSide], order), take(p.own[j][realSide], order)
		p.shared[j] = p.own[j]
		if !c.discrete {
			for s, x := range p.num[j] {
				if x != nil {
					p.own[j][s] = Tenths(x, x)
					p.shared[j][s] = Tenths(x, p.num[j][realSide])
				}
			}
		}
	}
	return p
}

// take returns x at rows, x itself when rows is nil, nil when x is.
func take[T any](x []T, rows []int) []T {
	if x == nil || rows == nil {
		return x
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}

// scores compares all pairs of one side with the real table's, and those
// again with bins that both sides share. Pairs that cannot be scored are NaN.
func (p *pairs) scores(ctx context.Context, side int) ([]PairScore, []float64, error) {
	var out []PairScore
	var of [][2]int
	for i := range p.columns {
		for j := range i {
			out = append(out, PairScore{A: p.columns[j].Name, B: p.columns[i].Name})
			of = append(of, [2]int{j, i})
		}
	}
	shared := make([]float64, len(out))
	err := parallel(ctx, len(out), func(k int) {
		defer func() { out[k].Shared = shared[k] }()
		i, j, s := of[k][0], of[k][1], &out[k]
		if !p.columns[i].discrete && !p.columns[j].discrete {
			s.Metric = "CorrelationSimilarity"
			score, real, synthetic := CorrelationSimilarity(p.num[i][realSide], p.num[j][realSide], p.num[i][side], p.num[j][side])
			if s.Score, shared[k] = score, score; !math.IsNaN(score) {
				s.Real, s.Synthetic = &real, &synthetic
			}
			return
		}
		s.Metric = "ContingencySimilarity"
		s.Score = ContingencySimilarity(p.own[i][realSide], p.own[j][realSide], p.own[i][side], p.own[j][side])
		shared[k] = s.Score
		if !p.columns[i].discrete || !p.columns[j].discrete {
			shared[k] = ContingencySimilarity(p.shared[i][realSide], p.shared[j][realSide], p.shared[i][side], p.shared[j][side])
		}
	})
	return out, shared, err
}

func meanPairs(pairs []PairScore) float64 {
	scores := make([]float64, len(pairs))
	for i, p := range pairs {
		scores[i] = p.Score
	}
	return mean(scores)
}

// mean returns the mean of the values that are not NaN, 0 without any.
func mean(x []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range x {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / float64(max(1, n))
}

// parallel is [core.Parallel] which stops between two calls once ctx is
// cancelled.
func parallel(ctx context.Context, n int, f func(int)) error {
	core.Parallel(n, func(i int) {
		if ctx.Err() == nil {
			f(i)
		}
	})
	return ctx.Err()
}
