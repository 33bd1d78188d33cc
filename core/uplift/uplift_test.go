package uplift

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

// campaign is a made one: people buy by age and visits, and the campaign moves
// those of middle visits, more in two of four regions, and puts off a few.
type campaign struct {
	n       int
	lean    float64 // how much the old are rather reached
	amounts bool    // outcomes are money instead of bought or not
	seed    uint64
}

func (c campaign) made() (t *Trial, effect, chance []float64) {
	rng := rand.New(rand.NewPCG(c.seed, 3))
	t = &Trial{Context: &table.Table{Name: "campaign"}}
	var age, visits, noise []float64
	var region []string
	for range c.n {
		a, v, g := rng.Float64(), rng.Float64(), rng.IntN(4)
		age, visits, noise = append(age, 18+60*a), append(visits, 20*v), append(noise, rng.NormFloat64())
		region = append(region, string(rune('A'+g)))
		p := 0.06 + 0.14*a
		e := 0.16*math.Exp(-20*(v-0.5)*(v-0.5)) - 0.04
		if g >= 2 {
			e *= 1.8
		}
		q := 0.5 + c.lean*(a-0.5)
		on := rng.Float64() < q
		if on {
			p += e
		}
		y := 0.0
		if rng.Float64() < max(p, 0) {
			y = 1
			if c.amounts {
				y = 20 * math.Exp(0.5*rng.NormFloat64())
			}
		}
		if c.amounts {
			e *= 20 * math.Exp(0.125)
		}
		t.Treated, t.Outcome = append(t.Treated, on), append(t.Outcome, y)
		effect, chance = append(effect, e), append(chance, q)
	}
	t.Context.Columns = []*table.Column{table.NewNumber("age", age), table.NewNumber("visits", visits),
		table.NewNumber("noise", noise), table.NewText("region", region, nil)}
	return t, effect, chance
}

// area is the AUUC of a ranking when effects are known.
func area(rank, effect []float64) float64 {
	n := float64(len(rank))
	order := make([]int, len(rank))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank[b], rank[a]) })
	sum := 0.0
	for k, i := range order {
		sum += effect[i] * (0.5 - (float64(k)+0.5)/n) / n
	}
	return sum
}

func correlation(a, b []float64) float64 {
	n := float64(len(a))
	var ma, mb, ab, aa, bb float64
	for i := range a {
		ma, mb = ma+a[i]/n, mb+b[i]/n
	}
	for i := range a {
		ab, aa, bb = ab+(a[i]-ma)*(b[i]-mb), aa+(a[i]-ma)*(a[i]-ma), bb+(b[i]-mb)*(b[i]-mb)
	}
	return ab / math.Sqrt(aa*bb)
}

func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	out := make([]float64, len(x))
	for k, i := range order {
		out[i] = float64(k)
	}
	return out
}

