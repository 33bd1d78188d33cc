package quality

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

// partly returns a share of the rows of t and fresh rows for the rest.
func partly(t, fresh *table.Table, share float64, seed uint64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 3))
	n := t.Rows()
	own, new := t.Take(rng.Perm(n)[:int(share*float64(n))]), fresh.Take(rng.Perm(fresh.Rows())[:n-int(share*float64(n))])
	out := &table.Table{Name: "twin"}
	for j, c := range own.Columns {
		if c.Kind == table.Text {
			cells, missing := make([]string, n), make([]bool, n)
			for i := range n {
				from, row := c, i
				if i >= own.Rows() {
					from, row = new.Columns[j], i-own.Rows()
				}
				cells[i], missing[i] = from.Cell(row), from.Missing(row)
			}
			out.Columns = append(out.Columns, table.NewText(c.Name, cells, missing))
			continue
		}
		all := &table.Column{Field: c.Field, Num: append(append([]float64{}, c.Num...), new.Columns[j].Num...)}
		out.Columns = append(out.Columns, all)
	}
	return out
}

// A generator that repeats what it learned is caught by every attack; one that
// draws afresh by none; half of the one is in between.
func TestAttacksFindCopies(t *testing.T) {
	real, holdout, fresh := visits(2000, 1), visits(2000, 2), visits(2000, 3)
	cfg := Config{Queries: 1000, ModelRows: 1000, Seed: 3}
	for _, tt := range []struct {
		name      string
		synthetic *table.Table
		lo, hi    float64 // of both membership attacks
		singled   [2]float64
	}{
		{"copies", real, 0.97, 1, [2]float64{0.8, 1}},
		{"half copied", partly(real, fresh, 0.5, 1), 0.68, 0.85, [2]float64{0.2, 0.8}},
		{"fresh", fresh, 0.45, 0.55, [2]float64{0, 0.05}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := evaluate(t, real, holdout, tt.synthetic, cfg)
			m := r.Privacy.Membership
			for name, a := range map[string]Attack{"density": m.Density, "trained": *m.Trained} {
				if a.AUC < tt.lo || a.AUC > tt.hi || a.Lo > a.AUC || a.Hi < a.AUC {
					t.Errorf("%s: AUC %.3f [%.3f, %.3f], want %.2f to %.2f", name, a.AUC, a.Lo, a.Hi, tt.lo, tt.hi)
				}
			}
			if fresh := tt.name == "fresh"; fresh != (m.Density.CaughtLo < accused) {
				t.Errorf("caught %.3f [%.3f, %.3f]", m.Density.Caught, m.Density.CaughtLo, m.Density.CaughtHi)
			}
			if len(r.Privacy.SinglingOut) != 2 {
				t.Fatalf("singled out %v", r.Privacy.SinglingOut)
			}
			for _, s := range r.Privacy.SinglingOut {
				if s.Risk < tt.singled[0] || s.Risk > tt.singled[1] || s.Lo > s.Risk || s.Hi < s.Risk {
					t.Errorf("by %d columns: risk %.3f [%.3f, %.3f] of %d guesses, want %v", s.Columns, s.Risk, s.Lo, s.Hi, s.Guesses, tt.singled)
				}
			}
		})
	}
}

// What is told of no attack would be told of attacks alone: the verdict names
// them when rows are close but not equal.
func TestVerdictTakesAttacksIn(t *testing.T) {
	zero, one := 0, 0.5
	p := Privacy{CopyRows: 1000, HoldoutRows: 1000, HoldoutCopies: &zero, DCRShare: &one, DCRLo: &one, DCRHi: &one, Limit: dcrLimit}
	for _, tt := range []struct {
		name  string
		with  func(*Privacy)
		state string
	}{
		{"no attack", func(*Privacy) {}, Yes},
		{"membership within chance", func(p *Privacy) {
			p.Membership = &Membership{Density: Attack{AUC: 0.54, Lo: 0.52}, Limit: memberLimit}
		}, Watch},
		{"membership", func(p *Privacy) {
			p.Membership = &Membership{Density: Attack{AUC: 0.5}, Trained: &Attack{AUC: 0.6, Lo: 0.58}, Limit: memberLimit}
		}, No},
		{"shadow", func(p *Privacy) {
			p.Membership = &Membership{Density: Attack{AUC: 0.5}, Shadow: &Attack{AUC: 0.6, Lo: 0.58}, Limit: memberLimit}
		}, No},
		{"singled out", func(p *Privacy) { p.SinglingOut = []SinglingOut{{Risk: 0.2, Lo: 0.1, Limit: singledLimit}} }, No},
		{"singled out within chance", func(p *Privacy) { p.SinglingOut = []SinglingOut{{Risk: 0.06, Lo: 0.01, Limit: singledLimit}} }, Watch},
		{"singled out by chance", func(p *Privacy) { p.SinglingOut = []SinglingOut{{Risk: 0.06, Limit: singledLimit}} }, Yes},
	} {
		r := &Report{Privacy: p}
		tt.with(&r.Privacy)
		if j := r.sharing(); j.State != tt.state || j.Why.Zh == "" {
			t.Errorf("%s: %q, want %q: %s", tt.name, j.State, tt.state, j.Why.En)
		}
	}
}

