package quality

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// Limits of the attacks above which rows should not be shared.
const (
	memberLimit  = 0.53 // AUC of telling members
	singledLimit = 0.05 // risk of being singled out beyond what fresh rows run
)

// accused is the share of fresh rows that an attacker may accuse wrongly when
// Caught is counted: few accusations that are right harm more than many guesses.
const accused = 0.01

// Attack is how well somebody who sees the synthetic table tells rows that
// were learned from (members) from fresh real rows.
type Attack struct {
	AUC     float64 `json:"auc"` // 0.5 when it cannot be told
	Lo      float64 `json:"lo"`  // 95 %, DeLong's
	Hi      float64 `json:"hi"`
	Members int     `json:"members"` // rows that were tried
	Fresh   int     `json:"fresh"`
	// Caught is the share of members that are accused when 1 % of the fresh
	// rows are: 0.01 when it cannot be told.
	Caught   float64 `json:"caught"`
	CaughtLo float64 `json:"caughtLo"`
	CaughtHi float64 `json:"caughtHi"`
}

// Membership is how well it can be told whose row was learned from. The
// attacker holds Reference rows of the same population, one half of the
// holdout; the fresh rows are from the other half.
type Membership struct {
	// Density is DOMIAS (van Breugel et al. 2023): a row is accused where the
	// synthetic table is denser than the population, p_G(x)/p_ref(x), both by
	// the distances to the five nearest rows.
	Density Attack `json:"density"`
	// Trained is boosted trees that were told of half of the rows whether they
	// were learned from, and see the distances and the ratios of densities of
	// the others: more than an attacker usually knows.
	Trained *Attack `json:"trained,omitempty"`
	// Shadow is set by the caller; see [Shadow].
	Shadow    *Attack `json:"shadow,omitempty"`
	Reference int     `json:"reference"`
	Limit     float64 `json:"limit"` // of the AUC
}

// worst returns the attack with the highest AUC, and its name.
func (m *Membership) worst() (Attack, Words) {
	a, name := m.Density, Words{"by density", "密度攻击"}
	if m.Trained != nil && m.Trained.AUC > a.AUC {
		a, name = *m.Trained, Words{"by trained trees", "训练攻击"}
	}
	if m.Shadow != nil && m.Shadow.AUC > a.AUC {
		a, name = *m.Shadow, Words{"by shadow models", "影子攻击"}
	}
	return a, name
}

// neighbours is how many nearest rows a density is taken from.
const neighbours = 5

// memberWork bounds the rows, of sixteen columns each, that are compared with
// each other to judge membership.
const memberWork = 2.5e8

// membership attacks the synthetic table. It is not judged with fewer than 100
// rows of either kind.
func (a *aligned) membership(ctx context.Context, r *Report, cfg Config, rng *rand.Rand, done func()) error {
	half := a.rows[holdoutSide] / 2
	if !a.holdout || min(half, a.rows[realSide]) < 100 {
		return nil
	}
	order := rng.Perm(a.rows[holdoutSide])
	fresh, reference := order[:half], order[half:]
	reference = reference[:min(len(reference), 25_000)]
	work := float64(a.rows[syntheticSide]+len(reference)) * (1 + float64(len(a.columns)/16))
	n := min(cfg.Queries, max(500, int(memberWork/work)))
	fresh = fresh[:min(n, half)]
	members := sample(rng, a.rows[realSide], n)

	p := a.newRankPacker(reference)
	at := a.around(p, reference)
	of := func(side int, rows []int) ([][2][neighbours]float32, error) { return at(ctx, p.pack(side, rows)) }
	one, err := of(realSide, members)
	if err != nil {
		return err
	}
	done()
	two, err := of(holdoutSide, fresh)
	if err != nil {
		return err
	}
	done()
	m := &Membership{Reference: len(reference), Limit: memberLimit}
	m.Density = attack(densities(one), densities(two))
	r.Privacy.Membership = m
	m.Trained, err = a.trained(ctx, members, fresh, reference, one, two, rng)
	done()
	return err
}

// attack judges the scores of members and of fresh rows.
func attack(members, fresh []float64) Attack {
	t := Attack{Members: len(members), Fresh: len(fresh)}
	t.AUC, t.Lo, t.Hi = areaUnder(members, fresh)
	t.Caught, t.CaughtLo, t.CaughtHi = caughtAt(members, fresh, accused)
	return t
}

// newRankPacker scales each number by its place among the given holdout rows,
// which spreads out what is crowded: attacks see more than by range.
func (a *aligned) newRankPacker(reference []int) *packer {
	p := a.newPacker()
	p.ranks = make([][]float64, len(p.nums))
	for j, c := range p.nums {
		p.ranks[j] = sortedValues(take(c.num[holdoutSide], reference))
		if len(p.ranks[j]) == 0 {
			p.ranks[j] = []float64{0}
		}
	}
	return p
}

// around returns a function that finds the distances from each row to its
// nearest synthetic rows and to its nearest rows of the reference.
func (a *aligned) around(p *packer, reference []int) func(context.Context, *packed) ([][2][neighbours]float32, error) {
	every := make([]int, a.rows[syntheticSide])
	for i := range every {
		every[i] = i
	}
	synthetic, known := p.pack(syntheticSide, every), p.pack(holdoutSide, reference)
	return func(ctx context.Context, q *packed) ([][2][neighbours]float32, error) {
		out := make([][2][neighbours]float32, q.rows)
		return out, parallel(ctx, q.rows, func(i int) {
			p.several(q, i, synthetic, out[i][0][:])
			p.several(q, i, known, out[i][1][:])
		})
	}
}

