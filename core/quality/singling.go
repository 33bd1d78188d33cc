package quality

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// SinglingOut is how often a guess of the kind "there is exactly one row with
// …", made from the synthetic table alone, is right about the real table,
// beyond how often it is right about rows that were not learned from. The
// attack and the figures are Anonymeter's (Giomi et al. 2023).
type SinglingOut struct {
	Columns int     `json:"columns"` // of a guess: 1, or 4 and fewer
	Guesses int     `json:"guesses"`
	Attack  float64 `json:"attack"`  // share that was right about the real table
	Control float64 `json:"control"` // about the holdout, carried over to as many rows
	// Risk is (Attack-Control)/(1-Control), not below 0; Lo and Hi its 95 %
	// interval from Wilson's of both shares.
	Risk  float64 `json:"risk"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
	Limit float64 `json:"limit"`
}

// guesses of each kind; Anonymeter's are 500 to 2,000.
const (
	guessesOne  = 1000
	guessesMany = 1200
)

// clause is what a guess says of one column: its code or value, or that a
// number lies at or beyond it, or that it is missing.
type clause struct {
	c     *column
	code  int32
	value float64
	sign  int8 // 0 equal, 1 at least, -1 at most
	blank bool
}

func (l *clause) holds(side, row int) bool {
	if l.c.discrete {
		return l.c.codes[side][row] == l.code
	}
	v := l.c.num[side][row]
	switch {
	case l.blank:
		return math.IsNaN(v)
	case l.sign > 0:
		return v >= l.value
	case l.sign < 0:
		return v <= l.value
	}
	return v == l.value
}

// matches returns the first rows of a side that all clauses hold for, at most
// limit.
func (a *aligned) matches(guess []clause, side, limit int) (out []int) {
rows:
	for row := range a.rows[side] {
		for k := range guess {
			if !guess[k].holds(side, row) {
				continue rows
			}
		}
		if out = append(out, row); len(out) == limit {
			return out
		}
	}
	return out
}

// singlingOut attacks the synthetic table by guesses about one column and
// about several.
func (a *aligned) singlingOut(ctx context.Context, r *Report, _ Config, rng *rand.Rand, done func()) error {
	if !a.holdout || min(a.rows[realSide], a.rows[holdoutSide]) < 100 {
		return nil
	}
	for _, guesses := range [][][]clause{a.lone(rng), a.crossed(ctx, rng)} {
		if len(guesses) > 0 {
			s, err := a.singled(ctx, guesses)
			if err != nil {
				return err
			}
			r.Privacy.SinglingOut = append(r.Privacy.SinglingOut, s)
		}
		done()
	}
	return ctx.Err()
}

// lone returns guesses about one column: values that a single synthetic row
// has, and its extremes.
func (a *aligned) lone(rng *rand.Rand) (out [][]clause) {
	for _, c := range a.columns {
		if c.discrete {
			count := make([]int, len(c.levels)+1)
			for _, k := range c.codes[syntheticSide] {
				count[k+1]++
			}
			for k, n := range count {
				if n == 1 {
					out = append(out, []clause{{c: c, code: int32(k) - 1}})
				}
			}
			continue
		}
		sorted := sortedValues(c.num[syntheticSide])
		n := len(sorted)
		for i, v := range sorted {
			if (i == 0 || sorted[i-1] != v) && (i == n-1 || sorted[i+1] != v) {
				out = append(out, []clause{{c: c, value: v}})
				if i == 0 {
					out = append(out, []clause{{c: c, value: v, sign: -1}})
				}
				if i == n-1 {
					out = append(out, []clause{{c: c, value: v, sign: 1}})
				}
			}
		}
		if c.length(syntheticSide)-n == 1 {
			out = append(out, []clause{{c: c, blank: true}})
		}
	}
	return take(out, sample(rng, len(out), guessesOne))
}

// crossed returns guesses about up to four columns, taken from a synthetic
// row: its levels, and its numbers at least or at most, whichever is rarer.
// Those stay that single out one synthetic row.
func (a *aligned) crossed(ctx context.Context, rng *rand.Rand) (out [][]clause) {
	k := min(4, len(a.columns))
	if k < 2 {
		return nil
	}
	middle := make([]float64, len(a.columns))
	for j, c := range a.columns {
		if !c.discrete {
			if sorted := sortedValues(c.num[syntheticSide]); len(sorted) > 0 {
				middle[j] = sorted[len(sorted)/2]
			}
		}
	}
	// About one try in a hundred singles out a row where columns have few values.
	const batch, most = 4000, 60
	made, single := make([][]clause, batch), make([]bool, batch)
	for range most {
		for t := range made {
			made[t] = a.cross(rng, k, middle)
		}
		if parallel(ctx, batch, func(t int) { single[t] = len(a.matches(made[t], syntheticSide, 2)) == 1 }) != nil {
			return nil
		}
		for t, guess := range made {
			if single[t] {
				out = append(out, guess)
			}
		}
		if len(out) >= guessesMany {
			return out[:guessesMany]
		}
	}
	return out
}

// cross returns a guess about k columns from a synthetic row. middle holds the
// medians of the numbers.
func (a *aligned) cross(rng *rand.Rand, k int, middle []float64) []clause {
	row := rng.IntN(a.rows[syntheticSide])
	guess := make([]clause, 0, k)
	for _, j := range sample(rng, len(a.columns), k) {
		c := a.columns[j]
		l := clause{c: c}
		switch {
		case c.discrete:
			l.code = c.codes[syntheticSide][row]
		case c.missing(syntheticSide, row):
			l.blank = true
		default:
			if l.value, l.sign = c.num[syntheticSide][row], -1; l.value >= middle[j] {
				l.sign = 1
			}
		}
		guess = append(guess, l)
	}
	// Levels, which fewer rows share, come first, so that most rows end there.
	slices.SortStableFunc(guess, func(x, y clause) int { return cmp.Compare(x.loose(), y.loose()) })
	return guess
}

// loose orders clauses by about how many rows meet them.
func (l *clause) loose() int {
	if l.c.discrete {
		return 1
	}
	return 2
}

// parted is into how many parts the holdout is cut to see how much the control
// hangs on its rows, and sure how many standard errors of so few parts reach as
// far as 95 % (Student's t).
const (
	parted = 10
	sure   = 2.26
)

// singled counts which guesses are right. Where the holdout is smaller than the
// real table the control is carried over, which is less certain than Wilson's
// interval tells: the wider one is taken of that and of the jackknife's, which
// leaves out a tenth of the holdout in turn.
func (a *aligned) singled(ctx context.Context, guesses [][]clause) (SinglingOut, error) {
	n, m := float64(a.rows[realSide]), float64(a.rows[holdoutSide])
	hit, held := make([]float64, len(guesses)), make([][]int, len(guesses))
	err := parallel(ctx, len(guesses), func(i int) {
		if len(a.matches(guesses[i], realSide, 2)) == 1 {
			hit[i] = 1
		}
		held[i] = a.matches(guesses[i], holdoutSide, 60)
	})
	// control is the share that single out a row of the holdout without one of
	// its parts, carried over by times.
	control := func(without int, rows float64) (share, times float64) {
		half := 0.0
		for _, rows := range held {
			h := 0.0
			for _, row := range rows {
				if row%parted != without {
					h++
				}
			}
			if h == 1 {
				share++
			}
			half += h * math.Pow(0.5, h) // one row in a half of them
		}
		share, half = share/float64(len(held)), half/float64(len(held))
		return share, carry(share, half, n/rows)
	}
	s := SinglingOut{Columns: len(guesses[0]), Guesses: len(guesses), Attack: mean(hit), Limit: singledLimit}
	usual, times := control(-1, m)
	s.Control = min(1, usual*times)
	again := make([]float64, parted)
	for part := range again {
		share, times := control(part, m*(parted-1)/parted)
		again[part] = min(1, share*times)
	}
	spread := sure * math.Sqrt(variance(again)*(parted-1)*(parted-1)/parted)
	ea, ec := wilsonHalf(s.Attack, len(guesses)), max(spread, times*wilsonHalf(usual, len(guesses)))
	risk := (s.Attack - s.Control) / max(1e-9, 1-s.Control)
	slope := (s.Attack - 1) / max(1e-9, (1-s.Control)*(1-s.Control))
	half := math.Hypot(ea/max(1e-9, 1-s.Control), ec*slope)
	s.Risk, s.Lo, s.Hi = max(0, min(1, risk)), max(0, min(1, risk-half)), max(0, min(1, risk+half))
	return s, err
}

// wilsonHalf is half the width of Wilson's interval.
func wilsonHalf(p float64, n int) float64 {
	lo, hi := wilson(p, n)
	return (hi - lo) / 2
}

// carry returns by which factor the share of guesses that single out a row
// grows from one table to another of times as many rows. whole and half are
// the shares in the table and in a half of it. A guess that holds for a share w
// of all rows singles out one of n with n·w·(1-w)^(n-1); as in Anonymeter, w is
// taken to be spread evenly up to a bound that is read from whole and half.
func carry(whole, half, times float64) float64 {
	if times == 1 || whole == 0 || half == 0 {
		return 1
	}
	// area is the share in n rows, up to a factor, when n·bound is t.
	area := func(t float64) float64 {
		if t < 1e-4 {
			return t * t / 2
		}
		return 1 - (1+t)*math.Exp(-t)
	}
	lo, hi := 1e-6, 1e3 // the ratio below falls from 2 to 1/2
	for range 60 {
		if t := math.Sqrt(lo * hi); area(t)/(2*area(t/2)) > whole/half {
			lo = t
		} else {
			hi = t
		}
	}
	t := math.Sqrt(lo * hi)
	return area(t*times) / times / area(t)
}