// What the caller adds is judged with the rest, and said once.
func TestShadowedJudgesAgain(t *testing.T) {
	r := evaluate(t, visits(1500, 1), visits(1500, 2), visits(1500, 3), Config{Queries: 200, ModelRows: 500})
	before := r.Verdict.Title
	if r.Shadowed(&Attack{AUC: 0.5, Lo: 0.48, Hi: 0.52}); r.Verdict.Title != before {
		t.Errorf("a shadow attack that fails turns %q into %q", before.En, r.Verdict.Title.En)
	}
	if r.Shadowed(&Attack{AUC: 0.7, Lo: 0.65, Hi: 0.75}); r.Verdict.Sharing.State != No {
		t.Errorf("a shadow attack that succeeds leaves sharing at %+v", r.Verdict.Sharing)
	}
}

// Singling-out risk is nothing, within its interval, when the rows are fresh,
// also where the holdout is smaller than the real table.
func TestSinglingOutControl(t *testing.T) {
	missed, sum := 0, 0.0
	const runs = 6
	for seed := range uint64(runs) {
		a, err := align([sides]*table.Table{visits(1600, 3*seed+1), visits(400, 3*seed+2), visits(1600, 3*seed+3)})
		if err != nil {
			t.Fatal(err)
		}
		r := &Report{}
		if err := a.singlingOut(t.Context(), r, Config{}, rand.New(rand.NewPCG(seed, 1)), func() {}); err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Privacy.SinglingOut {
			sum += (s.Attack - s.Control) / (2 * runs)
			if s.Lo > 0 {
				missed++
			}
		}
	}
	if missed > 1 || math.Abs(sum) > 0.05 {
		t.Errorf("%d of %d intervals lie above nothing, attack less control %.3f on average", missed, 2*runs, sum)
	}
}

// The same engine, practised on other rows: copies are found, fresh rows not.
func TestShadow(t *testing.T) {
	real, holdout := visits(1500, 1), visits(3000, 2)
	ctx := context.Background()
	calls := 0
	copier := func(_ context.Context, t *table.Table, _ uint64) (*table.Table, error) { calls++; return t, nil }
	honest := func(_ context.Context, t *table.Table, seed uint64) (*table.Table, error) {
		return visits(t.Rows(), 100+seed), nil
	}
	a, err := Shadow(ctx, copier, 2, real, holdout, real, Config{Queries: 800}, nil)
	if err != nil || calls != 2 || a.AUC < 0.95 {
		t.Errorf("copies: %+v after %d models, %v", a, calls, err)
	}
	if a, err = Shadow(ctx, honest, 2, real, holdout, visits(1500, 9), Config{Queries: 800}, nil); err != nil || math.Abs(a.AUC-0.5) > 0.05 {
		t.Errorf("fresh rows: %+v, %v", a, err)
	}
	if _, err := Shadow(ctx, copier, 2, real, nil, real, Config{}, nil); core.KindOf(err) != core.Invalid {
		t.Errorf("without a holdout: %v", err)
	}
	if _, err := Shadow(ctx, func(context.Context, *table.Table, uint64) (*table.Table, error) {
		return nil, core.Errorf(core.Invalid, "no")
	}, 2, real, holdout, real, Config{}, nil); core.KindOf(err) != core.Invalid {
		t.Errorf("an engine that fails: %v", err)
	}
}

// Six equal rows and one apart, by hand.
func TestCrossedGuess(t *testing.T) {
	one := func(x []float64, k []string) *table.Table {
		return &table.Table{Columns: []*table.Column{table.NewNumber("x", x), table.NewText("k", k, nil)}}
	}
	in := one([]float64{1, 2, 3, 3, 9, 9}, []string{"a", "a", "a", "b", "b", "b"})
	a, err := align([sides]*table.Table{in, in, in})
	if err != nil {
		t.Fatal(err)
	}
	x, k := a.columns[0], a.columns[1]
	for _, tt := range []struct {
		guess []clause
		want  int
	}{
		{[]clause{{c: x, value: 3, sign: 1}}, 4},
		{[]clause{{c: x, value: 3, sign: -1}}, 4},
		{[]clause{{c: x, value: 3}}, 2},
		{[]clause{{c: x, value: 3}, {c: k, code: k.codes[realSide][3]}}, 1},
		{[]clause{{c: x, blank: true}}, 0},
	} {
		if got := len(a.matches(tt.guess, realSide, 99)); got != tt.want {
			t.Errorf("%+v holds for %d rows, want %d", tt.guess, got, tt.want)
		}
	}
}

// TestGateChecks: what is beyond its limit for sure does not hold, what may be
// chance is watched, what was not measured is not known.
func TestGateChecks(t *testing.T) {
	zero, half, far, low := 0, .5, .6, .58
	state := func(p Privacy) string {
		out := ""
		for _, c := range (&Report{Privacy: p}).Gate() {
			out += c.Name + " " + c.State + "; "
		}
		return out
	}
	good := Privacy{CopyRows: 1000, HoldoutRows: 1000, HoldoutCopies: &zero, DCRShare: &half, DCRLo: &half, DCRHi: &half, Limit: dcrLimit,
		Membership: &Membership{Density: Attack{AUC: .5, Lo: .48}, Limit: memberLimit}, SinglingOut: []SinglingOut{{Risk: .01, Limit: singledLimit}}}
	bad := good
	bad.Copies, bad.DCRShare, bad.DCRLo = 30, &far, &low
	bad.Membership = &Membership{Density: Attack{AUC: .9, Lo: .5}, Limit: memberLimit}
	bad.SinglingOut = []SinglingOut{{Risk: .01, Limit: singledLimit}, {Risk: .3, Lo: .2, Limit: singledLimit}}
	for want, p := range map[string]Privacy{
		"copies yes; nearer yes; member yes; single yes; ":                 good,
		"copies no; nearer no; member watch; single no; ":                  bad,
		"copies unknown; nearer unknown; member unknown; single unknown; ": {Copies: 3, CopyRows: 100},
	} {
		if got := state(p); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}