// nearby keeps a distance of nothing apart from its logarithm.
const nearby = 1e-4

// densities returns the logarithm of p_G/p_ref at each row, up to a constant
// and a factor, which change no ranking: the density near a row falls with a
// power of the distance to its k-th neighbour, and k = 1, …, 5 are averaged.
func densities(rows [][2][neighbours]float32) []float64 {
	out := make([]float64, len(rows))
	for i, d := range rows {
		for k := range neighbours {
			out[i] += math.Log(float64(d[1][k])+nearby) - math.Log(float64(d[0][k])+nearby)
		}
	}
	return out
}

// trained lets trees learn from half of the rows which were members, and tries
// them on the other half; then the other way round.
func (a *aligned) trained(ctx context.Context, members, fresh, reference []int, one, two [][2][neighbours]float32, rng *rand.Rand) (*Attack, error) {
	ratio, err := a.ratio(ctx, reference, rng)
	if err != nil {
		return nil, err
	}
	clue := newClues(slices.Concat(one, two))
	odds, err := ratio(a.table(realSide, members, ""))
	if err != nil {
		return nil, err
	}
	other, err := ratio(a.table(holdoutSide, fresh, ""))
	if err != nil {
		return nil, err
	}
	clue.add("odds", slices.Concat(odds, other))
	n := len(members) + len(fresh)
	y, score := make([]float32, n), make([]float64, n)
	for i := range members {
		y[i] = 1
	}
	order := rng.Perm(n)
	for fold := range 2 {
		learn, test := order[:n/2], order[n/2:]
		if fold == 1 {
			learn, test = test, learn
		}
		model, err := clue.fit(ctx, learn, y)
		if model == nil || err != nil {
			return nil, err
		}
		guess, err := model(clue.t.Take(test))
		if err != nil {
			return nil, err
		}
		for k, i := range test {
			score[i] = guess[k]
		}
	}
	t := attack(score[:len(members)], score[len(members):])
	return &t, nil
}

// ratio returns a function that gives the log odds with which trees, taught
// by synthetic rows and the reference, hold a row to be synthetic.
func (a *aligned) ratio(ctx context.Context, reference []int, rng *rand.Rand) (func(*table.Table) ([]float64, error), error) {
	n := len(reference)
	both := stack(a.table(holdoutSide, reference, ""), a.table(syntheticSide, sample(rng, a.rows[syntheticSide], 2*n), ""))
	y := make([]float32, both.Rows())
	for i := n; i < len(y); i++ {
		y[i] = 1
	}
	return learner(ctx, both, y, tree.Config{Trees: 40, MaxDepth: 8, MaxLeaves: 127, MinLeaf: 5, LearnRate: 0.2})
}

// learner fits trees to t and returns how they score other rows.
func learner(ctx context.Context, t *table.Table, y []float32, cfg tree.Config) (func(*table.Table) ([]float64, error), error) {
	bins, err := tree.NewBinning(t, nil)
	if err != nil {
		return nil, err
	}
	x, err := bins.Apply(t)
	if err != nil {
		return nil, err
	}
	model, err := tree.FitBinary(ctx, x, y, cfg)
	if err != nil {
		return nil, err
	}
	return func(t *table.Table) ([]float64, error) {
		x, err := bins.Apply(t)
		if err != nil {
			return nil, err
		}
		return model.Predict(x), nil
	}, nil
}

// clues is a table of what an attacker sees of each row.
type clues struct{ t *table.Table }

func (c *clues) add(name string, x []float64) {
	c.t.Columns = append(c.t.Columns, &table.Column{Field: table.Field{Name: name, Kind: table.Number}, Num: x})
}

// newClues turns distances into what trees can use.
func newClues(rows [][2][neighbours]float32) *clues {
	c := &clues{&table.Table{}}
	of := func(name string, f func(synthetic, reference *[neighbours]float32) float64) {
		x := make([]float64, len(rows))
		for i := range rows {
			x[i] = f(&rows[i][0], &rows[i][1])
		}
		c.add(name, x)
	}
	log := func(d float32) float64 { return math.Log(float64(d) + nearby) }
	of("first", func(s, r *[neighbours]float32) float64 { return log(s[0]) })
	of("last", func(s, r *[neighbours]float32) float64 { return log(s[neighbours-1]) })
	of("gap", func(s, r *[neighbours]float32) float64 { return log(s[1]) - log(s[0]) })
	of("usual", func(s, r *[neighbours]float32) float64 { return log(r[0]) })
	of("ratio", func(s, r *[neighbours]float32) float64 { return log(r[0]) - log(s[0]) })
	of("far", func(s, r *[neighbours]float32) float64 { return log(r[neighbours-1]) - log(s[neighbours-1]) })
	c.add("density", densities(rows))
	return c
}

// fit learns from the given rows; nil when they are all of one kind.
func (c *clues) fit(ctx context.Context, rows []int, y []float32) (func(*table.Table) ([]float64, error), error) {
	own := take(y, rows)
	if !slices.Contains(own, 0) || !slices.Contains(own, 1) {
		return nil, nil
	}
	return learner(ctx, c.t.Take(rows), own, tree.Config{Trees: 40, MaxDepth: 3, MinLeaf: 50, LearnRate: 0.1})
}