func evaluate(t *testing.T, trial *Trial, cfg Config) *Report {
	t.Helper()
	r, err := Evaluate(context.Background(), trial, cfg, rand.New(rand.NewPCG(1, 2)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFindsWhomItMoves(t *testing.T) {
	for _, tt := range []struct {
		name        string
		c           campaign
		given       bool
		rank, share float64 // least rank correlation with the truth, least share of the oracle's area
	}{
		{"bought", campaign{n: 8000, seed: 1}, false, 0.7, 0.75},
		{"money", campaign{n: 8000, amounts: true, seed: 2}, false, 0.6, 0.65},
		{"chances differ", campaign{n: 8000, lean: 0.8, seed: 3}, true, 0.65, 0.7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			trial, effect, chance := tt.c.made()
			if tt.given {
				trial.Propensity = chance
			}
			r := evaluate(t, trial, Config{Folds: 3, Resamples: 100})
			truth := 0.0
			for _, e := range effect {
				truth += e / float64(len(effect))
			}
			if r.Effect.Lo > truth || r.Effect.Hi < truth {
				t.Errorf("the effect is %.4f, told %v", truth, r.Effect)
			}
			rank := correlation(ranks(r.Expected), ranks(effect))
			got, best := area(r.Expected, effect), area(effect, effect)
			if rank < tt.rank || got < tt.share*best {
				t.Errorf("rank correlation %.3f, area %.3f of the oracle's", rank, got/best)
			}
			if l := r.Learners[learners]; l.AUUC.Lo <= 0 || l.AUUC.Lo > got || l.AUUC.Hi < got || l.Qini.Lo <= 0 {
				t.Errorf("AUUC %v, Qini %v; the ranking's true area is %.4f", l.AUUC, l.Qini, got)
			}
			if r.Groups[0].Effect.Mean < r.Groups[4].Effect.Mean || r.Drivers[0].Column != "visits" {
				t.Errorf("groups %v, drivers %v", r.Groups, r.Drivers)
			}
			if end := r.Curve[len(r.Curve)-1].Gain.Mean; math.Abs(end-r.Effect.Mean) > 1e-9 {
				t.Errorf("the curve ends at %.5f, the effect is %.5f", end, r.Effect.Mean)
			}
		})
	}
}

// Where effects are the same for all, no ranking is plainly better than chance
// in more than a few of eight campaigns.
func TestSeesNothingWhereNothingIs(t *testing.T) {
	found := 0
	for seed := range uint64(8) {
		trial, _, _ := campaign{n: 1500, seed: 20 + seed}.made()
		rng := rand.New(rand.NewPCG(seed, 9))
		for i := range trial.Treated {
			trial.Treated[i] = rng.IntN(2) == 0 // the outcome no longer hangs on it
		}
		r := evaluate(t, trial, Config{Folds: 2, Resamples: 60})
		if r.Learners[learners].AUUC.Lo > 0 {
			found++
		}
	}
	if found > 3 {
		t.Errorf("%d of 8 campaigns without an effect had one that differs", found)
	}
}

// An observational campaign is refused, and estimated when asked for: then the
// effect is nearer to the truth than the plain difference of means.
func TestNotRandom(t *testing.T) {
	trial, effect, _ := campaign{n: 8000, lean: 0.9, seed: 4}.made()
	_, err := Evaluate(context.Background(), trial, Config{}, rand.New(rand.NewPCG(1, 2)), nil)
	if core.KindOf(err) != core.Unsupported || !strings.Contains(err.Error(), "did not reach people by chance: age") {
		t.Errorf("refused with %v", err)
	}
	r := evaluate(t, trial, Config{Observational: true, Folds: 3, Resamples: 50})
	truth, plain := 0.0, 0.0
	var sum, n [2]float64
	for i, e := range effect {
		truth += e / float64(len(effect))
		sum[sideOf(trial.Treated[i])] += trial.Outcome[i]
		n[sideOf(trial.Treated[i])]++
	}
	plain = sum[1]/n[1] - sum[0]/n[0]
	if math.Abs(r.Effect.Mean-truth) > 0.6*math.Abs(plain-truth) || r.Assignment != "estimated" || len(r.Notes) == 0 {
		t.Errorf("truth %.4f, difference of means %.4f, told %.4f (%s)", truth, plain, r.Effect.Mean, r.Assignment)
	}
	trial.Propensity = slices.Repeat([]float64{0.5}, len(effect))
	_, err = Evaluate(context.Background(), trial, Config{}, rand.New(rand.NewPCG(1, 2)), nil)
	if core.KindOf(err) != core.Unsupported || !strings.Contains(err.Error(), "do not fit what happened") {
		t.Errorf("wrong propensities: %v", err)
	}
}

func TestRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		want string
		mar  func(*Trial, *Config)
	}{
		{"few", "the campaign is too small", func(t *Trial, c *Config) { c.Enough = 5000 }},
		{"no one bought", "the outcome hardly varies", func(t *Trial, _ *Config) { clear(t.Outcome) }},
		{"no context", "nothing is known of the persons", func(t *Trial, _ *Config) { t.Context = nil }},
		{"lengths", "different lengths", func(t *Trial, _ *Config) { t.Treated = t.Treated[1:] }},
		{"no number", "row 3: the outcome is not a number", func(t *Trial, _ *Config) { t.Outcome[2] = math.NaN() }},
		{"certain", "row 2: a propensity of 1", func(t *Trial, _ *Config) {
			t.Propensity = slices.Repeat([]float64{0.5}, len(t.Outcome))
			t.Propensity[1] = 1
		}},
		{"both", "an observational campaign with propensities", func(t *Trial, c *Config) {
			t.Propensity, c.Observational = slices.Repeat([]float64{0.5}, len(t.Outcome)), true
		}},
		{"config", "not all can be used", func(_ *Trial, c *Config) { c.Value = -1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			trial, _, _ := campaign{n: 1000, seed: 5}.made()
			var cfg Config
			tt.mar(trial, &cfg)
			if _, err := Evaluate(context.Background(), trial, cfg, rand.New(rand.NewPCG(1, 2)), nil); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestSameOnAnyThreadsAndStops(t *testing.T) {
	trial, _, _ := campaign{n: 2000, seed: 6}.made()
	one := func(procs int) *Report {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		return evaluate(t, trial, Config{Folds: 2, Resamples: 30})
	}
	a, b := one(1), one(4)
	if !slices.Equal(a.Expected, b.Expected) || a.Learners[0] != b.Learners[0] {
		t.Error("one and four processors differ")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Evaluate(ctx, trial, Config{}, rand.New(rand.NewPCG(1, 2)), nil); err == nil {
		t.Error("it did not stop")
	}
}
