package quality

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Upsampled says whether a classifier learns a rare class better from a table
// in which a synthesizer has made it frequent. All scores are average precision
// on real rows that were set aside, whose Guess is the class's share in them.
type Upsampled struct {
	Target string `json:"target"`
	Class  string `json:"class"`
	Rare   int    `json:"rare"` // real rows of the class
	// RealShare and MadeShare are the class's share in what was learned from.
	RealShare float64 `json:"realShare"`
	MadeShare float64 `json:"madeShare"`
	Guess     float64 `json:"guess"`
	Real      float64 `json:"real"`     // learned from the real rows as they are
	Repeated  float64 `json:"repeated"` // the class's real rows repeated up to MadeShare
	Made      float64 `json:"made"`     // learned from the made table
	// Gain is Made-Real, Beyond is Made-Repeated, each with its 95 % interval
	// by drawing the rows set aside again.
	Gain     float64 `json:"gain"`
	GainLo   float64 `json:"gainLo"`
	GainHi   float64 `json:"gainHi"`
	Beyond   float64 `json:"beyond"`
	BeyondLo float64 `json:"beyondLo"`
	BeyondHi float64 `json:"beyondHi"`
	// State is yes when it helps beyond repeating real rows, watch when
	// repeating them helps as much, no when it does not help.
	State string `json:"state"`
	Words Words  `json:"words"`
}

// Upsampling compares what trees learn about a rare class of the column target
// from real, in which it is rare, and from made, in which a synthesizer that
// knows only real has made it frequent: synthetic rows alone, or real and
// synthetic rows together. holdout is real rows of neither. class "" is the
// rarer of two values. Numbers are binned and trees grown as for [Utility]; cfg
// gives Seed and ModelRows, twice which are learned from at most.
//
// It returns an error if a table is broken or empty, or if the class is missing
// from one of them. The tables are not modified. Some seconds for 25,000 rows.
func Upsampling(ctx context.Context, real, made, holdout *table.Table, target, class string, cfg Config) (*Upsampled, error) {
	cfg = cfg.withDefaults()
	a, err := align([sides]*table.Table{real, holdout, made})
	if err != nil {
		return nil, err
	}
	c, code, err := a.target(target)
	if err != nil {
		return nil, err
	}
	if c == nil || !c.discrete {
		return nil, core.Errorf(core.Invalid, "target %q has no classes of which one could be made more frequent", target).
			WithHint("name a column of categories")
	}
	if class != "" {
		if code = int32(slices.Index(c.levels, class)); code < 0 {
			return nil, core.Errorf(core.NotFound, "column %q has no value %q", c.Name, class)
		}
	}
	u := &Upsampled{Target: c.Name, Class: c.levels[code]}
	rng := rand.New(rand.NewPCG(cfg.Seed, 20))
	var rows [sides][]int
	for s := range sides {
		rows[s] = c.known(s, sample(rng, a.rows[s], 2*cfg.ModelRows))
		if n := a.frequency(c, s, rows[s], code); n == 0 || n == len(rows[s]) {
			return nil, core.Errorf(core.Invalid, "in the %s %s of the %s rows have %q = %q, nothing can be learned from that", sideEn[s],
				grouped(float64(n)), grouped(float64(len(rows[s]))), c.Name, u.Class)
		}
	}
	u.Rare = a.frequency(c, realSide, rows[realSide], code)
	share := func(s int) float64 { return float64(a.frequency(c, s, rows[s], code)) / float64(len(rows[s])) }
	u.RealShare, u.MadeShare, u.Guess = share(realSide), share(syntheticSide), share(holdoutSide)

	answers := c.targets(holdoutSide, rows[holdoutSide], code)
	var guess [3][]float64
	repeated := a.repeat(c, rows[realSide], code, u.MadeShare, rng)
	for k, learn := range [3][sides][]int{
		{realSide: rows[realSide]}, {realSide: repeated}, {syntheticSide: rows[syntheticSide]},
	} {
		pupil, err := a.teach(ctx, c, code, learn)
		if err != nil {
			return nil, err
		}
		if guess[k], err = pupil(rows[holdoutSide]); err != nil {
			return nil, err
		}
	}
	u.Real, u.Repeated, u.Made = averagePrecision(guess[0], answers), averagePrecision(guess[1], answers), averagePrecision(guess[2], answers)
	u.Gain, u.Beyond = u.Made-u.Real, u.Made-u.Repeated
	again, err := resampled(ctx, guess[:], answers, rng)
	if err != nil {
		return nil, err
	}
	u.GainLo, u.GainHi = middle95(again, 2, 0)
	u.BeyondLo, u.BeyondHi = middle95(again, 2, 1)
	u.say()
	return u, nil
}

// frequency counts the rows of a class.
func (a *aligned) frequency(c *column, side int, rows []int, class int32) (n int) {
	for _, i := range rows {
		if c.codes[side][i] == class {
			n++
		}
	}
	return n
}

// repeat returns rows with those of the class drawn again until they make up
// share of all.
func (a *aligned) repeat(c *column, rows []int, class int32, share float64, rng *rand.Rand) []int {
	var own []int
	for _, i := range rows {
		if c.codes[realSide][i] == class {
			own = append(own, i)
		}
	}
	out := slices.Clone(rows)
	for want := share / (1 - share) * float64(len(rows)-len(own)); float64(len(own)+len(out)-len(rows)) < want; {
		out = append(out, own[rng.IntN(len(own))])
	}
	slices.Sort(out)
	return out
}

// draws is how often the rows set aside are drawn again.
const draws = 400

// resampled returns the average precision of each guess on the rows drawn
// again, the same for all guesses: each row counts 0, 1, 2, … times by a
// Poisson law of mean 1.
func resampled(ctx context.Context, guess [][]float64, answers []float32, rng *rand.Rand) ([][]float64, error) {
	n := len(answers)
	order := make([][]int, len(guess))
	for k, g := range guess {
		order[k] = make([]int, n)
		for i := range n {
			order[k][i] = i
		}
		slices.SortStableFunc(order[k], func(x, y int) int { return cmp.Compare(g[y], g[x]) })
	}
	weight := make([][]uint8, draws)
	for d := range weight {
		weight[d] = make([]uint8, n)
		for i := range weight[d] {
			for u := rng.Float64(); u > math.Exp(-1); u *= rng.Float64() {
				weight[d][i]++
			}
		}
	}
	out := make([][]float64, draws)
	return out, parallel(ctx, draws, func(d int) {
		out[d] = make([]float64, len(guess))
		for k, g := range guess {
			out[d][k] = weightedPrecision(g, order[k], answers, weight[d])
		}
	})
}

// weightedPrecision is averagePrecision of rows that count several times, in
// the order of falling scores.
func weightedPrecision(score []float64, order []int, y []float32, weight []uint8) float64 {
	total, sum, found, seen := 0.0, 0.0, 0.0, 0.0
	for i, v := range y {
		total += float64(v) * float64(weight[i])
	}
	for i := 0; i < len(order); {
		k, here := i, 0.0
		for ; k < len(order) && score[order[k]] == score[order[i]]; k++ {
			w := float64(weight[order[k]])
			here += w * float64(y[order[k]])
			seen += w
		}
		if found += here; here > 0 {
			sum += here * found / seen
		}
		i = k
	}
	return sum / max(1, total)
}

// middle95 returns the bounds of the middle 95 % of score a less score b.
func middle95(again [][]float64, a, b int) (lo, hi float64) {
	d := make([]float64, len(again))
	for i, s := range again {
		d[i] = s[a] - s[b]
	}
	slices.Sort(d)
	n := float64(len(d) - 1)
	return d[int(math.Round(0.025*n))], d[int(math.Round(0.975*n))]
}

// say sets the sentence.
func (u *Upsampled) say() {
	head := words("With “%s” = “%s” raised from %s to %s of the rows, average precision on real rows set aside goes from %.3f to %.3f (%+.3f, 95%% [%+.3f, %+.3f])",
		"将“%s”为“%s”的行从 %s 提高到 %s 后，在留出真实行上的平均精度由 %.3f 变为 %.3f（%+.3f，95%% 区间 [%+.3f, %+.3f]）",
		u.Target, u.Class, percent(u.RealShare), percent(u.MadeShare), u.Real, u.Made, u.Gain, u.GainLo, u.GainHi)
	var tail Words
	switch {
	case u.GainLo > 0 && u.BeyondLo > 0:
		u.State, tail = Yes, words(": it helps, and more than repeating the rare real rows (%.3f).", "：有帮助，且优于重复少见的真实行（%.3f）。", u.Repeated)
	case u.GainLo > 0:
		u.State, tail = Watch, words(": it helps, but repeating the rare real rows does about as well (%.3f).", "：有帮助，但重复少见的真实行效果相近（%.3f）。", u.Repeated)
	case u.GainHi < 0:
		u.State, tail = No, words(": it does not help but harms; learn from the real rows as they are.", "：没有帮助，反而有害；请直接用真实行学习。")
	default:
		u.State, tail = No, words(": it does not help by more than chance.", "：没有超出偶然的帮助。")
	}
	if u.State == No && u.Repeated <= u.Real {
		too := words(" Repeating the rare real rows does not help either (%.3f): this model has no use for more of them.", "重复少见的真实行同样无益（%.3f）：该模型并不需要更多此类行。", u.Repeated)
		tail = Words{tail.En + too.En, tail.Zh + too.Zh}
	}
	u.Words = Words{head.En + tail.En, head.Zh + tail.Zh}
}
